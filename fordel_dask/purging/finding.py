"""Which directories are ours, and which of the files in them: only by what we wrote about them ourselves."""

import functools
import re
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from fordel_dask.documents import read_json
from fordel_dask.errors import IntegrityError, UsageError
from fordel_dask.gathering import every
from fordel_dask.purging.holding import (
    FACTS_HELD,
    KEYS_HELD,
    NO_PERSONS,
    ROWS,
    ROWS_WITH_KEYS,
    SUMS,
    TOLD,
    WORK,
    Holding,
    Part,
    looked_at,
)
from fordel_dask.schema.directories import DIRECTORIES
from fordel_dask.store import FACTS, KEYS, MANIFEST, QUARANTINE, read_sealed, seal_of
from fordel_dask.store.files import part_names
from fordel_dask.store.inspection import beside, is_directory
from fordel_dask.store.publishing import LOCK

STORE, LEDGER, REPORT, LEFT_BEHIND = "prepared store", "ledger", "report", "what was left beside"
WITH_SUMS = frozenset({*DIRECTORIES, "release-proposal"})
"""Kinds of directories that hold sums and counts; a proposal also what only its checker may see."""

PARTIAL = "partial"
BESIDE = (f"{QUARANTINE}.{PARTIAL}", PARTIAL, KEYS, QUARANTINE)
"""What may stand beside a directory of ours, by the ends of names; the longer ones first."""

HIDDEN = r"(\.[0-9a-f]{16}\.)?"
OF_FACTS = re.compile(
    rf"{FACTS}/([0-9a-f]{{32}}/{HIDDEN}(lock|manifest\.json|part-\d{{5}}\.(arrow|json))|\.preflight-[^/]+)"
)
OF_KEYS = re.compile(r"(new-)?keys\.parquet|lookup/.+")
OF_ROWS_ASIDE = re.compile(r"([^/]+/)*([^/]+\.parquet|manifest\.json)")
LOCK_OF_OURS = re.compile(r"(fordel [a-z -]+)?")


def find_holdings(paths: Sequence[Path], keys_only: bool = False) -> list[Holding]:
    """Give what is kept under each path: a store, a directory of tables, or what a command left beside one.

    Raises
    ------
    UsageError
        A path is a link or a ledger, or nothing of ours stands there; or ``keys_only`` is asked of no store.
    IntegrityError
        A manifest is missing or not as it was written, so that nobody can say what is ours.
    """
    places = dict.fromkeys(_absolute(path) for path in paths)
    return every([functools.partial(_find, path, keys_only) for path in places])


def _absolute(path: Path) -> Path:
    """Give a path from the root without following the link that it may be itself."""
    return path.resolve() if path.name in {"", ".."} else path.parent.resolve() / path.name


def _find(path: Path, keys_only: bool) -> Holding:
    _refuse_no_directory(path)
    base, only = _base_and_end(path)
    manifest = None if only else _manifest_in(path)
    kind = LEFT_BEHIND if manifest is None else _kind(path, manifest)
    if keys_only and kind != STORE:
        raise UsageError(f"{path.name} is no prepared store, and --keys-only is about one. Nothing was touched.")
    parts, strangers = _own(path, kind, manifest) if manifest and not keys_only else ([], [])
    for end in [only] if only else [end for end in BESIDE if not (keys_only and end == PARTIAL)]:
        more, others = _beside(base, end)
        parts, strangers = [*more, *parts], [*others, *strangers]  # what holds keys goes first, the manifest last
    if not parts and not strangers and not keys_only:
        raise UsageError(f"{path.name} holds nothing that this program keeps. Nothing was touched.")
    is_store = kind == STORE and manifest is not None
    return Holding(
        place=path,
        kind=kind,
        parts=tuple(parts),
        strangers=tuple(strangers),
        work=base.with_name(f"{base.name}.{PARTIAL}"),
        citizens=int(manifest["grid"]["first"][-1]) if is_store and manifest else None,
        seal=str(manifest["seal"]) if manifest else None,
        kept=path if keys_only else None,
    )


def _refuse_no_directory(path: Path) -> None:
    if not path.name:
        raise UsageError(f"{path} is no directory of ours. Nothing was touched.")
    if path.is_symlink():
        raise UsageError(f"{path.name} is a link, and links are not followed. Name the directory itself.")
    left = any(is_directory(beside(path, end)) for end in BESIDE)
    if not is_directory(path) and not left:
        raise UsageError(f"{path} is no directory, and nothing that a command left stands beside it.")


