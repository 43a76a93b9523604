"""What the other tests here rely on: that they would find what they look for."""

import socket
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from tests.browser import chromium
from tests.browser.accessible import grave_faults
from tests.browser.layout import cut_off, keyboard_faults, paper_width, printed, to_paper, too_wide, usual_size
from tests.browser.opened import TELEPHONE, Look, opened

SOUND = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Sound</title>
<style>body {{ color: #111; background: #fff }} @page {{ margin: 15mm }} {style}</style></head>
<body><main><h1>A heading</h1>{body}</main>{after}</body></html>"""
ROWS = "<tr>" + "<td>a long cell that goes on and on</td>" * 12 + "</tr>"


@pytest.fixture
def looked_at(browser, tmp_path):
    """Give a function that opens a page made of a body, a style, and what stands behind it."""

    def look(body="<p>Plain text.</p>", style="", after="", at=None):
        path = tmp_path / "page.html"
        path.write_text(SOUND.format(body=body, style=style, after=after), "utf-8")
        return opened(browser, path, at)

    return look


def test_a_sound_page_has_no_fault(looked_at):
    with looked_at('<p>Plain text, <a href="#x">a link</a> and <button>a button</button>.</p>') as seen:
        assert seen.faults == [] and grave_faults(seen.page) == [] and keyboard_faults(seen.page) == []
        assert too_wide(seen.page) == 0
        to_paper(seen.page)
        assert cut_off(seen.page) == []


@pytest.mark.parametrize(
    ("after", "found"),
    [
        ("<img src='http://example.org/x.png' alt='x'>", "request: http://example.org/x.png"),
        ("<img src='other.png' alt='x'>", "request: file:"),
        ("<script>fetch('https://example.org/data').catch(() => 0)</script>", "request: https://example.org/data"),
        ("<script src='https://example.org/x.js'></script>", "request: https://example.org/x.js"),
        ("<style>@import 'https://example.org/x.css';</style>", "request: https://example.org/x.css"),
        ("<script>console.error('it broke')</script>", "error: it broke"),
        ("<script>console.warn('it may break')</script>", "warning: it may break"),
        ("<script>nothing.at.all()</script>", "script: nothing is not defined"),
        ("<script>alert('hostile')</script>", "dialog: hostile"),
        ("<img src='data:,' onerror='alert(1)' alt='x'>", "dialog: 1"),
    ],
)
def test_what_a_page_must_not_do_is_noted(looked_at, after, found):
    with looked_at(after=after) as seen:
        seen.page.wait_for_timeout(100)
        assert any(fault.startswith(found) for fault in seen.faults), seen.faults


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("<p style='color:#bbb'>Pale text</p>", "serious color-contrast"),
        ("<button></button>", "critical button-name"),
        ("<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw='>", "critical image-alt"),
        ("<input>", "critical label"),
    ],
)
def test_a_fault_of_access_is_found(looked_at, body, found):
    with looked_at(body) as seen:
        assert any(fault.startswith(found) for fault in grave_faults(seen.page))


def test_a_pale_text_that_only_dark_colours_have_is_found_in_these(looked_at):
    style = "@media (prefers-color-scheme: dark) { body { background: #222 } }"
    with looked_at(style=style) as seen:
        assert grave_faults(seen.page) == []
    with looked_at(style=style, at=Look(colours="dark")) as seen:
        assert any("color-contrast" in fault for fault in grave_faults(seen.page))


@pytest.mark.parametrize(
    ("body", "style"),
    [
        (f"<table>{ROWS}</table>", "td { white-space: nowrap }"),
        (f"<div class='wide'><table>{ROWS}</table></div>", ".wide { overflow-x: auto } td { white-space: nowrap }"),
        (f"<div class='low'>{'<p>Text.</p>' * 9}</div>", ".low { height: 3em; overflow-y: auto }"),
        ("<p>A long text that has an end</p>", "p { width: 4em; overflow: hidden; white-space: nowrap }"),
        ("<p>Text beside the paper</p>", "p { margin-left: -3em }"),
        ("<svg width='99' height='20'><text x='60' y='9'>A long label</text></svg>", ""),
    ],
)
def test_what_is_cut_on_paper_is_found(looked_at, body, style):
    with looked_at(body, style) as seen:
        to_paper(seen.page)
        assert cut_off(seen.page)


@pytest.mark.parametrize(
    ("style", "width"),
    [("", 680), ("@page { margin: 1cm }", 718), ("@media print { @page { size: A4 landscape; margin: 12mm } }", 1031)],
)
def test_paper_is_as_wide_as_the_page_asks_for(looked_at, style, width):
    with looked_at(style=style) as seen:
        assert paper_width(seen.page) == width


def test_print_that_is_made_smaller_because_something_is_too_wide_is_found(looked_at):
    text = "<p>Text that goes on. </p>" * 9
    with looked_at(text, "p { font-size: 10pt }") as seen:
        assert usual_size(printed(seen.page)) == 10
    with looked_at(text + "<p class='wide'>Wide</p>", "p { font-size: 10pt } .wide { width: 900px }") as seen:
        assert usual_size(printed(seen.page)) < 9


def test_a_page_wider_than_a_telephone_is_found(looked_at):
    with looked_at("<p>Text</p>", "p { width: 500px }", at=Look(width=TELEPHONE)) as seen:
        assert too_wide(seen.page) >= 110


@pytest.mark.parametrize(
    ("body", "style", "found"),
    [
        ("<button>One</button><button>Two</button>", "button:focus { outline: none }", "no mark of focus"),
        (
            "<a href='#x'>Here</a>",
            "a { position: fixed; left: -99px; width: 0; overflow: hidden }",
            "focus is not seen",
        ),
        (
            "<button id='a'>One</button><button>Two</button>"
            "<script>document.getElementById('a').addEventListener('keydown', one => one.preventDefault())</script>",
            "",
            "not reached",
        ),
    ],
)
def test_what_the_keyboard_does_not_reach_or_show_is_found(looked_at, body, style, found):
    with looked_at(body, style) as seen:
        assert any(fault.startswith(found) for fault in keyboard_faults(seen.page))


class Door(BaseHTTPRequestHandler):
    """Writes down who asks."""

    def do_GET(self):
        self.server.asked.append(self.path)
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def door():
    """Give a server of this machine, which any program with a network reaches."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    server.asked = []
    Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.mark.skipif(not chromium.cut(), reason="this machine allows no namespaces")
def test_the_browser_has_no_network_at_all(browser, door):
    address = f"http://127.0.0.1:{door.server_port}"
    with socket.create_connection(("127.0.0.1", door.server_port), 5) as reached:
        reached.sendall(b"GET /test HTTP/1.0\r\n\r\n")
        assert b"204" in reached.recv(99)
    context = browser.new_context()  # not told to be offline: the namespace alone must hold
    try:
        page = context.new_page()
        ask = f"fetch('{address}/browser', {{mode: 'no-cors'}}).then(() => 'reached', one => String(one))"
        assert page.evaluate(f"() => {ask}") == "TypeError: Failed to fetch"
    finally:
        context.close()
    assert door.asked == ["/test"]
