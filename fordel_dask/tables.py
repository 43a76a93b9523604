"""The result tables of a run as rows of text, exactly as they are printed."""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from fordel_dask.capacity import AreaNeed, ClinicNumber, CouncilNumber, PlanningNeed
from fordel_dask.capacity.area import WHOLE, moves_need, rounded_patients
from fordel_dask.capacity.clinic import left_out
from fordel_dask.explanation import AreaGroup, NationalMeans, parts_of
from fordel_dask.law.rounding import NANO, decimals, half_even
from fordel_dask.model import Model
from fordel_dask.nation import Nation, RegisterRow
from fordel_dask.printing import EMPTY, Row, count, given, number, ratio
from fordel_dask.uncertainty import AlternativeCouncil, AlternativeLevel, Chance, Interval

OERE_PER_KRONE = 100


def _projected(value: Fraction, whole: bool) -> str:
    return count(int(value)) if whole else number(value)


def _whole_citizens(nation: Nation, model: Model) -> bool:
    """Tell whether areas count whole citizens: without a projection, and without parts of commuters elsewhere (V05)."""
    return nation.projection is None and model.capacity.commuters_percent in (0, WHOLE)


def municipality_rows(areas: Sequence[AreaNeed], nation: Nation, model: Model) -> Iterator[Row]:
    """Print need by municipality."""
    whole = _whole_citizens(nation, model)
    for area in areas:
        patients = area.patients_per_capacity(model.capacity.citizens_per_capacity)
        weighted = Fraction(area.projected_nano, NANO)
        yield (
            area.municipality.code,
            area.municipality.name,
            area.municipality.council_id,
            count(area.citizens),
            _projected(area.projected, whole),
            number(weighted),
            number(ratio(weighted, area.projected)),
            number(area.need),
            given(area.municipality.area_km2),
            number(area.floor),
            number(patients),
            count(None if patients is None else rounded_patients(patients, model.clinics.rounding_step)),
        )


def planning_area_rows(needs: Sequence[PlanningNeed], nation: Nation, model: Model) -> Iterator[Row]:
    """Print need by planning area; places of people outside of them have neither code nor name."""
    norm = model.capacity.citizens_per_capacity
    whole = nation.projection is None and not moves_need(model.capacity)
    for need in needs:
        area, home = need.area, need.municipality.municipality
        patients, weighted = need.patients_per_capacity(norm), need.projected_nano / NANO
        yield (
            area.code if area else EMPTY,
            area.name if area else EMPTY,
            home.code,
            home.council_id,
            count(need.citizens),
            _projected(need.projected, whole),
            number(weighted),
            number(ratio(weighted, need.projected)),
            number(need.need(norm)),
            given(area.km2 if area else None),
            number(patients),
            count(None if patients is None else rounded_patients(patients, model.clinics.rounding_step)),
            given(area.east if area else None),
            given(area.north if area else None),
            given(area.life_expectancy if area else None),
        )


def maximum(council: CouncilNumber) -> str:
    """Print the number of a council: a whole one, but where a variant does not round it."""
    capacities = council.maximum_capacities
    return number(capacities) if council.rules.rounding == "none" else count(int(capacities))


def council_rows(councils: Sequence[CouncilNumber], nation: Nation, model: Model) -> Iterator[Row]:
    """Print the maximum of each council."""
    whole = _whole_citizens(nation, model)
    for council in councils:
        weighted = Fraction(council.projected_nano, NANO)
        yield (
            council.council_id,
            council.council,
            council.region,
            count(council.citizens),
            _projected(council.projected, whole),
            number(weighted),
            number(ratio(weighted, council.projected)),
            number(council.need),
            number(council.need_before_rounding - council.need),
            number(council.need_before_rounding),
            maximum(council),
            number(council.existing),
        )


