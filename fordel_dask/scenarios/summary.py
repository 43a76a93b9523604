"""The comparison of cases for a terminal, and as one object for a program."""

import textwrap
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from fordel_dask.law.words import grouped, signed
from fordel_dask.scenarios.change import Change, Number
from fordel_dask.scenarios.compared import Compared, status_of
from fordel_dask.scenarios.comparison import CaseEffects
from fordel_dask.scenarios.figures import NotRun
from fordel_dask.scenarios.parameter_changes import in_words
from fordel_dask.scenarios.reasons import why_not_run, why_unchanged

ENGLISH = "en"
NONE = "–"
WIDTH = 118
NAME = 24
MOST_OF_A_NAME = 40
Content = dict[str, Any]


def summary_of(compared: Compared) -> Content:
    """Give the base and every case as an object: national effect, councils, clinics, winners and losers."""
    base = compared.base
    statuses = [status_of(one) for one in compared.cases]
    return {
        "base": {
            "case": base.name,
            "model": base.model.name,
            "hash": base.model.hash,
            "citizens": base.citizens,
            "need": _float(sum((one.need for one in base.councils), Fraction(0))),
            "maximum_capacities": _float(sum((one.maximum for one in base.councils), Fraction(0))),
            "clinics_with_a_number": sum(one.minimum_patients is not None for one in base.clinics),
        },
        "counts": {status: statuses.count(status) for status in ("run", "unchanged", "not_run")},
        "cases": [_content(compared, one) for one in compared.cases],
    }


def _content(compared: Compared, one: CaseEffects | NotRun) -> Content:
    asked = compared.asked_for(one.name)
    told = {"id": asked.identity, "case": one.name, "title": asked.title, "status": status_of(one)}
    if isinstance(one, NotRun):
        return {**told, "reason": why_not_run(one, asked, ENGLISH)}
    winners, losers = one.councils_by_change(up=True), one.councils_by_change(up=False)
    falling, rising = one.clinics_by_change(up=False), one.clinics_by_change(up=True)
    every = one.everybody
    return {
        **told,
        "reason": why_unchanged(one, ENGLISH),
        "hash": one.model.hash,
        "changes": [change.words(ENGLISH) for change in one.changes],
        "need": _change(one.need),
        "maximum_capacities": _change(one.maximum),
        "councils": {
            "changed": sum(c.maximum.differs for c in one.councils),
            "up": len(winners),
            "down": len(losers),
            "winner": _extreme(winners[0].name, winners[0].maximum, winners[0].sure) if winners else None,
            "loser": _extreme(losers[0].name, losers[0].maximum, losers[0].sure) if losers else None,
        },
        "clinics": {
            **{"numbers": every.clinics, "up": every.up, "down": every.down, "beyond_a_step": every.beyond_a_step},
            **{"gained": every.gained, "lost": every.lost},
            "winner": _extreme(falling[0].ydernummer, falling[0].minimum, falling[0].sure) if falling else None,
            "loser": _extreme(rising[0].ydernummer, rising[0].minimum, rising[0].sure) if rising else None,
        },
        "r_squared": {"before": round(one.fit[0].r_squared, 6), "after": round(one.fit[1].r_squared, 6)},
    }


def _extreme(name: str, change: Change, sure: str) -> Content:
    return {"name": name, **_change(change), "against_the_interval_of_the_base": sure}


def _change(change: Change) -> Content:
    return {"before": _float(change.before), "after": _float(change.after), "change": _float(change.amount)}


