"""A few citizens and clinics, put together by hand as the reference has them after reading registers."""

from fractions import Fraction

import pandas as pd

from tests.reference.registers import OPEN_END, Registers

YEAR = ("2025-01-01", OPEN_END)
POLAND, AFGHANISTAN, UNITED_STATES, NOWHERE = "5154", "5404", "5390", "9999"


def population(*persons):
    """Give persons: key, birth, civil status, country, type of origin."""
    table = pd.DataFrame(persons, columns=["pnr", "birth", "civil", "country", "descent"], dtype=object)
    return table.assign(sex="2", municipality="101", area="").set_index("pnr")


def someone(pnr, **traits):
    known = {"birth": "1980-05-05", "civil": "G", "country": "5100", "descent": "1"}
    return (pnr, *{**known, **traits}.values())


def spells(*rows):
    """Give spells: person, clinic, group, first and last day."""
    return pd.DataFrame(rows, columns=["pnr", "clinic", "group", "start", "end"], dtype=object)


def clinics(**kinds):
    """Give registered clinics of one capacity by their kind; ``none`` is a clinic that is gone."""
    table = pd.DataFrame({"kind": kinds}, dtype=object)
    here = table["kind"] != "none"
    return table.assign(municipality="101", capacities="1", registered=here)


def diagnosed(*diagnoses, pnr="p"):
    registers = Registers(2026, None)
    registers.population = population(someone(pnr))
    registers.spells = spells((pnr, "a", "1", *YEAR))
    registers.clinics = clinics(a="plo")
    registers.dream = pd.DataFrame({"Y_2501": [""]}, index=[pnr], dtype=object)
    registers.diagnoses = pd.DataFrame(diagnoses, columns=["code", "day", "kind"], dtype=object).assign(pnr=pnr)
    return registers


def services_of(pnr, rows):
    table = pd.DataFrame(rows, columns=["service", "quantity", "fee"], dtype=object)
    return table.assign(pnr=pnr, speciality="80", fee=[Fraction(fee) for fee in table["fee"]])


def three_municipalities():
    """Give three municipalities, A and B of council x and C of council y, with one clinic in each.

    Of A's four citizens two are enrolled at home, one in B and one in C; of B's two one is in no clinic and one in a
    clinic that is gone; C's one is at home. They weigh 1, but those of A away from home ½ and 1½.
    """
    registers = Registers(2026, None)
    registers.municipalities = pd.DataFrame(
        {"council_id": ["x", "x", "y"], "area_km2": ["35", "70", "105"]}, index=list("ABC")
    )
    registers.clinics = pd.DataFrame(
        {"municipality": ["A", "B", "C", ""], "capacities": ["1", "1", "2", ""], "kind": ["plo"] * 3 + [""]},
        index=["a", "b", "c", "gone"],
    ).assign(registered=[True, True, True, False])
    rows = [
        *(("A", "a", 2), ("A", "a", 2), ("A", "b", 1), ("A", "c", 3)),
        *(("B", "", 2), ("B", "gone", 2), ("C", "c", 2)),
    ]
    citizens = pd.DataFrame(rows, columns=["municipality", "clinic", "weight"])
    citizens["weight"] *= 10**9 // 2
    citizens = citizens.assign(sex="1", years=40, registered=citizens["clinic"].isin(["a", "b", "c"]))
    registers.population = citizens[["municipality"]]
    return registers, citizens
