"""The tables of a diagnosis as rows of text, exactly as they are printed, and its manifest."""

import platform
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from fordel_dask.between_years import stability_summary
from fordel_dask.diagnosed_groups import sample_lines
from fordel_dask.diagnosis import Diagnosis
from fordel_dask.diagnostics import DAYS, NOT_IN_MODEL, Change, Group, group_of
from fordel_dask.law.rounding import MICRO, NANO, decimals, scaled
from fordel_dask.manifest import model_description, peak_memory_bytes
from fordel_dask.pass_rules import days_of
from fordel_dask.printing import EMPTY, Row, count, number, ratio
from fordel_dask.provenance import made_by
from fordel_dask.results import noticed, noticed_at_ingest
from fordel_dask.schema.diagnosis import DIAGNOSIS_TABLES
from fordel_dask.store import Store
from fordel_dask.tables import estimate

KIND = "diagnosis"
ALONE = "one citizen"


def six(value: Fraction | None) -> str:
    """Print an exact number with 6 decimals, half to even; nothing for none."""
    return EMPTY if value is None else decimals(scaled(value, MICRO), 6)


def diagnosis_tables(found: Diagnosis, changes: Sequence[Change]) -> dict[str, list[Row]]:
    """Print all tables."""
    return {
        "fit": list(_fit_rows(found)),
        "groups": list(_group_rows(found)),
        "clinics": list(_clinic_rows(found)),
        "simplicity": [
            (one.way, count(one.trained), count(one.tested), estimate(one.r2), one.note) for one in found.ways
        ],
        "stability": [_change_row(one) for one in changes],
    }


def _fit_rows(found: Diagnosis) -> Iterator[Row]:
    for one in found.fits:
        fitness = one.fitness
        figures = map(estimate, (fitness.r2, fitness.cpm, fitness.mae_kr))
        yield (one.level, one.prediction, count(fitness.units), *figures, fitness.note)


def _group_rows(found: Diagnosis) -> Iterator[Row]:
    places = found.outcome.nation.municipalities
    names = {("municipality", place.code): place.name for place in places}
    names |= {("council", place.council_id): place.council for place in places}
    for group in found.groups:
        yield (
            group.trait,
            group.level,
            names.get((group.trait, group.level), EMPTY),
            group.known,
            count(group.citizens),
            count(group.clinics),
            number(group.exposure_years),
            six(group.actual_total_kr),
            six(group.predicted_total_kr),
            *_a_year(group),
            group.note,
        )


def _a_year(group: Group) -> Row:
    return six(group.actual_kr), six(group.predicted_kr), six(group.ratio), six(group.difference_kr)


def _clinic_rows(found: Diagnosis) -> Iterator[Row]:
    outcome = found.outcome
    lines = sample_lines(outcome)[0][1:]
    for clinic, sums in zip(outcome.clinics, lines, strict=True):
        if not sums[DAYS]:
            continue
        own, place = clinic.clinic, clinic.clinic.municipality
        group = group_of((KIND, own.ydernummer), NOT_IN_MODEL, sums, days_of(outcome.nation.year))
        yield (
            own.ydernummer,
            own.kind,
            EMPTY if place is None else outcome.nation.municipalities[place].code,
            count(group.citizens),
            number(ratio(clinic.patients, own.capacities or 0)),
            number(ratio(Fraction(clinic.weighted_nano, NANO), clinic.patients)),
            *_a_year(group),
            group.note or (ALONE if group.citizens == 1 else EMPTY),
        )


def _change_row(one: Change) -> Row:
    figures = map(number, (one.before, one.now, one.now - one.before))
    return (one.kind, one.code, one.level, *figures, count(one.steps))


def diagnosis_manifest(
    store: Store,
    found: Diagnosis,
    changes: Sequence[Change],
    inputs: Mapping[str, str],
    timings: Mapping[str, float],
) -> dict[str, Any]:
    """Give the manifest; ``inputs`` are sources beside the store, with seals.

    Timings and facts of the machine live only here.
    """
    return {
        "kind": KIND,
        **made_by(),
        "store": {"identity": store.identity},
        "inputs": dict(inputs),
        "nation": store.manifest["nation"],
        "model": model_description(found.outcome.model),
        "noticed": {**noticed(found.outcome), **noticed_at_ingest(store.manifest)},
        "seed": found.seed,
        "stability": stability_summary(changes) if changes else None,
        "tables": {
            table.name: {
                "what": table.doc,
                "columns": {column.name: f"{column.doc} [{column.unit}]" for column in table.columns},
            }
            for table in DIAGNOSIS_TABLES
        },
        "machine": {
            "system": platform.system(),
            "processor": platform.machine(),
            "seconds": {stage: round(seconds, 3) for stage, seconds in timings.items()},
            "peak_memory_bytes": peak_memory_bytes(),
        },
    }
