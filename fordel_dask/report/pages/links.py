"""Where pages lie beside each other, and how one names another."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import quote

from fordel_dask.report.told import ToldRun

COUNTRY, METHOD_PAGE = "index.html", "method.html"
REGIONS, COUNCILS, LETTERS = "regions", "councils", "letters"
PLAIN = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})


def slugs(names: Iterable[str]) -> dict[str, str]:
    """Give a file name for each name: small letters and digits; names that come to the same are numbered."""
    found: dict[str, str] = {}
    for name in names:
        plain = re.sub(r"[^a-z0-9]+", "-", name.lower().translate(PLAIN)).strip("-") or "region"
        found[name] = plain if plain not in found.values() else f"{plain}-{len(found)}"
    return found


@dataclass(frozen=True)
class Beside:
    """What else a report has: ydernumre with a letter, workbooks (their names by what is in them), and the method."""

    letters: Collection[str] = frozenset()
    workbooks: Mapping[str, str] = field(default_factory=dict)
    method: bool = False


NOTHING_BESIDE = Beside()


@dataclass(frozen=True)
class Links:
    """The addresses of pages as seen from one of them; ``up`` leads to where the country's page lies."""

    run: ToldRun
    up: str = ""
    beside: Beside = NOTHING_BESIDE

    @cached_property
    def _regions(self) -> dict[str, str]:
        return slugs(self.run.regions)

    def country(self) -> str:
        """Give the address of the country's page."""
        return f"{self.up}{COUNTRY}"

    def region_file(self, region: str) -> str:
        """Give the file of a region's page."""
        return f"{REGIONS}/{self._regions[region]}.html"

    def council_file(self, council_id: str) -> str:
        """Give the file of a council's page; a code that is no file name is written in percent signs."""
        return f"{COUNCILS}/{quote(council_id, safe='')}.html"

    def region(self, region: str) -> str:
        """Give the address of a region's page."""
        return f"{self.up}{self.region_file(region)}"

    def council(self, council_id: str) -> str:
        """Give the address of a council's page; nothing for one that has none."""
        return f"{self.up}{quote(self.council_file(council_id))}" if council_id in self.run.councils else ""

    def municipality(self, code: str) -> str:
        """Give the address of a municipality in the explorer."""
        return f"{self.country()}#municipality={quote(code, safe='')}"

    def clinic(self, ydernummer: str) -> str:
        """Give the address of a clinic in the explorer."""
        return f"{self.country()}#clinic={quote(ydernummer, safe='')}"

    def letter(self, ydernummer: str) -> str:
        """Give the address of a clinic's letter; nothing where it has none."""
        return f"{self.up}{LETTERS}/{quote(ydernummer, safe='')}.html" if ydernummer in self.beside.letters else ""

    def method_page(self) -> str:
        """Give the address of the method in plain words; nothing where the report has none."""
        return f"{self.up}{METHOD_PAGE}" if self.beside.method else ""
