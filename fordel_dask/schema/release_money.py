"""The tables of clinics' money in a release; kinds of columns as in :mod:`fordel_dask.schema.results`.

Sums of single clinics are in none, and neither is what follows from the exact weight of few clinics.
"""

from fordel_dask.schema.release import KEPT_BACK
from fordel_dask.schema.results import ResultTable, columns_of

INCOME = ResultTable(
    "income_by_group",
    "What clinics earn in a year, part by part, by group: at the fee table.",
    columns_of(
        "area_kind | text | - | country, region, council (of the clinic) or clinic_type.",
        "code | text | - | DK, name of the region, council id or type; empty where the clinic is not registered.",
        "part | text | - | Part of income, or all.",
        "clinics | count | clinics | Clinics of the group.",
        "patients | count | citizens | Their patients.",
        "services | count | services | Services of the part; empty for fees that are for no service.",
        "at_fee_table_kr | kroner | kroner a year | At the fee table.",
        "share | number | - | Share of all income of the group.",
        "per_capacity_kr | kroner | kroner a year | Clinics with capacities: over these.",
        "per_patient_kr | kroner | kroner a year | Over its patients.",
        KEPT_BACK,
    ),
)
DIFFERENTIATED = ResultTable(
    "differentiated_income_by_group",
    "The basic fee by weight: what groups of clinics have before and after.",
    columns_of(
        "grouping | text | - | country, region, council (of the clinic) or clinic_type.",
        "group | text | - | DK, name of the region, council id or type; empty where the clinic is not registered.",
        "clinics | count | clinics | Clinics with patients.",
        "patients | count | citizens | Their patients.",
        "income_before_kr | kroner | kroner a year | Income before; the basic fee alone where no incomes were given.",
        "step_kr | count | kroner | How exactly income after is told: every figure of the row is computed from that.",
        "income_after_kr | kroner | kroner a year | Income after, with the supplement.",
        "change_kr | kroner | kroner a year | After less before, both as told.",
        "change_share | number | - | Change over income before.",
        "winners | count | clinics | Clinics that get more.",
        "losers | count | clinics | Clinics that get less.",
        KEPT_BACK,
    ),
)
