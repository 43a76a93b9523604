"""The tables of cases (variants, scenarios) in a release; kinds of columns as in :mod:`fordel_dask.schema.results`.

Every figure follows from what a release tells: need from sums rounded to their step, changes from the two figures
that stand beside them, groups of clinics from the clinics whose numbers are told.
"""

from fordel_dask.schema.release import KEPT_BACK, STEP
from fordel_dask.schema.results import ResultTable, columns_of

CASE = "case | text | - | Case: a variant (V31), one of its cases (V31.double), or a scenario of one's own."
SURE = (
    "{name} | text | - | Whether {what} lies beyond or within the base's 90 % interval, both as told; unknown without."
)


def _change(name: str, kind: str, unit: str, what: str) -> tuple[str, str, str]:
    return (
        f"{name}_before | {kind} | {unit} | {what} In the base.",
        f"{name}_after | {kind} | {unit} | {what} In the case.",
        f"{name}_change | {kind} | {unit} | {what} In the case less in the base.",
    )


CASES = ResultTable(
    "effects_of_cases",
    "Every case beside the base: what it does to the country, as far as it may be told.",
    columns_of(
        "id | text | - | Scenario.",
        CASE,
        "title | text | - | What is asked for.",
        "title_da | text | - | The same in Danish.",
        "who | text | - | Who asked for it in the consultation.",
        "memo | text | - | Section of the consultation memo with the answer.",
        "ministry | text | - | The answer: done, partly, rejected, noted, unanswered, region, outside or unasked.",
        "status | text | - | run or not_run.",
        "model_hash | text | - | SHA-256 of all parameters; the same for equal models.",
        "changes | text | - | Parameters that differ from the base, from → to; of lists what is added (+) and removed.",
        *_change("need", "estimate", "capacities", "Capacities needed in the country: the councils' as told."),
        *_change("maximum_capacities", "count", "capacities", "Sum of the councils' numbers."),
        "councils_told | count | councils | Of which base and case both tell the number; what follows counts these.",
        "councils_up | count | councils | With a higher number: they win.",
        "councils_down | count | councils | With a lower number: they lose.",
        "clinics_told | count | clinics | Of which both tell the number, or that there is none.",
        "clinics_up | count | clinics | Must take more patients: they lose.",
        "clinics_down | count | clinics | May close for new patients earlier: they win.",
        "clinics_beyond_a_step | count | clinics | Changed by more than one rounding step.",
        "clinics_gained | count | clinics | With a number in the case only.",
        "clinics_lost | count | clinics | With a number in the base only.",
        KEPT_BACK,
    ),
)
COUNCILS = ResultTable(
    "council_numbers_by_case",
    "Each council in the base and in each case.",
    columns_of(
        CASE,
        "council_id | text | - | Council id.",
        "council | text | - | Name.",
        "region | text | - | Region.",
        STEP,
        *_change("need", "estimate", "capacities", "Weighted citizens over citizens per capacity."),
        *_change("need_before_rounding", "estimate", "capacities", "Need with the floor."),
        *_change("maximum_capacities", "count", "capacities", "The council's number."),
        *_change("existing_capacities", "given", "capacities", "Capacities of the clinics registered there."),
        SURE.format(name="need_sure", what="need before rounding"),
        SURE.format(name="maximum_sure", what="the number"),
        KEPT_BACK,
    ),
)
MUNICIPALITIES = ResultTable(
    "need_by_municipality_and_case",
    "Each municipality in the base and in each case; guidance, not binding.",
    columns_of(
        CASE,
        "municipality_code | text | - | Municipality code, three digits.",
        "municipality | text | - | Name.",
        "council_id | text | - | Council it lies in.",
        STEP,
        *_change("projected_citizens", "count", "citizens", "Citizens expected at the year's end."),
        *_change("need", "estimate", "capacities", "Weighted citizens over citizens per capacity."),
        *_change("floor", "estimate", "capacities", "Least number of capacities by area while the floor is on."),
        *_change("patients_per_capacity", "count", "citizens", "Citizens that make up one capacity."),
        SURE.format(name="need_sure", what="need"),
        KEPT_BACK,
    ),
)
CLINICS = ResultTable(
    "minimum_patients_by_clinic_and_case",
    "Each clinic in each case that changes its number, and each of which a case's number is not told. Clinics not "
    "listed for a case keep their number, or have none in either.",
    columns_of(
        CASE,
        "ydernummer | text | - | Clinic, six digits.",
        "clinic_type | text | - | plo, region, tender or island.",
        "municipality_code | text | - | Municipality of the clinic.",
        "council_id | text | - | Council of the clinic.",
        "capacities | given | capacities | Capacities of the clinic.",
        *_change("minimum_per_capacity", "count", "patients", "Minimum for each capacity, rounded to the step."),
        *_change("minimum_patients", "count", "patients", "Minimum number of the clinic."),
        "steps | count | steps | About how many rounding steps that is; at least one where it moves.",
        "beyond_a_step | text | - | yes if it moves by more than one rounding step.",
        "status_before | text | - | Status in the base, as in a RUN.",
        "status_after | text | - | Status in the case.",
        SURE.format(name="minimum_sure", what="the number for each capacity"),
        KEPT_BACK,
    ),
)
GROUPS = ResultTable(
    "clinic_groups_by_case",
    "How many clinics go up, down or stay in each case, and how far: of the clinics whose numbers base and case tell.",
    columns_of(
        CASE,
        "grouping | text | - | country, region, clinic_type or size (patients of the base, as told).",
        "group | text | - | Region, type or class of patients; empty for the country, and for what is not known.",
        "clinics | count | clinics | With a number in base and case.",
        "clinics_up | count | clinics | Of them, with a higher one.",
        "clinics_same | count | clinics | Of them, with the same.",
        "clinics_down | count | clinics | Of them, with a lower one.",
        "clinics_beyond_a_step | count | clinics | Moved by more than one rounding step.",
        "clinics_gained | count | clinics | With a number in the case only.",
        "clinics_lost | count | clinics | With a number in the base only.",
        *_change("minimum_patients", "count", "patients", "Sum of minimum patients of clinics that have one in both."),
        "change_least | count | patients | The least of the changes of minimum patients.",
        "change_median | count | patients | The middle of the changes.",
        "change_most | count | patients | The most of the changes.",
    ),
)
STEPS = ResultTable(
    "clinic_steps_by_case",
    "How many clinics move by how many rounding steps in each case, of those whose numbers base and case tell.",
    columns_of(
        CASE,
        "steps | count | steps | About how many steps; −10 and 10 hold all that move further, 0 those that do not.",
        "clinics | count | clinics | With a number in base and case.",
    ),
)
WEIGHTS = ResultTable(
    "weights_by_case",
    "The weight of each level in the base and in each case; levels that only one of the two has stand alone.",
    columns_of(
        CASE,
        "term | text | - | Term of the model.",
        "level | text | - | Level of the term.",
        "only_in | text | - | base or case where only that model has the level.",
        "citizens | count | citizens | Citizens of the sample with the level, of a sample like the base's.",
        *_change("coefficient_kr", "given", "kroner a year", "Estimated coefficient."),
        *_change("weight", "given", "-", "Weight; empty where weights are no sum of coefficients."),
        KEPT_BACK,
    ),
)
FIT = ResultTable(
    "fit_by_case",
    "How well the weights of the base (first row) and of each case fit the consumption of the sample.",
    columns_of(
        CASE,
        "citizens | count | citizens | Citizens of the estimation sample.",
        "clinics | count | clinics | Clinics of the estimation sample.",
        "coefficients | count | coefficients | Estimated.",
        "r_squared | estimate | - | Share of the variance of annual fees between citizens that is explained.",
        "mean_fee_kr | count | kroner a year | Mean annual fee of the sample, to whole kroner.",
        KEPT_BACK,
    ),
)
