"""The comparison of cases as rows of text, in the order of ``schema/scenarios.py``."""

from collections.abc import Callable, Iterator
from fractions import Fraction

from fordel_dask.law.rounding import MICRO, NANO, decimals, scaled
from fordel_dask.printing import EMPTY, Row, count, number, yes_or_no
from fordel_dask.scenarios.asked import Asked
from fordel_dask.scenarios.change import Change, Number
from fordel_dask.scenarios.clinic_effects import ClinicEffect, ClinicGroup
from fordel_dask.scenarios.compared import Compared, status_of
from fordel_dask.scenarios.comparison import CaseEffects, CouncilEffect
from fordel_dask.scenarios.figures import FitFigures, NotRun
from fordel_dask.scenarios.parameter_changes import in_words
from fordel_dask.scenarios.reasons import why_not_run, why_unchanged
from fordel_dask.schema.scenarios import VARIANTS
from fordel_dask.tables import estimate

ENGLISH = "en"
OERE_PER_KRONE = 100


def rows_of(compared: Compared) -> dict[str, list[Row]]:
    """Print all tables."""
    return {
        "variants": list(variant_rows(compared)),
        **{name: _of_all(compared, rows) for name, rows in ROWS_OF_CASE.items()},
        "fit": list(fit_rows(compared)),
    }


def _of_all(compared: Compared, rows: Callable[[CaseEffects], Iterator[Row]]) -> list[Row]:
    return [(one.name, *row) for one in compared.run for row in rows(one)]


def shown(value: Number | None) -> str:
    """Print a number: whole if it is, else with at most nine decimals; nothing for none."""
    return EMPTY if value is None else _trimmed(scaled(value))


def triple(change: Change) -> tuple[str, str, str]:
    """Print a figure in the base, in the case, and its change, which is that of the two printed ones."""
    if change.before is None or change.after is None:
        return shown(change.before), shown(change.after), EMPTY
    before, after = scaled(change.before), scaled(change.after)
    return _trimmed(before), _trimmed(after), _trimmed(after - before)


def _trimmed(units: int) -> str:
    """Print whole units of 10⁻⁹ without zeros at the end."""
    whole, rest = divmod(units, NANO)
    return decimals(units).rstrip("0") if rest else str(whole)


def variant_rows(compared: Compared) -> Iterator[Row]:
    """Print a row for each case, those included that were not run."""
    for one in compared.cases:
        asked = compared.asked_for(one.name)
        first = (asked.identity, one.name, *(getattr(asked, name) for name in ASKED), status_of(one))
        if isinstance(one, NotRun):
            yield _filled((*first, why_not_run(one, asked, ENGLISH)))
        else:
            yield (*first, why_unchanged(one, ENGLISH), *_variant(one))


ASKED = ("title", "title_da", "who", "memo", "ministry")


def _filled(row: Row) -> Row:
    return (*row, *(EMPTY,) * (len(VARIANTS.columns) - len(row)))


def _variant(one: CaseEffects) -> Iterator[str]:
    yield from (one.model.hash, in_words(one.changes, ENGLISH), yes_or_no(one.counted_again))
    yield shown(one.citizens.after)
    yield from (*triple(one.need), *triple(one.maximum))
    winners, losers = one.councils_by_change(up=True), one.councils_by_change(up=False)
    yield from map(count, (sum(c.maximum.differs for c in one.councils), len(winners), len(losers)))
    yield from (*_council_extreme(winners), *_council_extreme(losers))
    every = one.everybody
    counts = (every.clinics, every.up + every.down, every.beyond_a_step, every.up, every.down)
    yield from map(count, (*counts, every.gained, every.lost))
    yield from _clinic_extreme(one.clinics_by_change(up=False))
    yield from _clinic_extreme(one.clinics_by_change(up=True))
    yield from (estimate(fit.r_squared) for fit in one.fit)


def _council_extreme(ordered: list[CouncilEffect]) -> Row:
    return _extreme(ordered[0].name, ordered[0].maximum, ordered[0].sure) if ordered else (EMPTY,) * 4


def _clinic_extreme(ordered: list[ClinicEffect]) -> Row:
    return _extreme(ordered[0].ydernummer, ordered[0].minimum, ordered[0].sure) if ordered else (EMPTY,) * 4


def _extreme(name: str, change: Change, sure: str) -> Row:
    before, _, amount = triple(change)
    return name, amount, before, sure


