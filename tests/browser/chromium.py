"""A real browser without a window and without a network: Debian's Chromium in a namespace that has no interface.

Playwright talks to it through pipes, so nothing of it needs a socket.
"""

import contextlib
import importlib.util
import os
import shutil
import stat
import subprocess
from pathlib import Path

HERE = Path(__file__).parent
PROGRAMS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
NEEDED = ("playwright", "axe_playwright_python", "pypdf")
QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)
WITHOUT_NETWORK = ("unshare", "--user", "--map-root-user", "--net")
ASKED, REQUIRED_WORD = "FORDEL_BROWSER", "required"
REQUIRED = os.environ.get(ASKED) == REQUIRED_WORD
"""Whether a missing browser is a failure, as where changes land, and no reason to leave tests out."""


def program():
    """Give the path of the browser, none where there is none."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


def cut():
    """Tell whether this machine lets a browser be started without a network."""
    if shutil.which(WITHOUT_NETWORK[0]) is None:
        return False
    return subprocess.run([*WITHOUT_NETWORK, "true"], capture_output=True, check=False).returncode == 0


def why_not():
    """Give why nothing can be looked at here, empty if it can."""
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        return f"{', '.join(missing)} not installed: pip install -e '.[test]'"
    return "" if program() else "no Chromium found (Debian: apt-get install chromium)"


@contextlib.contextmanager
def started(folder: Path):
    """Give a browser; its starter is written to ``folder``."""
    from playwright.sync_api import sync_playwright

    starter = folder / "chromium-without-network"
    before = " ".join(WITHOUT_NETWORK) if cut() else ""
    starter.write_text(f'#!/bin/sh\nexec {before} "{program()}" "$@"\n', "utf-8")
    starter.chmod(starter.stat().st_mode | stat.S_IXUSR)
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=str(starter), args=[*QUIET])
        try:
            yield browser
        finally:
            browser.close()
