"""A third way to the numbers of ``national-2025``: the prepared store in plain SQL, added up by DuckDB.

Nothing of ``fordel_dask`` is imported and nothing of the reference model; what the law gives is read from
the packaged CSV files. SQL reads, joins, counts and adds whole numbers; the three divisions that need
longer numbers than SQL has (the coefficients, the scale, a citizen's weight) are made with fractions between.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb

from tests.lib.sql_model_queries import CAPACITY, CITIZENS, CLINICS, LAW, LEVELS, REGISTERED, SUMS, TRAITS

LAW_FILES = Path(__file__).parents[2] / "fordel_dask" / "law"
NANO = 10**9
MICROKRONER_PER_OERE = 10**4
Level = tuple[str, str]


class NotEstimableError(Exception):
    """The coefficients cannot be estimated from this nation."""


@dataclass(frozen=True)
class SqlNumbers:
    """What SQL has found; money in 10⁻⁶ kroner, weights in 10⁻⁹.

    ``weights``: citizens, days and coefficient of each level; ``clinics``: patients, their weight and the
    minimum number of patients (none if there is none); ``municipalities``: citizens and weight;
    ``councils``: citizens, weight and the most capacities, without regard to a projection.
    """

    weights: dict[Level, tuple[int, int, int]]
    clinics: dict[str, tuple[int, int, int | None]]
    municipalities: dict[str, tuple[int, int]]
    councils: dict[str, tuple[int, int, int]]
    projected: bool


def numbers_of(store: Path, citizens_per_capacity: int = 1600, floor_km2: int = 35) -> SqlNumbers:
    """Give the numbers of a prepared store under ``national-2025``.

    Raises
    ------
    NotEstimableError
        A level to score has nobody in the sample, or terms depend on each other.
    """
    manifest = json.loads((store / "manifest.json").read_text("utf-8"))
    year = manifest["nation"]["year"]
    with duckdb.connect(config={"threads": 1}) as connection:
        add_law(connection)
        add_store(connection, store, manifest)
        days = {f"${years}": str(day_number(year - years)) for years in (0, 1, 5, 15)}
        for query in (REGISTERED, CITIZENS, TRAITS):
            connection.execute(put(query, days))
        weights = estimate(connection, day_number(year) - day_number(year - 1))
        effects = {level: found[2] for level, found in weights.items()}
        add_weights(connection, effects, Fraction(str(manifest["nation"]["life_expectancy"])))
        sizes = {"$citizens_per_capacity": str(citizens_per_capacity), "$km2": str(floor_km2)}
        clinics = connection.execute(put(CLINICS, sizes)).fetchall()
        areas = connection.execute(SUMS).fetchall()
        councils = connection.execute(put(CAPACITY, sizes)).fetchall()
    return SqlNumbers(
        weights,
        {number: (patients, nano, minimum) for number, patients, nano, minimum in clinics},
        {code: (citizens, nano) for code, citizens, nano in areas},
        {council: (citizens, nano, most) for council, citizens, nano, most in councils},
        "projection" in manifest["small_tables"],
    )


def put(query: str, values: Mapping[str, str]) -> str:
    """Put values in the place of their names, the longest names first."""
    for name in sorted(values, key=len, reverse=True):
        query = query.replace(name, values[name])
    return query


def day_number(year: int) -> int:
    """Give 1 January as the number of days since 1970."""
    return (date(year, 1, 1) - date(1970, 1, 1)).days


def add_law(connection: duckdb.DuckDBPyConnection) -> None:
    """Read fees, diseases and countries as text, and number the levels of the model."""
    for name, file in LAW.items():
        connection.execute(f"CREATE TABLE {name} AS FROM read_csv('{LAW_FILES / file}', all_varchar = true)")
    add_rows(connection, "levels(position, term, level)", [(n, *level) for n, level in enumerate(LEVELS)])


def add_rows(connection: duckdb.DuckDBPyConnection, table: str, rows: list[tuple[Any, ...]]) -> None:
    """Make a table of rows of whole numbers and text, by a literal: much faster than one row at a time."""
    name, _, columns = table.partition("(")
    text = ", ".join("(" + ", ".join(literal(value) for value in row) + ")" for row in rows)
    connection.execute(f"CREATE TABLE {name} AS SELECT * FROM (VALUES {text}) AS t({columns}")


def literal(value: Any) -> str:
    """Write a value as SQL does."""
    if value is None:
        return "NULL"
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"


def add_store(connection: duckdb.DuckDBPyConnection, store: Path, manifest: Mapping[str, Any]) -> None:
    """Make tables of the store's: a citizen is a number of the nation, not of the partition."""
    first = manifest["grid"]["first"]
    for table in ("population", "enrolment", "services", "diagnoses", "benefits"):
        position, option = ("file_row_number", ", file_row_number = true") if table == "population" else ("citizen", "")
        parts = " UNION ALL ".join(
            f"SELECT CAST({position} + {begin} AS INTEGER) AS citizen, * EXCLUDE ({position}) "
            f"FROM read_parquet('{store / part['file']}'{option})"
            for begin, part in zip(first, manifest["tables"][table], strict=False)
        )
        connection.execute(f"CREATE TABLE {table} AS {parts}")
    books = json.loads((store / manifest["codebooks"]["file"]).read_text("utf-8"))
    for name in ("service", "diagnosis", "civil_status", "country", "origin_type", "clinic", "municipality"):
        entries = list(enumerate(books[name]))
        add_rows(connection, f"book_{name}(position, entry)", [(-1, ""), *entries])
    for name in ("clinics", "municipalities"):
        rows = json.loads((store / manifest["small_tables"][name]["file"]).read_text("utf-8"))
        columns = list(rows[0])
        add_rows(connection, f"{name}({', '.join(columns)})", [tuple(row[c] for c in columns) for row in rows])


