"""A bundle tells what it can: weights of smaller models and samples, held against least squares on single citizens."""

import dataclasses
import json
import random
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fordel_dask.bundle import (
    FEWEST_CLINICS,
    Bundle,
    CouncilSums,
    Scores,
    Sums,
    bundle_text,
    read_bundle,
    refit,
)
from fordel_dask.bundling import council_groups
from fordel_dask.errors import EstimationError, IntegrityError, ModelError
from fordel_dask.exact import invert, numerators_of, published
from fordel_dask.model.design import Design, Term

DAYS = 365
TERMS = (Term("age_sex", ("M", "F"), False), Term("origin", ("other", "menapt")), Term("somatic", ("0", "1", "2+")))
DESIGN = Design(TERMS)
CLINICS = {"east": 4, "north": 3, "west": 5}
CELLS = [(sex, origin, count) for sex in range(2) for origin in range(2) for count in range(3)]


@dataclasses.dataclass(frozen=True)
class Citizen:
    """One of the estimation sample: fee in øre, exposure in days, level of each term."""

    council: str
    clinic: str
    levels: tuple[int, ...]
    exposure: int
    fee: int

    @property
    def x(self):
        sex, origin, count = self.levels
        return [int(sex == 0), int(sex == 1), int(origin == 1), int(count == 1), int(count == 2)]


def people(seed=3, each=12, cells=CELLS):
    rng = random.Random(seed)
    return [
        Citizen(council, f"{council}{n}", rng.choice(cells), rng.randint(1, DAYS), rng.randint(0, 400_000))
        for council, clinics in CLINICS.items()
        for n in range(clinics)
        for _ in range(each)
    ]


def sums_of(citizens):
    x = np.array([c.x for c in citizens], dtype=object).reshape(len(citizens), 5)
    exposure, fee = (np.array([getattr(c, name) for c in citizens], dtype=object) for name in ("exposure", "fee"))
    gram = x.T @ (exposure[:, None] * x)
    return Sums(
        clinics=len({c.clinic for c in citizens}),
        citizens=len(citizens),
        exposure_days=int(exposure.sum()),
        fee_oere=int(fee.sum()),
        level_citizens=tuple(map(int, x.sum(axis=0))),
        gram=tuple(int(gram[i, j]) for i in range(5) for j in range(i, 5)),
        moments=tuple(map(int, x.T @ fee)),
    )


def bundle_of(citizens):
    """Give the bundle of citizens who are the sample and all that are scored."""
    nation = sums_of(citizens)
    gram = [[nation.of(i, j) for j in range(5)] for i in range(5)]
    inverse = invert(gram)
    micro = published(inverse, numerators_of(inverse, [DAYS * value for value in nation.moments]))
    predicted = [sum(x * beta for x, beta in zip(c.x, micro, strict=True)) for c in citizens]
    return Bundle(
        program="0.0.0",
        model={"name": "small"},
        year=2026,
        year_days=DAYS,
        design=DESIGN,
        estimated=tuple(range(5)),
        micro=micro,
        scores=Scores("clustered", tuple(range(15))),
        citizens=len(citizens),
        level_citizens=nation.level_citizens,
        clamp_micro=sum(max(-value, 0) for value in predicted),
        nation=nation,
        councils=tuple(CouncilSums((name,), sums_of([c for c in citizens if c.council == name])) for name in CLINICS),
        names={name: name.title() for name in CLINICS},
    )


def by_least_squares(citizens, everyone, x_of):
    """Give coefficients in kroner and the mean of what is predicted, from single citizens."""
    x = np.array([x_of(c) for c in citizens], float)
    exposure = np.array([c.exposure for c in citizens], float)
    annual = np.array([c.fee for c in citizens]) * DAYS / exposure
    root = np.sqrt(exposure)
    beta = np.linalg.lstsq(x * root[:, None], annual * root, rcond=None)[0] / 100
    return beta, np.maximum(np.array([x_of(c) for c in everyone]) @ beta, 0).mean()


SMALLER = {
    "its own": ((), (), lambda c: c.x),
    "without a term": (("origin",), (), lambda c: [*c.x[:2], *c.x[3:]]),
    "without the term that everybody has a level of": (("age_sex",), (), lambda c: [1, *c.x[2:]]),
    "without a council": ((), ("North",), lambda c: c.x),
    "without two terms and a council": (("somatic", "ORIGIN"), ("west",), lambda c: c.x[:2]),
}


