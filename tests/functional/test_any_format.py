"""One nation in Parquet, CSV and SAS, in any order and with days in any form, makes one and the same store and run."""

import hashlib
import json
import re

import pytest

from fordel_dask.cli.progress import ProgressLines
from fordel_dask.cli.registers import ingest_registers
from fordel_dask.cli.run import Manner, run_store
from fordel_dask.graph import Place
from tests.lib.formats import WAYS, deliver
from tests.lib.nations import write_nation

SILENT = ProgressLines(quiet=True)
OF_THE_DELIVERY = ("inputs", "seal")
"""What a manifest says of the files that were read, and the seal that covers it."""


def sums(folder):
    """Give the SHA-256 of every file below a directory but its manifest and the records of facts.

    Facts lie in a directory named by the seal, and their records name it.
    """
    return {
        re.sub("facts/[0-9a-f]{32}/", "facts/", path.relative_to(folder).as_posix()): hashlib.sha256(
            path.read_bytes()
        ).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "manifest.json" and not path.match("facts/*/*.json")
    }


def manifest(folder):
    said = json.loads((folder / "manifest.json").read_text("utf-8"))
    return {name: value for name, value in said.items() if name not in OF_THE_DELIVERY}


def made(registers, folder):
    ingest_registers(registers, folder / "store", 5, Place(threads=2), SILENT)
    run_store(folder / "store", folder / "run", "national-2025", Manner(fresh=True), Place(threads=2), SILENT)
    return folder


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    folder = tmp_path_factory.mktemp("plain")
    write_nation(folder / "registers", seed=5, citizens=2200, dates="timestamp", numbers="decimal")
    return made(folder / "registers", folder)


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_every_format_makes_the_same_store_and_the_same_results(plain, tmp_path, way):
    other = made(deliver(plain / "registers", tmp_path / "registers", way, seed=3), tmp_path)
    assert sums(other / "store") == sums(plain / "store")
    assert sums(other / "store.keys") == sums(plain / "store.keys")
    assert manifest(other / "store") == manifest(plain / "store")
    assert sums(other / "run") == sums(plain / "run")
    assert len(sums(plain / "store")) > 20
    assert len(sums(plain / "run")) > 6
