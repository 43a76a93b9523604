"""Dispensed medicine: one time too few and just enough, the borders of the year, returns and untidy codes."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from fordel_dask import law

from .files import Table
from .people import Frame

DAY = timedelta(days=1)
YEAR = 365 * DAY
TAILS = {3: ["", "A", "AA", "AA01"], 4: ["", "A", "A01"], 5: ["", "01", "05"], 7: [""]}
UNLISTED = ["J01", "J01CA04", "N02BA", "N02BA01", "R06AE", "G03XC", "A10", "V03AB", "N05AA01"]
MALFORMED = [None, "", " ", "C", "C0", "02C", "C02C1", "C02CA1", "C02CA011", "CO2CA01", "C02-CA", "Z", "123"]

Row = tuple[str | None, str | None, date | None, Decimal | None]  # PNR, ATC, EKSD, APK


def prescriptions(nation: Frame, rng: Random) -> Table:
    """Give the dispensings of persons, of strangers, and those to practices, which have no person."""
    arms = [row for row in law.rows("codes/multimorbidity") if row["atc_prefixes"]]
    rows: list[Row] = []
    for key in [*nation.keys, *nation.strangers]:
        for arm in rng.sample(arms, rng.choice([0, 0, 0, 1, 2, 3, 6])):
            rows += treatment(nation, key, arm["atc_prefixes"].split(), int(arm["min_prescriptions"]), rng)
    rows += [(None, rng.choice(["N02BE01", None]), inside(nation, rng), Decimal(5)) for _ in range(9)]
    columns = list(zip(*rows, strict=True))
    return {name: list(values) for name, values in zip(("PNR", "ATC", "EKSD", "APK"), columns, strict=True)}


def treatment(nation: Frame, key: str, prefixes: list[str], enough: int, rng: Random) -> list[Row]:
    """Give the rows of one medicine of one person: enough or nearly, then one thing that may change the count."""
    rows: list[Row] = [
        (key, code(rng.choice(prefixes), rng), inside(nation, rng), Decimal(rng.choice([1, 1, 2, 30])))
        for _ in range(enough + rng.choice([-1, -1, 0, 0, 1]))
    ]
    atc = code(rng.choice(prefixes), rng)
    first, end = nation.status - YEAR, nation.status
    more: list[list[Row]] = [
        [],
        [],
        [(key, atc, inside(nation, rng), Decimal(-1))],
        [(key, atc, inside(nation, rng), Decimal(-3)), (key, atc, inside(nation, rng), Decimal(1))],
        [(key, atc, rng.choice([first, end - DAY]), Decimal(1))],
        [(key, atc, rng.choice([first - DAY, end, end + DAY]), Decimal(1))],
        [(key, atc, rng.choice([first - DAY, end]), Decimal(-1))],
        [(key, atc, rng.choice([end.replace(year=end.year - 2), end - 3 * YEAR, None]), Decimal(1))],
        [(key, rng.choice(UNLISTED), inside(nation, rng), Decimal(1))],
        [(key, rng.choice(MALFORMED), inside(nation, rng), Decimal(1))],
        [(key, atc, inside(nation, rng), rng.choice([Decimal(0), Decimal("1.5"), Decimal("-0.5"), None]))],
    ]
    return rows + rng.choice(more)


def code(prefix: str, rng: Random) -> str:
    """Give a code of the prefix, of any length the ATC system has, now and then as people type it."""
    atc = prefix + rng.choice(TAILS[len(prefix)])
    return rng.choice([atc] * 8 + [atc.lower(), f" {atc} ", atc.capitalize()])


def inside(nation: Frame, rng: Random) -> date:
    """Give a day of the year before the status date, its first and last more often."""
    return nation.status - DAY * rng.choice([1, 365, rng.randint(1, 365), rng.randint(1, 365)])
