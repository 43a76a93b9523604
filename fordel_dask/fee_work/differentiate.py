"""``fordel fees differentiate``: the basic fee by weight from 2027, and money for areas short of doctors (R53, R54)."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fordel_dask.cycle.follow_up import COUNCIL
from fordel_dask.cycle.occupancy import Occupancy
from fordel_dask.errors import IntegrityError
from fordel_dask.fee_work.differentiate_rows import rows_of
from fordel_dask.fee_work.differentiate_summary import summary_of
from fordel_dask.fee_work.effects import Effects, Known, council_states, effects_of
from fordel_dask.fee_work.groups import ALL, BASIC, Group, Spread, deprived_patients, groups_of, spreads_of
from fordel_dask.fee_work.income import KIND as INCOME_KIND
from fordel_dask.fee_work.income import prices_in_force
from fordel_dask.fee_work.keeping import inputs_of_tables
from fordel_dask.fee_work.kroner import oere_of_printed
from fordel_dask.fees.fee_rule import DIFFERENTIATED, FeeRule, load_rule
from fordel_dask.fees.income import basic_fee_oere
from fordel_dask.fees.supplements import (
    ROOM,
    CouncilState,
    TemporaryBudget,
    TemporarySupplement,
    temporary_budgets,
    temporary_supplement,
)
from fordel_dask.gathering import Faults
from fordel_dask.law.provisions import first_day_of, in_force, provisions, whole
from fordel_dask.published import Published
from fordel_dask.registers.capacity_register import REGISTER, read_capacity_register
from fordel_dask.rundir import read_manifest, read_table
from fordel_dask.schema.differentiated import DIFFERENTIATED_TABLES
from fordel_dask.store import seal_of, sha256_of_file
from fordel_dask.yearly.follow_up import followed
from fordel_dask.yearly.reading import read_published, source_of
from fordel_dask.yearly.writing import Findings

KIND = "fees-differentiate"
BUDGET = "supplement.budget"
EVERYWHERE, EVERYWHERE_BUDGET = "supplement.everywhere", "supplement.everywhere_budget"
PARTS, INCOME = "parts", "clinic_income"


@dataclass(frozen=True)
class Asked:
    """What is asked: files of rule, incomes, fee tables, capacities; the day, and how temporary money is shared."""

    rule: Path | None = None
    income: Path | None = None
    fees: Path | None = None
    capacity: Path | None = None
    on: datetime.date | None = None
    temporary_by: str = ROOM


@dataclass(frozen=True)
class Reported:
    """Capacities of councils as regions reported them of the last month.

    Of clinics without a report ``carried`` count as last reported, and ``registered`` as in the clinic register.
    """

    month: str
    by_council: Mapping[str, Occupancy]
    carried: int
    registered: int


@dataclass(frozen=True)
class Differentiated:
    """Everything that is found; ``by_year`` are the steps of the phase-in, ``income`` where incomes come from."""

    published: Published
    rule: FeeRule
    day: datetime.date
    asked: Asked
    effects: Effects
    groups: Sequence[Group]
    spreads: Sequence[Spread]
    by_year: Mapping[int, Effects]
    councils: Sequence[CouncilState]
    reported: Reported | None
    temporary: Sequence[TemporarySupplement]
    budgets: Sequence[TemporaryBudget]


def differentiate_findings(run: Path, asked: Asked) -> Findings:
    """Read a RUN and a rule, and give what the rule does to every clinic.

    Raises
    ------
    ModelError
        The file is no rule, or a bound of it cannot be held.
    LawError
        Fees are not differentiated on the day.
    IntegrityError
        The directory of incomes is none, or of another RUN.
    """
    faults = Faults()
    rule = faults.note(lambda: load_rule(asked.rule), FeeRule())
    published = faults.note(lambda: read_published(run), None)
    if published is not None:
        day = asked.on or _first_day(published)
        faults.note(lambda: in_force(DIFFERENTIATED, day), None)
        before = faults.note(lambda: known_incomes(published, asked), {})
        reported = faults.note(lambda: reported_capacities(published, asked.capacity), None)
    faults.refuse()
    assert published is not None
    deprived = deprived_patients(read_table(run, PARTS, read_manifest(run)))
    found = differentiated(published, before, (rule, day, reported), asked, deprived)
    return Findings(
        kind=KIND,
        declared=DIFFERENTIATED_TABLES,
        tables=rows_of(found),
        summary=summary_of(found),
        inputs=_inputs(published, asked),
    )


def _inputs(published: Published, asked: Asked) -> dict[str, str]:
    inputs = {f"RUN {published.name}": published.seal, **inputs_of_tables(asked.fees)}
    if asked.income is not None:
        inputs[f"income {asked.income.name}"] = seal_of(read_manifest(asked.income))
    if asked.capacity is not None:
        for path in source_of(REGISTER, asked.capacity).files:
            inputs[f"{REGISTER} {path.name}"] = sha256_of_file(path)
    if asked.rule is not None:
        inputs[f"rule {asked.rule.name}"] = sha256_of_file(asked.rule)
    return inputs


def differentiated(
    published: Published,
    before: Mapping[str, Known],
    by: tuple[FeeRule, datetime.date, Reported | None],
    asked: Asked,
    deprived: Mapping[str, int],
) -> Differentiated:
    """Find everything that a rule does on a day, with capacities as reported; see :func:`differentiate_findings`."""
    rule, day, reported = by
    councils = council_states(published, reported.by_council if reported else None)
    effects = effects_of(published, before, rule, day.year, councils)
    years = sorted({day.year, *(year for year, _ in rule.phase_in if year >= day.year)})
    return Differentiated(
        published=published,
        rule=rule,
        day=day,
        asked=asked,
        effects=effects,
        groups=groups_of(effects.clinics, deprived),
        spreads=spreads_of(effects.clinics, (BASIC, ALL) if asked.income else (BASIC,)),
        by_year={year: effects_of(published, before, rule, year, councils) for year in years},
        councils=councils,
        reported=reported,
        temporary=temporary_supplements(councils, asked.temporary_by),
        budgets=budgets_of_years(),
    )


def reported_capacities(published: Published, capacity: Path | None) -> Reported | None:
    """Read the capacities of the last month that regions reported (R22, R49); none without a register.

    Raises
    ------
    DecisionError
        The register holds what cannot be, or nothing.
    """
    if capacity is None:
        return None
    reports = read_capacity_register(source_of(REGISTER, capacity), published.known_clinics)
    found = followed(published, reports)
    last = [one.last for one in found.by_area if one.last.area.kind == COUNCIL]
    return Reported(
        month=str(found.months[-1]),
        by_council={one.area.code: one.occupancy for one in last},
        carried=sum(one.unreported.carried for one in last),
        registered=sum(one.unreported.registered for one in last),
    )


def _first_day(published: Published) -> datetime.date:
    """Give the first day of the RUN's year on which fees are differentiated, later ones from their beginning."""
    return max(first_day_of(DIFFERENTIATED), published.status_date)


