"""What the page of scenarios says of one case that was run, ready to be printed."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from fordel_dask.report.pictures.axis import Axis
from fordel_dask.report.pictures.council_map import class_of
from fordel_dask.report.scenarios_print import MARKS, NEED_PLACES, Printer
from fordel_dask.scenarios.change import Change
from fordel_dask.scenarios.clinic_effects import FURTHEST, TENTH, ClinicEffect, ClinicGroup
from fordel_dask.scenarios.compared import Compared
from fordel_dask.scenarios.comparison import CaseEffects, WeightEffect
from fordel_dask.scenarios.reasons import why_unchanged

MOST_CLINICS, MOST_WEIGHTS = 5, 8
BARS = {"width": 460, "height": 120, "top": 16}
SHARES = 160
"""Width of the bar of shares, in pixels."""

LEVEL_PLACES, R2_PLACES = 4, 4


def case_content(compared: Compared, one: CaseEffects, anchor: str, say: Printer) -> dict[str, Any]:
    """Give everything that the section of a case says."""
    asked = compared.asked_for(one.name)
    content = {
        "anchor": anchor,
        "name": one.name,
        "title": asked.said("title", say.lang),
        "doc": asked.said("doc", say.lang),
        "who": asked.said("who", say.lang),
        "memo": say.say("memo", memo=asked.memo) if asked.memo else "",
        "answer": say.say(f"answer_{asked.ministry}") if asked.ministry else "",
        "changes": [
            {"key": change.key, "doc": change.doc(say.lang), "difference": change.difference(say.lang)}
            for change in one.changes
        ],
        "why": why_unchanged(one, say.lang),
        "unchanged": bool(one.why_unchanged),
        "line": line_of(one, say),
        "colours": colours_of(one),
    }
    return content | ({} if one.why_unchanged else _effects(compared, one, say))


def line_of(one: CaseEffects, say: Printer) -> dict[str, Any]:
    """Give the case's line of the table of all."""
    up, down = one.councils_by_change(up=True), one.councils_by_change(up=False)
    falling, rising = one.clinics_by_change(up=False), one.clinics_by_change(up=True)
    every = one.everybody
    return {
        "need": say.signed(one.need.amount, NEED_PLACES),
        "maximum": say.signed(one.maximum.amount),
        "councils": say.number(sum(c.maximum.differs for c in one.councils)),
        "up_down": f"+{len(up)} −{len(down)}" if up or down else "",
        "clinics": say.number(every.up + every.down),
        "gained_or_lost": [
            say.say(word, number=say.number(clinics))
            for word, clinics in (("get_one", every.gained), ("lose_theirs", every.lost))
            if clinics
        ],
        "beyond": say.number(every.beyond_a_step),
        "council_extremes": [
            (verb, ordered[0].name, say.of_base(ordered[0].maximum, sure=ordered[0].sure))
            for verb, ordered in (("wins_most", up), ("loses_most", down))
            if ordered
        ],
        "clinic_extremes": [
            (verb, moved[0].ydernummer, say.of_base(moved[0].minimum, sure=moved[0].sure))
            for verb, moved in (("wins_most", falling), ("loses_most", rising))
            if moved
        ],
    }


def colours_of(one: CaseEffects) -> list[tuple[str, int | None]]:
    """Give the colour class of each council; nothing where no council's number changes."""
    if not any(council.maximum.differs for council in one.councils):
        return []
    return [(council.council_id, class_of(council.maximum.share)) for council in one.councils]


def _effects(compared: Compared, one: CaseEffects, say: Printer) -> dict[str, Any]:
    every = one.everybody
    return {
        "country": _country(one, say),
        "gained": say.say("gained", gained=say.number(every.gained), lost=say.number(every.lost))
        if every.gained or every.lost
        else "",
        "councils": list(_councils(one, say)),
        "needs_move": any(council.need.differs or council.maximum.differs for council in one.councils),
        "clinics_move": bool(one.clinics),
        "histogram": histogram(one.steps, say),
        "quantiles": _quantiles(every, say),
        "groups": list(_groups(one.groups, say)),
        "winners": [_clinic(compared, c, say) for c in one.clinics_by_change(up=False)[:MOST_CLINICS]],
        "losers": [_clinic(compared, c, say) for c in one.clinics_by_change(up=True)[:MOST_CLINICS]],
        "weights": list(_weights(one.weights, say)),
        "weights_note": say.say(
            "weights_note",
            **{
                name: say.language.number(Fraction(fit.r_squared), R2_PLACES)
                for name, fit in zip(("before", "after"), one.fit, strict=True)
            },
        ),
    }


def _country(one: CaseEffects, say: Printer) -> str:
    every = one.everybody
    return say.say(
        "in_the_country",
        need=say.of_base(one.need, NEED_PLACES),
        maximum=say.of_base(one.maximum),
        councils=sum(c.maximum.differs for c in one.councils),
        all_councils=len(one.councils),
        clinics=say.number(every.up + every.down),
        all_clinics=say.number(every.clinics),
        beyond=say.number(every.beyond_a_step),
    )


