"""Where an ingest works: beside the store, in private directories; the store appears whole or not at all."""

import contextlib
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fordel_dask.errors import FordelError, SpaceError, UsageError
from fordel_dask.graph.program import program_hash
from fordel_dask.registers.hidden import read_secret
from fordel_dask.registers.people import forget_lookups
from fordel_dask.registers.work import finished, is_of_delivery, name_of, space_error, write_json
from fordel_dask.store import MANIFEST
from fordel_dask.store.publishing import (
    open_work,
    private_directory,
    put_in_place,
    remove,
    remove_work,
    restore,
    sync,
    sync_tree,
    take_away,
)

KEY_TABLE = "keys.parquet"
FINGERPRINT = "citizens_sha256"
"""What ties key table and quarantined rows to their store: the hash of the ordered keys."""


@dataclass(frozen=True)
class Place:
    """The directories of an ingest.

    ``work`` holds finished work for a restart and never a person key; ``keys`` alone does.
    """

    store: Path

    @property
    def work(self) -> Path:
        """The work directory, removed at the end."""
        return self.store.with_name(f"{self.store.name}.partial")

    @property
    def keys(self) -> Path:
        """The directory of the key table, which outlives the ingest."""
        return self.store.with_name(f"{self.store.name}.keys")

    @property
    def lookup(self) -> Path:
        """The directory of the table from key to citizen, removed at the end."""
        return self.keys / "lookup"

    @property
    def new_store(self) -> Path:
        """The store while it is being written."""
        return self.work / "store"

    @property
    def quarantine(self) -> Path:
        """The directory of quarantined rows, one file a register; they hold person keys."""
        return self.store.with_name(f"{self.store.name}.quarantine")

    @property
    def setting_aside(self) -> Path:
        """The directory of quarantined rows while an ingest runs, and after one that was refused."""
        return self.store.with_name(f"{self.store.name}.quarantine.partial")

    @property
    def new_quarantine(self) -> Path:
        """Quarantined rows by register, until the new store stands in its place."""
        return self.setting_aside / "gathered"

    def aside(self, register: str, side: Path) -> Path:
        """Give the file that takes the quarantined rows of a piece of work."""
        return self.setting_aside / register.replace(" ", "_") / f"{side.stem}.parquet"

    def side(self, *facts: Any) -> Path:
        """Give the file that says that a piece of work is finished, named by what it depends on."""
        return self.work / f"{name_of(*facts)}.json"

    @property
    def replaced(self) -> Path:
        """An earlier store, until the new one stands in its place."""
        return self.work / "replaced"

    @property
    def new_keys(self) -> Path:
        """The key table of the new store, until that stands in its place."""
        return self.keys / f"new-{KEY_TABLE}"

    @property
    def publication(self) -> Path:
        """The file that says which store is being put in its place, until its keys and quarantined rows are too."""
        return self.work / "publication"


@contextlib.contextmanager
def workplace(store: Path) -> Iterator[Place]:
    """Open the directories of an ingest; only one ingest writes a store at a time.

    After a failure the store of before still stands. Work is kept for a restart, unless
    the delivery itself was at fault.

    Raises
    ------
    UsageError
        Something that is no store stands there, or another ingest is at work.
    SpaceError
        The directories cannot be made or written.
    """
    place = Place(store.absolute())
    _refuse_others_places(place)
    with _written(), contextlib.ExitStack() as stack:
        _open(place, stack)
        try:
            yield place
        except FordelError as error:
            if is_of_delivery(error):
                remove_work(place.work)
                refused = error
            else:
                raise
        else:
            return
        finally:
            forget_lookups()
            take_away(place.lookup)
            if not place.publication.exists():
                remove(place.new_keys)
            for directory in (place.keys, place.setting_aside):
                with contextlib.suppress(OSError):
                    directory.rmdir()
        raise _with_rows_set_aside(refused, place)


def require_secret(secret: Path, place: Place) -> None:
    """Refuse a file that keeps no secret, or lies among the keys and rows that it hides: who copies them has both.

    Raises
    ------
    UsageError
        It cannot be read, others may read it, it is too short, or it lies, or a link to it leads, there.
    """
    read_secret(secret)
    own = secret.resolve()
    for directory in (place.store, place.work, place.keys, place.quarantine, place.setting_aside):
        if directory.resolve() in own.parents:
            raise UsageError(
                f"The key secret lies in {directory.name}, among what it hides. Keep it apart: in a directory that "
                f"is copied, backed up and shared by other people than those who have the store and its keys."
            )


