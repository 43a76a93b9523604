"""A manifest says which program made it: to the commit where it runs from a checkout, and whether that was changed."""

import shutil
import subprocess

import pytest

from fordel_dask import provenance
from fordel_dask.provenance import PACKAGES, checkout, made_by

GIT = ("git", "-c", "user.name=n", "-c", "user.email=e@example.org")
needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


@pytest.fixture
def program(tmp_path, monkeypatch):
    """A checkout with a program of one file."""
    package = tmp_path / "checkout" / "fordel_dask"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("", "utf-8")
    monkeypatch.setattr(provenance, "PACKAGE", package)
    checkout.cache_clear()
    yield package
    checkout.cache_clear()


def git(package, *words):
    subprocess.run([*GIT, *words], cwd=package.parent, check=True, capture_output=True)


def committed(package):
    git(package, "init")
    git(package, "add", "-A")
    git(package, "commit", "-m", "first")


def test_an_installed_program_has_no_commit_but_the_hash_of_its_sources(program):
    assert checkout() == {}
    assert len(made_by()["program"]["sources"]) == 16
    assert set(made_by()["packages"]) == set(PACKAGES)


@needs_git
def test_a_checkout_tells_its_commit_and_that_nothing_was_changed(program):
    committed(program)
    (program.parent / "notes.txt").write_text("beside the program", "utf-8")
    told = checkout()
    assert len(told["commit"]) == 40 and told["dirty"] is False


@needs_git
@pytest.mark.parametrize("change", ["edited", "new"])
def test_a_changed_checkout_is_dirty(program, change):
    committed(program)
    (program / ("__init__.py" if change == "edited" else "own.py")).write_text("x = 1\n", "utf-8")
    assert checkout()["dirty"] is True


@needs_git
def test_asking_git_starts_no_program_of_the_checkout(program, tmp_path):
    committed(program)
    trap = tmp_path / "trap.sh"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\n", "utf-8")
    trap.chmod(0o755)
    git(program, "config", "core.fsmonitor", str(trap))
    assert checkout()["dirty"] is False
    assert not (tmp_path / "sprung").exists()


def test_a_git_that_hangs_or_fails_stops_nothing(program, monkeypatch, tmp_path):
    (program.parent / ".git").mkdir()
    monkeypatch.setattr(provenance, "PATIENCE_SECONDS", 0.2)
    for text in ("#!/bin/sh\nexec sleep 20\n", "#!/bin/sh\nexit 1\n"):
        checkout.cache_clear()
        (tmp_path / "git").write_text(text, "utf-8")
        (tmp_path / "git").chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
        assert checkout() == {}
