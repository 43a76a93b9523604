"""What a RUN says about one clinic or area, gathered for an explanation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from fordel_dask.explanation.patients import (
    PatientPart,
    in_patients,
    national_shares,
    patients_per_capacity,
    read_parts,
)

Row = Mapping[str, str]
CLINIC, MUNICIPALITY, COUNCIL = "clinic", "municipality", "council"
TABLE_OF = {CLINIC: "clinics", MUNICIPALITY: "municipalities", COUNCIL: "councils"}
CODE_OF = {CLINIC: "ydernummer", MUNICIPALITY: "municipality_code", COUNCIL: "council_id"}
CITIZENS_OF = {CLINIC: "patients", MUNICIPALITY: "projected_citizens", COUNCIL: "projected_citizens"}
WEIGHTED_OF = {CLINIC: "weighted_patients", MUNICIPALITY: "weighted_citizens", COUNCIL: "weighted_citizens"}


@dataclass(frozen=True)
class Rules:
    """The figures of the model that an explanation names, as the RUN's manifest has them."""

    year: int
    norm: int
    step: int
    floor: bool
    floor_km2: int


@dataclass(frozen=True)
class Answer:
    """One clinic or area: its row of the result table, its parts in patients, and what is needed to read them.

    ``citizens`` are N, ``persons`` P (the same without a projection), ``weighted`` S;
    ``members`` the municipalities of a council; ``shares`` how common each level is in the country.
    """

    kind: str
    code: str
    row: Row
    place: tuple[str, ...]
    citizens: int
    persons: Fraction
    weighted: Fraction
    rules: Rules
    parts: tuple[PatientPart, ...]
    shares: Mapping[tuple[str, str], Fraction]
    members: tuple[Row, ...]

    @property
    def exact(self) -> Fraction | None:
        """Patients per capacity, exact; none where nobody has a weight."""
        return patients_per_capacity(self.persons, self.weighted, self.rules.norm)


def rules_of(manifest: Mapping[str, Any]) -> Rules:
    """Read the figures of the model from a RUN's manifest."""
    values = {key: entry["value"] for key, entry in manifest["model"]["parameters"].items()}
    return Rules(
        year=int(manifest["nation"]["year"]),
        norm=int(values["capacity.citizens_per_capacity"]),
        step=int(values["clinics.rounding_step"]),
        floor=bool(values["capacity.floor"]),
        floor_km2=int(values["capacity.floor_km2"]),
    )


def answer_of(kind: str, row: Row, tables: Mapping[str, Sequence[Row]], rules: Rules) -> Answer:
    """Gather what explains the number of one clinic or area; ``row`` is its row of the result table."""
    code = row[CODE_OF[kind]]
    persons, weighted = Fraction(row[CITIZENS_OF[kind]]), Fraction(row[WEIGHTED_OF[kind]])
    return Answer(
        kind=kind,
        code=code,
        row=row,
        place=_place(kind, row, tables),
        citizens=int(row["patients" if kind == CLINIC else "citizens"]),
        persons=persons,
        weighted=weighted,
        rules=rules,
        parts=in_patients(read_parts(tables["parts"], kind, code), persons, weighted, rules.norm),
        shares=national_shares(tables["parts"]),
        members=tuple(one for one in tables["municipalities"] if kind == COUNCIL and one["council_id"] == code),
    )


def _place(kind: str, row: Row, tables: Mapping[str, Sequence[Row]]) -> tuple[str, ...]:
    """Name where a clinic or area lies: its municipality if it is a clinic, its council, its region."""
    own = row.get("municipality_code")
    names = [
        one["municipality"] for one in tables["municipalities"] if kind == CLINIC and one["municipality_code"] == own
    ]
    for council in tables["councils"]:
        if council["council_id"] == row["council_id"]:
            names += [council["region"]] if kind == COUNCIL else [f"council {council['council']}", council["region"]]
    return tuple(names)
