"""What one model makes of the nation, without any citizen: the figures that variants are compared by."""

from dataclasses import dataclass
from fractions import Fraction

from fordel_dask.errors import CoverageError
from fordel_dask.model import Model


@dataclass(frozen=True)
class CouncilFigures:
    """A council: need (capacities), need before rounding with the floor, the number, and capacities that exist."""

    council_id: str
    need: Fraction
    need_before_rounding: Fraction
    maximum: Fraction
    existing: Fraction


@dataclass(frozen=True)
class MunicipalityFigures:
    """A municipality: citizens expected, their weight, need, floor, and patients per capacity (none without weight)."""

    code: str
    projected: Fraction
    weighted: Fraction
    need: Fraction
    floor: Fraction
    patients_per_capacity: Fraction | None


@dataclass(frozen=True)
class ClinicFigures:
    """A clinic: patients, their weight, and its numbers (none where it gets none); ``status`` as in clinics.csv."""

    ydernummer: str
    patients: int
    weighted: Fraction
    exact: Fraction | None
    minimum_per_capacity: int | None
    minimum_patients: int | None
    status: str


@dataclass(frozen=True)
class WeightFigures:
    """An estimated level: coefficient in 10⁻⁶ kroner, its weight (none where weights are no sum of coefficients)."""

    term: str
    level: str
    citizens: int
    coefficient_micro: int
    weight: Fraction | None


@dataclass(frozen=True)
class FitFigures:
    """How well the weights fit the sample: citizens, coefficients, and the share of the variance of annual fees.

    ``r_squared`` is by citizen, weighted by exposure; ``mean_fee_oere`` the mean annual fee of the sample.
    """

    citizens: int
    clinics: int
    coefficients: int
    r_squared: float
    mean_fee_oere: float


@dataclass(frozen=True)
class CaseFigures:
    """The figures of one case, base included. ``hash`` is the resolved model's; ``same_pass_as_base`` tells whether
    citizens were counted again for it.

    Councils, municipalities and clinics stand in the same order in every case, but clinics that nobody counted belongs
    to and that are not in the register are left out.
    """

    name: str
    model: Model
    citizens: int
    councils: tuple[CouncilFigures, ...]
    municipalities: tuple[MunicipalityFigures, ...]
    clinics: tuple[ClinicFigures, ...]
    weights: tuple[WeightFigures, ...]
    fit: FitFigures
    same_pass_as_base: bool
    seconds: float


@dataclass(frozen=True)
class NotRun:
    """A case that could not be run on these data, and why; ``exit_code`` is that of a run of it alone."""

    name: str
    why: str
    exit_code: int = CoverageError.exit_code
