"""A release as it is proposed: the files that would leave, the log of decisions, and what the checker alone may see."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from fordel_dask.bundle import BUNDLE
from fordel_dask.disclosure import Pattern, Rules
from fordel_dask.errors import DisclosureError
from fordel_dask.law.rounding import half_up
from fordel_dask.printing import Row, csv_text
from fordel_dask.releasing.alike import counts_alike
from fordel_dask.releasing.beside import (
    interval_rows,
    plain_rows,
    planning_area_rows,
    register_rows,
)
from fordel_dask.releasing.counted import Counted, plain_name
from fordel_dask.releasing.history import GROUPS, Identity, Past, cells_shown, past_of
from fordel_dask.releasing.ledger import Cell, Ledger
from fordel_dask.releasing.open_bundle import may_leave, text_of
from fordel_dask.releasing.protected import SAMPLE, Protected, Told, blocks_of, protected
from fordel_dask.releasing.telling import Areas, clinic_rows, council_rows, municipality_rows
from fordel_dask.releasing.traits import flow_rows, trait_rows, weight_rows, weights_of_few
from fordel_dask.schema import release
from fordel_dask.schema.results import ResultTable

PASS, REVIEW, FAIL = "pass", "review", "fail"
NOT_COMPARED = (release.AREAS, release.QUALITY)
"""Tables whose counts the ledger does not keep: they stay where about the same citizens have left before."""


@dataclass(frozen=True)
class Decision:
    """What was decided of a table: ``status`` pass, review or fail, and why; ``item`` names it for an exception."""

    item: str
    status: str
    reason: str
    rows: int = 0
    kept_back: int = 0
    exception: str = ""


@dataclass(frozen=True)
class ReleasedTable:
    """A table of a release, with the rows that would leave; ``folder`` is what the RUN is called there."""

    folder: str
    declared: ResultTable
    rows: Sequence[Row]

    @property
    def item(self) -> str:
        """The name of the file, within the release."""
        return f"{self.folder}/{self.declared.name}.csv"

    @cached_property
    def kept_back(self) -> int:
        """Cells that are not shown."""
        names = [column.name for column in self.declared.columns]
        if "kept_back" not in names:
            return 0
        at = names.index("kept_back")
        return sum(len(row[at].split()) for row in self.rows)

    def text(self) -> str:
        """Give the file."""
        return csv_text([column.name for column in self.declared.columns], self.rows)


@dataclass(frozen=True)
class Proposal:
    """What would leave, once two persons have looked at it."""

    base: Protected
    variants: Sequence[Told]
    identity: Identity
    past: Past
    further: Sequence[ReleasedTable] = ()
    extra_decisions: Sequence[Decision] = field(default=())
    further_seals: Sequence[str] = ()

    @cached_property
    def tables(self) -> tuple[ReleasedTable, ...]:
        """The tables of the base, of its variants and of what else is released with them."""
        own = [one for one in _base_tables(self.base.own) if not (self.past.changed and one.declared in NOT_COMPARED)]
        told = [*own, *(one for of in self.variants for one in _variant_tables(of))]
        return tuple(table for table in (*told, *self.further) if table.rows)

    @cached_property
    def bundle(self) -> str | None:
        """The file of the bundle that leaves; none where none may, or where it would tell more than the tables."""
        base = self.base
        more = self.past.changed or base.rules.round_to > 1 or base.patterns[SAMPLE].withheld[0]
        if base.counted.bundle is None or more:
            return None
        below_zero = int(base.counted.manifest["noticed"]["citizens_predicted_below_zero"])
        sample = base.patterns[SAMPLE]
        terms = sample.block.terms
        kept_back = {(terms[term].name, terms[term].levels[level]) for term, _, level in sample.kept_back()}
        leaves = may_leave(base.counted.bundle, below_zero, base.rules)
        return text_of(base.counted.bundle, kept_back, base.rules) if leaves else None

    @cached_property
    def decisions(self) -> tuple[Decision, ...]:
        """What was decided of each table and of the release as a whole."""
        tables = [Decision(one.item, PASS, "", len(one.rows), one.kept_back) for one in self.tables]
        reason = "made coarse" if self.bundle else "stays: none was made, or it would tell more than the tables do"
        tables.append(Decision(f"{folder_of(self.base.counted)}/{BUNDLE}", PASS, reason))
        return (*tables, *_faults(self.base), *_given_up(self), *_reviews(self), *self.extra_decisions)

    def kept_back(self) -> dict[str, dict[str, int]]:
        """Count the counts of persons that a table would list, and those that are kept back."""
        found = {}
        for name, pattern in self.base.patterns.items():
            block = pattern.block
            listed = sum(int(of.listed.sum()) for of in block.terms)
            cells = listed * int(block.told.sum())
            found[name] = {"cells": cells, "kept_back": sum(1 for _ in pattern.kept_back())}
            if block.groups_told:
                kept = sum(1 for _ in pattern.groups_kept_back())
                found[GROUPS] = {"cells": listed * len(block.groups), "kept_back": kept}
        return found

    def shown(self) -> dict[Cell, int]:
        """Give the counts that leave, as the ledger keeps them."""
        unit = self.base.rules.round_to
        return cells_shown(self.base.patterns, lambda persons: unit * half_up(persons, unit))

    def underlying(self) -> Iterator[Row]:
        """Give every cell that is kept back with its true count: for the checker's eyes."""
        for pattern in self.base.patterns.values():
            yield from _underlying(pattern)


