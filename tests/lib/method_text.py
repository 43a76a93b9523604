"""The text of the page of the method, section by section, as a reader sees it."""

import html
import re

from fordel_dask.report.method import method_files
from fordel_dask.report.wording import Wording


def page_of(told, lang="da"):
    """Give the page as it is written."""
    [(_, content)] = method_files(told, Wording(lang))
    return content.decode()


def sections_of(told, lang="da"):
    """Give the text of every section by its anchor."""
    found = re.findall(r'<section id="(\w+)".*?>(.*?)</section>', page_of(told, lang), re.DOTALL)
    return {name: plain(text) for name, text in found}


def plain(markup):
    """Give the text between tags, with one space between words."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", markup)).split())
