"""The file of clinics as a workbook."""

from fordel_dask.report.changes import KEPT_BACK, change_of, kept_with
from fordel_dask.report.described import Codes, about_sheet, sheet_of
from fordel_dask.report.described.sheets import Head
from fordel_dask.report.told import Row, Told
from fordel_dask.report.workbooks.facts import INTERVAL_OF, facts_of, interval, lines_of, margin_words
from fordel_dask.schema.results import ResultTable, columns_of
from fordel_dask.workbook import Sheet

PER_CAPACITY, NUMBER = "minimum_per_capacity", "minimum_patients"
ABOVE = "patients_above_minimum"
CLINIC_COLUMNS = columns_of(
    "ydernummer | text | - | Clinic, six digits.",
    "clinic_type | text | - | Ordinary, regional, tender or island clinic.",
    "municipality | text | - | Municipality of the clinic.",
    "council | text | - | Council of the clinic.",
    "region | text | - | Region from 2027.",
    "capacities | given | capacities | Capacities of the clinic at the status date.",
    "patients | count | patients | Group-1 citizens enrolled at the status date.",
    "mean_weight | estimate | - | Weighted over enrolled patients; 1 is the mean of the country.",
    "minimum_per_capacity | count | patients | As the law makes it of the exact figures, rounded to the step.",
)
INTERVAL_COLUMNS = columns_of(
    "minimum_per_capacity_low | estimate | patients | Lower end of it in the 90 % interval.",
    "minimum_per_capacity_high | estimate | patients | Upper end of it in the 90 % interval.",
    "sure | text | - | Sure: both ends of the interval give the same number. Unsure: they do not.",
)
NUMBER_COLUMNS = columns_of(
    "minimum_patients | count | patients | Capacities times the rounded minimum per capacity.",
    "patients_above_minimum | count | patients | Patients less minimum; negative where the clinic has fewer.",
    "status | text | - | Whether the clinic has a number, and if not, why.",
    "note | text | - | What else is to be known.",
)
EARLIER_COLUMNS = columns_of(
    "minimum_patients_earlier | count | patients | The number in the run that is compared with.",
    "minimum_patients_change | count | patients | Change since that run.",
)
DOC = "Every clinic with patients, mean weight and minimum patients."


def clinic_file(codes: Codes) -> list[Sheet]:
    """Give the sheets of the file of clinics."""
    told, words = codes.told, codes.words
    table = clinics_table(told)
    head = Head(
        words.say("book_sheet_clinics"),
        words.say("book_title_clinics", year=told.run.model.year),
        lines_of(codes),
        margin_words(told.clearance, words),
    )
    sheet = sheet_of(table, clinic_rows(codes), codes, head)
    title = words.say("book_clinics", year=told.run.model.year)
    facts = facts_of(codes, words.say("book_clinics_what"))
    return [about_sheet(title, facts, [(sheet.name, table)], codes), sheet]


def clinics_table(told: Told) -> ResultTable:
    """Declare the file of clinics: with intervals and an earlier run where these are told."""
    intervals = INTERVAL_COLUMNS if told.run.model.confidence else ()
    earlier = EARLIER_COLUMNS if told.earlier else ()
    return ResultTable("clinic_file", DOC, (*CLINIC_COLUMNS, *intervals, *NUMBER_COLUMNS, *earlier))


def clinic_rows(codes: Codes) -> list[Row]:
    """Give the clinics by region, council and ydernummer; those that lie nowhere last."""
    rows = [_clinic(row, codes) for row in codes.told.run.clinics.values()]
    return sorted(rows, key=lambda row: (not row["region"], row["region"], row["council"], row["ydernummer"]))


def _clinic(row: Row, codes: Codes) -> Row:
    told = codes.told
    before = told.earlier.clinics.get(row["ydernummer"]) if told.earlier else None
    found = {**row, **change_of(row, before, NUMBER)}
    above = str(int(row["patients"]) - int(row[NUMBER])) if row["patients"] and row[NUMBER] else ""
    return {
        **found,
        **interval(told, ("clinic", row["ydernummer"], ""), (PER_CAPACITY,)),
        "municipality": codes.municipality(row["municipality_code"]),
        "council": codes.council(row["council_id"]),
        "region": codes.region_of(row["council_id"]),
        ABOVE: above,
        KEPT_BACK: kept_with(found[KEPT_BACK], {**INTERVAL_OF, **dict.fromkeys(("patients", NUMBER), (ABOVE,))}),
    }
