"""Differentiated fees as a terminal shows them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fordel_dask.aligned import aligned

MILLION = 1_000_000
TENTHS = {
    "patients_tenth": ("fewest patients", "most patients"),
    "deprivation_tenth": ("least deprived", "most deprived"),
    "mean_weight_tenth": ("lightest", "heaviest"),
}
"""What the first and the last tenth of clinics are called; those between stand in that order."""

SHOWN = ("country", "region", "clinic_type", "capacities", *TENTHS)
GROUPS = ("", "clinics", "mean weight", "before, million kr", "change, million kr", "change", "win", "lose",
          "largest gain", "largest loss")  # fmt: skip
LOADS = ("income per capacity", "list", "when", "least kr", "median kr", "greatest kr", "greatest/least")
LISTS = {"present": "present", "minimum": "minimum, published", "exact_minimum": "minimum, unrounded"}
INCOMES = {"basic_fee": "basic fee", "all": "all income"}


def summary_text(summary: Mapping[str, Any]) -> str:
    """Give the summary as aligned lines."""
    groups = [_group(one, summary["groups"]) for one in summary["groups"] if one["grouping"] in SHOWN]
    lines = [
        *_about(summary),
        "",
        f"Who wins and who loses, {'all income' if summary['whole_income'] else 'basic fee alone'}:",
        *aligned(GROUPS, groups),
        "",
        "Is it equal for an equal weighted load? Kroner per capacity:",
        *aligned(LOADS, [_load(one) for one in summary["equal_load"]], texts=(0, 1, 2)),
        *_answer(summary),
        "",
        *_years(summary["years"]),
        *_lists(summary),
        "",
        *_temporary(summary),
        "",
        *(f"- {line}" for line in _to_be_known(summary)),
    ]
    return "\n".join(lines)


def _about(summary: Mapping[str, Any]) -> Iterator[str]:
    bounds = [f"{name} {100 * summary[name]:g} %" for name in ("floor", "cap") if summary[name] is not None]
    of_what = " of what the supplement leaves of the fee" if summary["supplement_of_basic_fee"] else ""
    held = f", {', '.join(bounds)}{of_what} (holds for {summary['clinics_at_a_bound']:,} clinics)" if bounds else ""
    yield (
        f"Rule '{summary['rule']}' on {summary['on']}: {summary['share']:.1%} of the basic fee follows the "
        f"weight{held}."
    )
    yield (
        f"{summary['clinics']:,} clinics get {summary['basic_fee_after_kr'] / MILLION:,.1f} million kroner as basic "
        f"fee; before it was {summary['basic_fee_kr'] / MILLION:,.1f}."
    )
    if summary["supplement_budget_kr"]:
        none = (
            "" if summary["supplement_kr"] else ": no council with patients is short of doctors, and nothing is given"
        )
        budget = f"{summary['supplement_budget_kr'] / MILLION:,.1f} million kroner"
        yield f"Supplement for areas short of doctors: {budget}{none}."


def _group(one: Mapping[str, Any], groups: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    name = one["group"] or "not registered"
    label = "Denmark" if one["grouping"] == "country" else f"{one['grouping'].replace('_', ' ')} {name}"
    label += _end([other["group"] for other in groups if other["grouping"] == one["grouping"]], one)
    change = "–" if one["change_share"] is None else f"{one['change_share']:+.2%}"
    return (
        *(label, f"{one['clinics']:,}", f"{one['mean_weight']:.3f}", f"{one['before_kr'] / MILLION:,.1f}"),
        *(f"{one['change_kr'] / MILLION:+,.1f}", change, f"{one['winners']:,}", f"{one['losers']:,}"),
        *(f"{one[name]:+.1%}" for name in ("largest_gain_share", "largest_loss_share")),
    )


def _end(names: Sequence[str], one: Mapping[str, Any]) -> str:
    """Say at the first and the last tenth which clinics are there; nothing of other groups."""
    if one["grouping"] not in TENTHS or len(names) == 1 or one["group"] not in (names[0], names[-1]):
        return ""
    return f" ({TENTHS[one['grouping']][one['group'] == names[-1]]})"


def _load(one: Mapping[str, Any]) -> tuple[str, ...]:
    ratio = "–" if one["greatest_over_least"] is None else f"{one['greatest_over_least']:.4f}"
    figures = (f"{one[name]:,.0f}" for name in ("least_kr", "median_kr", "greatest_kr"))
    return INCOMES[one["income"]], LISTS[one["list"]], one["when"], *figures, ratio


def _answer(summary: Mapping[str, Any]) -> Iterator[str]:
    """Say in a sentence whether an equal weighted load is paid equally."""
    for one in summary["equal_load"]:
        if (one["list"], one["when"]) != ("exact_minimum", "after"):
            continue
        load = f"With {summary['norm']:,} weighted patients for each capacity"
        them = f"the {one['clinics']:,} clinics with a minimum number"
        if one["all_equal"]:
            yield f"{load} {them} get the same {INCOMES[one['income']]} per capacity: {one['least_kr']:,.2f} kr."
        else:
            span = f"{one['least_kr']:,.0f} to {one['greatest_kr']:,.0f} kr"
            yield f"{load} {INCOMES[one['income']]} per capacity still differs among {them}: {span}."


def _years(years: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for one in years:
        yield (
            f"{one['year']}: {one['share']:.1%} follows the weight; that nobody loses would take "
            f"{one['full_compensation_kr'] / MILLION:,.1f} million kroner a year more (V50)."
        )


def _lists(summary: Mapping[str, Any]) -> Iterator[str]:
    if summary["clinics_above_minimum"]:
        yield (
            f"{summary['clinics_above_minimum']:,} clinics have more patients than their minimum: with that alone they "
            f"would lose {summary['lost_at_minimum_before_kr'] / MILLION:,.1f} million kroner of basic fee as it was, "
            f"{summary['lost_at_minimum_after_kr'] / MILLION:,.1f} by this rule."
        )


def _temporary(summary: Mapping[str, Any]) -> Iterator[str]:
    """Give the temporary supplement: councils that get any, a column a year."""
    years = sorted({one["year"] for one in summary["temporary"]})
    by_council: dict[str, dict[int, Mapping[str, Any]]] = {}
    for one in summary["temporary"]:
        by_council.setdefault(one["council"], {})[one["year"]] = one
    by = "room for new capacities" if summary["temporary_by"] == "room" else "shortage of doctors"
    yield f"Temporary supplement by {by}, million kroner (R53):"
    heading = ("council", "room", "shortage", *map(str, years), "of it everywhere")
    rows = [_council(name, of, years) for name, of in by_council.items() if any(one["kr"] for one in of.values())]
    total = ("all", "", "", *(_millions(sum(of[year]["kr"] for of in by_council.values())) for year in years), "")
    yield from aligned(heading, [*rows, total])
    for year, budget in summary["temporary_budgets_kr"].items():
        left = budget - sum(one["kr"] for one in summary["temporary"] if str(one["year"]) == year)
        if left >= 1:
            yield f"Not shared of {year}: {_millions(left)} million kroner, as no council has any {by}."


def _council(name: str, of: Mapping[int, Mapping[str, Any]], years: Sequence[int]) -> tuple[str, ...]:
    first = of[years[0]]
    everywhere = sum(of[year]["everywhere_kr"] for year in years)
    return (
        *(name, f"{first['room']:,.1f}", f"{first['shortage']:,.1f}"),
        *(_millions(of[year]["kr"]) for year in years),
        _millions(everywhere) if everywhere else "",
    )


def _millions(kr: float) -> str:
    return f"{kr / MILLION:,.3f}"


def _to_be_known(summary: Mapping[str, Any]) -> Iterator[str]:
    yield "By which rule fees will be differentiated is not told yet (memo 4.5.4): these are consequences of a rule."
    yield "At a minimum number a clinic is taken to have patients like its present ones; practice-cost fee stays."
    if summary["whole_income"]:
        yield "Services follow the patients: a clinic's services per patient stay what they were."
    else:
        yield "The basic fee alone: give --income DIR, made by 'fordel fees income', for all income."
    if summary["deprivation_told"]:
        yield (
            "Deprivation is a proxy: patients outside the labour market or of an origin with a weight, by the parts of "
            "the RUN; one with both counts twice. Income and education stand in no register here."
        )
    else:
        yield "No tenths by deprivation: the RUN's model weighs neither labour market nor origin of patients."
    yield _capacities(summary)
    yield (
        "How councils share the temporary supplement is not told. By room is as the act has it (R17); the money of the "
        "spring agreement may also go where no new capacity may be allocated (memo 4.5.2): --temporary-by shortage. "
        "That what one region may use everywhere is part of the two years' money, split as that is, is assumed."
    )


def _capacities(summary: Mapping[str, Any]) -> str:
    """Say whose capacities they are."""
    if not summary["capacities_of"]:
        return (
            "Capacities of the RUN's clinics are all taken as occupied; --capacity reads what regions report. "
            "A council is short where its need is above what is occupied."
        )
    told = f"Capacities are those that regions reported of {summary['capacities_of']} (R22)"
    for key, how in (
        ("clinics_as_last_reported", "as last reported"),
        ("clinics_as_registered", "never reported, as in the clinic register, all taken as occupied"),
    ):
        if summary[key]:
            told += f"; clinics without a report that count {how}: {summary[key]:,}"
    return f"{told}."
