"""``fordel check`` as its users meet it; what was seen is invented, the engine has tests of its own."""

import json
import sys
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from fordel_dask.cli import cli
from fordel_dask.errors import IntegrityError, SpaceError, UsageError
from fordel_dask.quality import judge
from fordel_dask.quality.rules import all_rules
from fordel_dask.store import sealed
from tests.lib.quality import clean, earlier, rich, small

DECLARATION = "[population]\npath = 'bef.parquet'\n"


@dataclass
class Draft:
    """What ``first_declaration`` gives."""

    text: str = "# a draft\n"
    placed: dict = field(default_factory=lambda: {"population": ["bef.parquet"], "services": ["s1.csv", "s2.csv"]})
    unplaced: list = field(default_factory=lambda: [("notes.csv", "it has columns of no register")])
    doubts: list = field(default_factory=lambda: ["services: is BRUHON in kroner?"])


@pytest.fixture
def here(tmp_path, monkeypatch):
    """Give an empty place to work in, with a directory of registers."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "registers").mkdir()
    (tmp_path / "registers" / "registers.toml").write_text(DECLARATION)
    monkeypatch.setitem(
        sys.modules,
        "fordel_dask.registers.first_declaration",
        SimpleNamespace(first_declaration=lambda directory: Draft()),
    )
    return tmp_path


@pytest.fixture
def seeing(monkeypatch):
    """Let a check see what is given instead of reading registers."""

    def see(observed):
        def check(registers, executor, report=None):
            assert registers.is_absolute()
            report("reading", 1, 1)
            return observed

        monkeypatch.setitem(sys.modules, "fordel_dask.quality.check", SimpleNamespace(check=check))

    return see


def fordel(*arguments):
    return CliRunner().invoke(cli, ["check", *map(str, arguments)])


def refused(kind, *arguments):
    result = fordel(*arguments)
    assert isinstance(result.exception, kind), result.output
    return str(result.exception)


def files(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_check_writes_a_page_and_a_report_only_their_owner_may_read(here, seeing):
    seeing(small())
    result = fordel("registers")
    out = here / "fordel-quality"
    assert result.exit_code == 0, result.output
    assert files(out) == ["check.json", "quality.html", "quality.json"]
    assert out.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in out.iterdir()} == {0o600}
    assert json.loads((out / "quality.json").read_text("utf-8")) == sealed(judge(small()))
    assert files(here / "registers") == ["registers.toml"]


def test_the_summary_tells_the_verdict_what_to_do_and_where_the_page_is(here, seeing):
    seeing(small())
    output = fordel("registers", "--quiet").output
    assert output.startswith(
        "The delivery can be used, but 2 things should be looked at first.\n3 files, 2,000 rows read."
    )
    assert "Weeks of the fee year without a single service – Services: 3 weeks" in output
    assert "Page to look at: fordel-quality/quality.html" in output


def test_the_summary_and_page_speak_danish(here, seeing):
    seeing(small())
    assert fordel("registers", "--lang", "da").output.count("Leverancen kan bruges, men 2 ting") == 1
    assert '<html lang="da">' in (here / "fordel-quality" / "quality.html").read_text("utf-8")


def test_a_delivery_that_cannot_be_used_leaves_with_the_code_of_an_ingest(here, seeing):
    seeing(rich(rejected=True))
    result = fordel("registers", "--quiet")
    assert result.exit_code == 10
    assert "The delivery cannot be used yet: 3 things must be mended." in result.output
    assert (here / "fordel-quality" / "quality.html").exists()


@pytest.mark.parametrize(
    ("seen", "code"), [(clean(), 0), (rich(), 0), (rich(rejected=True), 10)], ids=["0", "0w", "10"]
)
def test_json_prints_the_report_and_nothing_else(here, seeing, seen, code):
    seeing(seen)
    result = fordel("registers", "--json")
    assert (result.exit_code, json.loads(result.output)) == (code, judge(seen))


def test_an_earlier_check_is_replaced_and_other_files_are_left_alone(here, seeing):
    seeing(small())
    assert fordel("registers").exit_code == fordel("registers").exit_code == 0
    (here / "thesis").mkdir()
    (here / "thesis" / "chapter.txt").touch()
    assert "holds other files" in refused(UsageError, "registers", "--out", "thesis")
    assert files(here / "thesis") == ["chapter.txt"]


def test_nothing_is_written_among_the_registers_unless_asked(here, seeing, monkeypatch):
    seeing(small())
    monkeypatch.chdir(here / "registers")
    assert "Say where with --out" in refused(UsageError, ".")
    assert files(here / "registers") == ["registers.toml"]
    assert fordel(".", "--out", ".").exit_code == 0
    assert files(here / "registers") == ["quality.html", "quality.json", "registers.toml"]


def test_no_place_to_write_is_told_before_anything_is_read(here, monkeypatch):
    (here / "file").touch()
    assert "cannot be written" in refused(SpaceError, "registers", "--out", "file/below")


def test_last_years_report_is_compared_with(here, seeing):
    seeing(rich())
    (here / "last.json").write_text(json.dumps(judge(earlier())), "utf-8")
    report = json.loads(fordel("registers", "--last-year", "last.json", "--json").output)
    assert report["last_year"] == {"year": 2025, "program_version": "0.1.0"}
    assert report["drift"] == judge(rich(), judge(earlier()))["drift"]


@pytest.mark.parametrize(
    ("content", "message"), [("{", "no JSON"), ("[]", "no quality report"), (None, "No such file")]
)
def test_what_is_no_earlier_report_is_refused(here, seeing, content, message):
    seeing(rich())
    if content:
        (here / "last.json").write_text(content)
    assert message in refused(IntegrityError, "registers", "--last-year", "last.json")


def test_the_rules_are_listed_without_registers(here):
    text = fordel("--rules").output
    assert all(f"  {rule.id} – {rule.severity}" in text for rule in all_rules())
    assert "karantæne: Rækker uden person" in fordel("--rules", "--lang", "da").output


def test_the_rules_are_given_as_json(here):
    content = json.loads(fordel("--rules", "--json").output)
    assert [rule["id"] for rule in content["rules"]] == [rule.id for rule in all_rules()]
    assert content["rules"][0]["texts"]["da"]["title"] == "Filer, der ikke kan læses"
    assert content["drift"]["rows_percent"] == 10


def test_without_registers_it_says_what_to_give(here):
    assert "Give the directory of the registers" in refused(UsageError)


def test_a_first_declaration_is_written_where_there_is_none(here):
    (here / "registers" / "registers.toml").unlink()
    result = fordel("registers", "--init")
    assert result.exit_code == 0
    assert (here / "registers" / "registers.toml").read_text("utf-8") == "# a draft\n"
    assert "Placed: population (1 file), services (2 files)" in result.output
    assert "notes.csv: it has columns of no register" in result.output
    assert "services: is BRUHON in kroner?" in result.output


def test_a_declaration_that_is_there_is_left_alone(here):
    assert "was left alone" in refused(UsageError, "registers", "--init")
    assert (here / "registers" / "registers.toml").read_text("utf-8") == DECLARATION


def test_with_json_the_draft_is_shown_beside_a_declaration_that_is_there(here):
    content = json.loads(fordel("registers", "--init", "--json").output)
    assert (content["written"], content["text"]) == (None, "# a draft\n")
    assert content["unplaced"] == [{"file": "notes.csv", "why": "it has columns of no register"}]
    assert (here / "registers" / "registers.toml").read_text("utf-8") == DECLARATION


def test_a_directory_that_is_none_is_refused(here):
    assert "is no directory" in refused(UsageError, "nowhere", "--init")
