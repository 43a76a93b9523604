"""The only door out: what leaves, who lets it, and what the ledger remembers."""

import csv
import json
import shutil
from collections import Counter
from dataclasses import replace
from fractions import Fraction

import pytest

from fordel_dask.bundle import read_bundle, refit
from fordel_dask.cli.nation import write_nation as write_synthetic
from fordel_dask.cli.progress import ProgressLines
from fordel_dask.cli.registers import ingest_registers
from fordel_dask.cli.run import Manner, run_store
from fordel_dask.disclosure import Rules
from fordel_dask.errors import DisclosureError
from fordel_dask.graph import Place
from fordel_dask.graph.executor import Threads
from fordel_dask.releasing.counted import read_counted
from fordel_dask.releasing.ledger import read_ledger
from fordel_dask.releasing.proposal import propose
from fordel_dask.schema.release import OF_A_RUN
from tests.lib.commands import done, refused

SILENT = ProgressLines(quiet=True)
HERE = Place(threads=2)
BASE = "national-2025-2026"
OF_PERSONS = {"citizens", "projected_citizens", "patients", "rows"}


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    """A closed room: the RUN of an invented nation, and one by another norm and doubled life expectancy."""
    room = tmp_path_factory.mktemp("room")
    write_synthetic(room / "registers", {"citizens": 20_000, "seed": 6, "extras": True}, Threads(2), SILENT)
    ingest_registers(room / "registers", room / "store", 2, HERE, SILENT)
    (room / "doubled.toml").write_text("[life_expectancy]\nexponent = 2\n", "utf-8")
    (room / "bands.toml").write_text("[covariates]\nage_band_years = 10\n", "utf-8")
    for name, model in (("run", "national-2025"), *((name, f"{room}/{name}.toml") for name in ("doubled", "bands"))):
        run_store(room / "store", room / name, model, Manner(replicates=20), HERE, SILENT)
    return room


@pytest.fixture(scope="module")
def released(room):
    """A release of that RUN, prepared by Anna, checked by Bent."""
    prepare(room / "run", room / "proposal", room / "ledger")
    check(room / "proposal", room / "folder", room / "ledger")
    return room


def prepare(run, out, ledger, *more):
    return done("release", run, "--out", out, "--ledger", ledger, "--by", "Anna", *more)


def check(proposal, out, ledger, *more):
    return done("release", "--check", proposal, "--out", out, "--ledger", ledger, "--by", "Bent", *more)


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def counts_in(folder):
    """Every count of persons in every table of a released folder, by table and column."""
    for path in sorted(folder.rglob("*.csv")):
        if path.name != "decisions.csv":
            for row in rows_of(path):
                yield from ((path.name, name, row[name]) for name in OF_PERSONS & set(row) if row[name])


def test_no_table_that_leaves_has_a_count_of_one_to_four(released, evidence):
    found = list(counts_in(released / "folder"))
    assert len(found) > 3_000
    assert not [one for one in found if one[2].isdigit() and 0 < int(one[2]) < 5]
    evidence.note("S3", "a count of persons in the tables of a release", len(found), "none is of 1 to 4")


def test_the_folder_holds_what_was_listed_and_nothing_else(released, evidence):
    folder = released / "folder"
    files = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    tables = {f"{BASE}/{table.name}.csv" for table in OF_A_RUN}
    assert files == {"README.txt", "decisions.csv", "status.json", f"{BASE}/bundle.json", *tables}
    evidence.note("S5", "a file of a released folder held against the list of what may leave", len(files), "no other")


def test_every_councils_number_leaves_as_the_law_makes_it(released):
    told = rows_of(released / "folder" / BASE / "maximum_capacities_by_council.csv")
    exact = rows_of(released / "run" / "councils.csv")
    assert [row["maximum_capacities"] for row in told] == [row["maximum_capacities"] for row in exact]
    assert all("maximum_capacities" not in row["kept_back"] for row in told)
    for one, other in zip(told, exact, strict=True):
        assert abs(float(one["need_before_rounding"]) - float(other["need_before_rounding"])) < 0.05
        assert float(one["need_before_rounding"]) <= int(one["maximum_capacities"])


def test_every_clinics_number_leaves_as_the_law_makes_it(released):
    told = rows_of(released / "folder" / BASE / "minimum_patients_by_clinic.csv")
    exact = {row["ydernummer"]: row for row in rows_of(released / "run" / "clinics.csv")}
    for row in told:
        number = exact[row["ydernummer"]]
        if int(number["patients"]) >= 5:
            assert row["minimum_patients"] == number["minimum_patients"]


