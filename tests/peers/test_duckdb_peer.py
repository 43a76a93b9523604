"""DuckDB gives our numbers from each of its layouts, by every kind of model."""

import pytest

from benchmarks.peers.duckdb_peer import PEER
from tests.peers.conftest import MODELS

CHOSEN = ("national", "all_at_once", "longer_cancer")


@pytest.mark.parametrize("model", CHOSEN)
@pytest.mark.parametrize("layout", PEER.layouts)
def test_duckdb_gives_our_numbers(holds_against_ours, layout, model):
    holds_against_ours("duckdb", layout, MODELS / f"{model}.toml")
