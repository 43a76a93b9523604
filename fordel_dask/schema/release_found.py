"""The table of a quality report in a release; kinds of columns as in :mod:`fordel_dask.schema.results`."""

from fordel_dask.schema.release import KEPT_BACK
from fordel_dask.schema.results import ResultTable, columns_of

FINDINGS = ResultTable(
    "findings_of_check",
    "What 'fordel check' found in the registers: how often each rule was broken.",
    columns_of(
        "register | text | - | Register.",
        "rule | text | - | Rule, as 'fordel check --rules' explains it; rows: all rows of the register.",
        "severity | text | - | reject, quarantine, drop, warn or note; empty for all rows.",
        "unit | text | - | What is counted.",
        "count | count | as there | How many.",
        KEPT_BACK,
    ),
)
