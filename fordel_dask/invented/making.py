"""An invented nation becomes a prepared store: the steps, in order."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from itertools import accumulate
from pathlib import Path
from typing import Any

from fordel_dask.documents import read_json
from fordel_dask.errors import UsageError
from fordel_dask.graph.executor import Executor
from fordel_dask.invented.citizens import POPULATION
from fordel_dask.invented.drawing import Drawing, Numbering, draw, number
from fordel_dask.invented.form import Form, form_of, generator_version, write_sample
from fordel_dask.registers.citizens import CITIZENS_A_PARTITION
from fordel_dask.registers.first_pass import Report, Works
from fordel_dask.registers.joining import check_joined
from fordel_dask.registers.manifest import Made, accounting, choices, covariates, files_of_store, write_store_files
from fordel_dask.registers.place import KEY_TABLE, Place, publish, workplace
from fordel_dask.registers.second_pass import national_books
from fordel_dask.registers.tally import Tally, merged
from fordel_dask.registers.work import content_of, name_of, write_json
from fordel_dask.schema.prepared import INVENTED
from fordel_dask.synthetic import CITIZENS_PER_BLOCK, Nation, blocks

BLOCKS_A_PARTITION = CITIZENS_A_PARTITION // CITIZENS_PER_BLOCK


def invent_store(nation: Nation, store: Path, executor: Executor, report: Report | None = None) -> dict[str, Any]:
    """Make a prepared store of an invented nation, and give its manifest; no register is written.

    The store appears whole or not at all; an earlier one of an invented nation is replaced. Work that was
    interrupted is taken up. Results of a run are the same bytes as by way of register extracts and an ingest,
    and so are code books, tables kept whole and the account of rows. Citizens stand in another order:
    block by block, in the order of their keys within one. There is no table of keys.

    Raises
    ------
    UsageError
        Something stands there that is no store of an invented nation.
    SpaceError
        The store cannot be written.
    """
    works, place = Works(executor, report), Place(store.absolute())
    _refuse_others(place)
    with workplace(place.store):
        sample = place.work / f"sample-{name_of(nation, generator_version())}"
        write_sample(nation, sample)
        form = form_of(sample)
        drawings = drawings_of(nation, sample, place)
        works.map("inventing citizens", draw, drawings)
        found = Found(form)
        for drawing in drawings:
            found.add(content_of(drawing.side))
        books = national_books(found.codes, form.small)
        records = works.map("numbering codes", number, _numberings(drawings, books, place))
        for register, joined in found.joined.items():
            check_joined(register, found.tallies[register], joined)
        tallies = {**found.tallies, **form.keyed}
        made = Made(
            first=[0, *accumulate(found.citizens)],
            citizens=found.fingerprint,
            tables={table: [record[table] for record in records] for table in records[0]},
            books=books,
            small=form.small,
            inputs=[recipe_of(nation, found.read)],
            accounting=accounting(tallies, found.joined),
            choices=choices(form.delivery, tallies, ()),
            covariates=covariates(form.delivery, tallies),
        )
        manifest = write_store_files(place.new_store, form.declaration, made)
        publish(place, manifest, files_of_store(manifest))
    return manifest


class Found:
    """What was found of the nation when its partitions were drawn, added in their order."""

    def __init__(self, form: Form) -> None:
        registers = {POPULATION: POPULATION, **{folder: r.piece.register for folder, r in form.readings.items()}}
        self.citizens: list[int] = []
        self.codes: dict[str, set[str]] = {}
        self.tallies: dict[str, Tally] = {register: {} for register in registers.values()}
        self.joined: dict[str, Tally] = {}
        self.read = dict.fromkeys(registers, 0)
        self._fingerprints = hashlib.sha256()

    @property
    def fingerprint(self) -> str:
        """A hash of the hashes of the partitions' citizens in their order."""
        return self._fingerprints.hexdigest()

    def add(self, drawn: Mapping[str, Any]) -> None:
        """Take the summary of a partition."""
        self.citizens.append(drawn["citizens"])
        self._fingerprints.update(drawn["fingerprint"].encode())
        for book, texts in drawn["codes"].items():
            self.codes.setdefault(book, set()).update(texts)
        for mine, its in ((self.tallies, drawn["tallies"]), (self.joined, drawn["joined"])):
            mine |= {register: merged([mine.get(register, {}), tally]) for register, tally in its.items()}
        for register, rows in drawn["read"].items():
            self.read[register] += rows


def drawings_of(nation: Nation, sample: Path, place: Place) -> list[Drawing]:
    """Give the partitions of a nation, each of a few whole blocks, as tasks."""
    every = range(blocks(nation))
    cut = [tuple(every[first : first + BLOCKS_A_PARTITION]) for first in every[::BLOCKS_A_PARTITION]]
    drawn = place.work / "drawn"
    return [
        Drawing(partition, nation, its, sample, drawn, place.side("draw", nation, its, generator_version()))
        for partition, its in enumerate(cut)
    ]


def _numberings(drawings: Sequence[Drawing], books: Mapping[str, Sequence[str]], place: Place) -> list[Numbering]:
    file = write_json(place.side("books", books), books)
    return [
        Numbering(d.partition, d, file, place.new_store, place.side("number", d.side.name, file.name)) for d in drawings
    ]


def recipe_of(nation: Nation, rows: Mapping[str, int]) -> dict[str, Any]:
    """Give what a store's manifest says in the place of its files: how to make the nation once more.

    ``rows`` are those of its registers, had they been written.
    """
    recipe = {**asdict(nation), "generator_sha256": generator_version()}
    text = json.dumps(recipe, sort_keys=True)
    command = f"fordel synth --citizens {nation.citizens} --seed {nation.seed} --year {nation.year}"
    more = f" --history {nation.history} --dream {nation.dream}{' --extras' if nation.extras else ''}"
    return {
        "register": INVENTED,
        "file": command + more,
        "bytes": 0,
        "rows": sum(rows.values()),
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
        "recipe": recipe,
        "rows_by_register": dict(rows),
    }


def _refuse_others(place: Place) -> None:
    """Refuse a place where a store of real people, its keys or its quarantined rows may stand."""
    if (place.store / "codebooks.json").exists() and INVENTED not in _inputs_of(place.store):
        raise UsageError(
            f"{place.store.name} is a prepared store of register extracts, not of an invented nation. "
            f"Nothing was touched; choose another name with --store."
        )
    for path in (place.keys / KEY_TABLE, place.quarantine):
        if path.exists():
            raise UsageError(
                f"{path.relative_to(place.store.parent)} belongs to an ingest of register extracts into "
                f"{place.store.name}. Nothing was touched; choose another name with --store."
            )


def _inputs_of(store: Path) -> Mapping[str, Any]:
    """Give what a store was made of; nothing if its manifest cannot be read, so that it is left alone."""
    try:
        inputs = read_json(store / "manifest.json")["inputs"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return inputs if isinstance(inputs, dict) else {}
