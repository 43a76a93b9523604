"""What ``fordel fees differentiate`` shows: the rule, who wins and loses, equal loads, and money by council."""

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from fordel_dask.exact import OERE_PER_KRONE
from fordel_dask.fee_work.differentiate_rows import HALF, changes_of
from fordel_dask.fee_work.effects import ZERO, lists_that_shrink, losses_oere
from fordel_dask.fee_work.groups import DEPRIVATION, Group, Spread
from fordel_dask.fees.fee_rule import OF_BASIC_FEE

if TYPE_CHECKING:
    from fordel_dask.fee_work.differentiate import Differentiated


def summary_of(found: "Differentiated") -> dict[str, Any]:
    """Give the figures of the country and of groups; money in kroner."""
    rule, effects = found.rule, found.effects
    shrinking, lost_before, lost_after = lists_that_shrink(effects)
    bounds = {"floor": rule.bounds.floor, "cap": rule.bounds.cap}
    limits = [bound * effects.left for bound in bounds.values() if bound is not None]
    at_bound = [one for one in effects.clinics if one.factor in limits]
    return {
        "run": found.published.name,
        "rule": rule.name,
        "title": rule.title,
        "unit": rule.unit,
        "share": float(effects.share),
        **{name: None if value is None else float(value) for name, value in bounds.items()},
        "clinics_at_a_bound": len(at_bound),
        "on": found.day.isoformat(),
        "whole_income": found.asked.income is not None,
        "clinics": len(effects.clinics),
        "basic_fee_kr": _kr(effects.total_oere),
        "basic_fee_after_kr": _kr(sum(one.basic_after for one in effects.clinics)),
        "supplement_of_basic_fee": rule.supplement is not None and rule.supplement.money == OF_BASIC_FEE,
        "supplement_budget_kr": _kr(rule.supplement.budget_oere if rule.supplement else 0),
        "supplement_kr": _kr(sum(effects.supplement_oere.values())),
        "groups": [_group(one) for one in found.groups],
        "deprivation_told": any(one.grouping == DEPRIVATION for one in found.groups),
        "norm": found.published.rules.norm,
        "equal_load": [_spread(one) for one in found.spreads],
        "years": [
            {"year": year, "share": float(of.share), "full_compensation_kr": _kr(losses_oere(of))}
            for year, of in found.by_year.items()
        ],
        "clinics_above_minimum": shrinking,
        "lost_at_minimum_before_kr": _kr(lost_before),
        "lost_at_minimum_after_kr": _kr(lost_after),
        "capacities_of": None if found.reported is None else found.reported.month,
        "clinics_as_last_reported": 0 if found.reported is None else found.reported.carried,
        "clinics_as_registered": 0 if found.reported is None else found.reported.registered,
        "temporary_budgets_kr": {str(one.year): _kr(one.total_oere) for one in found.budgets},
        "temporary_by": found.asked.temporary_by,
        "temporary": _temporary(found),
    }


def _group(group: Group) -> dict[str, Any]:
    before, after, changes = changes_of(group)
    patients = sum(one.clinic.patients for one in group.members)
    weighted = sum((one.clinic.weighted for one in group.members), ZERO)
    return {
        "grouping": group.grouping,
        "group": group.name,
        "clinics": len(group.members),
        "mean_weight": float(weighted / patients),
        "before_kr": _kr(before),
        "change_kr": _kr(after - before),
        "change_share": float(Fraction(after - before, before)) if before else None,
        "winners": group.winners,
        "losers": group.losers,
        "largest_gain_share": float(max([*changes, ZERO])),
        "largest_loss_share": float(min([*changes, ZERO])),
    }


def _spread(one: Spread) -> dict[str, Any]:
    return {
        "income": one.income,
        "list": one.on_list,
        "when": "after" if one.is_after else "before",
        "clinics": len(one.figures),
        "least_kr": _kr(one.figures[0]),
        "median_kr": _kr(one.at(HALF)),
        "greatest_kr": _kr(one.figures[-1]),
        "all_equal": one.figures[0] == one.figures[-1],
        "greatest_over_least": None if one.greatest_over_least is None else float(one.greatest_over_least),
    }


def _temporary(found: "Differentiated") -> list[dict[str, Any]]:
    names = {one.council_id: one.name for one in found.published.councils.values()}
    return [
        {
            "year": one.year,
            "council": names[one.council.council_id],
            "region": one.council.region,
            "room": float(one.council.room),
            "shortage": float(one.council.shortage),
            "kr": _kr(one.by_rule_oere + one.everywhere_oere),
            "everywhere_kr": _kr(one.everywhere_oere),
        }
        for one in found.temporary
    ]


def _kr(oere: int | Fraction) -> float:
    return float(Fraction(oere) / OERE_PER_KRONE)
