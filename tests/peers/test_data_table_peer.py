"""R with data.table gives our numbers, to the last digit."""

import pytest

from benchmarks.peers import data_table_peer
from benchmarks.peers.catalogue import offer_of
from benchmarks.peers.data_table_peer import PEER, what_is_missing
from tests.peers.conftest import MODELS

missing = what_is_missing()
with_r = pytest.mark.skipif(missing is not None, reason=f"peer is not installed: {missing}")


@with_r
@pytest.mark.parametrize("model", ["national", "all_at_once"])
@pytest.mark.parametrize("layout", PEER.layouts)
def test_the_numbers_are_ours(holds_against_ours, layout, model):
    holds_against_ours("data_table", layout, MODELS / f"{model}.toml")


@with_r
def test_parts_of_few_citizens_add_up(holds_against_ours, monkeypatch):
    monkeypatch.setattr(data_table_peer, "CITIZENS_OF_PART", 1_000)
    holds_against_ours("data_table", "own", MODELS / "national.toml")


@with_r
def test_what_r_says_arrives(tmp_path):
    with pytest.raises(RuntimeError, match=r"data\.table: .*cannot open"):
        data_table_peer.Child(1).ask(request="prepare", source=str(tmp_path), told={})


def test_without_r_one_line_says_what_is_missing(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SystemExit, match=r"^peer is not installed: Rscript \(Debian: r-base-core\)$"):
        data_table_peer.Child(1)


def test_without_r_the_benchmark_is_told_who_is_absent(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert offer_of("data_table") == {"absent": "Rscript (Debian: r-base-core) is not installed"}


@with_r
def test_without_a_package_one_line_says_which(monkeypatch, tmp_path):
    lacking = tmp_path / "lacking.R"
    lacking.write_text("library(no.such.package)\n", "utf-8")
    monkeypatch.setattr(data_table_peer, "SCRIPT", lacking)
    monkeypatch.setattr(data_table_peer, "PACKAGES", ("data.table", "no.such.package"))
    with pytest.raises(
        SystemExit, match=r"^peer is not installed: no\.such\.package \(Debian: r-cran-no\.such\.package\)$"
    ):
        data_table_peer.Child(1).ask(request="open")
