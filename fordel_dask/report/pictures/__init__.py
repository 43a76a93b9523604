"""Pictures of what is told: maps, weights, ages, clinics, how sure numbers are, scenarios, flows; with their tables."""

from fordel_dask.report.picture import Picture
from fordel_dask.report.pictures.maps import outlines_svg
from fordel_dask.report.pictures.of_councils import council_maps
from fordel_dask.report.pictures.of_municipalities import municipality_maps
from fordel_dask.report.told import Told
from fordel_dask.report.wording import Wording

__all__ = ["council_maps", "maps", "municipality_maps", "outlines_svg"]


def maps(told: Told, words: Wording, limit: str = "") -> tuple[Picture, ...]:
    """Give all maps that there is something to show on, of the country, a region by name or a council by id."""
    return (*municipality_maps(told, words, limit), *council_maps(told, words, limit))
