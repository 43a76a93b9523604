"""The tables of ``fordel fees price``, and what it shows on the terminal and gives as one JSON object."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from fordel_dask.aligned import aligned
from fordel_dask.fee_work.kroner import kroner
from fordel_dask.fee_work.pricing import Priced
from fordel_dask.fees.outcomes import MEANING, UNKNOWN_MEANING, Outcome, Unknown
from fordel_dask.fees.price_book import SPECIALITY_DIGITS
from fordel_dask.fees.service_rules import METRES_A_KM, service_rules
from fordel_dask.kernels.pricing import (
    COMPARED,
    COMPARED_FEE,
    COMPARED_PAID,
    DEVIATION,
    DIFFERING,
    FIRST_UNKNOWN,
    OUTCOMES,
    PRICED_OERE,
)
from fordel_dask.printing import Row, count, given, number, ratio
from fordel_dask.schema.fee_prices import FEE_FALLBACKS, FEE_MILEAGE, FEE_PRICE_TABLES, FEE_PRICES, FEE_REASONS
from fordel_dask.yearly.writing import Findings

KIND = "fees-price"
UNREADABLE = "unreadable"
MOST_SHOWN = 12
Sums = Sequence[int]


def findings_of(priced: Priced) -> Findings:
    """Give what was priced as declared tables and a summary."""
    return Findings(
        kind=KIND,
        declared=FEE_PRICE_TABLES,
        tables={
            FEE_PRICES.name: list(_prices(priced)),
            FEE_REASONS.name: list(_reasons(priced)),
            FEE_FALLBACKS.name: list(_fallbacks(priced)),
            FEE_MILEAGE.name: [_mileage(one) for one in priced.mileage],
        },
        summary=summary_of(priced),
        inputs=priced.inputs,
    )


def _by_service(priced: Priced) -> list[tuple[str, Sums]]:
    """Give the sums of every service that has rows, in the order of their codes."""
    return sorted(
        (code, sums) for code, sums in zip(priced.book.services, priced.sums.tolist(), strict=True) if any(sums)
    )


def _is_general(service: str) -> bool:
    return service[:SPECIALITY_DIGITS] in service_rules().without_time


def _prices(priced: Priced) -> Iterator[Row]:
    texts = {fee.code: fee.text for table in priced.book.tables for fee in table.fees}
    for service, sums in _by_service(priced):
        if _is_general(service):
            rows, paid = sum(sums[: 3 * OUTCOMES : 3]), sums[COMPARED_PAID]
            yield (
                service,
                texts.get(service[SPECIALITY_DIGITS:], ""),
                count(rows),
                count(sum(sums[1 : 3 * OUTCOMES : 3])),
                count(sums[3 * Outcome.PRICED]),
                number(ratio(sums[3 * Outcome.PRICED], rows)),
                count(sums[PRICED_OERE]),
                count(sums[COMPARED]),
                count(sums[COMPARED_FEE]),
                count(paid),
                count(sums[COMPARED_FEE] - paid),
                count(sums[DIFFERING]),
                count(sums[DEVIATION]),
                number(ratio(sums[DEVIATION], paid)),
            )


def _reasons(priced: Priced) -> Iterator[Row]:
    if priced.unreadable:
        yield "", UNREADABLE, count(priced.unreadable), "", ""
    for service, sums in _by_service(priced):
        for outcome in Outcome:
            rows, quantity, paid = sums[3 * outcome : 3 * outcome + 3]
            if rows:
                yield service, outcome.word, count(rows), count(quantity), count(paid)


def _fallbacks(priced: Priced) -> Iterator[Row]:
    for service, sums in _by_service(priced):
        for bit, unknown in enumerate(Unknown):
            if sums[FIRST_UNKNOWN + bit]:
                yield service, unknown.word, count(sums[FIRST_UNKNOWN + bit])


def _mileage(one: Any) -> Row:
    km, first = Fraction(one.metres, METRES_A_KM), Fraction(one.first_metres, METRES_A_KM)
    difference = one.by_rule_oere - one.priced_oere
    amounts = (one.by_rule_oere, one.priced_oere, difference)
    return one.clinic, count(one.year), given(km), given(first), *map(count, amounts)


def summary_of(priced: Priced) -> dict[str, Any]:
    """Give the totals: rows by outcome, what was not told, øre by the fee table and paid, codes that differ most."""
    total = priced.sums.sum(axis=0).tolist()
    general = [(code, sums) for code, sums in _by_service(priced) if _is_general(code)]
    outside = total[3 * Outcome.NOT_GENERAL_PRACTICE]
    return {
        "source": priced.name,
        "fee_tables": [f"{table.valid_from} to {table.valid_to}" for table in priced.book.tables],
        "priced_at_one_table": priced.book.always,
        "rows": priced.rows + priced.unreadable,
        "rows_of_general_practice": priced.rows - outside,
        "rows_priced": total[3 * Outcome.PRICED],
        "coverage": _share(total[3 * Outcome.PRICED], priced.rows - outside),
        "priced_oere": total[PRICED_OERE],
        "rows_compared": total[COMPARED],
        "compared_oere": total[COMPARED_FEE],
        "paid_oere": total[COMPARED_PAID],
        "difference_oere": total[COMPARED_FEE] - total[COMPARED_PAID],
        "rows_differing": total[DIFFERING],
        "deviation_oere": total[DEVIATION],
        "mileage_difference_oere": sum(one.by_rule_oere - one.priced_oere for one in priced.mileage),
        "outcomes": {one.word: total[3 * one] for one in Outcome if total[3 * one]} | _unreadable(priced),
        "not_told": {one.word: total[FIRST_UNKNOWN + n] for n, one in enumerate(Unknown) if total[FIRST_UNKNOWN + n]},
        "unknown_codes": [code for code, sums in general if sums[3 * Outcome.UNKNOWN_CODE]],
        "codes_differing": [_differing(code, sums) for code, sums in _most_differing(general)],
    }


def _unreadable(priced: Priced) -> dict[str, int]:
    return {UNREADABLE: priced.unreadable} if priced.unreadable else {}


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 9) if whole else None


def _most_differing(general: Sequence[tuple[str, Sums]]) -> list[tuple[str, Sums]]:
    differing = [(code, sums) for code, sums in general if sums[DEVIATION]]
    return sorted(differing, key=lambda one: (-one[1][DEVIATION], one[0]))[:MOST_SHOWN]


def _differing(code: str, sums: Sums) -> dict[str, Any]:
    return {
        "service": code,
        "rows_compared": sums[COMPARED],
        "rows_differing": sums[DIFFERING],
        "compared_oere": sums[COMPARED_FEE],
        "paid_oere": sums[COMPARED_PAID],
        "deviation_oere": sums[DEVIATION],
    }


def price_text(summary: Mapping[str, Any]) -> str:
    """Give a summary as lines for a person: what was priced, what was not and why, and where it differs from paid."""
    at = "all at the fee table of" if summary["priced_at_one_table"] else "at the fee tables of"
    lines = [
        f"{summary['source']}: {summary['rows']:,} rows of services, {summary['rows_of_general_practice']:,} of "
        f"general practice, priced {at} {', '.join(summary['fee_tables'])}.",
        f"Priced: {summary['rows_priced']:,} rows ({_percent(summary['coverage'])} of general practice), "
        f"{kroner(summary['priced_oere'])} kr.",
        *_paid_lines(summary),
        *_outcome_lines(summary["outcomes"]),
        *_unknown_lines(summary["not_told"]),
        *_differing_lines(summary["codes_differing"]),
    ]
    unknown = summary["unknown_codes"]
    more = f" and {len(unknown) - MOST_SHOWN:,} more" if len(unknown) > MOST_SHOWN else ""
    return "\n".join([*lines, *[f"Numbers in no fee table: {', '.join(unknown[:MOST_SHOWN])}{more}."] * bool(unknown)])


def _paid_lines(summary: Mapping[str, Any]) -> list[str]:
    lines = []
    if summary["rows_compared"]:
        lines.append(
            f"Against what was paid: {kroner(summary['compared_oere'])} kr by the fee table, "
            f"{kroner(summary['paid_oere'])} kr paid; {summary['rows_differing']:,} of "
            f"{summary['rows_compared']:,} rows differ, by {kroner(summary['deviation_oere'])} kr in all."
        )
    if summary["mileage_difference_oere"]:
        lines.append(
            f"Mileage by the year's km of each clinic, less that by the numbers of its rows: "
            f"{kroner(summary['mileage_difference_oere'])} kr (fee_mileage)."
        )
    return lines


def _outcome_lines(outcomes: Mapping[str, int]) -> list[str]:
    meaning = {one.word: MEANING[one] for one in Outcome} | {
        UNREADABLE: "person, service, quantity or day not readable"
    }
    refused = [(rows, word) for word, rows in outcomes.items() if word != Outcome.PRICED.word]
    return ["Not priced:"] * bool(refused) + [f"  {rows:>14,}  {meaning[word]}" for rows, word in sorted(refused)[::-1]]


def _unknown_lines(not_told: Mapping[str, int]) -> list[str]:
    meaning = {one.word: UNKNOWN_MEANING[one] for one in Unknown}
    told = [f"  {rows:>14,}  {meaning[word]}" for word, rows in not_told.items()]
    return ["Priced without knowing:"] * bool(told) + told


def _differing_lines(differing: Sequence[Mapping[str, Any]]) -> list[str]:
    heading = ("service", "rows differing", "of", "fee table, kr", "paid, kr")
    rows = [
        (
            one["service"],
            f"{one['rows_differing']:,}",
            f"{one['rows_compared']:,}",
            kroner(one["compared_oere"]),
            kroner(one["paid_oere"]),
        )
        for one in differing
    ]
    return ["Differing most:", *(f"  {line}" for line in aligned(heading, rows))] if rows else []


def _percent(share: float | None) -> str:
    return "none" if share is None else f"{100 * share:.2f} %"
