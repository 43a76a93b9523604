"""What may be released beside a RUN: which kinds of directories, and that they are of the same registers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from fordel_dask.documents import read_json
from fordel_dask.errors import DisclosureError, IntegrityError, UsageError
from fordel_dask.releasing.counted import Counted, TextRow, plain_name, read_counted
from fordel_dask.result_place import RUN
from fordel_dask.rundir import read_manifest, read_table
from fordel_dask.schema.directories import DIRECTORIES
from fordel_dask.seals import seal_of
from fordel_dask.store import kind_of_file, sha256_of_file

SCENARIOS, INCOME, DIFFERENTIATED, CHECK = "scenarios", "fees-income", "fees-differentiate", "check"
REPORT, RESOLVED = "quality.json", "scenarios.json"
MADE_BY = {
    RUN: "fordel run",
    SCENARIOS: "fordel scenarios STORE --out DIR",
    INCOME: "fordel fees income STORE --run RUN --out DIR",
    DIFFERENTIATED: "fordel fees differentiate RUN --out DIR",
    CHECK: "fordel check REGISTERS --out DIR",
}
"""What may be released, by kind: the command that makes it. Everything else stays."""


@dataclass(frozen=True)
class Source:
    """A directory that is released beside a RUN, held against its manifest; a report of ``fordel check`` is one."""

    name: str
    kind: str
    manifest: Mapping[str, Any]
    tables: Mapping[str, Sequence[TextRow]]
    resolved: Mapping[str, Any]

    @cached_property
    def seal(self) -> str:
        """The seal of its manifest."""
        return seal_of(self.manifest)

    @property
    def folder(self) -> str:
        """What its folder in a release is called."""
        return f"{self.kind}-{plain_name(self.name) or 'tables'}"


def read_sources(paths: Sequence[Path]) -> tuple[Counted, list[Counted], list[Source]]:
    """Read what is to be released: the first RUN, further RUNs, and what is released beside them.

    Raises
    ------
    DisclosureError
        The first is no RUN, or one is of a kind that may not leave.
    IntegrityError
        One was changed, or is nothing that a command wrote.
    """
    runs, beside = list[Counted](), list[Source]()
    for place, path in enumerate(paths):
        kind = _kind_of(path)
        if place == 0 and kind != RUN:
            raise DisclosureError(
                f"{path} is no RUN, and a release begins with one: its counts are what everything else is held "
                f"against. Give the RUN first: fordel release RUN {path} --out PROPOSAL."
            )
        if kind == RUN:
            runs.append(read_counted(path))
        else:
            beside.append(_read(path, kind))
    return runs[0], runs[1:], beside


def read_beside(path: Path, kinds: Sequence[str]) -> Source:
    """Read what is shown beside a RUN; it must be of one of some kinds.

    Raises
    ------
    UsageError
        It is of another kind.
    IntegrityError
        It was changed, or is nothing that a command wrote.
    """
    kind = str(read_manifest(path).get("kind"))
    if kind not in kinds:
        wanted = " or ".join(f"'{MADE_BY[one]}'" for one in kinds)
        raise UsageError(f"{path} is no directory that {wanted} wrote (it is of the kind '{kind}'). Give one of these.")
    return _read(path, kind)


def _kind_of(path: Path) -> str:
    if _report_in(path) is not None:
        return CHECK
    kind = str(read_manifest(path).get("kind"))
    if kind not in MADE_BY:
        known = "; ".join(f"{command}" for command in MADE_BY.values())
        raise DisclosureError(
            f"{path} is of a kind that no release has tables for ('{kind}'), and so it stays in the closed room. What "
            f"these commands write may be released: {known}."
        )
    return kind


def _report_in(path: Path) -> Path | None:
    """Give the report of a check: the file itself, or the one in its directory."""
    if path.name == REPORT and path.is_file():
        return path
    return path / REPORT if (path / REPORT).is_file() and not (path / "manifest.json").exists() else None


def _read(path: Path, kind: str) -> Source:
    if kind == CHECK:
        return Source(path.parent.name if path.name == REPORT else path.name, kind, _report(path), {}, {})
    manifest = read_manifest(path)
    tables = {table.name: read_table(path, table.name, manifest) for table in DIRECTORIES[kind]}
    resolved = _resolved(path, manifest) if kind == SCENARIOS else {}
    return Source(path.name, kind, manifest, tables, resolved)


def _resolved(path: Path, manifest: Mapping[str, Any]) -> dict[str, Any]:
    file = path / RESOLVED
    if kind_of_file(file) is not None or sha256_of_file(file) != manifest["files"].get(RESOLVED, {}).get("sha256"):
        raise IntegrityError(f"{RESOLVED} of {path} is missing, a link, or was changed. Make the scenarios again.")
    return dict(read_json(file))


def _report(path: Path) -> dict[str, Any]:
    place = _report_in(path)
    assert place is not None
    try:
        content = read_json(place)
        whole = content.pop("seal") == seal_of(content)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        whole = False
    if not whole:
        raise IntegrityError(f"{place} was changed after it was written, or is no report. Run 'fordel check' again.")
    return dict(content)


def refuse_others(base: Counted, sources: Sequence[Source]) -> None:
    """Refuse sources that were not made of the registers of the base RUN.

    Raises
    ------
    DisclosureError
        One is of another store, another RUN, or another delivery.
    """
    for source in sources:
        found = {SCENARIOS: _of_other_base, CHECK: _of_other_delivery}.get(source.kind, _of_other_run)(base, source)
        if found:
            raise DisclosureError(
                f"'{source.name}' {found} '{base.name}', the first RUN: side by side they could tell of single "
                f"citizens what each keeps back. Make it again with '{MADE_BY[source.kind]}', or release it with its "
                f"own RUN."
            )


def _of_other_base(base: Counted, source: Source) -> str:
    if source.manifest["inputs"].get("store") != base.manifest["store"]["identity"]:
        return "is made of other registers than"
    same = source.manifest["base"].get("hash") == base.manifest["model"]["hash"]
    return "" if same else "sets its cases beside another model than that of"


def _of_other_run(base: Counted, source: Source) -> str:
    seals = [seal for name, seal in source.manifest["inputs"].items() if name.startswith("RUN ")]
    return "" if seals == [seal_of(base.manifest)] else "is made from another RUN than"


def _of_other_delivery(base: Counted, source: Source) -> str:
    """Tell whether a check has seen other files than the store of a RUN was made of, by name and size."""
    seen = {(one["file"], one["bytes"]) for one in source.manifest["inputs"]}
    used = {(one["file"], one["bytes"]) for of in base.manifest["store"]["inputs"].values() for one in of}
    return "" if used and used <= seen else "is a report on other files than those of"
