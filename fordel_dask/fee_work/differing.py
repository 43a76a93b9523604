"""Differences between two fee tables, as a file, as JSON and for a terminal."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from fordel_dask.aligned import aligned, shortened
from fordel_dask.fee_work.kroner import kroner
from fordel_dask.fees.differences import ADDED, GONE, KINDS, TEXT, Difference
from fordel_dask.printing import count, csv_text, number

COLUMNS = ("kind", "section", "code", "omraade", "text_da", "old", "new", "change_oere", "change_percent")
HEADING = ("what", "section", "code", "text", "old", "new", "change", "percent")
TEXTS = (0, 1, 2, 3)
WIDTH, WIDTH_OF_CHANGE = 40, 28


def differences_text(found: Sequence[Difference]) -> str:
    """Print differences as a file; amounts are øre, percent have 9 decimals."""
    rows = (
        (one.kind, *_key(one), one.text, _plain(one.old), _plain(one.new), count(one.change_oere), _percent(one))
        for one in found
    )
    return csv_text(COLUMNS, rows)


def differences_content(found: Sequence[Difference]) -> dict[str, Any]:
    """Give differences for a program: how many there are of each kind, and all of them; amounts are øre."""
    counts = Counter(one.kind for one in found)
    return {
        "counts": {kind: counts[kind] for kind in KINDS},
        "differences": [
            {
                "kind": one.kind,
                "section": one.key[0],
                "code": one.key[1],
                "area": one.key[2],
                "text": one.text,
                "old": one.old,
                "new": one.new,
                "change_oere": one.change_oere,
                "change_percent": None if one.change_percent is None else float(_percent(one)),
            }
            for one in found
        ],
    }


def difference_lines(found: Sequence[Difference], than: str) -> list[str]:
    """Give differences as lines for a terminal, amounts in kroner; of texts only how many have changed."""
    counts = Counter(one.kind for one in found)
    told = ", ".join(f"{counts[kind]} {_in_words(kind)}" for kind in KINDS if counts[kind]) or "none"
    shown = [one for one in found if one.kind != TEXT]
    table = aligned(HEADING, [_cells(one) for one in shown], TEXTS) if shown else []
    return [f"Differences from {than}: {told}.", *(f"  {line}" for line in table)]


def _in_words(kind: str) -> str:
    return kind if kind in (ADDED, GONE) else f"with another {kind}"


def _cells(one: Difference) -> tuple[str, ...]:
    section, code, _ = one.key
    change = "" if one.change_oere is None else kroner(one.change_oere)
    percent = "" if one.change_percent is None else f"{float(one.change_percent):+.2f}"
    return one.kind, section, code, shortened(one.text, WIDTH), _told(one.old), _told(one.new), change, percent


def _told(value: str | int | None) -> str:
    return kroner(value) if isinstance(value, int) else shortened(value or "", WIDTH_OF_CHANGE)


def _key(one: Difference) -> tuple[str, str, str]:
    return one.key


def _plain(value: str | int | None) -> str:
    return "" if value is None else str(value)


def _percent(one: Difference) -> str:
    return number(one.change_percent)
