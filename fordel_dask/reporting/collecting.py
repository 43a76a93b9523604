"""What a report is made of: a RUN and what lies beside it, behind disclosure control, as a release would tell it."""

import datetime
import hashlib
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

from fordel_dask.cycle.occupancy import Occupancy
from fordel_dask.disclosure import Rules
from fordel_dask.errors import UsageError
from fordel_dask.releasing.counted import Counted, read_counted
from fordel_dask.releasing.folder import refuse_unsafe
from fordel_dask.releasing.history import rules_of
from fordel_dask.releasing.ledger import Entry, Ledger, read_ledger
from fordel_dask.releasing.proposal import Proposal, ReleasedTable, folder_of, propose
from fordel_dask.releasing.sources import DIFFERENTIATED, INCOME, SCENARIOS, read_beside
from fordel_dask.releasing.together import with_sources
from fordel_dask.report.told import Capacities, Clearance, Model, Row, Standing, Told, ToldRun
from fordel_dask.reporting.calibration import calibration_of
from fordel_dask.rundir import read_run_manifest
from fordel_dask.seals import seal_of
from fordel_dask.yearly.councils import read_position

R = TypeVar("R", Path, ToldRun)


@dataclass(frozen=True)
class Asked:
    """What a report is asked to be made of, besides its RUN.

    Without ``rules`` they are those by which these citizens have been released, else the usual ones.

    ``scenarios`` and ``fees`` are directories that those commands wrote, ``series`` RUNs of other years.
    """

    rules: Rules | None
    ledger: Path
    earlier: Path | None = None
    scenarios: Path | None = None
    fees: Sequence[Path] = ()
    capacity: Path | None = None
    diagnosis: Path | None = None
    series: Sequence[Path] = ()
    decisions: Path | None = None


@dataclass(frozen=True)
class Collected:
    """What a report shows: ``told`` of its RUN, and ``series`` of the RUNs of other years, as they were given."""

    told: Told
    series: tuple[Told, ...]


def collect(run: Path, asked: Asked) -> Collected:
    """Gather what may be told of a RUN, of what lies beside it, and of RUNs of other years.

    Raises
    ------
    IntegrityError
        Something is not what a command wrote, or was changed.
    DisclosureError
        Something is of other citizens, or of a kind that may not leave; or an earlier release stands against it.
    DecisionError
        The capacity register holds what cannot be.
    """
    _refuse_twice([run, *([asked.earlier] if asked.earlier else []), *asked.series])
    _refuse_same_registers([run, *asked.series])
    ledger = read_ledger(asked.ledger)
    series = []
    for path in asked.series:
        told, proposal = _told(path, Asked(asked.rules, asked.ledger), ledger)
        series.append(told)
        ledger = _with_counts_of(proposal, ledger)
    own, _ = _told(run, asked, ledger)
    _refuse_alike([own.run, *(one.run for one in series)])
    if any(one.clearance.release is None for one in series):
        own = replace(own, clearance=own.clearance.as_draft())
    return Collected(own, tuple(series))


def _refuse_twice(runs: Sequence[Path]) -> None:
    """Refuse to show a RUN beside itself: RUN, ``--base`` and ``--series`` are different ones."""
    twice = _doubled(runs, [seal_of(read_run_manifest(path)) for path in runs])
    if twice is not None:
        raise UsageError(f"{twice} is given twice. The RUN, --base and --series are RUNs that differ; leave one away.")


def _refuse_same_registers(runs: Sequence[Path]) -> None:
    """Refuse a series of RUNs of which two are of the same registers: other models are no other years."""
    same = _doubled(runs, [read_run_manifest(path)["store"]["identity"] for path in runs])
    if same is not None:
        raise UsageError(
            f"{same} and another RUN of the series are of the same registers. --series takes one RUN of each year; "
            f"show another model of the same registers with --base, or with --scenarios."
        )


def _refuse_alike(runs: Sequence[ToldRun]) -> None:
    """Refuse RUNs of one year and model in a series: nobody could tell them apart."""
    alike = _doubled(runs, [(run.model.year, run.model.name) for run in runs])
    if alike is not None:
        raise UsageError(
            f"Two RUNs of the series are of the planning year {alike.model.year} and the model '{alike.model.name}'. "
            f"Give --series RUNs of other years, or of other models."
        )


