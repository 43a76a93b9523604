"""Pages and letters as a reader has them: running text, and tables as headings and rows of cells."""

import functools
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

import pypdf

UNSEEN = ("script", "style", "code")
"""What is not read as sentences; names of the program's own stand in ``code``."""
HOVERED = ("data-tip", "aria-label", "title", "alt", "placeholder")
BLOCKS = (
    "p",
    "li",
    "h1",
    "h2",
    "h3",
    "h4",
    "td",
    "th",
    "tr",
    "caption",
    "dt",
    "dd",
    "text",
    "summary",
    "option",
    "div",
)
SPACE = re.compile(r"[\s\u00a0\u202f]+")
BREAKS = re.compile(r"\s*\n\s*")


def plain(text):
    """Give a text on one line, with single spaces that may break."""
    return SPACE.sub(" ", text).strip()


def lines(text):
    """Give a text with a line for each of its blocks, so that the end of one is no part of the next."""
    return "\n".join(filter(None, map(plain, BREAKS.split(text))))


def squeezed(text):
    """Give a text without spaces, as it is compared with one that is broken over lines."""
    return SPACE.sub("", text)


@dataclass
class ReadTable:
    """A table as it stands: its caption, and all rows of cells, headings first."""

    caption: str = ""
    rows: list[list[str]] = field(default_factory=list)

    @property
    def headings(self):
        return self.rows[0] if self.rows else []


class Reader(HTMLParser):
    """Reads a page: ``text`` is what stands outside of tables, ``tables`` the tables, ``data`` what scripts read."""

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.tables, self.data, self.lang, self._within, self._said, self._hovered = [], [], "", [], [], []
        self._cell = self._table = None
        self.feed(page)
        self.close()

    @functools.cached_property
    def text(self):
        return lines("".join(self._said))

    @functools.cached_property
    def everything(self):
        """All that is read: that of tables too, and what is told of a thing that is pointed at."""
        cells = [cell for table in self.tables for row in ([table.caption], *table.rows) for cell in row]
        return lines("\n".join([self.text, *cells, *self._hovered]))

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.lang = given.get("lang", "") if tag == "html" else self.lang
        self._hovered += [given[name] for name in HOVERED if given.get(name)]
        if tag in UNSEEN:
            self._within.append((tag, given.get("type", "")))
        if tag == "table":
            self._table = ReadTable()
            self.tables.append(self._table)
        elif tag == "tr" and self._table:
            self._table.rows.append([])
        elif tag in ("td", "th", "caption") and self._table:
            self._cell = []
        elif tag in BLOCKS or tag == "br":
            (self._said if self._cell is None else self._cell).append("\n")

    def handle_endtag(self, tag):
        if self._within and tag == self._within[-1][0]:
            self._within.pop()
        if tag == "table":
            self._table = None
        elif tag in ("td", "th", "caption") and self._cell is not None:
            self._put(tag, plain("".join(self._cell)))
            self._cell = None
        elif tag in BLOCKS and self._cell is None:
            self._said.append("\n")

    def handle_data(self, data):
        if self._within:
            if self._within[-1][1] == "application/json":
                self.data.append(data)
        else:
            (self._said if self._cell is None else self._cell).append(SPACE.sub(" ", data))

    def _put(self, tag, text):
        if tag == "caption":
            self._table.caption = text
        elif self._table.rows:
            self._table.rows[-1].append(text)


@functools.cache
def read(path):
    """Read a page or letter, once."""
    return Reader(path.read_text("utf-8"))


@functools.cache
def pdf_text(path):
    """Give the text of a PDF, read once."""
    return plain(" ".join(page.extract_text() for page in pypdf.PdfReader(path).pages))
