"""The clinic register: changes at the year's end, closed ones, no capacities, islands."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from fordel_dask import law

from .files import Table

LONG_AGO = date(2010, 1, 1)
CAPACITIES = [Decimal(text) for text in ("1", "2", "0.5", "1.25", "3", "1.0", "4", "2.333")]
Row = tuple[str, str, str, Decimal | None, date, date | None, str | None]


@dataclass(frozen=True)
class Clinics:
    """The register, the clinics persons may be enrolled in, and which of those are ordinary."""

    table: Table
    ordinary: list[str]
    special: list[str]

    def any(self, rng: Random) -> str | None:
        """Give a clinic: mostly an ordinary one, sometimes a special one or none."""
        chance = rng.random()
        if chance < 0.04:
            return None
        return rng.choice(self.special if chance < 0.30 else self.ordinary)


def clinics(citizens: int, year: int, rng: Random) -> Clinics:
    """Give a register with one clinic per some 70 citizens and one or two of each awkward kind."""
    places = [row["kommunekode"] for row in law.rows("geography/municipalities")]
    numbers = iter(f"{number:06}" for number in rng.sample(range(1, 99_999), citizens // 70 + 40))
    ordinary = [next(numbers) for _ in range(citizens // 70 + 4)]
    rows: list[Row] = [
        (code, "plo", rng.choice(places), rng.choice(CAPACITIES), LONG_AGO, None, None) for code in ordinary
    ]
    special = []
    for way in awkward_clinics(date(year, 1, 1)):
        code = next(numbers)
        special.append(code)
        place = rng.choice([*places, "411"])
        rows += [
            (code, kind, place, rng.choice(CAPACITIES) if size is ... else size, start, end, island)
            for kind, size, start, end, island in way
        ]
    special += [next(numbers), next(numbers)]  # not in the register at all
    rows.append((next(numbers), "plo", rng.choice(places), Decimal(1), LONG_AGO, None, None))  # nobody there
    names = ("YDERNR", "TYPE", "KOM", "CAPACITIES", "FRA", "TIL", "ISLAND")
    table = {name: list(values) for name, values in zip(names, zip(*rows, strict=True), strict=True)}
    return Clinics(table, ordinary, special)


def awkward_clinics(status: date) -> list[list[tuple]]:
    """Give the rows of each awkward clinic: type, capacities (... = any), from, to, island."""
    last = status - timedelta(days=1)
    later = status + timedelta(days=1)
    return [
        [("region", ..., LONG_AGO, None, None)],
        [("tender", ..., LONG_AGO, None, "0")],
        [("island", ..., LONG_AGO, None, None)],
        [("plo", ..., LONG_AGO, None, "1")],
        [("region", ..., LONG_AGO, None, "1")],  # an island, but the region's
        [("region", ..., LONG_AGO, last, None), ("plo", ..., status, None, None)],
        [("plo", ..., LONG_AGO, last, None), ("region", ..., status, None, None)],
        [("plo", ..., LONG_AGO, last, None)],  # closed the day before
        [("plo", ..., LONG_AGO, status, None)],  # closes on the day
        [("plo", ..., status, None, None)],
        [("plo", ..., later, None, None)],  # opens the day after
        [("plo", ..., LONG_AGO, status, None), ("tender", ..., later, None, None)],
        [("plo", Decimal(0), LONG_AGO, None, None)],
        [("plo", None, LONG_AGO, None, None)],
        [("island", Decimal("0.0"), LONG_AGO, None, None)],
    ]
