"""The same nation with more rows: every service row several times, each time in another week.

python -m benchmarks.growth.multiplied REGISTERS OUT --times 4

All other registers are the same files, under a second name. Weeks are moved by a quarter of a year, within the year.
"""

import argparse
import os
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

MOVED_WEEKS = 13
WEEKS = 52  # a row of week 53 counts as one of week 1 when it is moved
SERVICES = "services"


def write_multiplied(registers: Path, out: Path, times: int) -> None:
    """Write the delivery; row group by row group, so that memory does not grow with it."""
    shutil.copytree(registers, out, copy_function=os.link, ignore=shutil.ignore_patterns(SERVICES))
    (out / SERVICES).mkdir()
    for path in sorted((registers / SERVICES).iterdir()):
        with pq.ParquetFile(path) as file, pq.ParquetWriter(out / SERVICES / path.name, file.schema_arrow) as writer:
            for group in range(file.num_row_groups):
                rows = file.read_row_group(group)
                for time in range(times):
                    writer.write_table(moved(rows, time * MOVED_WEEKS))


def moved(rows: pa.Table, weeks: int) -> pa.Table:
    """Give service rows with HONUGE (yyww, as text) later by some weeks, going on at the beginning of its year."""
    if not weeks:
        return rows
    named = pc.dictionary_encode(rows["HONUGE"]).combine_chunks()
    later = [text[:2] + f"{(int(text[2:]) - 1 + weeks) % WEEKS + 1:02}" for text in named.dictionary.to_pylist()]
    column = pa.array(later, rows.schema.field("HONUGE").type).take(named.indices)
    return rows.set_column(rows.schema.get_field_index("HONUGE"), "HONUGE", column)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("registers", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--times", type=int, required=True)
    given = parser.parse_args()
    write_multiplied(given.registers, given.out, given.times)


if __name__ == "__main__":
    main()
