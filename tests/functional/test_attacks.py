"""Attacks on releases: nobody outside can work out a count that was kept back because it is of too few."""

import json

import pytest

from fordel_dask.disclosure import Rules
from fordel_dask.releasing import protected
from fordel_dask.releasing.ledger import Ledger
from fordel_dask.releasing.proposal import propose
from tests.lib import attacks, real_releases
from tests.lib.attacker import Attack
from tests.lib.attacks import (
    after_correction,
    alone,
    blank_the_few,
    found,
    in_whole_numbers,
    known_of,
    leaf_of,
    told_where_nothing_changed,
    with_variant,
)
from tests.lib.commands import done
from tests.lib.invented_nations import invent
from tests.lib.invented_releases import Weighed
from tests.lib.leaves import read_leaf
from tests.lib.other_nations import contradictions, true_values

ALL = 200
MOST = 0.8
"""Share of nations at least in which the attack works once protection is off."""

ATTACKS = {
    alone: "a linear programme over everything in a release",
    with_variant: "a linear programme over a release and its variant with other weights",
    after_correction: "a linear programme over two releases, a few citizens put right between them",
    told_where_nothing_changed: "the same, by somebody who knows in which areas nothing was put right",
    in_whole_numbers: "a programme in whole persons over everything in a release",
}


def recovers_nothing(attack, seeds, tmp_path, evidence):
    seen = [attack(seed, tmp_path / f"ledger-{seed}") for seed in seeds]
    told = {one.seed: one.told for one in seen if one.told}
    assert told == {}
    attacked, beside = sum(one.attacked for one in seen), sum(one.beside for one in seen)
    assert attacked > 20 * len(seen)
    result = f"0 recovered of {attacked:,} counts kept back; {beside:,} of larger groups, beside them"
    for goal in ("S3", "S4") if attack in (after_correction, told_where_nothing_changed) else ("S3",):
        evidence.note(goal, f"nations attacked by {ATTACKS[attack]}", len(seen), result)


@pytest.mark.parametrize(("attack", "nations"), [(alone, 20), (with_variant, 6), (after_correction, 6)])
def test_an_attacker_recovers_no_count_of_a_few_persons(attack, nations, tmp_path, evidence):
    recovers_nothing(attack, range(nations), tmp_path, evidence)


def test_knowing_where_nothing_was_put_right_helps_nobody(tmp_path, evidence):
    recovers_nothing(told_where_nothing_changed, range(2), tmp_path, evidence)


def held_against_all_that_is_known(seeds, evidence):
    worlds = 0
    for seed in seeds:
        nation = Weighed(invent(seed), "national", seed)
        proposal = propose(nation.counted, [], Rules(), Ledger(None, ()))
        attack = Attack(known_of(nation.nation))
        attack.add(leaf_of(proposal), "these")
        assert attack.programme.violated(true_values(attack, nation)) == []
        assert contradictions(attack, nation, proposal, "these") == []
        worlds += sum(len(pattern.worlds) for pattern in proposal.base.patterns.values())
    assert worlds > 10 * len(seeds)
    result = f"all {worlds:,} other nations agree with everything that leaves and everything that is public"
    evidence.note("S3", "nations of which each proof was held against all that an attacker knows", len(seeds), result)


def test_an_attacker_cannot_tell_the_nation_from_any_of_the_others(evidence):
    held_against_all_that_is_known(range(12), evidence)


@pytest.mark.long
def test_an_attacker_cannot_tell_any_of_many_nations_from_others(evidence):
    held_against_all_that_is_known(range(1000, 1000 + ALL), evidence)


@pytest.mark.long
@pytest.mark.parametrize("attack", [alone, with_variant, after_correction, told_where_nothing_changed])
def test_an_attacker_recovers_no_count_of_a_few_persons_in_any_of_many_nations(attack, tmp_path, evidence):
    recovers_nothing(attack, range(1000, 1000 + ALL), tmp_path, evidence)


@pytest.mark.long
def test_looking_for_whole_persons_helps_nobody(tmp_path, evidence):
    recovers_nothing(in_whole_numbers, range(10), tmp_path, evidence)


@pytest.fixture
def unprotected(monkeypatch):
    """Switches protection off: what is few is blank, and nothing else."""
    monkeypatch.setattr(protected, "protect", blank_the_few)
    monkeypatch.setattr(protected, "_give_up_what_tells_others", lambda patterns, rules: None)


def test_with_protection_off_the_same_attack_recovers_counts_of_a_few_persons(unprotected, tmp_path, evidence):
    works_without_protection(range(6), tmp_path, evidence)


@pytest.mark.long
def test_with_protection_off_the_same_attack_recovers_counts_in_many_nations(unprotected, tmp_path, evidence):
    works_without_protection(range(1000, 1000 + ALL), tmp_path, evidence)


def works_without_protection(seeds, tmp_path, evidence):
    seen = [attacks.alone(seed, tmp_path / "ledger") for seed in seeds]
    broken = sum(bool(one.told) for one in seen)
    assert broken >= MOST * len(seen)
    result = f"recovered in {broken:,} of {len(seen):,} nations: {sum(len(one.told) for one in seen):,} counts"
    evidence.note("S3", "nations attacked with protection switched off", len(seen), result)


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    """A nation through the command line: registers, store, three RUNs, and the folder that leaves."""
    place = tmp_path_factory.mktemp("released")
    done("synth", "--citizens", 60_000, "--seed", 11, "--out", place / "registers")
    done("ingest", place / "registers", "--store", place / "store")
    runs = []
    for model in ("national-2025", "V37", "V31.double"):
        runs.append(place / model)
        done("run", place / "store", "--model", model, "--out", place / model, "--no-intervals")
    done("release", *runs, "--out", place / "proposal", "--ledger", place / "ledger", "--by", "anna")
    decisions = json.loads((place / "proposal" / "manifest.json").read_text("utf-8"))["decisions"]
    items = {decision["item"] for decision in decisions if decision["status"] == "review"}
    accepted = "".join(f'[[exception]]\nitem = "{item}"\nbecause = "a test"\n' for item in sorted(items))
    (place / "accepted.toml").write_text(accepted, encoding="utf-8")
    check = ("--check", place / "proposal", "--out", place / "leaves", "--ledger", place / "ledger", "--by", "bent")
    done("release", *check, "--exceptions", place / "accepted.toml")
    return place / "leaves"


@pytest.mark.long
def test_what_the_command_line_lets_leave_tells_no_count_of_a_few_persons(released, evidence):
    leaf = read_leaf(released)
    attack = Attack(real_releases.known_of(leaf))
    attack.add(leaf, "these")
    one = found(11, attack)
    assert one.told == {}
    done_to = "releases of the command line, with two variants, attacked by a linear programme"
    evidence.note("S3", done_to, 1, f"0 recovered of {one.attacked:,} counts kept back")
