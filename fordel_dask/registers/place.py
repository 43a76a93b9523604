"""Where an ingest works: beside the store, in private directories; the store appears by a rename."""

import contextlib
import fcntl
import os
import shutil
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fordel_dask.errors import FordelError, SpaceError, UsageError
from fordel_dask.registers.people import forget_lookups
from fordel_dask.registers.work import is_of_delivery, name_of, private_directory, space_error
from fordel_dask.store import MANIFEST

KEY_TABLE = "keys.parquet"


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
                shutil.rmtree(place.work, ignore_errors=True)
                refused = error
            else:
                raise
        else:
            return
        finally:
            forget_lookups()
            shutil.rmtree(place.lookup, ignore_errors=True)
            for directory in (place.keys, place.setting_aside):
                with contextlib.suppress(OSError):
                    directory.rmdir()
        raise _with_rows_set_aside(refused, place)


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
    if place.work.exists() and not (place.work / "lock").is_file():
        raise UsageError(f"{place.work.name} exists and is no work of ours, and an ingest works there. Move it away.")
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
    private_directory(place.work)
    lock = stack.enter_context((place.work / "lock").open("w"))
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        locked = True
    except BlockingIOError:
        locked = False
    if not locked:
        raise UsageError(f"Another ingest is writing {place.store.name}. Wait for it to end.")
    if is_new:  # nothing of an earlier attempt is taken up, so what it set aside belongs to nothing
        shutil.rmtree(place.setting_aside, ignore_errors=True)
    if place.replaced.exists() and not place.store.exists():
        place.replaced.rename(place.store)
    shutil.rmtree(place.replaced, ignore_errors=True)
    forget_lookups()
    shutil.rmtree(place.lookup, ignore_errors=True)
    shutil.rmtree(place.new_quarantine, ignore_errors=True)
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


def publish(place: Place, files: Collection[str]) -> None:
    """Put the new store, its key table and the quarantined rows in their places, and remove what was worked with."""
    _remove_others(place.new_store, files)
    if place.store.exists():
        place.store.rename(place.replaced)
    try:
        place.new_store.rename(place.store)
    except OSError:
        if place.replaced.exists():
            place.replaced.rename(place.store)
        raise
    if (place.lookup / KEY_TABLE).exists():  # an invented nation has no keys that lead anywhere
        (place.lookup / KEY_TABLE).replace(place.keys / KEY_TABLE)
    shutil.rmtree(place.quarantine, ignore_errors=True)
    if place.new_quarantine.exists():
        place.new_quarantine.rename(place.quarantine)
    _sync(place.store.parent)
    for directory in (place.work, place.setting_aside):
        shutil.rmtree(directory, ignore_errors=True)


def _sync(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
