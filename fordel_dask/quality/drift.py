"""What changed since the delivery of last year: counts beside counts, never persons beside persons."""

import contextlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from fordel_dask.errors import IntegrityError
from fordel_dask.quality.periods import level_of
from fordel_dask.quality.rules import Rule, drift_limits, register_order, rule_of

Report = Mapping[str, Any]
KEYS = ("year", "program_version", "registers", "findings", "coverage", "units", "inputs", "rules")
KINDS = ("registers", "rows", "files", "coverage", "fee", "share", "count", "new_rule")
PLACES = 3
DIGITS = re.compile(r"\d+")


@dataclass(frozen=True)
class Change:
    """One number of last year beside that of this year.

    ``what`` is a rule, or the pattern of a file name; ``change`` is absolute, in percentage points
    for a share; ``limit`` is in percent of last year's number, for a share in percentage points.
    """

    kind: str
    register: str
    what: str
    before: Fraction
    after: Fraction
    limit: Fraction | None
    flagged: bool

    def as_json(self) -> dict[str, Any]:
        """Give the change as it stands in ``quality.json``."""
        change = self.after - self.before
        return {
            "kind": self.kind,
            "register": self.register,
            "what": self.what,
            "last_year": _number(self.before),
            "this_year": _number(self.after),
            "change": _number(change),
            "change_percent": _number(100 * change / self.before) if self.before else None,
            "limit": None if self.limit is None else _number(self.limit),
            "flagged": self.flagged,
        }


def checked_earlier_report(content: object, name: str) -> dict[str, Any]:
    """Give an earlier ``quality.json``, held against what a comparison needs of it.

    Raises
    ------
    IntegrityError
        It is no quality report, or one of another format.
    """
    if isinstance(content, dict) and content.get("format") == 1 and all(key in content for key in KEYS):
        with contextlib.suppress(KeyError, TypeError, ValueError, AttributeError, ArithmeticError, IndexError):
            drift_since(content, content)  # what can be compared with itself has the form of a report
            return content
    raise IntegrityError(f"{name} is no quality report. Give the quality.json that 'fordel check' wrote last year.")


def drift_since(last_year: Report, this_year: Report) -> list[dict[str, Any]]:
    """Give every change since last year that can be judged, sorted by kind, register and what changed."""
    changes = [
        *_registers(last_year, this_year),
        *_rows(last_year, this_year),
        *_files(last_year, this_year),
        *_coverage(last_year, this_year),
        *_fees(last_year, this_year),
        *_findings(last_year, this_year),
    ]
    return [
        change.as_json()
        for change in sorted(changes, key=lambda one: (KINDS.index(one.kind), register_order(one.register), one.what))
    ]


def _registers(last: Report, this: Report) -> Iterator[Change]:
    """Give registers that are gone or new; a register without files was not delivered."""
    before, after = _delivered(last), _delivered(this)
    for register in before ^ after:
        gone = register in before
        yield Change("registers", register, "", Fraction(gone), Fraction(not gone), None, gone)


def _delivered(report: Report) -> set[str]:
    return {register for register, numbers in report["registers"].items() if numbers["files"]}


def _in_both(last: Report, this: Report) -> set[str]:
    return _delivered(last) & _delivered(this)


def _rows(last: Report, this: Report) -> Iterator[Change]:
    for register in _in_both(last, this):
        before, after = (Fraction(report["registers"][register]["rows"]) for report in (last, this))
        yield _in_percent("rows", register, "", (before, after), drift_limits().rows_of(register))


def _files(last: Report, this: Report) -> Iterator[Change]:
    """Give files by the pattern of their names, numbers left out: ``sssy_2501`` and ``sssy_2401`` are the same file."""
    before, after = _patterns(last), _patterns(this)
    for register, pattern in before.keys() | after.keys():
        if register in _in_both(last, this):
            files = Fraction(before[register, pattern]), Fraction(after[register, pattern])
            yield Change("files", register, pattern, *files, None, files[1] < files[0])


def _patterns(report: Report) -> Counter[tuple[str, str]]:
    return Counter((entry["register"], DIGITS.sub("#", entry["file"])) for entry in report["inputs"])


def _coverage(last: Report, this: Report) -> Iterator[Change]:
    """Give the median week or month."""
    for register in last["coverage"].keys() & this["coverage"].keys():
        levels = level_of(last["coverage"][register]), level_of(this["coverage"][register])
        yield _in_percent("coverage", register, "", levels, drift_limits().coverage_percent)


def _fees(last: Report, this: Report) -> Iterator[Change]:
    before, after = (report["units"].get("bruhon", {}).get("median_oere") for report in (last, this))
    if before and after:
        fees = Fraction(before), Fraction(after)
        yield _in_percent("fee", "services", "", fees, drift_limits().fee_percent)


def _findings(last: Report, this: Report) -> Iterator[Change]:
    """Give the findings of either year: shares of rows where there are some, else counts."""
    before, after = _by_rule(last["findings"]), _by_rule(this["findings"])
    for register, name in before.keys() | after.keys():
        if name not in this["rules"] or register not in _in_both(last, this):
            continue  # a rule that is no more, or a register that is told as gone or new
        rule = rule_of(register, name)
        was, is_ = before.get((register, name)), after.get((register, name))
        if name not in last["rules"]:
            yield Change("new_rule", register, name, Fraction(0), Fraction(is_["count"] if is_ else 0), None, True)
        else:
            yield _without_praise(
                rule, _share(rule, register, was, is_) if rule.of_rows else _count(rule, register, was, is_)
            )


def _by_rule(findings: Sequence[Report]) -> dict[tuple[str, str], Report]:
    return {(finding["register"], finding["rule"]): finding for finding in findings}


def _share(rule: Rule, register: str, was: Report | None, is_: Report | None) -> Change:
    before, after = _percent(was), _percent(is_)
    limit = rule.drift_points if rule.drift_points is not None else drift_limits().share_points
    return Change("share", register, rule.id, before, after, limit, abs(after - before) > limit)


def _count(rule: Rule, register: str, was: Report | None, is_: Report | None) -> Change:
    counts = Fraction(was["count"] if was else 0), Fraction(is_["count"] if is_ else 0)
    limit = rule.drift_percent if rule.drift_percent is not None else drift_limits().count_percent
    return _in_percent("count", register, rule.id, counts, limit)


def _without_praise(rule: Rule, change: Change) -> Change:
    """Take the flag from a fault that became rarer; fewer rows dropped by choice may well be a fault."""
    better = change.after < change.before and rule.severity not in ("drop", "note")
    return replace(change, flagged=change.flagged and not better)


def _percent(finding: Report | None) -> Fraction:
    return Fraction(100 * finding["count"], finding["of"]) if finding and finding["of"] else Fraction(0)


def _in_percent(kind: str, register: str, what: str, numbers: tuple[Fraction, Fraction], limit: Fraction) -> Change:
    """Give a change that is flagged beyond a limit in percent; from nothing to something is beyond any."""
    before, after = numbers
    return Change(kind, register, what, before, after, limit, 100 * abs(after - before) > limit * before)


def _number(value: Fraction) -> int | float:
    """Give a number for JSON: a whole one, or rounded to three decimals, the same on every machine."""
    rounded = round(value, PLACES)
    return rounded.numerator if rounded.denominator == 1 else float(rounded)
