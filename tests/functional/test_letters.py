"""Letters to clinics by the whole command: what they say is what the RUN says, on the page and on paper."""

import csv
import re

import pytest

from fordel_dask.cli.nation import write_nation as write_synthetic
from fordel_dask.cli.progress import ProgressLines
from fordel_dask.cli.registers import ingest_registers
from fordel_dask.cli.run import Manner, run_store
from fordel_dask.graph import Place
from fordel_dask.graph.executor import Threads
from tests.lib.commands import done, refused
from tests.lib.letters import read, read_pdf

SILENT = ProgressLines(quiet=True)
HERE = Place(threads=2)
DECISIONS = "YDERNR,NUMBER,DECIDED_ON,NOTICE_DECISION,NOTICE_CALCULATION,EFFECTIVE_FROM,REASON\n"
BLOCKS = 'name = "Region Test"\ndate = 2026-02-01\n'


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    """A RUN of a small nation, a decision of one clinic, texts of its region, and the letters of all that."""
    room = tmp_path_factory.mktemp("letters")
    write_synthetic(room / "registers", {"citizens": 4_000, "seed": 6}, Threads(2), SILENT)
    ingest_registers(room / "registers", room / "store", 2, HERE, SILENT)
    run_store(room / "store", room / "run", "national-2025", Manner(replicates=20), HERE, SILENT)
    code, number = decided(room)
    row = f"{code},{number},2026-02-03,2026-02-03,2026-02-03,,Ny læge\n"
    (room / "decisions.csv").write_text(DECISIONS + row, "utf-8")
    (room / "blocks.toml").write_text(BLOCKS, "utf-8")
    done("report", room / "run", "--out", room / "report", "--only", "letters,pdf", *texts(room), "--quiet")
    return room


def texts(room):
    return "--decisions", room / "decisions.csv", "--blocks", room / "blocks.toml"


def clinics(room):
    with (room / "run" / "clinics.csv").open(encoding="utf-8", newline="") as file:
        return {row["ydernummer"]: row for row in csv.DictReader(file)}


WITHOUT = {
    True: "Tallet kan ikke vises her, fordi det sammen med andre tal",
    False: "Der er ikke beregnet noget minimumspatienttal",
}


def decided(room):
    """Give the largest clinic, and half as many patients again as are calculated for it."""
    row = max(clinics(room).values(), key=lambda row: int(row["minimum_patients"] or 0))
    return row["ydernummer"], int(row["minimum_patients"]) * 3 // 2


def letters(room, ending):
    return {path.stem: path for path in (room / "report" / "letters").glob(f"*{ending}")}


def test_every_clinic_and_decision_has_a_page_and_a_pdf(room):
    expected = {*clinics(room), f"decision-{decided(room)[0]}"}
    assert {*letters(room, ".html")} == {*letters(room, ".pdf")} == expected


def test_the_number_of_every_letter_is_that_of_the_run(room):
    as_pages, as_pdf = letters(room, ".html"), letters(room, ".pdf")
    shown = 0
    for code, row in clinics(room).items():
        for said in (read(as_pages[code].read_text("utf-8")), read_pdf(as_pdf[code].read_bytes())):
            title, _, rest = re.sub("Om jeres m|Jeres beregnede m", "M", said).partition("Minimumspatienttal for 2026 ")
            assert f"Ydernummer {code}" in title.replace(":", "")
            number = f"{row['minimum_patients']} patienter"  # of so small a nation, none has thousands
            shown += rest.startswith(f"{number} ")
            if not rest.startswith(f"{number} "):
                assert rest.startswith(WITHOUT[row["status"] == "ok"])
                assert f" {number}" not in rest or not row["minimum_patients"]
    assert shown > 20


def test_it_is_said_how_many_letters_have_no_number_because_it_is_kept_back(room):
    said = done("report", room / "run", "--out", room / "said", "--only", "letters", "--quiet")
    silent = [path for path in (room / "said" / "letters").glob("*.html") if WITHOUT[True] in path.read_text("utf-8")]
    assert silent
    assert f"The numbers of {len(silent)} of " in str(said)


def test_a_decision_is_told_with_its_first_possible_day(room):
    code, number = decided(room)
    said = read(letters(room, ".html")[f"decision-{code}"].read_text("utf-8"))
    assert f"{number} patienter fra den 5. marts 2026" in said
    assert "Begrundelse Ny læge" in said
    assert "Region Test" in said


def test_texts_that_cannot_be_are_refused_and_nothing_is_written(room):
    (room / "wrong.toml").write_text('signatur = ["x"]\n', "utf-8")
    asked = ("--only", "letters", "--blocks", room / "wrong.toml", "--quiet")
    code, told = refused("report", room / "run", "--out", room / "refused", *asked)
    assert (code, "did you mean 'signature'?" in told) == (2, True)
    assert not (room / "refused").exists()
