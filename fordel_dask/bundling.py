"""The bundle of a run: sums by clinic become sums by council, from which nobody finds a clinic again."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from fordel_dask import __version__
from fordel_dask.bundle import FEWEST_CLINICS, Bundle, CouncilSums, Scores, Sums
from fordel_dask.pass_rules import days_of
from fordel_dask.pipeline import Outcome
from fordel_dask.results import national_means
from fordel_dask.strata import SAMPLED

Integers = NDArray[np.int64]


def bundle_of(outcome: Outcome) -> Bundle | None:
    """Give what the weights of a run are estimated from, as sums of the nation and of councils.

    None where weights are not those of least squares: sums do not give them again.
    """
    model, nation, scatter = outcome.model, outcome.nation, outcome.scatter
    if scatter is None or model.weights.uplift:
        return None
    design = outcome.design
    council_of = _councils_of_clinics(outcome)
    clinics = np.bincount(council_of[outcome.counts.sample > 0], minlength=len(nation.councils))
    together = council_groups(clinics.tolist())
    ids = [council.council_id for council in nation.councils]
    level_citizens = _level_citizens(outcome, council_of)
    return Bundle(
        program=__version__,
        model={"name": model.name, "hash": model.hash, "parameters": model.values()},
        year=nation.year,
        year_days=days_of(nation.year),
        design=design,
        estimated=outcome.fit.columns,
        micro=outcome.fit.micro,
        scores=Scores(model.weights.standard_errors, tuple(_upper(scatter.middle))),
        citizens=outcome.counts.citizens,
        level_citizens=tuple(outcome.scores.municipalities.by_column.sum(axis=0).tolist()),
        clamp_micro=national_means(outcome).clamp_total,
        nation=_sums(outcome, outcome.counts.sample > 0, level_citizens.sum(axis=0)),
        councils=tuple(
            CouncilSums(
                tuple(ids[place] for place in places),
                _sums(outcome, np.isin(council_of, places), level_citizens[list(places)].sum(axis=0)),
            )
            for places in together
        ),
        names={council.council_id: council.council for council in nation.councils},
    )


def council_groups(clinics: list[int]) -> list[tuple[int, ...]]:
    """Put councils (places) together whose clinics of the sample, ``clinics`` of each, are too few to stand alone.

    Councils with few clinics are summed with one another and, until those are enough, with the next smallest; a council
    without any stands by itself: there is nothing to find.
    """
    by_size = sorted(range(len(clinics)), key=lambda place: (clinics[place], place))
    few: list[int] = []
    for place in (place for place in by_size if clinics[place]):
        if clinics[place] >= FEWEST_CLINICS and (not few or sum(clinics[one] for one in few) >= FEWEST_CLINICS):
            break
        few.append(place)
    alone = [(place,) for place in range(len(clinics)) if place not in few]
    return sorted([*alone, tuple(sorted(few))] if few else alone)


def _councils_of_clinics(outcome: Outcome) -> Integers:
    """Give the place of each clinic's council, −1 for none; the first is for citizens without a clinic."""
    ids = {council.council_id: place for place, council in enumerate(outcome.nation.councils)}
    of_municipality = [ids[municipality.council_id] for municipality in outcome.nation.municipalities]
    clinics = (clinic.municipality for clinic in outcome.nation.clinics)
    return np.array([-1, *(-1 if place is None else of_municipality[place] for place in clinics)], np.int64)


def _level_citizens(outcome: Outcome, council_of: Integers) -> Integers:
    """Count the sample by council and column."""
    design, nation = outcome.design, outcome.nation
    clinic, _, cell = outcome.sums.strata.traits(outcome.prepared.rules.shape)
    found = np.zeros((len(nation.councils) + 1, 1 + len(design.columns)), np.int64)  # −1, no council, is the last row
    for column_of_cell in design.columns_of_cell.T:  # −1, a term at its reference, is a spare first column
        np.add.at(found, (council_of[clinic], 1 + column_of_cell[cell]), outcome.sums.strata.sums[SAMPLED])
    return found[:-1, 1:]


def _sums(outcome: Outcome, which: NDArray[np.bool_], level_citizens: Integers) -> Sums:
    sums = outcome.clinic_sums
    return Sums(
        clinics=int((outcome.counts.sample[which] > 0).sum()),
        citizens=int(sums.citizens[which].sum()),
        exposure_days=int(sums.exposure_days[which].sum()),
        fee_oere=int(sums.fee_oere[which].sum()),
        level_citizens=tuple(level_citizens.tolist()),
        gram=tuple(sums.grams[which].sum(axis=0).tolist()),
        moments=tuple(sums.moments[which].sum(axis=0).tolist()),
    )


def _upper(matrix: tuple[tuple[int, ...], ...]) -> Iterator[int]:
    for n, row in enumerate(matrix):
        yield from row[n:]
