"""Which council and which clinic of a run are shown as examples: the same every time, nothing of them kept back.

A figure may be told less exactly than the law computes it. An example is shown only where what is told gives, step by
step, the very numbers of the run.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from fordel_dask.law.capacities import floor_of, need_of, number_rounded, with_floor
from fordel_dask.law.rounding import half_up, half_up_to_step, scaled
from fordel_dask.privacy import redacted
from fordel_dask.report.method.reading import Reading
from fordel_dask.report.told import Row

THOUSANDTH = 1000
ORDINARY, WITH_NUMBER = "plo", "ok"
NEAR_MEAN = Fraction(2, 100)
"""A clinic whose mean weight is nearer to 1 than this shows little."""


@redacted
@dataclass(frozen=True)
class Counts:
    """A municipality with what it counts for in its council, computed from what is told."""

    row: Row
    need: Fraction
    floor: Fraction

    @property
    def counts(self) -> Fraction:
        """Capacities that it counts for."""
        return with_floor(self.need, self.floor)


@redacted
@dataclass(frozen=True)
class CouncilExample:
    """A council with its municipalities and its number."""

    row: Row
    municipalities: Sequence[Counts]
    before_rounding: Fraction
    number: Fraction

    @property
    def largest(self) -> Counts:
        """The municipality that counts for most."""
        return max(self.municipalities, key=lambda one: (one.counts, one.row["municipality_code"]))


@redacted
@dataclass(frozen=True)
class ClinicExample:
    """A clinic with its numbers, computed from what is told."""

    row: Row
    exact: Fraction
    rounded: int
    capacities: Fraction
    minimum: int


def example_council(reading: Reading) -> CouncilExample | None:
    """Give the council that is shown: one where the floor binds, of a few municipalities; none if none can be shown."""
    found = [one for row in reading.run.councils.values() if (one := _council(reading, row))]
    return min(found, key=_order, default=None)


def example_clinic(reading: Reading) -> ClinicExample | None:
    """Give the clinic that is shown: an ordinary one whose patients differ from the mean; none if none can be shown."""
    found = [one for row in reading.run.clinics.values() if (one := _clinic(reading, row))]
    return min(found, key=lambda one: (not _differs(one), one.row["ydernummer"]), default=None)


def _order(one: CouncilExample) -> tuple[bool, bool, int, str]:
    binds = any(municipality.floor > municipality.need for municipality in one.municipalities)
    number = len(one.municipalities)
    return not binds, number == 1, number, one.row["council_id"]


def _differs(one: ClinicExample) -> bool:
    return abs(Fraction(one.row["mean_weight"]) - 1) > NEAR_MEAN


def _council(reading: Reading, row: Row) -> CouncilExample | None:
    if row["kept_back"] or not row["maximum_capacities"] or reading.value("capacity.floor_level") != "municipality":
        return None
    members = list(_members(reading, row["council_id"]))
    if not members or None in members:
        return None
    told = [one for one in members if one is not None]
    exact = sum((one.counts for one in told), Fraction(0))
    number = number_rounded(exact, reading.value("capacity.rounding"))
    if not (_is(exact, row["need_before_rounding"]) and _is(number, row["maximum_capacities"])):
        return None
    return CouncilExample(row, told, exact, number)


def _members(reading: Reading, council_id: str) -> Iterator[Counts | None]:
    """Give the municipalities of a council, none for one that cannot be shown."""
    for row in reading.run.municipalities.values():
        if row["council_id"] != council_id:
            continue
        yield None if row["kept_back"] or not row["weighted_citizens"] else _counts(reading, row)


def _counts(reading: Reading, row: Row) -> Counts | None:
    need = need_of(int(row["weighted_citizens"]), reading.run.model.norm)
    floor = floor_of(Fraction(row["area_km2"]), reading.value("capacity.floor_km2"))
    if not row["floor"] or not Fraction(row["floor"]):
        floor = Fraction(0)
    return Counts(row, need, floor) if _is(need, row["need"]) and _is(floor, row["floor"] or "0") else None


def _clinic(reading: Reading, row: Row) -> ClinicExample | None:
    is_shown = (row["clinic_type"], row["status"], row["kept_back"]) == (ORDINARY, WITH_NUMBER, "")
    if not is_shown or not row["weighted_patients"] or not int(row["weighted_patients"]):
        return None
    model = reading.run.model
    exact = Fraction(model.norm * int(row["patients"]), int(row["weighted_patients"]))
    rounded = half_up_to_step(exact, model.step)
    capacities = Fraction(row["capacities"])
    minimum = half_up((product := capacities * rounded).numerator, product.denominator)
    if (str(rounded), str(minimum)) != (row["minimum_per_capacity"], row["minimum_patients"]):
        return None
    return ClinicExample(row, exact, rounded, capacities, minimum)


def _is(exact: Fraction, told: str) -> bool:
    """Tell whether an exact figure is the one that is told, to a thousandth."""
    return scaled(exact, THOUSANDTH) == scaled(Fraction(told), THOUSANDTH)
