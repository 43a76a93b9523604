"""What may not be told of few persons, and what is kept back with it: small nations that can be checked by hand."""

import itertools

import numpy as np
import pytest

from fordel_dask.disclosure import KEPT_BACK, Block, Changed, Figure, Rules, faults_of, protect, steps_of, term_of, told
from fordel_dask.disclosure.rules import dominates
from fordel_dask.errors import UsageError


def nation(counts, persons, councils=None, levels=("ill",), told=None):
    """A block of municipalities by one trait; ``councils`` are those they lie in."""
    counts, persons = np.array(counts).reshape(len(persons), -1), np.array(persons)
    councils = councils or ["north"] * len(persons)
    names = sorted(set(councils))
    group = np.array([names.index(council) for council in councils])
    pairs = term_of("health", tuple(levels), counts, persons)
    return Block(
        "municipalities",
        tuple(f"{row:03}" for row in range(len(persons))),
        np.ones(len(persons), bool) if told is None else np.array(told),
        group,
        tuple(names),
        True,
        group,
        persons,
        tuple(term for term, _ in pairs),
        tuple(of for _, of in pairs),
    )


USUAL = Rules()


def shown(block, rules=USUAL, **more):
    """What a table would list of the trait, by municipality; nothing where it is kept back."""
    pattern = protect(block, [], rules, **more)
    assert faults_of(pattern, rules, [], []) == []
    counts, hidden = block.counts[0], pattern.hidden[0]
    return [None if hide[0] else int(count[0]) for count, hide in zip(counts, hidden, strict=True)], pattern


def test_three_ill_citizens_are_not_told_and_neither_is_a_neighbour_from_whom_they_could_be_worked_out():
    ill, pattern = shown(nation([3, 40, 60], [500, 800, 900]))
    assert ill[0] is None
    assert [count for count in ill if count is None] == [None, None]
    assert not pattern.hidden_groups[0].any()


def test_five_ill_citizens_may_be_told():
    assert shown(nation([5, 40], [500, 800]))[0] == [5, 40]


def test_a_threshold_below_three_is_refused():
    with pytest.raises(UsageError, match="never shown"):
        Rules(threshold=2)


def test_two_small_municipalities_hide_each_other_only_with_a_third_that_could_have_given_them_more():
    ill, pattern = shown(nation([2, 1, 50], [500, 800, 900]))
    assert ill == [None, None, None]
    assert all(abs(world.moved) >= 1 for world in pattern.worlds)


def test_that_nobody_is_ill_is_told_unless_the_rule_says_no():
    block = nation([0, 40, 30, 50], [500, 800, 900, 900])
    assert shown(block)[0][0] == 0
    assert shown(block, Rules(zero="hide"))[0][0] is None


def test_that_everybody_is_ill_is_not_told_unless_the_rule_says_so():
    block = nation([500, 40, 30], [500, 800, 900])
    assert shown(block)[0][0] is None
    assert shown(block, Rules(everybody="show"))[0][0] == 500


def test_that_all_but_two_are_ill_is_as_telling_as_that_two_are():
    assert shown(nation([498, 40, 30], [500, 800, 900]))[0][0] is None


def test_a_municipality_alone_in_its_council_is_hidden_with_its_council_and_with_another_one():
    ill, pattern = shown(nation([3, 40, 50], [500, 800, 900], ["isle", "north", "north"]))
    assert ill[0] is None
    assert pattern.hidden_groups[0][:, 0].all()


def test_three_ill_in_a_whole_council_are_not_told_for_the_council_either():
    _, pattern = shown(nation([1, 2, 40, 50], [500, 600, 800, 900], ["isle", "isle", "north", "north"]))
    assert pattern.hidden_groups[0][0, 0]


def test_of_four_inhabitants_not_even_the_number_is_told_nor_that_of_the_smallest_neighbour():
    _, pattern = shown(nation([1, 40, 50], [4, 800, 900]))
    assert list(pattern.withheld) == [True, True, False]


def test_three_citizens_without_a_clinic_are_not_what_all_others_leave_over():
    pattern = protect(nation([40, 50, 2], [500, 800, 3], told=[True, True, False]), [], USUAL)
    assert list(pattern.withheld) == [True, False, True]


def test_levels_that_everybody_has_one_of_are_hidden_two_by_two_in_rows_and_columns():
    ages = nation([[3, 97, 400], [50, 60, 70], [80, 90, 100]], [500, 180, 270], levels=("young", "middle", "old"))
    pattern = protect(ages, [], Rules())
    assert ages.terms[0].levels == ("young", "middle", "old")
    assert list(pattern.hidden[0].sum(axis=1)) == [2, 2, 0] or list(pattern.hidden[0].sum(axis=1)) == [2, 0, 2]
    assert set(pattern.hidden[0].sum(axis=0)) == {0, 2}


