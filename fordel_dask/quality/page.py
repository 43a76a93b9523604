"""The quality report as one plain page: a single HTML file that opens anywhere, offline."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from fordel_dask.quality.language import Language
from fordel_dask.quality.periods import MISSING, MONTH, THIN, Spread, spread
from fordel_dask.quality.pictures import Picture, period_list, picture
from fordel_dask.quality.rules import register_order, rule_of
from fordel_dask.quality.telling import (
    MOST_STEPS,
    Step,
    drift_change,
    drift_limit,
    drift_name,
    drift_number,
    steps,
    told_by_severity,
    unit_text,
    verdict_more,
    verdict_text,
)

Report = Mapping[str, Any]
FEW_FILES = 60
DECLARATION = "declaration"
WEEKS_A_LINE = 10


@dataclass(frozen=True)
class Coverage:
    """One register's coverage: its picture, what is said under it, and the table of the same numbers."""

    title: str
    picture: Picture | None
    sentences: tuple[str, ...]
    head: tuple[str, ...]
    lines: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    caption: str
    corner: str


def page_text(report: Report, lang: str = "en") -> str:
    """Give the page as HTML, in English (``en``) or Danish (``da``)."""
    environment = Environment(
        loader=PackageLoader("fordel_dask.quality", ""),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    return environment.get_template("quality.html").render(content(report, Language(lang)))


def content(report: Report, language: Language) -> dict[str, Any]:
    """Give everything the page says, ready to be printed."""
    to_do = steps(report, language)
    filled = {"year": report["year"], "fee_year": report["year"] - 1}
    return {
        "lang": language.code,
        "t": language.words("page"),
        "title": language.say("page", "title", **filled),
        "lead": language.say("page", "lead", **filled),
        "footer": language.say("page", "footer", version=report["program_version"]),
        "verdict": report["verdict"],
        "verdict_text": verdict_text(report, language),
        "verdict_more": verdict_more(report, language),
        "steps": to_do[:MOST_STEPS],
        "more_steps": _more(to_do, language),
        "then": language.say("page", f"then_{report['verdict']}"),
        "registers": [_register_line(name, report, language) for name in _shown(report)],
        "severities": language.words("severities"),
        "meanings": language.words("severity_meanings"),
        "groups": told_by_severity(report, language),
        "refusals": [
            {"code": language.say("page", "exit_code", code=one["exit_code"]), "message": one["message"]}
            for one in report["refusals"]
        ],
        "coverages": [
            coverage(spread(name, report["coverage"][name], report["year"]), report["year"], language)
            for name in sorted(report["coverage"], key=register_order)
        ],
        "units": unit_text(report["units"], language),
        **_drift(report, language),
        **_inputs(report, language),
    }


def _more(to_do: list[Step], language: Language) -> str:
    rest = len(to_do) - MOST_STEPS
    return language.say("page", "more_files", n=language.number(rest)) if rest > 0 else ""


def _shown(report: Report) -> list[str]:
    """Give the registers to list: the declaration has no rows, so it is one only when something is wrong with it."""
    return [name for name, numbers in report["registers"].items() if name != DECLARATION or numbers["findings"]]


def _register_line(name: str, report: Report, language: Language) -> dict[str, Any]:
    numbers = report["registers"][name]
    found = [finding for finding in report["findings"] if finding["register"] == name]
    kept_out = sum(one["count"] for one in found if rule_of(name, one["rule"]).keeps_out)
    quarantined = sum(one["count"] for one in found if one["severity"] == "quarantine")
    warnings = sum(one["severity"] == "warn" for one in found)
    return {
        "title": language.register(name),
        "files": language.number(numbers["files"]),
        "rows": language.number(numbers["rows"]),
        "quarantined": language.number(quarantined) if quarantined else "–",
        "dropped": language.number(kept_out - quarantined) if kept_out > quarantined else "–",
        "go_on": language.number(numbers["rows"] - kept_out),
        "warnings": language.number(warnings) if warnings else "–",
        "rejected": any(one["severity"] == "reject" for one in found),
    }


def coverage(found: Spread, year: int, language: Language) -> Coverage:
    """Give a register's coverage for the page."""
    months = found.kind == "months"
    head, lines = _months_table(found, language) if months else _weeks_table(found, language)
    return Coverage(
        title=_coverage_title(found, language),
        picture=picture(found, year, language) if found.periods else None,
        sentences=tuple(_coverage_sentences(found, language)),
        head=head,
        lines=lines,
        caption=language.say("page", "table_of_months" if months else "table_of"),
        corner=language.say("page", "year" if months else "weeks"),
    )


def _coverage_title(found: Spread, language: Language) -> str:
    if found.kind == "weeks" and found.register in ("services", "dream"):
        return language.say("page", f"{found.register}_weeks")
    return language.say("page", f"register_{found.kind}", register=language.register(found.register))


def _coverage_sentences(found: Spread, language: Language) -> list[str]:
    if not found.periods:
        return [language.say("page", "no_periods")]
    missing, thin = found.of(MISSING), found.of(THIN)
    said = []
    if missing:
        said.append(language.say("page", "without_rows", periods=period_list(missing, language)))
    if thin:
        said.append(language.say("page", "thin", periods=period_list(thin, language)))
    if not said:
        said.append(language.say("page", "all_covered"))
    median = language.counted(int(found.level), "cells" if found.register == "dream" else "rows")
    said.append(language.say("page", "median_month" if found.kind == "months" else "median_week", rows=median))
    if found.before or found.after:
        before, after = language.number(found.before), language.number(found.after)
        said.append(language.say("page", "outside", before=before, after=after))
    return said


def _weeks_table(found: Spread, language: Language) -> tuple[Any, Any]:
    """Give the weeks in lines of ten, so that a year is a small table."""
    cells = {int(period.name[2:]): period for period in found.periods}
    lines = []
    for first in range(0, max(cells, default=0) + 1, WEEKS_A_LINE):
        weeks = [week for week in range(first, first + WEEKS_A_LINE) if week in cells]
        line = tuple(
            (language.number(cells[week].rows), cells[week].state) if week in cells else ("", "")
            for week in range(first, first + WEEKS_A_LINE)
        )
        lines.append((f"{weeks[0]}–{weeks[-1]}" if len(weeks) > 1 else str(weeks[0]), line))
    return tuple(f"…{digit}" for digit in range(WEEKS_A_LINE)), tuple(lines)


def _months_table(found: Spread, language: Language) -> tuple[Any, Any]:
    cells = {period.name: period for period in found.periods}
    years = sorted({name[:4] for name in cells if MONTH.fullmatch(name)})
    names = tuple(language.month(f"2000-{month:02}").split()[0] for month in range(1, 13))
    lines = tuple(
        (
            year,
            tuple(
                (language.number(cells[name].rows), cells[name].state) if name in cells else ("", "")
                for name in (f"{year}-{month:02}" for month in range(1, 13))
            ),
        )
        for year in years
    )
    return names, lines


def _drift(report: Report, language: Language) -> dict[str, Any]:
    lines = [
        {
            "flagged": change["flagged"],
            "register": language.register(change["register"]),
            "name": drift_name(change, language),
            "before": drift_number(change, "last_year", language),
            "after": drift_number(change, "this_year", language),
            "change": drift_change(change, language),
            "limit": drift_limit(change, language),
        }
        for change in report["drift"]
    ]
    calm = [line for line in lines if not line["flagged"]]
    return {
        "last_year": report["last_year"],
        "drift_title": language.say("page", "drift", year=(report["last_year"] or {}).get("year", "")),
        "flagged": [line for line in lines if line["flagged"]],
        "calm": calm,
        "calm_title": language.say("page", "drift_other", n=language.number(len(calm))),
    }


def _inputs(report: Report, language: Language) -> dict[str, Any]:
    entries = report["inputs"]
    total = language.size(sum(entry["bytes"] for entry in entries))
    return {
        "inputs_note": language.say("page", "inputs_note", files=language.counted(len(entries), "files"), bytes=total),
        "inputs_open": len(entries) <= FEW_FILES,
        "inputs": [
            {
                "register": language.register(entry["register"]),
                "file": entry["file"],
                "rows": language.number(entry["rows"]) if entry.get("rows") is not None else "–",
                "size": language.size(entry["bytes"]),
            }
            for entry in entries
        ],
    }
