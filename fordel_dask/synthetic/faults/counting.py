"""What a clean nation has of every fault anyway, counted on its files by plain comparisons.

Nothing of the program's own reading is used, so what the program counts can be held against it. A person's rows
stand in the part files of one block, so blocks are counted alone.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from fordel_dask import law
from fordel_dask.synthetic.chance import Flags
from fordel_dask.synthetic.files import part_name
from fordel_dask.synthetic.labour_market import weeks_in
from fordel_dask.synthetic.nation import Nation, day_number
from fordel_dask.synthetic.places import CHRISTIANSOE, places

Rule = tuple[str, str]  # register and rule
Counts: TypeAlias = Counter[Rule]
Covers: TypeAlias = Counter[tuple[str, str]]
"""How often something is there at all: ("week", "2501"), ("month 1", "2012-03"), ("country", "5404") …"""

OLDEST = 120
CIVIL = ("U", "G", "F", "E", "P", "O", "L")


@dataclass(frozen=True)
class Counted:
    """What one block, or all of them, has anyway, and what its files cover."""

    rules: Counts
    covers: Covers


def together(pieces: list[Counted]) -> Counted:
    """Add up what blocks have."""
    rules: Counts = Counter()
    covers: Covers = Counter()
    for piece in pieces:
        rules.update(piece.rules)
        covers.update(piece.covers)
    return Counted(rules, covers)


def first_reasons(register: str, reasons: Mapping[str, Flags], counts: Counts) -> Flags:
    """Count every row by its first reason, and give the rows that have none."""
    kept = np.ones(next(iter(reasons.values())).size, dtype=np.bool_)
    for name, rows in reasons.items():
        counts[register, name] += int(np.count_nonzero(kept & rows))
        kept &= ~rows
    return kept


def part(out: Path, register: str, block: int, columns: list[str] | None = None) -> pa.Table:
    """Read a block's part file of a register."""
    return pq.read_table(out / register / part_name(block), columns=columns)


def flags(column: Any) -> Flags:
    """Give truth values as an array; null is false."""
    return np.asarray(pc.fill_null(column, False), dtype=np.bool_)


def among(column: pa.ChunkedArray, values: Any) -> Flags:
    """Say which rows hold one of these values."""
    return flags(pc.is_in(column, value_set=pa.array(values, type=column.type)))


def blank(column: pa.ChunkedArray) -> Flags:
    """Say which rows hold nothing."""
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        column = pc.if_else(pc.equal(pc.utf8_trim_whitespace(column), ""), None, column)
    return np.asarray(pc.is_null(column), dtype=np.bool_)


def day_numbers(column: pa.ChunkedArray) -> Any:
    """Give dates or times as days since 1970; none is far in the past."""
    return np.asarray(column.cast(pa.date32()).cast(pa.int32()).fill_null(-(2**31)), dtype=np.int64)


def per_value(kind: str, column: pa.ChunkedArray) -> Covers:
    """Count the rows by value, blank ones left out."""
    found = pc.value_counts(column.drop_null()).to_pylist()
    return Counter({(kind, str(row["values"])): int(row["counts"]) for row in found})


@dataclass(frozen=True)
class Citizens:
    """The kept citizens of a block: their keys and where they live."""

    pnr: pa.Array
    kom: Any


def count_population(nation: Nation, out: Path, block: int, counts: Counts, covers: Covers) -> Citizens:
    """Count the population of a block; gives who is kept."""
    table = part(out, "population", block)
    birth = day_numbers(table["FOED_DAG"])
    kept = first_reasons(
        "population",
        {
            "no_person_key": blank(table["PNR"]),
            "unknown_municipality": ~among(table["KOM"], places().codes),
            "sex": ~among(table["KOEN"], [1, 2]),
            "birth_day_missing": blank(table["FOED_DAG"]),
            "birth_day_after_status_date": birth > nation.status_day,
        },
        counts,
    )
    country = table["OPR_LAND"]
    warned = {
        "age_over_120": birth < day_number(nation.year - OLDEST - 1, 1, 2),
        "civil_status_unknown": ~blank(table["CIVST"]) & ~among(table["CIVST"], CIVIL),
        "country_unknown": ~blank(country) & ~flags(pc.match_substring_regex(country, "^5[1-9][0-9][0-9]$")),
        "origin_type_unknown": ~blank(table["IE_TYPE"]) & ~among(table["IE_TYPE"], [1, 2, 3]),
        "christiansoe": among(table["KOM"], [CHRISTIANSOE]),
        "key_length": ~blank(table["PNR"]) & ~among(pc.utf8_length(table["PNR"]), [10, 12]),
    }
    counts.update({("population", rule): int(rows.sum()) for rule, rows in warned.items()})
    covers.update(per_value("country", country))
    covers.update(per_value("home", table["KOM"].filter(pa.array(kept))))
    known = table.filter(pa.array(kept))
    return Citizens(known["PNR"].combine_chunks(), known["KOM"].to_numpy())


