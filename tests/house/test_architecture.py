"""The house keeps its floor plan: who imports whom, what lies at the top, how large things are."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "fordel_dask"
TOP = {"pyproject.toml", "fordel_dask", "cluster", "benchmarks", "tests", "README.md", "LICENSE"}
SOURCES = sorted(PACKAGE.rglob("*.py"))


def run(*command):
    return subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=False)


def test_imports_go_downward_only():
    result = run("-c", "from importlinter.cli import lint_imports_command; lint_imports_command()")
    assert result.returncode == 0, result.stdout


def test_types_hold():
    result = run("-m", "mypy")
    assert result.returncode == 0, result.stdout


def test_style_holds():
    assert run("-m", "ruff", "check", ".").returncode == 0
    assert run("-m", "ruff", "format", "--check", ".").returncode == 0


def test_the_visible_top_level_is_fixed():
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    visible = {name.split("/")[0] for name in tracked.splitlines() if not name.startswith(".")}
    assert visible <= TOP


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_files_and_functions_stay_small(source):
    text = source.read_text("utf-8")
    assert text.count("\n") <= 330
    functions = [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.FunctionDef)]
    assert [f.name for f in functions if f.end_lineno - f.lineno > 60] == []


def test_no_room_is_called_utils():
    names = {path.stem for path in SOURCES}
    assert names & {"utils", "helpers", "common", "misc"} == set()


def test_help_does_not_load_what_it_does_not_need():
    heavy = {"numba", "sklearn", "dask", "distributed", "pandas", "pyarrow", "numpy", "scipy"}
    code = "import sys; import fordel_dask.cli; print(*sorted(m for m in sys.modules if '.' not in m))"
    loaded = set(run("-c", code).stdout.split())
    assert loaded & heavy == set()


def test_scenarios_are_explained_without_loading_what_computes():
    code = (
        "import sys; from fordel_dask.cli import cli\n"
        "cli.main(['scenarios', *sys.argv[1:]], standalone_mode=False)\n"
        "print('LOADED', *sorted(m for m in sys.modules if '.' not in m))"
    )
    for question, allowed in ((["--explain", "V31"], set()), (["--list"], {"numpy"}), (["--schema"], set())):
        loaded = set(run("-c", code, *question).stdout.rsplit("LOADED", 1)[1].split())
        assert loaded & {"numba", "sklearn", "dask", "distributed", "pandas", "pyarrow", "numpy", "scipy"} <= allowed
