"""The manifest of a RUN: what went in, what was chosen, what was noticed, and what made it."""

import platform
import resource
import sys
from collections.abc import Mapping
from typing import Any

from fordel_dask.doubt import Doubts
from fordel_dask.law.parameters import parameters
from fordel_dask.model import Model
from fordel_dask.pipeline import Outcome
from fordel_dask.provenance import made_by
from fordel_dask.results import noticed, noticed_at_ingest
from fordel_dask.schema.results import RESULT_TABLES
from fordel_dask.seals import seal_of
from fordel_dask.store import Store


def run_manifest(
    store: Store, outcome: Outcome, doubts: Doubts, asked: Mapping[str, Any], timings: Mapping[str, float]
) -> dict[str, Any]:
    """Give the manifest; timings and facts of the machine live only here.

    ``asked`` is what was asked for beside the model: it and the model's hash are all that a repetition needs.
    """
    configuration = {"model": outcome.model.hash, **asked}
    return {
        "kind": "run",
        **made_by(),
        "store": {
            "identity": store.identity,
            "grid": store.grid_id,
            "facts": seal_of({"parts": [part.sha256 for part in outcome.facts.parts]}),
            "made_with": store.manifest.get("made_with"),
            "inputs": store.manifest["inputs"],
        },
        "configuration": {**configuration, "hash": seal_of(configuration)},
        "accounting": store.manifest["accounting"],
        "nation": store.manifest["nation"],
        "model": model_description(outcome.model),
        "noticed": {**noticed(outcome), **noticed_at_ingest(store.manifest)},
        "uncertainty": doubts.description(),
        "bundle": "bundle.json holds sums of the estimation sample by council: 'fordel refit bundle.json'.",
        "tables": {
            table.name: {
                "what": table.doc,
                "columns": {column.name: f"{column.doc} [{column.unit}]" for column in table.columns},
            }
            for table in RESULT_TABLES
        },
        "machine": {
            "system": platform.system(),
            "processor": platform.machine(),
            "seconds": {stage: round(seconds, 3) for stage, seconds in timings.items()},
            "peak_memory_bytes": peak_memory_bytes(),
        },
    }


def model_description(model: Model) -> dict[str, Any]:
    """Give the model with every parameter's value, source and kind, and the hash of all values."""
    values = model.values()
    return {
        "name": model.name,
        "hash": model.hash,
        "changed": list(model.changed),
        "parameters": {
            key: {
                "value": values[key],
                "unit": parameter.unit,
                "kind": "assumption" if key in model.changed else parameter.kind,
                "source": "changed by the scenario" if key in model.changed else parameter.source,
            }
            for key, parameter in parameters().items()
        },
    }


def peak_memory_bytes() -> dict[str, int]:
    """Give the largest resident memory so far: of this process, and of the largest process it has started and ended."""
    unit = 1 if sys.platform == "darwin" else 1024
    return {
        "this_process": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit,
        "largest_worker": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * unit,
    }
