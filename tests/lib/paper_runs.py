"""RUNs on paper: a handful of citizens by level, computed as the model says, as the tables that explanations read.

Citizens have exactly one level of the term ``age_sex``, and may have ``psychiatric any``. Life expectancy is given as
a factor of each municipality. With ``expected`` a municipality's citizens at the year's end are so many times today's.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from fordel_dask.explanation import AreaGroup, NationalMeans, parts_of
from fordel_dask.explanation.found import Found, found_in
from fordel_dask.law.rounding import MICRO, NANO, decimals, half_even, half_up, half_up_to_step
from fordel_dask.printing import number

SICK = ("psychiatric", "any")
YOUNG, OLD = ("age_sex", "M 0-4"), ("age_sex", "M 90+")
KRONER = {YOUNG: 800, OLD: 2000, SICK: 400}


@dataclass(frozen=True)
class Town:
    """A municipality: young and old citizens, how many of all are sick, km², factor of life expectancy."""

    code: str
    council: str
    young: int
    old: int
    sick: int = 0
    km2: int = 0
    factor: Fraction = Fraction(1)
    expected: Fraction = Fraction(1)

    @property
    def citizens(self) -> int:
        return self.young + self.old

    @property
    def counts(self) -> dict[tuple[str, str], int]:
        return {YOUNG: self.young, OLD: self.old, SICK: self.sick}


@dataclass(frozen=True)
class Practice:
    """A clinic: where, capacities (0 for none), and its patients; they all live where the clinic lies."""

    ydernummer: str
    town: str
    capacities: Fraction
    young: int
    old: int
    sick: int = 0
    kind: str = "plo"


@dataclass(frozen=True)
class Paper:
    """A nation on paper, and the model it is run with; ``kroner`` are coefficients, whole ones."""

    towns: Sequence[Town]
    clinics: Sequence[Practice] = ()
    kroner: Mapping[tuple[str, str], int] = field(default_factory=lambda: KRONER)
    norm: int = 1600
    step: int = 50
    floor_km2: int | None = None
    projected: bool = False

    def but(self, **changed):
        """Give the same with something changed."""
        return replace(self, **changed)

    def towns_but(self, **changed):
        """Give the same with something changed in every town."""
        return replace(self, towns=[replace(town, **changed) for town in self.towns])


def run_on_paper(paper: Paper) -> Found:
    """Give the RUN of a nation on paper."""
    return found_in(manifest_of(paper), tables_of(paper))


def manifest_of(paper: Paper, year: int = 2026) -> dict[str, object]:
    """Give what of a RUN's manifest comparisons read."""
    values = {
        "capacity.citizens_per_capacity": paper.norm,
        "clinics.rounding_step": paper.step,
        "capacity.floor": paper.floor_km2 is not None,
        "capacity.floor_km2": paper.floor_km2 or 35,
        "clinics.island_threshold": 500,
    }
    return {
        "nation": {"year": year, "life_expectancy": "81.6"},
        "noticed": {"projection": paper.projected},
        "model": {"name": "paper", "parameters": {key: {"value": v, "unit": "-"} for key, v in values.items()}},
    }


