"""Attacks on releases of invented nations: what leaves is made by the program, what is known of it by the attacker."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from fordel_dask.disclosure import Block, Figure, Pattern, Rules
from fordel_dask.disclosure.rules import is_few
from fordel_dask.releasing.ledger import Ledger, add_entry, read_ledger
from fordel_dask.releasing.proposal import Proposal, propose
from tests.lib.attacker import Attack
from tests.lib.invented_nations import MEN_AND_WOMEN, Invented, code, corrected, invent, unchanged_areas
from tests.lib.invented_releases import Weighed
from tests.lib.leaves import Known, Leaf
from tests.lib.programme import Key
from tests.lib.recovering import attack

RULES = Rules()
WORKING_AGES = frozenset(level for level in MEN_AND_WOMEN if "15-69" in level)
THESE, CORRECTED = "these", "corrected"
FEW_CITIZENS = 5
"""Citizens that a correction changes at most, as :func:`tests.lib.invented_releases.corrected` draws them."""


@dataclass(frozen=True)
class Found:
    """What an attack on one nation has shown.

    ``told`` are counts that may not be told and are known now; ``beside`` those that are known now of the ones kept
    back so that others cannot be worked out.
    """

    seed: int
    attacked: int
    told: dict[Key, int]
    beside: int


def known_of(nation: Invented) -> Known:
    """Give what is public of a nation."""
    return Known({code(at): factor for at, factor in enumerate(nation.factor)}, WORKING_AGES)


def leaf_of(proposal: Proposal, first: bool = True) -> Leaf:
    """Give what would leave."""
    return Leaf({table.item: table.text() for table in proposal.tables}, RULES.threshold, first=first)


def found(seed: int, prepared: Attack, in_whole_numbers: bool = False) -> Found:
    """Attack, and tell what may not be told from what is only kept back beside it."""
    outcome = attack(prepared.programme, in_whole_numbers)
    few = {key: value for key, value in outcome.recovered.items() if 0 < value < RULES.threshold}
    beside = sum(value > 0 for value in outcome.recovered.values()) - len(few)
    return Found(seed, outcome.attacked, few, beside)


def one_release(seed: int, ledger: Path) -> Attack:
    """Release a nation."""
    nation = invent(seed)
    prepared = Attack(known_of(nation))
    prepared.add(leaf_of(propose(Weighed(nation, "national", seed).counted, [], RULES, Ledger(ledger, ()))), THESE)
    return prepared


def alone(seed: int, ledger: Path) -> Found:
    """Attack a whole release."""
    return found(seed, one_release(seed, ledger))


def in_whole_numbers(seed: int, ledger: Path) -> Found:
    """Attack a whole release, looking for persons instead of parts of them."""
    return found(seed, one_release(seed, ledger), in_whole_numbers=True)


def variant_of(nation: Invented, seed: int) -> Weighed:
    """Give the nation by a model with other weights, and in turn a sample of all clinics, or no floor."""
    everybody = {"weights.excluded_clinic_types": []} if seed % 3 == 0 else {}
    excluded = () if everybody else ("region", "tender")
    return Weighed(nation, "variant", seed + 1000, excluded, floor=seed % 3 != 1, parameters=everybody)


def with_variant(seed: int, ledger: Path) -> Found:
    """Attack a release with a variant of other weights."""
    nation = invent(seed)
    base, other = Weighed(nation, "national", seed).counted, variant_of(nation, seed).counted
    prepared = Attack(known_of(nation))
    prepared.add(leaf_of(propose(base, [other], RULES, Ledger(ledger, ()))), THESE)
    return found(seed, prepared)


def two_releases(seed: int, ledger: Path) -> Attack:
    """Release a nation twice, the second time of registers in which a few citizens were put right."""
    nation = invent(seed)
    prepared = Attack(known_of(nation))
    for who, of in ((THESE, nation), (CORRECTED, corrected(nation, seed))):
        counted = Weighed(of, "national", seed).counted
        proposal = propose(counted, [], RULES, read_ledger(ledger))
        prepared.add(leaf_of(proposal, first=who == THESE), who)
        if who == THESE:
            add_entry(
                read_ledger(ledger), {"date": "", "base": "", "identity": asdict(proposal.identity)}, proposal.shown()
            )
    prepared.close_together(THESE, CORRECTED, FEW_CITIZENS)
    return prepared


def after_correction(seed: int, ledger: Path) -> Found:
    """Attack two releases, the second of registers in which a few citizens were put right."""
    return found(seed, two_releases(seed, ledger))


def told_where_nothing_changed(seed: int, ledger: Path) -> Found:
    """Attack the same, knowing besides of every area whether anything in it was put right."""
    prepared, nation = two_releases(seed, ledger), invent(seed)
    prepared.same_areas(THESE, CORRECTED, unchanged_areas(nation.people, corrected(nation, seed).people))
    return found(seed, prepared)


def blank_the_few(block: Block, figures: Sequence[Figure], rules: Rules, changed: object = None) -> Pattern:
    """Protect as somebody would who has heard of a threshold only: what is few is blank, all else is told."""
    pattern = Pattern.nothing_hidden(block)
    pattern.withheld |= is_few(block.persons, rules) & block.told
    for term, counts in enumerate(block.counts):
        pattern.hidden[term] |= is_few(counts, rules) | pattern.withheld[:, None]
        pattern.hidden_groups[term] |= is_few(block.of_groups(counts), rules)
    return pattern
