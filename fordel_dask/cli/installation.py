"""What ``fordel selftest`` checks: that this installation counts as the model says, on this machine."""

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from pathlib import Path

from fordel_dask import law
from fordel_dask.capacity import area_needs, council_numbers
from fordel_dask.capacity.area import AreaSums
from fordel_dask.cli.progress import ProgressLines
from fordel_dask.errors import VerificationError
from fordel_dask.graph.executor import Threads
from fordel_dask.law.rounding import NANO
from fordel_dask.model import load_model
from fordel_dask.nation import Municipality, Nation, municipality_of

SELFTEST_CITIZENS = 20_000
RESULT_FILES = ("weights.csv", "municipalities.csv", "councils.csv", "clinics.csv", "parts.csv", "flows.csv")


def check_installation(folder: Path, progress: ProgressLines) -> list[str]:
    """Run every check in an empty folder; gives the names of those passed.

    Raises
    ------
    VerificationError
        A check found another answer than it must.
    """
    checks: dict[str, Callable[[], bool]] = {
        "718,720 weighted citizens are 449.2 capacities, rounded up to 450": lambda: _council(718_720) == (4492, 450),
        "exactly 450 capacities stay 450": lambda: _council(720_000) == (4500, 450),
        "1,600 weighted citizens are one capacity": lambda: _council(1_600) == (10, 1),
        "with weight 1 the floor adds 38.328 capacities, in ten municipalities": _floor_is_known,
        "all councils have 3,774 capacities without the floor and 3,812 with it": _nation_is_known,
        "a small nation gives the same bytes in 1 and 7 partitions, 1 and 2 threads": partial(
            _layouts_agree, folder, progress
        ),
    }
    checks |= _versions_looked_at()
    failed = [name for name, check in checks.items() if not check()]
    if failed:
        raise VerificationError(
            f"{len(failed)} of {len(checks)} checks failed: {'; '.join(failed)}. Do not use this installation; "
            f"install the package again in a fresh environment."
        )
    return list(checks)


def _versions_looked_at() -> dict[str, Callable[[], bool]]:
    """Give the check of the packages' versions, by a line that says what is wrong with them if something is."""
    from fordel_dask.dependencies import installed_packages, mended_versions, vulnerable

    versions = {one.name: one.version for one in installed_packages()}
    known = [one for one in mended_versions() if one.mended_in]
    found = "; ".join(vulnerable(versions))
    told = f": {found}" if found else ""
    line = f"no package of {len(versions)} is older than what mended {len(known)} known vulnerabilities{told}"
    return {line: lambda: not found}


def _nation(municipalities: tuple[Municipality, ...]) -> Nation:
    return Nation(2026, Fraction("81.6"), municipalities, (), None)


def _numbers(nation: Nation, citizens: list[int], floor: bool) -> tuple[Fraction, int, int]:
    """Give the total before rounding, the sum of maxima, and how many municipalities the floor lifts."""
    import dataclasses

    import numpy as np

    nobody = np.zeros((len(citizens), 0), dtype=np.int64)
    sums = AreaSums(citizens, citizens, [n * NANO for n in citizens], nobody, nobody)
    rules = dataclasses.replace(load_model().capacity, floor=floor)
    areas = area_needs(nation, sums, rules)
    councils = council_numbers(nation, areas, {}, rules)
    return (
        sum((c.need_before_rounding for c in councils), Fraction(0)),
        int(sum(c.maximum_capacities for c in councils)),
        sum(a.floor > a.need for a in areas),
    )


def _council(citizens: int) -> tuple[int, int]:
    """Give ten times the need, and the capacities, of a council of one municipality without area."""
    alone = _nation((Municipality("101", "", "one", "", "", Fraction(0), None),))
    need, maximum, _ = _numbers(alone, [citizens], floor=False)
    return int(need * 10), maximum


def _packaged() -> tuple[Nation, list[int]]:
    """Give the packaged municipalities as a nation, and how many live in each, all of weight 1."""
    from fordel_dask.registers.municipalities import read_municipalities

    living = {row["kommunekode"]: int(row["folketal_2026"]) for row in law.rows("geography/municipalities")}
    municipalities = tuple(map(municipality_of, read_municipalities(None)))
    return _nation(municipalities), [living[municipality.code] for municipality in municipalities]


def _floor_is_known() -> bool:
    nation, citizens = _packaged()
    with_floor, _, lifted = _numbers(nation, citizens, floor=True)
    without, _, _ = _numbers(nation, citizens, floor=False)
    return (round(with_floor - without, 3), lifted) == (Fraction("38.328"), 10)


def _nation_is_known() -> bool:
    nation, citizens = _packaged()
    return (_numbers(nation, citizens, floor=False)[1], _numbers(nation, citizens, floor=True)[1]) == (3774, 3812)


def _layouts_agree(folder: Path, progress: ProgressLines) -> bool:
    from fordel_dask.cli.nation import write_nation
    from fordel_dask.cli.registers import ingest_registers
    from fordel_dask.cli.run import AS_USUAL, run_store
    from fordel_dask.graph import Place

    write_nation(folder / "registers", {"citizens": SELFTEST_CITIZENS, "seed": 1}, Threads(2), progress)
    results = []
    for partitions, threads in ((1, 1), (7, 2)):
        store, run = folder / f"{partitions}.store", folder / f"{partitions}.run"
        ingest_registers(folder / "registers", store, partitions, Place(threads), progress)
        run_store(store, run, "national-2025", AS_USUAL, Place(threads), progress)
        results.append([(run / name).read_bytes() for name in RESULT_FILES])
    return results[0] == results[1]
