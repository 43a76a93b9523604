"""The optional tables beside the registers of persons: areas, projection, covariates, and what regions keep."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa

from fordel_dask import law
from fordel_dask.synthetic.areas import AREA_DECIMALS, areas, points_in
from fordel_dask.synthetic.chance import Chance, Ints, happens, some
from fordel_dask.synthetic.clinics import PATIENTS_PER_CAPACITY, Clinics, clinics_of
from fordel_dask.synthetic.columns import digits, pick, whole
from fordel_dask.synthetic.covariates import of_areas, of_clinics, of_municipalities
from fordel_dask.synthetic.files import write_text
from fordel_dask.synthetic.nation import EPOCH, Nation, Purpose, day_number, stream
from fordel_dask.synthetic.places import AGES, CIVIL_GROUPS, ages_by_place, civil_grid, places
from fordel_dask.synthetic.registers import YDERNR_DIGITS

PROJECTION_DECIMALS = 3
DEATHS_AT_0, DEATHS_GROW = 0.00002, 0.1
CHANGED_HANDS = 0.7  # of the closed clinics, taken over by another
WITH_MAXIMUM, MAXIMUM_RATIO = 0.3, 1.25
OCCUPIED, PARTLY = 0.9, 0.06
DECIDED, RAISED, DECIDED_STEP = 0.15, 0.8, 0.03
NOTICE_DAYS = 30  # twice: from the decision's and from the calculation's notice (memo 4.3.2)
REASONS = ("tilmeldte patienter", "ny klinik", "klinikken er delt", "kapacitet er flyttet")
CAPACITY_COLUMNS = (
    "MONTH", "YDERNR", "CAPACITY_ID", "ALLOCATED_FROM", "OCCUPIED_SHARE", "SPECIALIST", "VACANT_SINCE", "REPORTED_ON",
    "CAPACITIES",
)  # fmt: skip
COVARIATES = (
    "KOM", "HOSPITAL_KM", "EDUCATION_INDEX", "SPECIALIST_KM", "LIFE_EXPECTANCY_65", "LIFE_EXPECTANCY_MEN",
    "LIFE_EXPECTANCY_WOMEN",
)  # fmt: skip
DECLARED = """\
[prescriptions]
path = "prescriptions/*.parquet"
[areas]
path = "areas.csv"
[projection]
path = "projection.csv"
[[covariates]]
path = "covariates.csv"
by = "KOM"
names = [
  "HOSPITAL_KM", "EDUCATION_INDEX", "SPECIALIST_KM",
  "LIFE_EXPECTANCY_65", "LIFE_EXPECTANCY_MEN", "LIFE_EXPECTANCY_WOMEN",
]
kind = "number"
[[covariates]]
path = "covariates_persons/*.parquet"
by = "PNR"
[[covariates]]
path = "covariates_areas.csv"
by = "AREA"
[[covariates]]
path = "covariates_clinics.csv"
by = "YDERNR"
[capacity_register]
path = "capacity_register.csv"
[decisions]
path = "decisions.csv"
"""
Line = Sequence[str | int]


def write_extras(nation: Nation, out: Path) -> None:
    """Write the optional tables that are not of persons.

    Raises
    ------
    SpaceError
        If the files cannot be written.
    """
    write_text(out / "areas.csv", _text(("AREA", "NAME", "KOM", "KM2", "E", "N", "LIFE_EXPECTANCY"), _areas(nation)))
    write_text(out / "projection.csv", _text(("KOM", "KOEN", "ALDER", "PERSONS"), _projection(nation)))
    write_text(out / "covariates.csv", _text(COVARIATES, _covariates(nation)))
    write_text(out / "covariates_areas.csv", _text(("AREA", "DEPRIVED_HOUSING", "DEPRIVATION_INDEX"), of_areas(nation)))
    write_text(out / "covariates_clinics.csv", _text(("YDERNR", "TRAINEES", "SPECIAL_HOUSING"), of_clinics(nation)))
    write_text(out / "capacity_register.csv", _text(CAPACITY_COLUMNS, _capacities(nation)))
    notices = ("NOTICE_DECISION", "NOTICE_CALCULATION", "EFFECTIVE_FROM", "REASON")
    write_text(out / "decisions.csv", _text(("YDERNR", "NUMBER", "DECIDED_ON", *notices), _decisions(nation)))


def _text(head: Line, lines: Iterable[Line]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([head, *lines])
    return text.getvalue()


def _areas(nation: Nation) -> Iterable[Line]:
    here = areas(nation)
    kom = (places().codes[place] for place in here.place)
    km2 = (f"{units / 10**AREA_DECIMALS:.{AREA_DECIMALS}f}" for units in here.units)
    return zip(here.codes, here.names, kom, km2, here.east, here.north, here.life_expectancy, strict=True)


def _projection(nation: Nation) -> Iterable[Line]:
    """Give who is expected at the year's end: everybody a year older, less the deaths, and the newborn."""
    women = civil_grid()[:, len(CIVIL_GROUPS) :].sum(axis=1) / civil_grid().sum(axis=1)
    deaths = np.minimum(DEATHS_AT_0 * np.exp(DEATHS_GROW * np.arange(AGES)), 1.0)
    for place, row in enumerate(law.rows("geography/municipalities")):
        now = ages_by_place()[place] * nation.citizens
        for sex, share in ((1, 1 - women), (2, women)):
            then = np.append((now * share)[0], (now * share * (1 - deaths))[:-1])
            for age, persons in enumerate(then):
                yield row["kommunekode"], sex, age, f"{persons:.{PROJECTION_DECIMALS}f}"


