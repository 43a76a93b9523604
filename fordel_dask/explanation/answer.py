"""All that explains one number of a RUN: of a clinic, a municipality or a council."""

from dataclasses import dataclass
from fractions import Fraction

from fordel_dask.explanation.found import CLINIC, COUNCIL, MUNICIPALITY, Country, Found, Level, Row, Rules, Unsaid
from fordel_dask.explanation.patients import PatientPart, WeightedPart, in_patients, patients_per_capacity

CITIZENS_OF = {CLINIC: "patients", MUNICIPALITY: "projected_citizens", COUNCIL: "projected_citizens"}
WEIGHTED_OF = {CLINIC: "weighted_patients", MUNICIPALITY: "weighted_citizens", COUNCIL: "weighted_citizens"}
OK = "ok"


@dataclass(frozen=True)
class LevelFigures:
    """One level of the model here and elsewhere: citizens with it, and what each of them adds in kroner a year.

    ``in_council`` is their share in the council around a clinic or municipality, where there is one.
    """

    term: str
    level: str
    citizens: int
    share: Fraction | None
    in_council: Fraction | None
    everywhere: int
    in_country: Fraction
    coefficient_kr: Fraction
    weight: str

    @property
    def kroner(self) -> Fraction:
        """What the level adds to the yearly consumption expected of all of them."""
        return self.citizens * self.coefficient_kr


@dataclass(frozen=True)
class Surroundings:
    """The municipality and the council in which a clinic or area lies, as rows of their tables."""

    municipality: Row | None
    council: Row | None


@dataclass(frozen=True)
class Sureness:
    """What a RUN says of how sure a number is: intervals by figure, a council's chances, or why it says nothing."""

    confidence: Fraction
    intervals: dict[str, Row]
    chances: tuple[Row, ...]
    unsaid: Unsaid | None


@dataclass(frozen=True)
class Answer:
    """One clinic or area: its row of the result table, its parts, and what is needed to read them.

    ``citizens`` are N, ``persons`` P (the same without a projection), ``weighted`` S; ``parts`` lead in patients
    from the norm to the number per capacity, ``weighted_parts`` from N (or P) to S; ``members`` are the
    municipalities of a council.
    """

    kind: str
    code: str
    row: Row
    around: Surroundings
    citizens: int
    persons: Fraction
    weighted: Fraction
    rules: Rules
    country: Country
    weighted_parts: tuple[WeightedPart, ...]
    parts: tuple[PatientPart, ...]
    levels: tuple[LevelFigures, ...]
    sureness: Sureness
    members: tuple[Row, ...]

    @property
    def exact(self) -> Fraction | None:
        """Patients per capacity, exact; none where nobody has a weight."""
        return patients_per_capacity(self.persons, self.weighted, self.rules.norm)

    @property
    def mean_weight(self) -> Fraction | None:
        """Weighted citizens over citizens; none where there are none."""
        return self.weighted / self.persons if self.persons else None

    @property
    def has_number(self) -> bool:
        """Whether there is a published whole number to explain."""
        if self.kind == COUNCIL:
            return True
        column = "minimum_patients" if self.kind == CLINIC else "patients_per_capacity_rounded"
        return bool(self.row[column])

    @property
    def has_floor_only(self) -> bool:
        """Whether a council has no citizens who weigh anything, so that only its floor counts."""
        return self.kind == COUNCIL and not self.weighted


def answer_of(found: Found, kind: str, code: str) -> Answer:
    """Gather what explains the number of one clinic or area of a RUN."""
    row = found.rows[kind][code]
    persons, weighted = Fraction(row[CITIZENS_OF[kind]]), Fraction(row[WEIGHTED_OF[kind]])
    parts, around = tuple(found.parts.get((kind, code), ())), _around(found, kind, row)
    return Answer(
        kind=kind,
        code=code,
        row=row,
        around=around,
        citizens=int(row["patients" if kind == CLINIC else "citizens"]),
        persons=persons,
        weighted=weighted,
        rules=found.rules,
        country=found.country,
        weighted_parts=parts,
        parts=in_patients(parts, persons, weighted, found.rules.norm),
        levels=_levels(found, kind, code, around.council),
        sureness=_sureness(found, kind, code),
        members=_members(found, code) if kind == COUNCIL else (),
    )


def _around(found: Found, kind: str, row: Row) -> Surroundings:
    """Find where a clinic or area lies: a clinic in its municipality, all in their council."""
    municipality = found.rows[MUNICIPALITY].get(row["municipality_code"]) if kind == CLINIC else None
    return Surroundings(municipality, found.rows[COUNCIL].get(row["council_id"]))


def _members(found: Found, council: str) -> tuple[Row, ...]:
    return tuple(row for row in found.rows[MUNICIPALITY].values() if row["council_id"] == council)


def _counts(found: Found, kind: str, code: str) -> dict[Level, int]:
    return {(part.term, part.level): part.citizens for part in found.parts.get((kind, code), ()) if part.level}


def _levels(found: Found, kind: str, code: str, council: Row | None) -> tuple[LevelFigures, ...]:
    row = found.rows[kind][code]
    here, everyone_here = _counts(found, kind, code), int(row["patients" if kind == CLINIC else "citizens"])
    has_council = kind != COUNCIL and council is not None
    nearby = _counts(found, COUNCIL, row["council_id"]) if has_council else {}
    everyone_nearby = int(council["citizens"]) if has_council and council is not None else 0
    everyone = max(found.country.citizens, 1)
    return tuple(
        LevelFigures(
            *level,
            citizens=citizens,
            share=Fraction(citizens, everyone_here) if everyone_here else None,
            in_council=Fraction(nearby.get(level, 0), everyone_nearby) if everyone_nearby else None,
            everywhere=found.country.levels.get(level, 0),
            in_country=Fraction(found.country.levels.get(level, 0), everyone),
            coefficient_kr=Fraction(found.weights[level]["coefficient_kr"]),
            weight=found.weights[level]["weight"],
        )
        for level, citizens in here.items()
        if level in found.weights
    )


def _sureness(found: Found, kind: str, code: str) -> Sureness:
    chances = tuple(found.chances.get(code, ())) if kind == COUNCIL else ()
    return Sureness(found.confidence, dict(found.intervals.get((kind, code), {})), chances, found.unsaid)
