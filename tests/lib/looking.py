"""A page of a report as a browser and a reader get it: elements, links, policy and what is seen."""

import base64
import hashlib
import re
from collections import Counter
from html.parser import HTMLParser

VOID = {"meta", "br", "hr", "input", "link", "img"}
LINKS = {"href", "src", "xlink:href", "action", "formaction", "data", "srcset", "poster", "background"}


class Page(HTMLParser):
    """What stands on a page; raises where an element is not closed where it should be."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.elements, self.attributes = [], Counter(), []
        self.held = {"style": "", "script": "", "data": ""}
        self.seen = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements[tag] += 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            is_data = tag == "script" and dict(attrs).get("type") == "application/json"
            self.open.append((tag, "data" if is_data else tag))

    def handle_startendtag(self, tag, attrs):
        self.elements[tag] += 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag):
        opened = self.open.pop()[0]
        assert opened == tag, (opened, tag, self.getpos())

    def handle_data(self, data):
        inside = self.open[-1][1] if self.open else ""
        if inside in self.held:
            self.held[inside] += data
        else:
            self.seen.append(data)

    @property
    def text(self):
        """Give what a reader sees, in one line."""
        return " ".join(" ".join(self.seen).split())

    def values(self, name):
        """Give all values of an attribute."""
        return [value for _, own, value in self.attributes if own == name]

    @property
    def links(self):
        """Give where the page leads to, or takes something from."""
        return [value for _, name, value in self.attributes if name in LINKS]

    @property
    def policy(self):
        """Give the policy of the page."""
        (found,) = [value for value in self.values("content") if "default-src" in value]
        return found


def source_of(text):
    """Name a style or a script as a policy does."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def hold_inert(text):
    """Hold that a page fetches nothing and runs its own script alone; gives it as it is looked at."""
    page = Page(text)
    assert page.open == []
    assert not page.elements.keys() & {"link", "img", "iframe", "object", "embed", "form", "base"}
    assert [name for _, name, _ in page.attributes if name.startswith("on") or name == "style"] == []
    assert page.policy.startswith("default-src 'none'; base-uri 'none'; form-action 'none'")
    assert "unsafe" not in page.policy and "http" not in page.policy
    assert source_of(page.held["style"]) in page.policy
    if page.held["script"]:
        assert f"script-src {source_of(page.held['script'])}" in page.policy
    assert not re.search(r"url\((?!#)|@import", page.held["style"])
    assert [link for link in page.links if re.match(r"[a-z]+:|//", link, re.IGNORECASE)] == []
    return page
