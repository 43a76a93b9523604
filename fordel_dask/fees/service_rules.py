"""What a service is priced by beyond quantity × fee: units, distances, ages, doses, and services beside it."""

import datetime
import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

METRES_A_KM = 1_000
DAY_WITHOUT_TIME, DUTY_WITHOUT_TIME = "day", "duty"
PLAIN, MODULES, KM, STARTED_KM = "service", "modules", "km", "started_km"
UNITS = (PLAIN, MODULES, KM, STARTED_KM)


@dataclass(frozen=True)
class ServiceRule:
    """How a service is priced; a service without any rule is quantity × fee.

    ``unit`` is one of UNITS, ``most`` the modules that may be paid, ``beyond_metres`` what is left off a distance;
    ``over_metres`` (not included) and ``up_to_metres`` (included) are the band the distance must lie in, none without.
    ``age_days`` and ``age_months`` (completed) are first and last; ``doses`` the most a citizen gets. ``needs`` are
    sets of services of which the citizen must have one on that day, ``without`` those of which none.
    ``another_persons`` is the service that is on another's key, with at most ``most_persons`` beside each.
    """

    unit: str = PLAIN
    most: int | None = None
    beyond_metres: int = 0
    over_metres: int | None = None
    up_to_metres: int | None = None
    age_days: tuple[int, int] | None = None
    age_months: tuple[int, int] | None = None
    boys_born_after: datetime.date | None = None
    doses: int | None = None
    needs: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    another_persons: str = ""
    most_persons: int = 0


@dataclass(frozen=True)
class Mileage:
    """Codes of the two rates of mileage, and how many metres of a year are at the first."""

    first_rate: str
    second_rate: str
    first_metres: int


@dataclass(frozen=True)
class ServiceRules:
    """All rules: ``without_time`` by speciality, ``sets`` of service numbers, rules by number and by group."""

    without_time: Mapping[str, str]
    sets: Mapping[str, frozenset[str]]
    by_code: Mapping[str, ServiceRule]
    by_group: Mapping[str, ServiceRule]
    mileage: Mileage

    def rule_of(self, code: str, group: str) -> ServiceRule:
        """Give the rule of a service: its own, else that of its group in the table, else the plain one."""
        return self.by_code.get(code) or self.by_group.get(group) or ServiceRule()


@dataclass(frozen=True)
class RuleSource:
    """What a rule is of (numbers of services, a group of the table, a speciality), how sure it is, and what it says."""

    of: str
    kind: str
    doc: str


@functools.cache
def _said() -> Mapping[str, Any]:
    return tomllib.loads(resources.files("fordel_dask.law").joinpath("fees/services.toml").read_text("utf-8"))


def rule_sources() -> tuple[RuleSource, ...]:
    """Give every rule with its kind: by speciality, by group and service, and of mileage."""
    said = _said()
    specialities = [RuleSource(f"speciality {one['code']}", one["kind"], one["doc"]) for one in said["speciality"]]
    rules = [
        RuleSource(", ".join(one.get("codes", [f"group {one.get('group')}"])), one["kind"], one["doc"])
        for one in said["rule"]
    ]
    return (*specialities, *rules, RuleSource("year's mileage", said["mileage"]["kind"], said["mileage"]["doc"]))


@functools.cache
def service_rules() -> ServiceRules:
    """Give the rules as ``law/fees/services.toml`` has them."""
    said = _said()
    mileage = said["mileage"]
    return ServiceRules(
        without_time={entry["code"]: entry["without_time"] for entry in said["speciality"]},
        sets={entry["name"]: frozenset(entry["codes"]) for entry in said["set"]},
        by_code={code: _rule(entry) for entry in said["rule"] for code in entry.get("codes", ())},
        by_group={entry["group"]: _rule(entry) for entry in said["rule"] if "group" in entry},
        mileage=Mileage(mileage["first_rate"], mileage["second_rate"], METRES_A_KM * mileage["first_km"]),
    )


def _rule(entry: Mapping[str, Any]) -> ServiceRule:
    return ServiceRule(
        unit=entry.get("unit", PLAIN),
        most=entry.get("most"),
        beyond_metres=METRES_A_KM * entry.get("beyond_km", 0),
        over_metres=_metres(entry.get("over_km")),
        up_to_metres=_metres(entry.get("up_to_km")),
        age_days=_pair(entry.get("age_days")),
        age_months=_pair(entry.get("age_months")),
        boys_born_after=entry.get("boys_born_after"),
        doses=entry.get("doses"),
        needs=tuple(entry.get("needs", ())),
        without=tuple(entry.get("without", ())),
        another_persons=entry.get("another_persons", ""),
        most_persons=entry.get("most_persons", 0),
    )


def _metres(km: int | None) -> int | None:
    return None if km is None else METRES_A_KM * km


def _pair(given: list[int] | None) -> tuple[int, int] | None:
    return None if given is None else (given[0], given[1])
