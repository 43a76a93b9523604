"""The annexes as a workbook: councils, municipalities, weights, flows, planning areas."""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from fordel_dask.report.changes import KEPT_BACK, change_of, kept_with
from fordel_dask.report.described import Codes, about_sheet, sheet_of, value_of
from fordel_dask.report.described.sheets import Head
from fordel_dask.report.told import Row, Told
from fordel_dask.report.workbooks.facts import INTERVAL_OF, facts_of, interval, lines_of, margin_words
from fordel_dask.schema import release
from fordel_dask.schema.results import ResultTable, columns_of
from fordel_dask.workbook import COUNT, Column, Sheet, Value

NUMBER = "maximum_capacities"
SUMMED = (
    *("citizens", "projected_citizens", "weighted_citizens", "need", "floor_addition", "need_before_rounding"),
    *(NUMBER, "existing_capacities", "occupied_capacities", f"{NUMBER}_earlier", f"{NUMBER}_change"),
)
FOLLOW_IN_SUMS = {"weighted_citizens": ("mean_weight",), "need": ("coverage",)}
COUNCIL_COLUMNS = columns_of(
    "region | text | - | Region from 2027.",
    "council | text | - | Name.",
    "citizens | count | citizens | Group-1 citizens living there at the status date.",
    "projected_citizens | count | citizens | Expected at the year's end; the same without a projection.",
    "weighted_citizens | count | weighted citizens | Sum of weights.",
    "mean_weight | estimate | - | Weighted over projected citizens; 1 is the mean of the country.",
    "need | estimate | capacities | Weighted citizens over citizens per capacity.",
    "floor_addition | estimate | capacities | What the floor adds in the municipalities where it binds.",
    "need_before_rounding | estimate | capacities | Need with the floor.",
    "maximum_capacities | count | capacities | The council's binding number, as the law makes it of the exact need.",
    "existing_capacities | given | capacities | Capacities of the clinics registered there.",
)
INTERVAL_COLUMNS = columns_of(
    "maximum_capacities_low | estimate | capacities | Lower end of the number in the 90 % interval.",
    "maximum_capacities_high | estimate | capacities | Upper end of the number in the 90 % interval.",
    "sure | text | - | Sure: both ends of the interval give the same number. Unsure: they do not.",
)
OCCUPIED_COLUMNS = columns_of(
    "occupied_capacities | given | capacities | Occupied on the day above the table, without small island clinics.",
    "coverage | estimate | - | Occupied capacities over need.",
)
EARLIER_COLUMNS = columns_of(
    "maximum_capacities_earlier | count | capacities | The council's number in the run that is compared with.",
    "maximum_capacities_change | count | capacities | Change since that run.",
)
COUNCILS_DOC = (
    "Maximum of capacities by health council, binding on the region, grouped by region with sums. A sum is shown only "
    "where all its parts are."
)
MUNICIPALITIES = ResultTable(
    "annex_municipalities",
    "Need by municipality of residence; guidance, not binding.",
    columns_of(
        "region | text | - | Region from 2027.",
        "council | text | - | Council it lies in.",
        "municipality_code | text | - | Municipality code, three digits.",
        "municipality | text | - | Name.",
        "citizens | count | citizens | Group-1 citizens living there at the status date.",
        "projected_citizens | count | citizens | Expected at the year's end; the same without a projection.",
        "weighted_citizens | count | weighted citizens | Sum of weights.",
        "mean_weight | estimate | - | Weighted over projected citizens; 1 is the mean of the country.",
        "need | estimate | capacities | Weighted citizens over citizens per capacity.",
        "need_low | estimate | capacities | Lower end of need in the 90 % interval.",
        "need_high | estimate | capacities | Upper end of need in the 90 % interval.",
        "area_km2 | given | km² | Area.",
        "floor | estimate | capacities | Least number of capacities by area while the floor is on.",
        "patients_per_capacity | count | citizens | Citizens that make up one capacity.",
        "patients_per_capacity_rounded | count | citizens | The same by the exact figures, rounded to the step.",
    ),
)
WEIGHTS = ResultTable(
    "annex_weights",
    "What each level adds to a citizen's yearly consumption, and the weight that it becomes.",
    columns_of(
        "term | text | - | Trait of citizens that the model knows.",
        "level | text | - | Level of the trait; levels that others are measured from are not listed.",
        "citizens | count | citizens | Citizens of the estimation sample with the level.",
        "exposure_years | number | years | Years those citizens were enrolled in the fee year.",
        "coefficient_kr | kroner | kroner a year | Estimated coefficient.",
        "standard_error_kr | kroner | kroner a year | Its standard error.",
        "weight | number | - | Coefficient over the national mean raw weight.",
        "weight_low | estimate | - | Lower end of the weight in the 90 % interval.",
        "weight_high | estimate | - | Upper end of the weight in the 90 % interval.",
    ),
)


