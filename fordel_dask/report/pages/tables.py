"""The tables of the pages: the annexes, weights, how sure numbers are, and flows."""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from fordel_dask.report.pages.cells import Cells, order_of, total
from fordel_dask.report.pages.links import Links
from fordel_dask.report.picture import TEXT, Cell, Column, Table
from fordel_dask.report.told import Row, Standing, Told, ToldRun
from fordel_dask.report.wording import NONE, Wording
from fordel_dask.schema import release

NEED_PLACES, FLOOR_PLACES, MEAN_PLACES, WEIGHT_PLACES, KRONER_PLACES = 2, 3, 3, 3, 2


def columns(words: Wording, *names: str, texts: Iterable[str] = ()) -> tuple[Column, ...]:
    """Give columns by the words of their headings; their units where the words know one."""
    return tuple(
        Column(
            label=words.say(f"head_{name}"),
            kind=TEXT if name in texts else "number",
            unit=words.say(f"head_{name}_unit") if words.knows(f"head_{name}_unit") else "",
        )
        for name in names
    )


def councils_table(told: Told, words: Wording, links: Links, region: str = "") -> Table:
    """Give annex 1: every council's number, with sums by region and of the country; or of one region."""
    run, cells = told.run, Cells(words)
    shown = [row for row in run.councils.values() if region in ("", row["region"])]
    names = ("council", "region") if not region else ("council",)
    of_regions = [] if region else list(run.regions)
    sums = [
        _council_sum(told, cells, [row for row in shown if row["region"] == one], Cell(one, "", links.region(one)), 2)
        for one in of_regions
    ]
    whole = Cell(region or words.say("whole_country"))
    return Table(
        caption=words.say("councils_caption"),
        columns=columns(
            words,
            *names,
            *(
                "citizens",
                "mean_weight",
                "need",
                "floor_addition",
                "maximum",
                "existing",
                "allocated",
                "occupied",
                "room",
            ),
            texts=("council", "region"),
        ),
        rows=[_council_row(told, cells, row, links, bool(region)) for row in shown],
        sums=[*sums, _council_sum(told, cells, shown, whole, len(names))],
        note=words.say("councils_note", day=words.date(told.capacities.day)),
    )


def _council_row(told: Told, cells: Cells, row: Row, links: Links, is_within: bool) -> list[Cell]:
    standing = told.capacities.councils.get(row["council_id"])
    region = [] if is_within else [Cell(row["region"], "", links.region(row["region"]))]
    return [
        Cell(row["council"], "", links.council(row["council_id"])),
        *region,
        cells.figure(row, "citizens"),
        cells.figure(row, "mean_weight", MEAN_PLACES),
        cells.figure(row, "need", NEED_PLACES),
        cells.figure(row, "floor_addition", FLOOR_PLACES),
        cells.figure(row, "maximum_capacities"),
        cells.given_capacities(row, "existing_capacities"),
        *_standing_cells([row], [standing] if standing else [], cells),
    ]


def _council_sum(told: Told, cells: Cells, rows: Sequence[Row], name: Cell, before: int) -> list[Cell]:
    standings = [found for row in rows if (found := told.capacities.councils.get(row["council_id"]))]
    persons, weighted = total(rows, "projected_citizens"), total(rows, "weighted_citizens")
    return [
        name,
        *([Cell("")] * (before - 1)),
        cells.sum_of(rows, "citizens"),
        cells.number(weighted / persons if weighted is not None and persons else None, MEAN_PLACES),
        cells.sum_of(rows, "need", NEED_PLACES),
        cells.sum_of(rows, "floor_addition", FLOOR_PLACES),
        cells.sum_of(rows, "maximum_capacities"),
        cells.capacities(total(rows, "existing_capacities")),
        *_standing_cells(rows, standings, cells),
    ]


def _standing_cells(rows: Sequence[Row], standings: Sequence[Standing], cells: Cells) -> list[Cell]:
    """Give what councils have allocated and occupied on the day, and how much more they may allocate."""
    if len(standings) < len(rows):
        return [Cell(NONE)] * 3
    allocated = sum((one.allocated for one in standings), Fraction(0))
    occupied = sum((one.occupied for one in standings), Fraction(0))
    most = total(rows, "maximum_capacities")
    signed = cells.words.signed_capacities
    room = Cell(NONE) if most is None else Cell(signed(most - allocated), order_of(most - allocated))
    return [cells.capacities(allocated), cells.capacities(occupied), room]


def municipalities_table(run: ToldRun, words: Wording, links: Links, councils: Iterable[str] | None = None) -> Table:
    """Give annex 2: every municipality, for guidance; or those of some councils."""
    cells, within = Cells(words), set(run.councils if councils is None else councils)
    shown = [row for row in run.municipalities.values() if row["council_id"] in within]
    council = () if len(within) == 1 else ("council",)
    return Table(
        caption=words.say("municipalities_caption"),
        columns=columns(
            words,
            *("municipality", *council, "citizens", "mean_weight", "need", "floor", "floor_binds"),
            *("patients_per_capacity", "patients_rounded"),
            texts=("municipality", "council", "floor_binds"),
        ),
        rows=[_municipality_row(run, cells, row, links, bool(council)) for row in shown],
        note=words.say("municipalities_note"),
    )


