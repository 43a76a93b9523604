"""What earlier releases mean for a new one: nothing, the same cells again, or counts that differ by too few."""

import datetime
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from fordel_dask.disclosure import Block, Changed, Pattern, Rules, World
from fordel_dask.disclosure.rules import Marks
from fordel_dask.errors import DisclosureError
from fordel_dask.releasing.counted import TABLES, Counted
from fordel_dask.releasing.ledger import Cell, Entry, Ledger
from fordel_dask.releasing.weighing import grouping

GROUPS = "councils"
"""Under what name the groups of a block stand in the ledger."""

EXCHANGED, APART = "exchanged in ", "\x1f"
"""How an exchange stands in the ledger among the counts shown: its two rows, and its two levels, apart."""

METHOD = 1
"""Number of the way in which cells are chosen to be kept back: to be raised when it would choose others."""

ABOUT_THE_SAME_DAYS = 300
"""Status dates less than so many days apart count about the same citizens: who differs between them are few.

Within a year as many are born, die, move and fall ill that a difference is nobody in particular.
"""


@dataclass(frozen=True)
class Identity:
    """What a release shows the counts of: whom, on which day, by which groups, from which tables, by which rules."""

    citizens: str
    status_date: str
    grouping: str
    tables: str
    rules: Mapping[str, Any]
    method: int

    @classmethod
    def of(cls, counted: Counted, rules: Rules) -> "Identity":
        """Give the identity of a release with this base."""
        files = counted.manifest["files"]
        who = {key: value for key, value in counted.parameters.items() if key.startswith("population.")}
        return cls(
            citizens=_hash([counted.manifest["store"]["identity"], who]),
            status_date=datetime.date(int(counted.manifest["nation"]["year"]), 1, 1).isoformat(),
            grouping=_hash(grouping(counted)),
            tables=_hash([files[f"{name}.csv"]["sha256"] for name in TABLES]),
            rules=asdict(rules),
            method=METHOD,
        )


def _hash(content: object) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


@dataclass(frozen=True)
class Past:
    """What earlier releases ask of a new one.

    ``changed`` by block: cells and rows that differ by too few from what was shown. ``notes`` say what was held
    against what.
    """

    changed: Mapping[str, Changed]
    notes: tuple[str, ...]


def rules_of(counted: Counted, ledger: Ledger) -> Rules:
    """Give the rules by which these citizens have left last; the usual ones where they have not."""
    citizens = Identity.of(counted, Rules()).citizens
    own = [entry for entry in ledger.entries if entry.content["identity"]["citizens"] == citizens]
    return Rules(**own[-1].content["identity"]["rules"]) if own else Rules()


def past_of(ledger: Ledger, identity: Identity, blocks: Mapping[str, Block], rules: Rules) -> Past:
    """Hold a release against all earlier ones.

    Raises
    ------
    DisclosureError
        The same citizens' counts have left by another RUN or other rules, or those of about the same citizens by
        other groups: side by side the two would tell too much.
    IntegrityError
        What the ledger keeps of a release was changed.
    """
    notes, shown = [], list[tuple[dict[Cell, int], int]]()
    for entry in ledger.entries:
        earlier = entry.content["identity"]
        if earlier["citizens"] == identity.citizens:
            _refuse_other(entry, identity)
            notes.append(f"Release {entry.number} showed the same counts of the same citizens.")
        elif _about_the_same(earlier["status_date"], identity.status_date):
            _refuse_other_groups(entry, identity)
            shown.append((entry.shown(), int(earlier["rules"]["round_to"])))
            notes.append(f"Release {entry.number} showed about the same citizens: small differences are kept back.")
        else:
            notes.append(f"Release {entry.number} showed citizens of another year.")
    changed = {name: _changed(name, block, shown, rules) for name, block in blocks.items()} if shown else {}
    return Past(changed, tuple(notes))


def _refuse_other(entry: Entry, identity: Identity) -> None:
    earlier = entry.content["identity"]
    differs = [name for name in ("tables", "rules", "method") if earlier[name] != asdict(identity)[name]]
    if differs:
        raise DisclosureError(
            f"{entry.called} has shown counts of these citizens, from the RUN "
            f"'{entry.content['base']}', with other {', '.join(differs)}: side by side with another choice of cells "
            f"they would tell what was kept back. Give the same RUN first, by the same rules "
            f"(threshold {earlier['rules']['threshold']}), and other RUNs of these citizens after it."
        )


def _refuse_other_groups(entry: Entry, identity: Identity) -> None:
    if entry.content["identity"]["grouping"] != identity.grouping:
        raise DisclosureError(
            f"{entry.called} has shown counts of about the same citizens, from the "
            f"RUN '{entry.content['base']}', by other groups of traits: side by side they would tell of the few "
            f"between them. Give a RUN by the same groups first; this one leaves beside it, as numbers."
        )


def _about_the_same(one: str, other: str) -> bool:
    days = datetime.date.fromisoformat(one) - datetime.date.fromisoformat(other)
    return abs(days.days) < ABOUT_THE_SAME_DAYS


