"""Misspelt scenario files: every problem is told, and the name that was meant."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from fordel_dask.errors import ModelError
from fordel_dask.gathering import Faults
from fordel_dask.law.parameters import parameters
from fordel_dask.model.finding import Source
from fordel_dask.model.forms import form_of, shown
from fordel_dask.model.scenario import case_of
from fordel_dask.model.written import _written, read_written

KEYS = sorted(parameters())
CHOSEN = [key for key in KEYS if form_of(key).words and form_of(key).type == "string" and not form_of(key).is_list]


def misspelt(name, at, letter):
    """Give a name with one letter too many."""
    at %= len(name) + 1
    return name[:at] + letter + name[at:]


def problems(text):
    faults = Faults()
    read_written(Source("own", "own.toml", text, Path()), faults)
    return [str(error) for error in faults.found]


@given(st.sampled_from(KEYS), st.integers(0, 60), st.sampled_from("xyzq"))
def test_a_key_with_a_letter_too_many_is_told_with_the_one_that_was_meant(key, at, letter):
    group, last = key.split(".")
    (told,) = problems(f"{group}.{misspelt(last, at, letter)} = 1")
    assert f"The nearest is '{key}'" in told


@given(st.lists(st.tuples(st.sampled_from(KEYS), st.sampled_from("xyzq")), unique_by=lambda one: one[0], max_size=6))
def test_every_wrong_key_of_a_file_is_told(wrong):
    found = problems("\n".join(f"{key}{letter} = 1" for key, letter in wrong))
    assert len(found) == len(wrong)
    assert all(any(f"'{key}{letter}'" in line for line in found) for key, letter in wrong)


@given(st.data(), st.sampled_from(CHOSEN), st.integers(0, 30), st.sampled_from("xyzq"))
def test_a_choice_with_a_letter_too_many_is_told_with_the_one_that_was_meant(data, key, at, letter):
    choice = str(data.draw(st.sampled_from(form_of(key).words)))
    (told,) = problems(f"{key} = {shown(misspelt(choice, at, letter))}")
    assert "expected one of" in told
    assert f"The nearest is '{choice}'" in told


ONE = st.one_of(
    *(
        st.booleans(),
        st.integers(),
        st.floats(),
        st.decimals().filter(lambda one: not one.is_snan()),
        st.dates(),
        st.datetimes(),
        st.text(max_size=9),
    ),
    *(st.sampled_from([word for key in KEYS for word in form_of(key).words]), st.just("HOME_CARE 1 2")),
)
CHANGE = st.sampled_from(["add", "remove", "k"])
VALUES = st.recursive(ONE, lambda one: st.lists(one, max_size=3) | st.dictionaries(CHANGE, one, max_size=2))
WRITTEN = st.sampled_from([*KEYS, "cases", "needs", "runs", "id", "changes", "k", "extra"])


@given(st.dictionaries(WRITTEN, VALUES, max_size=5))
def test_whatever_is_written_becomes_a_model_or_is_refused(content):
    faults = Faults()
    written = _written(Source("own", "own.toml", "", Path()), dict(content), faults)
    case = case_of("own", ("", ""), written.changes, faults, written.unread)
    assert faults or case.model.hash


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused_and_nothing_else(text):
    try:
        problems(text)
    except ModelError as refused:
        raise AssertionError("problems are noted, not raised") from refused
