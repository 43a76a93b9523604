"""R with data.table: a child process that is asked for the two passes and keeps what the first one found.

Debian's packages of R cannot read Parquet, so there is no raw layout. Two take its place, both written by ``prepare``:
``csv``, the extracts as CSV, column by column as delivered, read by ``fread``; and ``own``, tables of integers and
factors sorted by citizen, in R's own format. The work itself is in ``data_table.R``.

The child's memory is its own: whoever measures must add up the processes.
"""

import contextlib
import json
import os
import shutil
import subprocess
import tempfile
import tomllib
import weakref
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.csv as pc
import pyarrow.parquet as pq

from benchmarks.peers.job import CellSums, Integers, Job, day_of
from fordel_dask import law
from fordel_dask.facts.definition import conditions
from fordel_dask.schema.prepared import DIAGNOSIS_KINDS

SCRIPT = Path(__file__).with_name("data_table.R")
R = "Rscript"
PACKAGES = ("data.table", "jsonlite")
EXACT = 2**53
CITIZENS_OF_PART = 50_000
ROWS_OF_BATCH = 1 << 18
DEFAULT_YEAR = 2026
NOT_INSTALLED = "peer is not installed: {}"
ENDED = '{"error": "R has ended; what it said is above"}'


class DataTablePeer:
    """data.table on CSV and on tables of its own."""

    layouts = ("csv", "own")

    def what_is_missing(self) -> str | None:
        return what_is_missing()

    def prepare(self, registers: Path, own: Path, threads: int) -> None:
        declaration = tomllib.loads((registers / "registers.toml").read_text("utf-8"))
        write_extracts(registers, declaration, own)
        year = declaration.get("nation", {}).get("year", DEFAULT_YEAR)
        told = {
            "year": year,
            "status_day": day_of(year),
            "municipalities": [int(row["kommunekode"]) for row in law.rows("geography/municipalities")],
            "prefixes": columns(("prefix", "condition"), [(p, one.bit) for one in conditions() for p in one.prefixes]),
            "kinds": DIAGNOSIS_KINDS,
            "citizens_of_part": CITIZENS_OF_PART,
        }
        Child(threads).ask(request="prepare", source=str(own), told=told)

    def open(self, layout: str, source: Path, job: Job, threads: int) -> "DataTableSession":
        return DataTableSession(Child(threads), layout, source, job)


PEER = DataTablePeer()


class Child:
    """A process of R that answers one line of JSON with another, and ends when nobody can ask it any more."""

    def __init__(self, threads: int) -> None:
        if not shutil.which(R):
            raise SystemExit(NOT_INSTALLED.format(what_is_missing()))
        command = [R, "--no-save", "--no-init-file", str(SCRIPT), str(threads)]
        # Threads of OpenMP that wait by spinning take the core from others as soon as somebody else needs one.
        waiting = {**os.environ, "OMP_WAIT_POLICY": "passive", "TZ": "UTC"}
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=waiting)
        self.end = weakref.finalize(self, end_of, self.process)

    def ask(self, **request: Any) -> dict[str, Any]:
        """Give the answer to a request; what R complained about is on standard error."""
        assert self.process.stdin and self.process.stdout
        with contextlib.suppress(BrokenPipeError):  # of a child that has ended: then there is no answer
            self.process.stdin.write(json.dumps(request) + "\n")
            self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline() or ENDED)
        if answer == json.loads(ENDED) and (missing := what_is_missing()):
            raise SystemExit(NOT_INSTALLED.format(missing))
        if "error" in answer:
            raise RuntimeError(f"data.table: {answer['error']}")
        return answer


def end_of(process: subprocess.Popen[str]) -> None:
    """Let the child read to the end of its input, and wait for it."""
    with contextlib.suppress(BrokenPipeError):
        process.communicate()


def what_is_missing() -> str | None:
    """Give what this peer needs and does not find: R, or a package of it."""
    if not shutil.which(R):
        return f"{R} (Debian: r-base-core)"
    listed = subprocess.run(
        [R, "--no-init-file", "-e", f"cat(setdiff(c{PACKAGES}, rownames(installed.packages())))"],
        capture_output=True,
        text=True,
        check=True,
    )
    return ", ".join(f"{name} (Debian: r-cran-{name})" for name in listed.stdout.split()) or None


