"""A delivery of services as they really come: settlement week by settlement week, in several files.

python -m benchmarks.ingest.weekly REGISTERS OUT --files 12 --threads 2

The other registers are reduced to one file each, so that an ingest of OUT is the work on services
and the numbering of the citizens.
"""

import argparse
import json
import shutil
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

TOML = """[nation]
year = 2026
[population]
path = "population"
[enrolment]
path = "enrolment.parquet"
[services]
path = "services"
bruhon = "kroner"
[dream]
path = "dream.parquet"
[clinics]
path = "clinics.parquet"
[municipalities]
path = "municipalities.csv"
[diagnoses]
path = "diagnoses.parquet"
"""
DIAGNOSES = """
select PNR, 'DJ449' as CODE, 'A' as TYPE, DATE '2020-01-01' as DATE
from read_parquet('{0}/population/*.parquet') limit 100
"""


def write_weekly(registers: Path, out: Path, files: int, threads: int) -> None:
    """Write the delivery."""
    (out / "services").mkdir(parents=True)
    (out / "population").symlink_to((registers / "population").resolve())
    for name in ("clinics.parquet", "municipalities.csv"):
        shutil.copy(registers / name, out / name)
    for name in ("enrolment", "dream"):
        shutil.copy(min((registers / name).glob("*.parquet")), out / f"{name}.parquet")
    connection = duckdb.connect(config={"threads": threads, "temp_directory": str(out / "temporary")})
    write_services(connection, registers, out / "services", files)
    pq.write_table(connection.execute(DIAGNOSES.format(registers)).to_arrow_table(), out / "diagnoses.parquet")
    roots = json.dumps([str(registers.resolve())])  # where the link of the population leads
    declared = TOML.replace("[nation]\n", f"[nation]\nroots = {roots}\n")
    (out / "registers.toml").write_text(declared, "utf-8")


def write_services(connection: duckdb.DuckDBPyConnection, registers: Path, out: Path, files: int) -> None:
    """Write the rows week by week; within a week in no order of persons."""
    source = f"read_parquet('{registers}/services/*.parquet')"
    weeks = [week for (week,) in connection.execute(f"select distinct HONUGE from {source} order by 1").fetchall()]
    for n in range(files):
        some = weeks[n * len(weeks) // files : (n + 1) * len(weeks) // files]
        if some:
            connection.execute(
                f"copy (select * from {source} where HONUGE between '{some[0]}' and '{some[-1]}' "
                f"order by HONUGE, hash(PNR, SPECIALE, YDERNR)) to '{out}/weeks-{n:02}.parquet' "
                "(format parquet, row_group_size 1000000)"
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("registers", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--files", type=int, default=12)
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args()
    write_weekly(given.registers, given.out, given.files, given.threads)


if __name__ == "__main__":
    main()
