"""Small nations of awkward citizens, written as raw registers in the contract's form.

Nothing here is likely: every person is chosen to fall on a border, so that a few hundred reach every
branch of the rules. From about 2,000 citizens all levels of the model are present; below, some may be
absent from the estimation sample, and then the model must refuse (exit 40).
"""

import csv
import shutil
from collections import defaultdict
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from .awkward import diagnoses, geography
from .awkward.clinics import clinics
from .awkward.extras import declared as declared_covariates
from .awkward.extras import extras
from .awkward.files import Form, Table, random_form, split, toml_text, write_pieces, write_register
from .awkward.people import Frame, enrolment, frame, population
from .awkward.prescriptions import prescriptions
from .awkward.services import services
from .awkward.weeks import dream

__all__ = ["FAULTS", "Options", "random_options", "shuffle_nation", "write_nation"]

NEWER_REGISTER = date(2019, 3, 1)
FEE_TABLE_YEAR = 2025  # the only packaged fee table is in force on 1 October of this year
FAULTS = {  # asked for by name: the exit code a program must end with
    "population_twice": 10,
    "dream_twice": 10,
    "clinic_twice": 10,
    "projection_twice": 10,
    "key_collision": 10,
    "projection_gap": 11,
    "no_weeks": 11,
    "no_dream": 11,
    "other_year": 11,  # whose fee table is not packaged
}


@dataclass(frozen=True)
class Options:
    """What a delivery holds, besides its form (:class:`tests.lib.awkward.files.Form`).

    ``patients`` is ``"lpr"`` (pairs of files), ``"joined"`` (one register ``diagnoses``) or ``"both"``;
    with ``icd10`` the codes come without their ``D`` and are declared so; ``projection``, ``municipalities``
    and ``prescriptions`` deliver the optional register, ``extras`` planning areas, covariates and what
    clinics may tell of themselves; ``bruhon`` is the unit of the fee paid; ``fault`` is one of :data:`FAULTS`, planted.
    """

    year: int = 2026
    patients: str = "lpr"
    icd10: bool = False
    projection: bool = False
    municipalities: bool = True
    prescriptions: bool = False
    extras: bool = False
    bruhon: str = "kroner"  # or "oere"
    life_expectancy: float | None = None
    fault: str | None = None


def random_options(seed: int) -> dict[str, Any]:
    """Give one combination of form and optional registers, as options of :func:`write_nation`."""
    rng = Random(seed)
    return {
        **random_form(seed),
        "patients": rng.choice(["lpr", "lpr", "joined", "both"]),
        "icd10": rng.random() < 0.2,
        "projection": rng.random() < 0.4,
        "municipalities": rng.random() < 0.8,
        "bruhon": rng.choice(["kroner", "oere"]),
        "life_expectancy": rng.choice([None, None, 81.6, 80.05]),
        "prescriptions": rng.random() < 0.3,
    }


def write_nation(directory: Path, seed: int, citizens: int = 400, **options: Any) -> Path:
    """Write a nation's registers and their ``registers.toml``; the same arguments give the same files.

    ``citizens`` are the rows of the population extract, quarantined ones included; ``options`` are fields
    of :class:`Options` and of :class:`tests.lib.awkward.files.Form`. Gives the directory.
    """
    own = {field.name for field in fields(Options)}
    chosen = Options(**{name: value for name, value in options.items() if name in own})
    if chosen.fault == "other_year":
        chosen = replace(chosen, year=FEE_TABLE_YEAR + 2)
    form = Form(**{name: value for name, value in options.items() if name not in own})
    rng = Random(seed)
    directory.mkdir(parents=True, exist_ok=True)
    nation = frame(citizens, chosen.year, rng)
    tables = draw(nation, chosen, rng)
    whole_keys = plant(chosen.fault, tables) if chosen.fault else {}
    patterns = {
        name: write_register(directory, name, table, replace(form, **whole_keys.get(name, {})), rng)
        for name, table in tables.items()
    }
    (directory / "registers.toml").write_text(toml_text(sections(patterns, chosen)), encoding="utf-8")
    return directory


def draw(nation: Frame, options: Options, rng: Random) -> dict[str, Table]:
    """Give the tables of a delivery by the names of their files."""
    number = len(nation.keys)
    register = clinics(number, options.year, rng)
    persons = population(nation, rng)
    tables = {
        "population": persons,
        "clinics": register.table,
        "enrolment": enrolment(nation, register, rng),
        "services": services(nation, persons, register.ordinary, options.bruhon == "kroner", rng),
        "dream": dream(nation, rng),
        **draw_patients(nation, options, rng),
    }
    if options.municipalities:
        tables["municipalities"] = geography.municipalities(number, rng)
    if options.projection or (options.fault or "").startswith("projection"):
        tables["projection"] = geography.projection(number, rng)
    if options.prescriptions:
        tables["prescriptions"] = prescriptions(nation, rng)
    return extras(tables, nation, rng) if options.extras else tables


