"""What lies between the tables of a release, each once used to work out a count that was kept back."""

from dataclasses import asdict, replace
from fractions import Fraction

import numpy as np
import pytest

from fordel_dask.disclosure import Block, Limit, Part, Rules, Term, faults_of, protect
from fordel_dask.releasing.beside import interval_rows
from fordel_dask.releasing.counted import NO_CLINIC
from fordel_dask.releasing.history import cells_shown
from fordel_dask.releasing.ledger import Ledger, add_entry, read_ledger
from fordel_dask.releasing.proposal import propose
from fordel_dask.releasing.protected import CLINICS, FLOWS, MUNICIPALITIES, SAMPLE, protected
from fordel_dask.releasing.telling import Areas
from fordel_dask.schema import release
from tests.lib.attacks import variant_of
from tests.lib.invented_nations import corrected, invent
from tests.lib.invented_releases import Weighed

RULES = Rules()


def block(counts, **more):
    """One table of two terms, all rows told and in no group."""
    counts = tuple(np.array(own, np.int64) for own in counts)
    rows = len(counts[0])
    alone = np.full(rows, -1, np.int64)
    terms = (Term("age_sex", ("child", "grown")), Term("labour_market", ("outside", "(reference)")))
    persons = counts[0].sum(axis=1)
    names = tuple(f"row {at}" for at in range(rows))
    return Block("areas", names, np.ones(rows, bool), alone, (), False, alone, persons, terms, counts, **more)


ONLY_GROWN = Limit(1, np.array([True, False]), 0, np.array([False, True]))


def test_nobody_is_outside_the_labour_market_in_another_nation_who_is_a_child_in_this_one():
    table = block([[[90, 3], [90, 30], [90, 300]], [[3, 90], [20, 100], [200, 190]]], limits=(ONLY_GROWN,))
    pattern = protect(table, [], RULES)
    for world in pattern.worlds:
        counts = [own.copy() for own in table.counts]
        for row, level, moved in world.corners():
            counts[world.term][row, level] += moved
        assert (ONLY_GROWN.room(counts) >= 0).all()
    without = protect(replace(table, limits=()), [], RULES)
    assert [fault for fault in faults_of(replace(without, block=table), RULES, [], []) if "contradict" in fault]


def test_another_nation_has_no_larger_sample_than_patients():
    counts = [[[40, 3], [60, 50], [60, 50]], [[20, 23], [50, 60], [50, 60]]]
    spare = (np.array([0, 0]), np.array([0, 0]))
    table = block(counts, part=Part(np.array([True, False, True]), spare))
    pattern = protect(table, [], RULES)
    assert pattern.worlds
    assert all(world.partner != 1 and world.row != 1 for world in pattern.worlds)


def test_flows_list_every_pair_so_that_none_is_told_by_being_left_out():
    counted = Weighed(invent(8), "national", 8).counted
    proposal = propose(counted, [], RULES, Ledger(None, ()))
    flows = next(table for table in proposal.tables if table.declared is release.FLOWS)
    pattern = proposal.base.patterns[FLOWS]
    assert (
        len(flows.rows) == len(pattern.block.rows) * len(pattern.block.terms[0].levels) > len(counted.tables["flows"])
    )


def test_counts_of_another_sample_do_not_stand_beside_the_bases():
    nation = invent(3)
    base, other = Weighed(nation, "national", 3).counted, variant_of(nation, 3).counted
    assert other.sampled != base.sampled
    proposal = propose(base, [other], RULES, Ledger(None, ()))
    weights = [table for table in proposal.tables if table.declared is release.WEIGHTS]
    at = [column.name for column in release.WEIGHTS.columns].index("citizens")
    assert any(row[at] for row in weights[0].rows)
    assert not any(row[at] for row in weights[1].rows)


def test_an_unregistered_clinic_of_a_few_patients_is_hidden_by_citizens_without_any():
    nation = lone_stranger(without_clinic=40)
    kept = protected(Weighed(nation, "national", 1).counted, RULES, {})
    clinics = kept.patterns[CLINICS]
    assert {row for row, gone in zip(clinics.block.rows, clinics.withheld, strict=True) if gone} >= {NO_CLINIC}
    assert FLOWS not in {name for name, pattern in kept.patterns.items() if pattern.given_up}


def test_flows_stay_where_they_would_tell_an_unregistered_clinic_of_a_few_patients():
    kept = protected(Weighed(lone_stranger(without_clinic=0), "national", 1).counted, RULES, {})
    assert kept.patterns[FLOWS].given_up
    assert kept.patterns[SAMPLE].withheld[0] or kept.patterns[CLINICS].withheld.sum() > 1


def lone_stranger(without_clinic):
    """Give a nation in which three citizens have a clinic that no register knows."""
    nation = invent(1)
    seat = np.append(nation.seat[nation.seat >= 0], -1)
    clinic = np.random.default_rng(1).integers(0, len(seat) - 1, len(nation.people.home))
    clinic[:3] = len(seat) - 1
    clinic[3 : 3 + without_clinic] = -1
    types = ("plo",) * (len(seat) - 1) + ("",)
    return replace(nation, seat=seat, clinic_types=types, people=replace(nation.people, clinic=clinic))


@pytest.mark.parametrize("exact", ["0.400000", "0.700000"])
def test_an_interval_stands_about_what_is_told_and_not_about_the_exact_figure(exact):
    counted = Weighed(invent(2), "national", 2).counted
    code = counted.tables["municipalities"][0]["municipality_code"]
    ends = {"low": f"{float(exact) - 0.1:.6f}", "high": f"{float(exact) + 0.1:.6f}"}
    row = {"kind": "municipality", "code": code, "level": "", "figure": "need", "value": exact, **ends, "flag": ""}
    counted = replace(counted, tables={**counted.tables, "intervals": [row]})
    kept = protected(counted, RULES, {})
    areas = Areas(kept.told(counted))
    (told,) = interval_rows(areas, release.INTERVALS)
    middle = (Fraction(told[4]) + Fraction(told[5])) / 2
    assert abs(middle - areas.told_need("municipality", code)) <= Fraction(1, 100)
    assert not kept.patterns[MUNICIPALITIES].withheld[0]


@pytest.mark.parametrize("seed", [0, 1, 15, 28])
def test_what_was_kept_back_of_about_the_same_citizens_is_kept_back_again(seed, tmp_path):
    nation = invent(seed)
    first, second = (Weighed(of, "national", seed).counted for of in (nation, corrected(nation, seed)))
    before = propose(first, [], RULES, read_ledger(tmp_path / "ledger"))
    content = {"date": "", "base": "", "identity": asdict(before.identity)}
    add_entry(read_ledger(tmp_path / "ledger"), content, before.shown())
    after = propose(second, [], RULES, read_ledger(tmp_path / "ledger"))
    was, now = (set(cells_shown(of.base.patterns, int)) for of in (before, after))
    for name, pattern in before.base.patterns.items():
        for term, row, level in pattern.kept_back():
            cell = (
                name,
                pattern.block.rows[row],
                pattern.block.terms[term].name,
                pattern.block.terms[term].levels[level],
            )
            assert cell not in was | now
    assert after.base.faults == ()
