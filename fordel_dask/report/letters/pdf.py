"""Letters as PDF, tagged for screen readers (PDF/UA-1): one template, and everything it tells is data, never markup."""

import json
from collections.abc import Callable
from dataclasses import asdict
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from fordel_dask.errors import UsageError
from fordel_dask.report.letters.content import Letter
from fordel_dask.report.letters.html import FOLDER
from fordel_dask.report.letters.legible import printable
from fordel_dask.report.letters.writing import letters_in, letters_of
from fordel_dask.report.told import Told
from fordel_dask.report.wording import PACKAGE, Wording

if TYPE_CHECKING:  # which imports the letters when they are wanted
    from fordel_dask.report.parts import Files, Wanted

STANDARD: Final = "ua-1"


def pdf_files(told: Told, wanted: "Wanted", report: Callable[[int, int], None]) -> "Files":
    """Give all letters as PDF: ``letters/<ydernummer>.pdf``, and those of decisions and corrections.

    Raises
    ------
    UsageError
        The library that sets them is not installed; or the region's texts are for a region that the RUN has not.
    """
    compiled = compiler()
    whole = letters_in(told, wanted)
    for done, letter in enumerate(letters_of(told, wanted), 1):
        yield f"{FOLDER}/{letter.stem}.pdf", compiled(letter, wanted.words)
        report(done, whole)


def compiler() -> Callable[[Letter, Wording], bytes]:
    """Give what makes a PDF of a letter: with the typeface that it brings along, and without a day of creation.

    Raises
    ------
    UsageError
        The library is not installed.
    """
    try:
        import typst
    except ModuleNotFoundError:
        raise UsageError(
            "Letters as PDF need the library 'typst', which is not installed: pip install 'fordel_dask[letters]'. "
            "Without --pdf letters are written as pages, which print just as well."
        ) from None
    template = resources.files(PACKAGE).joinpath("templates/letters/letter.typ").read_bytes()
    fonts = typst.Fonts(include_system_fonts=False)
    made = typst.Compiler(font_paths=fonts, ignore_system_fonts=True)

    def pdf(letter: Letter, words: Wording) -> bytes:
        found = made.compile(
            template, format="pdf", sys_inputs={"letter": as_input(letter, words)}, pdf_standards=STANDARD
        )
        if not isinstance(found, bytes):
            raise TypeError("a letter is one document")
        return found

    return pdf


def as_input(letter: Letter, words: Wording) -> str:
    """Give a letter as the template reads it: JSON, in letters that its typeface has."""
    texts = words.words()
    content = {**asdict(letter), "lang": words.code, "page": texts["letter_page"], "to": texts["letter_to_the_clinic"]}
    return json.dumps(_printable(content), ensure_ascii=False)


def _printable(content: Any) -> Any:
    if isinstance(content, str):
        return printable(content)
    if isinstance(content, dict):
        return {key: _printable(value) for key, value in content.items()}
    return [_printable(one) for one in content] if isinstance(content, tuple | list) else content