def _municipality_row(run: ToldRun, cells: Cells, row: Row, links: Links, with_council: bool) -> list[Cell]:
    council = run.councils.get(row["council_id"])
    name = Cell(council["council"] if council else row["council_id"], "", links.council(row["council_id"]))
    binds = bool(row["need"] and row["floor"]) and Fraction(row["floor"]) > Fraction(row["need"])
    return [
        Cell(row["municipality"], "", links.municipality(row["municipality_code"])),
        *([name] if with_council else []),
        cells.figure(row, "citizens"),
        cells.figure(row, "mean_weight", MEAN_PLACES),
        cells.figure(row, "need", NEED_PLACES),
        cells.figure(row, "floor", FLOOR_PLACES),
        Cell(cells.words.say("yes") if binds else ""),
        cells.figure(row, "patients_per_capacity"),
        cells.figure(row, "patients_per_capacity_rounded"),
    ]


def interval_cell(run: ToldRun, cells: Cells, area: tuple[str, str], figure: str, places: int = 0) -> Cell:
    """Show between what a figure of an area may lie."""
    found = run.intervals.get((*area, ""), {}).get(figure)
    return cells.between(found["low"], found["high"], places) if found else Cell(NONE)


def weights_table(run: ToldRun, words: Wording) -> Table:
    """Give the weight of every trait."""
    cells = Cells(words)
    return Table(
        caption=words.say("weights_caption"),
        columns=columns(
            words,
            *("term", "level", "citizens", "coefficient", "standard_error", "weight", "interval"),
            texts=("term", "level"),
        ),
        rows=[
            [
                Cell(words.term(row["term"])),
                Cell(words.level(row["term"], row["level"])),
                cells.figure(row, "citizens"),
                cells.figure(row, "coefficient_kr", KRONER_PLACES),
                cells.figure(row, "standard_error_kr", KRONER_PLACES),
                cells.figure(row, "weight", WEIGHT_PLACES),
                _interval_of_weight(run, cells, row),
            ]
            for row in run.weights.values()
        ],
        note=words.say("weights_note"),
    )


def _interval_of_weight(run: ToldRun, cells: Cells, row: Row) -> Cell:
    found = run.intervals.get(("weight", row["term"], row["level"]), {}).get("weight")
    return cells.between(found["low"], found["high"], WEIGHT_PLACES) if found else Cell(NONE)


def sureness_table(run: ToldRun, words: Wording, links: Links, region: str = "") -> Table:
    """Give for each council its number, between what it may lie, and how often nations drawn again have it."""
    cells, rows = Cells(words), []
    for council_id, row in run.councils.items():
        if region not in ("", row["region"]):
            continue
        area = ("council", council_id)
        rows.append(
            [
                Cell(row["council"], "", links.council(council_id)),
                cells.figure(row, "need_before_rounding", NEED_PLACES),
                interval_cell(run, cells, area, "need_before_rounding", NEED_PLACES),
                cells.figure(row, "maximum_capacities"),
                interval_cell(run, cells, area, "maximum_capacities"),
                cells.share(chance_of(run, row)),
                Cell(flag_words(run, words, area, "maximum_capacities")),
            ]
        )
    names = ("council", "need_before_rounding", "interval", "maximum", "interval", "chance", "flag")
    return Table(
        caption=words.say("sureness_caption"),
        columns=columns(words, *names, texts=("council", "flag")),
        rows=rows,
        note=words.say("sureness_table_note"),
    )


def chance_of(run: ToldRun, row: Row) -> Fraction | None:
    """Give the share of nations drawn again in which a council has its published number."""
    chances = [one for one in run.of_table(release.CHANCES.name) if one["council_id"] == row["council_id"]]
    if not chances:
        return None
    own = [one["share"] for one in chances if one["maximum_capacities"] == row["maximum_capacities"]]
    return Fraction(own[0]) if own else Fraction(0)


def draws_of(run: ToldRun, row: Row) -> int:
    """Give how many nations were drawn again for a council."""
    rows = run.of_table(release.CHANCES.name)
    return sum(int(one["replicates"]) for one in rows if one["council_id"] == row["council_id"])


def flag_words(run: ToldRun, words: Wording, area: tuple[str, str], figure: str) -> str:
    """Say whether a number would be the same at both ends of its interval."""
    found = run.intervals.get((*area, ""), {}).get(figure)
    return words.say(f"flag_{found['flag']}") if found and found["flag"] else NONE


def flows_table(run: ToldRun, words: Wording, council_id: str, links: Links) -> Table:
    """Give where a council's citizens have their clinic, and where citizens of its clinics live."""
    cells, rows = Cells(words), []
    pairs = {(row["residence_council_id"], row["clinic_council_id"]): row for row in run.of_table(release.FLOWS.name)}
    names = {code: row["council"] for code, row in run.councils.items()} | {"": words.say("flows_no_clinic")}
    for other, name in names.items():
        out, into = pairs.get((council_id, other)), pairs.get((other, council_id))
        if out or into:
            cell = Cell(name, "", links.council(other) if other != council_id else "")
            rows.append([cell, _flow(cells, out), _flow(cells, into)])
    return Table(
        caption=words.say("flows_caption"),
        columns=columns(words, "council", "flow_out", "flow_in", texts=("council",)),
        rows=rows,
        note=words.say("flows_table_note"),
    )


def _flow(cells: Cells, row: Row | None) -> Cell:
    return cells.figure(row, "citizens") if row else Cell(NONE)
