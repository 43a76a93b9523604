"""The tables beside the registers of persons: clinics, municipalities, declarations, the planted truth."""

import csv
import io
from pathlib import Path

import numpy as np
import pyarrow as pa

from fordel_dask import law
from fordel_dask.synthetic.areas import scaled_area
from fordel_dask.synthetic.clinics import PATIENTS_PER_CAPACITY, TYPES, clinics_of
from fordel_dask.synthetic.columns import dates, digits, pick, whole, words
from fordel_dask.synthetic.extras import DECLARED, clinic_extras, write_extras
from fordel_dask.synthetic.files import write_parquet, write_text
from fordel_dask.synthetic.nation import Nation, Purpose, day_number, stream
from fordel_dask.synthetic.places import LIFE_EXPECTANCY, places
from fordel_dask.synthetic.registers import YDERNR_DIGITS
from fordel_dask.synthetic.truth import truth_text

CLINICS_SINCE = (2010, 1, 1)
OPEN_SHARE = 0.37  # of clinics, for new patients
REGISTERS = """\
# An invented nation: nobody in it exists.
[nation]
invented = true
year = {year}
life_expectancy = {life_expectancy}
[population]
path = "population/*.parquet"
[enrolment]
path = "enrolment/*.parquet"
[services]
path = "services/*.parquet"
bruhon = "kroner"
[clinics]
path = "clinics.parquet"
[municipalities]
path = "municipalities.csv"
[dream]
path = "dream/*.parquet"
[[lpr]]
contacts = "lpr2_contacts/*.parquet"
diagnoses = "lpr2_diagnoses/*.parquet"
codes = "sks"
[[lpr]]
contacts = "lpr3_contacts/*.parquet"
diagnoses = "lpr3_diagnoses/*.parquet"
codes = "sks"
"""


def write_tables(nation: Nation, out: Path) -> None:
    """Write what is not of persons: clinics, municipalities, ``registers.toml`` and ``truth.json``.

    Raises
    ------
    SpaceError
        If the files cannot be written.
    """
    write_parquet(out / "clinics.parquet", [clinics_table(nation)])
    write_text(out / "municipalities.csv", municipalities_text(nation))
    write_text(out / "truth.json", truth_text(nation) + "\n")
    declared = REGISTERS.format(year=nation.year, life_expectancy=LIFE_EXPECTANCY)
    if nation.extras:
        write_extras(nation, out)
        declared += DECLARED
    write_text(out / "registers.toml", declared)


def clinics_table(nation: Nation) -> pa.Table:
    """Give the clinic register: one row a clinic, two where the type changed in the fee year."""
    clinics, rng = clinics_of(nation), stream(nation, Purpose.CLINICS, 1)
    changed = np.flatnonzero(clinics.changed_day)
    row = np.append(np.arange(clinics.ydernr.size), changed)
    earlier = np.arange(row.size) >= clinics.ydernr.size
    until = np.where(earlier, clinics.changed_day[row] - 1, clinics.closed_day[row])
    since = np.where(~earlier & (clinics.changed_day[row] > 0), clinics.changed_day[row], day_number(*CLINICS_SINCE))
    kind = np.where(earlier, clinics.was_kind[row], clinics.kind[row])
    columns = {
        "YDERNR": pick(digits(clinics.ydernr, YDERNR_DIGITS), row),
        "TYPE": pick(words(TYPES), kind),
        "KOM": pick(words(places().codes), clinics.place[row]),
        "CAPACITIES": pa.array(clinics.capacities[row]),
        "FRA": dates(since),
        "TIL": dates(until, until == 0),
        "ISLAND": whole(clinics.island[row].astype(np.int64)),
        "CHRONIC_AREA": whole(clinics.chronic_area[row].astype(np.int64)),
        "MINIMUM": whole(np.round(clinics.capacities[row] * PATIENTS_PER_CAPACITY).astype(np.int64)),
        "OPEN": whole((rng.random(clinics.ydernr.size) < OPEN_SHARE)[row].astype(np.int64)),
    }
    return pa.table(columns | clinic_extras(nation, row) if nation.extras else columns)


def municipalities_text(nation: Nation) -> str:
    """Give the municipalities, with areas that stand to this nation as the real ones to Denmark.

    So need and the floor of one capacity for 35 km² keep their relation at any size.
    """
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(("KOM", "NAME", "COUNCIL_ID", "COUNCIL", "REGION", "AREA_KM2", "LIFE_EXPECTANCY"))
    for row in law.rows("geography/municipalities"):
        named = (row["kommunekode"], row["navn"], row["sundhedsraad_id"], row["sundhedsraad"], row["region_2027"])
        lines.writerow((*named, scaled_area(nation, row), row["middellevetid_0aar"]))
    return text.getvalue()
