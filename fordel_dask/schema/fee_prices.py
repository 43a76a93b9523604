"""The tables that ``fordel fees price`` writes; kinds of columns as in :mod:`fordel_dask.schema.results`."""

from fordel_dask.schema.results import ResultTable, columns_of

FEE_PRICES = ResultTable(
    "fee_prices",
    "What services of general practice cost by the fee table, beside what was paid, by speciality and number.",
    columns_of(
        "service | text | - | Speciality (2 digits) and number of the service (4).",
        "text | text | - | What the fee table calls it; empty for a number that stands in none.",
        "rows | count | rows | Rows of the register.",
        "quantity | count | services | Their services, corrections taken off.",
        "rows_priced | count | rows | Of the rows, those that were priced.",
        "coverage | number | - | Rows priced over rows.",
        "priced_oere | count | øre | What the rows priced cost by the fee table.",
        "rows_compared | count | rows | Rows priced that say what was paid.",
        "compared_oere | count | øre | What these cost by the fee table.",
        "paid_oere | count | øre | What was paid for them.",
        "difference_oere | count | øre | By the fee table less paid.",
        "rows_differing | count | rows | Rows compared whose two amounts differ.",
        "deviation_oere | count | øre | Sum of their differences without sign.",
        "deviation | number | - | That over what was paid.",
    ),
)
FEE_REASONS = ResultTable(
    "fee_reasons",
    "What became of the rows: priced, or the one reason why not; every row of the register stands here once.",
    columns_of(
        "service | text | - | Speciality and number; empty for rows that could not be read.",
        "outcome | text | - | priced, or the reason.",
        "rows | count | rows | Rows.",
        "quantity | count | services | Their services, corrections taken off; empty for rows that could not be read.",
        "paid_oere | count | øre | What was paid for them, where that is told.",
    ),
)
FEE_FALLBACKS = ResultTable(
    "fee_fallbacks",
    "Priced rows of which something was not told that a rule asks for; a row may stand here several times.",
    columns_of(
        "service | text | - | Speciality and number.",
        "not_told | text | - | What was not told.",
        "rows | count | rows | Rows.",
    ),
)
FEE_MILEAGE = ResultTable(
    "fee_mileage",
    "Mileage of a clinic's calendar year at two rates, by the year's sum of km; only of an extract.",
    columns_of(
        "ydernummer | text | - | Clinic, six digits.",
        "year | count | - | Calendar year.",
        "km | given | km | All km driven.",
        "km_at_first_rate | given | km | Of these, at the first rate.",
        "by_rule_oere | count | øre | What the year costs by its sum of km.",
        "priced_oere | count | øre | What the rows cost by their numbers.",
        "difference_oere | count | øre | By the year's sum less by the numbers.",
    ),
)
FEE_PRICE_TABLES = (FEE_PRICES, FEE_REASONS, FEE_FALLBACKS, FEE_MILEAGE)