@pytest.mark.parametrize(("without", "left_out", "x_of"), SMALLER.values(), ids=SMALLER)
def test_weights_are_those_of_least_squares_on_single_citizens(without, left_out, x_of):
    everyone = people()
    found = refit(bundle_of(everyone), without, left_out)
    sample = [c for c in everyone if c.council not in {name.casefold() for name in left_out}]
    coefficients, mean = by_least_squares(sample, everyone, x_of)
    np.testing.assert_allclose([row.coefficient_micro / 1e6 for row in found.rows], coefficients, atol=1e-6)
    if found.mean_raw is not None:
        assert float(found.mean_raw) / 1e6 == pytest.approx(mean, abs=1e-5)
    assert found.citizens == len(sample)
    assert [row.error_micro is None for row in found.rows] == [bool(without or left_out)] * len(found.rows)


def test_where_a_combination_of_levels_is_predicted_less_than_nothing_weights_are_empty_and_it_is_said():
    fees = {(0, 0, 0): 50_000, (1, 0, 0): 50_000, (0, 1, 0): 10_000, (0, 0, 1): 20_000, (0, 0, 2): 10_000}
    everyone = [dataclasses.replace(c, exposure=DAYS, fee=fees[c.levels]) for c in people(cells=list(fees))]
    found = refit(bundle_of(everyone), (), ("east",))
    assert [row.coefficient_micro // 10**6 for row in found.rows] == [500, 500, -400, -300, -400]
    assert found.mean_raw is None
    (note,) = [note for note in found.notes if note.startswith("Weights are empty")]
    assert f"at least {sum(fees[c.levels] for c in everyone) / len(everyone) / 100:,.2f}" in note
    assert refit(bundle_of(everyone), ("origin", "somatic"), ("east",)).mean_raw is not None


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6), spread=st.integers(1, 400_000), without=st.sampled_from(["", "origin", "age_sex"]))
def test_the_mean_raw_weight_is_exact_or_lies_between_the_bounds_that_are_told(seed, spread, without):
    rng = random.Random(seed)
    levels = {cell: rng.randint(0, spread) for cell in CELLS}
    everyone = [dataclasses.replace(c, fee=levels[c.levels]) for c in people(seed)]
    bundle = bundle_of(everyone)
    dropped = (without,) if without else ()
    found = refit(bundle, dropped, ("east",))
    x_of = {"": SMALLER["its own"], "origin": SMALLER["without a term"]}.get(
        without, SMALLER["without the term that everybody has a level of"]
    )[2]
    sample = [c for c in everyone if c.council != "east"]
    _, mean = by_least_squares(sample, everyone, x_of)
    if found.mean_raw is not None:
        assert float(found.mean_raw) / 1e6 == pytest.approx(mean, rel=1e-6, abs=1e-5)
    else:
        (note,) = [note for note in found.notes if note.startswith("Weights are empty")]
        low, high = (float(note.split(word)[1].split()[0].replace(",", "")) for word in ("at least", "at most"))
        assert low - 0.01 <= mean <= high + 0.01


def test_the_bundles_own_model_knows_what_was_lifted_to_nothing():
    bundle = bundle_of(people())
    predicted = sum(n * beta for n, beta in zip(bundle.level_citizens, bundle.micro, strict=True))
    lifted = dataclasses.replace(bundle, clamp_micro=7_000_000)
    assert refit(lifted).mean_raw == Fraction(predicted + 7_000_000, bundle.citizens)


REFUSED = {
    "an unknown term": (("orgin",), (), ModelError, "The nearest is 'origin'"),
    "an unknown council": ((), ("nrth",), ModelError, "The nearest is 'north'"),
    "all councils": ((), ("east", "north", "west"), EstimationError, "at least two are needed"),
}


