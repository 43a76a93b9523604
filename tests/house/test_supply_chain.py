"""What is installed is known, pinned, mended and licensed (goal S11)."""

import json
import re
import subprocess
import sys
import zipfile
from importlib import metadata, resources

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packaging.requirements import Requirement
from packaging.version import Version

from fordel_dask.dependencies import (
    Licence,
    Package,
    bill_of_materials,
    forbidden,
    installed_packages,
    licences,
    mended_versions,
    named,
    packages_in,
    vulnerable,
)
from fordel_dask.errors import IntegrityError, VerificationError
from tests.lib.pinned import CONSTRAINTS, EXTRAS, ROOT, asked, pins, project

RENEW = "python cluster/offline/renew.py"
UNMENDED = [one for one in mended_versions() if one.mended_in is None]


def least(requirement):
    """Give the lower bound of a requirement."""
    (bound,) = (one.version for one in requirement.specifier if one.operator in (">=", "=="))
    return Version(bound)


@pytest.mark.parametrize("requirement", asked(*EXTRAS), ids=lambda one: one.name)
def test_every_requirement_is_pinned_within_its_bounds(requirement):
    pin = pins()[named(requirement.name)]
    assert requirement.specifier.contains(pin.version), f"{pin.name} {pin.version}: {RENEW}"


def test_every_pin_is_exact_and_has_hashes_of_its_wheels(evidence):
    found = pins()
    hashes = [one for pin in found.values() for one in pin.hashes]
    assert len(found) >= 30
    assert all(pin.hashes for pin in found.values())
    assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", one) for one in hashes)
    assert len(set(hashes)) == len(hashes)
    several = ("numpy", "pyarrow", "numba", "llvmlite", "scipy", "scikit-learn", "pandas")
    assert all(len(found[name].hashes) >= 4 for name in several), "a wheel for each system and Python"
    evidence.note("S11", "packages of production pinned, with the hash of every wheel", len(found), "all within bounds")


def test_what_pinned_packages_ask_for_is_pinned_too():
    """Held against the packages that are installed here in the pinned version; the rest is held by the house."""
    found, looked_at = pins(), 0
    for name, pin in found.items():
        try:
            told = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue
        if told.version != pin.version:
            continue
        looked_at += 1
        for text in told.requires or ():
            one = Requirement(text)
            if one.marker is None or one.marker.evaluate({"extra": ""}):
                assert one.specifier.contains(found[named(one.name)].version), (name, text)
    assert looked_at, "nothing is installed as pinned"


def test_nothing_is_pinned_that_nobody_asks_for():
    text = CONSTRAINTS.read_text("utf-8")
    assert text.count("# via") == len(pins())
    assert str(ROOT) not in text


@pytest.mark.parametrize("requirement", asked(*EXTRAS), ids=lambda one: one.name)
def test_no_bound_allows_a_version_with_a_known_vulnerability(requirement):
    assert list(vulnerable({named(requirement.name): str(least(requirement))})) == []


def test_the_bounds_of_tests_and_of_the_build_are_as_high():
    told = project()
    texts = [
        *told["build-system"]["requires"],
        *(x for one in told["project"]["optional-dependencies"].values() for x in one),
    ]
    versions = {named(one.name): str(least(one)) for one in map(Requirement, texts)}
    assert list(vulnerable(versions)) == []


def test_no_pinned_or_installed_version_has_a_known_vulnerability(evidence):
    pinned = {pin.name: pin.version for pin in pins().values()}
    installed = {one.name: one.version for one in installed_packages()}
    assert list(vulnerable(pinned)) == []
    assert list(vulnerable(installed)) == []
    known = len(mended_versions()) - len(UNMENDED)
    evidence.note("S11", "known vulnerabilities held against bounds, pins and what is installed", known, "none is open")


def test_the_selftest_refuses_an_installation_with_a_known_vulnerability(monkeypatch, tmp_path):
    from fordel_dask import dependencies
    from fordel_dask.cli import installation
    from fordel_dask.cli.progress import ProgressLines

    monkeypatch.setattr(installation, "_layouts_agree", lambda folder, progress: True)
    passed = installation.check_installation(tmp_path, ProgressLines(quiet=True))
    assert any(re.match(r"no package of \d+ is older than what mended \d+ known", line) for line in passed)
    old = (Package("tornado", "6.5.4", "", ()),)
    monkeypatch.setattr(dependencies, "installed_packages", lambda: old)
    with pytest.raises(VerificationError, match=r"tornado 6\.5\.4 has CVE-2026-31958.* 6\.5\.8 or later is free"):
        installation.check_installation(tmp_path, ProgressLines(quiet=True))


def test_an_old_version_is_told_with_what_mends_it():
    (told,) = vulnerable({"tornado": "6.5.4", "numpy": "2.4.6", "pandas": "0.1"})
    assert told.startswith("tornado 6.5.4 has CVE-2026-31958, CVE-2026-35536")
    assert told.endswith("6.5.8 or later is free")
    assert list(vulnerable({"tornado": "6.10"})) == [], "versions are no texts"


def test_every_known_vulnerability_says_what_it_is_and_where_that_stands():
    found = pins()
    for one in mended_versions():
        assert re.fullmatch(r"CVE-\d{4}-\d{4,}", one.identifier), one
        assert one.what and one.source, one
        assert one.package in found or one.package == "setuptools", one
    assert len({(one.package, one.identifier) for one in mended_versions()}) == len(mended_versions())


