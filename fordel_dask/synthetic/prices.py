"""The service codes of the invented year with their fees, and the week each row is settled in."""

import functools
from dataclasses import dataclass

import numpy as np

from fordel_dask import law
from fordel_dask.synthetic.assumptions import assumed, assumed_numbers, assumed_words
from fordel_dask.synthetic.chance import Floats, Ints

FEES = "fees/gp_fees_2025-10-01"
GENERAL_PRACTICE = "80"
CHRONIC_CODES = ("0130", "0131", "0132")
END_OF_CHRONIC = "0133"
OUTSIDE, INSIDE = "uden_for_laegedaekningstruet", "i_laegedaekningstruet"
HOME_VISITS = ("0411", "0421", "0431", "0441", "0451", "0461", "0491")
STANDARD_HOME_VISIT = "0411"
USERS = ("child", "fertile_woman", "adult", "older", "oldest")


@dataclass(frozen=True)
class ServiceCodes:
    """Every service code that is delivered: contacts first, then chronic care, the rest of general practice, others.

    Positions below ``n_general`` belong to general practice.
    """

    words: tuple[str, ...]  # SPECIALE
    paid_oere: Ints  # fee of one service, chronic care outside areas short of doctors
    first_chronic: int
    first_beside: int
    n_general: int


@functools.cache
def fee_oere(section: str, code: str, area: str = "") -> int:
    """Give a listed fee in øre."""
    found = (row for row in law.rows(FEES) if (row["section"], row["code"], row["omraade"]) == (section, code, area))
    return int(next(found)["fee_oere"])


def chronic_fees_oere(area: str) -> Ints:
    """Give the monthly fees of 0130, 0131 and 0132 outside or inside areas short of doctors."""
    return np.array([fee_oere("dagtid", code, area) for code in CHRONIC_CODES])


@functools.cache
def service_codes() -> ServiceCodes:
    """Give the codes in one order for all blocks."""
    contacts = assumed_words("contact_mix", "code")
    beside = assumed_words("beside_contacts", "code")
    chronic = (*CHRONIC_CODES, END_OF_CHRONIC)
    general = tuple(GENERAL_PRACTICE + code for code in (*contacts, *chronic, *beside))
    fees = [fee_oere("dagtid", code) for code in contacts]
    fees += [fee_oere("dagtid", code, OUTSIDE) for code in chronic]
    fees += [fee_oere(row["section"], row["code"]) for row in assumed("beside_contacts")]
    fees += [round(float(row["price_kr"]) * 100) for row in assumed("other_specialities")]
    return ServiceCodes(
        words=general + assumed_words("other_specialities", "speciale"),
        paid_oere=np.array(fees),
        first_chronic=len(contacts),
        first_beside=len(contacts) + len(chronic),
        n_general=len(general),
    )


@functools.cache
def contacts_per_krone() -> Floats:
    """Give the expected number of each contact for one krone of contacts at standard prices, by user × code."""
    shares = assumed_numbers("contact_mix", USERS).T
    shares /= shares.sum(axis=1, keepdims=True)
    codes = (STANDARD_HOME_VISIT if code in HOME_VISITS else code for code in assumed_words("contact_mix", "code"))
    kroner = np.array([fee_oere("dagtid", code) for code in codes]) / 100
    return np.asarray(shares / kroner)