def _doubled(runs: Sequence[R], marks: Sequence[Hashable]) -> R | None:
    """Give the first of the RUNs whose mark another one has too; none where they all differ."""
    return next((run for run, mark in zip(runs, marks, strict=True) if marks.count(mark) > 1), None)


def told_of(run: Path, asked: Asked) -> Told:
    """Gather what may be told of a RUN and of what lies beside it; raises what :func:`collect` raises."""
    return collect(run, asked).told


def _told(run: Path, asked: Asked, ledger: Ledger) -> tuple[Told, Proposal]:
    base = read_counted(run)
    scenarios = [read_beside(asked.scenarios, (SCENARIOS,))] if asked.scenarios else []
    sources = [*scenarios, *(read_beside(path, (INCOME, DIFFERENTIATED)) for path in asked.fees)]
    rules = asked.rules or rules_of(base, ledger)
    proposal, earlier, beside = _proposed(base, rules, asked.earlier, ledger)
    proposal = with_sources(proposal, sources)
    refuse_unsafe(proposal)
    calibration = calibration_of(asked.diagnosis, base, rules)
    draft = Clearance(rules.threshold, bool(base.manifest["nation"].get("invented")))
    has_left = not calibration and (not beside or _release_of(beside, ledger) is not None)
    own = [table for table in proposal.tables if table.folder == folder_of(base)]
    cases = [table for table in proposal.further if table.folder.startswith(SCENARIOS)]
    told = Told(
        run=_told_run(base, own),
        clearance=_clearance(proposal.tables, ledger, draft) if has_left else draft,
        capacities=_capacities(run, asked.capacity),
        earlier=earlier,
        cases=_rows_by_table(cases),
        money=_rows_by_table([table for table in proposal.further if table not in cases]),
        calibration=calibration,
    )
    return told, proposal


def _proposed(
    base: Counted, rules: Rules, earlier: Path | None, ledger: Ledger
) -> tuple[Proposal, ToldRun | None, Sequence[ReleasedTable]]:
    """Put together what may be told of a RUN and of the one that changes are measured from, each beside the other.

    The last are the tables of that one where they are not of the same proposal.
    """
    if earlier is None:
        return propose(base, (), rules, ledger), None, ()
    other = read_counted(earlier)
    if other.manifest["store"]["identity"] == base.manifest["store"]["identity"]:
        proposal = propose(base, [other], rules, ledger)
        tables = [table for table in proposal.tables if table.folder == folder_of(other)]
        return proposal, _told_run(other, tables), ()
    before = propose(other, (), rules, ledger)
    refuse_unsafe(before)
    proposal = propose(base, (), rules, _with_counts_of(before, ledger))
    return proposal, _told_run(other, before.tables), before.tables


def _with_counts_of(proposal: Proposal, ledger: Ledger) -> Ledger:
    """Give the ledger as if a proposal had left, so that what stands beside it is held against it."""
    return ledger.with_counts_beside(proposal.base.counted.name, asdict(proposal.identity), proposal.shown())


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


def _rows_by_table(tables: Sequence[ReleasedTable]) -> dict[str, Sequence[Row]]:
    return {
        table.declared.name: [
            dict(zip((column.name for column in table.declared.columns), row, strict=True)) for row in table.rows
        ]
        for table in tables
    }


def _clearance(tables: Sequence[ReleasedTable], ledger: Ledger, draft: Clearance) -> Clearance:
    """Say whether these very tables have left through a release, and in which; else they are a draft."""
    entry = _release_of(tables, ledger)
    if entry is None:
        return draft
    return replace(draft, release=entry.number, day=datetime.date.fromisoformat(entry.content["date"]))


def _release_of(tables: Sequence[ReleasedTable], ledger: Ledger) -> Entry | None:
    """Give the last release that has let all of these tables go."""
    sums = {table.item: hashlib.sha256(table.text().encode()).hexdigest() for table in tables}
    for entry in reversed(ledger.entries):
        files: Mapping[str, str] = entry.content.get("files", {})
        if all(files.get(item) == found for item, found in sums.items()):
            return entry
    return None


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