def test_diseases_that_do_not_exclude_each_other_are_traits_of_their_own():
    both = nation([[300, 400], [20, 30]], [500, 60], levels=("asthma", "gout"))
    assert [term.levels for term in both.terms] == [("asthma", "(reference)"), ("gout", "(reference)")]


def test_an_area_too_small_for_any_exchange_tells_none_of_its_levels():
    ages = nation([[1, 1, 1, 1], [50, 60, 70, 80]], [4, 260], levels=tuple("abcd"))
    pattern = protect(ages, [], Rules(threshold=3))
    assert faults_of(pattern, Rules(threshold=3), [], []) == []
    assert (0, 0) in pattern.closed or pattern.given_up == {0}


def test_a_corrected_register_that_adds_two_ill_does_not_tell_so():
    block = nation([42, 40, 60], [502, 800, 900])
    changed = Changed(
        (np.array([[True, False], [False, False], [False, False]]),),
        np.zeros(3, bool),
        (np.zeros((1, 2), bool),),
        np.zeros(1, bool),
    )
    assert shown(block, changed=changed)[0][0] is None


def weighed(block, weight, sums, low=None, high=None):
    """A figure: one weight for the ill, nothing for the others."""
    councils = block.of_groups(np.array(sums))
    wide = np.full(len(sums), np.inf)
    return Figure(
        "model",
        (np.array([weight, 0.0]),),
        (0.0,),
        np.ones(len(sums)),
        np.array(sums, float),
        councils.astype(float),
        -wide if low is None else np.array(low),
        wide if high is None else np.array(high),
        np.full(len(councils), -np.inf),
        np.full(len(councils), np.inf),
    )


def test_weighted_citizens_are_told_so_coarsely_that_they_do_not_betray_the_ill():
    block = nation([3, 40, 60], [500, 800, 900])
    figure = weighed(block, 0.75, [512, 834, 951])
    pattern = protect(block, [figure], Rules())
    steps, _ = steps_of(pattern, figure)
    (world,) = [world for world in pattern.worlds if world.row == 0][:1]
    moved = 0.75 * world.moved
    assert steps[0] > 1
    assert told(512, int(steps[0])) == told(512 + moved, int(steps[0]))
    assert faults_of(pattern, Rules(), [figure], [steps_of(pattern, figure)]) == []


def test_a_number_of_the_law_is_never_moved_to_hide_somebody():
    block = nation([3, 40, 60], [500, 800, 900])
    near = weighed(block, 0.75, [512, 834, 951], low=[500, 833.9, 900], high=[530, 834.1, 1000])
    pattern = protect(block, [near], Rules())
    assert all(1 not in (world.row, world.partner) for world in pattern.worlds)


def test_where_a_sum_cannot_be_told_alike_it_is_not_told():
    block = nation([3, 40, 60], [500, 800, 900])
    steps, _ = steps_of(protect(block, [], Rules()), weighed(block, 9e9, [512, 834, 951]))
    assert KEPT_BACK in steps


def test_the_programs_own_audit_sees_a_count_that_was_forgotten():
    block = nation([3, 40, 60], [500, 800, 900])
    pattern = protect(block, [], Rules())
    pattern.hidden[0][:] = False
    assert any("too few persons" in fault for fault in faults_of(pattern, Rules(), [], []))


def test_the_programs_own_audit_sees_a_cell_that_its_total_betrays():
    block = nation([3, 40, 60], [500, 800, 900])
    pattern = protect(block, [], Rules())
    pattern.hidden[0][1:] = False
    assert any("differs in what is shown" in fault for fault in faults_of(pattern, Rules(), [], []))


@pytest.mark.parametrize(("largest", "second", "total", "shows_one"), [(90, 5, 100, True), (50, 45, 100, False)])
def test_money_of_which_one_clinic_has_nearly_all_is_that_clinics(largest, second, total, shows_one):
    assert dominates(largest, second, total, Rules(dominance=85, prior=5)) == shows_one


def test_a_clinic_that_knows_its_own_money_must_not_learn_its_neighbours():
    assert dominates(80, 19, 100, Rules(dominance=85, prior=10))


def test_every_small_table_is_either_shown_or_kept_back_with_a_proof():
    for counts in itertools.product((0, 1, 4, 5, 9), repeat=3):
        for rules in (Rules(), Rules(threshold=3), Rules(zero="hide")):
            shown(nation(list(counts), [30, 40, 50]), rules)
