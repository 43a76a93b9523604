"""Room 1: what the registers say, in one form: keys, codes and days canonical, bad rows set aside.

Days stay text (yyyy-mm-dd), which sorts as days do; codes and keys are text; numbers are exact.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path
from typing import Any

import pandas as pd

from fordel_dask import law

from .delivery import Delivery, as_code
from .model import CODES, COVERAGE, SCHEMA, ReferenceError
from .rounding import exact, half_even, shortest

CHRISTIANSOE, BORNHOLM = "411", "400"
TYPES = {"plo", "region", "tender", "island"}
OPEN_END = "9999-12-31"


Values = dict[str, dict[str, Fraction]]  # value by name and key; what is blank is not there


@dataclass
class Registers:
    """The canonical registers of one delivery; every table of persons has the key as ``pnr``."""

    year: int  # planning year Y
    life_expectancy: Fraction | None  # national, as the delivery declares it
    population: pd.DataFrame = field(default_factory=pd.DataFrame)
    spells: pd.DataFrame = field(default_factory=pd.DataFrame)
    services: pd.DataFrame = field(default_factory=pd.DataFrame)
    diagnoses: pd.DataFrame = field(default_factory=pd.DataFrame)
    dream: pd.DataFrame = field(default_factory=pd.DataFrame)
    clinics: pd.DataFrame = field(default_factory=pd.DataFrame)  # index: ydernummer
    municipalities: pd.DataFrame = field(default_factory=pd.DataFrame)  # index: code of three digits
    areas: pd.DataFrame = field(default_factory=pd.DataFrame)  # index: code of the planning area
    limits: dict[str, Fraction] = field(default_factory=dict)  # present closing limit (MINIMUM), by ydernummer
    points: dict[str, tuple[Fraction, Fraction]] = field(default_factory=dict)  # metres east, north, by ydernummer
    projection: pd.DataFrame | None = None
    prescriptions: pd.DataFrame | None = None  # none: not delivered
    covariates: dict[str, Values] = field(default_factory=dict)  # by PNR, AREA, KOM, YDERNR; then by name
    counts: Counter[str] = field(default_factory=Counter)  # rows set aside, by reason

    @property
    def status_date(self) -> str:
        """1 January of the planning year."""
        return f"{self.year:04}-01-01"

    @property
    def fee_year(self) -> int:
        """The year before the planning year."""
        return self.year - 1

    @property
    def days(self) -> int:
        """Days of the fee year."""
        return (date(self.year, 1, 1) - date(self.fee_year, 1, 1)).days


def read_registers(directory: Path, year: int | None = None) -> Registers:
    """Read a directory of registers; rejected deliveries raise :class:`ReferenceError`."""
    delivery = Delivery(directory)
    nation = delivery.declared.get("nation", {})
    life = nation.get("life_expectancy")
    registers = Registers(year or nation.get("year", 2026), None if life is None else exact(str(life)))
    registers.municipalities = read_municipalities(delivery)
    persons = {name: delivery.table(name) for name in ("population", "enrolment", "services", "dream")}
    persons["diagnoses"] = read_diagnoses(delivery)
    if delivery.has("prescriptions"):
        persons["prescriptions"] = delivery.table("prescriptions")
    blocks = list(delivery.blocks())
    of_persons = [*persons.values(), *(table for table, by in blocks if by == "PNR")]
    unify_keys(of_persons, delivery.whole_number_keys)
    registers.population = canonical_population(persons["population"], registers)
    del persons["population"]
    known = {name: keep_known(table, registers, name) for name, table in persons.items()}
    registers.services = canonical_services(known["services"], delivery.declared["services"], registers)
    raw_clinics = delivery.table("clinics")
    heirs = {}
    if delivery.declared["clinics"].get("predecessors") == "follow":
        heirs = clinics_followed(raw_clinics, registers)
    if delivery.declared["enrolment"].get("kind", "spells") == "spells":
        registers.spells = canonical_spells(known["enrolment"], registers)
    else:
        registers.spells = completed_spells(known["enrolment"], heirs, registers)
    registers.spells["clinic"] = registers.spells["clinic"].replace(heirs)
    registers.diagnoses = known["diagnoses"]
    if "prescriptions" in known:
        registers.prescriptions = canonical_prescriptions(known["prescriptions"], registers)
    registers.dream = canonical_dream(persons["dream"], registers)
    registers.clinics = canonical_clinics(raw_clinics, registers)
    if delivery.has("projection"):
        registers.projection = canonical_projection(delivery.table("projection"), registers)
    for table, by in blocks:
        add_covariates(table, by, known_keys(by, delivery, registers), registers)
    return registers


def unify_keys(tables: list[pd.DataFrame], whole_numbers: bool) -> None:
    """Compare without leading zeros where a register delivers numbers, unless two keys collide."""
    if not whole_numbers:
        return
    for table in tables:
        table["plain"] = [as_code(key).lstrip("0") for key in table["PNR"]]
    texts = pd.concat([table.loc[~table["NUMBER"], ["PNR", "plain"]] for table in tables])
    if texts.drop_duplicates()["plain"].duplicated().any():
        raise ReferenceError(SCHEMA, "keys of persons differ in leading zeros only")
    for table in tables:
        table["PNR"] = table.pop("plain")


def keep_known(table: pd.DataFrame, registers: Registers, name: str) -> pd.DataFrame:
    """Drop the rows of persons who are not in the population, and count them."""
    known = table["PNR"].isin(registers.population.index)
    registers.counts[f"{name}: unknown person"] += int((~known).sum())
    return table[known].rename(columns={"PNR": "pnr"})


def reject_repeated(keys: pd.Series, what: str) -> None:
    """Refuse a delivery in which a key appears twice."""
    if keys.duplicated().any():
        raise ReferenceError(SCHEMA, f"{what}: {keys.duplicated().sum()} repeated keys")


def days_text(texts: Iterable[str]) -> list[str]:
    """Give yyyy-mm-dd for a day or a time written as ISO text; blank stays blank."""
    days = [text[:10] for text in texts]
    try:
        return [day and date.fromisoformat(day).isoformat() for day in days]
    except ValueError:
        raise ReferenceError(SCHEMA, "a date is not written as yyyy-mm-dd") from None


def codes(texts: Iterable[str]) -> list[str]:
    """Give codes as they are compared."""
    return [as_code(text) for text in texts]


def padded(texts: Iterable[str], width: int) -> list[str]:
    """Give codes with leading zeros; blank stays blank."""
    return [code and code.zfill(width) for code in codes(texts)]


def municipality_codes(texts: Iterable[str]) -> list[str]:
    """Give codes of three digits whatever the leading zeros; Christiansø counts as Bornholm."""
    stripped = [code and code.lstrip("0").zfill(3) for code in codes(texts)]
    return [BORNHOLM if code == CHRISTIANSOE else code for code in stripped]


def read_municipalities(delivery: Delivery) -> pd.DataFrame:
    """Give the delivered table of municipalities, or the packaged one."""
    if delivery.has("municipalities"):
        raw = delivery.table("municipalities")
    else:
        packaged = "kommunekode navn sundhedsraad_id sundhedsraad region_2027 areal_km2 middellevetid_0aar"
        given = "KOM NAME COUNCIL_ID COUNCIL REGION AREA_KM2 LIFE_EXPECTANCY"
        raw = pd.DataFrame(law.rows("geography/municipalities"), dtype=object)
        raw = raw[packaged.split()].set_axis(given.split(), axis=1)
    years = [exact(text) if text else None for text in raw["LIFE_EXPECTANCY"]]
    table = pd.DataFrame(
        {
            "name": raw["NAME"],
            "council_id": raw["COUNCIL_ID"],
            "council": raw["COUNCIL"],
            "region": raw["REGION"],
            "area_km2": [shortest(text) for text in raw["AREA_KM2"]],
            "life_expectancy": pd.Series(years, index=raw.index, dtype=object),
        }
    )
    table.index = pd.Index(municipality_codes(raw["KOM"]))
    reject_repeated(table.index.to_series(), "municipalities")
    return table.sort_index()


def canonical_population(raw: pd.DataFrame, registers: Registers) -> pd.DataFrame:
    """Give one row a person living in a municipality at the status date; the others are quarantined."""
    reject_repeated(raw.loc[raw["PNR"] != "", "PNR"], "population")
    table = pd.DataFrame(
        {
            "pnr": raw["PNR"],
            "sex": codes(raw["KOEN"]),
            "birth": days_text(raw["FOED_DAG"]),
            "civil": codes(raw["CIVST"]),
            "municipality": municipality_codes(raw["KOM"]),
            "country": codes(raw["OPR_LAND"]),
            "descent": codes(raw["IE_TYPE"]),
            "area": codes(raw["AREA"]) if "AREA" in raw else "",
        }
    )
    faults = {
        "no key": table["pnr"] == "",
        "sex": ~table["sex"].isin(["1", "2"]),
        "birth date": (table["birth"] == "") | (table["birth"] > registers.status_date),
        "municipality": ~table["municipality"].isin(registers.municipalities.index),
    }
    return quarantine(table, faults, "population", registers).set_index("pnr").sort_index()


def quarantine(table: pd.DataFrame, faults: dict[str, pd.Series], name: str, registers: Registers) -> pd.DataFrame:
    """Set rows with a fault aside and count them, each once, by its first fault."""
    good = pd.Series(True, index=table.index)
    for reason, bad in faults.items():
        registers.counts[f"{name}: {reason}"] += int((good & bad).sum())
        good &= ~bad
    return table[good]


def canonical_spells(raw: pd.DataFrame, registers: Registers) -> pd.DataFrame:
    """Give enrolment spells with both days included; an open end is the last day there is."""
    table = pd.DataFrame(
        {
            "pnr": raw["pnr"],
            "clinic": padded(raw["YDERNR"], 6),
            "group": codes(raw["SIKGRUP"]),
            "start": days_text(raw["FRA"]),
            "end": [day or OPEN_END for day in days_text(raw["TIL"])],
        }
    )
    faults = {"no FRA": table["start"] == "", "FRA after TIL": table["start"] > table["end"]}
    return quarantine(table, faults, "enrolment", registers)


def completed_spells(raw: pd.DataFrame, heirs: dict[str, str], registers: Registers) -> pd.DataFrame:
    """Give spells to whom a list of one day or an insurance group names: since the fee year began, or since birth.

    Without a list the clinic is the one with most consultations (800101), the largest number of several.
    """
    born = registers.population.loc[raw["pnr"], "birth"].to_list()
    if "YDERNR" in raw:
        clinic = padded(raw["YDERNR"], 6)
    else:
        used = registers.services[registers.services["speciality"] + registers.services["service"] == "800101"]
        used = used.assign(clinic=used["clinic"].replace(heirs))
        given = used[used["clinic"] != ""].groupby(["pnr", "clinic"])["quantity"].sum()
        most = given[given > 0].reset_index().sort_values(["quantity", "clinic"]).groupby("pnr")["clinic"].last()
        clinic = most.reindex(raw["pnr"]).fillna("").to_list()
    return pd.DataFrame(
        {
            "pnr": raw["pnr"],
            "clinic": clinic,
            "group": codes(raw["SIKGRUP"]),
            "start": [max(day, f"{registers.fee_year}-01-01") for day in born],
            "end": OPEN_END,
        }
    )


def clinics_followed(raw: pd.DataFrame, registers: Registers) -> dict[str, str]:
    """Give, for each clinic gone at the status date, the clinic in force that names it as PREDECESSOR, over chains."""
    starts, ends = days_text(raw["FRA"]), days_text(raw["TIL"])
    number, before = padded(raw["YDERNR"], 6), padded(raw["PREDECESSOR"], 6)
    day = registers.status_date
    in_force = {n for n, a, z in zip(number, starts, ends, strict=True) if a <= day <= (z or OPEN_END)}
    heirs = {gone: heir for gone, heir in zip(before, number, strict=True) if gone and gone not in in_force}
    for _ in heirs:
        heirs = {gone: heirs.get(heir, heir) for gone, heir in heirs.items()}
    return {gone: heir for gone, heir in heirs.items() if heir in in_force}


def canonical_services(raw: pd.DataFrame, section: dict[str, Any], registers: Registers) -> pd.DataFrame:
    """Give the rows of the fee year, of any speciality; ``fee`` is BRUHON in exact øre, blank is none."""
    kroner = section.get("bruhon", "kroner") == "kroner"
    if section.get("year_by") == "treatment":
        treated = pd.Series(days_text(raw["BEHANDLINGSDATO"]), index=raw.index, dtype=object)
        raw = raw[treated.str[:4] == str(registers.fee_year)]
    else:
        week = pd.Series(padded(raw["HONUGE"], 4), index=raw.index, dtype=object)
        good = week.str.fullmatch(r"\d{4}") & week.str[2:].isin([f"{number:02}" for number in range(1, 54)])
        registers.counts["services: week"] += int((~good).sum())
        raw = raw[good & (week.str[:2] == f"{registers.fee_year % 100:02}")]
    speciality = padded(raw["SPECIALE"], 6)
    return pd.DataFrame(
        {
            "pnr": raw["pnr"],
            "clinic": padded(raw["YDERNR"], 6) if "YDERNR" in raw else "",
            "speciality": [code[:2] for code in speciality],
            "service": [code[2:] for code in speciality],
            "quantity": [int(as_code(text)) for text in raw["YDLANT"]],
            "fee": [exact(text) * (100 if kroner else 1) if text else None for text in raw["BRUHON"]],
        },
    )


def read_diagnoses(delivery: Delivery) -> pd.DataFrame:
    """Give every reported diagnosis of the patient register: PNR, code without its D, type, day."""
    pieces = [joined_pair(*pair) for pair in delivery.pairs()]
    if delivery.has("diagnoses"):
        raw = delivery.table("diagnoses")
        pieces.append(diagnosis_rows(raw, delivery.declared["diagnoses"]))
    return pd.concat(pieces, ignore_index=True)


def joined_pair(contacts: pd.DataFrame, diagnoses: pd.DataFrame, section: dict[str, Any]) -> pd.DataFrame:
    """Join a pair of files by its own key; refuted diagnoses and other reporting systems leave."""
    newer = "DW_EK_KONTAKT" in contacts
    key, day = ("DW_EK_KONTAKT", "KONT_STARTTIDSPUNKT") if newer else ("RECNUM", "D_INDDTO")
    code, kind = ("DIAG_KODE", "DIAG_KODE_TYPE") if newer else ("C_DIAG", "C_DIAGTYPE")
    if "LPRINDBERETNINGSSYSTEM" in contacts:
        contacts = contacts[contacts["LPRINDBERETNINGSSYSTEM"] == "LPR3"]
    if "SENERE_AFKRAEFTET" in diagnoses:
        diagnoses = diagnoses[diagnoses["SENERE_AFKRAEFTET"] != "Ja"]
    contacts, diagnoses = (table.assign(key=codes(table[key])) for table in (contacts, diagnoses))
    together = contacts[contacts["key"] != ""].merge(diagnoses, on="key", suffixes=("", "_diagnosis"))
    return diagnosis_rows(together.rename(columns={code: "CODE", kind: "TYPE", day: "DATE"}), section)


def diagnosis_rows(raw: pd.DataFrame, section: dict[str, Any]) -> pd.DataFrame:
    """Give the codes in capitals with one leading D removed; one without D is no code (blank)."""
    codes_upper = [code.upper() for code in raw["CODE"]]
    if section.get("codes", "sks") == "sks":
        codes_upper = [code[1:] if code.startswith("D") else "" for code in codes_upper]
    return pd.DataFrame(
        {
            "PNR": raw["PNR"],
            "NUMBER": raw["NUMBER"],
            "code": codes_upper,
            "kind": list(raw["TYPE"]),
            "day": days_text(raw["DATE"]),
        }
    )


def canonical_prescriptions(raw: pd.DataFrame, registers: Registers) -> pd.DataFrame:
    """Give dispensed medicine, every row: ATC code in capitals, day, whole number of packages (below 0: a return)."""
    table = pd.DataFrame(
        {
            "pnr": raw["pnr"],
            "atc": [text.upper() for text in raw["ATC"]],
            "day": days_text(raw["EKSD"]),
            "packages": codes(raw["APK"]),
        }
    )
    faults = {
        "ATC": pd.Series([not is_atc(atc) for atc in table["atc"]], index=table.index, dtype=bool),
        "no EKSD": table["day"] == "",
        "APK": ~table["packages"].str.fullmatch(r"[+-]?[0-9]+"),
    }
    good = quarantine(table, faults, "prescriptions", registers)
    return good.assign(packages=[int(text) for text in good["packages"]])


def is_atc(code: str) -> bool:
    """Say whether a code is one of the ATC system, of any of the levels two to five."""
    kinds = "".join("A" if "A" <= sign <= "Z" else "9" if sign in "0123456789" else "?" for sign in code)
    return kinds in {"A99", "A99A", "A99AA", "A99AA99"}


def canonical_dream(raw: pd.DataFrame, registers: Registers) -> pd.DataFrame:
    """Give a row a person with one code a week of the fee year."""
    reject_repeated(raw.loc[raw["PNR"] != "", "PNR"], "dream")
    weeks = [name for name in raw if name in {f"Y_{registers.fee_year % 100:02}{n:02}" for n in range(1, 54)}]
    if not weeks:
        raise ReferenceError(COVERAGE, "dream: no week of the fee year")
    return pd.DataFrame({week: codes(raw[week]) for week in sorted(weeks)}, index=raw["PNR"], dtype=object)


def canonical_clinics(raw: pd.DataFrame, registers: Registers) -> pd.DataFrame:
    """Give every clinic of the register, with its row of the status date (``registered``) or blanks."""
    day = registers.status_date
    island = raw["ISLAND"] if "ISLAND" in raw else pd.Series("", index=raw.index)
    kinds = codes(raw["TYPE"])
    if not set(kinds) <= TYPES:
        raise ReferenceError(CODES, "clinics: unknown TYPE")
    on_island = [kind == "plo" and code == "1" for kind, code in zip(kinds, codes(island), strict=True)]
    table = pd.DataFrame(
        {
            "clinic": padded(raw["YDERNR"], 6),
            "kind": ["island" if here else kind for kind, here in zip(kinds, on_island, strict=True)],
            "municipality": municipality_codes(raw["KOM"]),
            "capacities": [shortest(text) for text in raw["CAPACITIES"]],
            "registered": [
                start <= day <= (end or OPEN_END)
                for start, end in zip(days_text(raw["FRA"]), days_text(raw["TIL"]), strict=True)
            ],
        }
    )
    here = table[table["registered"]]
    reject_repeated(here["clinic"], "clinics at the status date")
    if not here["municipality"].isin(registers.municipalities.index).all():
        raise ReferenceError(CODES, "clinics: unknown municipality")
    everyone = pd.Index(sorted(set(table["clinic"]) - {""}))
    here = here.set_index("clinic").reindex(everyone)
    return here.fillna({"kind": "", "municipality": "", "capacities": "", "registered": False})


def known_keys(by: str, delivery: Delivery, registers: Registers) -> set[str] | None:
    """Give the persons, areas, municipalities or clinics there are; none where no table of areas was delivered."""
    if by == "AREA" and not delivery.has("areas"):
        return None
    if by == "AREA":
        areas = delivery.table("areas")
        here = [home in registers.municipalities.index for home in municipality_codes(areas["KOM"])]
        return set(codes(areas["AREA"][here]))
    tables = {"PNR": registers.population, "KOM": registers.municipalities, "YDERNR": registers.clinics}
    return set(tables[by].index)


def add_covariates(raw: pd.DataFrame, by: str, known: set[str] | None, registers: Registers) -> None:
    """Add a block of further covariates: thousandths, half to even; a row with a value that is none is set aside."""
    form = {"PNR": list, "AREA": codes, "KOM": municipality_codes, "YDERNR": lambda texts: padded(texts, 6)}[by]
    own = codes(raw[by]) if by == "KOM" else form(raw[by])
    reject_repeated(pd.Series([key for key in own if key]), f"covariates by {by}")
    bornholm_too = by == "KOM" and BORNHOLM in own
    for key, delivered, row in zip(form(raw[by]), own, raw.to_dict("records"), strict=True):
        read = {name: number_of(row[name]) for name in raw if name not in (by, "NUMBER")}
        if any(value is None for value in read.values()):
            registers.counts["covariates: no number"] += 1
        elif not key or (known is not None and key not in known) or (delivered == CHRISTIANSOE and bornholm_too):
            registers.counts["covariates: unknown key"] += 1
        else:
            for name, value in read.items():
                of_name = registers.covariates.setdefault(by, {}).setdefault(name, {})
                if value != "":
                    of_name[key] = value


def number_of(text: str) -> Fraction | str | None:
    """Give a covariate in thousandths as a fraction, blank if there is none, None if it is no number."""
    texts = {"true": "1", "false": "0"}
    try:
        value = Decimal(texts.get(text.lower(), text).replace(",", "."))
    except InvalidOperation:
        return None if text else ""
    if not value.is_finite() or abs(value) > Decimal(2**31 - 1) / 1000:
        return None
    return Fraction(half_even(Fraction(value) * 1000), 1000)


def canonical_projection(raw: pd.DataFrame, registers: Registers) -> pd.DataFrame:
    """Give the projected persons of each municipality, sex and age; Christiansø adds to Bornholm."""
    own_codes = [code.lstrip("0") for code in codes(raw["KOM"])]
    table = pd.DataFrame(
        {
            "municipality": municipality_codes(raw["KOM"]),
            "sex": codes(raw["KOEN"]),
            "age": [int(as_code(text)) for text in raw["ALDER"]],
            "persons": [exact(text) for text in raw["PERSONS"]],
        }
    )
    if table[["sex", "age"]].assign(own=own_codes).duplicated().any():
        raise ReferenceError(SCHEMA, "projection: a cell appears twice")
    missing = set(registers.municipalities.index) - set(table["municipality"])
    if missing:
        raise ReferenceError(COVERAGE, f"projection: municipalities missing: {sorted(missing)}")
    return table.groupby(["municipality", "sex", "age"], as_index=False)["persons"].sum()
