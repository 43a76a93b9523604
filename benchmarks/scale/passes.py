"""Our pass over the registers beside merely decoding them, in one process, in turns.

``python -m benchmarks.scale.passes STORE --threads 2 --pairs 3`` prints one JSON line: for every pair the seconds of

- ``decode``: pyarrow decodes the columns the pass reads, of the same files, and nothing else;
- ``decode_checked``: the same with page checksums verified, as the pass does;
- ``pass``: facts of all citizens are computed and dropped;
- ``pass_kept``: they are also written to disk, with checksums, as a first run does.

After that, unmeasured, the totals of the kept facts: øre, months, weeks, conditions, days, citizens.
"""

import argparse
import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from fordel_dask.facts import FactRules, FactsFiles, keep_facts, make_facts, plan_facts
from fordel_dask.facts.definition import (
    LOOKBACK_YEARS,
    benefit_groups,
    contact_column,
    facts_table,
    first_of_october,
    mark_column,
    months_column,
    nordic_column,
    read_with,
    weeks_column,
)
from fordel_dask.facts.derive import facts_of_partition
from fordel_dask.fees import schedule_in_force
from fordel_dask.graph.executor import Threads
from fordel_dask.schema.prepared import DIAGNOSIS_KINDS
from fordel_dask.schema.table import Table
from fordel_dask.store import Store, open_store

SPECIALITIES = ("80",)
Totals = dict[str, int]
Job = tuple[Callable[[Any], Any], Sequence[Any]]


@dataclass(frozen=True)
class ListeningStore(Store):
    """A store that remembers which columns of which tables are read."""

    heard: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def read(self, table: Table, partition: int, names: Sequence[str] | None = None) -> dict[str, np.ndarray]:
        self.heard[table.name] = tuple(names or table.names)
        return super().read(table, partition, names)


@dataclass(frozen=True)
class Bench:
    """What is measured: a store, the rules of the facts, the threads, and the columns that a pass reads."""

    store: Store
    rules: FactRules
    threads: Threads
    columns: Mapping[str, tuple[str, ...]]

    @property
    def partitions(self) -> range:
        return range(self.store.grid.partitions)

    def jobs(self) -> dict[str, Callable[[], Job]]:
        """Give what is measured, by name: what to call, and on which items."""
        return {
            "decode": lambda: (partial(self.decode, checked=False), self.partitions),
            "decode_checked": lambda: (partial(self.decode, checked=True), self.partitions),
            "pass": lambda: (self.drop_facts, self.partitions),
            "pass_kept": lambda: (make_facts, plan_facts(self.store, self.rules, fresh=True)),
        }

    def decode(self, partition: int, checked: bool) -> None:
        """Decode the columns of one partition into Arrow arrays, and drop them."""
        for table, columns in self.columns.items():
            path = self.store.root / self.store.parts(table)[partition].file
            with pq.ParquetFile(path, memory_map=True, pre_buffer=False, page_checksum_verification=checked) as file:
                file.read(columns=list(columns), use_threads=False)

    def drop_facts(self, partition: int) -> None:
        """Compute the facts of one partition, and drop them."""
        facts_of_partition(self.store, partition, self.rules)

    def keep_facts(self) -> FactsFiles:
        """Compute the facts of all citizens and write them to disk."""
        function, tasks = self.jobs()["pass_kept"]()
        return keep_facts(self.store, self.rules, self.threads.map(function, tasks, "facts"))


def open_bench(root: Path, threads: int) -> Bench:
    store = open_store(root)
    rules = FactRules(store.year, SPECIALITIES)
    listening = ListeningStore(**{f.name: getattr(store, f.name) for f in fields(store)})
    facts_of_partition(listening, 0, rules)
    return Bench(store, rules, Threads(threads), listening.heard)


def measure_pairs(bench: Bench, pairs: int) -> list[dict[str, float]]:
    """Give the seconds of every job, pair by pair, after one unmeasured turn of each.

    Every other pair goes backwards, so that none always has the better place.
    """
    names = list(bench.jobs())
    measure_turn(bench, names)
    return [measure_turn(bench, names[:: -1 if pair % 2 else 1]) for pair in range(pairs)]


def measure_turn(bench: Bench, names: Iterable[str]) -> dict[str, float]:
    seconds = {}
    for name in names:
        function, items = bench.jobs()[name]()
        begun = time.perf_counter()
        bench.threads.map(function, items, name)
        seconds[name] = time.perf_counter() - begun
    return {name: seconds[name] for name in bench.jobs()}


def totals_of_facts(bench: Bench) -> Totals:
    """Give the totals of all citizens, from facts written to disk and read back."""
    facts, names = bench.keep_facts(), facts_table(bench.rules).names
    found = bench.threads.map(
        lambda partition: totals_of(facts.read(partition, names), bench.rules), bench.partitions, "totals"
    )
    return {name: sum(totals[name] for totals in found) for name in found[0]}


def totals_of(facts: Mapping[str, Any], rules: FactRules) -> Totals:
    """Give the totals of one partition, contacts at the standard prices."""
    schedule = schedule_in_force(first_of_october(rules.year))
    prices = schedule.contact_prices("standard")
    kinds = list(enumerate(DIAGNOSIS_KINDS))
    marks = {
        **{f"bits_{n}_{k}": marks_within(facts, y, name) for n, y in enumerate(LOOKBACK_YEARS) for k, name in kinds},
        **{f"nordic_{k}": facts[nordic_column(name)] for k, name in kinds},
    }
    return {
        "citizens": facts["clinic"].size,
        "group_1": int((facts["clinic"] >= -1).sum()),
        "group_2": sum_of(facts, ["group_2"]),
        "days": sum_of(facts, ["exposure_days"]),
        "contacts_oere": sum(price * sum_of(facts, [contact_column(code)]) for code, price in prices.items()),
        "others_oere": sum_of(facts, ["others_oere"]),
        "months": sum_of(facts, map(months_column, schedule.chronic_months)),
        "paid_oere": sum_of(facts, ["contacts_paid_oere"]),
        "weeks": sum_of(facts, map(weeks_column, benefit_groups())),
        **{name: sum_of(facts, [name]) for name in ("others_paid_oere", "prevention_oere", "prevention_paid_oere")},
        **{name: int(np.bitwise_count(marks[name].astype(np.uint64)).sum(dtype=np.int64)) for name in marks},
    }


def marks_within(facts: Mapping[str, Any], years: int, kind: str) -> np.ndarray:
    """Give the bits of all that was diagnosed within a look-back window."""
    return np.bitwise_or.reduce([facts[mark_column(window, kind)] for window in read_with(years)])


def sum_of(facts: Mapping[str, Any], columns: Iterable[str]) -> int:
    return sum(int(facts[column].sum(dtype=np.int64)) for column in columns)


def rows_read(bench: Bench) -> int:
    return sum(part.rows for table in bench.columns for part in bench.store.parts(table))


def options(description: str | None) -> argparse.Namespace:
    """Read the options of whoever measures passes: the store, threads of all jobs, and how many pairs."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("store", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--pairs", type=int, default=3)
    return parser.parse_args()


def main() -> None:
    given = options(__doc__)
    bench = open_bench(given.store, given.threads)
    pairs = measure_pairs(bench, given.pairs)
    print(json.dumps({"pairs": pairs, "rows": rows_read(bench), "totals": totals_of_facts(bench)}))


if __name__ == "__main__":
    main()
