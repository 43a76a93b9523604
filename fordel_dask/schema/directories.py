"""Every kind of directory of tables that a command writes, by the ``kind`` of its manifest.

A directory of the year's cycle holds those of its tables that were asked for; one without declared tables has files
that are held against its manifest only.
"""

from collections.abc import Mapping, Sequence

from fordel_dask.schema.announcement import ANNOUNCEMENT_TABLES
from fordel_dask.schema.clinics_cycle import CLINICS_TABLES
from fordel_dask.schema.comparison import COMPARISON_TABLES
from fordel_dask.schema.councils import COUNCIL_TABLES, PATH_TABLES
from fordel_dask.schema.diagnosis import DIAGNOSIS_TABLES
from fordel_dask.schema.differentiated import DIFFERENTIATED_TABLES
from fordel_dask.schema.fee_prices import FEE_PRICE_TABLES
from fordel_dask.schema.follow_up import FOLLOW_UP_TABLES
from fordel_dask.schema.income import INCOME_TABLES
from fordel_dask.schema.placing import PLACING_TABLES
from fordel_dask.schema.results import RESULT_TABLES, ResultTable
from fordel_dask.schema.scenarios import SCENARIO_TABLES

DIRECTORIES: Mapping[str, Sequence[ResultTable]] = {
    "run": RESULT_TABLES,
    "diagnosis": DIAGNOSIS_TABLES,
    "clinics": CLINICS_TABLES,
    "councils": (*COUNCIL_TABLES, *PATH_TABLES),
    "place": PLACING_TABLES,
    "compare": COMPARISON_TABLES,
    "errors": ANNOUNCEMENT_TABLES,
    "follow-up": FOLLOW_UP_TABLES,
    "fees-price": FEE_PRICE_TABLES,
    "fees-income": INCOME_TABLES,
    "fees-differentiate": DIFFERENTIATED_TABLES,
    "scenarios": SCENARIO_TABLES,
    "explain": (),
    "refit": (),
    "report": (),
}
