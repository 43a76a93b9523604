"""What the tasks of a check bring home, put under the names of rules."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fordel_dask.quality.coverage import months_of_contacts, unit_of_fees, weeks_of_dream, weeks_of_services
from fordel_dask.quality.gathered import Gathered
from fordel_dask.quality.looks import CODES, COVERAGE, COVERING, MEASURES, judged_codes
from fordel_dask.quality.services import OERE
from fordel_dask.quality.small_tables import Clinics
from fordel_dask.quality.watching import SERVICES, good, seen
from fordel_dask.registers.delivery import Delivery, Opened
from fordel_dask.registers.first_pass import FirstPass, Summary
from fordel_dask.registers.listed import prefixes_of
from fordel_dask.registers.tally import BLANKS, DAYS_UNREADABLE, KEPT, NOTES, Tally, merged, never_days, rows_of

POPULATION = "population"
RULES_OF_NOTES = (
    "paid_unreadable",
    "cells_unreadable",
    "settlement_week_malformed",
    "atc_too_short_to_tell",
    "values_rounded",
)
"""Notes of the account that are rules too."""


def add_population(census: Summary, found: Gathered) -> None:
    """Add what was seen of the population."""
    tallies = {Path(path): file["tally"] for path, file in census["files"].items()}
    for path, file in census["files"].items():
        found.add_file(POPULATION, Path(path), file["measures"])
        if file["refused"]:
            found.refuse_file(POPULATION, Path(path), file["refused"])
    _add_tallies(POPULATION, tallies, found)
    found.add_register(POPULATION, census["register"])
    found.add_refusals(census["refused"])


def add_registers(delivery: Delivery, read: FirstPass, found: Gathered) -> None:
    """Add what was seen of every other register."""
    for opened in delivery.others:
        register = opened.source.register
        tallies: dict[Path, Tally] = {}
        for reading in read.of(opened.kind, register):
            path, summary = reading.piece.path, read.summaries[reading.side]
            tallies[path] = merged([tallies.get(path, {}), summary["tally"]])
            if "refused" in summary:
                found.refuse_file(register, path, summary["refused"])
        _add_tallies(register, tallies, found)
        if good(read, read.of(opened.kind, register)):
            add_without_values(register, merged(tallies.values()), found)
            _add_seen(opened, seen(read, register), delivery.declaration.year - 1, found)


def _add_tallies(register: str, tallies: Mapping[Path, Tally], found: Gathered) -> None:
    never = never_days(merged(tallies.values()))
    for path, counted in tallies.items():
        reasons = {fate: rows for fate, rows in counted.get("rows", {}).items() if fate != KEPT}
        notes = {n: rows for n, rows in counted.get(NOTES, {}).items() if n in RULES_OF_NOTES}
        unread = sum(counted.get(DAYS_UNREADABLE, {}).get(column, 0) > 0 for column in never)
        found.add_file(register, path, {**reasons, **notes, "column_type": unread}, rows_of(counted))


def add_keyed(tallies: Mapping[str, Tally], found: Gathered) -> None:
    """Add what was seen of covariates by area, municipality or clinic."""
    for register, counted in tallies.items():
        reasons = {fate: rows for fate, rows in counted["rows"].items() if fate != KEPT}
        found.add_register(register, {**reasons, **counted.get(NOTES, {})})
        add_without_values(register, counted, found)


def add_without_values(register: str, counted: Tally, found: Gathered) -> None:
    """Add how many covariates are blank in every kept row, if the register has covariates."""
    kept, blanks = rows_of(counted, KEPT), counted.get(BLANKS, {})
    if kept and blanks:
        empty = sum(blank == kept for blank in blanks.values())
        found.add_register(register, {"covariate_without_values": empty})


def _add_seen(opened: Opened, files: Mapping[Path, Tally], fee_year: int, found: Gathered) -> None:
    register, whole = opened.source.register, merged(files.values())
    for path, counts in files.items():
        found.add_file(register, path, counts.get(MEASURES, {}))
        if CODES in counts:
            found.add_file(register, path, judged_codes(counts[CODES], prefixes_of(opened.keep)))
    if COVERAGE in whole:
        found.coverage[register] = whole[COVERAGE]
        found.add_register(register, _judged_coverage(opened.kind, whole[COVERAGE], fee_year))
    if opened.kind == SERVICES:
        unit, measures = unit_of_fees(opened.bruhon, whole.get(OERE, {}), fee_year)
        found.units["bruhon"] = unit
        found.add_register(register, measures)


def _judged_coverage(kind: str, rows: Mapping[str, int], fee_year: int) -> dict[str, int]:
    if kind == "contacts":
        return months_of_contacts(rows)
    return weeks_of_services(rows, fee_year) if kind == SERVICES else weeks_of_dream(rows, fee_year)


def add_clinics_of_citizens(read: FirstPass, clinics: Clinics, found: Gathered) -> None:
    """Add the spells in force whose clinic is not registered at the status date."""
    for path, counts in seen(read, "enrolment").items():
        nowhere = {c: n for c, n in counts.get(COVERING, {}).items() if c and c not in clinics.in_force}
        measures: dict[str, Any] = {
            "clinic_unregistered": sum(nowhere.values()),
            "clinic_changed_hands": sum(n for c, n in nowhere.items() if c in clinics.taken_over),
        }
        found.add_file("enrolment", path, measures)
