"""The tables that ``fordel scenarios STORE`` writes; kinds of columns as in :mod:`fordel_dask.schema.results`.

``before`` is the base, ``after`` the case. A change stands always beside what it is measured from.
"""

from fordel_dask.schema.results import ResultTable, columns_of

CASE = "case | text | - | Case: a variant (V31), one of its cases (V31.double), or a scenario of one's own."
SURE = (
    "{name} | text | - | {what} beyond or within the base's 90 % interval; unknown where no interval of the base is "
    "known. An interval tells of chance in the weights, not whether the case is right."
)


def _change(name: str, unit: str, what: str) -> tuple[str, str, str]:
    """Give the lines of a figure in the base, in the case, and its change."""
    return (
        f"{name}_before | given | {unit} | {what} In the base.",
        f"{name}_after | given | {unit} | {what} In the case.",
        f"{name}_change | given | {unit} | {what} In the case less in the base; empty where one has none.",
    )


def _extreme(who: str, what: str, unit: str, measured: str) -> tuple[str, str, str, str]:
    """Give the lines of the largest winner or loser: who, its change, its base, and how sure."""
    return (
        f"{who} | text | - | {what}; empty if there is none.",
        f"{who}_change | given | {unit} | Change of its {measured}.",
        f"{who}_before | given | {unit} | Its {measured} in the base.",
        SURE.format(name=f"{who}_sure", what=f"Whether its {measured} now lies"),
    )


