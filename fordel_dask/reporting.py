"""What a report is made of: a RUN and what lies beside it, behind disclosure control, as a release would tell it."""

import datetime
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from fordel_dask.cycle.occupancy import Occupancy
from fordel_dask.disclosure import Rules
from fordel_dask.errors import DisclosureError, UsageError
from fordel_dask.invented import INVENTED
from fordel_dask.releasing.counted import Counted, read_counted
from fordel_dask.releasing.folder import refuse_unsafe
from fordel_dask.releasing.ledger import Ledger, read_ledger
from fordel_dask.releasing.proposal import Proposal, ReleasedTable, folder_of, propose
from fordel_dask.releasing.sources import SCENARIOS, read_sources
from fordel_dask.releasing.together import with_sources
from fordel_dask.report.told import Calibrated, Capacities, Clearance, Model, Row, Standing, Told, ToldRun
from fordel_dask.rundir import read_manifest, read_table
from fordel_dask.yearly.councils import read_position

DIAGNOSIS, PREDICTED_TENTH = "diagnosis", "predicted_tenth"
FEWEST_OF_A_MEAN = 200
"""Citizens of whom a mean is told, in thresholds: no citizen moves the mean of 1,000 much."""


@dataclass(frozen=True)
class Asked:
    """What a report is asked to be made of, besides its RUN; ``beside`` are directories of scenarios and fees."""

    rules: Rules
    ledger: Path
    earlier: Path | None = None
    beside: Sequence[Path] = ()
    capacity: Path | None = None
    diagnosis: Path | None = None
    invented: bool = False


def told_of(run: Path, asked: Asked) -> Told:
    """Gather what may be told of a RUN, and of what lies beside it.

    Raises
    ------
    IntegrityError
        Something is not what a command wrote, or was changed.
    DisclosureError
        Something is of other citizens, or of a kind that may not leave; or an earlier release stands against it.
    DecisionError
        The capacity register holds what cannot be.
    """
    base, _, sources = read_sources((run, *asked.beside))
    ledger = read_ledger(asked.ledger)
    proposal, earlier = _proposed(base, asked, ledger)
    proposal = with_sources(proposal, sources)
    refuse_unsafe(proposal)
    own = [table for table in proposal.tables if table.folder == folder_of(base)]
    cases = [table for table in proposal.further if table.folder.startswith(SCENARIOS)]
    return Told(
        run=_told_run(base, own),
        clearance=_clearance(base, own, proposal, ledger, asked),
        capacities=_capacities(run, asked.capacity),
        earlier=earlier,
        cases=_rows_by_table(cases),
        money=_rows_by_table(table for table in proposal.further if table not in cases),
        calibration=_calibration(asked.diagnosis, base, asked.rules),
    )


def _proposed(base: Counted, asked: Asked, ledger: Ledger) -> tuple[Proposal, ToldRun | None]:
    """Put together what may be told of a RUN and of the one that changes are measured from, each beside the other."""
    if asked.earlier is None:
        return propose(base, (), asked.rules, ledger), None
    other = read_counted(asked.earlier)
    if other.manifest["store"]["identity"] == base.manifest["store"]["identity"]:
        proposal = propose(base, [other], asked.rules, ledger)
        tables = [table for table in proposal.tables if table.folder == folder_of(other)]
        return proposal, _told_run(other, tables)
    before = propose(other, (), asked.rules, ledger)
    refuse_unsafe(before)
    beside = ledger.with_counts_beside(other.name, asdict(before.identity), before.shown())
    return propose(base, (), asked.rules, beside), _told_run(other, before.tables)


def _told_run(counted: Counted, tables: Sequence[ReleasedTable]) -> ToldRun:
    manifest = counted.manifest
    model = Model(
        name=str(manifest["model"]["name"]),
        hash=str(manifest["model"]["hash"]),
        changed=manifest["model"]["changed"],
        parameters=manifest["model"]["parameters"],
        program=str(manifest["program"]["fordel_dask"]),
        year=int(manifest["nation"]["year"]),
        confidence=Fraction(str(manifest.get("uncertainty", {}).get("confidence", 0))),
    )
    return ToldRun(model, _rows_by_table(tables))


def _rows_by_table(tables: Any) -> dict[str, Sequence[Row]]:
    return {
        table.declared.name: [
            dict(zip((column.name for column in table.declared.columns), row, strict=True)) for row in table.rows
        ]
        for table in tables
    }


def _clearance(
    base: Counted, own: Sequence[ReleasedTable], proposal: Proposal, ledger: Ledger, asked: Asked
) -> Clearance:
    """Say whether these very tables have left through a release, and in which."""
    invented = asked.invented or INVENTED in base.manifest["store"].get("inputs", {})
    sums = {table.item: hashlib.sha256(table.text().encode()).hexdigest() for table in own}
    for entry in reversed(ledger.entries):
        files: Mapping[str, str] = entry.content["files"]
        if all(files.get(item) == found for item, found in sums.items()):
            day = datetime.date.fromisoformat(entry.content["date"])
            return Clearance(asked.rules.threshold, invented, entry.number, day)
    return Clearance(asked.rules.threshold, invented)


def _capacities(run: Path, capacity: Path | None) -> Capacities:
    position = read_position(run, capacity, None, None)
    return Capacities(
        day=position.kept.stand.day,
        reported=position.kept.month is not None,
        councils={one.council.council_id: _standing(one.occupancy) for one in position.councils},
        municipalities={one.area.code: _standing(one.occupancy) for one in position.municipalities},
    )


def _standing(occupancy: Occupancy) -> Standing:
    return Standing(occupancy.allocated, occupancy.occupied)


def _calibration(diagnosis: Path | None, base: Counted, rules: Rules) -> tuple[Calibrated, ...]:
    """Tell what tenths of citizens by predicted consumption did consume; nothing where one has few citizens."""
    if diagnosis is None:
        return ()
    manifest = read_manifest(diagnosis)
    if manifest.get("kind") != DIAGNOSIS:
        raise UsageError(f"{diagnosis} is no diagnosis. Make one with 'fordel diagnose STORE --out DIR'.")
    if manifest["store"]["identity"] != base.manifest["store"]["identity"]:
        raise DisclosureError(
            f"{diagnosis} is a diagnosis of other registers than the RUN. Make it of the same store: "
            f"'fordel diagnose STORE --out DIR'."
        )
    rows = [row for row in read_table(diagnosis, "groups", manifest) if row["trait"] == PREDICTED_TENTH]
    if any(int(row["citizens"]) < FEWEST_OF_A_MEAN * rules.threshold for row in rows):
        return ()
    return tuple(
        Calibrated(int(row["level"]), round(Fraction(row["predicted_kr"])), round(Fraction(row["actual_kr"])))
        for row in rows
    )