def estimate(connection: duckdb.DuckDBPyConnection, days: int) -> dict[Level, tuple[int, int, int]]:
    """Give citizens, days and coefficient of each level, from sums over pairs of levels."""
    if connection.execute("SELECT count(DISTINCT clinic) FROM citizens WHERE sample").fetchall()[0][0] < 2:
        raise NotEstimableError
    needed, known = (
        [row[0] for row in connection.execute(f"SELECT DISTINCT position FROM {rows} ORDER BY 1").fetchall()]
        for rows in ("traits", "traits WHERE sample")
    )
    if not known or needed != known:
        raise NotEstimableError
    pairs = connection.execute(
        "SELECT a.position, b.position, sum(a.exposure) FROM traits a JOIN traits b USING (citizen) "
        "WHERE a.sample GROUP BY ALL"
    ).fetchall()
    gram = {(a, b): int(total) for a, b, total in pairs}
    fees = dict(connection.execute("SELECT position, sum(fee) FROM traits WHERE sample GROUP BY ALL").fetchall())
    counts = dict(connection.execute("SELECT position, count(*) FROM traits WHERE sample GROUP BY ALL").fetchall())
    matrix = [[*(gram.get((a, b), 0) for b in known), days * int(fees[a])] for a in known]
    effects = solve(matrix)
    return {
        LEVELS[position]: (counts[position], gram[position, position], round(effect * MICROKRONER_PER_OERE))
        for position, effect in zip(known, effects, strict=True)
    }


def solve(rows: list[list[int]]) -> list[Fraction]:
    """Solve equations of whole numbers (the last column stands right of the equals sign), exactly.

    The matrix is one of a sum of squares, so a pivot is 0 only where a column depends on earlier ones.
    """
    before, size = 1, len(rows)
    for k in range(size):
        pivot = rows[k]
        if pivot[k] == 0:
            raise NotEstimableError
        for n in range(size):
            if n != k:
                row, factor = rows[n], rows[n][k]
                rows[n] = [(pivot[k] * own - factor * other) // before for own, other in zip(row, pivot, strict=True)]
        before = pivot[k]
    return [Fraction(row[-1], before) for row in rows]


def add_weights(connection: duckdb.DuckDBPyConnection, effects: Mapping[Level, int], national: Fraction) -> None:
    """Give every citizen a weight in 10⁻⁹: one for each raw weight (10⁻⁶ kroner) in each municipality."""
    add_rows(connection, "effects(position, micro)", [(LEVELS.index(level), e) for level, e in effects.items()])
    connection.execute(
        "CREATE TABLE scored AS SELECT c.*, greatest(raw, 0) AS raw FROM citizens c JOIN "
        "(SELECT citizen, CAST(sum(micro) AS BIGINT) AS raw FROM traits JOIN effects USING (position) GROUP BY ALL) "
        "USING (citizen)"
    )
    rows = connection.execute("SELECT municipality, raw, count(*) FROM scored GROUP BY ALL").fetchall()
    factors = {m: national / years for m, years in life_expectancies(connection, national).items()}
    corrected = sum((factors[m] * raw * number for m, raw, number in rows), Fraction(0))
    if not corrected:
        raise NotEstimableError
    scale = NANO * sum(number for *_, number in rows) / corrected
    by_place = {m: factor * scale for m, factor in factors.items()}
    add_rows(connection, "weights(municipality, raw, nano)", [(m, raw, round(raw * by_place[m])) for m, raw, _ in rows])


def life_expectancies(connection: duckdb.DuckDBPyConnection, national: Fraction) -> dict[int, Fraction]:
    """Give the years of each municipality; one without takes its council's mean, weighted by citizens."""
    rows = connection.execute(
        "SELECT b.position, m.COUNCIL_ID, m.LIFE_EXPECTANCY, count(c.citizen) FROM municipalities m "
        "JOIN book_municipality b ON b.entry = m.KOM LEFT JOIN citizens c ON c.municipality = b.position GROUP BY ALL"
    ).fetchall()
    found = {}
    for position, council, years, _ in rows:
        others = [(Fraction(text), number) for _, own, text, number in rows if own == council and text]
        if not any(number for _, number in others):
            others = [(text, 1) for text, _ in others]
        number = sum(number for _, number in others)
        mean = sum((each * n for each, n in others), Fraction(0)) / number if number else national
        found[position] = Fraction(years) if years else mean
    return found
