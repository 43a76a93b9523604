"""Each clinic's minimum number of patients before it may close its list (model section 7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from fordel_dask.law.capacities import is_left_out
from fordel_dask.law.rounding import NANO, half_up, half_up_to_step
from fordel_dask.model.model import Clinics
from fordel_dask.nation import Clinic, Nation

OK, NO_PATIENTS, UNREGISTERED, NO_CAPACITIES = "ok", "no_patients", "unregistered", "no_capacities"


@dataclass(frozen=True)
class ClinicNumber:
    """One clinic: patients and their weight (10⁻⁹), and what follows for it."""

    clinic: Clinic
    patients: int
    weighted_nano: int
    norm: int
    step: int

    @property
    def status(self) -> str:
        """Whether the clinic gets a number, and if not, why."""
        if self.patients == 0:
            return NO_PATIENTS
        if not self.clinic.registered:
            return UNREGISTERED
        return OK if self.clinic.capacities else NO_CAPACITIES

    @property
    def exact_minimum(self) -> Fraction | None:
        """Patients per capacity, exact: the norm over the mean weight."""
        if self.weighted_nano == 0:
            return None
        return Fraction(self.norm * NANO * self.patients, self.weighted_nano)

    @property
    def minimum_per_capacity(self) -> int | None:
        """Patients per capacity, rounded to the step, a half up (R31)."""
        exact = self.exact_minimum
        return half_up_to_step(exact, self.step) if self.status == OK and exact is not None else None

    @property
    def minimum_patients(self) -> int | None:
        """Patients of the clinic: capacities × the rounded minimum per capacity, a half up to a whole patient."""
        rounded = self.minimum_per_capacity
        if rounded is None or self.clinic.capacities is None:
            return None
        total = self.clinic.capacities * rounded
        return half_up(total.numerator, total.denominator)


def clinic_numbers(
    nation: Nation, patients: Sequence[int], weighted_nano: Sequence[int], norm: int, rules: Clinics
) -> tuple[ClinicNumber, ...]:
    """Give the number of every clinic of the register and every clinic of a counted citizen."""
    return tuple(
        ClinicNumber(clinic, int(count), int(nano), norm, rules.rounding_step)
        for clinic, count, nano in zip(nation.clinics, patients, weighted_nano, strict=True)
        if clinic.in_register or count
    )


def left_out(number: ClinicNumber, rules: Clinics) -> bool:
    """Tell whether a clinic is an island clinic too small to count among existing capacities (R26)."""
    return is_left_out(number.clinic.kind, number.patients, rules.island_threshold)


def existing_capacities(nation: Nation, numbers: Sequence[ClinicNumber], rules: Clinics) -> dict[str, Fraction]:
    """Give the capacities of the clinics registered in each council."""
    total: dict[str, Fraction] = {}
    for number in numbers:
        place, capacities = number.clinic.municipality, number.clinic.capacities
        if place is not None and capacities is not None and not left_out(number, rules):
            council = nation.municipalities[place].council_id
            total[council] = total.get(council, Fraction(0)) + capacities
    return total
