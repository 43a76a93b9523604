"""A scenario as its file says it: who asked for it, what it builds on, what it changes, and its cases."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial

from fordel_dask.documents import toml_of
from fordel_dask.errors import ModelError
from fordel_dask.gathering import Faults
from fordel_dask.model.changes import Changes, read_changes
from fordel_dask.model.finding import NATIONAL, Source
from fordel_dask.model.forms import nearest, shown
from fordel_dask.model.needs import checked_need

ANSWERS = ("done", "partly", "rejected", "noted", "unanswered", "region", "outside", "unasked")
"""What the ministry answered: followed, in part, not followed, taken under advisement, no direct answer, left to
the region, outside the order; and that nobody asked it."""
TEXTS = (
    *("id", "name", "title", "title_da", "who", "who_da", "memo", "ministry", "doc", "doc_da"),
    *("based_on", "missing", "missing_da", "shown_by"),
)
OTHER_WORDS = {"description": "doc", "asked_by": "who", "source": "memo"}
RUNS, NEEDS, CASES = "runs", "needs", "cases"
CASE_TEXTS = ("title", "title_da")
WORDS = (*TEXTS, RUNS, NEEDS, CASES)
"""Everything that a file may say besides changes."""
NAME = re.compile(r"\w[\w .,+=-]{0,59}")
CASE_NAME = re.compile(r"[a-z0-9_]{1,40}", re.ASCII)


@dataclass(frozen=True)
class WrittenCase:
    """One runnable case of a scenario: changes on top of the scenario's own."""

    name: str
    title: str
    title_da: str
    changes: Changes
    unread: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Written:
    """A scenario file, read and not yet resolved; ``unread`` are parameters whose change could not be understood."""

    source: Source
    texts: Mapping[str, str]
    runs: bool = True
    needs: tuple[str, ...] = ()
    changes: Changes = field(default_factory=dict)
    unread: frozenset[str] = frozenset()
    cases: tuple[WrittenCase, ...] = ()

    def text(self, name: str) -> str:
        """Give what the file says under a name, blank if nothing."""
        return self.texts.get(name, "")

    @property
    def identity(self) -> str:
        """What the scenario is called: its id or name, else the file."""
        return self.text("id") or self.text("name") or self.source.stem

    @property
    def based_on(self) -> str:
        """The name of what it builds on."""
        return self.text("based_on") or NATIONAL


def read_written(source: Source, faults: Faults) -> Written:
    """Read a scenario; all that is wrong with it is noted, with the name of its file."""
    own = Faults()
    try:
        content = toml_of(source.text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        own.add(ModelError(f"it is not valid TOML: {error}."))
        content = {}
    written = _written(source, content, own)
    pass_on(own, source.name, faults)
    return written


def pass_on(own: Faults, where: str, faults: Faults) -> None:
    """Note faults with the place where they are."""
    for error in own.found:
        faults.add(ModelError(f"{where}: {error}"))


def _written(source: Source, content: dict[str, object], faults: Faults) -> Written:
    texts = dict(_texts(content, TEXTS, faults))
    runs, needs = content.pop(RUNS, True), content.pop(NEEDS, [])
    cases = tuple(_cases(content.pop(CASES, {}), faults))
    if not isinstance(runs, bool):
        faults.add(ModelError(f"runs = {shown(runs)} is not allowed: expected true or false."))
    changes, unread = read_changes(content, faults, WORDS)
    written = Written(source, texts, runs is not False, _needs(needs, faults), changes, frozenset(unread), cases)
    for problem in _problems(written):
        faults.add(ModelError(problem))
    return written


def _texts(content: dict[str, object], names: tuple[str, ...], faults: Faults) -> Iterator[tuple[str, str]]:
    """Take what a table says of itself out of it."""
    for written in [name for name in content if OTHER_WORDS.get(name, name) in names]:
        value = content.pop(written)
        if isinstance(value, str):
            yield OTHER_WORDS.get(written, written), value.strip()
        else:
            faults.add(ModelError(f"{written} = {shown(value)} is not allowed: expected a text."))


def _cases(tables: object, faults: Faults) -> Iterator[WrittenCase]:
    if not isinstance(tables, Mapping) or not all(isinstance(table, Mapping) for table in tables.values()):
        faults.add(ModelError("cases is not understood: expected tables such as [cases.double]."))
        return
    for name, table in tables.items():
        own, content = Faults(), dict(table)
        if not CASE_NAME.fullmatch(name):
            own.add(ModelError("its name is not allowed: expected small letters, digits and _."))
        texts = dict(_texts(content, CASE_TEXTS, own))
        changes, unread = read_changes(content, own, CASE_TEXTS)
        pass_on(own, f"case {name}", faults)
        yield WrittenCase(name, texts.get("title", ""), texts.get("title_da", ""), changes, frozenset(unread))


def _needs(written: object, faults: Faults) -> tuple[str, ...]:
    if not isinstance(written, list) or not all(isinstance(one, str) for one in written):
        faults.add(ModelError(f"needs = {shown(written)} is not allowed: expected a list of texts."))
        return ()
    return tuple(need for one in written if (need := faults.note(partial(checked_need, one), "")))


def _problems(written: Written) -> Iterator[str]:
    """Give what a scenario says of itself and cannot say."""
    answer = written.text("ministry")
    if answer and answer not in ANSWERS:
        expected = f"expected one of {', '.join(ANSWERS)}.{nearest(answer, ANSWERS)}"
        yield f"ministry = {shown(answer)} is not allowed: {expected}"
    if not NAME.fullmatch(written.identity):
        yield f"id = {shown(written.identity)} is not allowed: expected at most 60 letters, digits, spaces and _.,+=-"
    if written.text("id") and written.text("name"):
        yield "id and name are the same. Keep one of the two."
    for case in written.cases:
        if not (written.changes or written.unread or case.changes or case.unread):
            yield f"case {case.name} changes nothing."
    if not written.runs and not written.text("missing"):
        yield "runs = false needs missing = '…': which data or decision is missing."
    if not written.runs and (written.changes or written.cases):
        yield "runs = false and changes cannot both be. Leave one out."
    if written.runs and written.text("missing"):
        yield "missing is for scenarios that do not run: add runs = false, or leave it out."
