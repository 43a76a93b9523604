"""The tables of clinics: one by one, and by council."""

from collections.abc import Callable, Sequence

from fordel_dask.report.pages.cells import Cells, total
from fordel_dask.report.pages.links import Links
from fordel_dask.report.pages.tables import MEAN_PLACES, columns, interval_cell
from fordel_dask.report.picture import Cell, Table
from fordel_dask.report.told import Row, ToldRun
from fordel_dask.report.wording import NONE, Wording


def clinics_table(run: ToldRun, words: Wording, links: Links, shown: Callable[[Row], bool]) -> Table:
    """Give the clinics that are to be shown, with their numbers and how sure these are."""
    cells = Cells(words)
    letter = ("letter",) if links.beside.letters else ()
    return Table(
        caption=words.say("clinics_caption"),
        columns=columns(
            words,
            *("clinic", "clinic_type", "municipality", "capacities", "patients", "mean_weight"),
            *("minimum_per_capacity", "minimum", "interval", *letter),
            texts=("clinic", "clinic_type", "municipality", "letter"),
        ),
        rows=[_clinic_row(run, cells, row, links) for row in run.clinics.values() if shown(row)],
        note=words.say("clinics_note", percent=words.percent(run.model.confidence, 0)),
    )


def _clinic_row(run: ToldRun, cells: Cells, row: Row, links: Links) -> list[Cell]:
    words, code = cells.words, row["ydernummer"]
    municipality = run.municipalities.get(row["municipality_code"])
    letter = [Cell(words.say("letter_link"), "", links.letter(code))] if links.beside.letters else []
    return [
        Cell(code, "", links.clinic(code)),
        Cell(words.clinic_type(row["clinic_type"])),
        Cell(municipality["municipality"] if municipality else NONE),
        cells.given_capacities(row, "capacities"),
        cells.figure(row, "patients"),
        cells.figure(row, "mean_weight", MEAN_PLACES),
        cells.figure(row, "minimum_per_capacity"),
        cells.figure(row, "minimum_patients"),
        interval_cell(run, cells, ("clinic", code), "minimum_patients"),
        *letter,
    ]


def clinics_by_council_table(run: ToldRun, words: Wording, links: Links) -> Table:
    """Give how many clinics, capacities and patients each council has, and between what their numbers lie."""
    cells, rows = Cells(words), []
    for council_id, council in run.councils.items():
        own = [row for row in run.clinics.values() if row["council_id"] == council_id]
        numbers = sorted(int(row["minimum_per_capacity"]) for row in own if row["minimum_per_capacity"])
        rows.append(
            [
                Cell(council["council"], "", links.council(council_id)),
                cells.number(len(own)),
                cells.number(len(numbers)),
                cells.capacities(total(own, "capacities") if own else None),
                cells.number(total(own, "patients") if own else None),
                *(cells.number(number) for number in _spread_of(numbers)),
            ]
        )
    names = ("council", "clinics", "numbered", "capacities", "patients", "lowest", "middle", "highest")
    return Table(words.say("clinics_by_council_caption"), columns(words, *names, texts=("council",)), rows)


def _spread_of(numbers: Sequence[int]) -> tuple[int | None, int | None, int | None]:
    """Give the lowest, the middle (the lower of two) and the highest."""
    return (numbers[0], numbers[(len(numbers) - 1) // 2], numbers[-1]) if numbers else (None, None, None)
