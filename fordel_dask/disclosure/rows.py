"""Areas of which not even the number of persons may be told, and those kept back with them."""

import numpy as np

from fordel_dask.disclosure.block import Block
from fordel_dask.disclosure.pattern import Pattern
from fordel_dask.disclosure.rules import Counts, Marks, Rules, is_few


def withhold_rows(pattern: Pattern, rules: Rules, changed: Marks | None, groups_changed: Marks | None) -> None:
    """Keep back rows with too few persons (or that ``changed`` by too few), and others beside them in their group.

    A group whose rows cannot hide each other is kept back too, and another group with its smallest row.
    """
    block = pattern.block
    unlisted = is_few(block.persons, rules) & ~block.told
    if unlisted.any():  # no table lists them, but what all others have tells how many they are
        hide_among(pattern.withheld, unlisted, unlisted | block.told, block.persons, rules)
    few = (is_few(block.persons, rules) | (False if changed is None else changed)) & block.told
    for group in np.unique(block.group[few]):
        members = block.group == group  # citizens without a clinic hide those of clinics in no council
        if not hide_among(pattern.withheld, few & members, members & (block.told | (group < 0)), block.persons, rules):
            pattern.withheld |= few & members
            if group >= 0 and block.groups_told:
                pattern.withheld_groups[group] = True
            else:
                _hide_anywhere(pattern, few & members, rules)
    if groups_changed is not None and block.groups_told:
        pattern.withheld_groups |= groups_changed
    _withhold_groups(pattern, rules)


def _hide_anywhere(pattern: Pattern, few: Marks, rules: Rules) -> None:
    """Keep rows of any group back beside those with too few persons: if they can be, such as the part treats alike."""
    block = pattern.block
    for alike in _alike(block, few):
        if not hide_among(pattern.withheld, few & alike, block.told & alike, block.persons, rules):
            hide_among(pattern.withheld, few & alike, block.told, block.persons, rules)


def _alike(block: Block, few: Marks) -> list[Marks]:
    if block.part is None:
        return [few | True]
    return [marks for marks in (block.part.rows, ~block.part.rows) if (few & marks).any()]


def _withhold_groups(pattern: Pattern, rules: Rules) -> None:
    block = pattern.block
    persons = block.of_groups(block.persons)
    few = (pattern.withheld_groups | is_few(persons, rules)) & block.groups_told
    if not few.any():
        return
    hide_among(pattern.withheld_groups, few, np.ones(len(few), bool), persons, rules)
    pattern.withheld_groups |= few
    for group in np.flatnonzero(pattern.withheld_groups):
        members = np.flatnonzero((block.group == group) & block.told & (block.persons > 0))
        if len(members) and not pattern.withheld[members].any():
            pattern.withheld[members[np.argmin(block.persons[members])]] = True


def hide_among(withheld: Marks, few: Marks, members: Marks, persons: Counts, rules: Rules) -> bool:
    """Mark few and the smallest of the other members until nobody can tell them apart; tell whether that succeeds."""
    chosen = list(np.flatnonzero(few | (withheld & members)))
    others = [row for row in np.flatnonzero(members) if persons[row] >= rules.threshold and row not in chosen]
    for row in sorted(others, key=lambda row: (persons[row], row)):
        if are_enough(persons[chosen], rules):
            break
        chosen.append(row)
    if not are_enough(persons[chosen], rules):
        return False
    withheld[chosen] = True
    return True


def hidden_in_sum(numbers: Counts, rules: Rules) -> Marks:
    """Mark which numbers of a known sum are not told: too few, and others beside them, or all."""
    few = is_few(numbers, rules)
    hidden = np.zeros(len(numbers), bool)
    if few.any() and not hide_among(hidden, few, np.ones(len(numbers), bool), numbers, rules):
        hidden[:] = True
    return hidden


def are_enough(persons: Counts, rules: Rules) -> bool:
    """Tell whether one of so many rows could have as many persons as may be shown, the others one each."""
    return len(persons) > 1 and int(persons.sum()) - (len(persons) - 1) >= rules.threshold
