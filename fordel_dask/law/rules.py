"""The rules R1–R54 of the distribution model: what each says, where it is told, and which file follows it."""

import functools
import tomllib
from dataclasses import dataclass
from importlib import resources

KINDS = ("law", "inferred", "assumption")
NOT_YET = "not yet"


@dataclass(frozen=True)
class Rule:
    """One rule; ``where`` is the file that does what it says, or ``not yet``."""

    id: str
    title_da: str
    statement: str
    source: str
    kind: str
    where: str

    @property
    def in_force(self) -> bool:
        """Whether the program follows the rule."""
        return self.where != NOT_YET


@functools.cache
def all_rules() -> tuple[Rule, ...]:
    """Give every rule in the order of ``law/rules.toml``, which is that of their numbers."""
    text = resources.files("fordel_dask.law").joinpath("rules.toml").read_text("utf-8")
    return tuple(Rule(**entry) for entry in tomllib.loads(text)["rule"])


def rules_by_state() -> dict[str, tuple[Rule, ...]]:
    """Give the rules in force in the program, then those that are not yet."""
    return {
        "in force": tuple(rule for rule in all_rules() if rule.in_force),
        NOT_YET: tuple(rule for rule in all_rules() if not rule.in_force),
    }
