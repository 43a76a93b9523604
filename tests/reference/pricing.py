"""One row of services priced the obvious way: dates and fractions, one question after the other."""

import datetime
from dataclasses import dataclass
from fractions import Fraction

from fordel_dask.fees.clock import section_at
from fordel_dask.fees.outcomes import Outcome

OUT_OF_HOURS = {"81", "82", "83", "89"}
AREAS = ("uden_for_laegedaekningstruet", "i_laegedaekningstruet", None)
LARGEST = 2**40


@dataclass(frozen=True)
class Row:
    """A service: six digits, how many, the day (of treatment if dated), and what else is told of it."""

    person: int
    service: str
    quantity: int
    day: datetime.date
    dated: bool = True
    minute: int | None = None
    km: Fraction | None = None
    modules: int | None = None
    area: int = 0
    born: datetime.date | None = None
    boy: bool = False

    @property
    def code(self):
        return self.service[2:]


def price(row, of_person, tables, rules):
    """Give outcome and fee in øre of a row; ``of_person`` are all rows of its citizen, itself included."""
    amount = fee_of(row, tables)
    if isinstance(amount, Outcome):
        return amount, 0
    group = next(fee.group for table in tables for fee in table.fees if fee.code == row.code)
    rule = rules.rule_of(row.code, group)
    refused, units = units_of(row, rule)
    refused = (
        refused
        or wrong_person(row, rule)
        or too_many(row, of_person, rule)
        or wrong_company(row, of_person, rule, rules)
    )
    if refused:
        return refused, 0
    fee = round(amount * units)  # half to even
    limit = LARGEST // max(amount, 1)
    if abs(units) * (1000 if rule.unit == "km" else 1) > limit:
        return Outcome.IMPOSSIBLE_AMOUNT, 0
    return Outcome.PRICED, fee


def fee_of(row, tables):  # noqa: PLR0911  (one question after the other)
    """Give the fee of one unit of a row, in øre, or why there is none."""
    if row.service[:2] != "80" and row.service[:2] not in OUT_OF_HOURS:
        return Outcome.NOT_GENERAL_PRACTICE
    if all(fee.code != row.code for table in tables for fee in table.fees):
        return Outcome.UNKNOWN_CODE
    table = next((one for one in tables if one.valid_from <= row.day <= one.valid_to), None)
    if table is None:
        return Outcome.NO_TABLE_IN_FORCE
    if all(fee.code != row.code for fee in table.fees):
        return Outcome.CODE_OUTSIDE_VALIDITY
    if ("profylakse", row.code, "") in table.by_key:
        others = [fee for fee in table.fees if fee.code == row.code and fee.section != "profylakse"]
        assert not others
        return table.by_key["profylakse", row.code, ""].amount_oere
    if row.dated and row.minute is not None:
        section = section_at(row.day, row.minute)
        return Outcome.NO_RATE_AT_NIGHT if section is None else in_section(table, row, section)
    if row.service[:2] == "80":
        return in_section(table, row, "dagtid")
    a, b = in_section(table, row, "vagttid_A"), in_section(table, row, "vagttid_B")
    return a if a == b else Outcome.DUTY_WITHOUT_TIME


def in_section(table, row, section):
    """Give the fee of a section: its own, or for duty that of the common list."""
    for name in (section, "vagttid_faelles") if section != "dagtid" else (section,):
        found = {fee.area: fee.amount_oere for fee in table.fees if (fee.section, fee.code) == (name, row.code)}
        if "" in found:
            return found[""]
        if found:
            if len(set(found.values())) == 1:
                return next(iter(found.values()))
            return found.get(AREAS[row.area], Outcome.AREA_UNKNOWN)
    return Outcome.NOT_AT_THIS_TIME


def units_of(row, rule):  # noqa: PLR0911  (one question after the other)
    """Give why a row's amount cannot be, if it cannot, and its units; where km or modules are told, they count."""
    sign = (row.quantity > 0) - (row.quantity < 0)
    if rule.unit == "modules":
        if row.modules is None:
            return None, row.quantity
        if row.modules < 0:
            return Outcome.IMPOSSIBLE_AMOUNT, 0
        if rule.most is not None and row.modules > rule.most:
            return Outcome.TOO_MANY_MODULES, 0
        return None, sign * row.modules
    banded = rule.over_metres is not None
    if row.km is None or not (banded or rule.unit != "service"):
        return None, row.quantity
    if row.km < 0:
        return Outcome.IMPOSSIBLE_AMOUNT, 0
    far = row.km * 1000
    if banded and rule.over_metres and far <= rule.over_metres:
        return Outcome.OTHER_DISTANCE, 0
    if banded and rule.up_to_metres is not None and far > rule.up_to_metres:
        return Outcome.OTHER_DISTANCE, 0
    if rule.unit == "started_km":
        beyond = max(row.km - Fraction(rule.beyond_metres, 1000), 0)
        return None, sign * -(-beyond.numerator // beyond.denominator) if beyond else 0
    return None, sign * row.km if rule.unit == "km" else row.quantity


def wrong_person(row, rule):
    """Tell why a citizen is not one the service is for."""
    if row.born is None:
        return None
    if row.dated and rule.age_days and not rule.age_days[0] <= (row.day - row.born).days <= rule.age_days[1]:
        return Outcome.OTHER_AGE
    months = 12 * (row.day.year - row.born.year) + row.day.month - row.born.month - (row.day.day < row.born.day)
    if row.dated and rule.age_months and not rule.age_months[0] <= months <= rule.age_months[1]:
        return Outcome.OTHER_AGE
    if rule.boys_born_after and row.boy and row.born <= rule.boys_born_after:
        return Outcome.BOY_BORN_EARLIER
    return None


def too_many(row, of_person, rule):
    """Tell whether the citizen got more doses than are given, in all that was delivered."""
    doses = sum(one.quantity for one in of_person if one.code == row.code and one.service[:2] in {"80", *OUT_OF_HOURS})
    return Outcome.TOO_MANY_DOSES if rule.doses and doses > rule.doses else None


def wrong_company(row, of_person, rule, rules):
    """Tell why the other services of the day do not allow a supplement."""
    if not row.dated:
        return None
    beside = {one.code for one in of_person
              if one.dated and one.day == row.day and one.service[:2] in {"80", *OUT_OF_HOURS}}  # fmt: skip
    if rule.needs and not any(beside & rules.sets[name] for name in rule.needs):
        return Outcome.NO_ALLOWED_SERVICE
    if any(beside & rules.sets[name] for name in rule.without):
        return Outcome.NOT_ALONE
    return None
