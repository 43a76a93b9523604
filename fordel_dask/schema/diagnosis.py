"""The tables that ``fordel diagnose`` writes; kinds of columns as in :mod:`fordel_dask.schema.results`."""

from fordel_dask.schema.results import ResultTable, columns_of

FIT = ResultTable(
    "fit",
    "How well predictions meet consumption, weighted by exposure.",
    columns_of(
        "level | text | - | citizen, clinic or municipality (of residence): whose consumption and prediction are held "
        "against one another.",
        "prediction | text | - | published; or by the coefficients of all but the citizen's, or clinic's, own fold.",
        "units | count | citizens, clinics or municipalities | How many there are.",
        "r2 | estimate | - | 1 − Σ e (a − p)² ÷ Σ e (a − ā)², with exposure e, actual a, predicted p and the mean ā.",
        "cpm | estimate | - | Cumming's prediction measure, 1 − Σ e |a − p| ÷ Σ e |a − ā|.",
        "mae_kr | estimate | kroner a year | Mean absolute error, Σ e |a − p| ÷ Σ e.",
        "note | text | - | Why there is no figure.",
    ),
)
GROUPS = ResultTable(
    "groups",
    "What groups of citizens of the estimation sample consumed, and what the model predicts for them.",
    columns_of(
        "trait | text | - | The trait by which citizens, or their clinics, are grouped.",
        "level | text | - | Level of the trait; 1 is the lowest tenth.",
        "name | text | - | Name of a municipality or council.",
        "in_model | text | - | yes; coarser (the model knows less of it); no; outcome (made of consumption itself).",
        "citizens | count | citizens | Citizens with the level.",
        "clinics | count | clinics | How many clinics, where clinics are grouped.",
        "exposure_years | number | years | Years those citizens were enrolled in the fee year.",
        "actual_total_kr | kroner | kroner | What they consumed in the fee year.",
        "predicted_total_kr | kroner | kroner | What the model predicts for the days they were enrolled.",
        "actual_kr | kroner | kroner a year | Actual consumption of a citizen.",
        "predicted_kr | kroner | kroner a year | Predicted consumption of a citizen.",
        "predictive_ratio | estimate | - | Predicted ÷ actual: below 1 the group is compensated too little.",
        "difference_kr | kroner | kroner a year | Predicted less actual, of a citizen.",
        "note | text | - | Why there is no ratio.",
    ),
)
CLINIC_RESIDUALS = ResultTable(
    "clinics",
    "What the patients of each clinic of the estimation sample consumed, and what the model predicts for them.",
    columns_of(
        "ydernummer | text | - | Clinic, six digits.",
        "clinic_type | text | - | plo or island; others are not in the estimation sample.",
        "municipality_code | text | - | Municipality of the clinic.",
        "citizens | count | citizens | Its citizens of the estimation sample.",
        "patients_per_capacity | number | citizens | Patients over capacities; empty without capacities.",
        "mean_weight | number | - | Weighted over enrolled patients.",
        "actual_kr | kroner | kroner a year | Actual consumption of a citizen.",
        "predicted_kr | kroner | kroner a year | Predicted consumption of a citizen.",
        "predictive_ratio | estimate | - | Predicted ÷ actual.",
        "difference_kr | kroner | kroner a year | Predicted less actual, of a citizen.",
        "note | text | - | Why there is no ratio.",
    ),
)
SIMPLICITY = ResultTable(
    "simplicity",
    "What freer models explain of the consumption of citizens in clinics they have not seen.",
    columns_of(
        "way | text | - | published; estimated_anew (the same model on the citizens the trees have); "
        "trees_same_traits; trees_finer_traits (age in years, every condition), grown on what that leaves over.",
        "citizens_trained | count | citizens | Citizens it was made from; the published weights are made from all.",
        "citizens_tested | count | citizens | Citizens of clinics held back.",
        "r2 | estimate | - | R² of those citizens.",
        "note | text | - | Why there is no figure.",
    ),
)
STABILITY = ResultTable(
    "stability",
    "What has moved since an earlier RUN; no rows without one.",
    columns_of(
        "kind | text | - | weight or clinic.",
        "code | text | - | Term, or ydernummer.",
        "level | text | - | Level of the term.",
        "before | number | - | Weight, or mean weight of the clinic's patients, in the earlier RUN.",
        "now | number | - | The same now.",
        "difference | number | - | Now less before.",
        "steps | count | rounding steps | How far the clinic's minimum per capacity has moved; empty without one.",
    ),
)
DIAGNOSIS_TABLES = (FIT, GROUPS, CLINIC_RESIDUALS, SIMPLICITY, STABILITY)
