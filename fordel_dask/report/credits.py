"""Whom a report credits for the data that its figures and maps are made with, said alike in all its parts."""

from collections.abc import Sequence

from fordel_dask.report.wording import Wording

CREDITED = {
    "geography/municipalities.csv": "credit_population",
    "fees/gp_fees_2025-10-01.csv": "credit_fees",
    "geography/municipalities.geojson": "credit_borders",
}
"""Packaged data that a report is made with and that ask for a credit, with its words."""

OF_FIGURES = ("credit_population", "credit_fees")
OF_PAGES = ("credit_borders", *OF_FIGURES)
OF_THE_METHOD = (*OF_FIGURES, "credit_diseases", "credit_compared", "credit_borders")


def credits_in_words(credited: Sequence[str], words: Wording) -> list[str]:
    """Give the credits of a part of the report."""
    return [words.say(one) for one in credited]
