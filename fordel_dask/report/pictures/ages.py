"""Levels of age and sex, as the model names them: ``M 0-4``, ``F 85+``."""

from collections.abc import Iterable

AGE_SEX = "age_sex"
MEN, WOMEN = "M", "F"
SEXES = (MEN, WOMEN)


def sex_of(level: str) -> str:
    """Give the sex of a level, M or F."""
    return level[0]


def band_of(level: str) -> str:
    """Give the band of ages of a level."""
    return level[2:]


def bands_of(levels: Iterable[str]) -> list[str]:
    """Give the bands of ages, each once, the youngest first."""
    return sorted({band_of(level) for level in levels}, key=_first_age)


def _first_age(band: str) -> int:
    return int(band.rstrip("+").partition("-")[0])


def band_words(band: str) -> str:
    """Write a band as it is read beside an axis: ``0–4``."""
    return band.replace("-", "–")
