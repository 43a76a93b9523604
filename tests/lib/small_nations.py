"""A small nation read twice, as the pipeline's store and the reference's registers, and what a model makes of each."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from fordel_dask.doubt import no_doubts_asked_for
from fordel_dask.graph.executor import Threads
from fordel_dask.model import Model
from fordel_dask.pipeline import Outcome, run_model
from fordel_dask.registers import ingest
from fordel_dask.results import result_tables
from fordel_dask.schema.results import RESULT_TABLES
from fordel_dask.store import Store, open_store
from tests.reference.model import reference_of, resolve
from tests.reference.registers import Registers
from tests.reference.run import delivered, tables_of, weigh_citizens
from tests.reference.weights import Cell, Given, Level, Weights

Tables = dict[str, pd.DataFrame]
ONE_THREAD = Threads(1)


@dataclass(frozen=True)
class SmallNation:
    """A store, and the registers it was made of as the reference reads them: once, for all models."""

    store: Store
    registers: Registers


def read_twice(registers: Path, store: Path, partitions: int = 3) -> SmallNation:
    """Ingest a delivery, and read it as the reference does."""
    ingest(registers, store, ONE_THREAD, partitions=partitions)
    return SmallNation(open_store(store), delivered(registers, resolve({})))


def outcome_of(nation: SmallNation, model: Model) -> Outcome:
    """Run the pipeline."""
    return run_model(nation.store, model, ONE_THREAD, lambda stage: None)


def printed(outcome: Outcome) -> Tables:
    """Give the result tables of a run as they are printed."""
    columns = {table.name: [column.name for column in table.columns] for table in RESULT_TABLES}
    rows = result_tables(outcome, no_doubts_asked_for(outcome, 0, 1))
    return {name: pd.DataFrame(own, columns=columns[name], dtype=object) for name, own in rows.items()}


def reference_tables(nation: SmallNation, model: Model, given: Given | None = None) -> Tables:
    """Give the reference's tables by the same resolved model, of weights that it estimates or that are given."""
    return tables_of(nation.registers, reference_of(model.values()), given)


def reference_weights(nation: SmallNation, model: Model) -> Weights:
    """Give the weights that the reference estimates."""
    return weigh_citizens(nation.registers, reference_of(model.values())).weights


def coefficients(outcome: Outcome) -> dict[Level, int]:
    """Give the pipeline's coefficients by level, 10⁻⁶ kroner."""
    columns = (outcome.design.columns[column] for column in outcome.fit.columns)
    return dict(zip(columns, outcome.fit.micro, strict=True))


def predictions(outcome: Outcome) -> dict[Cell, int]:
    """Give the pipeline's raw weights by cell, 10⁻⁶ kroner; the reference level of a term is blank."""
    design = outcome.design
    names = [("", *term.estimated) if term.has_reference else term.levels for term in design.terms]
    raw = outcome.fit.raw.tolist()
    return {
        tuple(own[level] for own, level in zip(names, levels, strict=True)): weight
        for levels, weight in zip(design.levels_of_cell.tolist(), raw, strict=True)
    }
