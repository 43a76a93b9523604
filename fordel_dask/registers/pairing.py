"""Which hospital contacts belong to which diagnoses: by the name of the key, the keys that meet, and names of files."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from fordel_dask.extracts.columns import Wanted, delivered_name
from fordel_dask.extracts.declaration import Source
from fordel_dask.registers.first_rows import meeting_keys
from fordel_dask.registers.placing import CONTACTS, DIAGNOSES, KEY, Placed

Score = tuple[bool, float, float]


@dataclass(frozen=True)
class Group:
    """Files that look like parts of one table: alike in folder, name without digits, and key."""

    name: str
    key: str
    is_plain: bool
    files: tuple[Placed, ...]

    @property
    def source(self) -> Source:
        """The register of the files."""
        first = self.files[0]
        return Source(first.register, (), columns=first.guessed)


@dataclass(frozen=True)
class Pairing:
    """Pairs of files, in order; files without a partner, and what is not sure about the pairs."""

    pairs: tuple[tuple[tuple[Placed, ...], tuple[Placed, ...]], ...]
    left: tuple[tuple[Placed, str], ...]
    doubts: tuple[str, ...]


def pair_up(root: Path, files: Sequence[Placed]) -> Pairing:
    """Pair contacts with diagnoses, LPR2 before LPR3."""
    pairs: list[tuple[tuple[Placed, ...], tuple[Placed, ...]]] = []
    left: list[tuple[Placed, str]] = []
    doubts: list[str] = []
    for key in reversed(KEY):
        contacts, diagnoses = (
            [g for g in _groups(root, files, register) if g.key == key] for register in (CONTACTS, DIAGNOSES)
        )
        if contacts and diagnoses:
            paired = _paired(contacts, diagnoses, doubts)
            pairs += paired
            if len(paired) > 1 and key == KEY[0]:
                doubts.append(f"{len(paired)} pairs are joined by {key}; if they hold the same contacts, keep one.")
        else:
            side = "diagnoses" if contacts else "contacts"
            left += [
                (file, f"no {side} with the key {key} were found") for g in contacts + diagnoses for file in g.files
            ]
    return Pairing(tuple(pairs), tuple(left), tuple(doubts))


def _groups(root: Path, files: Sequence[Placed], register: str) -> list[Group]:
    found: dict[tuple[str, str, bool], list[Placed]] = {}
    for file in files:
        if file.register == register:
            source = Source(register, (), columns=file.guessed)
            names = {key: delivered_name(source, file.extract, Wanted(key)) for key in KEY}
            key = next(key for key in KEY if names[key])
            is_plain = (names[key] or "").strip().upper() == key
            found.setdefault((_name(file.extract.path.relative_to(root)), key, is_plain), []).append(file)
    return [Group(*facts, tuple(parts)) for facts, parts in sorted(found.items())]


def _name(path: Path) -> str:
    return re.sub(r"\d+", "", path.as_posix().lower().removesuffix(".gz").rpartition(".")[0]).strip("-_ ")


def _paired(
    contacts: Sequence[Group], diagnoses: Sequence[Group], doubts: list[str]
) -> list[tuple[tuple[Placed, ...], tuple[Placed, ...]]]:
    """Give every group of diagnoses the contacts it is likest to, and contacts left over the likest diagnoses."""
    chosen = {n: _best(group, contacts, doubts) for n, group in enumerate(diagnoses)}
    for m in sorted(set(range(len(contacts))) - set(chosen.values())):
        nearest = _best(contacts[m], diagnoses, doubts)
        doubts.append(f"{contacts[m].name} and {contacts[chosen[nearest]].name} are taken as parts of one table.")
        chosen |= {n: chosen[nearest] for n in chosen if chosen[n] == m}
        contacts = [
            _joined(group, contacts[m]) if place == chosen[nearest] else group for place, group in enumerate(contacts)
        ]
    return [
        (contacts[m].files, tuple(file for n, g in enumerate(diagnoses) if chosen[n] == m for file in g.files))
        for m in sorted(set(chosen.values()))
    ]


def _joined(group: Group, other: Group) -> Group:
    return Group(group.name, group.key, group.is_plain, group.files + other.files)


def _best(group: Group, others: Sequence[Group], doubts: list[str]) -> int:
    if len(others) == 1:
        return 0
    scores = [_score(group, other) for other in others]
    order = sorted(range(len(others)), key=lambda n: scores[n], reverse=True)
    if scores[order[0]][:2] == scores[order[1]][:2]:
        doubts.append(f"{group.name} is paired with {others[order[0]].name} by their names only.")
    return order[0]


def _score(group: Group, other: Group) -> Score:
    """Give how well two groups go together: the kind of their key's name, keys that meet, names of files."""
    mine, theirs = ((g.source, [file.extract for file in g.files]) for g in (group, other))
    meeting = round(meeting_keys(mine, theirs, group.key), 1)
    return group.is_plain == other.is_plain, meeting, SequenceMatcher(None, group.name, other.name).ratio()