def _changed(name: str, block: Block, shown: list[tuple[dict[Cell, int], int]], rules: Rules) -> Changed:
    """Mark the cells and rows of a block that differ by too few persons from what a release has shown."""
    cells = tuple(np.zeros(counts.shape, bool) for counts in block.counts)
    rows = np.zeros(len(block.rows), bool)
    for at, code in enumerate(block.rows):
        rows[at] = _differs(shown, (name, code, "", ""), int(block.persons[at]), rules)
        for term, counts, marks in zip(block.terms, block.counts, cells, strict=True):
            for level, label in enumerate(term.levels):
                marks[at, level] = _differs(shown, (name, code, term.name, label), int(counts[at, level]), rules)
    everywhere = [counts for counts, _ in shown]
    kept = _kept(everywhere, name, dict(zip(block.rows, block.told.tolist(), strict=True)), block)
    kept_groups = _kept(everywhere, GROUPS, dict.fromkeys(block.groups, block.groups_told), block)
    exchanges = _exchanges(everywhere, name, block)
    return Changed(cells, rows, *_groups_changed(block, shown, rules), kept, kept_groups, exchanges)


def _kept(shown: Sequence[Mapping[Cell, int]], name: str, told: Mapping[str, bool], block: Block) -> tuple[Marks, ...]:
    """Mark the cells that a release kept back; ``told`` says of each row or group whether a table lists it."""
    found = []
    for term in block.terms:
        cells = [
            [any((name, code, term.name, level) not in counts for counts in shown) for level in term.levels]
            for code in told
        ]
        marks = np.array(cells, bool).reshape(len(told), len(term.levels))
        found.append(marks & term.listed & np.array(list(told.values()), bool)[:, None])
    return tuple(found)


def _exchanges(shown: Sequence[Mapping[Cell, int]], name: str, block: Block) -> tuple[World, ...]:
    """Give the exchanges that proved earlier releases, between cells that are still there."""
    rows = {code: at for at, code in enumerate(block.rows)}
    terms = {term.name: (at, term.levels) for at, term in enumerate(block.terms)}
    found: dict[World, None] = {}
    for counts in shown:
        for block_name, codes, term, levels in counts:
            if block_name == EXCHANGED + name and term in terms:
                at, known = terms[term]
                (row, partner), (level, other) = codes.split(APART), levels.split(APART)
                if {row, partner} <= rows.keys() and {level, other} <= set(known):
                    world = World(at, rows[row], known.index(level), rows[partner], known.index(other), 0)
                    found[world] = None
    return tuple(found)


def _groups_changed(
    block: Block, shown: list[tuple[dict[Cell, int], int]], rules: Rules
) -> tuple[tuple[Marks, ...], Marks]:
    cells = tuple(np.zeros((len(block.groups), counts.shape[1]), bool) for counts in block.counts)
    rows = np.zeros(len(block.groups), bool)
    for at, code in enumerate(block.groups if block.groups_told else ()):
        rows[at] = _differs(shown, (GROUPS, code, "", ""), int(block.of_groups(block.persons)[at]), rules)
        for term, counts, marks in zip(block.terms, block.counts, cells, strict=True):
            grouped = counts[block.group == at].sum(axis=0)
            for level, label in enumerate(term.levels):
                marks[at, level] = _differs(shown, (GROUPS, code, term.name, label), int(grouped[level]), rules)
    return cells, rows


def _differs(shown: list[tuple[dict[Cell, int], int]], cell: Cell, now: int, rules: Rules) -> bool:
    """Tell whether a count differs from a shown one by too few, seen as exactly as they were rounded."""
    if cell[2] == "" and any(cell not in counts for counts, _ in shown):
        return True  # not even the persons of the row were shown then
    return any(
        cell in counts and 0 < abs(now - counts[cell]) < rules.threshold + round_to - 1 for counts, round_to in shown
    )


def cells_shown(blocks: Mapping[str, Pattern], rounded: Callable[[int], int]) -> dict[Cell, int]:
    """Give the counts that a release shows, as it shows them, by block.

    ``blocks`` are patterns by name; ``rounded`` gives a count as it is told.
    """
    found: dict[Cell, int] = {}
    for name, pattern in blocks.items():
        block = pattern.block
        for at in np.flatnonzero(block.told & ~pattern.withheld):
            found[name, block.rows[at], "", ""] = rounded(int(block.persons[at]))
        for term, counts, hidden in zip(block.terms, block.counts, pattern.hidden, strict=True):
            for at, level in zip(*np.nonzero(block.told[:, None] & ~hidden & term.listed), strict=True):
                found[name, block.rows[at], term.name, term.levels[level]] = rounded(int(counts[at, level]))
        if block.groups_told:
            found |= _groups_shown(pattern, rounded)
        found |= dict.fromkeys(_exchanged(name, pattern), 0)
    return found


def _exchanged(name: str, pattern: Pattern) -> Iterator[Cell]:
    """Give between which cells citizens could be exchanged, without by how many: that would tell how few there are."""
    rows = pattern.block.rows
    for world in pattern.worlds:
        term = pattern.block.terms[world.term]
        places = APART.join((rows[world.row], rows[world.partner]))
        yield EXCHANGED + name, places, term.name, APART.join((term.levels[world.level], term.levels[world.other]))


def _groups_shown(pattern: Pattern, rounded: Callable[[int], int]) -> dict[Cell, int]:
    block, found = pattern.block, dict[Cell, int]()
    for at in np.flatnonzero(~pattern.withheld_groups):
        found[GROUPS, block.groups[at], "", ""] = rounded(int(block.of_groups(block.persons)[at]))
    for term, counts, hidden in zip(block.terms, block.counts, pattern.hidden_groups, strict=True):
        grouped = block.of_groups(counts)
        for at, level in zip(*np.nonzero(~hidden & term.listed), strict=True):
            found[GROUPS, block.groups[at], term.name, term.levels[level]] = rounded(int(grouped[at, level]))
    return found
