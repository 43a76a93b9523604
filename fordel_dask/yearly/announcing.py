"""The error rule: a published RUN and a corrected one in, what must be announced to the regions, and drafts of it."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path
from typing import Any

from fordel_dask.cycle.announcement import (
    ANNOUNCED,
    CLINIC,
    COUNCIL,
    UNCHANGED,
    WAITS,
    Ruling,
    announced_by_region,
    rulings,
    told_on,
)
from fordel_dask.errors import UsageError
from fordel_dask.gathering import every
from fordel_dask.printing import Row, count
from fordel_dask.published import Published
from fordel_dask.rundir import read_manifest
from fordel_dask.schema.announcement import ANNOUNCEMENT_TABLES
from fordel_dask.seals import seal_of
from fordel_dask.yearly.notices import notice_name, notices
from fordel_dask.yearly.reading import read_published
from fordel_dask.yearly.writing import Findings

KIND = "errors"
LEAST_IN_COMMON = Fraction(1, 2)
"""Least share of clinics that a published RUN and its correction have in common."""

WHOLE_WORDS = {COUNCIL: "councils", CLINIC: "clinics"}


def announce_errors(published: Path, corrected: Path, day: datetime.date | None) -> Findings:
    """Say which errors of a published RUN are announced and which wait (R45); tables, drafts of notices, a summary.

    ``day`` is the day of the notices; none for the RUN's status date.

    Raises
    ------
    IntegrityError
        A directory is no RUN, or a table was changed after its run; both are told at once.
    UsageError
        The two RUNs are of different planning years, or have less than half of their clinics in common.
    LawError
        No rule on notice or complaints is in force on the day.
    """
    old, new = every([lambda: read_published(published), lambda: read_published(corrected)])
    if old.year != new.year:
        raise UsageError(
            f"Errors are told by two RUNs of the same planning year; {published} is of {old.year} and {corrected} of "
            f"{new.year}. Run the model again on the corrected registers of {old.year}, or hold one year against "
            f"another with 'fordel compare'."
        )
    _refuse_other_nation(old, new, corrected)
    on = day or old.status_date
    found = told_on(rulings(old, new), on)
    drafts = notices(announced_by_region(found), old.year, old.status_date, on)
    tables = {"errors": list(_error_rows(found)), "errors_by_region": list(_region_rows(found))}
    inputs = {"published": seal_of(read_manifest(published)), "corrected": seal_of(read_manifest(corrected))}
    return Findings(
        KIND, ANNOUNCEMENT_TABLES, tables, {"day": on.isoformat(), **_summary(old, new, found)}, inputs, drafts
    )


def _refuse_other_nation(old: Published, new: Published, corrected: Path) -> None:
    """Refuse a corrected RUN that can be no correction: most of its clinics are others."""
    both, either = len({*old.clinics} & {*new.clinics}), len({*old.clinics} | {*new.clinics})
    if both < LEAST_IN_COMMON * either:
        raise UsageError(
            f"Errors are told by two RUNs of the same nation; only {both:,} of {either:,} clinics stand in both. Name "
            f"the RUN on the corrected registers instead of {corrected}, or hold the two against each other with "
            f"'fordel compare'."
        )


def _error_rows(found: Sequence[Ruling]) -> Iterator[Row]:
    for one in found:
        numbers = count(one.published), count(one.corrected), count(_difference(one))
        yield (one.kind, one.code, one.council, one.region, *numbers, one.verdict, one.why)


def _difference(one: Ruling) -> int | None:
    return None if one.published is None or one.corrected is None else one.corrected - one.published


def _region_rows(found: Sequence[Ruling]) -> Iterator[Row]:
    for region in sorted({one.region for one in found}):
        own = [one for one in found if one.region == region]
        told = [one for one in own if one.verdict == ANNOUNCED]
        more = sum(_difference(one) or 0 for one in told if one.kind == COUNCIL)
        yield (
            region,
            count(_number(told, COUNCIL, ANNOUNCED)),
            count(more),
            count(_number(told, CLINIC, ANNOUNCED)),
            count(_number(own, COUNCIL, WAITS)),
            count(_number(own, CLINIC, WAITS)),
            count(sum(one.verdict == UNCHANGED for one in own)),
            notice_name(region, "da") if told else "",
        )


def _number(found: Sequence[Ruling], kind: str, verdict: str) -> int:
    return sum(one.kind == kind and one.verdict == verdict for one in found)


def _summary(old: Published, new: Published, found: Sequence[Ruling]) -> dict[str, Any]:
    rules = {key: [value, asdict(new.rules)[key]] for key, value in asdict(old.rules).items()}
    return {
        "published": old.name,
        "corrected": new.name,
        "year": old.year,
        "rules_that_differ": {key: ends for key, ends in rules.items() if ends[0] != ends[1]},
        "announced": [_told(one) for one in found if one.verdict == ANNOUNCED],
        "waits": [_told(one) for one in found if one.verdict == WAITS],
        "unchanged": {word: _number(found, kind, UNCHANGED) for kind, word in WHOLE_WORDS.items()},
    }


def _told(one: Ruling) -> dict[str, Any]:
    named = {"kind": one.kind, "code": one.code, "council": one.council, "region": one.region}
    return {**named, "published": one.published, "corrected": one.corrected, "why": one.why}
