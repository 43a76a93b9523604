"""pandas gives our numbers."""

import pytest

from benchmarks.peers import frames_layout
from tests.peers.conftest import MODELS


@pytest.mark.parametrize("model", ["national", "all_at_once", "shorter_look_back"])
@pytest.mark.parametrize("layout", ["raw", "own", "ours"])
def test_pandas_gives_our_numbers(layout, model, holds_against_ours, monkeypatch):
    monkeypatch.setattr(frames_layout, "CITIZENS_OF_RANGE", 1_700)
    holds_against_ours("pandas", layout, MODELS / f"{model}.toml")