def known_incomes(published: Published, asked: Asked) -> dict[str, Known]:
    """Give what every clinic earns: from a directory of incomes, without one the basic fee of the year alone.

    Raises
    ------
    IntegrityError
        The directory is none of ``fordel fees income``, or of another RUN.
    """
    income = asked.income
    if income is None:
        _, table = prices_in_force(published.year - 1, None, asked.fees)
        return {
            clinic.ydernummer: Known(basic_fee_oere(table, clinic.patients)) for clinic in published.clinics.values()
        }
    manifest = _manifest_of_income(income)
    if published.seal not in manifest["inputs"].values():
        raise IntegrityError(
            f"{income} holds the incomes of another RUN than {published.name}. Make them of this one: "
            f"'fordel fees income STORE --run {published.name} --out {income}'."
        )
    return {row["ydernummer"]: _known(row) for row in read_table(income, INCOME, manifest)}


def _manifest_of_income(income: Path) -> dict[str, Any]:
    try:
        manifest = read_manifest(income)
    except IntegrityError:
        manifest = {}
    if manifest.get("kind") != INCOME_KIND:
        raise IntegrityError(
            f"{income} is no directory of incomes, or was changed. Make one with "
            f"'fordel fees income STORE --run RUN --out {income}'."
        )
    return manifest


def _known(row: Mapping[str, str]) -> Known:
    return Known(
        oere_of_printed(row["basic_fee_kr"]),
        oere_of_printed(row["practice_cost_fee_kr"]),
        oere_of_printed(row["services_kr"]),
    )


def temporary_supplements(councils: Sequence[CouncilState], by: str) -> tuple[TemporarySupplement, ...]:
    """Share the money of the years of the temporary supplement over councils (R53)."""
    return tuple(one for budget in budgets_of_years() for one in temporary_supplement(budget, councils, by))


def budgets_of_years() -> tuple[TemporaryBudget, ...]:
    """Give the money of the temporary supplement by year, as the law has it."""
    days = {one.valid_from.year: one.valid_from for one in provisions() if one.key == BUDGET}
    first = first_day_of(BUDGET)
    return temporary_budgets(
        {year: whole(BUDGET, day) for year, day in days.items()},
        str(in_force(EVERYWHERE, first).value),
        whole(EVERYWHERE_BUDGET, first),
    )
