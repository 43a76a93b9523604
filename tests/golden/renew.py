"""Keep the numbers of today as the golden ones: ``python -m tests.golden.renew --because "why they change"``.

The reason is appended to ``reasons.csv``; nothing is written if no number has changed.
"""

import argparse
import csv
import datetime
import shutil
import tempfile
from pathlib import Path

import fordel_dask
from fordel_dask.graph import Place
from tests.golden.results import (
    ESTIMATES,
    EXPECTED,
    HASHED,
    HASHES,
    MODELS,
    NATIONAL,
    REASONS,
    digest_of_expected,
    hashes_of_run,
    hashes_of_store,
    make_stores,
)


def renew(because: str) -> str:
    """Write the expected results anew, and say what became of it."""
    before = digest_of_expected()
    with tempfile.TemporaryDirectory() as folder:
        made = make_stores(Path(folder))
        runs = [made.run(model, Place(threads=2)) for model in MODELS]
        hashes = [*hashes_of_store(made.store(NATIONAL)), *(line for run in runs for line in hashes_of_run(run))]
        shutil.rmtree(EXPECTED, ignore_errors=True)
        for run in runs:
            keep_tables(run, EXPECTED / run.name)
    with HASHES.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([("of", "table", "sha256"), *hashes])
    after = digest_of_expected()
    if after == before:
        return "No number has changed; nothing was written."
    with REASONS.open("a", encoding="utf-8", newline="") as file:
        line = (fordel_dask.__version__, datetime.date.today().isoformat(), after, because)
        csv.writer(file, lineterminator="\n").writerow(line)
    return "The golden numbers are now those of today. 'git diff' shows what changed; commit it with the reason."


def keep_tables(run: Path, folder: Path) -> None:
    """Copy the tables of a RUN that are short enough to be read in a review."""
    folder.mkdir(parents=True)
    for path in sorted(run.glob("*.csv")):
        if path.stem not in HASHED | ESTIMATES:
            shutil.copy(path, folder)


def main() -> None:
    """Ask for a reason, then renew."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--because", required=True, help="why the numbers change, in a sentence")
    print(renew(parser.parse_args().because))


if __name__ == "__main__":
    main()
