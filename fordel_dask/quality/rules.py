"""The rules a delivery is held against: each with severity and texts in English and Danish.

A rule belongs to registers; the same id may mean another thing in another register, so a
rule is looked up by both (``rule_of``).
"""

import functools
import re
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from importlib import resources
from typing import Any

from fordel_dask.errors import AccountingError
from fordel_dask.schema.prepared import COVARIATES

SEVERITIES = ("reject", "quarantine", "drop", "warn", "note")
KEPT_OUT = frozenset({"quarantine", "drop"})
LANGUAGES = ("en", "da")
ANY = "any"
REGISTERS = (
    "declaration",
    "population",
    "enrolment",
    "services",
    "lpr contacts",
    "lpr diagnoses",
    "diagnoses",
    "dream",
    "clinics",
    "municipalities",
    "projection",
    "areas",
    "prescriptions",
    COVARIATES,
)
"""Kinds of registers in the order they are told; ``lpr 2 contacts`` is of the kind ``lpr contacts``, ``covariates 2``
of the kind ``covariates``."""

PAIR = re.compile(r"lpr ([1-9]\d*) (contacts|diagnoses)")
BLOCK = re.compile(rf"{COVARIATES} ([1-9]\d*)")
EXIT_CODES = frozenset({10, 11, 12, 13, 14})
TEXTS = ("title", "reason", "advice")
NUMBERS = ("usual_percent", "drift_points", "drift_percent")
FIELDS = frozenset(
    {"id", "registers", "severity", "exit_code", "unit", "keeps_out", "touches_all", "source", *NUMBERS, *TEXTS}
    | {f"{name}_da" for name in TEXTS}
)


@dataclass(frozen=True)
class Text:
    """What a reader is told of a rule, in one language."""

    title: str
    reason: str
    advice: str


@dataclass(frozen=True)
class Rule:
    """One rule; ``number`` is its place in the file, thresholds are ``None`` where the general ones hold.

    ``keeps_out`` tells that the rows counted do not go on, ``touches_all`` that the result as
    a whole is at stake and not some rows of it.
    """

    number: int
    id: str
    registers: tuple[str, ...]
    severity: str
    exit_code: int
    unit: str
    texts: Mapping[str, Text]
    source: str
    keeps_out: bool
    touches_all: bool
    usual_percent: Fraction | None
    drift_points: Fraction | None
    drift_percent: Fraction | None

    @property
    def of_rows(self) -> bool:
        """Whether rows are counted, so that the count is a share of the register."""
        return self.unit == "rows"


@dataclass(frozen=True)
class DriftLimits:
    """General thresholds beyond which a change since last year is flagged; percent and percentage points."""

    rows_percent: Fraction
    rows_percent_of: Mapping[str, Fraction]
    share_points: Fraction
    count_percent: Fraction
    coverage_percent: Fraction
    fee_percent: Fraction

    def rows_of(self, register: str) -> Fraction:
        """Give the threshold for the number of rows of a register."""
        return self.rows_percent_of.get(kind_of(register), self.rows_percent)


def kind_of(register: str) -> str:
    """Give the kind of a register: its name, without the number of a pair or a block.

    Raises
    ------
    AccountingError
        There is no register of that name: a bug of ours.
    """
    pair = PAIR.fullmatch(register)
    kind = f"lpr {pair[2]}" if pair else COVARIATES if BLOCK.fullmatch(register) else register
    if kind not in REGISTERS or (not pair and kind.startswith("lpr ")):
        raise AccountingError(f"'{register}' is counted, but is no name of a register.")
    return kind


def register_order(register: str) -> tuple[int, int, str]:
    """Give the place of a register: pairs stand together, contacts before diagnoses; blocks stand in their order."""
    kind, pair, block = kind_of(register), PAIR.fullmatch(register), BLOCK.fullmatch(register)
    if block:
        return REGISTERS.index(kind), int(block[1]), kind
    return (REGISTERS.index("lpr contacts"), int(pair[1]), kind) if pair else (REGISTERS.index(kind), 0, kind)


