"""How many capacities a clinic has been allocated, and how many of them are occupied (R22, R23, R26)."""

from dataclasses import dataclass
from fractions import Fraction

from fordel_dask.law.capacities import is_left_out
from fordel_dask.published import Clinic, Published


@dataclass(frozen=True)
class Occupancy:
    """Capacities of a clinic or area: ``allocated`` (udmøntede) and, of these, ``occupied`` (besatte)."""

    allocated: Fraction
    occupied: Fraction

    def __add__(self, other: "Occupancy") -> "Occupancy":
        return Occupancy(self.allocated + other.allocated, self.occupied + other.occupied)

    @property
    def vacant(self) -> Fraction:
        """Capacities that nobody fills."""
        return self.allocated - self.occupied


NONE = Occupancy(Fraction(0), Fraction(0))


def counts(clinic: Clinic, published: Published) -> bool:
    """Tell whether a clinic's capacities count in its council: all but island clinics with too few patients (R26).

    One that opened after the status date is of the type that the register has for it.
    """
    row = published.row_of.get(clinic.ydernummer)
    clinic_type = row.kind if row and not clinic.registered else clinic.kind
    return not is_left_out(clinic_type, clinic.patients, published.rules.island_threshold)


def as_registered(published: Published) -> dict[str, Occupancy]:
    """Give the capacities of the clinic register, all taken as occupied: what is known without a capacity register.

    By ydernummer; only clinics that count in their council.
    """
    return {
        clinic.ydernummer: Occupancy(clinic.capacities, clinic.capacities)
        for clinic in published.clinics.values()
        if clinic.registered and clinic.capacities is not None and counts(clinic, published)
    }
