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
TERMS_DA = {
    "age_sex": "alder og køn",
    "origin": "herkomst",
    "civil_status": "civilstand",
    "labour_market": "tilknytning til arbejdsmarkedet",
    "somatic": "somatisk sygdom",
    "psychiatric": "psykisk sygdom",
    "clamp": "forventet forbrug under nul, sat til nul",
    "life_expectancy": "middellevetid, hvor borgerne bor",
    "rounding": "afrunding af vægtene",
    "projection": "befolkningen, som den ventes ved årets udgang",
}
LEVELS_DA = {
    ("origin", "menapt"): "indvandrere og efterkommere fra MENAPT-lande",
    ("civil_status", "widowed_or_divorced"): "enker, enkemænd og fraskilte",
    ("labour_market", "temporarily_outside"): "midlertidigt uden for arbejdsmarkedet",
    ("labour_market", "permanently_outside"): "varigt uden for arbejdsmarkedet",
    ("psychiatric", "any"): "mindst én psykisk sygdom",
}
SEXES_DA = {"M": "mænd", "F": "kvinder"}
CLINIC_TYPES_DA = {
    "plo": "almindelig klinik",
    "region": "regionsklinik",
    "tender": "udbudsklinik",
    "island": "ø-lægeklinik",
    "": "klinik",
}
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


STATUSES_DA = {
    "no_patients": (
        "Ingen borger i sikringsgruppe 1 var tilmeldt klinikken på opgørelsesdatoen. Uden patienter er der ingen "
        "gennemsnitlig sygdomsvægt og derfor intet minimumspatienttal. Regionen kan tage udgangspunkt i behovet i "
        "det område, hvor klinikken ligger."
    ),
    "unregistered": (
        "Ingen række i klinikregistret dækker opgørelsesdatoen, så ingen kender klinikkens type, kommune eller "
        "lægekapaciteter. Dens patienter er talt og vægtet, men der er intet at gange med: intet minimumspatienttal."
    ),
    "no_capacities": (
        "Klinikregistret giver ikke klinikken nogen lægekapaciteter på opgørelsesdatoen. Der er intet at gange med: "
        "intet minimumspatienttal."
    ),
}


def term_words(term: str, lang: str = "en") -> str:
    """Name a term in English or Danish; one of a scenario's own by its name in the model."""
    return (TERMS_DA if lang == "da" else TERMS).get(term, term.replace("_", " "))


def level_words(term: str, level: str, lang: str = "en") -> str:
    """Name the citizens who have a level, in English or Danish."""
    if lang == "da":
        return _level_in_danish(term, level)
    if term == "age_sex" and level[:2] in ("M ", "F "):
        return f"{SEXES[level[0]]} {_ages(level[2:])}"
    if (term, level) == ("somatic", "1"):
        return "one somatic disease"
    if term == "somatic":
        return f"{level.removesuffix('+')}{' or more' if level.endswith('+') else ''} somatic diseases"
    return LEVELS.get((term, level), level.replace("_", " "))


def _level_in_danish(term: str, level: str) -> str:
    if term == "age_sex" and level[:2] in ("M ", "F "):
        band = level[2:]
        ages = f"{band.removesuffix('+')} år og derover" if band.endswith("+") else f"{band.replace('-', '–')} år"
        return f"{SEXES_DA[level[0]]} {ages}"
    if (term, level) == ("somatic", "1"):
        return "én somatisk sygdom"
    if term == "somatic":
        return f"{level.removesuffix('+')}{' eller flere' if level.endswith('+') else ''} somatiske sygdomme"
    return LEVELS_DA.get((term, level), level.replace("_", " "))


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
