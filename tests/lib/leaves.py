"""Folders that have left, read as anybody outside reads them, and what is public beside."""

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

Row = dict[str, str]


@dataclass(frozen=True)
class Known:
    """What is public beside a release: factors of life expectancy by municipality, and which ages may work.

    ``powers`` are the strengths of the correction of variants, by the beginning of their folder's name.
    """

    factors: Mapping[str, float]
    working_ages: frozenset[str] = frozenset()
    powers: Mapping[str, float] = field(default_factory=dict)

    def factors_in(self, folder: str) -> dict[str, float]:
        """Give the factors of a variant's folder."""
        power = next((of for name, of in self.powers.items() if folder.startswith(name)), 1.0)
        return {code: factor**power for code, factor in self.factors.items()}


@dataclass(frozen=True)
class Leaf:
    """A folder that has left, as text by name of file; ``first`` if nothing of these citizens had left before."""

    files: Mapping[str, str]
    threshold: int = 5
    zero_shown: bool = True
    first: bool = True

    def folders(self) -> list[str]:
        """Give the RUNs inside: first the one with counts by trait."""
        names = dict.fromkeys(name.partition("/")[0] for name in self.files if "/" in name)
        return sorted(names, key=lambda name: f"{name}/rows_of_registers.csv" not in self.files)

    def table(self, folder: str, name: str) -> list[Row]:
        """Give the rows of a table; none if it has not left."""
        return list(csv.DictReader(io.StringIO(self.files.get(f"{folder}/{name}.csv", ""))))


def read_leaf(folder: Path, first: bool = True) -> Leaf:
    """Read a folder that 'fordel release --check' wrote."""
    files = {str(path.relative_to(folder)): path.read_text("utf-8") for path in folder.rglob("*.csv")}
    rules = json.loads((folder / "status.json").read_text("utf-8"))["rules"]
    assert rules["round_to"] == 1
    return Leaf(files, rules["threshold"], rules["zero"] == "show", first)
