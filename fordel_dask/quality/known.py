"""Which column names belong to a register, whether the model uses them or not."""

import re
from collections.abc import Callable

from fordel_dask.extracts.columns import Wanted
from fordel_dask.registers import clinics, dream, enrolment, hospital, municipalities, population, projection, services

ALSO = {
    "population": ("AREA",),
    "services": ("BEHANDLINGSDATO", "TIME", "KM", "MODULES"),
    "prescriptions": ("PNR", "ATC", "EKSD", "APK"),
    "areas": ("AREA", "NAME", "KOM", "KM2", "E", "N", "LIFE_EXPECTANCY"),
}
"""Columns of the contract that no module of registers asks for."""

WANTED = {
    "population": population.WANTED,
    "enrolment": enrolment.WANTED,
    "services": services.WANTED,
    "lpr contacts": (hospital.PERSON, hospital.START, hospital.SYSTEM),
    "lpr diagnoses": (hospital.CODE, hospital.TYPE, hospital.REFUTED),
    "diagnoses": hospital.JOINED,
    "dream": (dream.PERSON,),
    "clinics": clinics.WANTED,
    "municipalities": municipalities.WANTED,
    "projection": projection.WANTED,
}
OF_EVERY_YEAR = re.compile(r"Y_\d{4}", re.IGNORECASE)
"""The weekly columns of DREAM, of any year."""


def known_columns(register: str) -> Callable[[str], bool]:
    """Give the test whether a delivered name, in any letter case, is a column of a register."""
    kind = " ".join(word for word in register.split() if not word.isdigit())
    names = {name for column in WANTED.get(kind, ()) for name in _names(column)} | set(ALSO.get(kind, ()))
    if kind.startswith("lpr"):
        names |= set(hospital.KEY_NAMES)
    weekly = kind == "dream"
    return lambda name: name.upper() in names or (weekly and OF_EVERY_YEAR.fullmatch(name) is not None)


def _names(column: Wanted) -> tuple[str, ...]:
    return column.names
