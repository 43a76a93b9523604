"""Services: contacts, home visits, chronic care, corrections, other weeks and specialities."""

from decimal import Decimal
from random import Random

from fordel_dask import law

from .files import Table
from .people import Frame

CONTACTS = ["0101", "0101", "0101", "0105", "0201", "0204", "0120", "0125", "6101", "0102", "0121", "0123", "0128"]
VISITS = ["0411", "0421", "0431", "0441", "0451", "0461", "0491"]
CHRONIC = ["0130", "0131", "0132"]
NO_CONTACTS = ["2101", "7108", "7156", "5001", "8291", "2401", "0133", "3410", "9001", "0127", "9999", "1003"]
Row = tuple[str, str, int, str]  # key, code with speciality, quantity, week


def services(nation: Frame, persons: Table, clinic_numbers: list[str], kroner: bool, rng: Random) -> Table:
    """Give the rows of all persons and some strangers, with a fee paid a row."""
    quiet = quiet_persons(nation, persons)
    rows = [row for key in nation.keys for row in rows_of(key, nation, rng) if key not in quiet or rng.random() < 0.05]
    rows += [(key, "800101", 1, week(nation, rng)) for key in nation.strangers]
    fees = {row["code"]: int(row["fee_oere"]) for row in law.rows("fees/gp_fees_2025-10-01")}
    return {
        "PNR": [row[0] for row in rows],
        "YDERNR": [rng.choice(clinic_numbers) for _ in rows],
        "SPECIALE": [row[1] for row in rows],
        "YDLANT": [row[2] for row in rows],
        "BRUHON": [paid(fees.get(row[1][2:], 5_000), row[2], kroner, rng) for row in rows],
        "HONUGE": [row[3] for row in rows],
    }


def quiet_persons(nation: Frame, persons: Table) -> set[str]:
    """Give the widowed, the divorced and small children: hardly any of them is seen.

    So a widowed child is expected to cost less than nothing, and its weight is clamped.
    """
    rows = zip(persons["PNR"], persons["CIVST"], persons["FOED_DAG"], strict=True)
    return {
        key for key, civil, birth in rows if civil.strip() in set("ELFO") or (birth and birth.year > nation.year - 11)
    }


def rows_of(key: str, nation: Frame, rng: Random) -> list[Row]:
    """Give one person's rows: some ordinary ones, chronic care for some, corrections of all kinds."""
    rows = [row(key, nation, rng) for _ in range(rng.choice([0, 0, 2, 5, 9]))]
    chance = rng.random()
    if chance < 0.25:
        rows += [(key, "80" + rng.choice(CHRONIC), rng.choice([1, 3, 12, 6]), week(nation, rng)) for _ in range(2)]
    if 0.20 < chance < 0.32:  # takes some, all or more than all back
        taken = rng.choice([[(1, -1)], [(3, -3)], [(2, -5)], [(1, -2)], [(4, -1)]])[0]
        code = rng.choice(CHRONIC)
        rows += [(key, "80" + code, number, week(nation, rng)) for number in taken]
    if chance > 0.96:
        rows += [(key, "80" + rng.choice(VISITS), -2, week(nation, rng))]  # below nothing
    return rows


def row(key: str, nation: Frame, rng: Random) -> Row:
    """Give a row: mostly a contact of the fee year in speciality 80."""
    chance = rng.random()
    kinds = CONTACTS if chance < 0.7 else VISITS if chance < 0.8 else NO_CONTACTS
    speciality = "80" if rng.random() < 0.9 else rng.choice(["81", "83", "19", "50", "08"])
    quantity = 1 if rng.random() < 0.8 else rng.choice([2, 3, -1, 0])
    return key, speciality + rng.choice(kinds), quantity, week(nation, rng)


def week(nation: Frame, rng: Random) -> str:
    """Give a settlement week of the fee year, sometimes another year's or one that does not exist."""
    year = (nation.year - 1) % 100
    if rng.random() < 0.9:
        return f"{year:02}{rng.choice([rng.randint(1, 52), 1, 52, 53]):02}"
    return rng.choice([f"{year:02}00", f"{year:02}54", f"{year:02}99", f"{year - 1:02}53", f"{year + 1:02}01"])


def paid(price: int, quantity: int, kroner: bool, rng: Random) -> Decimal | None:
    """Give the fee of the row, now and then with half øre, now and then missing."""
    if rng.random() < 0.01:
        return None
    oere = Decimal(price * quantity) + (rng.choice([0, 1, 2]) + Decimal("0.5")) * (rng.random() < 0.3)
    return oere / 100 if kroner else oere
