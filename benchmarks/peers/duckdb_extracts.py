"""The extracts in DuckDB: as rows with their text keys, or written into a database of narrow integers."""

import tomllib
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from fordel_dask.extracts.arrays import plain_text
from fordel_dask.facts.definition import conditions
from fordel_dask.registers.canonical import clinic_code, counted_municipality, icd10_code, service_code, sks_code
from fordel_dask.schema.prepared import DIAGNOSIS_KINDS, OPEN_END

TABLES = ("population", "enrolment", "services", "diagnoses", "benefits")
TRAITS = ("civil_status", "country", "origin_type")
CODES = dict.fromkeys(("service", "municipality", *TRAITS), "SMALLINT") | {"diagnosis": "INTEGER", "clinic": "INTEGER"}
KIND = " ".join(f"WHEN '{kind}' THEN {number}" for number, kind in enumerate(DIAGNOSIS_KINDS))
Connection = duckdb.DuckDBPyConnection


@dataclass(frozen=True)
class Pair:
    """Hospital contacts and their diagnoses: SQL that reads them, the names of their columns, how codes are read."""

    contacts: str
    diagnoses: str
    key: str
    start: str
    code: str
    kind: str
    counted_contacts: str
    counted_diagnoses: str
    canonical: Callable[[Any], str | None]


@dataclass(frozen=True)
class Extracts:
    """What stands in a directory of extracts: SQL that reads each register."""

    year: int
    population: str
    enrolment: str
    services: str
    dream: str
    weeks: tuple[str, ...]
    pairs: tuple[Pair, ...]


def find_extracts(connection: Connection, registers: Path) -> Extracts:
    """Read the declaration of a directory of Parquet extracts."""
    declared = tomllib.loads((registers / "registers.toml").read_text("utf-8"))
    year = declared["nation"]["year"]

    def read(path: str) -> str:
        return f"read_parquet('{registers / path}')"

    dream = read(declared["dream"]["path"])
    begins = f"Y_{(year - 1) % 100:02}"
    return Extracts(
        year,
        *(read(declared[name]["path"]) for name in ("population", "enrolment", "services")),
        dream,
        tuple(name for name in columns_of(connection, dream) if name.startswith(begins)),
        tuple(
            pair_of(connection, read(pair["contacts"]), read(pair["diagnoses"]), pair["codes"])
            for pair in declared["lpr"]
        ),
    )


def columns_of(connection: Connection, files: str) -> tuple[str, ...]:
    return tuple(row[0] for row in connection.execute(f"DESCRIBE FROM {files}").fetchall())


def pair_of(connection: Connection, contacts: str, diagnoses: str, codes: str) -> Pair:
    """Tell LPR3 from LPR2 by its columns."""
    canonical = sks_code if codes == "sks" else icd10_code
    if "RECNUM" in columns_of(connection, contacts):
        names = ("RECNUM", "D_INDDTO", "C_DIAG", "C_DIAGTYPE")
        return Pair(contacts, diagnoses, *names, "true", "true", canonical)
    names = ("DW_EK_KONTAKT", "KONT_STARTTIDSPUNKT", "DIAG_KODE", "DIAG_KODE_TYPE")
    not_refuted = "SENERE_AFKRAEFTET IS DISTINCT FROM 'Ja'"
    return Pair(contacts, diagnoses, *names, "LPRINDBERETNINGSSYSTEM = 'LPR3'", not_refuted, canonical)


def fill(connection: Connection, table: str, columns: Iterable[Collection[Any]]) -> None:
    """Make a temporary table of columns; ``table`` declares their names and types."""
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {table}")
    lists = [list(values) for values in columns]  # as parameters: pyarrow would load pandas for them
    unnested = ", ".join("unnest(?)" for _ in lists)
    connection.execute(f"INSERT INTO {table.partition('(')[0]} SELECT {unnested}", lists)