@functools.cache
def all_rules() -> tuple[Rule, ...]:
    """Give every rule in the order of ``rules.toml``."""
    return checked_rules(_declared()["rule"])


@functools.cache
def drift_limits() -> DriftLimits:
    """Give the general thresholds of ``rules.toml``."""
    given = _declared()["drift"]
    own = {kind_of_rules(name): Fraction(str(percent)) for name, percent in given["rows_percent_of"].items()}
    plain = {name: Fraction(str(value)) for name, value in given.items() if name != "rows_percent_of"}
    return DriftLimits(rows_percent_of=own, **plain)


def rule_of(register: str, rule: str) -> Rule:
    """Give a rule of a register.

    Raises
    ------
    AccountingError
        The register has no such rule: something is counted that nobody explains, a bug of ours.
    """
    table, kind = _by_kind(), kind_of(register)
    found = table.get((kind, rule)) or table.get((ANY, rule))
    if found is None:
        raise AccountingError(f"{register}: '{rule}' is counted, but is no rule of this register.")
    return found


@functools.cache
def _declared() -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath("rules.toml").read_text("utf-8"))


@functools.cache
def _by_kind() -> dict[tuple[str, str], Rule]:
    return {(kind, rule.id): rule for rule in all_rules() for kind in rule.registers}


def checked_rules(entries: Sequence[Mapping[str, Any]]) -> tuple[Rule, ...]:
    """Give rules from their entries in ``rules.toml``.

    Raises
    ------
    ValueError
        An entry is not whole, or a rule stands twice for one register.
    """
    rules = tuple(_rule(number, entry) for number, entry in enumerate(entries))
    counted = Counter((kind, rule.id) for rule in rules for kind in rule.registers)
    everywhere = {rule.id for rule in rules if ANY in rule.registers}
    counted.update(
        (kind, rule.id) for rule in rules for kind in rule.registers if kind != ANY and rule.id in everywhere
    )
    twice = sorted(f"{name} ({kind})" for (kind, name), times in counted.items() if times > 1)
    if twice:
        raise ValueError(f"rules.toml: declared more than once: {', '.join(twice)}")
    return rules


def kind_of_rules(name: str) -> str:
    """Give a kind of registers as ``rules.toml`` names it."""
    if name not in (*REGISTERS, ANY):
        raise ValueError(f"rules.toml: '{name}' is no kind of registers")
    return name


def _rule(number: int, entry: Mapping[str, Any]) -> Rule:
    name = entry.get("id", f"rule {number + 1}")
    _refuse_unless(not entry.keys() - FIELDS, name, f"unknown keys {sorted(entry.keys() - FIELDS)}")
    for text in (f"{text}{ending}" for text in TEXTS for ending in ("", "_da")):
        _refuse_unless(str(entry.get(text, "")).strip(), name, f"{text} is missing")
    severity, code = entry.get("severity"), entry.get("exit_code", 0)
    _refuse_unless(severity in SEVERITIES, name, f"the severity '{severity}' is none of {', '.join(SEVERITIES)}")
    _refuse_unless(
        code in EXIT_CODES if severity == "reject" else code == 0, name, "a rule that rejects, and no other, has a code"
    )
    _refuse_unless(entry.get("unit"), name, "unit is missing")
    _refuse_unless(entry.get("registers"), name, "registers are missing")
    return Rule(
        number=number,
        id=name,
        registers=tuple(kind_of_rules(kind) for kind in entry["registers"]),
        severity=str(severity),
        exit_code=int(code),
        unit=entry["unit"],
        texts={lang: Text(*(entry[f"{text}{'_da' if lang == 'da' else ''}"] for text in TEXTS)) for lang in LANGUAGES},
        source=entry.get("source", ""),
        keeps_out=severity in KEPT_OUT or bool(entry.get("keeps_out", False)),
        touches_all=bool(entry.get("touches_all", False)),
        **{name: Fraction(str(entry[name])) if name in entry else None for name in NUMBERS},
    )


def _refuse_unless(holds: object, name: str, why: str) -> None:
    if not holds:
        raise ValueError(f"rules.toml, {name}: {why}")