def propose(base: Counted, others: Sequence[Counted], rules: Rules, ledger: Ledger) -> Proposal:
    """Put a release together: the counts of ``base``, and the numbers of other RUNs of the same citizens.

    Raises
    ------
    DisclosureError
        An earlier release has shown these citizens in another way; or a further RUN is of other registers.
    """
    identity = Identity.of(base, rules)
    past = past_of(ledger, identity, blocks_of(base), rules)
    for other in others:
        _refuse_unlike(other, base)
    kept = protected(base, rules, past.changed)
    return Proposal(kept, [kept.told(other) for other in others], identity, past)


def _refuse_unlike(other: Counted, base: Counted) -> None:
    """Refuse a further RUN of other registers, or one that counts other citizens, places or groups."""
    if other.manifest["store"]["identity"] != base.manifest["store"]["identity"]:
        raise DisclosureError(
            f"'{other.name}' is made of other registers than '{base.name}', the first RUN. Release each by itself: "
            f"the ledger holds one against the other."
        )
    changed = [key for key, value in base.parameters.items() if other.parameters.get(key) != value]
    if not counts_alike(changed):
        raise DisclosureError(
            f"'{other.name}' counts other citizens, in other places or by other groups than '{base.name}', the first "
            f"RUN ({', '.join(changed)}): side by side they would tell of the few between them. Let 'fordel scenarios' "
            f"make such cases, and give its directory in the place of this RUN."
        )


def _base_tables(of: Told) -> Iterator[ReleasedTable]:
    areas, base = Areas(of), of.base
    rows = {
        release.COUNCILS: council_rows(areas, release.COUNCILS),
        release.MUNICIPALITIES: municipality_rows(areas, release.MUNICIPALITIES),
        release.AREAS: planning_area_rows(areas, release.AREAS),
        release.CLINICS: clinic_rows(areas, release.CLINICS),
        release.TRAITS: trait_rows(base, release.TRAITS),
        release.WEIGHTS: weight_rows(of, release.WEIGHTS),
        release.FLOWS: flow_rows(base, release.FLOWS),
        release.INTERVALS: interval_rows(areas, release.INTERVALS),
        release.CHANCES: plain_rows(of.counted.tables["capacity_chances"], release.CHANCES),
        release.ALTERNATIVES: plain_rows(of.counted.tables["alternative_councils"], release.ALTERNATIVES),
        release.QUALITY: register_rows(of, release.QUALITY),
    }
    yield from (ReleasedTable(folder_of(of.counted), table, tuple(found)) for table, found in rows.items())


def _variant_tables(of: Told) -> Iterator[ReleasedTable]:
    areas = Areas(of)
    rows = {
        release.COUNCILS: council_rows(areas, release.COUNCILS),
        release.MUNICIPALITIES: municipality_rows(areas, release.MUNICIPALITIES),
        release.CLINICS: clinic_rows(areas, release.CLINICS),
        release.WEIGHTS: weight_rows(of, release.WEIGHTS),
        release.CHANCES: plain_rows(of.counted.tables["capacity_chances"], release.CHANCES),
    }
    yield from (ReleasedTable(folder_of(of.counted), table, tuple(found)) for table, found in rows.items())


def folder_of(counted: Counted) -> str:
    """Name the folder of a RUN's tables: its model and the year, and by what else other models differ."""
    model = counted.manifest["model"]
    plain = plain_name(str(model["name"]))
    changed = f"-{str(model['hash'])[:8]}" if model["changed"] else ""
    return f"{plain or 'model'}{changed}-{counted.manifest['nation']['year']}"


def _faults(base: Protected) -> Iterator[Decision]:
    yield from (Decision("disclosure control", FAIL, fault) for fault in sorted(set(base.faults)))


def _given_up(proposal: Proposal) -> Iterator[Decision]:
    """Give the traits of which no count leaves: that is safe, and readers should know."""
    for name, pattern in proposal.base.patterns.items():
        for term in sorted(pattern.given_up):
            what = "no count leaves: too few persons have it to hide each other"
            yield Decision(f"{name} {pattern.block.terms[term].name}", PASS, what)


def _reviews(proposal: Proposal) -> Iterator[Decision]:
    """Give what a person must look at."""
    base = proposal.base
    for of in (base.own, *proposal.variants):
        few = weights_of_few(of)
        if few:
            what = f"{few} weights rest on fewer than {base.rules.threshold} citizens each; they are shown"
            yield Decision(f"{folder_of(of.counted)} weights", REVIEW, what)


def _underlying(pattern: Pattern) -> Iterator[Row]:
    block = pattern.block
    for at, code in enumerate(block.rows):
        if pattern.withheld[at]:
            yield (block.name, code, "", "", str(int(block.persons[at])), "the whole row is kept back")
    for term, row, level in pattern.kept_back():
        named, count = block.terms[term], int(block.counts[term][row, level])
        yield (block.name, block.rows[row], named.name, named.levels[level], str(count), _why(pattern, term))
    for term, group, level in pattern.groups_kept_back():
        named, count = block.terms[term], int(block.counts[term][block.group == group, level].sum())
        yield (GROUPS, block.groups[group], named.name, named.levels[level], str(count), _why(pattern, term))


def _why(pattern: Pattern, term: int) -> str:
    return "the whole trait is kept back" if term in pattern.given_up else "could be another number"