def annexes(codes: Codes) -> list[Sheet]:
    """Give the sheets of the annexes."""
    told, words = codes.told, codes.words
    year = told.run.model.year
    councils = councils_table(told)
    rows, sums = councils_with_sums(codes)
    guidance = lines_of(codes, words.say("book_guidance"))
    day = words.say("book_occupied_on", day=words.date(told.capacities.day)) if told.capacities.reported else ""

    def head(name: str, lines: Sequence[str], frozen: int) -> Head:
        title = words.say(f"book_title_{name}", year=year)
        margin = margin_words(told.clearance, words)
        return Head(words.say(f"book_sheet_{name}"), title, lines, margin, frozen)

    sheets = [
        sheet_of(councils, rows, codes, head("councils", lines_of(codes, words.say("book_binding"), day), 2), sums),
        sheet_of(MUNICIPALITIES, municipality_rows(codes), codes, head("municipalities", guidance, 4)),
        sheet_of(WEIGHTS, weight_rows(told), codes, head("weights", lines_of(codes), 2)),
        flows_sheet(codes, head("flows", lines_of(codes), 1)),
    ]
    tables = [councils, MUNICIPALITIES, WEIGHTS, release.FLOWS]
    if areas := told.run.of_table(release.AREAS.name):
        sheets.append(sheet_of(release.AREAS, _named(areas, codes), codes, head("areas", guidance, 2)))
        tables.append(release.AREAS)
    named = list(zip((sheet.name for sheet in sheets), tables, strict=True))
    title = words.say("book_annexes", year=year)
    return [about_sheet(title, facts_of(codes, words.say("book_annexes_what")), named, codes), *sheets]


def councils_table(told: Told) -> ResultTable:
    """Declare the councils' annex: with intervals, occupied capacities and an earlier run where these are told."""
    columns = COUNCIL_COLUMNS
    if told.run.model.confidence:
        columns += INTERVAL_COLUMNS
    if told.capacities.reported:
        columns += OCCUPIED_COLUMNS
    if told.earlier:
        columns += EARLIER_COLUMNS
    return ResultTable("annex_councils", COUNCILS_DOC, columns)


def councils_with_sums(codes: Codes) -> tuple[list[Row], frozenset[int]]:
    """Give the councils region by region, each followed by its sum, and that of the country; and where sums stand."""
    rows: list[Row] = []
    sums = set()
    councils = [_council(row, codes.told) for row in codes.told.run.councils.values()]
    for region in codes.told.run.regions:
        within = [row for row in councils if row["region"] == region]
        sums.add(len(rows) + len(within))
        rows += [*within, _sum(within, region, codes.words.say("book_sum_region", region=region))]
    sums.add(len(rows))
    return [*rows, _sum(councils, "", codes.words.say("book_sum_country"))], frozenset(sums)


