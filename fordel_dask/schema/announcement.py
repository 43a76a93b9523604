"""The tables that ``fordel errors`` writes; kinds of columns as in :mod:`fordel_dask.schema.results`."""

from fordel_dask.schema.results import ResultTable, columns_of

ERRORS = ResultTable(
    "errors",
    "Every number of a published RUN held against the corrected one, and what becomes of a difference (R45).",
    columns_of(
        "kind | text | - | council or clinic.",
        "code | text | - | Council id or ydernummer.",
        "council | text | - | Name of the council, or of the clinic's council.",
        "region | text | - | Region that is told, as it is called on the day.",
        "published | count | capacities or patients | Maximum of the council or minimum of the clinic, as published.",
        "corrected | count | capacities or patients | The same, corrected.",
        "change | count | capacities or patients | Corrected less published; empty unless both are there.",
        "verdict | text | - | announced; waits (for the next annual run); unchanged.",
        "why | text | - | more_capacities or lower_minimum (announced); fewer_capacities, higher_minimum, first_number "
        "or lost_number (wait); same or no_number.",
    ),
)
ERRORS_BY_REGION = ResultTable(
    "errors_by_region",
    "How many errors each region is told of, and how many wait.",
    columns_of(
        "region | text | - | Region; empty for clinics that no RUN places anywhere.",
        "councils_announced | count | councils | May have more capacities.",
        "capacities_more | count | capacities | So many more in all.",
        "clinics_announced | count | clinics | Have a lower minimum.",
        "councils_waiting | count | councils | May have fewer capacities; waits.",
        "clinics_waiting | count | clinics | Have a higher minimum, or one only now or no longer; waits.",
        "unchanged | count | numbers | Not changed.",
        "notice | text | - | Draft of a notice, in Danish; the one in English ends in -en.txt.",
    ),
)
ANNOUNCEMENT_TABLES = (ERRORS, ERRORS_BY_REGION)
