"""What a look at the fee table shows on the terminal, and gives as one JSON object."""

from collections.abc import Mapping
from typing import Any

from fordel_dask.aligned import aligned, shortened
from fordel_dask.fee_work.differing import difference_lines, differences_content
from fordel_dask.fee_work.kroner import kroner
from fordel_dask.fee_work.showing import Shown, ShowOrder
from fordel_dask.fees.fee_table import Fee
from fordel_dask.fees.versions import FeeVersion
from fordel_dask.law.rounding import shortest

HEADING = ("section", "code", "text", "kroner", "unit", "area", "group", "contact", "covered", "footnotes")
NUMBERS = ("kroner",)
WIDTH = 44
NO_CONTACT = "–"
AREAS = {"uden_for_laegedaekningstruet": "enough doctors", "i_laegedaekningstruet": "short of doctors"}
LEGEND = "Covered: by the chronic-care fee, instead of paid by the service."
NOT_COVERED = "0"
COVERED = {NOT_COVERED: "", "1": "yes", "?": "unclear"}
PERCENT = 100
USE = "stated for locum rates and goodwill; as a price index between fee years an assumption (V38)"


def show_content(order: ShowOrder, found: Shown) -> dict[str, Any]:
    """Give what is shown for a program; amounts are øre."""
    return {
        **_version(found.version),
        "fees": [_fee(fee) for fee in found.fees],
        "footnotes": [{"section": one.section, "sign": one.sign, "text": one.text} for one in found.footnotes],
        "versions": [_version(one) for one in found.versions],
        "gaps": [{"first": one.first.isoformat(), "last": one.last.isoformat()} for one in found.gaps],
        **({"against": _version(found.other), **differences_content(found.changes)} if found.other else {}),
        **(_corrections(order, found) if order.corrections or order.incomes else {}),
    }


def _version(one: FeeVersion) -> dict[str, str]:
    period = {"valid_from": one.table.valid_from.isoformat(), "valid_to": one.table.valid_to.isoformat()}
    return {**period, "place": one.place, "source": one.source}


def _fee(fee: Fee) -> dict[str, Any]:
    return {
        "section": fee.section,
        "code": fee.code,
        "area": fee.area,
        "text": fee.text,
        "fee_oere": fee.amount_oere,
        "unit": fee.unit,
        "group": fee.group,
        "is_contact": fee.is_contact,
        "contact_type": fee.contact_type,
        "covered": fee.covered,
        "footnotes": fee.footnotes.split(",") if fee.footnotes else [],
        "note": fee.note,
        "line": fee.line,
    }


def _corrections(order: ShowOrder, found: Shown) -> dict[str, Any]:
    return {
        "corrections": {
            "use": USE,
            "percent": {str(year): shortest(PERCENT * one.factor) for year, one in found.factors.items()},
            "as_of": sorted({one.as_of.isoformat() for one in found.factors.values() if one.as_of}),
        },
        "incomes_oere": _by_year(order.incomes),
        "incomes_at_level_oere": _by_year(found.levelled),
        "mean_at_level_oere": found.mean,
    }


def _by_year(amounts: Mapping[int, int]) -> dict[str, int]:
    return {str(year): amount for year, amount in amounts.items()}


def show_text(order: ShowOrder, found: Shown) -> str:
    """Give what is shown as lines for a terminal; correction factors alone where they are asked for."""
    table, lines = found.version.table, list[str]()
    lines.append(f"Fees in force from {table.valid_from} to {table.valid_to} ({found.version.place}).")
    if order.corrections or order.incomes:
        lines += _correction_lines(order, found)
    elif found.other:
        day = found.other.table.valid_from
        lines += difference_lines(found.changes, f"the table in force from {day} ({found.other.place})")
    else:
        lines += _fee_lines(order, found)
    lines += [f"No fee table is in force from {one.first} to {one.last}." for one in found.gaps]
    return "\n".join(lines)


def _fee_lines(order: ShowOrder, found: Shown) -> list[str]:
    width = WIDTH if order.code is None else max(len(fee.text) for fee in found.fees)
    rows = [_cells(fee, width) for fee in found.fees]
    filled = [any(column) for column in zip(*rows, strict=True)]
    heading, *kept = (
        [cell for cell, is_filled in zip(row, filled, strict=True) if is_filled] for row in (HEADING, *rows)
    )
    texts = [n for n, name in enumerate(heading) if name not in NUMBERS]
    notes = [f"  {fee.section} {fee.code}: {fee.note}" for fee in found.fees if fee.note and order.code is not None]
    return [
        *(f"  {line}" for line in aligned(heading, kept, texts)),
        *(["Footnotes:"] if found.footnotes else []),
        *(f"  {one.section} {one.sign}: {one.text}" for one in found.footnotes),
        *(["Notes:", *notes] if notes else []),
        *([LEGEND] if any(fee.covered != NOT_COVERED for fee in found.fees) else []),
        f"{len(found.fees)} {'fee' if len(found.fees) == 1 else 'fees'}, contacts among them (M3): "
        f"{sum(fee.is_contact for fee in found.fees)}.",
    ]


def _cells(fee: Fee, width: int) -> tuple[str, ...]:
    return (
        *(fee.section, fee.code, shortened(fee.text, width), kroner(fee.amount_oere), fee.unit),
        *(AREAS.get(fee.area, fee.area), fee.group, fee.contact_type if fee.is_contact else NO_CONTACT),
        *(COVERED[fee.covered], fee.footnotes),
    )


def _correction_lines(order: ShowOrder, found: Shown) -> list[str]:
    if not found.factors:
        return ["The table states no correction factors."]
    rows = [
        (str(year), f"{shortest(PERCENT * one.factor)} %", one.as_of.isoformat() if one.as_of else "")
        for year, one in sorted(found.factors.items())
    ]
    lines = [f"Correction factors of incomes, {USE}:"]
    lines += [f"  {line}" for line in aligned(("year", "raised by", "as of"), rows, texts=(0, 2))]
    if found.mean is not None:
        amounts = [
            (str(year), kroner(told), kroner(found.levelled[year])) for year, told in sorted(order.incomes.items())
        ]
        lines += ["Incomes in kroner at the level of the table, income × (1 + factor), half an øre up:"]
        lines += [f"  {line}" for line in aligned(("year", "income", "at level"), amounts)]
        lines += [f"Their mean: {kroner(found.mean)}."]
    return lines
