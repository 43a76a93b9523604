"""The tables of the pack for the evaluation; kinds of columns as in :mod:`fordel_dask.schema.results`."""

from fordel_dask.schema.release import KEPT_BACK
from fordel_dask.schema.results import ResultTable, columns_of

YEAR = "year | count | year | Planning year."
MODEL = "model | text | - | Name of the model."
EARLIER = "earlier_year | count | year | The year that is compared with; empty for the first."

SERIES = ResultTable(
    "series",
    "Each council's need and number, year by year.",
    columns_of(
        YEAR,
        MODEL,
        "council_id | text | - | Council id.",
        "council | text | - | Name.",
        "region | text | - | Region from 2027.",
        "citizens | count | citizens | Group-1 citizens living there at the status date.",
        "weighted_citizens | count | weighted citizens | Sum of weights, as exactly as it may be told.",
        "mean_weight | estimate | - | Weighted over projected citizens; 1 is the mean of the country.",
        "need | estimate | capacities | Weighted citizens over citizens per capacity.",
        "need_before_rounding | estimate | capacities | Need with the floor.",
        "maximum_capacities | count | capacities | The council's number.",
        "existing_capacities | given | capacities | Capacities of the clinics registered there.",
        EARLIER,
        "maximum_capacities_earlier | count | capacities | The council's number in that year.",
        "maximum_capacities_change | count | capacities | Change since that year.",
        KEPT_BACK,
    ),
)
WEIGHTS = ResultTable(
    "stability_weights",
    "Each level's weight, year by year.",
    columns_of(
        YEAR,
        MODEL,
        "term | text | - | Term of the model.",
        "level | text | - | Level of the term.",
        "coefficient_kr | kroner | kroner a year | Estimated coefficient.",
        "weight | number | - | Coefficient over the national mean raw weight.",
        EARLIER,
        "weight_earlier | number | - | The weight in that year; empty where that model has no such level.",
        "weight_change | number | - | Change since that year.",
        KEPT_BACK,
    ),
)
CLINICS = ResultTable(
    "stability_clinics",
    "Each clinic's minimum, year by year, and by how many rounding steps it moved.",
    columns_of(
        YEAR,
        MODEL,
        "ydernummer | text | - | Clinic, six digits.",
        "clinic_type | text | - | plo, region, tender or island.",
        "municipality_code | text | - | Municipality of the clinic.",
        "council_id | text | - | Council of the clinic.",
        "capacities | given | capacities | Capacities of the clinic.",
        "minimum_per_capacity | count | patients | Minimum for each capacity.",
        "minimum_patients | count | patients | Minimum number of the clinic.",
        EARLIER,
        "minimum_per_capacity_earlier | count | patients | Minimum for each capacity in that year.",
        "minimum_per_capacity_change | count | patients | Change since that year.",
        "steps | count | steps | The change in rounding steps of the later year.",
        KEPT_BACK,
    ),
)
STEPS = ResultTable(
    "stability_steps",
    "How many clinics moved by how many rounding steps from one year to the next, of those with a number in both.",
    columns_of(
        EARLIER,
        YEAR,
        MODEL,
        "steps | count | steps | How far, up or down.",
        "clinics | count | clinics | Clinics that moved so far.",
        "clinics_up | count | clinics | Of them, with a higher number.",
        "clinics_down | count | clinics | Of them, with a lower number.",
    ),
)
RESIDUALS = ResultTable(
    "residuals",
    "Citizens in ten equal groups by predicted consumption: what the model predicts, and what they did consume.",
    columns_of(
        "tenth | count | - | Tenth of the citizens by predicted consumption; 1 has the least.",
        "predicted_kr | count | kroner a year | Predicted mean.",
        "actual_kr | count | kroner a year | Actual mean.",
        "difference_kr | count | kroner a year | Actual less predicted.",
        "ratio | number | - | Predicted over actual; above 1 the model predicts too much.",
    ),
)
ACCESS = ResultTable(
    "access",
    "Occupied capacities against need, and against the floor, by council and municipality.",
    columns_of(
        "day | text | day | Day on which capacities were counted.",
        "area_kind | text | - | council or municipality.",
        "area_code | text | - | Council id or municipality code.",
        "place | text | - | Name.",
        "need | estimate | capacities | Weighted citizens over citizens per capacity.",
        "floor | estimate | capacities | Least number of capacities by area while the floor is on; of municipalities.",
        "allocated_capacities | given | capacities | Allocated, without small island clinics.",
        "occupied_capacities | given | capacities | Occupied, without small island clinics.",
        "coverage | number | - | Occupied capacities over need.",
        "below_floor | text | - | yes if fewer are occupied than the floor asks for.",
        KEPT_BACK,
    ),
)
ASSUMPTIONS = ResultTable(
    "assumptions",
    "What the model assumes or infers because it is not public, with the source of each.",
    columns_of(
        "parameter | text | - | Parameter.",
        "value | text | - | Its value in the newest run.",
        "parameter_unit | text | - | Unit of the value.",
        "sureness | text | - | assumption or inferred.",
        "meaning | text | - | What it means.",
        "source | text | - | Why it is so.",
    ),
)
