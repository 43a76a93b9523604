"""Names and texts from outside as a letter can show them: they never turn its own text around."""

import re
import unicodedata

ISOLATE, END_OF_ISOLATE = "\u2068", "\u2069"
RIGHT_TO_LEFT = ("R", "AL", "AN")
UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
UNKNOWN = "□"
MAY_BREAK = "\u200b"
TOO_LONG = re.compile(r"\S{30}(?=\S{5})")
"""The beginning of a word that is longer than any of ours, after which a line may end."""

NOT_PRINTED = re.compile(
    "[^ -~\u00a0-\u00ac\u00ae-\u024f"
    "\u0370-\u0377\u037b-\u037f\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u03ff\u0400-\u045f"
    "\u2010-\u2027\u2030-\u203a€−×÷≤≥≈→□]"
)
"""Letters that the typeface of the PDF lacks, or that it would set from right to left."""


def clean(text: str) -> str:
    """Give a text of one line without signs that nobody sees; one with letters from right to left stands by itself."""
    kept = "".join(one for one in text if one.isspace() or not _is_unseen(one))
    shown = " ".join(unicodedata.normalize("NFC", kept).split())
    turns = any(unicodedata.bidirectional(one) in RIGHT_TO_LEFT for one in shown)
    return f"{ISOLATE}{shown}{END_OF_ISOLATE}" if turns else shown


def _is_unseen(letter: str) -> bool:
    return unicodedata.category(letter) in UNSEEN


def printable(text: str) -> str:
    """Give a text in letters that the PDF's typeface has, a box for each of the others; no word leaves the paper."""
    known = NOT_PRINTED.sub(UNKNOWN, text.replace(ISOLATE, "").replace(END_OF_ISOLATE, ""))
    return TOO_LONG.sub(lambda word: word[0] + MAY_BREAK, known)


def file_stem(code: str) -> str:
    """Give a code as part of a file name: what is neither a Latin letter nor a digit by its number."""
    return "".join(one if one.isascii() and one.isalnum() else f"_{ord(one):x}_" for one in code)