_OF_COUNCIL = "number (maximum_capacities)"
_OF_CLINIC = "minimum number of patients"
VARIANTS = ResultTable(
    "variants",
    "Every case beside the base: what it does to the country, and who would win and lose most. Cases that cannot be "
    "run on these data are listed with the reason.",
    columns_of(
        "id | text | - | Scenario.",
        CASE,
        "title | text | - | What is asked for.",
        "title_da | text | - | The same in Danish.",
        "who | text | - | Who asked for it in the consultation.",
        "memo | text | - | Section of the consultation memo with the answer.",
        "ministry | text | - | The answer: done, partly, rejected, noted, unanswered, region, outside or unasked.",
        "status | text | - | run; unchanged (run, and no published number changes); not_run.",
        "reason | text | - | Why it was not run, why nothing changes, or that no number of a council or clinic does.",
        "model_hash | text | - | SHA-256 of all parameters; the same for equal models.",
        "changes | text | - | Parameters that differ from the base, from → to; of lists what is added (+) and removed.",
        "counted_again | text | - | yes if citizens had to be counted again for it; no if the base's sums did.",
        "citizens | count | citizens | Citizens counted.",
        *_change("need", "capacities", "Capacities needed in the country, without the floor."),
        *_change("maximum_capacities", "capacities", "Sum of the councils' numbers."),
        "councils_changed | count | councils | With another number.",
        "councils_up | count | councils | With a higher number: they win.",
        "councils_down | count | councils | With a lower number: they lose.",
        *_extreme("council_winner", "Name of the council that gains most capacities", "capacities", _OF_COUNCIL),
        *_extreme("council_loser", "Name of the council that loses most capacities", "capacities", _OF_COUNCIL),
        "clinics_with_a_number | count | clinics | With a minimum number of patients in base and case.",
        "clinics_changed | count | clinics | Of them, with another one.",
        "clinics_beyond_a_step | count | clinics | Of them, changed by more than one rounding step.",
        "clinics_up | count | clinics | Must take more patients: they lose.",
        "clinics_down | count | clinics | May close for new patients earlier: they win.",
        "clinics_gained | count | clinics | With a number in the case only.",
        "clinics_lost | count | clinics | With a number in the base only.",
        *_extreme("clinic_winner", "Clinic whose minimum falls most, as a share of it", "patients", _OF_CLINIC),
        *_extreme("clinic_loser", "Clinic whose minimum rises most, as a share of it", "patients", _OF_CLINIC),
        "r_squared_before | estimate | - | Share of the variance of annual fees between citizens explained, base.",
        "r_squared_after | estimate | - | The same in the case.",
    ),
)
COUNCIL_EFFECTS = ResultTable(
    "council_effects",
    "Each council in the base and in each case.",
    columns_of(
        CASE,
        "council_id | text | - | Council id.",
        "council | text | - | Name.",
        "region | text | - | Region.",
        *_change("need", "capacities", "Weighted citizens over citizens per capacity."),
        *_change("need_before_rounding", "capacities", "Need with the floor."),
        *_change("maximum_capacities", "capacities", "The council's number."),
        *_change("existing_capacities", "capacities", "Capacities of the clinics registered there."),
        SURE.format(name="need_sure", what="Whether need before rounding lies"),
        SURE.format(name="maximum_sure", what="Whether the number lies"),
    ),
)
MUNICIPALITY_EFFECTS = ResultTable(
    "municipality_effects",
    "Each municipality in the base and in each case; guidance, not binding.",
    columns_of(
        CASE,
        "municipality_code | text | - | Municipality code, three digits.",
        "municipality | text | - | Name.",
        "council_id | text | - | Council it lies in.",
        *_change("projected_citizens", "citizens", "Citizens expected at the year's end."),
        *_change("need", "capacities", "Weighted citizens over citizens per capacity."),
        *_change("floor", "capacities", "Least number of capacities by area while the floor is on."),
        *_change("patients_per_capacity", "citizens", "Citizens that make up one capacity."),
        SURE.format(name="need_sure", what="Whether need lies"),
    ),
)
CLINIC_EFFECTS = ResultTable(
    "clinic_effects",
    "Each clinic in each case that changes its number, or that alone gives it one. Clinics not listed for a case keep "
    "their number, or have none in either.",
    columns_of(
        CASE,
        "ydernummer | text | - | Clinic, six digits.",
        "clinic_type | text | - | plo, region, tender or island.",
        "municipality_code | text | - | Municipality of the clinic.",
        "council_id | text | - | Council of the clinic.",
        "outside_work_tenth | count | - | Tenth of clinics by share of patients outside the labour market; 10: most.",
        "capacities | given | capacities | Capacities of the clinic.",
        *_change("patients", "patients", "Patients counted."),
        *_change("minimum_per_capacity", "patients", "Minimum number for each capacity, rounded to the step."),
        *_change("minimum_patients", "patients", "Minimum number of the clinic."),
        "change_of_base | number | - | Change of minimum patients as a share of the base.",
        "steps | count | steps | About how many rounding steps that is; at least one where it moves.",
        "beyond_a_step | text | - | yes if it moves by more than one rounding step.",
        "status_before | text | - | Status in the base, as in a RUN.",
        "status_after | text | - | Status in the case.",
        SURE.format(name="minimum_sure", what="Whether the number for each capacity lies"),
    ),
)
CLINIC_GROUPS = ResultTable(
    "clinic_groups",
    "How many clinics go up, down or stay in each case, and how far: all together, by region, type, size and "
    "share of patients outside the labour market.",
    columns_of(
        CASE,
        "grouping | text | - | country, region, clinic_type, size (patients of the base) or outside_work_tenth.",
        "group | text | - | Region, type, class of patients or tenth (10: most patients outside the labour market); "
        "empty for the country and for clinics that are in none.",
        "clinics | count | clinics | With a number in base and case.",
        "clinics_up | count | clinics | Of them, with a higher one.",
        "clinics_same | count | clinics | Of them, with the same.",
        "clinics_down | count | clinics | Of them, with a lower one.",
        "share_up | number | - | Of the clinics with a number in both.",
        "share_same | number | - | Of the clinics with a number in both.",
        "share_down | number | - | Of the clinics with a number in both.",
        "clinics_beyond_a_step | count | clinics | Moved by more than one rounding step.",
        "clinics_gained | count | clinics | With a number in the case only.",
        "clinics_lost | count | clinics | With a number in the base only.",
        *_change("minimum_patients", "patients", "Sum of minimum patients of clinics that have one in both."),
        *(
            f"change_{name} | count | patients | {what} of the changes of minimum patients."
            for name, what in {
                "least": "The least",
                "p05": "5 % quantile",
                "p25": "25 % quantile",
                "median": "The middle",
                "p75": "75 % quantile",
                "p95": "95 % quantile",
                "most": "The most",
            }.items()
        ),
    ),
)
CLINIC_DISTRIBUTION = ResultTable(
    "clinic_distribution",
    "How many clinics move by how many rounding steps in each case.",
    columns_of(
        CASE,
        "steps | count | steps | About how many steps; −10 and 10 hold all that move further, 0 those that do not.",
        "clinics | count | clinics | With a number in base and case.",
    ),
)
WEIGHT_EFFECTS = ResultTable(
    "weight_effects",
    "The weight of each level in the base and in each case; levels that only one of the two has stand alone.",
    columns_of(
        CASE,
        "term | text | - | Term of the model.",
        "level | text | - | Level of the term.",
        "only_in | text | - | base or case where only that model has the level.",
        *_change("citizens", "citizens", "Citizens of the estimation sample with the level."),
        *_change("coefficient_kr", "kroner a year", "Estimated coefficient."),
        *_change("weight", "-", "Weight; empty where weights are no sum of coefficients."),
    ),
)
FIT = ResultTable(
    "fit",
    "How well the weights of the base (first row) and of each case fit the consumption of the sample.",
    columns_of(
        CASE,
        "citizens | count | citizens | Citizens of the estimation sample.",
        "clinics | count | clinics | Clinics of the estimation sample.",
        "coefficients | count | coefficients | Estimated.",
        "r_squared | estimate | - | Share of the variance of annual fees between citizens that is explained.",
        "r_squared_change | estimate | - | Against the base; no measure of right or wrong where consumption differs.",
        "mean_fee_kr | estimate | kroner a year | Mean annual fee of the sample.",
    ),
)
CLINIC_WEIGHTS = ResultTable(
    "clinic_weights",
    "Weighted patients of each clinic in each case that weighs them otherwise than the base. It stays in the closed "
    "room: by it 'fordel release' judges which clinics' numbers may be told.",
    columns_of(
        CASE,
        "ydernummer | text | - | Clinic, six digits.",
        "weighted_patients | number | weighted citizens | Sum of the patients' weights in the case.",
    ),
)
SCENARIO_TABLES: tuple[ResultTable, ...] = (
    *(VARIANTS, COUNCIL_EFFECTS, MUNICIPALITY_EFFECTS, CLINIC_EFFECTS),
    *(CLINIC_GROUPS, CLINIC_DISTRIBUTION, WEIGHT_EFFECTS, FIT, CLINIC_WEIGHTS),
)
