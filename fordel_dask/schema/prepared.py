"""The tables of the prepared store, all on one grid of citizens.

A citizen is a number: the rank of the person key among the citizens kept. Partition ``p``
holds the citizens ``first[p] … first[p + 1] − 1``; ``citizen`` in a table is the position
within the partition. Days count from 1 January 1970. Codes are positions in a code book
(``codebooks.json``), whose entries are sorted as text.
"""

from collections.abc import Sequence
from fractions import Fraction

from fordel_dask.schema.table import Column, Table

BLANK = -1
"""The code of a blank value."""

OPEN_END = 2**31 - 1
"""The last day of a spell that has not ended."""

MISSING_PAID = -(2**63)
"""The fee of a service row without ``BRUHON``."""

INVENTED = "invented nation"
"""What the manifest of a store that was made without extracts names as its register."""

DIAGNOSIS_KINDS = ("A", "B", "G")
"""Kinds of diagnosis in the store, by code: action, secondary, underlying."""

LISTED_MEDICINE = "listed_medicine"
"""The code book of ATC prefixes whose rows are in the store; it tells whether a later list still fits."""

CITIZEN = Column("citizen", "int32", "position", "Citizen, counted from the partition's first.", "delta")

POPULATION = Table(
    name="population",
    doc="Persons living in one of the 98 municipalities at the status date, one row each.",
    dense=True,
    columns=(
        Column("sex", "int8", "code", "KOEN: 1 man, 2 woman."),
        Column("birth_day", "int32", "day", "FOED_DAG."),
        Column("civil_status", "int16", "code book civil_status", "CIVST; blank is −1."),
        Column("municipality", "int16", "position", "KOM, as position among the municipalities by code."),
        Column("country", "int16", "code book country", "OPR_LAND; blank is −1."),
        Column("origin_type", "int16", "code book origin_type", "IE_TYPE; blank is −1."),
        Column(
            "area", "int16", "code book area", "AREA, the planning area; blank is −1, as where it was not delivered."
        ),
    ),
)

ENROLMENT = Table(
    name="enrolment",
    doc="Spells with a clinic, sorted by citizen, first day, last day, clinic.",
    columns=(
        CITIZEN,
        Column("clinic", "int32", "code book clinic", "YDERNR; blank is −1."),
        Column("group", "int8", "code", "SIKGRUP: 1, 2, or 0 for any other."),
        Column("first_day", "int32", "day", "FRA."),
        Column("last_day", "int32", "day", "TIL, included; 2³¹ − 1 while open."),
    ),
)

SERVICES = Table(
    name="services",
    doc="Rows settled (or, if declared, treated) in the fee year, all specialities, sorted by citizen, service, week.",
    columns=(
        CITIZEN,
        Column("service", "int16", "code book service", "SPECIALE: speciality (2 digits) and service code (4)."),
        Column("week", "int8", "week", "Week of HONUGE; by treatment, week of the fee year from 1 January."),
        Column("quantity", "int32", "services", "YDLANT; negative in corrections."),
        Column("paid_oere", "int64", "øre", "BRUHON, the fee of the whole row; −2⁶³ when missing."),
    ),
)

NO_MINUTE = -1
"""The minute of a service that tells no time of day."""

NOT_TOLD = -(2**31)
"""Day, metres or modules of a service that does not tell them."""

SERVICES_BY_DAY = Table(
    name="services",
    doc='The same with days, times, km and modules; where [services] declares detail = "days".',
    columns=(
        *SERVICES.columns,
        Column("day", "int32", "day", "BEHANDLINGSDATO; −2³¹ where it is not told."),
        Column("minute", "int16", "minute", "TIME, minute of the day; −1 where it is not told."),
        Column("metres", "int32", "metres", "KM; −2³¹ where they are not told, −1 for what cannot be."),
        Column("modules", "int32", "modules", "MODULES; −2³¹ where they are not told, −1 for what cannot be."),
    ),
)

DIAGNOSES = Table(
    name="diagnoses",
    doc="Diagnoses of type A, B, G that were not refuted and may be listed, with the day their contact began.",
    columns=(
        CITIZEN,
        Column("code", "int32", "code book diagnosis", "ICD-10 code without its D, upper case."),
        Column("kind", "int8", "code", "0 action (A), 1 secondary (B), 2 underlying (G)."),
        Column("day", "int32", "day", "Local calendar day of the contact's start."),
    ),
)

BENEFITS = Table(
    name="benefits",
    doc="Weeks of the fee year by DREAM code, one row per citizen and code.",
    columns=(
        CITIZEN,
        Column("code", "int16", "DREAM code", "Three-digit benefit code."),
        Column("weeks", "int8", "weeks", "Weeks of the fee year with the code (1 … 53)."),
    ),
)

PRESCRIPTIONS = Table(
    name="prescriptions",
    doc="Dispensings and returns of listed medicine in the two years before the status date; only if delivered.",
    columns=(
        CITIZEN,
        Column("code", "int16", "code book medicine", "ATC code, upper case, of up to seven characters."),
        Column("day", "int32", "day", "EKSD, the day of dispensing."),
        Column("packages", "int32", "packages", "APK; negative in returns."),
    ),
)

NO_VALUE = -(2**31)
"""A covariate that has no value."""

THOUSAND = 1000
LARGEST_VALUE = (2**31 - 1) / Fraction(THOUSAND)
"""The largest covariate, and, below 0, the smallest."""

COVARIATES = "covariates"
COVARIATE_TABLES = {
    "AREA": "covariates_by_area",
    "KOM": "covariates_by_municipality",
    "YDERNR": "covariates_by_clinic",
}
"""The tables kept whole of further covariates that are not by person, by the register name of their key."""


def covariates_table(names: Sequence[str]) -> Table:
    """Give the table of further covariates by person, under the names they were delivered with; only if delivered."""
    return Table(
        name=COVARIATES,
        doc="Further covariates, one row a citizen; only where some by person were delivered.",
        dense=True,
        columns=tuple(
            Column(name, "int32", "thousandths", f"{name}; −2³¹ where it is blank or not delivered.") for name in names
        ),
    )


TABLES = {table.name: table for table in (POPULATION, ENROLMENT, SERVICES, DIAGNOSES, BENEFITS, PRESCRIPTIONS)}
