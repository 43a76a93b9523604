"""What stands in the facts of a store: every file is one that a run has left, and as it left it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from fordel_dask.facts.cache import sealed_content, sealed_text
from fordel_dask.store import FACTS, MANIFEST, kind_of_file
from fordel_dask.store.publishing import LOCK
from fordel_dask.store.sums import is_whole

SUMS = ".sums"


def inspect_facts(root: Path) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """Give the records of all parts of facts that runs have left in a store, and by file what is wrong beside them.

    A set that an interrupted run has left has no manifest yet: then the record beside each part says what it must be.
    """
    records, problems = list[dict[str, Any]](), dict[str, str]()
    folder = root / FACTS
    for place in sorted(folder.iterdir()) if folder.is_dir() else ():
        name = place.relative_to(root).as_posix()
        if place.is_symlink() or not place.is_dir():
            problems[name] = f"{name} is named by no manifest"
            continue
        parts, wrong = _set(place, root)
        records += parts
        problems |= wrong
    return records, problems


def _set(place: Path, root: Path) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """Give the records of one set of facts, and what is wrong with its other files."""
    found = {path.name: path for path in sorted(place.iterdir()) if not path.name.startswith(".") and path.name != LOCK}
    beside = {name: _part_in(path) for name, path in found.items() if _is_record(name)}
    manifest = _sealed(found[MANIFEST]) if MANIFEST in found else None
    whole = manifest is not None and "parts" in manifest
    parts = manifest["parts"] if manifest and whole else [part for part in beside.values() if part]
    named = {str(part["file"]): part for part in parts}
    expected = {_record_name(part) for part in parts} if whole else set(beside)
    problems = dict(_wrong(found, beside, named, place.relative_to(root).as_posix()))
    if MANIFEST in found and not whole:
        problems[MANIFEST] = "is not what was written"
    problems |= dict.fromkeys(expected - found.keys(), "is missing")
    told = {f"{place.relative_to(root).as_posix()}/{name}": wrong for name, wrong in problems.items()}
    return parts, {name: f"{name} {wrong}" for name, wrong in told.items()}


def _wrong(
    found: Mapping[str, Path], beside: Mapping[str, Any], named: Mapping[str, Any], place: str
) -> Iterator[tuple[str, str]]:
    for name, path in found.items():
        if f"{place}/{name}" in named or name == MANIFEST:
            continue
        if name in beside:
            part = beside[name]
            if part is None or named.get(str(part["file"])) != part or _record_name(part) != name:
                yield name, "is not what was written"
        elif path.suffix != SUMS:
            yield name, "is named by no manifest"
        elif kind_of_file(path) or not is_whole(path):
            yield name, "is not what was written"


def _record_name(part: Mapping[str, Any]) -> str:
    return Path(part["file"]).with_suffix(".json").name


def _is_record(name: str) -> bool:
    return name.endswith(".json") and name != MANIFEST


def _sealed(path: Path) -> dict[str, Any] | None:
    """Give what a sealed file says, None if it is a link or not written so to the byte."""
    content = None if kind_of_file(path) else sealed_content(path)
    return content if content is not None and path.read_text("utf-8") == sealed_text(content) else None


def _part_in(path: Path) -> dict[str, Any] | None:
    content = _sealed(path)
    return content["part"] if content and isinstance(content.get("part"), dict) else None