def draw_patients(nation: Frame, options: Options, rng: Random) -> dict[str, Table]:
    """Give the diagnoses as pairs of files, as one joined register, or partly as either."""
    found = diagnoses.draw_diagnoses(nation, "" if options.icd10 else "D", rng)
    older, newer = diagnoses.before(found, NEWER_REGISTER)
    tables: dict[str, Table] = {}
    if options.patients != "lpr":
        tables["diagnoses"] = diagnoses.joined(found if options.patients == "joined" else found[::2])
    if options.patients != "joined":
        tables["lpr2_contacts"], tables["lpr2_diagnoses"] = diagnoses.lpr2(older, rng)
        tables["lpr3_contacts"], tables["lpr3_diagnoses"] = diagnoses.lpr3(newer, rng)
    return tables


def sections(patterns: dict[str, str], options: Options) -> dict[str, Any]:
    """Give what ``registers.toml`` declares."""
    nation = {"year": options.year, "life_expectancy": options.life_expectancy}
    codes = {"codes": "icd10"} if options.icd10 else {}
    declared: dict[str, Any] = {"nation": {name: value for name, value in nation.items() if value is not None}}
    declared |= {name: {"path": path} for name, path in patterns.items() if not name.startswith(("lpr", "covariates"))}
    declared |= {"covariates": own} if (own := declared_covariates(patterns)) else {}
    declared["services"]["bruhon"] = options.bruhon
    if "diagnoses" in declared:
        declared["diagnoses"] |= codes
    pairs = [name for name in ("lpr2", "lpr3") if f"{name}_contacts" in patterns]
    if pairs:
        declared["lpr"] = [
            {"contacts": patterns[f"{n}_contacts"], "diagnoses": patterns[f"{n}_diagnoses"], **codes} for n in pairs
        ]
    return declared


def plant(fault: str, tables: dict[str, Table]) -> dict[str, dict[str, str]]:
    """Plant a fault in the tables; gives changes of form by register."""
    name = fault.partition("_")[0] + ("s" if fault == "clinic_twice" else "")
    if fault.endswith("_twice"):
        for values in tables[name].values():
            values.append(values[0])
    elif fault == "projection_gap":
        drop_rows(tables["projection"], "KOM", "751")
    elif fault == "no_weeks":
        tables["dream"] = {column: values for column, values in tables["dream"].items() if column == "PNR"}
    elif fault == "no_dream":
        del tables["dream"]
    elif fault == "key_collision":
        key = next(key for key in tables["population"]["PNR"] if key.startswith("0"))
        for column, values in tables["services"].items():
            values.append(key.lstrip("0") if column == "PNR" else values[0])
        return {name: {"pnr": "integer" if name == "dream" else "text", "suffix": "parquet"} for name in tables}
    elif fault != "other_year":
        raise ValueError(f"unknown fault: {fault}")
    return {}


def drop_rows(table: Table, column: str, value: str) -> None:
    """Leave out the rows with a value."""
    keep = [own != value for own in table[column]]
    for name, values in table.items():
        table[name] = [value for value, kept in zip(values, keep, strict=True) if kept]


def shuffle_nation(source: Path, target: Path, seed: int) -> Path:
    """Write the same registers with their rows in another order, in other numbers of files."""
    rng = Random(seed)
    target.mkdir(parents=True, exist_ok=True)
    shutil.copy(source / "registers.toml", target / "registers.toml")
    registers: dict[str, list[Path]] = defaultdict(list)
    for path in sorted([*source.glob("*.parquet"), *source.glob("*.csv")]):
        registers[path.stem.rpartition("-")[0]].append(path)
    for name, paths in registers.items():
        table = pa.concat_tables([read_piece(path) for path in paths])
        suffix = "parquet" if paths[0].suffix == ".parquet" else separator_of(paths[0])
        write_pieces(target, name, table, split(table.num_rows, 4, rng), suffix)
    return target


def separator_of(path: Path) -> str:
    """Tell the form of a CSV file by its header."""
    with path.open(encoding="utf-8") as file:
        return "semicolon" if ";" in file.readline() else "csv"


def read_piece(path: Path) -> pa.Table:
    """Read a file as it is; CSV as text."""
    if path.suffix == ".parquet":
        return pq.read_table(path)
    separator = ";" if separator_of(path) == "semicolon" else ","
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file, delimiter=separator)
    columns = list(zip(*rows, strict=True)) or [()] * len(header)
    return pa.table({name: pa.array(values, pa.string()) for name, values in zip(header, columns, strict=True)})
