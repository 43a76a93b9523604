"""A browser for each file of tests here: without one they are left out, and where changes land that is a failure."""

import pytest

from tests.browser import chromium


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