def test_what_is_kept_back_is_named_in_its_row_and_counted_in_the_log(released):
    decisions = {row["item"]: row for row in rows_of(released / "folder" / "decisions.csv")}
    for path in (released / "folder" / BASE).glob("*.csv"):
        rows = rows_of(path)
        named = Counter(name for row in rows for name in row.get("kept_back", "").split())
        assert all(row[name] == "" for row in rows for name in row.get("kept_back", "").split())
        assert int(decisions[f"{BASE}/{path.name}"]["kept_back"]) == sum(named.values())


def test_the_true_counts_stay_with_the_checker(released):
    aside = rows_of(released / "proposal" / "for_the_checker" / "kept_back.csv")
    traits = rows_of(released / "folder" / BASE / "citizens_by_trait.csv")
    hidden = {(row["code"], row["term"], row["level"]) for row in traits if "citizens" in row["kept_back"].split()}
    assert hidden
    assert hidden <= {(row["code"], row["term"], row["level"]) for row in aside}
    assert any(0 < int(row["citizens"]) < 5 for row in aside)
    assert not (released / "folder" / "for_the_checker").exists()


def test_figures_follow_from_what_is_told(released):
    for row in rows_of(released / "folder" / BASE / "need_by_municipality.csv"):
        if row["weighted_citizens"]:
            assert int(row["weighted_citizens"]) % int(row["weighted_step"]) == 0
            assert abs(Fraction(row["need"]) - Fraction(row["weighted_citizens"]) / 1600) <= Fraction(1, 2000)


def test_who_prepares_a_release_does_not_check_it(released, tmp_path):
    code, told = refused(
        *("release", "--check", released / "proposal", "--out", tmp_path / "out", "--by", " ANNA "),
        *("--ledger", released / "ledger"),
    )
    assert (code, "must be checked by somebody else" in told) == (50, True)
    assert not (tmp_path / "out").exists()


def test_a_proposal_that_was_changed_does_not_leave(released, tmp_path):
    shutil.copytree(released / "proposal", tmp_path / "proposal")
    path = tmp_path / "proposal" / "leaves" / BASE / "citizens_by_trait.csv"
    path.write_text(path.read_text("utf-8").replace(",10,", ",3,", 1), "utf-8")
    code, told = refused("release", "--check", tmp_path / "proposal", "--out", tmp_path / "out", "--by", "Bent")
    assert (code, "citizens_by_trait.csv" in told) == (13, True)


def test_a_proposal_made_before_another_release_is_prepared_again(released, tmp_path):
    shutil.copytree(released / "ledger", tmp_path / "ledger")
    prepare(released / "run", tmp_path / "one", tmp_path / "ledger")
    prepare(released / "run", tmp_path / "two", tmp_path / "ledger")
    check(tmp_path / "one", tmp_path / "first", tmp_path / "ledger")
    code, told = refused(
        *("release", "--check", tmp_path / "two", "--out", tmp_path / "second", "--by", "Bent"),
        *("--ledger", tmp_path / "ledger"),
    )
    assert (code, "Prepare it again" in told) == (50, True)


def test_the_same_counts_leave_again_byte_for_byte(released, tmp_path):
    prepare(released / "run", tmp_path / "again", released / "ledger")
    before, again = (place / "leaves" / BASE for place in (released / "proposal", tmp_path / "again"))
    assert {path.name: path.read_bytes() for path in before.iterdir()} == {
        path.name: path.read_bytes() for path in again.iterdir()
    }


def test_the_same_citizens_do_not_leave_by_another_threshold(released, tmp_path):
    code, told = refused(
        *("release", released / "run", "--out", tmp_path / "out", "--ledger", released / "ledger"),
        *("--threshold", "3"),
    )
    assert (code, "with other rules" in told) == (50, True)


def test_the_same_citizens_do_not_leave_by_other_groups(released, tmp_path):
    code, told = refused("release", released / "bands", "--out", tmp_path / "out", "--ledger", released / "ledger")
    assert (code, "Give the same RUN first" in told) == (50, True)


def test_another_model_leaves_as_numbers_beside_the_same_counts(released, tmp_path):
    prepare(released / "run", tmp_path / "both", released / "ledger", released / "doubled")
    folders = {path.name for path in (tmp_path / "both" / "leaves").iterdir() if path.is_dir()}
    assert len(folders) == 2
    (name,) = folders - {BASE}
    folder = tmp_path / "both" / "leaves" / name
    assert not (folder / "citizens_by_trait.csv").exists()
    councils = rows_of(folder / "maximum_capacities_by_council.csv")
    assert len([row for row in councils if row["maximum_capacities"]]) > len(councils) / 2