def _councils(one: CaseEffects, say: Printer) -> Iterator[dict[str, Any]]:
    for council in one.councils:
        yield _area(council.name, council.maximum, council.need, say) | {
            "mark": MARKS.get(council.sure, "") if council.maximum.differs else "",
            "colour": class_of(council.maximum.share),
        }
    yield _area(say.say("country"), one.maximum, one.need, say) | {"mark": "", "colour": None, "sum": True}


def _area(name: str, maximum: Change, need: Change, say: Printer) -> dict[str, Any]:
    return {
        "name": name,
        "before": say.number(maximum.before),
        "after": say.number(maximum.after),
        "change": say.signed(maximum.amount),
        "moved": maximum.differs,
        "need": say.of_base(need, NEED_PLACES),
        "sum": False,
    }


def histogram(steps: dict[int, int], say: Printer) -> dict[str, Any]:
    """Give the columns of the distribution of clinics by steps, with place and count."""
    across = Axis(-FURTHEST - 0.5, FURTHEST + 0.5, 0, BARS["width"])
    tallest = max(steps.values(), default=1)
    each = BARS["width"] / (2 * FURTHEST + 1)
    columns = []
    for step, clinics in steps.items():
        height = max(round((BARS["height"] - BARS["top"]) * clinics / tallest, 1), 0.8)
        columns.append(
            {
                "x": round(across.at(step) - each / 2 + 1.5, 1),
                "middle": across.at(step),
                "y": round(BARS["height"] - height, 1),
                "height": height,
                "side": "less" if step < 0 else "more" if step else "same",
                "clinics": say.number(clinics),
            }
        )
    ends = {-FURTHEST: f"≤ −{FURTHEST}", FURTHEST: f"≥ {FURTHEST}"}
    labels = [(across.at(n), ends.get(n, say.signed(n))) for n in (-FURTHEST, -5, 0, 5, FURTHEST)]
    return {"columns": columns, "labels": labels, "each": round(each - 3, 1), "zero": across.at(0), **BARS}


def _quantiles(every: ClinicGroup, say: Printer) -> str:
    if not every.quantiles:
        return ""
    _, p05, p25, _, p75, p95, _ = (say.signed(change) for change in every.quantiles)
    total = every.minimum
    sums = {"before": say.number(total.before), "after": say.number(total.after), "change": say.signed(total.amount)}
    return say.say("quantiles", p05=p05, p25=p25, p75=p75, p95=p95, **sums)


def _groups(groups: Sequence[ClinicGroup], say: Printer) -> Iterator[dict[str, Any]]:
    last = ""
    for one in groups:
        if not one.clinics or (one.grouping == TENTH and not one.group):
            continue
        shares = [Fraction(n, one.clinics) for n in (one.down, one.same, one.up)]
        yield {
            "heading": say.say(f"group_{one.grouping}") if one.grouping not in (last, "country") else "",
            "name": _group_name(one, say),
            "clinics": say.number(one.clinics),
            "shares": [say.percent(share) for share in shares],
            "ends": [round(SHARES * float(share), 1) for share in (shares[0], shares[0] + shares[1])],
            "median": say.signed(one.quantiles[3]),
            "beyond": say.number(one.beyond_a_step),
        }
        last = one.grouping


def _group_name(one: ClinicGroup, say: Printer) -> str:
    if one.grouping == "country":
        return say.say("group_country")
    if one.grouping == TENTH:
        return say.say({"1": "tenth_least", "10": "tenth_most"}.get(one.group, "tenth"), tenth=one.group)
    if not one.group:
        return say.say("no_group")
    if one.grouping == "clinic_type":
        return say.language.clinic_type(one.group)
    if one.grouping == "size":
        return "–".join(
            say.number(int(end)) for end in one.group.removesuffix("+").split("-")
        ) + "+" * one.group.endswith("+")
    return one.group


def _clinic(compared: Compared, one: ClinicEffect, say: Printer) -> dict[str, str]:
    town = compared.places.municipalities.get(one.place.municipality_code)
    return {
        "name": one.ydernummer,
        "place": f"{town.name}, {say.language.clinic_type(one.place.kind)}" if town else "",
        "before": say.number(one.minimum.before),
        "after": say.number(one.minimum.after),
        "change": say.signed(one.minimum.amount) + MARKS.get(one.sure, ""),
        "share": say.signed_percent(one.minimum.share),
    }


def _weights(weights: Sequence[WeightEffect], say: Printer) -> Iterator[dict[str, str]]:
    """Give the weights that move most, and those that only one model has; a weight not had counts as moved by all."""

    def moved(one: WeightEffect) -> Fraction:
        return abs(Fraction(one.weight.after or 0) - Fraction(one.weight.before or 0))

    ordered = sorted((one for one in weights if one.weight.differs), key=lambda one: (-moved(one), one.term, one.level))
    for one in ordered[:MOST_WEIGHTS]:
        yield {
            "name": f"{say.language.term(one.term)}: {say.language.level(one.term, one.level)}",
            "before": _weight(one.weight.before, say),
            "after": _weight(one.weight.after, say),
            "change": say.signed(one.weight.amount, LEVEL_PLACES),
        }


def _weight(value: Fraction | int | None, say: Printer) -> str:
    return say.number(value, LEVEL_PLACES)