def count_enrolment(nation: Nation, out: Path, block: int, who: Citizens, clean: tuple[Counts, Covers]) -> None:
    """Count the spells of a block."""
    counts, covers = clean
    table = part(out, "enrolment", block)
    first, last = day_numbers(table["FRA"]), day_numbers(table["TIL"])
    last[blank(table["TIL"])] = 2**31
    kept = first_reasons(
        "enrolment",
        {
            "first_day_missing": blank(table["FRA"]),
            "last_day_unreadable": np.zeros(first.size, dtype=np.bool_),  # the column holds dates
            "first_day_after_last_day": first > last,
            "unknown_person": ~among(table["PNR"], who.pnr),
        },
        counts,
    )
    spells = table.select(["PNR", "YDERNR", "SIKGRUP"]).to_pandas().assign(first=first, last=last)[kept]
    today = (spells["first"] <= nation.status_day) & (spells["last"] >= nation.status_day)
    here = spells[today & spells.SIKGRUP.isin([1, 2])]
    counts["enrolment", "group_unknown"] += int((~spells.SIKGRUP.isin([1, 2])).sum())
    counts["enrolment", "overlapping_spells"] += _overlapping(spells[spells.SIKGRUP == 1])
    counts["enrolment", "not_enrolled"] += len(who.pnr) - here.PNR.nunique()
    registered, predecessors = _clinics_in_force(nation, out)
    at = here[(here.SIKGRUP == 1) & here.YDERNR.notna()].YDERNR
    counts["enrolment", "clinic_unregistered"] += int((~at.isin(registered)).sum())
    counts["enrolment", "clinic_changed_hands"] += int((~at.isin(registered) & at.isin(predecessors)).sum())
    home = pd.Series(who.kom, index=who.pnr.to_pandas())
    in_group_2 = home[home.index.isin(here[here.SIKGRUP == 2].PNR)]
    covers.update({("group 2", str(kom)): int(n) for kom, n in in_group_2.value_counts().items()})


def _overlapping(spells: pd.DataFrame) -> int:
    """Count the citizens with two spells that share a day."""
    spells = spells.sort_values(["PNR", "first", "last"])
    until = spells.groupby("PNR")["last"].cummax().shift()
    same = spells.PNR.eq(spells.PNR.shift())
    return int(spells.PNR[same & (spells["first"] <= until)].nunique())


def _clinics_in_force(nation: Nation, out: Path) -> tuple[set[str], set[str]]:
    table = pq.read_table(out / "clinics.parquet")
    first, last = day_numbers(table["FRA"]), day_numbers(table["TIL"])
    force = table.filter(pa.array((first <= nation.status_day) & (blank(table["TIL"]) | (last >= nation.status_day))))
    former = force["PREDECESSOR"].drop_null().to_pylist() if "PREDECESSOR" in force.column_names else []
    return set(force["YDERNR"].to_pylist()), set(former)


def count_services(nation: Nation, out: Path, block: int, who: Citizens, clean: tuple[Counts, Covers]) -> None:
    """Count the services of a block; ``row_repeated_in_another_file`` is 0, for no two blocks share a person."""
    counts, covers = clean
    table = part(out, "services", block, ["PNR", "SPECIALE", "YDLANT", "BRUHON", "HONUGE"])
    week, year = table["HONUGE"], f"{nation.fee_year % 100:02}"
    kept = first_reasons(
        "services",
        {
            "week_invalid": ~flags(pc.match_substring_regex(week, "^[0-9]{2}(0[1-9]|[1-4][0-9]|5[0-3])$")),
            "other_year": ~flags(pc.starts_with(week, year)),
            "unknown_person": ~among(table["PNR"], who.pnr),
            "service_code_malformed": ~flags(pc.match_substring_regex(table["SPECIALE"], "^[0-9]{6}$")),
            "quantity_not_whole": blank(table["YDLANT"]),
        },
        counts,
    )
    general = flags(pc.starts_with(table["SPECIALE"], "80"))
    listed = among(pc.utf8_slice_codeunits(table["SPECIALE"], 2), fee_codes())
    counts["services", "paid_missing"] += int((kept & blank(table["BRUHON"])).sum())
    counts["services", "service_unknown"] += int((kept & general & ~listed).sum())
    sums = table.filter(pa.array(kept)).group_by(["PNR", "SPECIALE"]).aggregate([("YDLANT", "sum")])
    counts["services", "negative_total"] += int(np.count_nonzero(np.asarray(sums["YDLANT_sum"]) < 0))
    covers.update(weeks_covered(nation, week))


def weeks_covered(nation: Nation, week: pa.ChunkedArray) -> Covers:
    """Count the rows of services in each week of the fee year."""
    return per_value("week", week.filter(pc.starts_with(week, f"{nation.fee_year % 100:02}")))


def fee_codes() -> list[str]:
    """Give every code of the packaged fee tables."""
    return sorted({r["code"] for s in law.rows("fees/schedules") for r in law.rows(f"fees/{s['file']}")})


def count_dream(nation: Nation, out: Path, block: int, who: Citizens, clean: tuple[Counts, Covers]) -> None:
    """Count DREAM of a block: its persons, and the cells of the fee year's weeks."""
    counts, covers = clean
    names = pq.read_schema(out / "dream" / part_name(block)).names
    weeks = [name for name in fee_weeks(nation) if f"Y_{name}" in names]
    counts["dream", "unknown_person"] += int((~among(part(out, "dream", block, ["PNR"])["PNR"], who.pnr)).sum())
    for week in weeks:
        cells = per_value("cell", part(out, "dream", block, [f"Y_{week}"]).column(0))
        for (_, code), number in cells.items():
            if not (code.isdigit() and int(code) <= 999):
                counts["dream", "cells_unreadable"] += number
            elif not is_benefit(code):
                counts["dream", "code_unknown"] += number
        covers["column", week] += 1
        covers["cells", week] += sum(cells.values())


def fee_weeks(nation: Nation) -> list[str]:
    """Give the weeks of the fee year, ``yyww``."""
    return [f"{nation.fee_year % 100:02}{week:02}" for week in range(1, weeks_in(nation.fee_year) + 1)]


def is_benefit(code: str) -> bool:
    """Tell whether a code of DREAM stands in a block of the packaged list."""
    blocks = (row["code_or_range"].split("-") for row in law.rows("codes/dream_codes") if row["code_or_range"])
    return any(int(block[0]) <= int(code) <= int(block[-1]) for block in blocks)
