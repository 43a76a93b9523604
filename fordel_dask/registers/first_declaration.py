"""A first ``registers.toml`` for a directory of extracts, from the columns and first rows of its files."""

import glob
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fordel_dask.errors import FordelError
from fordel_dask.extracts.aliases import COVARIATES
from fordel_dask.extracts.arrays import day_as_text
from fordel_dask.extracts.declaration import DEFAULT_LIFE_EXPECTANCY, DEFAULT_YEAR, NEEDED, Source
from fordel_dask.extracts.files import Extract, describe
from fordel_dask.extracts.named_files import SUFFIXES, Confines
from fordel_dask.extracts.toml import FILE_NAME
from fordel_dask.registers import hospital
from fordel_dask.registers.dream import WEEK_NAME
from fordel_dask.registers.first_covariates import blocks_of, may_be_covariates
from fordel_dask.registers.first_rows import (
    century,
    codes_with_d,
    families_met,
    first_batch,
    snapshot_day,
    unit_of_fees,
    years_of_weeks,
)
from fordel_dask.registers.pairing import pair_up
from fordel_dask.registers.placing import CONTACTS, DIAGNOSES, INSURED, LIST, Placed, place
from fordel_dask.registers.rules import status_day

ORDER = (
    *NEEDED,
    "diagnoses",
    "municipalities",
    "projection",
    "areas",
    "prescriptions",
    "capacity_register",
    "decisions",
)
HEAD = f"""\
# {FILE_NAME}: a first draft, from the columns and the first rows of the files that were found here.
# Read it through. What could not be told is said at the end.
"""
STAND_INS = (
    (LIST, "list", "lists of patients of one day"),
    (INSURED, "groups", "insurance groups of one day (SSSI)"),
)
"""What may stand for spells, the better first: the files, the kind of enrolment, and what it is called."""

CLEAR_SHARE = 0.8
"""From this share on, most rows are taken for all."""


@dataclass(frozen=True)
class FirstDeclaration:
    """A draft of ``registers.toml``.

    ``placed`` are the files of each register, ``unplaced`` (file, why) those of none, ``doubts`` what a
    person must look at.
    """

    text: str
    placed: Mapping[str, list[str]]
    unplaced: list[tuple[str, str]]
    doubts: list[str]


