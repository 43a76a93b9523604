"""Letters as single pages that print as they are read."""

from typing import TYPE_CHECKING

from fordel_dask.report.frame import page
from fordel_dask.report.letters.writing import letters_of
from fordel_dask.report.told import Told

if TYPE_CHECKING:  # which imports the letters when they are wanted
    from fordel_dask.report.parts import Files, Wanted

FOLDER = "letters"


def letter_files(told: Told, wanted: "Wanted") -> "Files":
    """Give all letters as pages: ``letters/<ydernummer>.html``, and those of decisions and corrections.

    Raises
    ------
    UsageError
        The region's texts are for a region that the RUN has not.
    """
    for letter in letters_of(told, wanted):
        content = page(
            "letters/letter.html", wanted.words, ("letter.css",), (), {"letter": letter, "title": letter.title}
        )
        yield f"{FOLDER}/{letter.stem}.html", content.encode()
