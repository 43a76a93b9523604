"""What a directory was made from, link by link: manifests name the seals of their sources, and those of theirs.

A seal is a hash of its own content, so who can write a directory can also seal it anew. Not so the manifests of all
that was made from it: they name the old seal, and whoever follows the chain sees that it is another directory.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fordel_dask.bundle import BUNDLE
from fordel_dask.errors import FordelError, VerificationError
from fordel_dask.gathering import Faults
from fordel_dask.releasing.folder import DECISIONS, PROPOSAL, RELEASE, STATUS
from fordel_dask.releasing.ledger import KIND as LEDGER
from fordel_dask.releasing.ledger import read_ledger
from fordel_dask.releasing.verifying import verify_if_released
from fordel_dask.store import MANIFEST, read_sealed_file, sha256_of_file
from fordel_dask.verification import verify_path

REGISTERS = "registers.toml"
MOST_NAMED = 5
SHOWN = 12
"""Digits of a seal that are told: enough to tell two apart."""
STORE, EXTRACTS = "prepared store", "extracts"
VOUCHED = {(STORE, EXTRACTS), (RELEASE, LEDGER), (RELEASE, PROPOSAL)}
"""Kinds of directories that name single files, and of sources that hold all of them."""
WRITTEN_LATER = DECISIONS
"""The file of a release that the check adds to those of the proposal; the ledger knows it too."""


@dataclass(frozen=True)
class Link:
    """One source that a directory names: what it is there, its hash, and which given paths are or hold it, if any."""

    of: Path
    what: str
    hash: str
    found: tuple[Path, ...]


@dataclass(frozen=True)
class Source:
    """A path that a directory is said to be made from: its hashes, what it is, and what it names itself.

    ``hashes`` are its seal or SHA-256, and those of files in it that may be named by themselves.
    """

    path: Path
    hash: str
    hashes: frozenset[str]
    kind: str
    names: Mapping[str, str] = field(default_factory=dict)


def verify_chain(path: Path, sources: Sequence[Path]) -> dict[str, Any]:
    """Verify a directory and everything given that it was made from, and hold each against who names it.

    Raises
    ------
    VerificationError
        Files are not as written, or a source is none that the directory, or another source, was made from.
    IntegrityError
        A directory is none of ours, or its manifest was changed.
    """
    faults = Faults()
    verified = faults.note(lambda: verify_any(path), None)
    read = [faults.note(lambda one=one: _source(one), None) for one in sources]  # type: ignore[misc]
    faults.refuse()
    own = _source(path)
    links = list(_followed(own, [one for one in read if one]))
    _refuse_strangers(own, [one for one in read if one], links)
    return {**(verified or {}), "seal": own.hash, "chain": links}


def _source(path: Path) -> Source:
    """Read and verify what stands at a path: a directory of ours, a delivery, other files, or one file."""
    if path.is_file():
        sha256 = sha256_of_file(path)
        return Source(path, sha256, frozenset({sha256}), "file")
    if (path / STATUS).exists() or (path / MANIFEST).exists():
        kind = str(verify_any(path)["kind"])
        if kind == LEDGER:
            return _ledger(path)
        manifest = read_sealed_file(path / (STATUS if kind == RELEASE else MANIFEST))
        inside = (
            one["sha256"] for name, one in manifest.get("files", {}).items() if kind == PROPOSAL or name == BUNDLE
        )
        return Source(path, manifest["seal"], frozenset({manifest["seal"], *inside}), kind, named_sources(manifest))
    files = sorted(one for one in path.rglob("*") if one.is_file() and not one.is_symlink())
    if not files:
        raise VerificationError(f"{path} is no source of anything: expected a directory of ours, extracts or a file.")
    kind = EXTRACTS if (path / REGISTERS).exists() else "files"
    return Source(path, "", frozenset(map(sha256_of_file, files)), kind)


def verify_any(path: Path) -> dict[str, Any]:
    """Verify a directory of whatever kind that a command writes; gives its kind and number of files."""
    return verify_if_released(path) or verify_path(path)


def _ledger(path: Path) -> Source:
    """Read a ledger: it vouches for what has left, and names the RUNs of each release."""
    ledger = read_ledger(path)
    contents = [entry.content for entry in ledger.entries]
    left = (sha256 for content in contents for sha256 in content["files"].values())
    names = {
        f"RUN {place} of release {content['number']}": seal
        for content in contents
        for place, seal in enumerate(content["made_from"], 1)
    }
    return Source(path, ledger.head, frozenset({ledger.head, *left}), LEDGER, names)


def named_sources(manifest: Mapping[str, Any]) -> dict[str, str]:
    """Give what a manifest says its directory was made from: seals of directories, SHA-256 of files, by what they are.

    A source of several files has their hashes with blanks between.
    """
    if "citizens_sha256" in manifest:
        return {
            f"{register} {one['file']}": one["sha256"]
            for register, files in manifest["inputs"].items()
            for one in files
        }
    if manifest.get("kind") == RELEASE:  # its files are those of the proposal, and stand in the ledger
        return {name: one["sha256"] for name, one in manifest["files"].items()}
    if manifest.get("kind") == PROPOSAL:
        return {f"RUN {place}": seal for place, seal in enumerate(manifest["made_from"], 1)}
    store = {"store": manifest["store"]["identity"]} if "store" in manifest else {}
    return {**store, **{what: sealed for what, sealed in manifest.get("inputs", {}).items() if sealed}}


def _followed(own: Source, sources: Sequence[Source]) -> Iterator[Link]:
    """Give every link from a directory to its sources, then from those of them that were given to theirs."""
    waiting, seen = [own], {own.path}
    while waiting:
        one = waiting.pop(0)
        for what, told in one.names.items():
            found = [source for source in sources if _is_named(source, told)]
            yield Link(one.path, what, told, tuple(source.path for source in found))
            for source in found:
                if source.path not in seen:
                    seen.add(source.path)
                    waiting.append(source)


def _is_named(source: Source, told: str) -> bool:
    return source.hashes >= {*told.split()}


def _refuse_strangers(own: Source, sources: Sequence[Source], links: Sequence[Link]) -> None:
    """Refuse given sources that nobody names, and files that are named but not in the source that must have them."""
    faults = Faults()
    kinds = {one.path: one.kind for one in (own, *sources)}
    missing = [link for link in links if not link.found]
    for source in sources:
        if not any(_is_named(source, link.hash) for link in links):
            faults.add(_stranger(own, source, missing))
        vouched = [link for link in links if (kinds[link.of], source.kind) in VOUCHED]
        lost = [link for link in vouched if not _is_named(source, link.hash) and not _may_be_elsewhere(source, link)]
        if lost:
            faults.add(_changed_files(source, lost))
    faults.refuse()


def _may_be_elsewhere(source: Source, link: Link) -> bool:
    """Tell whether a file need not be in this source: extracts lie in several places, a check adds its decisions."""
    return bool(link.found) if source.kind == EXTRACTS else source.kind == PROPOSAL and link.what == WRITTEN_LATER


def _stranger(own: Source, source: Source, missing: Sequence[Link]) -> FordelError:
    named = ", ".join(f"{link.what} {link.hash[:SHOWN]}" for link in missing[:MOST_NAMED]) or "no other source"
    seal = f" has {source.hash[:SHOWN]} and" if source.hash else ""
    return VerificationError(
        f"{source.path} ({source.kind}){seal} is nothing that {own.path} was made from: expected {named}. It was "
        f"changed and sealed anew, made again, or is another one: take back the one that was used, or make {own.path} "
        f"again."
    )


def _changed_files(source: Source, lost: Sequence[Link]) -> FordelError:
    named = ", ".join(link.what for link in lost[:MOST_NAMED])
    more = f" and {len(lost) - MOST_NAMED} more" if len(lost) > MOST_NAMED else ""
    return VerificationError(
        f"{len(lost)} files that {lost[0].of} names are not in {source.path} ({source.kind}), or are others there: "
        f"{named}{more}. Take back what was used, or make {lost[0].of} anew from what is there now."
    )
