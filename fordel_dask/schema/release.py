"""The tables of a release: all that may leave; kinds of columns as in :mod:`fordel_dask.schema.results`.

``kept_back`` names the columns of a row that disclosure control does not show; they are empty then. An ``estimate`` has
as many decimals as may be told.
"""

from fordel_dask.schema.results import ResultTable, columns_of

KEPT_BACK = (
    "kept_back | text | - | Columns of this row that are not shown, so that nobody can be found; empty if all are."
)
WEIGHTED = "{what} | count | weighted citizens | Sum of weights, rounded to weighted_step."
STEP = (
    "weighted_step | count | weighted citizens | How exactly the sum of weights is told: all figures of the row that "
    "follow from it are computed from what is told."
)
MEAN_WEIGHT = "mean_weight | estimate | - | Weighted over {who}, both as told."

COUNCILS = ResultTable(
    "maximum_capacities_by_council",
    "Binding maximum of capacities by health council.",
    columns_of(
        "council_id | text | - | Council id.",
        "council | text | - | Name.",
        "region | text | - | Region from 2027.",
        "citizens | count | citizens | Group-1 citizens living there at the status date.",
        "projected_citizens | count | citizens | Expected at the year's end; the same without a projection.",
        WEIGHTED.format(what="weighted_citizens"),
        STEP,
        MEAN_WEIGHT.format(who="projected citizens"),
        "need | estimate | capacities | Weighted citizens over citizens per capacity.",
        "floor_addition | estimate | capacities | What the floor adds in the municipalities where it binds.",
        "need_before_rounding | estimate | capacities | Need with the floor.",
        "maximum_capacities | count | capacities | The council's number, as the law makes it of the exact need.",
        "existing_capacities | given | capacities | Capacities of the clinics registered there.",
        KEPT_BACK,
    ),
)
MUNICIPALITIES = ResultTable(
    "need_by_municipality",
    "Need by municipality of residence; guidance, not binding.",
    columns_of(
        "municipality_code | text | - | Municipality code, three digits.",
        "municipality | text | - | Name.",
        "council_id | text | - | Council it lies in.",
        "citizens | count | citizens | Group-1 citizens living there at the status date.",
        "projected_citizens | count | citizens | Expected at the year's end; the same without a projection.",
        WEIGHTED.format(what="weighted_citizens"),
        STEP,
        MEAN_WEIGHT.format(who="projected citizens"),
        "need | estimate | capacities | Weighted citizens over citizens per capacity.",
        "area_km2 | given | km² | Area.",
        "floor | estimate | capacities | Least number of capacities by area while the floor is on.",
        "patients_per_capacity | count | citizens | Citizens that make up one capacity.",
        "patients_per_capacity_rounded | count | citizens | The same by the exact figures, rounded to the step.",
        KEPT_BACK,
    ),
)
AREAS = ResultTable(
    "need_by_planning_area",
    "Need by planning area below the council; guidance, not binding. A row without area holds a municipality's "
    "citizens outside all its areas.",
    columns_of(
        "area | text | - | Planning area; empty for citizens of the municipality outside its areas.",
        "name | text | - | Name.",
        "municipality_code | text | - | Municipality it lies in.",
        "council_id | text | - | Council it lies in.",
        "citizens | count | citizens | Group-1 citizens living there at the status date.",
        WEIGHTED.format(what="weighted_citizens"),
        STEP,
        "need | estimate | capacities | Weighted citizens over citizens per capacity.",
        KEPT_BACK,
    ),
)
CLINICS = ResultTable(
    "minimum_patients_by_clinic",
    "How many patients each clinic must at least take.",
    columns_of(
        "ydernummer | text | - | Clinic, six digits.",
        "clinic_type | text | - | plo, region, tender or island.",
        "municipality_code | text | - | Municipality of the clinic.",
        "council_id | text | - | Council of the clinic.",
        "capacities | given | capacities | Capacities of the clinic.",
        "patients | count | citizens | Group-1 citizens enrolled at the status date.",
        WEIGHTED.format(what="weighted_patients"),
        STEP,
        MEAN_WEIGHT.format(who="enrolled patients"),
        "minimum_per_capacity | count | patients | As the law makes it of the exact figures, rounded to the step.",
        "minimum_patients | count | patients | Capacities times the rounded minimum per capacity.",
        "status | text | - | ok, no_patients, unregistered or no_capacities.",
        "note | text | - | What else is to be known.",
        KEPT_BACK,
    ),
)
TRAITS = ResultTable(
    "citizens_by_trait",
    "How many citizens of each area and clinic have a trait, and by how much that moves its weighted citizens.",
    columns_of(
        "area_kind | text | - | clinic, municipality or council.",
        "code | text | - | Ydernummer, municipality code or council id.",
        "term | text | - | Term of the model; clamp: those whose prediction was below 0.",
        "level | text | - | Level of the term.",
        "citizens | count | citizens | Citizens of the area with that level.",
        "weighted_part | number | weighted citizens | Part of weighted citizens minus citizens.",
        KEPT_BACK,
    ),
)
WEIGHTS = ResultTable(
    "weights_by_trait",
    "The estimated coefficients: what each level adds to a citizen's yearly consumption.",
    columns_of(
        "term | text | - | Term of the model.",
        "level | text | - | Level of the term; reference levels are not listed.",
        "citizens | count | citizens | Citizens of the estimation sample with the level.",
        "exposure_years | number | years | Years those citizens were enrolled in the fee year.",
        "coefficient_kr | kroner | kroner a year | Estimated coefficient.",
        "standard_error_kr | kroner | kroner a year | Its standard error.",
        "weight | number | - | Coefficient over the national mean raw weight.",
        KEPT_BACK,
    ),
)
FLOWS = ResultTable(
    "flows_between_councils",
    "Where citizens live and where their clinic lies.",
    columns_of(
        "residence_council_id | text | - | Council of residence.",
        "clinic_council_id | text | - | Council of the clinic; empty for none or an unregistered one.",
        "citizens | count | citizens | Group-1 citizens.",
        KEPT_BACK,
    ),
)
INTERVALS = ResultTable(
    "intervals",
    "How sure figures are: 90 % intervals from leaving out every clinic of the sample in turn.",
    columns_of(
        "kind | text | - | weight, municipality, council or clinic.",
        "code | text | - | Term, municipality code, council id or ydernummer.",
        "level | text | - | Level of the term; empty for areas and clinics.",
        "figure | text | - | Column of the kind's own table.",
        "low | estimate | as there | Lower end.",
        "high | estimate | as there | Upper end.",
        "flag | text | - | robust if both ends round to the published figure, else uncertain.",
    ),
)
CHANCES = ResultTable(
    "chances_of_council_numbers",
    "In how many of the nations drawn again a council would have so many capacities.",
    columns_of(
        "council_id | text | - | Council id.",
        "maximum_capacities | count | capacities | Need with the floor, rounded up once (as the model rounds).",
        "replicates | count | nations | Nations drawn again (bootstrap of clinics) with that number.",
        "share | estimate | - | The same as a share of all nations drawn again.",
    ),
)
ALTERNATIVES = ResultTable(
    "council_numbers_by_other_weights",
    "The councils' numbers by weights estimated in other ways; for comparison, nothing follows from them.",
    columns_of(
        "estimator | text | - | clinic_fixed_effects, region (its clinics alone) or without_council (all others).",
        "name | text | - | The region or council; empty for fixed effects.",
        "council_id | text | - | Council id.",
        "maximum_capacities | count | capacities | The council's number by those weights.",
        "change | count | capacities | Against the published number.",
    ),
)
QUALITY = ResultTable(
    "rows_of_registers",
    "What became of the rows of the registers.",
    columns_of(
        "register | text | - | Register as delivered.",
        "what | text | - | read, kept, dropped, quarantined or noticed.",
        "reason | text | - | Why rows were dropped or quarantined, or what was noticed.",
        "rows | count | rows | Rows (or citizens, where the reason speaks of them).",
        KEPT_BACK,
    ),
)
OF_A_RUN: tuple[ResultTable, ...] = (
    *(COUNCILS, MUNICIPALITIES, AREAS, CLINICS, TRAITS, WEIGHTS, FLOWS, INTERVALS, CHANCES, ALTERNATIVES, QUALITY),
)
