"""A browser for each file of tests here: without one they are left out, and where changes land that is a failure."""

import pytest

from tests.browser import chromium
from tests.browser.nations import (
    alone,
    make_names_hostile,
    make_nation,
    shared_folder,
    write_hostile_blocks,
    write_registers,
    write_report,
)


def pytest_collection_modifyitems(items):
    reason = chromium.why_not()
    if reason and not chromium.REQUIRED:
        for item in items:
            if item.path.is_relative_to(chromium.HERE):
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    """Give a browser; closed after the file, so that tests of other files meet no running loop of events."""
    if reason := chromium.why_not():
        pytest.fail(f"{chromium.ASKED}={chromium.REQUIRED_WORD}, but {reason}")
    with chromium.started(tmp_path_factory.mktemp("chromium")) as found:
        yield found


def nation_called(name, tmp_path_factory, change=None):
    """Give the folder of a nation, made by whichever process comes first."""
    folder = shared_folder(tmp_path_factory) / name
    with alone(folder) as to_be_made:
        if to_be_made:
            write_registers(folder / "registers")
            if change:
                change(folder / "registers")
            make_nation(folder)
    return folder


def reports_of(folder, *options):
    """Give a function that gives the report of a nation in a language, with everything in it."""

    def report_in(lang):
        out = folder / f"report-{lang}"
        with alone(out.with_name(f"made-{lang}")) as to_be_made:
            if to_be_made:
                write_report(folder, out, lang, "--pdf", "--evaluation", *options)
        return out

    return report_in


@pytest.fixture(scope="session")
def nation(tmp_path_factory):
    """Give a folder with the RUN of a small nation and what is shown beside it, full of counts of few."""
    return nation_called("nation", tmp_path_factory)


@pytest.fixture(scope="session")
def report_in(nation):
    """Give a function that gives the nation's report in a language."""
    return reports_of(nation)


@pytest.fixture(scope="session")
def hostile_nation(tmp_path_factory):
    """Give the same nation with names that would do harm if they were taken for more than text."""
    return nation_called("hostile-nation", tmp_path_factory, make_names_hostile)


@pytest.fixture(scope="session")
def hostile_report_in(hostile_nation):
    """Give a function that gives its report in a language, in which the region's own texts are hostile too."""
    return reports_of(hostile_nation, *write_hostile_blocks(hostile_nation / "blocks.toml"))
