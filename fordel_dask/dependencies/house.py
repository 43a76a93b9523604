"""Packages as they lie in a folder of wheels: each by what its own metadata says, with the hash of its file."""

import email
import hashlib
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from fordel_dask.dependencies.installed import EXTRAS, PROGRAM, Package, asked_for, named
from fordel_dask.errors import IntegrityError


def packages_in(house: Path, extras: Sequence[str] = EXTRAS) -> tuple[Package, ...]:
    """Give the packages of a folder of wheels, by name; one of which there are several wheels has them all.

    Raises
    ------
    IntegrityError
        A file is no wheel that can be read, or there are two versions of a package.
    """
    found: dict[str, Package] = {}
    for wheel in sorted(house.glob("*.whl")):
        one = _package(wheel, extras)
        before = found.get(one.name, one)
        if before.version != one.version:
            raise IntegrityError(
                f"{house} holds {one.name} {before.version} and {one.version}. Expected one version of each package: "
                f"empty the folder and fill it again."
            )
        files = one.files if before is one else (*before.files, *one.files)
        found[one.name] = replace(one, needs=tuple(sorted({*before.needs, *one.needs})), files=files)
    found.pop(PROGRAM, None)
    return tuple(found[name] for name in sorted(found))


def _package(wheel: Path, extras: Sequence[str]) -> Package:
    content = wheel.read_bytes()
    try:
        with zipfile.ZipFile(wheel) as archive:
            (name,) = (one for one in archive.namelist() if one.endswith(".dist-info/METADATA") and one.count("/") == 1)
            told = email.message_from_bytes(archive.read(name))
    except (OSError, ValueError, zipfile.BadZipFile):
        told = None
    if told is None:
        raise IntegrityError(f"{wheel.name} is no wheel that can be read. Take it away and fill the folder again.")
    package = named(told["Name"])
    needs = asked_for(told.get_all("Requires-Dist") or (), extras if package == PROGRAM else ())
    licence = " ".join(told.get_all("License-Expression") or ())
    files = ((wheel.name, hashlib.sha256(content).hexdigest()),)
    return Package(package, told["Version"], licence, tuple(sorted({one for one, _ in needs})), files)