def test_what_nobody_has_mended_is_not_reached_from_here():
    assert [(one.package, one.identifier) for one in UNMENDED] == [("dask", "CVE-2026-95897")]
    sources = [path.read_text("utf-8") for path in (ROOT / "fordel_dask").rglob("*.py")]
    assert not any(re.search(r"dask\.array|from_npy_stack", text) for text in sources)


def test_every_pinned_package_has_a_licence_and_every_licence_a_package():
    rows = [one.package for one in licences()]
    assert rows == sorted(rows)
    assert set(rows) == set(pins())


def test_all_licences_are_permitted(evidence):
    assert list(forbidden(licences())) == []
    core = [one for one in licences() if one.needed_for == "core"]
    assert not any(re.search(r"\bA?GPL", one.licence) for one in core)
    evidence.note("S11", "licences of packages of production held against the policy", len(licences()), "all permitted")


@pytest.mark.parametrize(
    ("licence", "bundled", "told"),
    [
        ("GPL-3.0-only", "", ["it is under GPL-3.0-only"]),
        ("MIT AND AGPL-3.0-or-later", "", ["it is under MIT AND AGPL-3.0-or-later"]),
        ("MIT OR GPL-2.0-only", "", []),
        ("LGPL-2.1-or-later", "", ["it is under LGPL-2.1-or-later"]),
        ("MPL-2.0", "", []),
        ("", "", ["it is under an unknown licence"]),
        ("MIT", "GPL-3.0-only", ["lib in it is under GPL-3.0-only"]),
        ("MIT", "GPL-3.0-or-later WITH GCC-exception-3.1", []),
    ],
)
def test_a_licence_that_is_not_permitted_is_found(licence, bundled, told):
    assert list(forbidden([Licence("it", licence, "core", bundled, "lib")])) == told


def test_licences_are_those_that_packages_say_of_themselves():
    told = {one.package: one.licence for one in licences()}
    saying = [one for one in installed_packages() if one.licence and one.version == pins()[one.name].version]
    assert saying
    assert {one.name: one.licence for one in saying} == {one.name: told[one.name] for one in saying}


PACKAGES = (
    Package("dask", "2026.8.0", "BSD-3-Clause", ("click",), (("dask.whl", "0" * 64),)),
    Package("click", "8.5.1", "BSD-3-Clause", ("colorama",)),
)


@pytest.mark.parametrize("packages", [PACKAGES, (), None], ids=["two", "none", "installed"])
def test_the_bill_of_materials_is_one_by_the_schema_and_the_same_each_time(packages, evidence):
    packages = installed_packages() if packages is None else packages
    text = bill_of_materials(packages)
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    assert text == bill_of_materials(packages)
    content = json.loads(text)
    assert [one["name"] for one in content["components"]] == [one.name for one in packages]
    assert all(one["licenses"] for one in content["components"])
    evidence.note("S11", "bills of materials (CycloneDX) made twice", 1, "valid by the schema, the same bytes")


def test_the_bill_says_who_needs_whom_with_which_hash_and_what_is_open():
    content = json.loads(bill_of_materials(PACKAGES))
    assert {"ref": "pkg:pypi/dask@2026.8.0", "dependsOn": ["pkg:pypi/click@8.5.1"]} in content["dependencies"]
    assert content["components"][0]["externalReferences"][0]["hashes"][0]["content"] == "0" * 64
    assert [one["id"] for one in content["vulnerabilities"]] == ["CVE-2026-95897"]
    assert json.loads(bill_of_materials(PACKAGES[1:]))["serialNumber"] != content["serialNumber"]


def wheel(house, name, version, *lines):
    told = "\n".join([f"Name: {name}", f"Version: {version}", *lines])
    with zipfile.ZipFile(house / f"{name}-{version}-py3-none-any.whl", "w") as archive:
        archive.writestr(f"{name}-{version}.dist-info/METADATA", told)


def test_a_house_of_wheels_is_read_from_the_wheels_themselves(tmp_path):
    wheel(tmp_path, "fordel_dask", "0.3.0")
    wheel(
        tmp_path,
        "Some_Thing",
        "1.0",
        "License-Expression: MIT",
        "Requires-Dist: other>=1",
        "Requires-Dist: no; extra == 'x'",
    )
    (one,) = packages_in(tmp_path)
    assert (one.name, one.version, one.licence, one.needs) == ("some-thing", "1.0", "MIT", ("other",))
    wheel(tmp_path, "Some_Thing", "1.1")
    with pytest.raises(IntegrityError, match=r"some-thing 1\.0 and 1\.1"):
        packages_in(tmp_path)
    (tmp_path / "Some_Thing-1.1-py3-none-any.whl").write_bytes(b"no archive")
    with pytest.raises(IntegrityError, match="no wheel"):
        packages_in(tmp_path)


def test_the_tables_travel_with_the_program():
    names = {path.name for path in resources.files("fordel_dask.dependencies").iterdir()}
    assert {"mended.csv", "licences.csv"} <= names


def test_the_image_is_built_from_what_is_pinned():
    dockerfile = (ROOT / "cluster" / "Dockerfile").read_text("utf-8")
    assert "--require-hashes" in dockerfile and "/source/cluster/offline/constraints.txt" in dockerfile
    assert "!cluster/offline/constraints.txt" in (ROOT / ".dockerignore").read_text("utf-8")


def test_the_script_of_the_bill_prints_it():
    printed = subprocess.run(
        [sys.executable, "cluster/offline/bill.py"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert printed == bill_of_materials(installed_packages())