class DataTableSession:
    """The two passes, in a child of its own."""

    def __init__(self, child: Child, layout: str, source: Path, job: Job) -> None:
        self.child, self.job = child, job
        self.folder = Path(tempfile.mkdtemp())
        self.end = weakref.finalize(self, shutil.rmtree, self.folder)
        (self.folder / "job.json").write_text(json.dumps(asked_of(job)), "utf-8")
        child.ask(request="open", layout=layout, source=str(source), job=str(self.folder / "job.json"))

    def cell_sums(self) -> CellSums:
        answer = self.child.ask(request="cell_sums", out=str(self.folder))
        return CellSums(
            sample=self.numbers("sample").reshape(3, self.job.cells),
            citizens=self.numbers("citizens").reshape(len(self.job.municipalities), self.job.cells),
            patients=self.numbers("patients"),
            sample_clinics=answer["sample_clinics"],
            persons=self.numbers("persons"),
        )

    def clinic_nano(self, nano: Integers) -> Integers:
        given = self.folder / "nano"
        nano.astype(np.float64).tofile(given)
        self.child.ask(request="clinic_nano", nano=str(given), out=str(self.folder))
        return self.numbers("clinic_nano")

    def numbers(self, name: str) -> Integers:
        """Read sums of whole numbers that R has written as doubles."""
        found = np.fromfile(self.folder / name, dtype=np.float64)
        if not (np.abs(found) < EXACT).all():
            raise OverflowError(f"{name}: R has no exact whole numbers from 2^53 on.")
        return found.astype(np.int64)


def asked_of(job: Job) -> dict[str, Any]:
    """Give a job with the numbers that R looks things up by: municipalities, clinics and services are integers."""
    shown = sorted({bit for _, bit in job.prefixes if bit & (job.somatic | job.psychiatric)})
    since = {bit: job.cancer_since_day if bit == job.cancer else job.since_day for bit in shown}
    prefixes = [(prefix, bit.bit_length() - 1) for prefix, bit in job.prefixes if bit in since]
    kinds = [(bit.bit_length() - 1, since[bit], bool(bit & job.somatic), bool(bit & job.psychiatric)) for bit in shown]
    return {
        "year": job.year,
        "first_day": job.first_day,
        "status_day": job.status_day,
        "services": [int(service) for service in job.prices],
        "oere": list(job.prices.values()),
        "clinics": [int(number) for number in job.clinics],
        "sampled": job.sampled,
        "municipalities": [int(code) for code in job.municipalities],
        "band_years": job.band_years,
        "oldest_band_from": job.oldest_band_from,
        "menapt": job.menapt,
        "origin_types": job.origin_types,
        "alone": job.alone,
        "permanent": codes_of(job.permanent),
        "temporary": codes_of(job.temporary),
        "benefit_weeks": job.benefit_weeks,
        "working_age": job.working_age,
        "prefixes": columns(("prefix", "condition"), prefixes),
        "conditions": columns(("condition", "since", "somatic", "psychiatric"), kinds),
        "kinds": job.kinds,
        "cut_points": job.cut_points,
        "levels": job.levels,
        "cells": job.cells,
    }


def codes_of(groups: Sequence[tuple[int, int]]) -> list[int]:
    """Give every code of some groups, both ends included."""
    return [code for first, last in groups for code in range(first, last + 1)]


def columns(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> dict[str, list[Any]]:
    """Turn rows into columns, as R has its tables."""
    return {name: list(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)}


def write_extracts(registers: Path, declaration: Mapping[str, Any], own: Path) -> None:
    """Write extracts as CSV, and a list of the files, relative to ``own``."""

    def written(declared: Mapping[str, Any], key: str, name: str) -> list[str]:
        return [str(file.relative_to(own)) for file in write_csv(registers, declared[key], own / "csv" / name)]

    files: dict[str, Any] = {
        name: written(declaration[name], "path", name) for name in ("population", "enrolment", "services", "dream")
    }
    files["lpr"] = [
        {
            "contacts": written(pair, "contacts", f"contacts-{n}"),
            "diagnoses": written(pair, "diagnoses", f"diagnoses-{n}"),
            "has_d": pair.get("codes", "sks") == "sks",
        }
        for n, pair in enumerate(declaration["lpr"])
    ]
    (own / "files.json").write_text(json.dumps(files), "utf-8")


def write_csv(registers: Path, pattern: str, folder: Path) -> list[Path]:
    """Write the Parquet files of a register as CSV, file by file, a batch at a time, all columns as they are."""
    folder.mkdir(parents=True)
    written = []
    for path in sorted(registers.glob(pattern)):
        written.append(folder / f"{path.stem}.csv")
        plain = pc.WriteOptions(quoting_style="none")
        with (
            pq.ParquetFile(path) as source,
            pc.CSVWriter(written[-1], source.schema_arrow, write_options=plain) as file,
        ):
            for batch in source.iter_batches(ROWS_OF_BATCH):
                file.write_batch(batch)
    return written
