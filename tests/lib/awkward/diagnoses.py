"""Diagnoses: both generations of the patient register, borders of the windows, untidy codes."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from fordel_dask import law

from .files import Table
from .people import Frame

DAY = timedelta(days=1)
OTHER_CODES = ["Z000", "C44", "C443", "F172", "F250", "F259", "S525", "E060", "F100", "H930", "K29", "G30"]


@dataclass(frozen=True)
class Diagnosis:
    """One reported diagnosis of one person."""

    key: str
    code: str | None
    kind: str | None
    at: datetime
    refuted: str | None


def draw_diagnoses(nation: Frame, prefix: str, rng: Random) -> list[Diagnosis]:
    """Give diagnoses: none, few or many a person; ``prefix`` is ``D`` or nothing."""
    prefixes = [p for row in law.rows("codes/multimorbidity") for p in row["icd10_prefixes"].split()]
    cancers = [p for p in prefixes if p.startswith("C")]
    common = [p for p in prefixes if not p.startswith("C")]
    found = []
    for key in [*nation.keys, *nation.strangers]:
        for _ in range(rng.choice([0, 0, 1, 2, 5, 9, 14])):
            plain = rng.choice(rng.choice([common, common, common, cancers, OTHER_CODES]))
            kind = rng.choice(["A", "A", "A", "B", "B", "G", "H", "+", "C", " A", None])
            refuted = rng.choice(["Nej", None, "Nej", None, "Nej", "Ja"])
            found.append(Diagnosis(key, untidy(prefix, plain, rng), kind, moment(nation, rng), refuted))
    return found


def untidy(prefix: str, plain: str, rng: Random) -> str | None:
    """Give a code with its D and a tail, or as it should not be."""
    code = prefix + plain + rng.choice(["", "", "0", "9", "1A"])
    chance = rng.random()
    if chance < 0.08:
        return rng.choice([code.lower(), f" {code}", f"{code} ", f" {code.lower()} "])
    if chance < 0.12:
        return rng.choice([plain, "D" + code, None, "D", "", plain.lower()])
    return code


def moment(nation: Frame, rng: Random) -> datetime:
    """Give a time: within the window, or at its very borders."""
    clock = rng.choice([time(0, 0), time(23, 59, 59), time(12, 30)])
    if rng.random() < 0.25:
        border = nation.status.replace(year=nation.year - rng.choice([0, 5, 15]))
        return datetime.combine(border + rng.choice([-1, 0, 1]) * DAY, clock)
    return datetime.combine(nation.status - timedelta(days=rng.randint(-200, 17 * 365)), clock)


def joined(found: list[Diagnosis]) -> Table:
    """Give the already joined register; a refuted one never gets there."""
    rows = [row for row in found if row.refuted != "Ja"]
    return {
        "PNR": [row.key for row in rows],
        "CODE": [row.code for row in rows],
        "TYPE": [row.kind for row in rows],
        "DATE": [row.at for row in rows],
    }


def lpr2(found: list[Diagnosis], rng: Random) -> tuple[Table, Table]:
    """Give contacts and diagnoses of the older register: whole numbers as keys, days without time."""
    keys = [str(number) for number in rng.sample(range(10_000, 10_000_000), len(found) + 5)]
    days = [row.at.date() for row in found]
    contacts, own = in_contacts(found, keys, rng)
    return (
        {
            "PNR": [found[n].key for n in contacts],
            "RECNUM": [own[n] for n in contacts],
            "D_INDDTO": [days[n] for n in contacts],
        },
        {
            "RECNUM": [*own.values(), *keys[-5:]],  # the last belong to no contact
            "C_DIAG": [*(row.code for row in found), *["DI10"] * 5],
            "C_DIAGTYPE": [*(row.kind for row in found), *["A"] * 5],
        },
    )


def lpr3(found: list[Diagnosis], rng: Random) -> tuple[Table, Table]:
    """Give contacts and diagnoses of the newer register; some contacts are another system's."""
    keys = [f"K{number}" for number in rng.sample(range(10_000, 10_000_000), len(found) + 5)]
    contacts, own = in_contacts(found, keys, rng)
    return (
        {
            "PNR": [found[n].key for n in contacts],
            "DW_EK_KONTAKT": [own[n] for n in contacts],
            "KONT_STARTTIDSPUNKT": [found[n].at for n in contacts],
            "LPRINDBERETNINGSSYSTEM": [rng.choice(["LPR3"] * 9 + ["LPR2", None]) for _ in contacts],
        },
        {
            "DW_EK_KONTAKT": [*own.values(), *keys[-5:]],
            "DIAG_KODE": [*(row.code for row in found), *["DI10"] * 5],
            "DIAG_KODE_TYPE": [*(row.kind for row in found), *["A"] * 5],
            "SENERE_AFKRAEFTET": [*(row.refuted for row in found), *["Nej"] * 5],
        },
    )


def in_contacts(found: list[Diagnosis], keys: list[str], rng: Random) -> tuple[list[int], dict[int, str]]:
    """Put diagnoses into contacts: a person's next diagnosis sometimes shares the contact before it.

    Gives the positions that begin a contact, and the contact key of each position.
    """
    begins, own = [], {}
    for n, row in enumerate(found):
        if n and found[n - 1].key == row.key and rng.random() < 0.3:
            own[n] = own[n - 1]
        else:
            begins.append(n)
            own[n] = keys[n]
    return begins, own


def before(found: list[Diagnosis], day: date) -> tuple[list[Diagnosis], list[Diagnosis]]:
    """Divide by the day the newer register began."""
    older = [row for row in found if row.at.date() < day]
    return older, [row for row in found if row.at.date() >= day]