class _Sums:
    """The country of a nation on paper: raw weights in 10⁻⁶ kroner, and what brings them to mean 1."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.citizens = sum(town.citizens for town in paper.towns)
        self.raw_total = sum(self.raw(town.counts) for town in paper.towns)
        self.corrected = sum(self.raw(town.counts) * town.factor for town in paper.towns)
        levels = [(n, *level, kr * MICRO, self.everywhere(level)) for n, (level, kr) in enumerate(paper.kroner.items())]
        self.means = NationalMeans(self.citizens, self.raw_total, 0, tuple(levels))

    def everywhere(self, level):
        return sum(town.counts.get(level, 0) for town in self.paper.towns)

    def raw(self, counts):
        return sum(counts.get(level, 0) * kroner * MICRO for level, kroner in self.paper.kroner.items())

    def exact(self, counts, factor):
        return self.raw(counts) * factor * self.citizens / Fraction(self.corrected)

    def rows(self, kind, code, counts, exact, projection=None):
        """Print the parts of an area whose rounded weight is that of its citizens together."""
        citizens = counts[YOUNG] + counts[OLD]
        if not citizens:
            return []
        group = AreaGroup(
            kind=kind,
            code=code,
            citizens=citizens,
            by_column=[counts.get(level, 0) for level in self.paper.kroner],
            raw=self.raw(counts),
            clamp=0,
            below_zero=0,
            exact_weight=exact,
            weighted_nano=_nano(exact),
            projection=projection,
        )
        return [
            {
                **{"area_kind": kind, "code": code, "term": part.term, "level": part.level},
                **{"citizens": str(part.citizens)},
                "weighted_part": decimals(half_even(part.numerator * NANO, part.denominator)),
            }
            for part in parts_of(group, self.means)
        ]


def _nano(value):
    return half_even(value.numerator * NANO, value.denominator)


def tables_of(paper: Paper) -> dict[str, list[dict[str, str]]]:
    """Give the tables of the RUN of a nation on paper."""
    sums = _Sums(paper)
    towns = {town.code: _town(paper, sums, town) for town in paper.towns}
    members: dict[str, list[Town]] = {}
    for town in paper.towns:
        members.setdefault(town.council, []).append(town)
    councils = [_council(paper, sums, code, own, towns) for code, own in sorted(members.items())]
    clinics = [_clinic(paper, sums, one) for one in paper.clinics]
    mean = Fraction(sums.raw_total, sums.citizens)
    return {
        "weights": [
            {"term": t, "level": n, "coefficient_kr": f"{kr}.000000", "weight": number(kr * MICRO / mean)}
            for (t, n), kr in paper.kroner.items()
        ],
        "municipalities": [row for row, _ in towns.values()],
        "councils": [row for row, _ in councils],
        "clinics": [row for row, _ in clinics],
        "parts": [part for _, parts in (*towns.values(), *councils, *clinics) for part in parts],
    }


def _weighed(paper, town, sums):
    """Give citizens counted and weighted citizens (10⁻⁹) of a town, with its projection if there is one."""
    today = _nano(sums.exact(town.counts, town.factor))
    if not paper.projected:
        return Fraction(town.citizens), today, None
    # those who are expected are somewhat heavier than those of today
    weighted = _nano(Fraction(today, NANO) * town.expected * Fraction(101, 100))
    persons = Fraction(_nano(town.citizens * town.expected), NANO)
    return persons, weighted, Fraction(weighted - today, NANO) - (persons - town.citizens)


def _town(paper, sums, town):
    persons, nano, projection = _weighed(paper, town, sums)
    weighted = Fraction(nano, NANO)
    floor = Fraction(town.km2, paper.floor_km2) if paper.floor_km2 else Fraction(0)
    patients = paper.norm * persons / weighted if weighted else None
    row = {
        **{"municipality_code": town.code, "municipality": f"Town {town.code}", "council_id": town.council},
        **{"citizens": str(town.citizens), "projected_citizens": number(persons)},
        **{"weighted_citizens": number(weighted), "need": number(weighted / paper.norm)},
        **{"mean_weight": number(weighted / persons if persons else None)},
        **{"area_km2": str(town.km2), "floor": number(floor), "patients_per_capacity": number(patients)},
        "patients_per_capacity_rounded": "" if patients is None else str(half_up_to_step(patients, paper.step)),
    }
    return row, sums.rows("municipality", town.code, town.counts, sums.exact(town.counts, town.factor), projection)


def _council(paper, sums, code, own, towns):
    persons, weighted, before, added = Fraction(0), Fraction(0), Fraction(0), Fraction(0)
    for town in own:
        people, nano, projection = _weighed(paper, town, sums)
        floor = Fraction(town.km2, paper.floor_km2) if paper.floor_km2 else Fraction(0)
        persons, weighted = persons + people, weighted + Fraction(nano, NANO)
        before += max(Fraction(nano, NANO) / paper.norm, floor)
        added += projection or 0
    counts = {level: sum(town.counts[level] for town in own) for level in (YOUNG, OLD, SICK)}
    row = {
        **{"council_id": code, "council": code.title(), "region": f"Region {code[0].upper()}"},
        **{"citizens": str(sum(town.citizens for town in own)), "projected_citizens": number(persons)},
        **{"weighted_citizens": number(weighted), "need": number(weighted / paper.norm)},
        **{"mean_weight": number(weighted / persons if persons else None)},
        **{"floor_addition": number(before - weighted / paper.norm), "need_before_rounding": number(before)},
        **{"maximum_capacities": str(math.ceil(before)), "existing_capacities": "0.000000000"},
    }
    exact = sum((sums.exact(town.counts, town.factor) for town in own), Fraction(0))
    return row, sums.rows("council", code, counts, exact, added if paper.projected else None)


def _clinic(paper, sums, clinic):
    town = next(one for one in paper.towns if one.code == clinic.town)
    counts = {YOUNG: clinic.young, OLD: clinic.old, SICK: clinic.sick}
    patients = clinic.young + clinic.old
    exact = sums.exact(counts, town.factor)
    weighted = Fraction(_nano(exact), NANO)
    has_number = patients and clinic.capacities
    each = half_up_to_step(paper.norm * patients / weighted, paper.step) if has_number else None
    total = None if each is None else clinic.capacities * each
    row = {
        **{"ydernummer": clinic.ydernummer, "clinic_type": clinic.kind, "municipality_code": town.code},
        **{"council_id": town.council, "capacities": str(float(clinic.capacities)) if clinic.capacities else ""},
        **{"patients": str(patients), "weighted_patients": number(weighted)},
        **{"mean_weight": number(weighted / patients if patients else None)},
        **{"minimum_per_capacity": "" if each is None else str(each)},
        "minimum_patients": "" if total is None else str(half_up(total.numerator, total.denominator)),
        "status": "ok" if has_number else "no_patients" if not patients else "no_capacities",
    }
    return row, sums.rows("clinic", clinic.ydernummer, counts, exact)