def _base_and_end(path: Path) -> tuple[Path, str]:
    """Give the directory that a path stands beside, and by which end of its name; no end if it stands for itself."""
    for end in BESIDE:
        if path.name.endswith(f".{end}") and path.name != f".{end}" and not _is_kept_whole(path):
            return path.with_name(path.name.removesuffix(f".{end}")), end
    return path, ""


def _is_kept_whole(path: Path) -> bool:
    """Tell a store or a directory of tables, whatever it is called, from what stands beside one."""
    content = _unchecked(path)
    return "tables" in content or "kind" in content


def _unchecked(path: Path) -> Mapping[str, Any]:
    try:
        content = read_json(path / MANIFEST)
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _manifest_in(path: Path) -> Mapping[str, Any] | None:
    """Give the manifest of a directory, None if there is no such directory.

    Raises
    ------
    UsageError
        It is that of a ledger.
    IntegrityError
        It is missing or not what was written.
    """
    if not path.exists():
        return None
    if _unchecked(path).get("kind") == LEDGER:
        raise UsageError(
            f"{path.name} is a ledger of releases: later releases are held against it, and it must outlive what they "
            f"were made from. It is not deleted by this command."
        )
    try:
        manifest = read_sealed(path)
        whole = manifest["seal"] == seal_of({key: value for key, value in manifest.items() if key != "seal"})
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        whole = False
    if not whole:
        raise IntegrityError(
            f"manifest.json of {path.name} is missing or not what was written, so nobody can say which files are ours. "
            f"Nothing was touched: look at what the directory holds, and remove it yourself."
        )
    return manifest


def _kind(path: Path, manifest: Mapping[str, Any]) -> str:
    kind = manifest.get("kind")
    if kind is None and "tables" in manifest and "grid" in manifest:
        return STORE
    if isinstance(kind, str) and kind in WITH_SUMS:
        return kind
    raise UsageError(
        f"{path.name} is neither a prepared store nor a directory of tables, but '{kind}'. Nothing was touched."
    )


def _own(path: Path, kind: str, manifest: Mapping[str, Any]) -> tuple[list[Part], list[Path]]:
    """Give the parts of a store or a directory of tables; its manifest comes last, so that a second try finds it."""
    try:
        if kind != STORE:
            files = set(part_names([{"file": name} for name in manifest["files"]]))
            held = TOLD if kind == REPORT else SUMS
            return looked_at(path, [(held, lambda name: name in files or name == MANIFEST)])
        rows = set(part_names(part for parts in manifest["tables"].values() for part in parts))
        whole = set(part_names([manifest["codebooks"], *manifest["small_tables"].values()]))
    except ValueError as problem:
        wrong = str(problem)
    else:
        kinds: list[tuple[str, Callable[[str], bool]]] = [
            (FACTS_HELD, lambda name: OF_FACTS.fullmatch(name) is not None),
            (ROWS, rows.__contains__),
            (NO_PERSONS, lambda name: name in whole or name == MANIFEST),
        ]
        return looked_at(path, kinds)
    raise IntegrityError(f"manifest.json of {path.name} is none of ours: the name of a file {wrong}.")


def _beside(base: Path, end: str) -> tuple[list[Part], list[Path]]:
    """Give what stands beside a directory of ours under one end of its name; nothing if nothing does."""
    root = beside(base, end)
    if root.is_symlink() or (root.exists() and not is_directory(root)):
        return [], [root]
    if not root.exists():
        return [], []
    if end == KEYS:
        return looked_at(root, [(KEYS_HELD, lambda name: OF_KEYS.fullmatch(name) is not None)])
    if end == QUARANTINE:
        named = {MANIFEST, *_named_in(root)}
        return looked_at(root, [(ROWS_WITH_KEYS, named.__contains__)])
    if end == PARTIAL:
        return looked_at(root, [(WORK, lambda _: True)] if _is_work(root) else [])
    return looked_at(root, [(ROWS_WITH_KEYS, lambda name: OF_ROWS_ASIDE.fullmatch(_shown(name)) is not None)])


def _shown(name: str) -> str:
    """Give a name without what a file is hidden by while it is written."""
    path = PurePosixPath(name)
    return path.with_name(re.sub(rf"^{HIDDEN}", "", path.name)).as_posix()


def _named_in(quarantine: Path) -> Iterator[str]:
    try:
        content = read_sealed(quarantine)
        names = part_names(content["files"]) if content.pop("seal") == seal_of(content) else []
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        names = []
    yield from names


def _is_work(directory: Path) -> bool:
    """Tell a work directory of ours by its lock: an ordinary file, with the name of a command in it or nothing."""
    lock = directory / LOCK
    try:
        return stat.S_ISREG(lock.lstat().st_mode) and LOCK_OF_OURS.fullmatch(lock.read_text("utf-8")) is not None
    except (OSError, ValueError):
        return False