def council_rows(one: CaseEffects) -> Iterator[Row]:
    """Print the councils of a case."""
    for council in one.councils:
        figures = (council.need, council.before_rounding, council.maximum, council.existing)
        yield (
            *(council.council_id, council.name, council.region),
            *(text for figure in figures for text in triple(figure)),
            *(council.need_sure, council.sure),
        )


def municipality_rows(one: CaseEffects) -> Iterator[Row]:
    """Print the municipalities of a case."""
    for area in one.municipalities:
        figures = (area.projected, area.need, area.floor, area.patients_per_capacity)
        yield (
            *(area.code, area.name, area.council_id),
            *(text for figure in figures for text in triple(figure)),
            area.sure,
        )


def clinic_rows(one: CaseEffects) -> Iterator[Row]:
    """Print the clinics of a case of which a number changes."""
    for clinic in one.clinics:
        place, figures = clinic.place, (clinic.patients, clinic.per_capacity, clinic.minimum)
        yield (
            *(clinic.ydernummer, place.kind, place.municipality_code, place.council_id),
            *(count(clinic.tenth), shown(place.capacities)),
            *(text for figure in figures for text in triple(figure)),
            *(number(clinic.minimum.share), count(clinic.steps), yes_or_no(clinic.beyond_a_step)),
            *(*clinic.status, clinic.sure),
        )


def clinic_weight_rows(one: CaseEffects) -> Iterator[Row]:
    """Print weighted patients of the clinics of which a case weighs the patients otherwise."""
    for ydernummer, nano in one.weighted_nano:
        yield ydernummer, decimals(nano)


def group_rows(one: CaseEffects) -> Iterator[Row]:
    """Print how clinics move in a case, group by group."""
    for group in one.groups:
        counts = (group.up, group.same, group.down)
        yield (
            *(group.grouping, group.group, count(group.clinics), *map(count, counts)),
            *(number(share_of(moved, group)) for moved in counts),
            *map(count, (group.beyond_a_step, group.gained, group.lost)),
            *triple(group.minimum),
            *(map(count, group.quantiles) if group.quantiles else (EMPTY,) * 7),
        )


def share_of(clinics: int, group: ClinicGroup) -> Fraction | None:
    """Give the share of a group's clinics with a number in both; none where there are none."""
    return Fraction(clinics, group.clinics) if group.clinics else None


def distribution_rows(one: CaseEffects) -> Iterator[Row]:
    """Print how many clinics of a case move by how many steps."""
    for steps, clinics in one.steps.items():
        yield count(steps), count(clinics)


def weight_rows(one: CaseEffects) -> Iterator[Row]:
    """Print the weights of base and case side by side."""
    for weight in one.weights:
        figures = (weight.citizens, _kroner(weight.coefficient_micro), weight.weight)
        yield weight.term, weight.level, weight.only_in, *(text for figure in figures for text in triple(figure))


def _kroner(micro: Change) -> Change:
    def of(value: Number | None) -> Fraction | None:
        return None if value is None else Fraction(value) / MICRO

    return Change(of(micro.before), of(micro.after))


def fit_rows(compared: Compared) -> Iterator[Row]:
    """Print how well each model fits, the base first."""
    base = compared.base.fit
    yield (compared.base.name, *_fit(base, base))
    for one in compared.run:
        yield (one.name, *_fit(*one.fit))


def _fit(base: FitFigures, own: FitFigures) -> Row:
    return (
        *map(count, (own.citizens, own.clinics, own.coefficients)),
        *(estimate(own.r_squared), estimate(own.r_squared - base.r_squared)),
        estimate(own.mean_fee_oere / OERE_PER_KRONE),
    )


ROWS_OF_CASE: dict[str, Callable[[CaseEffects], Iterator[Row]]] = {
    "council_effects": council_rows,
    "municipality_effects": municipality_rows,
    "clinic_effects": clinic_rows,
    "clinic_groups": group_rows,
    "clinic_distribution": distribution_rows,
    "weight_effects": weight_rows,
    "clinic_weights": clinic_weight_rows,
}
"""The tables that hold rows of every case."""


def asked_words(asked: Asked) -> dict[str, str]:
    """Give who asked for a case and what was answered, for a program."""
    return {name: getattr(asked, name) for name in (*ASKED, "who_da", "doc", "doc_da", "shown_by")}
