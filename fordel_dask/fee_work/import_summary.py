"""What an import shows on the terminal, and gives as one JSON object."""

from collections import Counter
from typing import Any

from fordel_dask.fee_work.differing import difference_lines, differences_content
from fordel_dask.fee_work.importing import Imported, ImportOrder
from fordel_dask.law.rounding import shortest

PERCENT = 100


def import_content(order: ImportOrder, found: Imported) -> dict[str, Any]:
    """Give what was read in for a program; amounts are øre."""
    table = found.table
    written = {"out": order.out, "into": order.into, "differences_out": order.differences_out}
    return {
        "file": str(order.file),
        "valid_from": table.valid_from.isoformat(),
        "valid_to": table.valid_to.isoformat(),
        "fees": len(table.fees),
        "sections": Counter(fee.section for fee in table.fees),
        "contacts": sum(fee.is_contact for fee in table.fees),
        "footnotes": len(table.footnotes),
        "corrections": {str(one.year): shortest(PERCENT * one.factor) for one in found.corrections},
        "oddities": [{"line": one.line, "what": one.what} for one in found.oddities],
        "not_judged": [{"section": fee.section, "code": fee.code, "line": fee.line} for fee in found.unjudged],
        "replaced": found.replaced.file if found.replaced else None,
        **(differences_content(found.changes) if found.changes is not None else {}),
        **{name: str(path) for name, path in written.items() if path is not None},
    }


def import_text(order: ImportOrder, found: Imported) -> str:
    """Give what was read in as lines for a terminal."""
    table = found.table
    sections = Counter(fee.section for fee in table.fees)
    return "\n".join(
        [
            f"{len(table.fees)} fees in force from {table.valid_from} to {table.valid_to}: "
            f"{', '.join(f'{count} {section}' for section, count in sections.items())}.",
            f"{sum(fee.is_contact for fee in table.fees)} of them are contacts, "
            f"as {order.classification or 'the packaged table'} judges (M3).",
            *_correction_lines(found),
            *_oddity_lines(order, found),
            *_unjudged_lines(found),
            *(difference_lines(found.changes, str(order.against)) if found.changes is not None else []),
            *_written_lines(order, found),
        ]
    )


def _correction_lines(found: Imported) -> list[str]:
    if not found.corrections:
        return []
    told = ", ".join(f"{one.year} {shortest(PERCENT * one.factor)} %" for one in found.corrections)
    return [f"Correction factors of incomes: {told}."]


def _oddity_lines(order: ImportOrder, found: Imported) -> list[str]:
    if not found.oddities:
        return []
    return ["Odd, and survived; look at:", *(f"  {order.file}:{one.line}: {one.what}" for one in found.oddities)]


def _unjudged_lines(found: Imported) -> list[str]:
    if not found.unjudged:
        return []
    told = dict.fromkeys(f"{fee.section} {fee.code}" for fee in found.unjudged)
    return [f"Not judged, and so counted as no contact ({len(told)}): {', '.join(told)}."]


def _written_lines(order: ImportOrder, found: Imported) -> list[str]:
    replaced = f", in the place of {found.replaced.file}" if found.replaced else ""
    places = (("Table", order.out, ""), ("Differences", order.differences_out, ""), ("Version", order.into, replaced))
    told = [f"{what}: {path}{more}" for what, path, more in places if path is not None]
    return told or ["Nothing was written: give --out FILE.csv or --into DIR."]