@dataclass
class _Draft:
    """The draft while it is made."""

    root: Path
    files: list[Path]
    placed: dict[str, list[str]] = field(default_factory=dict)
    unplaced: list[tuple[str, str]] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    sections: list[str] = field(default_factory=list)

    def name(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()

    def leave(self, path: Path, why: str) -> None:
        self.unplaced.append((self.name(path), why))

    def add(self, head: str, lines: Sequence[str]) -> None:
        self.sections.append("\n".join([head, *lines]))


def first_declaration(directory: Path) -> FirstDeclaration:
    """Give a first ``registers.toml`` for the files below a directory; nothing is written.

    Files are told by their columns; year, unit of fees and form of diagnosis codes by their first
    rows. No value of a person is in the result.
    """
    draft = _Draft(directory, _data_files(directory))
    files = list(_placed(draft))
    registers = {name: [file for file in files if file.register == name] for name in ORDER}
    year = _year(draft, registers["services"], registers["dream"])
    registers["population"] = _of_one_day(draft, registers["population"], year)
    registers["enrolment"], kind = _enrolment(draft, files, registers["enrolment"])
    for name in ORDER:
        _add_register(draft, name, registers[name], kind if name == "enrolment" else [])
    _add_pairs(draft, [file for file in files if file.register in (CONTACTS, DIAGNOSES)])
    _add_blocks(draft, [file for file in files if file.register == COVARIATES])
    if not any(name.startswith("lpr") or name == "diagnoses" for name in draft.placed):
        draft.doubts.append("No diagnoses were found; [[lpr]] pairs or [diagnoses] are needed.")
    return FirstDeclaration(_text(draft, year), draft.placed, draft.unplaced, draft.doubts)


def _data_files(directory: Path) -> list[Path]:
    found = (path for path in directory.rglob("*") if path.name.lower().endswith(SUFFIXES) and path.is_file())
    hidden = (".", "_")  # what tools keep beside their files
    return sorted(p for p in found if not any(part.startswith(hidden) for part in p.relative_to(directory).parts))


def _placed(draft: _Draft) -> Iterator[Placed]:
    for path in draft.files:
        if not Confines(draft.root).hold(path):
            draft.leave(path, "a link that leads out of this folder; [nation] roots may name where to")
            continue
        try:
            extract = describe(Source("file", (path,)))[0]
            found = place(extract)
            if isinstance(found, str) and may_be_covariates(extract, draft.root):
                found = Placed(extract, COVARIATES)
            if isinstance(found, Placed):
                first_batch(extract)
        except FordelError as error:
            draft.leave(path, str(error).removeprefix("file: "))
            continue
        if isinstance(found, str):
            draft.leave(path, found)
        else:
            yield found


def _source(register: str, files: Sequence[Placed]) -> Source:
    return Source(register, (), columns=tuple(sorted({pair for file in files for pair in file.guessed})))


def _extracts(files: Sequence[Placed]) -> list[Extract]:
    return [file.extract for file in files]


def _year(draft: _Draft, services: Sequence[Placed], dream: Sequence[Placed]) -> int:
    """Give the planning year: the year after the one that most services were settled in."""
    years = years_of_weeks(_source("services", services), _extracts(services))
    weeks = [WEEK_NAME.fullmatch(name.strip()) for file in dream for name in file.extract.names]
    of_dream = {century(int(match[1])) for match in weeks if match}
    if not years and not of_dream:
        draft.doubts.append(f"No week tells the fee year; year is {DEFAULT_YEAR} because no other is known.")
        return DEFAULT_YEAR
    fee_year = max(years, key=lambda year: (years[year], year)) if years else max(of_dream)
    if years and years[fee_year] < CLEAR_SHARE * years.total():
        told = ", ".join(f"{year}: {rows:,}" for year, rows in sorted(years.items()))
        draft.doubts.append(f"Services were settled in several years (rows looked at: {told}); {fee_year} is taken.")
    if of_dream and fee_year not in of_dream:
        draft.doubts.append(f"DREAM has no week of the fee year {fee_year}.")
    return fee_year + 1


def _of_one_day(draft: _Draft, files: Sequence[Placed], year: int) -> list[Placed]:
    """Keep the last snapshot of the population up to the status date, where files are of several days."""
    days = {file: snapshot_day(file.extract) for file in files}
    known = sorted({day for day in days.values() if day is not None})
    if len(known) < 2:
        return list(files)
    kept = max((day for day in known if day <= status_day(year)), default=known[0])
    for file, day in days.items():
        if day != kept:
            said = day_as_text(day) if day is not None else "another day"
            draft.leave(file.extract.path, f"population of {said}; that of {day_as_text(kept)} is taken")
    return [file for file in files if days[file] == kept]


def _add_register(draft: _Draft, name: str, files: Sequence[Placed], more: Sequence[str]) -> None:
    if not files:
        if name in NEEDED:
            draft.doubts.append(f"No file looks like {name}, which is needed.")
            draft.add(f"# [{name}]  # needed, and not found", ['# path = ""'])
        return
    draft.placed[name] = [draft.name(file.extract.path) for file in files]
    lines = [f"path = {_paths(draft, files)}", *more, *_columns(draft, name, files)]
    lines += _families(draft, name, files)
    if name == "services":
        lines.append(_unit(draft, files))
    if name == "diagnoses":
        lines.append(_codes(draft, name, files, "CODE"))
    _doubt_places(draft, name, files)
    draft.add(f"[{name}]", lines)


def _add_pairs(draft: _Draft, files: Sequence[Placed]) -> None:
    pairing = pair_up(draft.root, files)
    for number, (contacts, diagnoses) in enumerate(pairing.pairs, 1):
        name = f"lpr {number}"
        for side, of_side in (("contacts", contacts), ("diagnoses", diagnoses)):
            draft.placed[f"{name} {side}"] = [draft.name(file.extract.path) for file in of_side]
        lines = [f"contacts = {_paths(draft, contacts)}", f"diagnoses = {_paths(draft, diagnoses)}"]
        lines += _columns(draft, name, [*contacts, *diagnoses]) + _families(draft, f"{name} diagnoses", diagnoses)
        draft.add("[[lpr]]", [*lines, _codes(draft, name, diagnoses, hospital.CODE.name)])
    for file, why in pairing.left:
        draft.leave(file.extract.path, why)
    draft.doubts += pairing.doubts


def _add_blocks(draft: _Draft, files: Sequence[Placed]) -> None:
    for number, (by, of_block) in enumerate(blocks_of(files), 1):
        draft.placed[f"{COVARIATES} {number}"] = [draft.name(file.extract.path) for file in of_block]
        head = f"[[{COVARIATES}]]  # every column but the key; names = [...] chooses some"
        draft.add(head, [f"path = {_paths(draft, of_block)}", f'by = "{by}"'])


def _enrolment(draft: _Draft, files: Sequence[Placed], spells: Sequence[Placed]) -> tuple[list[Placed], list[str]]:
    """Give what stands for enrolment, the best there is, and the lines that say so."""
    chosen: list[Placed] = list(spells)
    lines: list[str] = []
    for register, kind, what in STAND_INS:
        found = [file for file in files if file.register == register]
        if chosen:
            for file in found:
                draft.leave(file.extract.path, f"{what}; something better is taken for [enrolment]")
        elif found:
            chosen, lines = found, [f'kind = "{kind}"  # {what}']
            draft.doubts.append(f"enrolment: no spells were found; {what} stand for them, which is less exact.")
    return chosen, lines


def _columns(draft: _Draft, name: str, files: Sequence[Placed]) -> list[str]:
    guessed = sorted({pair for file in files for pair in file.guessed})
    canonical = dict(guessed)
    if len(canonical) < len(guessed) or any(
        dict(file.guessed) != canonical for file in files if not name.startswith("lpr")
    ):
        draft.doubts.append(f"{name}: its files name one column differently; look at columns.")
    draft.doubts += [f"{name}: {given} is taken for {column} by its name alone." for column, given in guessed]
    unclear = sorted({pair for file in files for pair in file.unclear})
    draft.doubts += [f"{name}: {' and '.join(given)} may each be {column}; say which." for column, given in unclear]
    lines = [f"# columns = {{ {column} = {_quoted(given[0])} }}  # or another" for column, given in unclear]
    if canonical:
        lines.append(f"columns = {{ {', '.join(f'{c} = {_quoted(given)}' for c, given in canonical.items())} }}")
    return lines


def _families(draft: _Draft, name: str, files: Sequence[Placed]) -> list[str]:
    lines = []
    for family, columns in families_met(_source(name, files), _extracts(files)).items():
        spoken = " and ".join(columns)
        draft.doubts.append(f'{name}: {spoken} hold values that only family = "{family}" gives a meaning; is it right?')
        lines.append(f'# family = "{family}"  # gives values of {spoken} another meaning')
    return lines


def _unit(draft: _Draft, files: Sequence[Placed]) -> str:
    unit, rows = unit_of_fees(_source("services", files), _extracts(files))
    if unit is None:
        draft.doubts.append("services: no consultation 0101 tells the unit of BRUHON; kroner is taken.")
        return 'bruhon = "kroner"  # or "oere"'
    return f'bruhon = "{unit}"  # the median of {rows:,} consultations 0101 is nearest to their price in this unit'


def _codes(draft: _Draft, name: str, files: Sequence[Placed], column: str) -> str:
    register = name if name == "diagnoses" else DIAGNOSES
    share = codes_with_d(_source(register, files), _extracts(files), column)
    if share is None or 1 - CLEAR_SHARE < share < CLEAR_SHARE:
        draft.doubts.append(f"{name}: it is not clear whether diagnosis codes begin with D; look at codes.")
    return 'codes = "icd10"  # without D' if share is not None and share < 1 / 2 else 'codes = "sks"  # with D'


def _doubt_places(draft: _Draft, name: str, files: Sequence[Placed]) -> None:
    places = {(file.extract.path.parent, file.extract.path.suffix) for file in files}
    if len(places) > 1:
        draft.doubts.append(f"{name}: its files are of {len(places)} folders or formats; are all of them one delivery?")


def _paths(draft: _Draft, files: Sequence[Placed]) -> str:
    """Give the shortest patterns that match these files and no other data file."""
    wanted = {file.extract.path for file in files}
    found: dict[str, set[Path]] = {}
    for path in sorted(wanted):
        if not any(path in matched for matched in found.values()):
            choices = ((pattern, _matched(draft, pattern)) for pattern in _patterns(draft, path))
            fitting = (choice for choice in choices if choice[1] <= wanted and _is_pattern_worthwhile(*choice))
            pattern, matched = next(fitting, (glob.escape(draft.name(path)), {path}))
            found[pattern] = matched
    texts = [_quoted(pattern) for pattern in found]
    return texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"


def _matched(draft: _Draft, pattern: str) -> set[Path]:
    return set(draft.root.glob(pattern)) & set(draft.files)


def _is_pattern_worthwhile(pattern: str, matched: set[Path]) -> bool:
    """Tell whether a pattern stands for several files, or for a whole folder."""
    return len(matched) > 1 or pattern.partition("/")[2].startswith("*")


def _patterns(draft: _Draft, path: Path) -> Iterator[str]:
    folders, name = path.relative_to(draft.root).parts[:-1], path.name
    stem, dot, ending = name.partition(".")
    if folders:
        yield f"{glob.escape(folders[0])}/{'**/' * (len(folders) > 1)}*{dot}{ending}"
        yield f"{'/'.join(map(glob.escape, folders))}/*{dot}{ending}"
    for pattern in (r"\d+(?=\D*$)", r"\d+"):  # the last number of a name, or all of them
        parts = [glob.escape(part) for part in re.split(pattern, stem)]
        if len(parts) > 1:
            yield "/".join([*map(glob.escape, folders), f"{'*'.join(parts)}{dot}{ending}"])


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _text(draft: _Draft, year: int) -> str:
    nation = f"[nation]\nyear = {year}\n# life_expectancy = {DEFAULT_LIFE_EXPECTANCY}"
    remarks = [f"# Look at: {doubt}" for doubt in draft.doubts]
    remarks += [f"# Not placed: {name}: {why}" for name, why in draft.unplaced]
    ends = ["\n".join(" ".join(remark.split()) for remark in remarks)] if remarks else []
    return "\n\n".join([HEAD + nation, *draft.sections, *ends]) + "\n"
