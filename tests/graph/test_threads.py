"""Threads: results in order, sums as they come, and the first failure stops the rest."""

import time

import pytest

from fordel_dask.errors import CoverageError
from fordel_dask.graph.executor import Threads
from tests.lib.tasks import refuse_from_seven, square, word


@pytest.fixture(params=[1, 2, 5], ids=["one thread", "two threads", "five threads"])
def threads(request):
    return Threads(request.param)


def test_results_come_in_the_order_of_the_items(threads):
    assert threads.map(square, range(40), "squares") == [n * n for n in range(40)]
    assert threads.map(square, [], "nothing") == []


def test_the_total_is_added_in_the_order_of_the_items(threads):
    assert threads.total(word, range(40), "words").text == "".join(f"{n};" for n in range(40))


def test_progress_is_told_task_by_task(threads):
    told = []
    for work in (threads.map, threads.total):
        work(square, range(5), "squares", lambda *what: told.append(what))
    assert told == 2 * [(1, 5), (2, 5), (3, 5), (4, 5), (5, 5)]


def test_of_several_failures_the_first_in_order_is_raised(threads):
    for work in (threads.map, threads.total):
        with pytest.raises(CoverageError, match="refused 7"):
            work(refuse_from_seven, range(12), "refusals")


def test_a_total_holds_only_a_few_results_that_wait_for_an_earlier_one():
    begun, when_the_first_ended = [], []

    def slow_first(number):
        begun.append(number)
        if number == 0:
            while len(begun) < 4:  # the others go on meanwhile, but no further than twice the threads
                time.sleep(0.001)
            time.sleep(0.2)
            when_the_first_ended.append(len(begun))
        return number

    assert Threads(2).total(slow_first, range(50), "sums") == sum(range(50))
    assert when_the_first_ended == [4]


def test_no_task_begins_after_a_failure():
    begun = []

    def fail_at_two(number):
        begun.append(number)
        return refuse_from_seven(7 if number == 2 else number % 7)

    with pytest.raises(CoverageError):
        Threads(2).total(fail_at_two, range(100), "refusals")
    assert len(begun) <= 2 + 2 * 2
