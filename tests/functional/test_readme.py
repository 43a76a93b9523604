"""The README tells the truth: its excerpts are what its commands print today."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.lib.looking import Page

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")


def excerpt(after):
    """Give the lines of the first plain code block after a text, less those left out and those with a place."""
    block = re.search(re.escape(after) + r".*?```\n(.*?)```", README, re.DOTALL).group(1)
    return [line for line in block.splitlines() if line.strip() not in ("", "…") and "fordel-demo" not in line]


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    out = tmp_path_factory.mktemp("readme") / "fordel-demo"
    return out, printed("demo", "--quiet", "--out", out)


def printed(*arguments):
    command = [sys.executable, "-m", "fordel_dask", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_the_excerpt_of_the_demo_is_its_output(demo):
    assert [line for line in excerpt("<!-- command: demo -->") if line not in demo[1].splitlines()] == []


def test_the_pages_of_the_demo_are_private_and_say_that_nobody_is_in_them(demo):
    pages = list((demo[0] / "page").rglob("*.html"))
    assert len(pages) == 1 + 4 + 17
    assert all(page.parent.stat().st_mode & 0o777 == 0o700 and page.stat().st_mode & 0o777 == 0o600 for page in pages)
    assert all("Invented data." in Page(page.read_text("utf-8")).text for page in pages)


def test_the_excerpt_of_explain_is_its_output(demo):
    lines = printed("explain", demo[0] / "run", "--council", "fyn").splitlines()
    assert [line for line in excerpt("fordel explain fordel-demo/run --council fyn") if line not in lines] == []


def test_every_command_it_names_exists():
    from fordel_dask.cli import cli

    named = set(re.findall(r"`fordel ([a-z][a-z-]*)", README))
    assert named <= set(cli.commands)
    assert named
