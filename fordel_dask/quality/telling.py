"""A quality report told to a person: the verdict in a sentence, what to do first, findings in words.

Everything is looked up by rule in the language asked for; the report itself holds English.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from fordel_dask.quality.findings import REJECTED, TROUBLING, WARNINGS
from fordel_dask.quality.language import Language
from fordel_dask.quality.rules import Rule, kind_of, register_order, rule_of

Report = Mapping[str, Any]
MOST_STEPS = 5
MOST_FILES = 6
TOLD_ORDER = ("reject", "quarantine", "warn", "drop", "note")


@dataclass(frozen=True)
class Step:
    """One thing to do: what is wrong, where, how often, and the advice; ``lang`` is that of the advice."""

    title: str
    register: str
    count: str
    advice: str
    lang: str


@dataclass(frozen=True)
class Told:
    """A finding in words; ``files`` are those with most, ``more_files`` how many are not named."""

    rule: str
    severity: str
    register: str
    title: str
    number: str
    unit: str
    share: str
    unusual: str
    reason: str
    advice: str
    files: tuple[tuple[str, str], ...]
    more_files: str
    source: str
    exit_code: int


def verdict_text(report: Report, language: Language) -> str:
    """Give the verdict in one sentence."""
    verdict = report["verdict"]
    if verdict == REJECTED:
        return language.say("verdict", verdict, n=language.things(_to_mend(report)))
    if verdict == WARNINGS:
        return language.say("verdict", verdict, n=language.things(_to_look_at(report)))
    return language.say("verdict", verdict)


def verdict_more(report: Report, language: Language) -> str:
    """Give what belongs beside the verdict: nothing to do, or what is left when the faults are gone."""
    if report["verdict"] == REJECTED:
        left = _to_look_at(report)
        return language.say("verdict", "more", n=language.things(left)) if left else ""
    return "" if report["verdict"] == WARNINGS else language.say("verdict", "ready_more")


def _to_mend(report: Report) -> int:
    """Give the number of faults; a fault that is counted by a rule is told as refusals too, one for each file."""
    return len(_by_rule(_of(report, "reject"))) + len(_uncounted(report))


def _to_look_at(report: Report) -> int:
    return len(_by_rule(important(report))) + len(_flagged(report))


def _of(report: Report, severity: str) -> list[Report]:
    return [finding for finding in report["findings"] if finding["severity"] == severity]


def important(report: Report) -> list[Report]:
    """Give the findings somebody should look at, those first that touch the whole result, then by share."""
    looked_at = [one for one in report["findings"] if one["severity"] in TROUBLING or one["unusual"]]
    return sorted(looked_at, key=_weight_of)


def _weight_of(finding: Report) -> tuple[bool, bool, Fraction, tuple[int, int, str], int]:
    rule = rule_of(finding["register"], finding["rule"])
    share = Fraction(finding["count"], finding["of"]) if finding["of"] else Fraction(0)
    return (
        not rule.touches_all,
        not finding["unusual"],
        -share,
        register_order(finding["register"]),
        rule.number,
    )


def steps(report: Report, language: Language) -> list[Step]:
    """Give what to do, most important first."""
    if report["verdict"] == REJECTED:
        return [*_steps_of(_of(report, "reject"), language), *_uncounted_refusals(report, language)]
    return [*_steps_of(important(report), language), *_steps_of_drift(report, language)]


def _by_rule(findings: Iterable[Report]) -> list[list[Report]]:
    """Give the findings of one rule together: the same is to be done about all of them, whatever the register."""
    groups: dict[int, list[Report]] = {}
    for finding in findings:
        groups.setdefault(rule_of(finding["register"], finding["rule"]).number, []).append(finding)
    return list(groups.values())


def _steps_of(findings: Iterable[Report], language: Language) -> list[Step]:
    return [_step(group, language) for group in _by_rule(findings)]


def _step(group: list[Report], language: Language) -> Step:
    rule = rule_of(group[0]["register"], group[0]["rule"])
    registers = " · ".join(language.register(finding["register"]) for finding in group)
    count = language.counted(sum(finding["count"] for finding in group), rule.unit)
    text = rule.texts[language.code]
    return Step(text.title, registers, count, text.advice, language.code)


def _uncounted(report: Report) -> list[Report]:
    """Give the refusals of registers that no rule rejects: what they say stands in the message alone."""
    rejected = {finding["register"] for finding in _of(report, "reject")}
    return [one for one in report["refusals"] if _register_of(one["message"]) not in rejected]


def _uncounted_refusals(report: Report, language: Language) -> list[Step]:
    return [
        Step(language.say("page", "exit_code", code=one["exit_code"]), "", "", one["message"], "en")
        for one in _uncounted(report)
    ]


def _register_of(message: str) -> str:
    return message.partition(":")[0]


def _steps_of_drift(report: Report, language: Language) -> list[Step]:
    return [
        Step(
            drift_name(one, language),
            language.register(one["register"]),
            "",
            drift_values(one, language),
            language.code,
        )
        for one in _flagged(report)
    ]


def _flagged(report: Report) -> list[Report]:
    """Give the flagged changes that say more than a finding somebody is to look at anyway."""
    told_anyway = {(finding["register"], finding["rule"]) for finding in important(report)}
    return [one for one in report["drift"] if one["flagged"] and (one["register"], one["what"]) not in told_anyway]


def told(finding: Report, language: Language) -> Told:
    """Give a finding in words."""
    rule = rule_of(finding["register"], finding["rule"])
    text = rule.texts[language.code]
    number, _, unit = language.counted(finding["count"], rule.unit).partition("\N{NO-BREAK SPACE}")
    files = sorted(finding["files"].items(), key=lambda item: (-item[1], item[0]))
    more = len(files) - MOST_FILES
    return Told(
        rule=rule.id,
        severity=rule.severity,
        register=language.register(finding["register"]),
        title=text.title,
        number=number,
        unit=unit,
        share=language.percent(Fraction(finding["count"], finding["of"])) if finding["of"] else "",
        unusual=_unusual(finding, rule, language),
        reason=text.reason,
        advice=text.advice,
        files=tuple((name, language.number(count)) for name, count in files[:MOST_FILES]),
        more_files=language.say("page", "more_files", n=language.number(more)) if more > 0 else "",
        source=language.source(rule.source),
        exit_code=rule.exit_code,
    )


def _unusual(finding: Report, rule: Rule, language: Language) -> str:
    if not finding["unusual"] or rule.usual_percent is None:
        return ""
    return language.say("page", "unusual", percent=language.plain_percent(rule.usual_percent))


def told_by_severity(report: Report, language: Language) -> dict[str, list[Told]]:
    """Give all findings in words, by severity in the order a reader needs; empty severities are left out."""
    groups = {severity: [told(one, language) for one in _of(report, severity)] for severity in TOLD_ORDER}
    return {severity: group for severity, group in groups.items() if group}


def drift_name(change: Report, language: Language) -> str:
    """Name what changed."""
    kind, what = change["kind"], change["what"]
    if kind in ("share", "count", "new_rule"):
        title = rule_of(change["register"], what).texts[language.code].title
        return title if kind != "new_rule" else language.say("drift_kinds", kind, what=title)
    if kind == "coverage":
        kind = (
            "coverage_months"
            if kind_of(change["register"]) in ("lpr contacts", "diagnoses", "prescriptions")
            else "coverage_weeks"
        )
    return language.say("drift_kinds", kind, what=what)


def drift_values(change: Report, language: Language) -> str:
    """Give a change in a line: before, after, how much."""
    before, after = drift_number(change, "last_year", language), drift_number(change, "this_year", language)
    return f"{before} → {after} ({drift_change(change, language)})"


def drift_number(change: Report, year: str, language: Language) -> str:
    """Give one of the two numbers of a change."""
    value = change[year]
    if change["kind"] == "registers":
        return language.say("page", "delivered" if value else "not_delivered")
    if change["kind"] == "fee":
        return language.kroner(value)
    return language.percent(Fraction(str(value)) / 100) if change["kind"] == "share" else language.number(value)


def drift_change(change: Report, language: Language) -> str:
    """Give by how much something changed: percentage points for a share, else in percent."""
    if change["kind"] in ("registers", "new_rule"):
        return language.say("page", "new" if change["this_year"] else "gone")
    if change["kind"] == "share":
        return language.say("page", "points", number=language.signed(change["change"], 2))
    if change["kind"] == "files" or change["change_percent"] is None:
        return language.signed(change["change"])
    return f"{language.signed(change['change_percent'], 1)}\N{NO-BREAK SPACE}%"


def drift_limit(change: Report, language: Language) -> str:
    """Give the limit of a change as a reader sees it."""
    if change["limit"] is None:
        return "–"
    if change["kind"] == "share":
        return language.say("page", "points", number=language.number(change["limit"], 1))
    return language.plain_percent(change["limit"])


def unit_text(units: Mapping[str, Any], language: Language) -> list[str]:
    """Say in words whether the fees paid are in the unit that was declared; nothing if nobody looked."""
    found = units.get("bruhon")
    if not found:
        return []
    declared = language.say("units_of_money", found["declared"])
    median, table = found.get("median_oere"), found.get("fee_table_oere")
    if not median or not table:
        return [language.say("page", "unit_unknown", declared=declared)]
    said = language.say(
        "page", "unit_declared", declared=declared, median=language.kroner(median), table=language.kroner(table)
    )
    rows = language.say("page", "unit_rows", rows=language.number(found.get("rows", 0)))
    return [said, language.say("page", _unit_verdict(median, table)), rows]


def _unit_verdict(median: int, table: int) -> str:
    """Tell to which of the three readings of the unit the median is nearest, by ratio."""
    ratio = Fraction(median, table)
    if ratio > 10:  # the middle, by ratio, between 1 and 100
        return "unit_large"
    return "unit_small" if ratio < Fraction(1, 10) else "unit_agrees"
