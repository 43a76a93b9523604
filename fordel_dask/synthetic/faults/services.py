"""Planted rows of services."""

import numpy as np
import pyarrow as pa

from fordel_dask import law
from fordel_dask.synthetic.faults.cast import Cast, Planted, Row, how_many, rows_with, text_table
from fordel_dask.synthetic.faults.counting import Counts, Rule, fee_codes, part
from fordel_dask.synthetic.faults.gaps import quiet_week
from fordel_dask.synthetic.nation import Nation
from fordel_dask.synthetic.prices import FEES, GENERAL_PRACTICE, fee_oere, service_codes

CONSULTATION = "0101"
NEEDED = ["PNR", "YDERNR", "SPECIALE", "YDLANT", "BRUHON", "HONUGE"]


def _changes(nation: Nation) -> dict[str, list[Row]]:
    year, earlier = f"{nation.fee_year % 100:02}", f"{(nation.fee_year - 3) % 100:02}"
    return {
        "week_invalid": [{"HONUGE": f"{year}00"}, {"HONUGE": f"{year}54"}, {"HONUGE": ""}, {"HONUGE": "uge1"}],
        "other_year": [{"HONUGE": f"{earlier}10"}],
        "unknown_person": [{}],
        "service_code_malformed": [{"SPECIALE": "8O0101"}, {"SPECIALE": ""}, {"SPECIALE": "80010101"}],
        "quantity_not_whole": [{"YDLANT": "1.5"}, {"YDLANT": ""}, {"YDLANT": "mange"}],
        "paid_unreadable": [{"BRUHON": "ukendt"}, {"BRUHON": "1,2,3"}],
        "paid_missing": [{"BRUHON": ""}, {"BRUHON": None}],
        "service_unknown": [{"SPECIALE": GENERAL_PRACTICE + unknown_service()}],
        "negative_total": [{"SPECIALE": GENERAL_PRACTICE + unused_service(), "YDLANT": "-1"}],
    }


def unknown_service() -> str:
    """Give a service code that no fee table has."""
    return next(code for code in (f"{number}" for number in range(9998, 0, -1)) if code not in fee_codes())


def unused_service() -> str:
    """Give a listed service that is no contact and that nobody in the nation has had."""
    listed = (row["code"] for row in law.rows(FEES) if row["section"] == "dagtid" and row["is_contact"] == "0")
    return next(code for code in listed if code.isdigit() and GENERAL_PRACTICE + code not in service_codes().words)


def planted_services(cast: Cast) -> list[Planted]:
    """Give service rows with one fault each, and rows that stand in an ordinary file too."""
    nation, counts = cast.nation, Counts()
    ordinary = {
        "PNR": None, "YDERNR": cast.clinic(), "SPECIALE": GENERAL_PRACTICE + CONSULTATION, "YDLANT": "1",
        "BRUHON": str(fee_oere("dagtid", CONSULTATION)), "HONUGE": quiet_week(nation, cast.gaps),
    }  # fmt: skip
    ordinary |= {"BEHANDLINGSDATO": f"{nation.fee_year}-02-01"} if nation.extras else {}
    rows: list[Row] = []
    for rule, changes in _changes(nation).items():
        number = how_many(nation, "services", rule)
        keys = cast.strangers(number) if rule == "unknown_person" else cast.citizens(number)
        rows += rows_with(keys, ordinary, changes)
        counts["services", rule] = number
    return [Planted("services/faults.parquet", text_table(rows), counts, {}), _repeated(cast)]


def _repeated(cast: Cast) -> Planted:
    """Give rows of citizens that were delivered in another file already."""
    rule: Rule = ("services", "row_repeated_in_another_file")
    number = how_many(cast.nation, *rule)
    table = part(cast.out, "services", 0)
    year = f"{cast.nation.fee_year % 100:02}"
    keys = set(cast.citizens(10 * number))
    frame = table.select(NEEDED).to_pandas()
    good = frame.PNR.isin(keys) & frame.HONUGE.str.startswith(year) & (frame.YDLANT > 0)
    once = good & ~frame.duplicated(keep="first")
    rows = table.take(pa.array(np.flatnonzero(once)[:number]))
    return Planted("services/faults_repeated.parquet", rows, {rule: rows.num_rows}, {})
