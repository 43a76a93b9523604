"""The traits of citizens and patients as a workbook: a hundred thousand rows for the country."""

from fordel_dask.report.described import Codes, about_sheet, sheet_of
from fordel_dask.report.described.sheets import Head
from fordel_dask.report.told import Row
from fordel_dask.report.workbooks.facts import facts_of, lines_of, margin_words
from fordel_dask.schema.results import ResultTable, columns_of
from fordel_dask.workbook import Sheet

CLINIC, MUNICIPALITY = "clinic", "municipality"
TRAITS = ResultTable(
    "trait_file",
    "How many citizens or patients have each trait, and by how much that moves weighted citizens.",
    columns_of(
        "area_kind | text | - | Clinic, municipality or council.",
        "area_code | text | - | Ydernummer, municipality code or council id.",
        "place | text | - | Name of the area; of a clinic, the municipality in which it lies.",
        "term | text | - | Trait of citizens that the model knows.",
        "level | text | - | Level of the trait.",
        "citizens | count | citizens | Citizens of the area or patients of the clinic with that level.",
        "weighted_part | number | weighted citizens | What the level adds to weighted citizens minus citizens.",
    ),
)


def trait_file(codes: Codes) -> list[Sheet]:
    """Give the sheets of traits: of areas, and of clinics."""
    told, words = codes.told, codes.words
    year, margin = told.run.model.year, margin_words(told.clearance, words)
    areas: list[Row] = []
    clinics: list[Row] = []
    for (kind, code), rows in told.run.traits.items():
        named = {"area_code": code, "place": _place(kind, code, codes)}
        (clinics if kind == CLINIC else areas).extend({**row, **named} for row in rows)
    heads = [
        Head(words.say(sheet), words.say(title, year=year), lines_of(codes), margin, frozen_columns=3)
        for sheet, title in (
            ("book_sheet_areas_traits", "book_title_area_traits"),
            ("book_sheet_clinics", "book_title_clinic_traits"),
        )
    ]
    sheets = [sheet_of(TRAITS, rows, codes, head) for rows, head in zip((areas, clinics), heads, strict=True)]
    title, what = words.say("book_traits", year=year), words.say("book_traits_what")
    return [about_sheet(title, facts_of(codes, what), [(head.name, TRAITS) for head in heads], codes), *sheets]


def _place(kind: str, code: str, codes: Codes) -> str:
    if kind == CLINIC:
        clinic = codes.told.run.clinics.get(code)
        return codes.municipality(clinic["municipality_code"]) if clinic else ""
    return codes.municipality(code) if kind == MUNICIPALITY else codes.council(code)
