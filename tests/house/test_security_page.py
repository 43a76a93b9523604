"""The page for the data protection officer names files and tests that are there."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "fordel_dask" / "SECURITY.md").read_text("utf-8")
NAMED = re.compile(r"`([^`]+)`")


def rows_of(heading):
    """Give the cells of the table below a heading, row by row."""
    section = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    rows = [line.strip("|").split(" | ") for line in section.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in row] for row in rows[1:]]


PROMISES = rows_of("Which promise is held by which file and which test")


@pytest.mark.parametrize("row", PROMISES, ids=[row[0] for row in PROMISES])
def test_every_promise_names_a_file_and_a_test_that_are_there(row):
    _, files, tests = (NAMED.findall(cell) for cell in row)
    assert files and tests
    assert [name for name in files if not (ROOT / name).is_file()] == []
    for name in tests:
        path, _, function = name.partition("::")
        assert f"\ndef {function}(" in (ROOT / path).read_text("utf-8"), name


def test_every_test_that_the_page_names_is_collected():
    tests = sorted({name for row in PROMISES for name in NAMED.findall(row[2])})
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-o", "addopts=", *tests]
    collected = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert collected.returncode == 0, collected.stdout + collected.stderr
    assert {line.partition("[")[0] for line in collected.stdout.splitlines() if "::" in line} == set(tests)


def test_a_danish_reader_finds_a_summary_first():
    assert PAGE.index("## Kort på dansk") < PAGE.index("## What is read")


def test_every_command_and_option_it_names_exists():
    from fordel_dask.cli import cli

    coming = {"release"}  # named by the section on what leaves, which says that it is a frame
    assert set(re.findall(r"`fordel ([a-z][a-z-]*)", PAGE)) - coming <= set(cli.commands)
    options = {option for command in cli.commands.values() for one in command.params for option in one.opts}
    assert set(re.findall(r"`(--[a-z-]+)", PAGE)) <= options
