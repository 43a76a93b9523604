"""Explanations of whole nations: parts add up to what is published, follow the patients, need pen and paper alone."""

import shutil
from fractions import Fraction

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fordel_dask.cli.explaining import explain_all
from fordel_dask.cli.nation import write_nation as write_synthetic
from fordel_dask.cli.progress import ProgressLines
from fordel_dask.cli.reading import read_run
from fordel_dask.cli.registers import ingest_registers
from fordel_dask.cli.run import AS_USUAL, run_store
from fordel_dask.explanation.answer import answer_of
from fordel_dask.explanation.arithmetic import arithmetic_of
from fordel_dask.explanation.content import as_content
from fordel_dask.explanation.difference import difference_between
from fordel_dask.explanation.found import CLINIC, COUNCIL, MUNICIPALITY
from fordel_dask.explanation.ladder import ladder_of
from fordel_dask.explanation.language import Language
from fordel_dask.graph import Place
from fordel_dask.graph.executor import Threads
from fordel_dask.law.rounding import half_up, half_up_to_step
from tests.lib.nations import write_nation

SILENT = ProgressLines(quiet=True)
HERE = Place(threads=2)
PUBLISHED = {CLINIC: "minimum_patients", MUNICIPALITY: "patients_per_capacity_rounded", COUNCIL: "maximum_capacities"}


def run_of(folder):
    ingest_registers(folder / "registers", folder / "store", 2, HERE, SILENT)
    run_store(folder / "store", folder / "run", "national-2025", AS_USUAL, HERE, SILENT)
    return folder / "run"


@pytest.fixture(scope="module", params=["awkward", "projected", "synthetic"])
def run(request, tmp_path_factory):
    """Give the RUN of a nation of odd citizens, of one with a projection, and of an ordinary one."""
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "synthetic":
        write_synthetic(folder / "registers", {"citizens": 8_000, "seed": 6}, Threads(2), SILENT)
    else:
        write_nation(folder / "registers", seed=9, citizens=3_000, projection=request.param == "projected")
    return run_of(folder)


def answers(run):
    found, _ = read_run(run)
    return found, [answer_of(found, kind, code) for kind, rows in found.rows.items() for code in rows]


def test_steps_add_up_to_every_published_number(run):
    _, everybody = answers(run)
    told = 0
    for answer in everybody:
        ladder = ladder_of(answer)
        if ladder is None:
            assert not answer.row[PUBLISHED[answer.kind]] or not answer.weighted
            continue
        told += 1
        assert ladder.start + sum(step.whole for step in ladder.steps) == ladder.number
        if answer.kind != COUNCIL:
            assert ladder.number == int(answer.row[PUBLISHED[answer.kind]])
            exact = ladder.exact_start + sum(step.exact for step in ladder.steps)
            assert abs(exact - ladder.number) < Fraction(1, 1000)  # parts are printed with nine decimals
    assert told > 30


def test_pen_and_paper_need_the_page_alone(run):
    found, everybody = answers(run)
    recomputed = 0
    for answer in everybody:
        by_hand = arithmetic_of(answer)
        if answer.kind != CLINIC or answer.row["status"] != "ok" or by_hand is None:
            continue
        page = as_content(answer, Language("en"))
        kroner = sum(int(one["citizens"]) * Fraction(one["coefficient_kr"]) for one in page["levels"])
        assert kroner == by_hand.expected_kr
        average = (kroner + by_hand.clamp_kr) / by_hand.mean_kr
        weighted = average * by_hand.factor + by_hand.rounding
        exact = answer.rules.norm * Fraction(answer.citizens) / weighted
        rounded = half_up_to_step(exact, answer.rules.step)
        total = Fraction(answer.row["capacities"]) * rounded
        assert half_up(total.numerator, total.denominator) == int(answer.row["minimum_patients"])
        recomputed += 1
    assert recomputed >= 10 and found.rows


def test_the_difference_of_two_runs_adds_up(run, tmp_path):
    folder = tmp_path / "later"
    shutil.copytree(run.parent / "registers", folder / "registers")
    changed(folder / "registers", "enrolment", lambda table: table.slice(0, table.num_rows - table.num_rows // 20))
    later = run_of(folder)
    earlier, now = read_run(run)[0], read_run(later)[0]
    moved = 0
    for kind, rows in now.rows.items():
        for code in rows:
            ladder = difference_between(answer_of(now, kind, code), earlier).ladder
            if ladder is not None:
                assert ladder.start + sum(step.whole for step in ladder.steps) == ladder.number
                moved += any(step.whole for step in ladder.steps)
    assert moved > 5


def changed(folder, register, change):
    """Change every file of a register."""
    for path in sorted(folder.rglob("*.parquet")):
        if register in path.relative_to(folder).as_posix():
            pq.write_table(change(pq.read_table(path)), path)


def test_clinics_that_swap_their_patients_swap_their_explanations(tmp_path):
    write_synthetic(tmp_path / "registers", {"citizens": 8_000, "seed": 6}, Threads(2), SILENT)
    before = read_run(run_of(tmp_path))[0]
    ordinary = [row for row in before.rows[CLINIC].values() if (row["clinic_type"], row["status"]) == ("plo", "ok")]
    alike = [row["ydernummer"] for row in ordinary if row["capacities"] == ordinary[0]["capacities"]]
    one, other, third = alike[0], alike[-1], alike[1]
    assert len({one, other, third}) == 3
    shutil.copytree(tmp_path / "registers", tmp_path / "swapped" / "registers")
    changed(tmp_path / "swapped" / "registers", "enrolment", lambda table: swapped(table, one, other))
    after = read_run(run_of(tmp_path / "swapped"))[0]
    told = {code: explained(before, code) for code in (one, other)}
    assert told[one] != told[other]
    assert explained(after, one) == told[other] and explained(after, other) == told[one]
    assert explained(after, third) == explained(before, third)


def swapped(table, one, other):
    """Exchange two clinics in the column YDERNR."""
    names = [other if name == one else one if name == other else name for name in table["YDERNR"].to_pylist()]
    place = table.column_names.index("YDERNR")
    return table.set_column(place, "YDERNR", pa.array(names, table.schema.field("YDERNR").type))


def explained(found, code):
    """Give what is told of a clinic's patients, apart from who and where it is."""
    content = as_content(answer_of(found, CLINIC, code), Language("en"))
    sure = answer_of(found, CLINIC, code).row["minimum_patients"]
    return content["parts"], content["terms"], content["ladder"], content["what_would_change"], sure


@pytest.mark.parametrize("language", ["en", "da"])
def test_all_numbers_are_explained_in_one_go(run, language, tmp_path):
    summary = explain_all(run, tmp_path / "explained", Language(language), None, True)
    found, everybody = answers(run)
    assert summary["explained"] == len(everybody)
    lines = (tmp_path / "explained" / "explanations.jsonl").read_text("utf-8").splitlines()
    assert len(lines) == len(everybody) == sum(map(len, found.rows.values()))
    pages = list((tmp_path / "explained").rglob("*.html"))
    assert len(pages) >= len(everybody)
    for page in pages[:40]:
        text = page.read_text("utf-8")
        assert "http://" not in text and "https://" not in text and "<script" not in text
