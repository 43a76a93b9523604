"""The rules R1–R54 of the distribution model: what each says, where it is told, what follows it, and what holds it."""

import functools
import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import Any

KINDS = ("law", "inferred", "assumption")
IN_FORCE, OUT_OF_REACH, NOT_YET = "in force", "out of reach", "not yet"
STATES = (IN_FORCE, OUT_OF_REACH, NOT_YET)


@dataclass(frozen=True)
class Rule:
    """One rule; ``follows`` names the functions that do what it says, ``tests`` those that hold them to it.

    A rule that nothing follows says ``why``, and whether it is out of a program's reach or not followed yet.
    """

    id: str
    title_da: str
    statement: str
    source: str
    kind: str
    follows: tuple[str, ...] = ()
    why: str = ""
    is_coming: bool = False
    tests: tuple[str, ...] = ()

    @property
    def state(self) -> str:
        """Whether the program follows the rule, cannot, or does not yet."""
        if self.follows:
            return IN_FORCE
        return NOT_YET if self.is_coming else OUT_OF_REACH


@functools.cache
def all_rules() -> tuple[Rule, ...]:
    """Give every rule in the order of ``law/rules.toml``, which is that of their numbers.

    ``law/rule_tests.toml`` is made of the marks of the tests (``python -m tests.lib.marked_rules``).
    """
    marked = _read("rule_tests.toml")
    return tuple(_rule(entry, marked) for entry in _read("rules.toml")["rule"])


def _rule(entry: dict[str, Any], marked: dict[str, list[str]]) -> Rule:
    known = {**entry, "follows": tuple(entry.get("follows", ()))}
    return Rule(**known, tests=tuple(marked.get(entry["id"], ())))


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(resources.files("fordel_dask.law").joinpath(name).read_text("utf-8"))


def rules_by_state() -> dict[str, tuple[Rule, ...]]:
    """Give the rules in force in the program, those out of its reach, and those that are not followed yet."""
    return {state: tuple(rule for rule in all_rules() if rule.state == state) for state in STATES}
