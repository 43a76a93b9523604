"""Planted hospital contacts and diagnoses, in pairs of files and as a register that came joined."""

import datetime
from collections.abc import Iterator

from fordel_dask.synthetic.faults.cast import Cast, Planted, Row, how_many, rows_of_rules, rows_with, text_table
from fordel_dask.synthetic.faults.counting import Counts, Covers
from fordel_dask.synthetic.faults.counting_patients import DAYS_AFTER, PAIRS, Pair
from fordel_dask.synthetic.faults.gaps import quiet_day
from fordel_dask.synthetic.nation import EPOCH
from fordel_dask.synthetic.pseudonyms import KEY_BITS

NO_DATE = "99-99-9999"
LISTED, UNLISTED = "DJ449", "DS720"
OF_WRONG_FORM, IN_NO_LIST = "DJ44.9", "D1234"  # the first still begins as a code of a list
CARRIERS = 5  # ordinary contacts that planted diagnoses belong to
CODES: dict[str, list[str | None]] = {
    "code_blank": ["", None],
    "no_d": [LISTED[1:]],
    "no_listed_condition": [UNLISTED],
    "code_form": [OF_WRONG_FORM, IN_NO_LIST],
}


def planted_hospital(cast: Cast, covers: Covers) -> list[Planted]:
    """Give planted contacts and diagnoses of both pairs; ``covers`` is what the ordinary files hold now."""
    files = []
    for pair in PAIRS:
        contacts, counts, keys = _contacts(cast, pair, quiet_day(cast.nation, pair, covers))
        numbers = frozenset({pair.key})
        files.append(Planted(f"{pair.folder}_contacts/faults.parquet", text_table(contacts, numbers), counts, {}))
        rows, counts = _diagnoses(cast, pair, keys)
        beside = _in_no_list(rows, pair.code, f"lpr {pair.number} diagnoses")
        files.append(Planted(f"{pair.folder}_diagnoses/faults.parquet", text_table(rows, numbers), counts, beside))
    return files


def _in_no_list(rows: list[Row], code: str, register: str) -> Counts:
    """Count the codes of a wrong form that no list asks for either."""
    return Counts({(register, "no_listed_condition"): sum(row[code] == IN_NO_LIST for row in rows)})


def _fresh_keys(pair: Pair) -> Iterator[int]:
    """Give contact keys that no contact of the nation has."""
    first = 2**KEY_BITS + pair.number * 10**9
    return iter(range(first, first + 10**9))


def _contacts(cast: Cast, pair: Pair, day: str) -> tuple[list[Row], Counts, dict[str, list[int]]]:
    """Give contacts with one fault each, and by rule the keys of those that diagnoses can belong to."""
    late = EPOCH + datetime.timedelta(days=cast.nation.status_day + DAYS_AFTER + 30)
    changes: dict[str, list[Row]] = {
        "contact_key_blank": [{pair.key: None}],
        "other_system": [{"LPRINDBERETNINGSSYSTEM": "LPR2"}, {"LPRINDBERETNINGSSYSTEM": None}],
        "unknown_person": [{}],
        "contact_day_missing": [{pair.day: None}, {pair.day: NO_DATE}],
        "contact_day_outside": [{pair.day: "1950-05-05"}, {pair.day: late.isoformat()}],
        "contact_twice": [{}],
        "carriers": [{}],
    }
    if not pair.is_lpr3:
        del changes["other_system"]
    register, fresh = f"lpr {pair.number} contacts", _fresh_keys(pair)
    ordinary = {"PNR": None, pair.key: None, pair.day: day}
    ordinary |= {"LPRINDBERETNINGSSYSTEM": "LPR3"} if pair.is_lpr3 else {}
    rows: list[Row] = []
    counts: Counts = Counts()
    keys: dict[str, list[int]] = {}
    for rule, of_rule in changes.items():
        number = CARRIERS if rule == "carriers" else how_many(cast.nation, register, rule)
        keys[rule] = [next(fresh) for _ in range(number)]
        people = cast.strangers(number) if rule == "unknown_person" else cast.citizens(number)
        keyed = rows_with(people, ordinary, [{pair.key: key} for key in keys[rule]])
        some = [{**row, **of_rule[n % len(of_rule)]} for n, row in enumerate(keyed)]
        rows += some * 2 if rule == "contact_twice" else some
        if rule != "carriers":
            counts[register, rule] = number
    keys["no_contact"] = [next(fresh) for _ in range(2)]
    return rows, counts, keys


def _diagnoses(cast: Cast, pair: Pair, keys: dict[str, list[int]]) -> tuple[list[Row], Counts]:
    """Give diagnoses with one fault each; a diagnosis may have the fault of its contact."""
    changes: dict[str, list[Row]] = {
        "other_type": [{pair.kind: "H"}, {pair.kind: ""}],
        "refuted": [{"SENERE_AFKRAEFTET": "Ja"}],
        **{rule: [{pair.code: code} for code in codes] for rule, codes in CODES.items()},
        "no_contact": [{pair.key: keys["no_contact"][0]}, {pair.key: None}, {pair.key: keys["no_contact"][1]}],
        "unknown_person": [{}],
        "other_system": [{}],
        "contact_day_missing": [{}],
    }
    if not pair.is_lpr3:
        del changes["refuted"], changes["other_system"]
    ordinary: Row = {pair.key: None, pair.code: LISTED, pair.kind: "A"}
    ordinary |= {"SENERE_AFKRAEFTET": "Nej"} if pair.is_lpr3 else {}
    rows: list[Row] = []
    counts: Counts = Counts()
    for rule, of_rule in changes.items():
        register = f"lpr {pair.number} diagnoses"
        counts[register, rule] = how_many(cast.nation, register, rule)
        contacts = keys.get(rule, keys["carriers"])
        rows += [
            {**ordinary, pair.key: contacts[n % len(contacts)], **of_rule[n % len(of_rule)]}
            for n in range(counts[register, rule])
        ]
    return rows, counts


def planted_diagnoses(cast: Cast) -> list[Planted]:
    """Give a small register of diagnoses that came with person and date."""
    changes: dict[str, list[Row]] = {
        "other_type": [{"TYPE": "H"}, {"TYPE": ""}],
        "refuted": [{"SENERE_AFKRAEFTET": "Ja"}],
        **{rule: [{"CODE": code} for code in codes] for rule, codes in CODES.items()},
        "contact_day_missing": [{"DATE": None}, {"DATE": NO_DATE}],
        "unknown_person": [{}],
    }
    ordinary = {"PNR": None, "CODE": LISTED, "TYPE": "A", "DATE": f"{cast.nation.fee_year}-03-03"}
    ordinary |= {"SENERE_AFKRAEFTET": "Nej"}
    rows, counts = rows_of_rules(cast, "diagnoses", ordinary, changes, cast.citizens)
    beside = _in_no_list(rows, "CODE", "diagnoses")
    return [Planted("diagnoses/faults.parquet", text_table(rows), counts, beside)]
