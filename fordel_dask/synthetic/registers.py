"""The registers of a block in their delivered form: Arrow tables with the contract's columns."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from fordel_dask.synthetic.areas import areas
from fordel_dask.synthetic.chance import Chance, Flags, Ints
from fordel_dask.synthetic.clinics import Clinics, clinics_of
from fordel_dask.synthetic.columns import dates, digits, pick, timestamps, whole, words
from fordel_dask.synthetic.diagnoses import LPR3_START, REFUTED, TYPES, Hospital, diagnosis_words
from fordel_dask.synthetic.enrolment import NEVER, Spells
from fordel_dask.synthetic.nation import Nation, Purpose, blocks, day_number, stream
from fordel_dask.synthetic.people import CIVIL_STATUS, People, countries, departed_per_block
from fordel_dask.synthetic.places import places
from fordel_dask.synthetic.prices import service_codes
from fordel_dask.synthetic.pseudonyms import contact_keys, pseudonyms
from fordel_dask.synthetic.service_details import detail_columns
from fordel_dask.synthetic.services import (
    STRANGERS,
    ServiceRows,
    provider_numbers,
    stranger_numbers,
    week_words,
)

PNR_DIGITS, YDERNR_DIGITS = 12, 6
SYSTEMS = ("LPR3", "LPR2")
SECONDS_PER_DAY = 86_400


def _pnr(nation: Nation, people: People) -> pa.LargeStringArray:
    return digits(pseudonyms(nation, people.number), PNR_DIGITS)


def first_stranger(nation: Nation, block: int) -> int:
    """Give the first number of the persons of a block who stand in no register of people."""
    return nation.citizens + blocks(nation) * departed_per_block() + block * STRANGERS


def population_table(nation: Nation, rng: Chance, people: People, area: Ints | None = None) -> pa.Table:
    """Give the population register: the living of 31 December, in random order; ``area`` by person, if delivered."""
    row = rng.permutation(people.citizens)
    table = pa.table(
        {
            "PNR": pick(_pnr(nation, people), row),
            "KOEN": whole(1 + people.woman[row].astype(np.int64)),
            "FOED_DAG": dates(people.birth_day[row]),
            "CIVST": pick(words(CIVIL_STATUS), people.civil[row]),
            "KOM": pick(words(places().codes), people.place[row]),
            "OPR_LAND": pick(words(countries()[0]), people.country[row]),
            "IE_TYPE": whole(people.ie_type[row]),
        }
    )
    return table if area is None else table.append_column("AREA", pick(words(areas(nation).codes), area[row]))


def enrolment_table(nation: Nation, rng: Chance, people: People, spells: Spells, clinics: Clinics) -> pa.Table:
    """Give the enrolment register: one row a spell, in random order."""
    changed = np.flatnonzero(spells.change_day < NEVER)
    person = np.append(np.arange(people.size), changed)
    from_day = np.append(spells.first_day, spells.change_day[changed])
    to_day = np.append(np.minimum(spells.change_day, spells.end_day), spells.end_day[changed]) - 1
    only = spells.change_day == NEVER
    clinic = np.append(np.where(only, spells.clinic[1], spells.clinic[0]), spells.clinic[1][changed])
    group = np.append(np.where(only, spells.group[1], spells.group[0]), spells.group[1][changed])
    row = rng.permutation(person.size)
    return pa.table(
        {
            "PNR": pick(_pnr(nation, people), person[row]),
            "YDERNR": pick(digits(clinics.ydernr, YDERNR_DIGITS), clinic[row]),
            "SIKGRUP": whole(group[row]),
            "FRA": dates(from_day[row]),
            "TIL": dates(to_day[row], to_day[row] >= NEVER - 1),
        }
    )


def services_table(nation: Nation, block: int, people: People, rows: ServiceRows, treated: Ints | None) -> pa.Table:
    """Give the service register; the rows are in random order already, ``treated`` is their day, if delivered."""
    numbers = np.append(people.number, stranger_numbers(first_stranger(nation, block)))
    table = pa.table(
        {
            "PNR": pick(digits(pseudonyms(nation, numbers), PNR_DIGITS), rows.person),
            "YDERNR": pick(digits(provider_numbers(clinics_of(nation)), YDERNR_DIGITS), rows.provider),
            "SPECIALE": pick(words(service_codes().words), rows.code),
            "YDLANT": whole(rows.count),
            "BRUHON": pa.array(rows.paid_oere / 100),
            "HONUGE": pick(words(week_words(nation)), rows.week),
        }
    )
    if treated is None:
        return table
    table = table.append_column("BEHANDLINGSDATO", dates(treated))
    for name, column in detail_columns(nation, block, rows, treated).items():
        table = table.append_column(name, column)
    return table


def _in_lpr3(hospital: Hospital) -> Flags:
    return np.asarray(hospital.foreign | (hospital.day >= day_number(*LPR3_START)))


def hospital_tables(nation: Nation, block: int, people: People, hospital: Hospital) -> Iterator[tuple[str, pa.Table]]:
    """Give contacts and diagnoses of LPR2 and of LPR3, one table at a time, each in random order."""
    size = hospital.person.size
    later = _in_lpr3(hospital)
    rng, keys = stream(nation, Purpose.LPR2, block), contact_keys(nation, block, size, 0)
    yield "lpr2_contacts", _lpr2_contacts(nation, people, hospital, keys, _shuffled(rng, ~later))
    row = _shuffled(rng, ~later[hospital.contact])
    yield "lpr2_diagnoses", _lpr2_diagnoses(hospital, keys, row)
    rng, keys = stream(nation, Purpose.LPR3, block), contact_keys(nation, block, size, 1)
    second = rng.integers(0, SECONDS_PER_DAY, size)
    row = _shuffled(rng, later)
    contacts = _lpr3_contacts(nation, people, hospital, keys, row)
    started = timestamps(hospital.day[row], second[row])
    yield "lpr3_contacts", contacts.add_column(2, "KONT_STARTTIDSPUNKT", started)
    yield "lpr3_diagnoses", _lpr3_diagnoses(hospital, keys, _shuffled(rng, later[hospital.contact]))


def _shuffled(rng: Chance, chosen: Flags) -> Ints:
    return rng.permutation(np.flatnonzero(chosen))


def _lpr2_contacts(nation: Nation, people: People, hospital: Hospital, keys: Ints, row: Ints) -> pa.Table:
    return pa.table(
        {
            "PNR": pick(_pnr(nation, people), hospital.person[row]),
            "RECNUM": whole(keys[row]),
            "D_INDDTO": dates(hospital.day[row]),
        }
    )


def _lpr2_diagnoses(hospital: Hospital, keys: Ints, row: Ints) -> pa.Table:
    return pa.table(
        {
            "RECNUM": whole(keys[hospital.contact[row]]),
            "C_DIAG": pick(words(diagnosis_words()[0]), hospital.code[row]),
            "C_DIAGTYPE": pick(words(TYPES), hospital.kind[row]),
        }
    )


def _lpr3_contacts(nation: Nation, people: People, hospital: Hospital, keys: Ints, row: Ints) -> pa.Table:
    """Give the contacts of LPR3 but for their time of start."""
    return pa.table(
        {
            "PNR": pick(_pnr(nation, people), hospital.person[row]),
            "DW_EK_KONTAKT": whole(keys[row]),
            "LPRINDBERETNINGSSYSTEM": pick(words(SYSTEMS), hospital.foreign[row].astype(np.int64)),
        }
    )


def _lpr3_diagnoses(hospital: Hospital, keys: Ints, row: Ints) -> pa.Table:
    return pa.table(
        {
            "DW_EK_KONTAKT": whole(keys[hospital.contact[row]]),
            "DIAG_KODE": pick(words(diagnosis_words()[0]), hospital.code[row]),
            "DIAG_KODE_TYPE": pick(words(TYPES), hospital.kind[row]),
            "SENERE_AFKRAEFTET": pick(words(REFUTED), hospital.refuted[row]),
        }
    )
