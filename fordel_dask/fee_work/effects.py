"""What differentiated fees do to every clinic: its income before and after, at its present and its minimum list."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from fordel_dask.cycle.occupancy import NONE, Occupancy
from fordel_dask.errors import ModelError
from fordel_dask.fees.differentiated import Load, differentiate, factors
from fordel_dask.fees.fee_rule import OF_BASIC_FEE, FeeRule
from fordel_dask.fees.supplements import CouncilState, area_supplement
from fordel_dask.published import Clinic, Published

PRESENT, MINIMUM, EXACT_MINIMUM = "present", "minimum", "exact_minimum"
LISTS = (PRESENT, MINIMUM, EXACT_MINIMUM)
ZERO = Fraction(0)


@dataclass(frozen=True)
class Known:
    """What a clinic earns before, in øre a year: basic fee, practice-cost fee, services; the last two 0 if unknown."""

    basic: int
    practice_cost: int = 0
    services: int = 0


@dataclass(frozen=True)
class Effect:
    """One clinic before and after, in øre a year; ``fee`` is the basic fee of a patient before."""

    clinic: Clinic
    region: str
    before: Known
    fee: Fraction
    factor: Fraction
    basic_after: int
    supplement: int
    norm: int

    @property
    def basic_change(self) -> int:
        """What its basic fee changes by."""
        return self.basic_after - self.before.basic

    @property
    def income_before(self) -> int:
        """All that is known of its income before."""
        return self.before.basic + self.before.practice_cost + self.before.services

    @property
    def income_after(self) -> int:
        """The same after, with the rule's supplement."""
        return self.income_before + self.basic_change + self.supplement

    @property
    def has_minimum(self) -> bool:
        """Whether the clinic has capacities and a minimum number."""
        return bool(self.clinic.capacities and self.clinic.minimum_patients and self.clinic.weighted)

    @property
    def exact_minimum(self) -> Fraction:
        """Patients like its own whose weights add up to the norm for each capacity, without rounding (R29)."""
        clinic = self.clinic
        return self.norm * (clinic.capacities or ZERO) * clinic.patients / clinic.weighted

    def listed(self, on_list: str) -> Fraction:
        """Give the patients of one of the lists."""
        patients = {PRESENT: self.clinic.patients, MINIMUM: self.clinic.minimum_patients or 0}
        return Fraction(patients[on_list]) if on_list in patients else self.exact_minimum

    def basic_at(self, on_list: str, is_after: bool) -> Fraction:
        """Give the basic fee that a list of patients like its own would bring."""
        return self.listed(on_list) * self.fee * (self.factor if is_after else 1)

    def income_at(self, on_list: str, is_after: bool) -> Fraction:
        """Give all that is known of income at a list: services follow the patients, the rest of it does not."""
        services = self.before.services * self.listed(on_list) / self.clinic.patients
        return self.basic_at(on_list, is_after) + self.before.practice_cost + services + self.supplement * is_after


@dataclass(frozen=True)
class Effects:
    """What a rule does in a year: every clinic with patients, and what councils got as the rule's supplement.

    ``left`` is the share of the basic fee that a supplement taken from it leaves.
    """

    clinics: Sequence[Effect]
    share: Fraction
    total_oere: int
    left: Fraction
    supplement_oere: Mapping[str, int]


def effects_of(
    published: Published, before: Mapping[str, Known], rule: FeeRule, year: int, councils: Sequence[CouncilState]
) -> Effects:
    """Give what a rule does in a year; ``before`` is what every clinic with patients earns.

    Raises
    ------
    ModelError
        A bound of the rule cannot be held.
    """
    clinics = [clinic for clinic in published.clinics.values() if clinic.patients]
    loads = [Load(clinic.ydernummer, clinic.patients, clinic.weighted) for clinic in clinics]
    total = sum(before[load.ydernummer].basic for load in loads)
    supplement = _supplement(published, rule, councils, loads)
    taken = sum(supplement.values()) if rule.supplement and rule.supplement.money == OF_BASIC_FEE else 0
    if taken > total:
        raise ModelError(
            f"{rule.name}: the supplement of {taken // 100:,} kr is to be taken from a basic fee of "
            f"{total // 100:,} kr in all. Lower its budget, or take new money (money = 'new')."
        )
    share = rule.share_in(year)
    after = differentiate(loads, total - taken, share, rule.bounds)
    factor = factors(loads, share, rule.bounds)
    left = Fraction(total - taken, total) if total else Fraction(1)
    found = [
        Effect(
            clinic=clinic,
            region=published.councils[clinic.council_id].region if clinic.council_id in published.councils else "",
            before=before[clinic.ydernummer],
            fee=Fraction(before[clinic.ydernummer].basic, clinic.patients),
            factor=factor[clinic.ydernummer] * left,
            basic_after=after[clinic.ydernummer],
            supplement=supplement.get(clinic.ydernummer, 0),
            norm=published.rules.norm,
        )
        for clinic in clinics
    ]
    return Effects(tuple(found), share, total, left, _by_council(found))


def _supplement(
    published: Published, rule: FeeRule, councils: Sequence[CouncilState], loads: Sequence[Load]
) -> dict[str, int]:
    if rule.supplement is None:
        return {}
    members: dict[str, list[Load]] = {}
    for load in loads:
        members.setdefault(published.clinics[load.ydernummer].council_id, []).append(load)
    return area_supplement(rule.supplement.budget_oere, councils, members)


def _by_council(effects: Iterable[Effect]) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in effects:
        found[one.clinic.council_id] = found.get(one.clinic.council_id, 0) + one.supplement
    return found


def council_states(published: Published, reported: Mapping[str, Occupancy] | None = None) -> tuple[CouncilState, ...]:
    """Give need, capacities and maximum of every council, by what regions reported of it.

    Without reports the capacities of its clinics by the RUN, all taken as occupied.
    """
    found = []
    for one in published.councils.values():
        has = Occupancy(one.existing, one.existing) if reported is None else reported.get(one.council_id, NONE)
        found.append(
            CouncilState(one.council_id, one.region, one.need, has.allocated, has.occupied, one.maximum, one.weighted)
        )
    return tuple(found)


def losses_oere(effects: Effects) -> int:
    """Give what clinics lose together of their basic fee: the new money that would make up for it (V50)."""
    return -sum(min(one.basic_change, 0) for one in effects.clinics)


def lists_that_shrink(effects: Effects) -> tuple[int, Fraction, Fraction]:
    """Give the clinics with more patients than their minimum, and the basic fee they would lose there before, after."""
    larger = [one for one in effects.clinics if one.has_minimum and one.listed(MINIMUM) < one.clinic.patients]
    return (
        len(larger),
        sum((one.basic_at(PRESENT, False) - one.basic_at(MINIMUM, False) for one in larger), ZERO),
        sum((one.basic_at(PRESENT, False) - one.basic_at(MINIMUM, True) for one in larger), ZERO),
    )
