"""The result tables of a RUN: columns with kind, unit and meaning.

Kinds: ``text``, ``count`` (whole number), ``kroner`` (6 decimals), ``number`` (computed, 9
decimals), ``given`` (an input repeated as its shortest decimal text), ``persons`` (a count,
or 9 decimals with a projection, or where parts of citizens count elsewhere), ``estimate`` (6
decimals of a binary float: no published count depends on one).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class ResultColumn:
    """One column of a result table."""

    name: str
    kind: str
    unit: str
    doc: str


@dataclass(frozen=True)
class ResultTable:
    """One result table: its file name and columns in order."""

    name: str
    doc: str
    columns: tuple[ResultColumn, ...]


def columns_of(*lines: str) -> tuple[ResultColumn, ...]:
    """Give the columns of lines ``name | kind | unit | meaning``."""
    return tuple(ResultColumn(*(part.strip() for part in line.split("|", 3))) for line in lines)


_columns = columns_of


WEIGHTS = ResultTable(
    "weights",
    "The estimated coefficients: what each level adds to a citizen's yearly consumption.",
    _columns(
        "term | text | - | Term of the model.",
        "level | text | - | Level of the term; reference levels are not listed.",
        "citizens | count | citizens | Citizens of the estimation sample with the level.",
        "exposure_years | number | years | Years those citizens were enrolled in the fee year.",
        "coefficient_kr | kroner | kroner a year | Estimated coefficient.",
        "standard_error_kr | kroner | kroner a year | Its standard error.",
        "weight | number | - | Coefficient over the national mean raw weight.",
    ),
)
MUNICIPALITIES = ResultTable(
    "municipalities",
    "Need by municipality of residence; guidance, not binding.",
    _columns(
        "municipality_code | text | - | Municipality code, three digits.",
        "municipality | text | - | Name.",
        "council_id | text | - | Council it lies in.",
        "citizens | count | citizens | Group-1 citizens living there at the status date.",
        "projected_citizens | persons | citizens | Expected at the year's end; the same without a projection.",
        "weighted_citizens | number | weighted citizens | Sum of weights.",
        "mean_weight | number | - | Weighted over projected citizens.",
        "need | number | capacities | Weighted citizens over citizens per capacity.",
        "area_km2 | given | km² | Area.",
        "floor | number | capacities | Least number of capacities by area while the floor is on.",
        "patients_per_capacity | number | citizens | Citizens that make up one capacity.",
        "patients_per_capacity_rounded | count | citizens | The same, rounded to the step.",
    ),
)
COUNCILS = ResultTable(
    "councils",
    "Binding maximum of capacities by health council.",
    _columns(
        "council_id | text | - | Council id.",
        "council | text | - | Name.",
        "region | text | - | Region from 2027.",
        "citizens | count | citizens | Group-1 citizens living there at the status date.",
        "projected_citizens | persons | citizens | Expected at the year's end; the same without a projection.",
        "weighted_citizens | number | weighted citizens | Sum of weights.",
        "mean_weight | number | - | Weighted over projected citizens.",
        "need | number | capacities | Weighted citizens over citizens per capacity.",
        "floor_addition | number | capacities | What the floor adds in the municipalities where it binds.",
        "need_before_rounding | number | capacities | Need with the floor.",
        "maximum_capacities | count | capacities | Need with the floor, rounded up once (as the model rounds).",
        "existing_capacities | number | capacities | Capacities of the clinics registered there.",
    ),
)
CLINICS = ResultTable(
    "clinics",
    "How many patients each clinic must at least take.",
    _columns(
        "ydernummer | text | - | Clinic, six digits.",
        "clinic_type | text | - | plo, region, tender or island.",
        "municipality_code | text | - | Municipality of the clinic.",
        "council_id | text | - | Council of the clinic.",
        "capacities | given | capacities | Capacities of the clinic.",
        "patients | count | citizens | Group-1 citizens enrolled at the status date.",
        "weighted_patients | number | weighted citizens | Sum of their weights.",
        "mean_weight | number | - | Weighted over enrolled patients.",
        "minimum_per_capacity_exact | number | patients | Citizens per capacity over the mean weight.",
        "minimum_per_capacity | count | patients | The same, rounded to the step.",
        "minimum_patients | count | patients | Capacities times the rounded minimum per capacity.",
        "status | text | - | ok, no_patients, unregistered or no_capacities.",
        "note | text | - | What else is to be known.",
    ),
)
PARTS = ResultTable(
    "parts",
    "Why an area's or clinic's weighted citizens differ from their number, part by part.",
    _columns(
        "area_kind | text | - | clinic, municipality or council.",
        "code | text | - | Ydernummer, municipality code or council id.",
        "term | text | - | Term of the model, clamp, life_expectancy, rounding or projection.",
        "level | text | - | Level of the term.",
        "citizens | count | citizens | Citizens of the area with that level.",
        "weighted_part | number | weighted citizens | Part of weighted citizens minus citizens.",
    ),
)
FLOWS = ResultTable(
    "flows",
    "Where citizens live and where their clinic lies.",
    _columns(
        "residence_council_id | text | - | Council of residence.",
        "clinic_council_id | text | - | Council of the clinic; empty for none or an unregistered one.",
        "citizens | count | citizens | Group-1 citizens.",
    ),
)
PLANNING_AREAS = ResultTable(
    "planning_areas",
    "Need by planning area below the council (areas of the registers, such as city districts); guidance, not binding. "
    "A row without area holds a municipality's citizens outside all its areas. No rows where no areas were delivered.",
    _columns(
        "area | text | - | Planning area; empty for citizens of the municipality outside its areas.",
        "name | text | - | Name.",
        "municipality_code | text | - | Municipality it lies in.",
        "council_id | text | - | Council it lies in.",
        "citizens | count | citizens | Group-1 citizens living there at the status date.",
        "projected_citizens | persons | citizens | Its share of what its municipality expects at the year's end.",
        "weighted_citizens | number | weighted citizens | Sum of weights; its share of the municipality's projection.",
        "mean_weight | number | - | Weighted over projected citizens.",
        "need | number | capacities | Weighted citizens over citizens per capacity.",
        "area_km2 | given | km² | Area, as delivered.",
        "patients_per_capacity | number | citizens | Citizens that make up one capacity.",
        "patients_per_capacity_rounded | count | citizens | The same, rounded to the step.",
        "east | given | m | Point of the area, UTM zone 32.",
        "north | given | m | Point of the area, UTM zone 32.",
        "life_expectancy | given | years | Life expectancy at birth there; not used by the model.",
    ),
)
CLINIC_REGISTER = ResultTable(
    "clinic_register",
    "The clinic register as it was delivered, one line a row; what the year's cycle needs beside the numbers.",
    _columns(
        "ydernummer | text | - | Clinic, six digits.",
        "clinic_type | text | - | plo, region, tender or island.",
        "municipality_code | text | - | Municipality of the clinic.",
        "capacities | given | capacities | Capacities of the clinic.",
        "first_day | text | day | First day of the row.",
        "last_day | text | day | Last day of the row; empty while it is open.",
        "present_limit | count | patients | Present closing limit (MINIMUM).",
        "maximum | count | patients | Most patients by the collective agreement (MAXIMUM).",
        "is_open | text | - | 1 if it takes new patients, 0 if not, empty if not told.",
        "predecessor | text | - | Clinic that it took over from.",
        "east | given | m | Address of the clinic, UTM zone 32.",
        "north | given | m | Address of the clinic, UTM zone 32.",
    ),
)
INTERVALS = ResultTable(
    "intervals",
    "How sure each figure is: 90 % intervals from leaving out every clinic of the sample in turn. No rows where "
    "nothing can be said; the manifest says why.",
    _columns(
        "kind | text | - | weight, municipality, council or clinic.",
        "code | text | - | Term, municipality code, council id or ydernummer.",
        "level | text | - | Level of the term; empty for areas and clinics.",
        "figure | text | - | Column of the kind's own table.",
        "value | estimate | as there | The published figure.",
        "standard_error | estimate | as there | Its standard error; empty for rounded figures.",
        "low | estimate | as there | Lower end; of a rounded figure, what the lower end is rounded to.",
        "high | estimate | as there | Upper end.",
        "flag | text | - | robust if both ends round to the published figure, else uncertain.",
    ),
)
CHANCES = ResultTable(
    "capacity_chances",
    "In how many of the nations drawn again a council would have so many capacities.",
    _columns(
        "council_id | text | - | Council id.",
        "maximum_capacities | count | capacities | Need with the floor, rounded up once (as the model rounds).",
        "replicates | count | nations | Nations drawn again (bootstrap of clinics) with that number.",
        "share | estimate | - | The same as a share of all nations drawn again.",
    ),
)
ALTERNATIVES = ResultTable(
    "alternative_weights",
    "The weights estimated in other ways from the same citizens; for comparison, nothing follows from them.",
    _columns(
        "estimator | text | - | clinic_fixed_effects (what a clinic does taken out), region (its clinics alone) or "
        "without_council (all other clinics).",
        "name | text | - | The region or council; empty for fixed effects.",
        "term | text | - | Term of the model.",
        "level | text | - | Level of the term.",
        "coefficient_kr | estimate | kroner a year | Coefficient by that estimator.",
        "standard_error_kr | estimate | kroner a year | Its clustered standard error; with fixed effects that of the "
        "difference to the first level of age and sex.",
        "weight | estimate | - | Coefficient over the mean raw weight by that estimator.",
    ),
)
ALTERNATIVE_COUNCILS = ResultTable(
    "alternative_councils",
    "What the weights of other estimators would make of the councils' numbers; for comparison only.",
    _columns(
        "estimator | text | - | As in alternative_weights.",
        "name | text | - | The region or council; empty for fixed effects.",
        "council_id | text | - | Council id.",
        "need_before_rounding | estimate | capacities | Need with the floor.",
        "maximum_capacities | count | capacities | The same, rounded up once.",
        "change | count | capacities | More or fewer than published.",
    ),
)
RESULT_TABLES = (
    *(WEIGHTS, MUNICIPALITIES, COUNCILS, CLINICS, PARTS, FLOWS, PLANNING_AREAS, CLINIC_REGISTER),
    *(INTERVALS, CHANCES, ALTERNATIVES, ALTERNATIVE_COUNCILS),
)
