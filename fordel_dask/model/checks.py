"""Contradictions: parameters that are each allowed, and cannot be true together."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from fractions import Fraction

from fordel_dask.model.forms import form_of
from fordel_dask.model.model import Model

BY_COEFFICIENTS = ("least_squares", "clinic_fixed_effects")
"""Estimators that give every level a coefficient in kroner."""
OTHER_PARTS = ("age", "clamp", "life_expectancy", "rounding", "projection")
"""What else a part of a weight may be called."""
CLINIC_TYPES = frozenset({"plo", "region", "tender", "island"})


@dataclass(frozen=True)
class Contradiction:
    """Parameters that contradict each other where ``holds`` is true, and why, with what to do."""

    keys: tuple[str, ...]
    holds: Callable[[Model], bool]
    words: str


def _both_have(model: Model) -> frozenset[str]:
    return frozenset(model.covariates.somatic_conditions) & frozenset(model.covariates.psychiatric_conditions)


def _has_a_term_twice(model: Model) -> bool:
    rules = model.covariates
    names = [extra.split()[0].lower() for extra in rules.extra]
    conditions = [*rules.somatic_conditions, *rules.psychiatric_conditions]
    return len({*names}) < len(names) or bool(
        {*names} & {*OTHER_PARTS, *conditions, *form_of("covariates.terms").words}
    )


CONTRADICTIONS = (
    Contradiction(
        ("population.groups",),
        lambda model: "1" not in model.population.groups,
        "leaves out group 1, and the model counts its citizens (R1). Name '1' too.",
    ),
    Contradiction(
        ("consumption.left_out", "consumption.prices"),
        lambda model: bool(model.consumption.left_out) and model.consumption.prices == "paid",
        "cannot both be: what was paid is known for all contacts together. Take standard or time prices.",
    ),
    Contradiction(
        ("covariates.terms",),
        lambda model: "age_sex" not in model.covariates.terms,
        "leaves out age_sex, which every model has. covariates.sex = false gives ages without sex.",
    ),
    Contradiction(
        ("covariates.age_band_years", "covariates.oldest_band_from"),
        lambda model: model.covariates.age_band_years > model.covariates.oldest_band_from,
        "cannot both be: a band would be wider than all ages below the oldest band.",
    ),
    Contradiction(
        ("covariates.origin_scheme", "covariates.origin_countries"),
        lambda model: (model.covariates.origin_scheme == "countries") != bool(model.covariates.origin_countries),
        "belong together: countries are named where the scheme is 'countries', and only there.",
    ),
    Contradiction(
        ("covariates.labour_market_age_min", "covariates.labour_market_age_max"),
        lambda model: model.covariates.labour_market_age_min > model.covariates.labour_market_age_max,
        "cannot both be: nobody would be of working age.",
    ),
    Contradiction(
        ("covariates.permanent_benefits", "covariates.temporary_benefits"),
        lambda model: bool({*model.covariates.permanent_benefits} & {*model.covariates.temporary_benefits}),
        "name a benefit group twice. A group is permanent or temporary.",
    ),
    Contradiction(
        ("covariates.somatic_measure", "covariates.somatic_scheme"),
        lambda model: (
            model.covariates.somatic_measure != "multimorbidity" and model.covariates.somatic_scheme == "each"
        ),
        "cannot both be: only the conditions of multimorbidity can have weights of their own.",
    ),
    Contradiction(
        ("covariates.counted_covariate", "covariates.somatic_measure", "covariates.somatic_scheme"),
        lambda model: (
            bool(model.covariates.counted_covariate)
            and (model.covariates.somatic_measure, model.covariates.somatic_scheme) != ("multimorbidity", "count")
        ),
        "cannot be together: a covariate is added to the number of conditions of multimorbidity, scheme count.",
    ),
    Contradiction(
        ("covariates.somatic_conditions", "covariates.psychiatric_conditions"),
        lambda model: bool(_both_have(model)),
        "name a condition in both lists. A condition counts once: remove it from one.",
    ),
    Contradiction(
        ("covariates.extra",),
        _has_a_term_twice,
        "names a term twice. A covariate has one entry, and not the name of a term or part of the model.",
    ),
    Contradiction(
        ("weights.excluded_clinic_types",),
        lambda model: {*model.weights.excluded_clinic_types} >= CLINIC_TYPES,
        "leaves no clinic in the estimation sample.",
    ),
    Contradiction(
        ("clinics.left_out_types",),
        lambda model: {*model.clinics.left_out_types} >= CLINIC_TYPES,
        "leaves out every clinic.",
    ),
    Contradiction(
        ("weights.tweedie_power",),
        lambda model: not 1 < Fraction(model.weights.tweedie_power) < 2,
        "is outside the open interval from 1 to 2.",
    ),
    Contradiction(
        ("weights.uplift", "weights.estimator"),
        lambda model: bool(model.weights.uplift) and model.weights.estimator not in BY_COEFFICIENTS,
        "cannot both be: only least_squares and clinic_fixed_effects give coefficients in kroner that can be raised.",
    ),
    Contradiction(
        ("life_expectancy.columns",),
        lambda model: len(model.life_expectancy.columns) > 2,
        "names more than two covariates: one for both sexes, or that of men and that of women.",
    ),
    Contradiction(
        ("life_expectancy.columns", "covariates.sex"),
        lambda model: len(model.life_expectancy.columns) == 2 and not model.covariates.sex,
        "cannot be together: life expectancy by sex needs covariates.sex = true.",
    ),
    Contradiction(
        ("life_expectancy.level", "life_expectancy.columns"),
        lambda model: model.life_expectancy.level == "area" and bool(model.life_expectancy.columns),
        "cannot both be: the life expectancy of areas stands in the register of areas, not in covariates.",
    ),
    Contradiction(
        ("life_expectancy.shrinkage_citizens", "life_expectancy.level"),
        lambda model: model.life_expectancy.shrinkage_citizens > 0 and model.life_expectancy.level != "area",
        "belong together: only the life expectancy of areas is mixed. Set life_expectancy.level = 'area' too.",
    ),
    Contradiction(
        ("capacity.area_by", "capacity.commuters_percent"),
        lambda model: model.capacity.area_by == "clinic" and model.capacity.commuters_percent > 0,
        "cannot both be: by clinic all need of commuters is moved already.",
    ),
    Contradiction(
        ("clinics.lowest_per_capacity", "clinics.highest_per_capacity"),
        lambda model: 0 < model.clinics.highest_per_capacity < model.clinics.lowest_per_capacity,
        "cannot both be: the lowest is above the highest.",
    ),
)


def contradictions(model: Model, unread: Collection[str] = ()) -> Iterator[str]:
    """Give what in a model cannot be true together, each in a sentence.

    Nothing is said of parameters whose value could not be read (``unread``).
    """
    found = [one for one in CONTRADICTIONS if not {*one.keys} & {*unread} and one.holds(model)]
    for one in found:
        yield f"{' and '.join(one.keys)}: {'' if len(one.keys) > 1 else 'it '}{one.words}"
    if model.weights.uplift and not found and not unread:
        yield from _strange_levels(model)


def _strange_levels(model: Model) -> Iterator[str]:
    """Say which levels are to be raised (``weights.uplift``) that have no coefficient."""
    from fordel_dask.model.terms import design_of

    columns = design_of(model.covariates).columns
    for uplift in model.weights.uplift:
        term, level = uplift.rsplit(" ", 1)[0].split(" ", 1)
        if (term, level) not in columns:
            known = ", ".join(own for name, own in columns if name == term)
            have = (
                f"the levels of '{term}' with a weight are {known}" if known else f"'{term}' is no term of this model"
            )
            yield f"weights.uplift names '{term} {level}', which has no weight: {have}."