def _covariates(nation: Nation) -> Iterable[Line]:
    """Give how far the nearest of the ten largest towns is, an index of education around 100, and what is beside."""
    rng, here = stream(nation, Purpose.OFFICES, 1), places()
    towns = np.argsort(-here.citizens)[:10]
    km = here.km[:, towns].min(axis=1) + 3
    education = 100 + 8 * np.log10(here.density / 200) + rng.normal(0, 3, km.size)
    rows = zip(here.codes[:-1], km, education, of_municipalities(nation), strict=False)
    return [(code, f"{far:.1f}", f"{index:.1f}", *more) for code, far, index, more in rows]


def clinic_extras(nation: Nation, row: Ints) -> dict[str, pa.Array]:
    """Give the optional columns of the clinic register for these rows: predecessor, maximum and place."""
    rng, clinics = stream(nation, Purpose.OFFICES), clinics_of(nation)
    size = clinics.ydernr.size
    predecessor = _predecessors(rng, clinics)
    most = np.round(clinics.capacities * PATIENTS_PER_CAPACITY * MAXIMUM_RATIO).astype(np.int64)
    km2 = np.array([float(municipality["areal_km2"]) for municipality in law.rows("geography/municipalities")])
    east, north = points_in(rng, clinics.place, km2)
    limited = np.where(happens(rng, WITH_MAXIMUM, size), np.arange(size), -1)
    return {
        "PREDECESSOR": pick(digits(clinics.ydernr, YDERNR_DIGITS), predecessor[row]),
        "MAXIMUM": pick(whole(most), limited[row]),
        "E": whole(np.round(east).astype(np.int64)[row]),
        "N": whole(np.round(north).astype(np.int64)[row]),
    }


def _predecessors(rng: Chance, clinics: Clinics) -> Ints:
    """Give for each clinic the closed one it took over, −1 for none."""
    found = np.full(clinics.ydernr.size, -1)
    for closed in range(clinics.n_open, clinics.ydernr.size):
        near = np.flatnonzero(
            (clinics.place[: clinics.n_open] == clinics.place[closed]) & (found[: clinics.n_open] < 0)
        )
        if near.size and rng.random() < CHANGED_HANDS:
            found[rng.choice(near)] = closed
    return found


def _capacities(nation: Nation) -> Iterable[Line]:
    """Give the monthly reports of the fee year: every capacity of every open clinic, and who fills it."""
    rng, clinics = stream(nation, Purpose.OFFICES, 2), clinics_of(nation)
    clinic = np.repeat(np.arange(clinics.n_open), np.ceil(clinics.capacities[: clinics.n_open]).astype(np.int64))
    number = np.arange(clinic.size) - np.searchsorted(clinic, clinic)
    size = np.round(np.minimum(clinics.capacities[clinic] - number, 1.0), 2)  # whole ones, and what is left over
    share = np.where(happens(rng, OCCUPIED, clinic.size), 1.0, np.where(happens(rng, PARTLY, clinic.size), 0.5, 0.0))
    since = nation.fee_year_start - rng.integers(0, 900, clinic.size)
    since = np.where(happens(rng, 0.3, clinic.size), since + 900, since)
    for month in range(1, 13):
        told = date(nation.fee_year + month // 12, month % 12 + 1, 10)
        first = (date(nation.fee_year, month, 1) - EPOCH).days
        vacant = (share < 1) & (since < first)
        for n in range(clinic.size):
            name = f"{clinics.ydernr[clinic[n]]:0{YDERNR_DIGITS}}"
            filled = share[n] if vacant[n] else 1.0
            yield (
                f"{nation.fee_year}-{month:02}", name, f"{name}-{number[n] + 1}", "2010-01-01", f"{filled:g}",
                int(filled > 0), _day(int(since[n])) if vacant[n] else "", told.isoformat(),
                f"{size[n]:g}",
            )  # fmt: skip


def _decisions(nation: Nation) -> Iterable[Line]:
    """Give the decisions of the fee year on the fewest patients of clinics, with their notices.

    They are taken from 1 July on, as the law's first ones were in 2025, and differ from the present limit.
    """
    rng, clinics = stream(nation, Purpose.OFFICES, 3), clinics_of(nation)
    chosen = some(rng, clinics.n_open, DECIDED)
    now = np.round(clinics.capacities[chosen] * PATIENTS_PER_CAPACITY).astype(np.int64)
    raised = happens(rng, RAISED, chosen.size)
    step = np.maximum(np.round(now * DECIDED_STEP).astype(np.int64), 1)
    patients = np.maximum(np.where(raised, now + step, now - step), 1)
    first = day_number(nation.fee_year, 7, 1)
    decided = rng.integers(first, nation.status_day, chosen.size)
    told, shown = decided + rng.integers(0, 4, chosen.size), decided + rng.integers(0, 10, chosen.size)
    effective = np.where(raised, np.maximum(told, shown) + NOTICE_DAYS, decided)
    reason = rng.integers(0, len(REASONS), chosen.size)
    for n, clinic in enumerate(chosen):
        days = (_day(int(day[n])) for day in (decided, told, shown, effective))
        yield f"{clinics.ydernr[clinic]:0{YDERNR_DIGITS}}", int(patients[n]), *days, REASONS[reason[n]]


def _day(day: int) -> str:
    return (EPOCH + timedelta(days=day)).isoformat()
