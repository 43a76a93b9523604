"""Pictures of what is told: maps, weights, ages, clinics, how sure numbers are, scenarios, flows; with their tables."""

from fordel_dask.report.picture import Picture
from fordel_dask.report.pictures.cases import case_maps, cases_not_run
from fordel_dask.report.pictures.flows import flows
from fordel_dask.report.pictures.maps import outlines_svg
from fordel_dask.report.pictures.minimums import minimums
from fordel_dask.report.pictures.of_councils import council_maps
from fordel_dask.report.pictures.of_municipalities import municipality_maps
from fordel_dask.report.pictures.pyramid import pyramid
from fordel_dask.report.pictures.sureness import calibration, council_sureness
from fordel_dask.report.pictures.weights import age_curves, mean_weights, weights_forest
from fordel_dask.report.told import Told
from fordel_dask.report.wording import Wording

__all__ = [
    "age_curves",
    "calibration",
    "case_maps",
    "cases_not_run",
    "council_maps",
    "council_sureness",
    "flows",
    "maps",
    "mean_weights",
    "minimums",
    "municipality_maps",
    "outlines_svg",
    "pyramid",
    "weights_forest",
]


def maps(told: Told, words: Wording, limit: str = "") -> tuple[Picture, ...]:
    """Give all maps that there is something to show on, of the country, a region by name or a council by id."""
    return (*municipality_maps(told, words, limit), *council_maps(told, words, limit))
