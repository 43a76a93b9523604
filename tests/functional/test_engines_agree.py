"""Random small nations: every way to the numbers gives the same, to the last digit."""

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor

import pytest

from tests.lib.engines import judge_nations, local_cluster, sql_disagreements
from tests.lib.sql_model import SqlNumbers

CASES = 1000 if os.environ.get("HYPOTHESIS_PROFILE") == "nightly" else 300
FIRST_SEED = 40_000
ALONGSIDE = 2
"""Processes that invent and judge nations at the same time; they share one cluster."""


def told(verdicts):
    return {verdict.seed: verdict.disagreements for verdict in verdicts if verdict.disagreements}


def test_one_thread_three_threads_the_reference_and_sql_agree_on_a_few_nations():
    verdicts = judge_nations([40_001, 40_004, 40_006])
    assert told(verdicts) == {}
    assert sum(verdict.estimated for verdict in verdicts) >= 2


@pytest.mark.long
def test_all_engines_agree_on_random_nations(evidence):
    seeds = list(range(FIRST_SEED, FIRST_SEED + CASES))
    with (
        local_cluster(workers=2, threads=1) as cluster,
        ProcessPoolExecutor(ALONGSIDE, multiprocessing.get_context("spawn")) as pool,
    ):
        shares = [pool.submit(judge_nations, seeds[n::ALONGSIDE], cluster.scheduler) for n in range(ALONGSIDE)]
        verdicts = [verdict for share in shares for verdict in share.result()]
    assert told(verdicts) == {}
    assert len(verdicts) == CASES
    estimated = sum(verdict.estimated for verdict in verdicts)
    assert estimated > CASES * 0.6  # the others are refused, by all engines alike
    evidence.note(
        "R20",
        "random nations of 60–400 citizens: reference model, 1 thread, 3 threads, Dask processes, DuckDB in SQL",
        CASES,
        "equal to the last digit; a nation too small to estimate is refused by all alike",
    )


def test_a_coefficient_of_another_last_digit_is_told():
    level = ("origin", "menapt")
    header = "ydernummer,patients,weighted_patients,minimum_patients\n"
    for coefficient, told in (("1.500000", 0), ("1.500001", 1)):
        weights = f"term,level,citizens,coefficient_kr\norigin,menapt,3,{coefficient}\n"
        numbers = SqlNumbers({level: (3, 700, 1_500_000)}, {}, {}, {}, projected=True)
        assert len(list(sql_disagreements({"weights": weights, "clinics": header}, numbers))) == told