def values_of(connection: Connection, column: str, files: str) -> list[str]:
    """Give the different values of a column as text."""
    return [
        row[0] for row in connection.execute(f"SELECT DISTINCT {column}::VARCHAR FROM {files}").fetchall() if row[0]
    ]


def listed(code: str | None) -> bool:
    """Tell whether an ICD-10 code belongs to any condition of any model."""
    return bool(code) and any(code.startswith(condition.prefixes) for condition in conditions() if condition.prefixes)


def delivered_diagnoses(connection: Connection, extracts: Extracts) -> dict[str, str]:
    """Give the ICD-10 code of every delivered diagnosis code that some condition lists."""
    found = {
        value: pair.canonical(value)
        for pair in extracts.pairs
        for value in values_of(connection, pair.code, pair.diagnoses)
    }
    return {value: code for value, code in found.items() if code and listed(code)}


def hospital_rows(extracts: Extracts, person: str, code: str, joined: str = "") -> str:
    """Give diagnoses of listed codes with person, kind and day of their contact.

    The few listed codes are found before contacts are looked up (table ``delivered_diagnosis``).
    """
    return " UNION ALL ".join(
        f"SELECT {person} AS citizen, {code} AS code, (CASE {pair.kind} {KIND} END)::TINYINT AS kind, "
        f"({pair.start}::DATE - DATE '1970-01-01')::INTEGER AS day "
        f"FROM (SELECT * FROM {pair.diagnoses} JOIN delivered_diagnosis ON delivered = {pair.code} "
        f"WHERE {pair.kind} IN {DIAGNOSIS_KINDS} AND {pair.counted_diagnoses}) "
        f"JOIN (FROM {pair.contacts} WHERE {pair.counted_contacts}) USING ({pair.key}) {joined}"
        for pair in extracts.pairs
    )


def spells(extracts: Extracts, person: str, joined: str = "") -> str:
    """Give spells with days as numbers; ``delivered_clinic`` tells the positions of clinics."""
    return (
        f'SELECT {person} AS citizen, coalesce(position, -1)::INTEGER AS clinic, SIKGRUP::TINYINT AS "group", '
        f"(FRA - DATE '1970-01-01')::INTEGER AS first_day, "
        f"coalesce(TIL - DATE '1970-01-01', {OPEN_END})::INTEGER AS last_day "
        f"FROM {extracts.enrolment} LEFT JOIN delivered_clinic ON delivered = YDERNR {joined} "
        f"WHERE FRA <= coalesce(TIL, FRA)"
    )


def people(extracts: Extracts) -> str:
    """Give the population with text codes; only persons who count."""
    return (
        f"SELECT PNR, KOEN::TINYINT AS sex, (FOED_DAG - DATE '1970-01-01')::INTEGER AS birth_day, "
        f"trim(CIVST) AS civil_status, trim(KOM) AS municipality, trim(OPR_LAND) AS country, "
        f"IE_TYPE::VARCHAR AS origin_type "
        f"FROM {extracts.population} WHERE KOEN IN (1, 2) AND FOED_DAG <= DATE '{extracts.year}-01-01'"
    )


def of_fee_year(extracts: Extracts) -> str:
    year = (extracts.year - 1) % 100
    return f"HONUGE BETWEEN '{year:02}01' AND '{year:02}53'"


def rows(extracts: Extracts) -> dict[str, str]:
    """Give SQL of the rows of each table, straight from the extracts: a person is the key, a code its text."""
    weeks = ", ".join(extracts.weeks)
    return {
        "population": f"(SELECT PNR AS citizen, * EXCLUDE (PNR) FROM ({people(extracts)}))",
        "enrolment": f"({spells(extracts, 'PNR')})",
        "services": f"(SELECT PNR AS citizen, SPECIALE AS service, YDLANT::INTEGER AS quantity "
        f"FROM {extracts.services} WHERE {of_fee_year(extracts)})",
        "diagnoses": f"({hospital_rows(extracts, 'PNR', 'delivered')})",
        "benefits": f"(SELECT PNR AS citizen, code, 1::TINYINT AS weeks "
        f"FROM (UNPIVOT {extracts.dream} ON {weeks} INTO NAME week VALUE code))",
    }