@pytest.mark.parametrize(("without", "left_out", "kind", "word"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_is_refused(without, left_out, kind, word):
    with pytest.raises(kind, match=word):
        refit(bundle_of(people()), without, left_out)


def test_a_level_that_only_a_left_out_council_had_is_named():
    everyone = [c for c in people() if c.council == "west" or c.levels[2] != 2]
    with pytest.raises(EstimationError, match=r"Nobody with somatic 2\+ is left"):
        refit(bundle_of(everyone), (), ("west",))
    assert refit(bundle_of(everyone), ("somatic",), ("west",)).clinics == 7


def test_levels_that_can_no_longer_be_told_apart_are_named():
    everyone = [c for c in people() if c.council == "west" or c.levels[1] == int(c.levels[2] == 2)]
    with pytest.raises(EstimationError, match=r"somatic 2\+ depend on the terms before them"):
        refit(bundle_of(everyone), (), ("west",))


def test_councils_that_are_summed_together_are_left_out_together():
    bundle = bundle_of(people())
    east, north, west = bundle.councils
    pooled = dataclasses.replace(bundle, councils=(CouncilSums(("east", "north"), east.sums + north.sums), west))
    with pytest.raises(ModelError, match="--leave-out east --leave-out north"):
        refit(pooled, (), ("north",))
    assert refit(pooled, (), ("north", "east")) == refit(bundle, (), ("east", "north"))


@given(st.lists(st.integers(0, 6), min_size=1, max_size=20))
def test_no_councils_few_clinics_stand_alone_nor_can_be_found_by_taking_others_away(clinics):
    groups = council_groups(clinics)
    assert sorted(place for group in groups for place in group) == list(range(len(clinics)))
    summed = [sum(clinics[place] for place in group) for group in groups]
    if sum(clinics) >= FEWEST_CLINICS:
        assert all(total == 0 or total >= FEWEST_CLINICS for total in summed)
    else:
        assert sum(total > 0 for total in summed) <= 1
    assert all(clinics[group[0]] >= FEWEST_CLINICS or not clinics[group[0]] for group in groups if len(group) == 1) or (
        sum(clinics) < FEWEST_CLINICS
    )


@given(st.integers(1, 40), st.integers(0, 10**6))
def test_a_bundle_comes_back_from_its_file_to_the_last_digit(power, seed):
    bundle = bundle_of(people(seed))
    bundle = dataclasses.replace(bundle, scores=Scores("clustered", (10**power + 7,) * 15), clamp_micro=-(2**power))
    content = json.loads(bundle_text(bundle))
    assert all(abs(value) <= 2**53 for value in whole_numbers(content))
    assert [int(value) for value in content["scores"]["products"]] == [10**power + 7] * 15


def whole_numbers(content):
    if isinstance(content, dict | list):
        for one in content.values() if isinstance(content, dict) else content:
            yield from whole_numbers(one)
    elif isinstance(content, int):
        yield content


def test_a_bundle_that_was_read_is_what_was_written(tmp_path):
    bundle = bundle_of(people())
    path = tmp_path / "bundle.json"
    path.write_text(bundle_text(bundle), "utf-8")
    again = read_bundle(path)
    assert again == bundle
    assert bundle_text(again) == path.read_text("utf-8")


@settings(max_examples=150, deadline=None)
@given(place=st.integers(0, 10**6), bit=st.integers(0, 7))
def test_a_bundle_with_a_flipped_bit_is_refused_or_says_the_same(place, bit, tmp_path_factory):
    bundle = bundle_of(people())
    content = bytearray(bundle_text(bundle).encode())
    content[place % len(content)] ^= 1 << bit
    path = tmp_path_factory.mktemp("flipped") / "bundle.json"
    path.write_bytes(content)
    try:
        assert read_bundle(path) == bundle
    except IntegrityError as refused:
        assert "bundle" in str(refused)


def sealed_again(change):
    from fordel_dask.seals import sealed

    content = json.loads(bundle_text(bundle_of(people())))
    del content["seal"]
    change(content)
    return json.dumps(sealed(content))


NO_BUNDLES = {
    "nothing": "",
    "another file": '{"kind": "run"}',
    "a list": "[]",
    "deep": "[" * 100_000,
    "another format": sealed_again(lambda content: content.update(format=2)),
    "other sums of a council": sealed_again(lambda content: content["councils"][0].update(citizens=1)),
    "a short list": sealed_again(lambda content: content["nation"]["gram"].pop()),
    "a lost part": sealed_again(lambda content: content.pop("nation")),
    "no numbers": sealed_again(lambda content: content.update(level_citizens=["a"] * 5)),
    "no seal": json.dumps({"kind": "fordel bundle", "format": 1}),
}


@pytest.mark.parametrize("text", NO_BUNDLES.values(), ids=NO_BUNDLES)
def test_what_is_no_bundle_is_refused(text, tmp_path):
    (tmp_path / "bundle.json").write_text(text, "utf-8")
    with pytest.raises(IntegrityError):
        read_bundle(tmp_path / "bundle.json")


def test_a_directory_is_answered_with_the_file_in_it(tmp_path):
    (tmp_path / "bundle.json").write_text("", "utf-8")
    with pytest.raises(IntegrityError, match=r"Give the file: .*bundle.json"):
        read_bundle(tmp_path)


def test_sums_that_do_not_give_their_own_coefficients_are_refused():
    bundle = bundle_of(people())
    with pytest.raises(IntegrityError, match="do not give its own coefficients"):
        refit(dataclasses.replace(bundle, micro=(0,) * 5))
