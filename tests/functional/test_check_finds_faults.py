"""``fordel check`` finds every planted fault as often as the list of the invented nation says, and nothing else."""

import json

import pytest
from click.testing import CliRunner

from fordel_dask.cli import cli
from fordel_dask.graph import Place, open_executor

NATIONS = {
    "every fault": ("--citizens", "3000", "--seed", "4", "--faults", "--extras"),
    "only faults an ingest survives": ("--citizens", "3000", "--seed", "4", "--faults", "--faults-kind", "rows"),
    "a fee year of 53 weeks": ("--citizens", "1000", "--seed", "8", "--year", "2027", "--faults"),
}
LOWEST_EXIT_CODE = {"every fault": 10, "only faults an ingest survives": 0, "a fee year of 53 weeks": 10}


def judged(folder):
    from fordel_dask.quality import judge
    from fordel_dask.quality.check import check

    with open_executor(Place(threads=1)) as executor:
        return judge(check(folder, executor), None)


@pytest.mark.parametrize("name", NATIONS)
def test_check_finds_exactly_what_is_there(name, tmp_path, evidence):
    folder = tmp_path / "registers"
    made = CliRunner().invoke(cli, ["synth", "--quiet", "--threads", "1", "--out", str(folder), *NATIONS[name]])
    assert made.exit_code == 0, made.output
    listed = json.loads((folder / "faults.json").read_text("utf-8"))["faults"]
    report = judged(folder)
    found = {(finding["register"], finding["rule"]): finding["count"] for finding in report["findings"]}
    assert found == {(fault["register"], fault["rule"]): fault["expected"] for fault in listed}
    assert report["exit_code"] == LOWEST_EXIT_CODE[name]
    planted = sum(fault["expected"] > 0 for fault in listed)
    evidence.note("R10", "a kind of fault planted in a small nation", planted, "found, with its exact count")
