"""Our own way, brought to the same few numbers: what every peer is held against."""

from pathlib import Path

from benchmarks.peers.job import Numbers
from fordel_dask.graph.executor import Place, open_executor
from fordel_dask.model import design_of, load_model
from fordel_dask.pipeline import Outcome, run_model
from fordel_dask.store import open_store


def numbers_of_outcome(outcome: Outcome) -> Numbers:
    """Give what a run has found as the peers give it."""
    names = [" ".join(design_of(outcome.model.covariates).columns[column]) for column in outcome.fit.columns]
    return Numbers(
        dict(zip(names, outcome.fit.micro, strict=True)),
        {c.clinic.ydernummer: (c.patients, c.weighted_nano, c.minimum_patients) for c in outcome.clinics},
        {area.municipality.code: (area.citizens, area.weighted_nano) for area in outcome.areas},
        {c.council_id: (c.citizens, c.projected_nano, int(c.maximum_capacities)) for c in outcome.councils},
    )


def numbers_of_store(store: Path, model: str, threads: int) -> Numbers:
    """Run a model on a prepared store, in this process."""
    with open_executor(Place(threads=threads)) as executor:
        return numbers_of_outcome(run_model(open_store(store), load_model(model), executor, lambda _: None))
