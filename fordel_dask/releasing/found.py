"""What a check found in the registers, as it would leave: counts by rule, too few of a kind kept back."""

from collections.abc import Iterator, Mapping
from typing import Any

from fordel_dask.disclosure import Rules, is_few
from fordel_dask.printing import EMPTY, Row
from fordel_dask.releasing.beside import register_rows
from fordel_dask.releasing.protected import Protected
from fordel_dask.releasing.sources import Source
from fordel_dask.releasing.telling import printed, rounded_count
from fordel_dask.schema.release import QUALITY
from fordel_dask.schema.release_found import FINDINGS

ALL_ROWS = "rows"
COLUMNS = ("rule", "severity", "unit", "count")


def finding_rows(source: Source, base: Protected) -> Iterator[Row]:
    """Give the rows of each register, and how often each rule was broken; no text of a message, no name of a file.

    What the base keeps back of its registers' rows, which it tells with their sum, is kept back here too.
    """
    rules, gone = base.rules, frozenset(_kept_back(base))
    for register, of in source.manifest["registers"].items():
        rows = int(of["rows"])
        values = {"register": register, "rule": ALL_ROWS, "severity": EMPTY, "unit": ALL_ROWS, "count": rows}
        yield _row(values, is_few(rows, rules) or (register, EMPTY) in gone, rules)
        for one in source.manifest["findings"]:
            if one["register"] == register:
                is_hidden = is_few(int(one["count"]), rules) or (register, one["rule"]) in gone
                yield _row({**{name: one[name] for name in COLUMNS}, "register": register}, is_hidden, rules)


def _kept_back(base: Protected) -> Iterator[tuple[str, str]]:
    """Give the registers and reasons of which the base does not tell how many rows there are."""
    names = [column.name for column in QUALITY.columns]
    for row in register_rows(base.own, QUALITY):
        told = dict(zip(names, row, strict=True))
        if told["kept_back"] and told["what"] != "kept":
            yield told["register"], told["reason"]


def _row(values: Mapping[str, Any], is_hidden: bool, rules: Rules) -> Row:
    told = {**values, "count": rounded_count(int(values["count"]), rules)}
    return printed(FINDINGS, told, ["count"] if is_hidden else [])
