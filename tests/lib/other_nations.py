"""The other nations that prove a release, held against all that an attacker knows."""

from collections.abc import Iterator

from fordel_dask.disclosure import World
from fordel_dask.disclosure.block import Block
from fordel_dask.releasing.counted import NO_CLINIC, REST
from fordel_dask.releasing.proposal import Proposal
from tests.lib import attacker
from tests.lib.attacker import Attack
from tests.lib.invented_releases import Weighed, truth
from tests.lib.programme import Key

KINDS = {"municipalities": "municipality", "clinics": "clinic", "sample": "sample", "flows": "flow"}


def true_values(prepared: Attack, of: Weighed) -> dict[int, float]:
    """Give what every unknown of the attacker is in truth."""
    return {at: truth(of, key[1], key[2], key[3:]) for key, at in prepared.programme.at.items()}


def contradictions(prepared: Attack, of: Weighed, proposal: Proposal, who: str) -> list[str]:
    """Give by what an attacker could tell any other nation from the true one."""
    true, found = true_values(prepared, of), list[str]()
    for pattern in proposal.base.patterns.values():
        for world in pattern.worlds:
            values = dict(true)
            for key, more in _changes(pattern.block, world, of):
                values[prepared.programme.at[(who, *key)]] += more
            found += prepared.programme.violated(values)
    return found


def _changes(block: Block, world: World, of: Weighed) -> Iterator[tuple[Key, float]]:
    """Give the unknowns that differ in another nation, and by how much; the unit of weights among them."""
    term, kind = block.terms[world.term], KINDS[block.name]
    for row, level, moved in world.corners():
        code, cell = block.rows[row], (term.name, term.levels[level])
        if block.name == "municipalities":
            yield ("council", block.groups[block.group[row]], *cell), moved
            added = moved * of.raw.get(cell, 0.0) * of.nation.factor[row]
            yield ("unit", f"{of.name}-2026"), added / len(of.nation.people.home)
        if code != REST:
            place = {NO_CLINIC: attacker.NO_CLINIC, attacker.SAMPLE: ""}.get(code, code)
            yield (kind, place, *(cell[1:] if kind == "flow" else cell)), moved
