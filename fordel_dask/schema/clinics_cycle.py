"""The tables that ``fordel clinics`` writes; kinds of columns as in :mod:`fordel_dask.schema.results`."""

from fordel_dask.schema.results import ResultTable, columns_of

CLINIC_STATUS = ResultTable(
    "clinic_status",
    "Every clinic of the register on the day, and those gone that patients are still enrolled in: where it stands and "
    "what the region may decide. The calculated number is guidance; the region decides.",
    columns_of(
        "ydernummer | text | - | Clinic, six digits.",
        "clinic_type | text | - | plo, region, tender or island; empty if no row of the register covers the day.",
        "municipality_code | text | - | Municipality of the clinic.",
        "council_id | text | - | Council of the clinic.",
        "planning_area | text | - | Planning area of its municipality whose point is nearest; empty if not known.",
        "capacities | given | capacities | Capacities on the day.",
        "status | text | - | ok, or why there is no number: no_patients, unregistered, no_capacities.",
        "patients | count | citizens | Group-1 citizens enrolled at the status date.",
        "mean_weight | number | - | Weighted over enrolled patients.",
        "calculated | count | patients | Calculated minimum of patients.",
        "decided | count | patients | The region's number in force on the day.",
        "decided_from | text | day | Day from which it holds.",
        "decided_because | text | - | The region's reason, as its register of decisions has it.",
        "pending | count | patients | The number decided that is to hold next.",
        "pending_from | text | day | Day from which it will; empty while a notice is missing.",
        "limit | count | patients | Present limit: the decided number in force, else that of the register.",
        "limit_by | text | - | decision or register.",
        "change | count | patients | Calculated less present limit.",
        "direction | text | - | up, down or unchanged.",
        "is_open | text | - | 1 if it takes new patients, 0 if not, empty if not told.",
        "may_close | text | - | 1 if its patients have reached the present limit, else 0; is_open says if it is closed "
        "already.",
        "may_reopen | text | - | 1 if it is closed and so far below the limit that the region may open it again.",
        "dialogue_first | text | - | 1 if calculated is well above both limit and list: voluntary agreement first.",
        "maximum | count | patients | Most patients by the collective agreement.",
        "above_maximum | text | - | 1 if the calculated or decided number is above it.",
        "neighbours_above | count | clinics | Clinics near it with more patients than calculated.",
        "neighbours_surplus | count | patients | How many more they have together.",
        "open_clinics | count | clinics | Clinics near it that are open: patients may be told, never moved.",
        "nearest_open | text | - | The nearest of them.",
        "proposal | count | patients | Calculated, after the region's policy and the agreement's maximum.",
        "bound_by | text | - | What changed it: corridor, cap, maximum, in that order; empty if nothing did.",
        "earliest_effect | text | day | First day the proposal may hold if it is decided and told on the day.",
        "complaint_body | text | - | Who hears a complaint about a decision of the day.",
        "permissions | text | - | Permissions by the collective agreement in force on the day, each with its end.",
    ),
)
DIALOGUE_LIST = ResultTable(
    "dialogue_list",
    "Clinics whose calculated number is well above both present limit and list: the region first seeks a voluntary "
    "agreement. The farthest above come first.",
    columns_of(
        "ydernummer | text | - | Clinic, six digits.",
        "municipality_code | text | - | Municipality of the clinic.",
        "council_id | text | - | Council of the clinic.",
        "calculated | count | patients | Calculated minimum of patients.",
        "limit | count | patients | Present limit.",
        "patients | count | citizens | Group-1 citizens enrolled at the status date.",
        "above_limit | number | - | Calculated over present limit, less 1.",
        "above_patients | number | - | Calculated over patients, less 1.",
        "proposal | count | patients | Calculated, after the region's policy and the agreement's maximum.",
        "neighbours_above | count | clinics | Clinics near it with more patients than calculated.",
        "neighbours_surplus | count | patients | How many more they have together: that lessens the pressure.",
        "neighbours | text | - | The nearest of them.",
        "open_clinics | count | clinics | Clinics near it that are open: patients may be told, never moved.",
    ),
)
PHASE_IN = ResultTable(
    "phase_in",
    "The number of every clinic in each year of the phase-in, from the present limit to the proposal in equal steps.",
    columns_of(
        "ydernummer | text | - | Clinic, six digits.",
        "year | count | year | Year.",
        "number | count | patients | Number of the year.",
        "earliest_effect | text | day | First day it may hold if decided and told on the day; never before its year.",
        "ground | text | - | whole: the proposal is reached; transition: a step while the transition rule holds; "
        "agreement: a step after its end, which needs a voluntary agreement.",
    ),
)
PLACES = ResultTable(
    "places",
    "Citizens and places by area and year: a clinic has places for its number, or for its patients if they are more.",
    columns_of(
        "area_kind | text | - | council, municipality or planning_area.",
        "code | text | - | Council id, municipality code or planning area; empty for the rest of a municipality.",
        "municipality_code | text | - | Municipality; empty for councils.",
        "council_id | text | - | Council.",
        "name | text | - | Name.",
        "year | count | year | Year.",
        "citizens | count | citizens | Group-1 citizens living there at the status date.",
        "clinics | count | clinics | Clinics lying there.",
        "open_clinics | count | clinics | Those of them that the register marks as open for new patients.",
        "places | count | places | Sum over them of the greater of number and patients.",
        "without_place | count | citizens | Citizens less places; below 0 where places are left over.",
    ),
)
DECISIONS = ResultTable(
    "decisions",
    "The register of decisions, checked: it can be edited and read again.",
    columns_of(
        "YDERNR | text | - | Clinic, six digits.",
        "NUMBER | count | patients | Decided number.",
        "DECIDED_ON | text | day | Day of the decision.",
        "NOTICE_DECISION | text | day | Day on which the clinic was told of it.",
        "NOTICE_CALCULATION | text | day | Day on which the clinic was told of the calculation behind it.",
        "EFFECTIVE_FROM | text | day | First day it holds, computed if left blank; empty while a notice is missing.",
        "REASON | text | - | Why.",
        "PLANNING_YEAR | count | year | Year of the calculation it rests on.",
        "EARLIEST_EFFECT | text | day | First day the law allows; not read again.",
        "NUMBER_BEFORE | count | patients | What it is held against; not read again.",
        "STATE | text | - | On the day: in_force; to_come; replaced (by one decided later); dated_after_the_day; "
        "waits_for_notice. Not read again.",
    ),
)
NO_NUMBER = ResultTable(
    "no_number",
    "Clinics that nothing was calculated for, why, and what the region may start from.",
    columns_of(
        "ydernummer | text | - | Clinic, six digits.",
        "municipality_code | text | - | Municipality of the clinic.",
        "council_id | text | - | Council of the clinic.",
        "reason | text | - | no_patients, unregistered or no_capacities.",
        "patients | count | citizens | Group-1 citizens enrolled at the status date.",
        "capacities | given | capacities | Capacities on the day.",
        "predecessor | text | - | Clinic that it came from.",
        "ground | text | - | area (a new clinic), split or handover (the clinic it came from), own_patients; empty if "
        "nothing is known.",
        "source | text | - | The planning area, municipality or clinic that the estimate is taken from.",
        "per_capacity | count | patients | Estimated patients per capacity, rounded to the step.",
        "estimate | count | patients | The same for its capacities.",
    ),
)
CLINICS_TABLES = (CLINIC_STATUS, DIALOGUE_LIST, PHASE_IN, PLACES, DECISIONS, NO_NUMBER)
