"""A RUN behind disclosure control: what is kept back of its counts, and how exactly its sums are told."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from fordel_dask.disclosure import Block, Changed, Figure, Pattern, Rules, faults_of, protect, stays, steps_of
from fordel_dask.disclosure.rows import are_enough
from fordel_dask.disclosure.rules import Counts, Marks, is_few
from fordel_dask.releasing.counted import Counted
from fordel_dask.releasing.weighing import clinic_figure, grouping, municipal_figure, ranges_of

MUNICIPALITIES, CLINICS, SAMPLE, FLOWS = "municipalities", "clinics", "sample", "flows"


@dataclass(frozen=True)
class Protected:
    """The base of a release: the RUN whose counts leave, with what is kept back of each of its blocks.

    ``seen_before`` tells whether counts of about the same citizens have left: exact sums beside them tell of the few.
    """

    counted: Counted
    rules: Rules
    patterns: Mapping[str, Pattern]
    figures: Mapping[str, Figure]
    seen_before: bool = False

    @cached_property
    def faults(self) -> tuple[str, ...]:
        """What would be unsafe; nothing, or the release must not be."""
        found: list[str] = []
        for name, pattern in self.patterns.items():
            figures = [self.figures[name]] if name in self.figures else []
            found += faults_of(pattern, self.rules, figures, [steps_of(pattern, figure) for figure in figures])
        return tuple(found)

    @cached_property
    def own(self) -> "Told":
        """How its own sums are told."""
        return Told(self.counted, self, self.figures)

    def told(self, other: Counted) -> "Told":
        """Give how sums of a further RUN of the same citizens are told."""
        figures = _figures_of(other, self.counted).items()
        return Told(other, self, {name: replace(of, unproven=self.unproven(name, other)) for name, of in figures})

    def unproven(self, block: str, counted: Counted) -> float:
        """Give how much raw weight the threshold's citizens may differ by in traits of which no count leaves.

        The sums of the base tell such traits together, in one number; those of a second model would tell them apart.
        """
        pattern = self.patterns[block]
        terms = {pattern.block.terms[at].name for at in pattern.given_up}
        return self.rules.threshold * ranges_of(counted, terms)


@dataclass(frozen=True)
class Told:
    """How exactly the sums of a RUN are told, over the blocks of the base."""

    counted: Counted
    base: Protected
    figures: Mapping[str, Figure]

    @cached_property
    def groups_alike(self) -> bool:
        """Whether citizens are counted and grouped as in the base."""
        return grouping(self.counted) == grouping(self.base.counted)

    @cached_property
    def steps(self) -> dict[str, dict[str, int]]:
        """By block (and ``councils``): the step of each row's sum."""
        return self._of_all(steps_of)

    @cached_property
    def whole_numbers_stay(self) -> dict[str, dict[str, bool]]:
        """By block (and ``councils``): whether the row's whole numbers are the same in all other nations."""
        return self._of_all(stays)

    def _of_all(self, ask: Callable[[Pattern, Figure], tuple[Marks | Counts, Marks | Counts]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, figure in self.figures.items():
            pattern = self.base.patterns[name]
            rows, groups = ask(pattern, figure)
            found[name] = dict(zip(pattern.block.rows, rows.tolist(), strict=True))
            if len(figure.group_sums):
                found["councils"] = dict(zip(pattern.block.groups, groups.tolist(), strict=True))
        return found


def blocks_of(counted: Counted) -> dict[str, Block]:
    """Give the blocks of a RUN by name, in the order in which they are protected."""
    return {
        MUNICIPALITIES: counted.municipalities,
        CLINICS: counted.clinics,
        SAMPLE: counted.sample,
        FLOWS: counted.flows,
    }


def _figures_of(counted: Counted, base: Counted) -> dict[str, Figure]:
    return {MUNICIPALITIES: municipal_figure(counted, base), CLINICS: clinic_figure(counted, base)}


def protected(counted: Counted, rules: Rules, changed: Mapping[str, Changed]) -> Protected:
    """Keep back what must not be told of a RUN; ``changed`` by block, where about the same citizens were shown."""
    figures = _figures_of(counted, counted)
    patterns = {
        name: protect(block, [figures[name]] if name in figures else [], rules, changed.get(name))
        for name, block in blocks_of(counted).items()
    }
    _give_up_what_tells_others(patterns, rules)
    return Protected(counted, rules, patterns, figures, bool(changed))


def _give_up_what_tells_others(patterns: Mapping[str, Pattern], rules: Rules) -> None:
    """Give up flows, the sample, and terms of which the sums over a table would tell what another one keeps back."""
    flows, homes, clinics, sample = (patterns[name] for name in (FLOWS, MUNICIPALITIES, CLINICS, SAMPLE))
    if _are_told_by_sums(clinics, clinics.block.group, rules) or (flows.withheld != homes.withheld_groups).any():
        flows.give_up(0)
    if _are_told_by_sums(clinics, np.array(clinics.block.part.rows if clinics.block.part else []), rules):
        sample.withheld[0] = True
    rare = {
        term.name
        for term, counts in zip(homes.block.terms, homes.block.counts, strict=True)
        if is_few(counts.sum(axis=0), rules).any()
    }
    sampled = {sample.block.terms[at].name for at in sample.given_up if is_few(sample.block.counts[at][0], rules).any()}
    of_clinics = {clinics.block.terms[at].name for at in clinics.given_up}
    for pattern, names in ((homes, rare), (clinics, rare | sampled), (sample, rare | of_clinics)):
        for at, term in enumerate(pattern.block.terms):
            if term.name in names or (pattern is sample and sample.withheld[0]):
                pattern.give_up(at)


def _are_told_by_sums(clinics: Pattern, kind: Counts | Marks, rules: Rules) -> bool:
    """Tell whether the patients of all clinics of some kind, known by another table, leave too little unknown of one.

    Flows tell those of a council; the sample, nearly, those of the clinics that are in it.
    """
    gone = clinics.withheld
    return any(not are_enough(clinics.block.persons[gone & (kind == one)], rules) for one in np.unique(kind[gone]))
