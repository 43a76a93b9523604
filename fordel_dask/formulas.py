"""Text that a spreadsheet would take for a formula, and an apostrophe against it (CWE-1236).

Names come from registers and reasons from people. ``=cmd|…`` in the name of a municipality is text in every file of
ours, but a program that opens the CSV may run it. What begins like a formula is written behind an apostrophe, which
spreadsheets read as "this is text"; so is what follows a semicolon, tab, bar or line end inside a text: a Danish
spreadsheet takes semicolons, not our commas, for the ends of cells. Numbers stay as they are. Readers of ours take the
apostrophe away again: whatever a text is, what was guarded is read back as it was.
"""

import re

BEGINNING = r"(?:[=@＝＠]|[+\-＋－](?! [\w .,%]*\Z))(?!\Z)"
"""How a formula begins, also in the wide forms of East Asian keyboards. A lone dash is none, nor is a sign, a blank and
plain words, as the fee table has it: "+ pr. påbegyndt km" calls nothing."""

NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
SUSPECT = re.compile(r"[=+\-@＝＋－＠\t\r\n]")
FIRST = rf"(?=\s*{BEGINNING}|[\t\r\n])"
INNER = r"([;|\t\r\n] *)"
AT_FIRST, AT_FIRST_GUARDED = re.compile(rf"\A('*){FIRST}"), re.compile(rf"\A'('*){FIRST}")
INSIDE, INSIDE_GUARDED = (
    re.compile(rf"{INNER}('*)(?={BEGINNING})"),
    re.compile(rf"{INNER}'('*)(?={BEGINNING})"),
)


def is_like_a_formula(text: str) -> bool:
    """Tell whether a spreadsheet may take a text for a formula."""
    return guarded(text) != text


def guarded(text: str) -> str:
    """Give a text as it is written to a CSV file."""
    if not SUSPECT.search(text) or NUMBER.fullmatch(text):
        return text
    return AT_FIRST.sub(r"'\1", INSIDE.sub(r"\1'\2", text))


def unguarded(text: str) -> str:
    """Give the text that was written so."""
    if "'" not in text:
        return text
    return INSIDE_GUARDED.sub(r"\1\2", AT_FIRST_GUARDED.sub(r"\1", text))
