"""Plain words for readers: terms, levels, kinds of clinic, statuses, and numbers as they are read."""

from fractions import Fraction

from fordel_dask.law.rounding import decimals, half_even, half_up, scaled

TERMS = {
    "age_sex": "age and sex",
    "origin": "origin",
    "civil_status": "civil status",
    "labour_market": "attachment to the labour market",
    "somatic": "somatic disease",
    "psychiatric": "psychiatric disease",
    "clamp": "expected consumption below zero, set to zero",
    "life_expectancy": "life expectancy where the citizens live",
    "rounding": "rounding of the weights",
    "projection": "population expected at the year's end",
}
LEVELS = {
    ("origin", "menapt"): "immigrants and descendants from MENAPT countries",
    ("civil_status", "widowed_or_divorced"): "widowed or divorced",
    ("labour_market", "temporarily_outside"): "temporarily outside the labour market",
    ("labour_market", "permanently_outside"): "permanently outside the labour market",
    ("psychiatric", "any"): "at least one psychiatric disease",
}
SEXES = {"M": "men", "F": "women"}
CLINIC_TYPES = {
    "plo": "ordinary clinic",
    "region": "regional clinic",
    "tender": "tender clinic",
    "island": "island clinic",
    "": "clinic",
}
STATUSES = {
    "no_patients": (
        "No citizen of group 1 was enrolled in this clinic at the status date. Without patients there is no mean "
        "weight, and so no minimum number. The region may start from the need of the area where the clinic lies."
    ),
    "unregistered": (
        "No row of the clinic register covers the status date, so nobody knows the clinic's type, municipality or "
        "capacities. Its patients are counted and weighed, but there is nothing to multiply by: no minimum number."
    ),
    "no_capacities": (
        "The clinic register gives this clinic no capacities at the status date. There is nothing to multiply by: "
        "no minimum number."
    ),
}


def term_words(term: str) -> str:
    """Name a term; one of a scenario's own by its name in the model."""
    return TERMS.get(term, term.replace("_", " "))


def level_words(term: str, level: str) -> str:
    """Name the citizens who have a level."""
    if term == "age_sex" and level[:2] in ("M ", "F "):
        return f"{SEXES[level[0]]} {_ages(level[2:])}"
    if term == "somatic":
        return f"{level.removesuffix('+')}{' or more' if level.endswith('+') else ''} somatic diseases"
    return LEVELS.get((term, level), level.replace("_", " "))


def _ages(band: str) -> str:
    return f"{band.removesuffix('+')} and older" if band.endswith("+") else band.replace("-", "–")


def signed(number: int) -> str:
    """Print a whole number with its sign and thousands: ``+12``, ``−1,034``, ``0``."""
    return f"{'+' if number > 0 else '−' if number < 0 else ''}{abs(number):,}"


def grouped(value: Fraction | int, places: int) -> str:
    """Print a number with thousands and that many decimals, half to even."""
    if places == 0:
        return f"{half_even(Fraction(value).numerator, Fraction(value).denominator):,}".replace("-", "−")
    units = scaled(value, 10**places)
    integer, _, rest = decimals(abs(units), places).partition(".")
    return f"{'−' if units < 0 else ''}{int(integer):,}.{rest}"


def exactly(value: Fraction) -> str:
    """Print a number with 9 decimals, as the result tables have it, with thousands."""
    return grouped(value, 9)


def whole(value: Fraction) -> str:
    """Print a number that is not negative as whole patients, a half up."""
    return f"{half_up(value.numerator, value.denominator):,}"


def percent(share: Fraction) -> str:
    """Print a share in percent with one decimal."""
    return f"{grouped(share * 100, 1)} %"


def plain_value(value: object) -> str:
    """Print a parameter's value for a reader: lists with commas, switches as on and off."""
    if isinstance(value, bool):
        return "on" if value else "off"
    return ", ".join(map(str, value)) if isinstance(value, tuple | list) else str(value)
