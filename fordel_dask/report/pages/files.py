"""The pages of a report as files."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fordel_dask.report import frame
from fordel_dask.report.pages.country import country_content
from fordel_dask.report.pages.links import COUNTRY, NOTHING_BESIDE, Beside, Links
from fordel_dask.report.pages.parts_of_the_country import council_content, region_content
from fordel_dask.report.told import Told
from fordel_dask.report.wording import Wording

STYLES = ("report.css", "pictures.css")
SCRIPT, EXPLORER = "report.js", "explorer.js"


def page_files(told: Told, words: Wording, beside: Beside = NOTHING_BESIDE) -> Iterator[tuple[str, bytes]]:
    """Give the pages by name: ``index.html``, ``regions/….html`` and ``councils/….html``."""
    here, above = Links(told.run, "", beside), Links(told.run, "../", beside)
    content = country_content(told, words, here)
    yield COUNTRY, _page("country.html", words, (SCRIPT, EXPLORER), content)
    for region in told.run.regions:
        content = region_content(told, words, above, region)
        yield here.region_file(region), _page("region.html", words, (SCRIPT,), content)
    for council_id in told.run.councils:
        content = council_content(told, words, above, council_id)
        yield here.council_file(council_id), _page("council.html", words, (SCRIPT,), content)


def _page(template: str, words: Wording, scripts: Sequence[str], content: Mapping[str, Any]) -> bytes:
    return frame.page(template, words, STYLES, scripts, content).encode()
