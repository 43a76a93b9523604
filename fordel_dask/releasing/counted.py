"""What a RUN counts, as blocks that disclosure control can protect."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fordel_dask.bundle import BUNDLE, Bundle, read_bundle
from fordel_dask.disclosure import REFERENCE, Block, Limit, Part, Term, term_of
from fordel_dask.disclosure.rules import Marks
from fordel_dask.rundir import read_run_manifest, read_table

Integers = NDArray[np.int64]
TextRow = Mapping[str, str]

TABLES = (
    *("weights", "municipalities", "councils", "clinics", "parts", "flows", "planning_areas"),
    *("intervals", "capacity_chances", "alternative_weights", "alternative_councils"),
)
"""The tables of a RUN that may leave, each after disclosure control; what a RUN holds besides stays."""

NOT_TERMS = ("life_expectancy", "rounding", "projection")
"""Parts of an area that count all its citizens, and so are no trait."""

SAMPLE, REST, NO_CLINIC = "sample", "not in the sample", "no clinic"
AGES = re.compile(r"\d+")


@dataclass(frozen=True)
class Counted:
    """A RUN as it was read, with its tables as rows of text.

    ``name`` is what its directory is called, ``bundle`` what its weights are estimated from, where a RUN has it.
    """

    name: str
    manifest: Mapping[str, Any]
    tables: Mapping[str, Sequence[TextRow]]
    bundle: Bundle | None = None

    @cached_property
    def terms(self) -> dict[str, tuple[str, ...]]:
        """The terms of the model with their estimated levels, and the clamp, in the order of the tables."""
        levels: dict[str, dict[str, None]] = {}
        for row in (*self.tables["weights"], *self._first_parts()):
            if row["term"] not in NOT_TERMS:
                levels.setdefault(row["term"], {})[row["level"]] = None
        return {term: tuple(of) for term, of in levels.items()}

    def _first_parts(self) -> list[TextRow]:
        """Give the parts of the first area: every area with citizens has the same terms and levels."""
        parts = self.tables["parts"]
        return [row for row in parts[: 1 + 2 * len(self.tables["weights"]) + 9] if row["code"] == parts[0]["code"]]

    @cached_property
    def counts(self) -> dict[tuple[str, str], dict[tuple[str, str], int]]:
        """Citizens by kind and code of area, and by term and level."""
        found: dict[tuple[str, str], dict[tuple[str, str], int]] = {}
        for row in self.tables["parts"]:
            found.setdefault((row["area_kind"], row["code"]), {})[row["term"], row["level"]] = int(row["citizens"])
        return found

    def by_level(self, kind: str, codes: Sequence[str], term: str) -> Integers:
        """Give citizens by area and level: (codes, levels)."""
        levels = self.terms[term]
        none: dict[tuple[str, str], int] = {}
        rows = [self.counts.get((kind, code), none) for code in codes]
        return np.array([[row.get((term, level), 0) for level in levels] for row in rows], np.int64).reshape(
            len(codes), len(levels)
        )

    def column(self, table: str, name: str) -> list[str]:
        """Give a column of a table."""
        return [row[name] for row in self.tables[table]]

    def whole(self, table: str, name: str) -> Integers:
        """Give a column of whole numbers."""
        return np.array([int(text) for text in self.column(table, name)], np.int64)

    @cached_property
    def municipalities(self) -> Block:
        """Citizens of municipalities, which add up to health councils."""
        codes, councils = self.column("municipalities", "municipality_code"), self.column("councils", "council_id")
        place = {council: at for at, council in enumerate(councils)}
        group = np.array([place[council] for council in self.column("municipalities", "council_id")], np.int64)
        persons = self.whole("municipalities", "citizens")
        counted = [(term, levels, self.by_level("municipality", codes, term)) for term, levels in self.terms.items()]
        terms, counts = _with_references(counted, persons)
        told = np.ones(len(codes), bool)
        limits = self._limits(terms, counts)
        return Block(
            *("municipalities", tuple(codes), told, group, tuple(councils), True, group, persons, terms, counts, limits)
        )

    @cached_property
    def clinics(self) -> Block:
        """Patients of clinics, and in the last row, which no table lists, citizens without one."""
        rows = [row for row in self.tables["clinics"] if row["patients"] != "0"]
        codes = [row["ydernummer"] for row in rows]
        persons = np.array([int(row["patients"]) for row in rows], np.int64)
        everybody = self.municipalities.persons.sum()
        homes = self.column("municipalities", "municipality_code")
        counted = []
        for term, levels in self.terms.items():
            listed = self.by_level("clinic", codes, term)
            nation = self.by_level("municipality", homes, term).sum(axis=0)
            counted.append((term, levels, np.vstack([listed, nation - listed.sum(axis=0)])))
        persons = np.append(persons, everybody - persons.sum())
        terms, counts = _with_references(counted, persons)
        councils = sorted({row["council_id"] for row in rows} - {""})
        places = {code: at for at, code in enumerate(sorted({row["municipality_code"] for row in rows}))}
        return Block(
            "clinics",
            (*codes, NO_CLINIC),
            np.append(np.ones(len(codes), bool), False),
            np.array([*(_position(councils, row["council_id"]) for row in rows), -1], np.int64),
            tuple(councils),
            False,
            np.array([*(places[row["municipality_code"]] for row in rows), -1], np.int64),
            persons,
            terms,
            counts,
            self._limits(terms, counts),
            self._sample_of(np.append([self._may_be_sampled(row) for row in rows], False), terms, counts),
        )

    def _may_be_sampled(self, clinic: TextRow) -> bool:
        """Tell whether a clinic's patients are in the sample, but for those without exposure."""
        is_registered = clinic["council_id"] != ""
        return is_registered and clinic["clinic_type"] not in self.parameters["weights.excluded_clinic_types"]

    def _sample_of(self, rows: Marks, terms: Sequence[Term], counts: Sequence[Integers]) -> Part:
        """Give the sample as a part of clinics' patients."""
        sampled = self.sampled
        spare = []
        for term, of in zip(terms, counts, strict=True):
            inside = of[rows].sum(axis=0)
            known = np.array([sampled.get((term.name, level), -1) for level in term.levels], np.int64)
            if term.levels[-1] == REFERENCE and (known[:-1] >= 0).all():
                known[-1] = int(self.manifest["noticed"]["sample_citizens"]) - known[:-1].sum()
            spare.append(np.where(known >= 0, inside - known, inside))
        return Part(rows, tuple(spare))

    @cached_property
    def sampled(self) -> dict[tuple[str, str], int]:
        """Citizens of the estimation sample by term and level."""
        return {(row["term"], row["level"]): int(row["citizens"]) for row in self.tables["weights"]}

    def _limits(self, terms: Sequence[Term], counts: Sequence[Integers]) -> tuple[Limit, ...]:
        """Give what everybody knows of the terms: who is outside the labour market is of an age to work."""
        found = {term.name: at for at, term in enumerate(terms)}
        if "labour_market" not in found or "age_sex" not in found:
            return ()
        term, of_term = found["labour_market"], found["age_sex"]
        ages = [self._of_working_age(level) for level in terms[of_term].levels]
        limit = Limit(term, terms[term].listed, of_term, np.array(ages))
        return (limit,) if (limit.room(counts) >= 0).all() else ()

    def _of_working_age(self, level: str) -> bool:
        """Tell whether an age band, such as 'M 15-19' or 'F 90+', has ages at which the labour market is looked at."""
        ages = [int(text) for text in AGES.findall(level)]
        least, most = (self.parameters[f"covariates.labour_market_age_{end}"] for end in ("min", "max"))
        return bool(ages) and ages[0] <= most and (len(ages) < 2 or ages[1] >= least)

    @cached_property
    def sample(self) -> Block:
        """Citizens of the estimation sample; in the second row, which no table lists, other patients of its clinics.

        These were enrolled on no day of the fee year. Together the two are sums of clinics' patients.
        """
        rows = self.tables["weights"]
        clinics = [row for row in self.tables["clinics"] if self._may_be_sampled(row)]
        codes = [row["ydernummer"] for row in clinics]
        in_sample = int(self.manifest["noticed"]["sample_citizens"])
        persons = np.array([in_sample, sum(int(row["patients"]) for row in clinics) - in_sample], np.int64)
        counted = []
        for term, levels in self.terms.items():
            chosen = {row["level"]: int(row["citizens"]) for row in rows if row["term"] == term}
            if chosen:
                sampled = np.array([chosen[level] for level in levels], np.int64)
                everybody = self.by_level("clinic", codes, term).sum(axis=0)
                counted.append((term, levels, np.vstack([sampled, everybody - sampled])))
        terms, counts = _with_references(counted, persons)
        lone = np.array([-1, -1], np.int64)
        return Block(SAMPLE, (SAMPLE, REST), np.array([True, False]), lone, (), False, lone, persons, terms, counts)

    @cached_property
    def flows(self) -> Block:
        """Citizens by health council of residence (rows) and of their clinic (levels; empty: none)."""
        homes = self.column("councils", "council_id")
        clinics = sorted({row["clinic_council_id"] for row in self.tables["flows"]})
        counts = np.zeros((len(homes), len(clinics)), np.int64)
        for row in self.tables["flows"]:
            home, clinic = homes.index(row["residence_council_id"]), clinics.index(row["clinic_council_id"])
            counts[home, clinic] = int(row["citizens"])
        lone = np.full(len(homes), -1, np.int64)
        return Block(
            "flows",
            tuple(homes),
            np.ones(len(homes), bool),
            lone,
            (),
            False,
            np.arange(len(homes)),
            counts.sum(axis=1),
            (Term("clinic_council_id", tuple(clinics)),),
            (counts,),
        )

    @cached_property
    def parameters(self) -> dict[str, Any]:
        """The model's parameters: value by key."""
        return {key: entry["value"] for key, entry in self.manifest["model"]["parameters"].items()}


def _position(names: Sequence[str], name: str) -> int:
    return names.index(name) if name in names else -1


def _with_references(
    counted: Sequence[tuple[str, tuple[str, ...], Integers]], persons: Integers
) -> tuple[tuple[Term, ...], tuple[Integers, ...]]:
    found = [pair for term, levels, counts in counted for pair in term_of(term, levels, counts, persons)]
    return tuple(term for term, _ in found), tuple(counts for _, counts in found)


def read_counted(run: Path) -> Counted:
    """Read the tables of a RUN that may leave, each held against its manifest.

    Raises
    ------
    IntegrityError
        The directory is no RUN, or a table was changed after the run.
    """
    manifest = read_run_manifest(run)
    tables = {name: read_table(run, name, manifest) for name in TABLES}
    bundle = read_bundle(run / BUNDLE) if BUNDLE in manifest["files"] else None
    return Counted(run.name, manifest, tables, bundle)


def plain_name(name: str) -> str:
    """Give what a name is in the name of a folder: letters, digits, points and dashes; nothing if it has none."""
    return "".join(letter if letter.isalnum() or letter in "-." else "-" for letter in name).strip(".-")
