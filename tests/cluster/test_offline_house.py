"""A folder of wheels is filled from the registry and installed from where there is no network at all (goal S11)."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from fordel_dask.dependencies import bill_of_materials, packages_in
from tests.lib.pinned import ROOT, pins

OFFLINE = ROOT / "cluster" / "offline"
ALONE = ("unshare", "-rn")
PATIENCE_SECONDS = 900


def why_not():
    """Give why it cannot be tried here, empty if it can."""
    if shutil.which("unshare") is None:
        return "unshare is not installed (Debian: util-linux)"
    allowed = subprocess.run([*ALONE, "true"], capture_output=True, check=False).returncode == 0
    return "" if allowed else "this machine allows no namespaces"


pytestmark = [pytest.mark.long, pytest.mark.skipif(bool(why_not()), reason=why_not() or "can be tried")]


def call(*command, **more):
    return subprocess.run(
        [*map(str, command)], capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS, **more
    )


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    place = tmp_path_factory.mktemp("offline") / "house"
    filled = call(sys.executable, OFFLINE / "wheel_house.py", place)
    assert filled.returncode == 0, filled.stderr[-2000:]
    return place


def installed_from(house, folder):
    """Install without a network, as somebody who has nothing but the folder."""
    python = Path(sys.executable).resolve()
    alone = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "XDG_CACHE_HOME": str(folder / "cache")}
    install = ("sh", house / "install.sh", house, folder / "environment", python)
    return call(*ALONE, *install, cwd=folder, env=alone)


def test_the_program_is_installed_and_counts_right_where_there_is_no_network(house, tmp_path, evidence):
    assert call(*ALONE, "sh", "-c", "cat /proc/net/route").stdout.count("\n") <= 1, "no way leads out"
    done = installed_from(house, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "All passed." in done.stdout and "No broken requirements found." in done.stdout
    listed = call(tmp_path / "environment" / "bin" / "python", "-m", "pip", "list", "--format", "freeze").stdout
    versions = {
        name.lower().replace("_", "-"): version for name, _, version in (x.partition("==") for x in listed.split())
    }
    expected = {one.name: one.version for one in packages_in(house)}
    assert {name: versions[name] for name in expected} == expected
    assert set(versions) - set(expected) <= {"pip", "setuptools", "fordel-dask"}
    evidence.note("S11", "wheel house filled, installed in a namespace without network, 'fordel selftest'", 1, "passed")


def test_the_bill_of_the_house_is_whole(house):
    text = (house / "sbom.cdx.json").read_text("utf-8")
    assert text == bill_of_materials(packages_in(house))
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    found = {one.name: one for one in packages_in(house)}
    assert set(found) == set(pins())
    assert all(f"sha256:{sha}" in pins()[one.name].hashes for one in found.values() for _, sha in one.files)


@pytest.mark.parametrize("by", ["a changed wheel", "a changed wheel with a changed sum", "a missing wheel"])
def test_a_house_that_was_tampered_with_is_refused(house, tmp_path, by, evidence):
    copy = tmp_path / "house"
    shutil.copytree(house, copy, copy_function=os.link)
    (wheel,) = copy.glob("click-*.whl")
    content = wheel.read_bytes()
    wheel.unlink()
    if by != "a missing wheel":
        wheel.write_bytes(content + b"\0")
    if by.endswith("sum"):
        sums = call("sha256sum", *sorted(path.name for path in copy.iterdir() if path.name != "SHA256SUMS"), cwd=copy)
        (copy / "SHA256SUMS").unlink()
        (copy / "SHA256SUMS").write_text(sums.stdout, "utf-8")
    done = installed_from(copy, tmp_path)
    assert done.returncode != 0
    assert "click" in done.stdout + done.stderr
    evidence.note("S11", "a wheel house tampered with on the way, then installed from", 1, "refused")