def _council(row: Row, told: Told) -> Row:
    council_id = row["council_id"]
    standing = told.capacities.councils.get(council_id)
    occupied = standing.occupied if standing and told.capacities.reported else None
    before = told.earlier.councils.get(council_id) if told.earlier else None
    change = change_of(row, before, NUMBER)
    follows = {**INTERVAL_OF, **({"need": ("coverage",)} if occupied is not None else {})}
    return {
        **row,
        **change,
        KEPT_BACK: kept_with(change[KEPT_BACK], follows),
        **interval(told, ("council", council_id, ""), (NUMBER,)),
        "occupied_capacities": "" if occupied is None else str(occupied),
        "coverage": _over(None if occupied is None else str(occupied), row["need"]),
    }


def _sum(rows: Sequence[Row], region: str, name: str) -> Row:
    """Add up rows; what one of them keeps back is kept back in the sum, for it would follow from the others."""
    untold = {figure for figure in SUMMED if not all(row[figure] for row in rows)}
    added = {figure: "" if figure in untold else _added(rows, figure) for figure in SUMMED}
    kept_back = {name for row in rows for name in row[KEPT_BACK].split()} & untold
    return {
        **dict.fromkeys((f"{NUMBER}_low", f"{NUMBER}_high", "sure"), ""),
        **added,
        "region": region,
        "council": name,
        "mean_weight": _over(added["weighted_citizens"], added["projected_citizens"]),
        "coverage": _over(added["occupied_capacities"], added["need"]),
        KEPT_BACK: kept_with(" ".join(sorted(kept_back)), FOLLOW_IN_SUMS),
    }


def _added(rows: Iterable[Row], figure: str) -> str:
    return str(sum((Fraction(row[figure]) for row in rows), Fraction(0)))


def _over(above: str | None, below: str) -> str:
    return str(Fraction(above) / Fraction(below)) if above and below and Fraction(below) else ""


def municipality_rows(codes: Codes) -> list[Row]:
    """Give the municipalities by region, council and code, with the interval of their need."""
    rows = [
        {
            **row,
            **interval(codes.told, ("municipality", code, ""), ("need",)),
            KEPT_BACK: kept_with(row[KEPT_BACK], INTERVAL_OF),
            "council": codes.council(row["council_id"]),
            "region": codes.region_of(row["council_id"]),
        }
        for code, row in codes.told.run.municipalities.items()
    ]
    return sorted(rows, key=lambda row: (row["region"], row["council"], row["municipality_code"]))


def weight_rows(told: Told) -> list[Row]:
    """Give the weights in the order of the model, with their intervals."""
    return [
        {**row, **interval(told, ("weight", term, level), ("weight",))}
        for (term, level), row in told.run.weights.items()
    ]


def _named(areas: Sequence[Row], codes: Codes) -> list[Row]:
    """Give the planning areas; citizens outside all areas of a municipality have a row that says so."""
    outside = codes.words.say("book_no_area")
    return [{**row, "name": row["name"] if row["area"] else outside} for row in areas]


def flows_sheet(codes: Codes, head: Head) -> Sheet:
    """Give the flows as a square: where citizens live down, where their clinic lies across."""
    told, words = codes.told, codes.words
    flows = {
        (row["residence_council_id"], row["clinic_council_id"]): row for row in told.run.of_table(release.FLOWS.name)
    }
    councils = list(told.run.councils)

    def count(home: str, clinic: str) -> Value:
        row = flows.get((home, clinic))
        return value_of(row, "citizens", COUNT, codes) if row else None

    names = [codes.council(one) for one in councils]
    columns = [Column(words.say("book_flows_from")), *(Column(name, COUNT, width=12) for name in names)]
    return Sheet(
        head.name,
        [*columns, Column(words.say("book_flows_none"), COUNT, width=16)],
        [[name, *(count(home, to) for to in (*councils, ""))] for home, name in zip(councils, names, strict=True)],
        head.title,
        head.lines,
        margin=head.margin,
        frozen_columns=1,
    )