def _with_rows_set_aside(error: FordelError, place: Place) -> FordelError:
    """Give an error that also says where the rows are that were quarantined before the refusal."""
    if not place.setting_aside.exists():
        return error
    told = type(error)(
        f"{error}\nRows that were quarantined until then are in {place.setting_aside.name}, a directory a register."
    )
    told.gathered = error.gathered
    return told


def _refuse_others_places(place: Place) -> None:
    """Refuse a place that holds anything but an earlier store, or the work of an interrupted ingest."""
    if place.store.is_symlink() or (place.store.exists() and not _is_replaceable(place.store)):
        raise UsageError(
            f"{place.store.name} exists and is no prepared store. Nothing was touched; choose another name."
        )
    for directory in (place.quarantine, place.setting_aside):
        if directory.is_symlink() or any(p.is_file() and not _is_of_quarantine(p) for p in directory.rglob("*")):
            raise UsageError(
                f"{directory.name} exists and holds more than quarantined rows, and an ingest puts them there. "
                f"Move it away."
            )


def _is_of_quarantine(path: Path) -> bool:
    return path.suffix == ".parquet" or path.name == MANIFEST


def _is_replaceable(store: Path) -> bool:
    """Tell whether a path is an empty directory or an earlier store."""
    try:
        return store.is_dir() and (not any(store.iterdir()) or (store / "codebooks.json").is_file())
    except OSError:
        return False


def _open(place: Place, stack: contextlib.ExitStack) -> None:
    is_new = not place.work.exists()
    busy = f"Another ingest is writing {place.store.name}. Wait for it to end."
    stack.enter_context(open_work(place.work, "fordel ingest", busy))
    if is_new:  # nothing of an earlier attempt is taken up, so what it set aside belongs to nothing
        remove(place.setting_aside)
    restore(place.store, place.replaced)
    _finish_publication(place)
    forget_lookups()
    program_hash()  # of the program as it was when the ingest began
    for leftover in (
        place.lookup,
        place.new_quarantine,
        place.new_keys,
        *place.work.glob(".*"),
        *place.keys.glob(".*"),
    ):
        remove(leftover)
    for directory in (place.new_store, place.keys, place.lookup, place.setting_aside):
        private_directory(directory)


@contextlib.contextmanager
def _written() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        failure: SpaceError = space_error(error.errno)
    else:
        return
    raise failure


def _remove_others(store: Path, files: Collection[str]) -> None:
    """Remove what is no file of the store: begun by a killed task, or left by an attempt with other choices."""
    for path in [path for path in store.rglob("*") if path.is_file()]:
        if path.relative_to(store).as_posix() not in files:
            path.unlink(missing_ok=True)
    for directory in [path for path in store.iterdir() if path.is_dir() and not any(path.iterdir())]:
        directory.rmdir()


def publish(place: Place, manifest: Mapping[str, Any], files: Collection[str]) -> None:
    """Put the new store, its key table and the quarantined rows in their places, and remove what was worked with.

    The store comes first. A note of which one it is stands until the other two have followed, so
    that the next ingest lets them follow if this one is killed between.
    """
    _remove_others(place.new_store, files)
    if (place.lookup / KEY_TABLE).exists():  # an invented nation has no keys that lead anywhere
        (place.lookup / KEY_TABLE).replace(place.new_keys)
    for directory in (place.keys, place.setting_aside):
        sync_tree(directory)
    aside = {"quarantined": place.new_quarantine.exists(), "quarantine": _seal_in(place.new_quarantine)}
    sync(write_json(place.publication, {"seal": manifest["seal"], **aside}))
    sync(place.work)
    put_in_place(place.new_store, place.store, place.replaced)
    _finish_publication(place)
    remove(place.setting_aside)
    remove_work(place.work)


def _finish_publication(place: Place) -> None:
    """Let key table and quarantined rows follow the store that was put in its place, if it was."""
    noted = finished(place.publication)
    if noted and noted["seal"] == _seal_in(place.store):
        if place.new_keys.exists():
            place.new_keys.replace(place.keys / KEY_TABLE)
        restore(place.quarantine, place.setting_aside / "replaced")
        follows = noted["quarantine"] is not None and _seal_in(place.quarantine) == noted["quarantine"]
        if not noted["quarantined"]:
            remove(place.quarantine)
        elif place.new_quarantine.exists() and not follows:  # killed between the two, it has followed already
            put_in_place(place.new_quarantine, place.quarantine, place.setting_aside / "replaced")
        for directory in (place.keys, place.store.parent):
            sync(directory)
    place.publication.unlink(missing_ok=True)


def _seal_in(directory: Path) -> Any:
    """Give the seal of the manifest in a directory; None if there is none."""
    try:
        return json.loads((directory / MANIFEST).read_bytes())["seal"]
    except (OSError, ValueError, KeyError):
        return None