def test_a_model_that_counts_by_other_groups_leaves_as_a_case_of_scenarios_only(released, tmp_path):
    code, told = refused(
        *("release", released / "run", released / "bands", "--out", tmp_path / "out", "--by", "Anna"),
        *("--ledger", released / "ledger"),
    )
    assert (code, "covariates.age_band_years" in told, "fordel scenarios" in told) == (50, True, True)


def test_the_same_run_twice_is_refused(released, tmp_path):
    again = ("release", released / "run", released / "run", "--out", tmp_path / "out", "--by", "Anna")
    assert refused(*again, "--ledger", released / "ledger")[0] == 2


def test_a_check_goes_by_the_ledger_of_the_proposal_and_no_other(released, tmp_path):
    code, told = refused(
        *("release", "--check", released / "proposal", "--out", tmp_path / "out", "--by", "Bent"),
        *("--ledger", tmp_path / "another"),
    )
    assert (code, "one ledger for all releases" in told) == (50, True)


@pytest.mark.parametrize("name", ["", " "])
def test_nobody_does_not_check_a_release(released, tmp_path, name):
    assert refused("release", "--check", released / "proposal", "--out", tmp_path / "out", "--by", name)[0] == 2


def test_a_proposal_that_nobody_signed_does_not_leave(released, tmp_path):
    done("release", released / "run", "--out", tmp_path / "unsigned", "--ledger", released / "ledger")
    code, told = refused("release", "--check", tmp_path / "unsigned", "--out", tmp_path / "out", "--by", "Bent")
    assert (code, "Nobody's name" in told) == (50, True)


@pytest.mark.parametrize("how", ["a line less", "a file less"])
def test_a_ledger_that_lost_something_is_refused(released, tmp_path, how):
    shutil.copytree(released / "ledger", tmp_path / "ledger")
    if how == "a line less":
        (tmp_path / "ledger" / "ledger.jsonl").write_text("", "utf-8")
    else:
        (tmp_path / "ledger" / "shown-0001.parquet").unlink()
    assert refused("release", released / "run", "--out", tmp_path / "out", "--ledger", tmp_path / "ledger")[0] == 13


def corrected(counted, municipality, level, more):
    """The same RUN after a correction: more citizens of a municipality have a level of somatic disease."""
    wanted = {("municipality", municipality), ("council", council_of(counted, municipality))}
    parts = [
        {**row, "citizens": str(int(row["citizens"]) + more)}
        if (row["area_kind"], row["code"]) in wanted and (row["term"], row["level"]) == ("somatic", level)
        else row
        for row in counted.tables["parts"]
    ]
    store = {**counted.manifest["store"], "identity": "corrected"}
    return replace(counted, manifest={**counted.manifest, "store": store}, tables={**counted.tables, "parts": parts})


def council_of(counted, municipality):
    rows = counted.tables["municipalities"]
    return next(row["council_id"] for row in rows if row["municipality_code"] == municipality)


def test_a_correction_of_two_citizens_is_not_told(released, evidence):
    counted = read_counted(released / "run")
    ledger = read_ledger(released / "ledger")
    proposal = propose(corrected(counted, "101", "2", 2), [], Rules(), ledger)
    pattern = proposal.base.patterns["municipalities"]
    block = pattern.block
    (term,) = [at for at, of in enumerate(block.terms) if of.name == "somatic"]
    cell = (block.rows.index("101"), block.terms[term].levels.index("2"))
    before = propose(counted, [], Rules(), read_ledger(released / "none")).base.patterns["municipalities"]
    assert not before.hidden[term][cell]
    assert pattern.hidden[term][cell]
    assert pattern.hidden_groups[term][:, cell[1]].any()
    assert proposal.base.faults == ()
    evidence.note("S4", "a release of registers in which two citizens were corrected", 1, "the two are not told")


def test_a_correction_of_many_is_told(released):
    counted = read_counted(released / "run")
    proposal = propose(corrected(counted, "101", "2", 40), [], Rules(), read_ledger(released / "ledger"))
    pattern = proposal.base.patterns["municipalities"]
    (term,) = [at for at, of in enumerate(pattern.block.terms) if of.name == "somatic"]
    cell = (pattern.block.rows.index("101"), pattern.block.terms[term].levels.index("2"))
    assert not pattern.hidden[term][cell]


def test_a_correction_that_groups_citizens_otherwise_leaves_as_numbers_only(released):
    counted = read_counted(released / "bands")
    store = {**counted.manifest["store"], "identity": "corrected"}
    other = replace(counted, manifest={**counted.manifest, "store": store})
    with pytest.raises(DisclosureError, match="by other groups of traits"):
        propose(other, [], Rules(), read_ledger(released / "ledger"))


