"""Each clinic's minimum number of patients before it may close its list (model section 7)."""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from fordel_dask.law.capacities import is_left_out
from fordel_dask.law.rounding import NANO, half_up, half_up_to_step
from fordel_dask.model.model import Clinics
from fordel_dask.nation import Clinic, Nation

OK, NO_PATIENTS, UNREGISTERED, NO_CAPACITIES = "ok", "no_patients", "unregistered", "no_capacities"
WHOLE = 100


@dataclass(frozen=True)
class ClinicNumber:
    """One clinic: patients and their weight (10⁻⁹), and what follows for it.

    ``trainees`` are positions; ``listed_before`` the patients of the day that a variant caps the number at;
    ``left_out`` says that its patients or capacities do not count.
    """

    clinic: Clinic
    patients: int
    weighted_nano: int
    norm: int
    rules: Clinics
    trainees: Fraction = Fraction(0)
    listed_before: int = 0
    left_out: bool = False

    @functools.cached_property
    def status(self) -> str:
        """Whether the clinic gets a number, and if not, why."""
        if self.patients == 0:
            return NO_PATIENTS
        if not self.clinic.registered:
            return UNREGISTERED
        return OK if self.capacities else NO_CAPACITIES

    @functools.cached_property
    def capacities(self) -> Fraction:
        """Capacities that see patients: all, or less what its trainees take (V34)."""
        registered = self.clinic.capacities or Fraction(0)
        if not self.trainees:
            return registered
        return max(registered - self.trainees * self.rules.trainee_percent / WHOLE, Fraction(0))

    @functools.cached_property
    def exact_minimum(self) -> Fraction | None:
        """Patients per capacity, exact: the norm over the mean weight."""
        if self.weighted_nano == 0:
            return None
        return Fraction(self.norm * NANO * self.patients, self.weighted_nano)

    @property
    def minimum_per_capacity(self) -> int | None:
        """Patients per capacity, rounded to the step, a half up (R31), within the bounds of a variant (V44)."""
        exact = self.exact_minimum
        if self.status != OK or exact is None:
            return None
        rounded = half_up_to_step(exact, self.rules.rounding_step)
        highest = self.rules.highest_per_capacity or rounded
        return max(min(rounded, highest), self.rules.lowest_per_capacity)

    @property
    def minimum_patients(self) -> int | None:
        """Patients of the clinic: capacities × the rounded minimum per capacity, a half up to a whole patient."""
        rounded, exact = self.minimum_per_capacity, self.exact_minimum
        if rounded is None or exact is None:
            return None
        total = self._beside_present_limit(self.capacities * rounded, exact)
        number = half_up(total.numerator, total.denominator)
        return min(number, self.listed_before) if self.listed_before else number

    def _beside_present_limit(self, calculated: Fraction, exact: Fraction) -> Fraction:
        """Keep a limit that is near enough (V45), or go part of the way from it (V49), where there is one."""
        limit = self.clinic.present_limit
        if limit is None:
            return calculated
        tolerance = self.rules.tolerance_patients * self.capacities
        if tolerance and abs(exact * self.capacities - limit) <= tolerance:
            return Fraction(limit)
        if self.rules.phase_in_percent == WHOLE:
            return calculated
        whole = half_up(calculated.numerator, calculated.denominator)
        return limit + Fraction((whole - limit) * self.rules.phase_in_percent, WHOLE)


@dataclass(frozen=True)
class ClinicFacts:
    """What variants look at besides patients, by position of the clinic: nothing where they do not.

    ``trainees`` positions, ``listed_before`` patients of an earlier day, ``left_out`` clinics.
    """

    trainees: Mapping[int, Fraction] = field(default_factory=dict)
    listed_before: Sequence[int] = ()
    left_out: frozenset[int] = frozenset()


def clinic_numbers(
    nation: Nation, sums: tuple[Sequence[int], Sequence[int]], norm: int, rules: Clinics, known: ClinicFacts
) -> tuple[ClinicNumber, ...]:
    """Give the number of every clinic of the register and every clinic of a counted citizen.

    ``sums`` are patients and their weight (10⁻⁹) of each clinic.
    """
    return tuple(
        ClinicNumber(
            clinic,
            int(count),
            int(nano),
            norm,
            rules,
            known.trainees.get(place, Fraction(0)),
            known.listed_before[place] if known.listed_before else 0,
            place in known.left_out,
        )
        for place, (clinic, count, nano) in enumerate(zip(nation.clinics, *sums, strict=True))
        if clinic.in_register or count
    )


def left_out(number: ClinicNumber, rules: Clinics) -> bool:
    """Tell whether a clinic's capacities are not among existing ones: a small island clinic's (R26), or a variant's."""
    return number.left_out or is_left_out(number.clinic.kind, number.patients, rules.island_threshold)


def existing_capacities(nation: Nation, numbers: Sequence[ClinicNumber], rules: Clinics) -> dict[str, Fraction]:
    """Give the capacities of the clinics registered in each council."""
    total: dict[str, Fraction] = {}
    for number in numbers:
        place = number.clinic.municipality
        if place is not None and not left_out(number, rules):
            council = nation.municipalities[place].council_id
            total[council] = total.get(council, Fraction(0)) + number.capacities
    return total
