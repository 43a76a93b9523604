"""A worker that has warmed up compiles nothing more: every kernel is ready for the types of every task."""

import json
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from fordel_dask.kernels.jit import is_on_network

WORK = """
import json, sys
from pathlib import Path
from fordel_dask.kernels.signatures import SIGNATURES
from fordel_dask.kernels.warming import warm_kernels

warmed, _ = warm_kernels()
forms = {kernel: set(kernel.overloads) for kernel in SIGNATURES}
from fordel_dask.cli import cli

folder = Path(sys.argv[1])
def fordel(*words):
    cli.main([*map(str, words), "--quiet", "--threads", "1"], standalone_mode=False)

for name, options in {"plain": [], "rich": ["--extras", "--faults", "--faults-kind", "rows"]}.items():
    fordel("synth", "--citizens", 2500, "--out", folder / name, *options)
    if name == "rich":
        declared = folder / name / "registers.toml"
        declared.write_text(declared.read_text("utf-8").replace("[services]", '[services]\\ndetail = "days"'), "utf-8")
    fordel("ingest", folder / name, "--store", folder / f"{name}.store", "--partitions", 2)
    fordel("run", folder / f"{name}.store", "--out", folder / f"{name}.run")
    fordel("fees", "price", folder / f"{name}.store", "--table-of", "2025-10-01")
    fordel("fees", "price", "--services", folder / name, "--table-of", "2025-10-01")
fordel("check", folder / "rich", "--out", folder / "quality")
(folder / "medicine.toml").write_text('disease_definition = "hospital_and_medicine"\\nchronic_care = "share"\\n')
fordel("run", folder / "rich.store", "--out", folder / "medicine.run", "--model", folder / "medicine.toml")

late = {
    kernel.py_func.__name__: sorted(str(form) for form in set(kernel.overloads) - forms[kernel])
    for kernel in SIGNATURES if set(kernel.overloads) - forms[kernel]
}
(folder / "late.json").write_text(json.dumps({"warmed": warmed, "late": late}))
"""


def test_the_whole_way_needs_no_kernel_that_was_not_warmed(tmp_path):
    done = subprocess.run([sys.executable, "-c", WORK, tmp_path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    said = json.loads((tmp_path / "late.json").read_text("utf-8"))
    assert said["warmed"] > 20
    assert said["late"] == {}, "add these types to fordel_dask/kernels/signatures.py"


def test_every_kernel_that_tasks_call_is_warmed():
    from fordel_dask import kernels
    from fordel_dask.kernels.signatures import SIGNATURES

    named = {kernel.py_func.__name__ for kernel in SIGNATURES}
    called_by_kernels_only = {"mix", "eight_bytes", "pack_bytes", "add_money"} | {
        "checked_row", "units_of_modules", "units_of_km", "signed", "by_km", "person_outcome", "completed_months",
        "month_and_day", "doses_outcome", "companions_outcome", "is_beyond_reason", "first_row",
    }  # fmt: skip
    sources = Path(kernels.__file__).parent.glob("*.py")
    lines = [line for source in sources for line in source.read_text("utf-8").split("@kernel\ndef ")[1:]]
    assert {line.partition("(")[0] for line in lines} == named | called_by_kernels_only


def test_preparing_a_worker_loads_neither_frames_nor_estimators():
    code = """
    import sys
    from fordel_dask.graph.preload import dask_setup, preparation
    dask_setup(None)
    import pyarrow as pa
    print(preparation().kernels > 20, pa.cpu_count(), pa.io_thread_count())
    print(*[name for name in ("dask.dataframe", "sklearn", "pandas", "scipy.sparse") if name in sys.modules])
    """
    command = [sys.executable, "-c", textwrap.dedent(code)]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    assert lines == ["True 1 1", ""]


MOUNTS = """\
/dev/sda1 / ext4 rw 0 0
server:/home /home nfs4 rw 0 0
/dev/sdb1 /home/local ext4 rw 0 0
pool /scratch fuse.sshfs rw 0 0
"""


@pytest.mark.parametrize(
    ("path", "network"),
    [
        ("/root/.cache", False),
        ("/home/anne/.cache", True),
        ("/home/local/.cache", False),
        ("/scratch/.cache", True),
        ("/homes/.cache", False),
    ],
)
def test_kernels_are_kept_on_this_machine_and_not_on_a_network(path, network):
    assert is_on_network(Path(path), MOUNTS) is network


def test_a_home_on_a_network_is_left_for_the_directory_of_temporary_files(tmp_path, monkeypatch):
    from fordel_dask.kernels import jit

    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("HOME", "/home/anne")
    monkeypatch.setattr(jit, "_mounts", lambda: MOUNTS)
    monkeypatch.setattr(jit.tempfile, "gettempdir", lambda: str(tmp_path))
    folder = jit.cache_directory()
    assert folder.is_relative_to(tmp_path)
    assert {path.stat().st_mode & 0o777 for path in (folder, folder.parent)} == {0o700}


def test_a_directory_that_somebody_else_has_put_there_is_not_used(tmp_path, monkeypatch):
    from fordel_dask.kernels import jit

    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "fordel_dask").symlink_to(tmp_path / "elsewhere")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    folder = jit.cache_directory()
    assert not folder.resolve().is_relative_to(tmp_path)
    folder.rmdir()
