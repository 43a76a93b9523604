"""From what was seen to a judgement: findings with their rules, a verdict and an exit code.

Room ``quality`` counts (``check``) and judges (``judge``); this module only compares numbers
with rules, so the same ``Observed`` always gives the same report.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from fordel_dask.errors import AccountingError
from fordel_dask.quality.drift import drift_since
from fordel_dask.quality.observed import Observed
from fordel_dask.quality.rules import SEVERITIES, Rule, all_rules, kind_of, register_order, rule_of

FORMAT = 1
READY, WARNINGS, REJECTED = "ready", "warnings", "rejected"
TROUBLING = frozenset({"quarantine", "warn"})


@dataclass(frozen=True)
class Finding:
    """One rule that was broken in one register; ``of`` are the register's rows where rows are counted."""

    rule: Rule
    register: str
    count: int
    of: int | None
    files: Mapping[str, int]

    @property
    def unusual(self) -> bool:
        """Whether more rows are concerned than the rule says is usual."""
        usual = self.rule.usual_percent
        return usual is not None and bool(self.of) and Fraction(100 * self.count, self.of or 1) > usual

    def as_json(self) -> dict[str, Any]:
        """Give the finding as it stands in ``quality.json``."""
        text = self.rule.texts["en"]
        return {
            "rule": self.rule.id,
            "register": self.register,
            "severity": self.rule.severity,
            "count": self.count,
            "of": self.of,
            "unit": self.rule.unit,
            "unusual": self.unusual,
            "files": dict(sorted(self.files.items())),
            "title": text.title,
            "reason": text.reason,
            "advice": text.advice,
        }


def judge(observed: Observed, last_year: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Give the quality report of a delivery, beside an earlier one if there is one.

    Raises
    ------
    AccountingError
        Something was counted that is no rule, or a count is negative: a bug of ours.
    """
    findings = _findings(observed)
    refusals = sorted(set(observed.refusals))
    codes = [finding.rule.exit_code for finding in findings if finding.rule.exit_code]
    exit_code = min([*codes, *(code for code, _ in refusals)], default=0)
    report: dict[str, Any] = {
        "format": FORMAT,
        "program_version": observed.program_version,
        "year": observed.year,
        "verdict": "",
        "exit_code": exit_code,
        "registers": _registers(observed, findings),
        "findings": [finding.as_json() for finding in findings],
        "refusals": [{"exit_code": code, "message": message} for code, message in refusals],
        "coverage": {name: dict(sorted(observed.coverage[name].items())) for name in _ordered(observed.coverage)},
        "units": {name: _sorted(values) for name, values in sorted(observed.units.items())},
        "last_year": None,
        "drift": [],
        "rules": sorted({rule.id for rule in all_rules()}),
        "inputs": [dict(entry) for entry in sorted(observed.inputs, key=_place_of_input)],
    }
    if last_year is not None:
        report["last_year"] = {name: last_year[name] for name in ("year", "program_version")}
        report["drift"] = drift_since(last_year, report)
    report["verdict"] = _verdict(report)
    return report


def _verdict(report: Mapping[str, Any]) -> str:
    if report["exit_code"]:
        return REJECTED
    troubled = any(one["severity"] in TROUBLING or one["unusual"] for one in report["findings"])
    return WARNINGS if troubled or any(one["flagged"] for one in report["drift"]) else READY


def _findings(observed: Observed) -> list[Finding]:
    """Give what was counted above zero, sorted by severity, register and rule."""
    files, whole = _counts_by_file(observed), _counts_of_registers(observed)
    rows = _rows(observed)
    found = []
    for register, rule in sorted(files.keys() | whole.keys()):
        by_file = files.get((register, rule), Counter())
        known = rule_of(register, rule)
        count = by_file.total() + whole.get((register, rule), 0)
        if count:
            of = rows[register] if known.of_rows and register in rows else None
            found.append(Finding(known, register, count, of, {name: many for name, many in by_file.items() if many}))
    return sorted(
        found, key=lambda one: (SEVERITIES.index(one.rule.severity), register_order(one.register), one.rule.number)
    )


def _counts_by_file(observed: Observed) -> dict[tuple[str, str], Counter[str]]:
    counts: dict[tuple[str, str], Counter[str]] = {}
    for one in observed.files:
        for rule, count in one.measures.items():
            _refuse_negative(one.register, rule, count)
            counts.setdefault((one.register, rule), Counter())[one.file] += count
    return counts


def _counts_of_registers(observed: Observed) -> dict[tuple[str, str], int]:
    counts = {}
    for register, measures in observed.registers.items():
        for rule, count in measures.items():
            _refuse_negative(register, rule, count)
            counts[register, rule] = count
    return counts


def _refuse_negative(register: str, rule: str, count: int) -> None:
    if count < 0:
        raise AccountingError(f"{register}: '{rule}' is counted {count} times, which cannot be.")


def _rows(observed: Observed) -> Counter[str]:
    rows: Counter[str] = Counter()
    for one in observed.files:
        rows[one.register] += one.rows
    return rows


def _registers(observed: Observed, findings: Iterable[Finding]) -> dict[str, dict[str, int]]:
    """Give files, rows and number of findings of every register that was met."""
    rows = _rows(observed)
    files = Counter(register for register, _ in {(one.register, one.file) for one in observed.files})
    found = Counter(finding.register for finding in findings)
    return {
        register: {"files": files[register], "rows": rows[register], "findings": found[register]}
        for register in _ordered(files.keys() | found.keys() | observed.registers.keys())
    }


def _ordered(registers: Iterable[str]) -> list[str]:
    for register in registers:
        kind_of(register)
    return sorted(registers, key=register_order)


def _place_of_input(entry: Mapping[str, Any]) -> tuple[tuple[int, int, str], str]:
    return register_order(entry["register"]), str(entry["file"])


def _sorted(values: Any) -> Any:
    return dict(sorted(values.items())) if isinstance(values, Mapping) else values