def clinic_rows(clinics: Sequence[ClinicNumber], nation: Nation, model: Model) -> Iterator[Row]:
    """Print the minimum number of patients of each clinic."""
    for clinic in clinics:
        place = clinic.clinic.municipality
        municipality = None if place is None else nation.municipalities[place]
        weighted = Fraction(clinic.weighted_nano, NANO)
        yield (
            clinic.clinic.ydernummer,
            clinic.clinic.kind,
            municipality.code if municipality else EMPTY,
            municipality.council_id if municipality else EMPTY,
            given(clinic.clinic.capacities),
            count(clinic.patients),
            number(weighted),
            number(ratio(weighted, clinic.patients)),
            number(clinic.exact_minimum),
            count(clinic.minimum_per_capacity),
            count(clinic.minimum_patients),
            clinic.status,
            _note(clinic, model),
        )


def _note(clinic: ClinicNumber, model: Model) -> str:
    if left_out(clinic, model.clinics):
        return f"island clinic under {model.clinics.island_threshold} patients: not among existing capacities"
    if not clinic.clinic.registered:
        return "no row of the clinic register covers the status date"
    return EMPTY


def part_rows(groups: Sequence[AreaGroup], means: NationalMeans) -> Iterator[Row]:
    """Print the parts of every area that has citizens."""
    for group in groups:
        if group.citizens:
            for term, level, citizens, numerator, denominator in parts_of(group, means):
                weighted = decimals(half_even(numerator * NANO, denominator))
                yield (group.kind, group.code, term, level, str(citizens), weighted)


def estimate(value: float | None) -> str:
    """Print a number that is known as a binary float only; nothing for none."""
    return EMPTY if value is None else f"{round(value, 6) + 0.0:.6f}"


def interval_rows(found: Iterable[Interval]) -> Iterator[Row]:
    """Print how sure figures are."""
    for one in found:
        ends = (estimate(value) for value in (one.value, one.standard_error, one.low, one.high))
        yield (one.kind, one.code, one.level, one.figure, *ends, one.flag)


def chance_rows(found: Iterable[Chance], drawn: int) -> Iterator[Row]:
    """Print in how many of the nations drawn again a council would have so many capacities."""
    for one in found:
        yield one.council_id, count(one.capacities), count(one.replicates), estimate(one.replicates / drawn)


def alternative_weight_rows(found: Iterable[AlternativeLevel]) -> Iterator[Row]:
    """Print weights estimated in other ways."""
    for one in found:
        error = None if one.error is None else one.error / OERE_PER_KRONE
        numbers = (one.coefficient / OERE_PER_KRONE, error, one.weight)
        yield (one.estimator, one.name, one.term, one.level, *map(estimate, numbers))


def alternative_council_rows(found: Iterable[AlternativeCouncil]) -> Iterator[Row]:
    """Print what other estimators would make of councils."""
    for one in found:
        yield one.estimator, one.name, one.council_id, estimate(one.need), str(one.maximum_capacities), str(one.change)


def flow_rows(nation: Nation, enrolled: Iterable[tuple[int, int, int]]) -> Iterator[Row]:
    """Print how many citizens of each council are enrolled in each.

    ``enrolled`` is clinic, municipality and citizens, where there are any; clinic 0 is none.
    """
    flows: dict[tuple[str, str], int] = {}
    clinics = [EMPTY, *(_council_of(nation, clinic.municipality) for clinic in nation.clinics)]
    residences = [municipality.council_id for municipality in nation.municipalities]
    for clinic, place, citizens in enrolled:
        key = (residences[place], clinics[clinic])
        flows[key] = flows.get(key, 0) + citizens
    for (residence, council), citizens in sorted(flows.items()):
        yield (residence, council, count(citizens))


def register_rows(register: Iterable[RegisterRow]) -> Iterator[Row]:
    """Print the clinic register as it was delivered."""
    for row in register:
        yield (
            row.ydernummer,
            row.kind,
            row.municipality_code,
            given(row.capacities),
            row.first_day,
            row.last_day,
            count(row.present_limit),
            count(row.maximum),
            row.is_open,
            row.predecessor,
            given(row.east),
            given(row.north),
        )


def _council_of(nation: Nation, place: int | None) -> str:
    return EMPTY if place is None else nation.municipalities[place].council_id
