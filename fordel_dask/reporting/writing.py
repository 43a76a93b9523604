"""A report on disk: a directory that appears whole or not at all, with a manifest of all its files."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fordel_dask.cycle.clinic_status import present_limits
from fordel_dask.cycle.decision import Decision
from fordel_dask.cycle.registered import registered_clinics
from fordel_dask.provenance import made_by
from fordel_dask.registers.capacity_register import REGISTER as CAPACITY
from fordel_dask.registers.decisions import REGISTER as DECISIONS
from fordel_dask.registers.decisions import read_decisions
from fordel_dask.report.letters import read_blocks
from fordel_dask.report.parts import Wanted, files_of
from fordel_dask.report.told import Told
from fordel_dask.report.wording import Wording
from fordel_dask.reporting.collecting import Asked, collect
from fordel_dask.result_place import check_place
from fordel_dask.rundir import open_place, read_manifest
from fordel_dask.seals import directory_manifest, seal_of
from fordel_dask.store import MANIFEST
from fordel_dask.store.publishing import private_directory, put_in_place, writing
from fordel_dask.yearly.reading import read_published, source_of
from fordel_dask.yearly.standing import fingerprint

KIND = "report"
KEPT_BY_REGIONS = {CAPACITY, DECISIONS}
Progress = Callable[[str], Callable[[int, int], None]]


@dataclass(frozen=True)
class Request:
    """Which parts a report is to have, in which language, and with which texts of the region."""

    lang: str
    parts: Sequence[str]
    blocks: Path | None = None


def write_report(run: Path, out: Path, asked: Asked, request: Request, progress: Progress) -> dict[str, Any]:
    """Write a report of a RUN; gives a summary.

    Raises
    ------
    UsageError
        Something else stands in the place; or a library that a part needs is not installed.
    DisclosureError
        What it is made of may not be shown side by side, or beside what has been released.
    SpaceError
        It cannot be written.
    """
    sources = {"run": run, **_named_sources(asked)}
    check_place(out, (*(path for path in sources.values() if path.is_dir()), asked.ledger), KIND)
    blocks, decisions = read_blocks(request.blocks), _decisions(run, asked.decisions)  # mistakes are told at once
    report = progress("what may be told")
    collected = collect(run, asked)
    report(1, 1)
    words = Wording(request.lang, collected.told.run.model.in_points)
    wanted = Wanted(words, request.parts, blocks, decisions, collected.series)
    written = progress("writing")
    with writing(f"The report in {out}"), open_place(out, command="fordel report") as place:
        folder, names = private_directory(place.new), list[str]()
        for name, content in files_of(collected.told, wanted, progress):
            path = folder / name
            private_directory(path.parent)
            path.touch(mode=0o600)
            path.write_bytes(content)
            names.append(name)
        inputs = {name: _mark(name, path) for name, path in sources.items()}
        manifest = {"kind": KIND, **made_by(), "inputs": inputs}
        (folder / MANIFEST).write_text(directory_manifest(folder, manifest), "utf-8")
        put_in_place(place.new, place.out, place.replaced)
        written(len(names), len(names))
    return _summary(out, names, collected.told)


def _named_sources(asked: Asked) -> dict[str, Path]:
    named = {
        **{"base": asked.earlier, "scenarios": asked.scenarios, CAPACITY: asked.capacity},
        **{"diagnosis": asked.diagnosis, DECISIONS: asked.decisions},
    }
    several = {f"{what} {path.name}": path for what in ("fees", "series") for path in getattr(asked, what)}
    return {name: path for name, path in (named | several).items() if path is not None}


def _mark(name: str, path: Path) -> str:
    """Give the seal of a directory that a command wrote, or the SHA-256 of the files of a table that a region keeps."""
    return fingerprint(name, path) if name in KEPT_BY_REGIONS else seal_of(read_manifest(path))


def _decisions(run: Path, decisions: Path | None) -> tuple[Decision, ...]:
    if decisions is None:
        return ()
    published = read_published(run)
    return read_decisions(source_of(DECISIONS, decisions), present_limits(published), registered_clinics(published))


def _summary(out: Path, names: Sequence[str], told: Told) -> dict[str, Any]:
    def starting(begin: str, end: str = "") -> int:
        return sum(name.startswith(begin) and name.endswith(end) for name in names)

    first = next((name for name in ("index.html", "method.html") if name in names), names[0])
    return {
        "report": str(out),
        "first_page": first,
        "files": len(names),
        "letters": starting("letters/", ".html"),
        "numbers_kept_back": sum("minimum_patients" in row["kept_back"].split() for row in told.run.clinics.values()),
        "letters_pdf": starting("letters/", ".pdf"),
        "workbooks": starting("workbooks/"),
        "clinics": len(told.run.clinics),
        "invented": told.clearance.invented,
        "release": told.clearance.release,
        "threshold": told.clearance.threshold,
    }
