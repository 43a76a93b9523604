"""What stands behind the figures: what was kept back, and what became of the rows of the registers."""

from collections.abc import Sequence

from fordel_dask.report.pages.cells import Cells, total
from fordel_dask.report.pages.tables import columns
from fordel_dask.report.picture import Cell, Table
from fordel_dask.report.told import Row, Told, ToldRun
from fordel_dask.report.wording import NONE, Wording
from fordel_dask.schema import release

FATES = ("read", "kept", "dropped", "quarantined")


def kept_back_table(told: Told, words: Wording) -> Table:
    """Give for each table of the release how many of its rows hold something that is not shown."""
    cells = Cells(words)
    tables = {**told.run.tables, **told.cases, **told.money}
    rows = [
        [Cell(words.say(f"table_{name}")), cells.number(len(found)), cells.number(_kept_back(found))]
        for name, found in tables.items()
        if words.knows(f"table_{name}")
    ]
    return Table(words.say("kept_back_caption"), columns(words, "table", "rows", "kept_back", texts=("table",)), rows)


def _kept_back(rows: Sequence[Row]) -> int:
    return sum(bool(row.get("kept_back")) for row in rows)


def registers_table(run: ToldRun, words: Wording) -> Table:
    """Give what became of the rows of the registers."""
    cells, by_register = Cells(words), dict[str, dict[str, list[Row]]]()
    for row in run.of_table(release.QUALITY.name):
        if row["register"]:
            by_register.setdefault(row["register"], {}).setdefault(row["what"], []).append(row)
    rows = [
        [Cell(register_words(name, words)), *(_rows_of(cells, found.get(what, ())) for what in FATES)]
        for name, found in by_register.items()
    ]
    return Table(words.say("registers_caption"), columns(words, "register", *FATES, texts=("register",)), rows)


def _rows_of(cells: Cells, rows: Sequence[Row]) -> Cell:
    if not rows:
        return Cell(NONE)
    untold = next((row for row in rows if not row["rows"]), None)
    return cells.without(untold, "rows") if untold else cells.number(total(rows, "rows"))


def register_words(name: str, words: Wording) -> str:
    """Name a register: ``lpr 2 contacts`` is the contacts of the second delivery of that register."""
    parts = name.split()
    number = next((part for part in parts if part.isdigit()), "")
    word = "register_" + "_".join(part for part in parts if not part.isdigit())
    plain = words.say(word) if words.knows(word) else name.removesuffix(number)
    return f"{plain} {number}".strip()