def _float(value: Number | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if Fraction(value).denominator == 1 else float(round(Fraction(value), 9))


def summary_lines(compared: Compared) -> list[str]:
    """Give the comparison as lines for a terminal: a line for each case, then those not run, with the reason."""
    lines = [*_base_lines(compared), ""]
    if compared.run:
        lines += [_heading(), *(line for one in compared.run for line in _case_lines(one)), "", *_legend()]
    if compared.not_run:
        lines += ["", f"Not run ({len(compared.not_run)}):"]
    for one in compared.not_run:
        lines += _wrapped(f"{one.name}: {why_not_run(one, compared.asked_for(one.name), ENGLISH)}")
    return lines


def _base_lines(compared: Compared) -> list[str]:
    base = summary_of(Compared(compared.base, compared.places, {}, (), {}))["base"]
    text = (
        f"{len(compared.run)} of {len(compared.cases)} cases were run beside {base['model']} ({compared.places.year}): "
        f"{base['citizens']:,} citizens, need {base['need']:,.3f}, at most {base['maximum_capacities']:,} capacities, "
        f"{base['clinics_with_a_number']:,} clinics with a number."
    )
    return textwrap.wrap(text, WIDTH)


def _heading() -> str:
    return (
        f"{'case':<{NAME}}{'need':>10}{'capacities':>11}{'councils':>12}{'clinics':>8}{'> 1 step':>9}"
        f"   who wins and loses most: change of base"
    )


def _legend() -> list[str]:
    return textwrap.wrap(
        "Councils: changed (up, down). Clinics: those whose minimum number changes, and by more than one rounding "
        "step. A council wins where it gets capacities; a clinic wins where its number falls. Of each the base is "
        "told; ? marks a change within the base's 90 % interval.",
        WIDTH,
    )


def _case_lines(one: CaseEffects) -> Iterator[str]:
    if one.why_unchanged:
        yield f"{one.name[:MOST_OF_A_NAME]:<{NAME}} unchanged"
        yield from _wrapped(f"{why_unchanged(one, ENGLISH)} ({in_words(one.changes, ENGLISH) or 'no parameter'})")
        return
    up, down = one.councils_by_change(up=True), one.councils_by_change(up=False)
    changed = sum(c.maximum.differs for c in one.councils)
    councils = f"{changed} (+{len(up)} −{len(down)})" if changed else "0"
    every = one.everybody
    figures = (
        f"{_signed(one.need.amount, 3):>10}{_signed(one.maximum.amount):>11}{councils:>12}"
        f"{every.up + every.down:>8,}{every.beyond_a_step:>9,}"
    )
    name = one.name[:MOST_OF_A_NAME]
    if len(name) >= NAME:
        yield name
        name = ""
    rows = _beside(one)
    yield f"{name:<{NAME}}{figures}   {next(rows)}".rstrip()
    yield from (f"{'':<{NAME + 53}}{row}" for row in rows)


def _beside(one: CaseEffects) -> Iterator[str]:
    """Give who wins and who loses most: councils in one line, clinics in the next."""
    councils = {
        verb: found[0] for verb, up in (("wins", True), ("loses", False)) if (found := one.councils_by_change(up))
    }
    clinics = {
        verb: moved[0] for verb, up in (("wins", False), ("loses", True)) if (moved := one.clinics_by_change(up))
    }
    named = [f"{verb} {_of_base(c.name, c.maximum, c.sure)}" for verb, c in councils.items()]
    yield "; ".join(named) or _nobody(one)
    if clinics:
        yield "; ".join(f"{verb} {_of_base(c.ydernummer, c.minimum, c.sure)}" for verb, c in clinics.items())
    every = one.everybody
    if every.gained or every.lost:
        yield f"clinics that get a number: {every.gained:,}; that lose theirs: {every.lost:,}"


def _nobody(one: CaseEffects) -> str:
    return "no number changes" if one.moves_no_number else "no council"


def _of_base(name: str, change: Change, sure: str) -> str:
    unsure = " ?" if sure == "within" else ""
    return f"{name} {_signed(change.amount)} of {_plain(change.before)}{unsure}"


def _signed(value: Number | None, places: int = 0) -> str:
    if value is None:
        return NONE
    if Fraction(value).denominator == 1 and (not places or not value):
        return signed(int(value))
    text = grouped(value, places or 3)
    return f"+{text}" if value > 0 else text


def _plain(value: Number | None) -> str:
    return NONE if value is None else grouped(value, 0 if Fraction(value).denominator == 1 else 3)


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False)