def write_database(connection: Connection, registers: Path) -> None:
    """Write every table with integers for codes and persons, sorted by citizen; only columns a model may ask for."""
    extracts = find_extracts(connection, registers)
    connection.execute(f"CREATE OR REPLACE TABLE nation AS SELECT {extracts.year} AS year")
    number_codes(connection, extracts)
    connection.execute(
        f"CREATE TEMP TABLE person AS SELECT (row_number() OVER () - 1)::INTEGER AS citizen, * "
        f"REPLACE (m.position AS municipality) FROM ({people(extracts)}) p "
        f"JOIN (SELECT delivered AS municipality, position FROM delivered_municipality) m USING (municipality)"
    )
    coded = ", ".join(f"coalesce({name}.position, -1)::SMALLINT AS {name}" for name in TRAITS)
    joins = " ".join(f"LEFT JOIN delivered_{name} AS {name} ON {name}.delivered = p.{name}" for name in TRAITS)
    write(connection, "population", f"SELECT p.citizen, sex, birth_day, p.municipality, {coded} FROM person p {joins}")
    connection.execute("CREATE OR REPLACE TEMP TABLE person AS SELECT citizen, PNR FROM person")
    known = "JOIN person USING (PNR)"
    write(connection, "enrolment", spells(extracts, "citizen", known))
    write(
        connection,
        "services",
        f"SELECT citizen, position AS service, YDLANT::INTEGER AS quantity FROM {extracts.services} {known} "
        f"JOIN delivered_service ON delivered = SPECIALE WHERE {of_fee_year(extracts)}",
    )
    write(connection, "diagnoses", hospital_rows(extracts, "citizen", "position", known))
    write(
        connection,
        "benefits",
        f"SELECT citizen, code, count(*)::TINYINT AS weeks FROM (SELECT citizen, TRY_CAST(code AS SMALLINT) AS code "
        f"FROM (UNPIVOT {extracts.dream} ON {', '.join(extracts.weeks)} INTO NAME week VALUE code) {known}) "
        f"WHERE code > 0 GROUP BY ALL",
    )


def write(connection: Connection, table: str, query: str) -> None:
    connection.execute(f"CREATE OR REPLACE TABLE {table} AS {query} ORDER BY citizen")


def number_codes(connection: Connection, extracts: Extracts) -> None:
    """Number the codes of every column: a table of codes for whoever reads, and one of what was delivered for now."""
    population = extracts.population
    delivered = {
        "service": canonical_of(connection, "SPECIALE", extracts.services, service_code),
        "clinic": canonical_of(connection, "YDERNR", extracts.enrolment, clinic_code),
        "municipality": canonical_of(connection, "trim(KOM)", population, counted_municipality),
        "civil_status": canonical_of(connection, "trim(CIVST)", population, plain_text),
        "country": canonical_of(connection, "trim(OPR_LAND)", population, plain_text),
        "origin_type": canonical_of(connection, "IE_TYPE", population, plain_text),
        "diagnosis": delivered_diagnoses(connection, extracts),
    }
    for name, codes in delivered.items():
        entries = {entry: number for number, entry in enumerate(sorted(set(codes.values())))}
        pairs = (codes, [entries[code] for code in codes.values()])
        fill(connection, f"delivered_{name}(delivered VARCHAR, position {CODES[name]})", pairs)
        fill(connection, "filled(position INTEGER, entry VARCHAR)", (entries.values(), entries))
        connection.execute(f"CREATE OR REPLACE TABLE codes_{name} AS FROM filled")


def canonical_of(
    connection: Connection, column: str, files: str, canonical: Callable[[Any], str | None]
) -> dict[str, str]:
    found = {value: canonical(value) for value in values_of(connection, column, files)}
    return {value: code for value, code in found.items() if code}
