"""A page that is open in the browser, and everything that went wrong on it."""

import contextlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

WITHIN = ("data:", "blob:", "about:")
LIGHT, DARK = "light", "dark"
SCREEN, PAPER = "screen", "print"
DESK, TELEPHONE = 1280, 390
HIGH = 900
LOUD = ("error", "warning")


@dataclass(frozen=True)
class Look:
    """How a page is looked at: with which colours, on what, and how wide, in CSS pixels."""

    colours: str = LIGHT
    medium: str = SCREEN
    width: int = DESK

    def __str__(self) -> str:
        return f"{self.colours}-{self.medium}-{self.width}"


@dataclass
class Opened:
    """A page, and what it did that a page must not do: errors, warnings, requests, dialogs, windows."""

    page: Any
    own: str
    faults: list[str] = field(default_factory=list)

    def note(self, kind: str, what: object) -> None:
        self.faults.append(f"{kind}: {what}")

    def note_request(self, request: Any) -> None:
        """Note whatever is asked for, but for the page itself."""
        if request.url.partition("#")[0] != self.own and not request.url.startswith(WITHIN):
            self.note("request", request.url)

    def note_dialog(self, dialog: Any) -> None:
        self.note("dialog", dialog.message)
        dialog.dismiss()

    def watch(self) -> None:
        """Hear everything that the page says and does from now on."""
        said = {"console": lambda one: self.note(one.type, one.text) if one.type in LOUD else None}
        heard = {"pageerror": lambda one: self.note("script", one), "crash": lambda _: self.note("crash", self.own)}
        met = {"dialog": self.note_dialog, "popup": lambda one: self.note("window", one.url)}
        for event, hearer in {**said, **heard, **met, "request": self.note_request}.items():
            self.page.on(event, hearer)

    def settle(self) -> None:
        """Let what the page has begun come to an end."""
        self.page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")


@contextlib.contextmanager
def opened(browser: Any, path: Path, look: Look | None = None):
    """Open a file as a reader would, in a browser that remembers nothing; gives an :class:`Opened`."""
    look = look or Look()
    viewport = {"width": look.width, "height": HIGH}
    context = browser.new_context(offline=True, color_scheme=look.colours, viewport=viewport, accept_downloads=True)
    try:
        page = context.new_page()
        page.emulate_media(media=look.medium, color_scheme=look.colours)
        found = Opened(page, path.resolve().as_uri())
        found.watch()
        page.goto(found.own, wait_until="load")
        found.settle()
        yield found
    finally:
        context.close()
