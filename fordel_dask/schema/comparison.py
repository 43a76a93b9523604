"""The tables that ``fordel compare`` writes; kinds of columns as in :mod:`fordel_dask.schema.results`."""

from fordel_dask.schema.results import ResultColumn, ResultTable, columns_of

_STATUS = (
    "status | text | - | compared; new or gone (only the later, or only the earlier, RUN lists it); first_number or "
    "lost_number (listed in both, a number in one); no_number. Only what is compared has causes."
)
_CAUSES = (
    "population | number | {unit} | How many citizens are counted; with a projection, how many persons are expected.",
    "composition | number | {unit} | Which levels of the model the citizens have, against the country.",
    "weights | number | {unit} | The weights of the levels; a level that one RUN lacks has weight 0 there.",
    "life_expectancy | number | {unit} | The correction for life expectancy.",
    "rules | number | {unit} | Citizens per capacity, floor, rounding step: what the model's rules say.",
    "capacities | number | {unit} | Capacities of the clinic; 0 for areas.",
    "other | number | {unit} | Expectations below zero, projection, areas and borders, rounding of weights.",
    "rounding | number | {unit} | Rounding of the figure itself: up, to the step, to a whole patient; and of print.",
)


def _changes(*named: str, unit: str) -> tuple[ResultColumn, ...]:
    return columns_of(
        *named,
        _STATUS,
        f"before | given | {unit} | In the earlier RUN; empty without one.",
        f"after | given | {unit} | In the later RUN; empty without one.",
        f"change | number | {unit} | After less before; the causes of the row add up to it exactly.",
        *(line.format(unit=unit) for line in _CAUSES),
        "main_cause | text | - | The cause, rounding aside, that did most towards the change; empty if nothing "
        "changed.",
    )


COUNCIL_CHANGES = ResultTable(
    "council_changes",
    "Need and binding maximum of each council in two RUNs, and why they differ. The causes of a council are those of "
    "its municipalities, added up (printed, to rounding of the ninth decimal); of the maximum only what lies above "
    "the floor counts.",
    _changes(
        "council_id | text | - | Council id.",
        "council | text | - | Name.",
        "region | text | - | Region.",
        "figure | text | - | need or maximum_capacities.",
        unit="capacities",
    ),
)
MUNICIPALITY_CHANGES = ResultTable(
    "municipality_changes",
    "Need and citizens per capacity of each municipality in two RUNs, and why they differ.",
    _changes(
        "municipality_code | text | - | Municipality code, three digits.",
        "municipality | text | - | Name.",
        "council_id | text | - | Council it lies in.",
        "figure | text | - | need (capacities), patients_per_capacity or patients_per_capacity_rounded (citizens).",
        unit="as the figure",
    ),
)
CLINIC_CHANGES = ResultTable(
    "clinic_changes",
    "The minimum number of patients of each clinic in two RUNs, and why it differs.",
    _changes(
        "ydernummer | text | - | Clinic, six digits.",
        "clinic_type | text | - | plo, region, tender or island.",
        "municipality_code | text | - | Municipality of the clinic.",
        "council_id | text | - | Council of the clinic.",
        "figure | text | - | minimum_per_capacity or minimum_patients.",
        unit="patients",
    ),
)
CHANGE_PARTS = ResultTable(
    "change_parts",
    "The causes in detail: each term of the model, each rule. Details without effect are left out. They add up to the "
    "causes to rounding of the ninth decimal.",
    columns_of(
        "kind | text | - | council, municipality or clinic.",
        "code | text | - | Council id, municipality code or ydernummer.",
        "figure | text | - | As in the table of the kind.",
        "cause | text | - | A column of that table.",
        "detail | text | - | Term of the model; norm, floor or step; clamp, projection, borders, area_km2 or "
        "rounding_of_weights.",
        "amount | number | as the figure | Its part of the change.",
    ),
)
STABILITY = ResultTable(
    "stability",
    "How steady published numbers were: how many moved, and how far; all together and by group.",
    columns_of(
        "figure | text | - | maximum_capacities of councils, patients_per_capacity_rounded of municipalities, "
        "minimum_per_capacity and minimum_patients of clinics.",
        "grouping | text | - | country, clinic_type, region, council or municipality (in the later RUN).",
        "group | text | - | Type, region, council id or municipality code; empty for the country.",
        "numbers | count | numbers | That both RUNs have.",
        "unchanged | count | numbers | The same in both.",
        "higher | count | numbers | Higher than before.",
        "lower | count | numbers | Lower than before.",
        "beyond_a_step | count | numbers | Moved by more than one rounding step (of a capacity, a clinic's capacities "
        "times the step).",
        "mean_change | number | as the figure | Mean of the changes without their sign.",
        "median_change | number | as the figure | Median of the changes without their sign.",
        "nine_tenths_within | count | as the figure | 90 % of the numbers moved by no more than this.",
        "correlation | estimate | - | Correlation of the mean weights before and after; empty where nothing varies.",
        "new | count | numbers | Only the later RUN has a number.",
        "gone | count | numbers | Only the earlier RUN has a number.",
    ),
)
DISEASE_DRIFT = ResultTable(
    "disease_drift",
    "Share of citizens with diagnoses that the model counts, before and after; the largest rise beyond that of the "
    "country first (memo 4.4.2.3: whether more diagnoses bring more resources).",
    columns_of(
        "kind | text | - | council, municipality or clinic.",
        "code | text | - | Council id, municipality code or ydernummer.",
        "term | text | - | somatic or psychiatric.",
        "level | text | - | Level of the term.",
        "citizens_before | count | citizens | With the level, in the earlier RUN.",
        "citizens_after | count | citizens | With the level, in the later RUN.",
        "share_before | number | - | The same over all citizens there.",
        "share_after | number | - | The same over all citizens there.",
        "change | number | - | Of the share.",
        "change_in_country | number | - | Of the share of the country.",
        "beyond_country | number | - | Change here less change in the country.",
        "mean_weight_change | number | - | What that did to the mean weight there: times the level's weight, mean of "
        "both RUNs.",
    ),
)
WEIGHT_CHANGES = ResultTable(
    "weight_changes",
    "The weight of each level in two RUNs.",
    columns_of(
        "term | text | - | Term of the model.",
        "level | text | - | Level of the term.",
        "coefficient_before_kr | kroner | kroner a year | Coefficient in the earlier RUN; empty if it has none.",
        "coefficient_after_kr | kroner | kroner a year | Coefficient in the later RUN; empty if it has none.",
        "weight_before | number | - | Weight in the earlier RUN.",
        "weight_after | number | - | Weight in the later RUN.",
        "change | number | - | Of the weight, one that is missing counting as 0.",
    ),
)
MODEL_CHANGES = ResultTable(
    "model_changes",
    "What differs between the models of the two RUNs.",
    columns_of(
        "kind | text | - | year, life_expectancy, projection, parameter or level.",
        "key | text | - | Which parameter, or which level of a term.",
        "unit | text | - | Its unit.",
        "before | text | - | In the earlier RUN.",
        "after | text | - | In the later RUN.",
        "words | text | - | What it is.",
    ),
)
COMPARISON_TABLES = (
    *(COUNCIL_CHANGES, MUNICIPALITY_CHANGES, CLINIC_CHANGES, CHANGE_PARTS),
    *(STABILITY, DISEASE_DRIFT, WEIGHT_CHANGES, MODEL_CHANGES),
)
