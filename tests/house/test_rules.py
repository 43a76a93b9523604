"""Every rule R1–R54 is followed by a function and held by a test, or says why a program cannot follow it."""

import importlib

import pytest

from fordel_dask.law.rules import IN_FORCE, NOT_YET, OUT_OF_REACH, all_rules
from tests.lib.marked_rules import FILE, as_text, marked_rules

RENEW = "The marks of the tests have changed: python -m tests.lib.marked_rules"


def resolved(dotted):
    """Find a function by its dotted name, attribute by attribute below the longest name that is a module."""
    parts = dotted.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for name in parts[length:]:
            found = getattr(found, name)
        return found
    raise ModuleNotFoundError(dotted)


def test_the_list_of_tests_is_that_of_their_marks():
    assert FILE.read_text("utf-8") == as_text(marked_rules()), RENEW


def test_tests_are_marked_with_rules_that_there_are():
    assert set(marked_rules()) <= {rule.id for rule in all_rules()}


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.id)
def test_a_rule_in_force_names_functions_that_there_are_and_is_held_by_a_test(rule):
    if rule.state == IN_FORCE:
        assert all(resolved(name) is not None for name in rule.follows)
        assert rule.tests, f"no test is marked with {rule.id}"
        assert not rule.why
    else:
        assert rule.why.endswith(".")
        assert rule.state in (OUT_OF_REACH, NOT_YET)