def test_what_asks_for_judgement_leaves_only_by_name(released, tmp_path):
    prepare(released / "run", tmp_path / "proposal", tmp_path / "ledger")
    manifest = json.loads((tmp_path / "proposal" / "manifest.json").read_text("utf-8"))
    assert not [one for one in manifest["decisions"] if one["status"] == "review"]
    (tmp_path / "accept.toml").write_text('[[exception]]\nitem = "all"\nbecause = "I say so"\n', "utf-8")
    code, told = refused(
        *("release", "--check", tmp_path / "proposal", "--out", tmp_path / "out", "--by", "Bent"),
        *("--ledger", tmp_path / "ledger", "--exceptions", tmp_path / "accept.toml"),
    )
    assert (code, "accepted, but not to be judged: all" in told) == (50, True)


def test_other_registers_do_not_leave_beside(released):
    counted = read_counted(released / "run")
    with pytest.raises(DisclosureError, match="other registers"):
        propose(counted, [corrected(counted, "101", "2", 2)], Rules(), read_ledger(released / "none"))


@pytest.mark.parametrize("what", ["ledger", "folder", "proposal"])
def test_verify_finds_every_changed_byte_of_what_was_released(released, tmp_path, what):
    assert "all as written" in done("verify", released / what)
    for name in sorted(
        str(path.relative_to(released / what)) for path in (released / what).rglob("*") if path.is_file()
    ):
        shutil.rmtree(tmp_path / what, ignore_errors=True)
        shutil.copytree(released / what, tmp_path / what)
        path = tmp_path / what / name
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(bytes(content))
        if (what, name) != ("ledger", "manifest.json"):
            assert refused("verify", tmp_path / what)[0] in (13, 71), name


def test_a_ledger_that_lost_its_last_line_is_refused_or_holds_no_more_than_before(released, tmp_path):
    shutil.copytree(released / "ledger", tmp_path / "ledger")
    path = tmp_path / "ledger" / "ledger.jsonl"
    line = path.read_text("utf-8")
    path.write_text(line.replace('"number": 1', '"number": 2'), "utf-8")
    assert refused("release", released / "run", "--out", tmp_path / "out", "--ledger", tmp_path / "ledger")[0] == 13


def test_the_ledger_holds_nothing_that_was_kept_back(released):
    counted = read_counted(released / "run")
    (entry,) = read_ledger(released / "ledger").entries
    shown = entry.shown()
    proposal = propose(counted, [], Rules(), read_ledger(released / "none"))
    for name, pattern in proposal.base.patterns.items():
        for term, row, level in pattern.kept_back():
            named = pattern.block.terms[term]
            assert (name, pattern.block.rows[row], named.name, named.levels[level]) not in shown
    assert not [count for count in shown.values() if 0 < count < 5]


def test_the_bundle_that_leaves_gives_the_published_weights_and_says_what_it_cannot(released):
    own, leaving = (read_bundle(released / path / "bundle.json") for path in ("run", f"folder/{BASE}"))
    assert [row.coefficient_micro for row in refit(leaving).rows] == list(own.micro)
    assert refit(leaving).mean_raw == refit(own).mean_raw
    assert all(row.error_micro is None for row in refit(leaving).rows)
    off_diagonal = [
        leaving.nation.of(row, column)
        for row in range(38, len(leaving.nation.moments))
        for column in range(row + 1, len(leaving.nation.moments))
    ]
    assert all(days % (5 * 365) == 0 for days in off_diagonal)
    for term in ("somatic", "origin"):
        exact, about = (refit(bundle, [term]).rows for bundle in (own, leaving))
        assert all(
            abs(a.coefficient_micro - b.coefficient_micro) < 60_000_000 for a, b in zip(exact, about, strict=True)
        )
    with_text = (released / "folder" / BASE / "bundle.json").read_text("utf-8")
    assert "cannot give standard errors" in with_text


def test_counts_can_be_told_as_multiples(released, tmp_path):
    prepare(released / "run", tmp_path / "rounded", tmp_path / "ledger", "--round-to", "5")
    found = [one for one in counts_in(tmp_path / "rounded" / "leaves") if one[2]]
    assert all(int(text) % 5 == 0 for _, _, text in found)


def test_a_proposal_says_what_is_kept_back_and_what_comes_next(room, tmp_path):
    told = prepare(room / "run", tmp_path / "proposal", tmp_path / "ledger")
    assert "Nothing has left" in told
    assert "fordel release --check" in told
    content = json.loads(
        done("release", room / "run", "--out", tmp_path / "other", "--ledger", tmp_path / "ledger", "--json")
    )
    assert set(content["kept_back"]) == {"municipalities", "councils", "clinics", "sample", "flows"}
    assert not (tmp_path / "ledger").exists()
