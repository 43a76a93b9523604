"""What a declaration names is a file below its own folder, or below one that it declares; else it is refused (S6)."""

import os
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fordel_dask.errors import CoverageError, FordelError, SchemaError
from fordel_dask.extracts.named_files import Confines, confines_of, files_named
from fordel_dask.registers.first_declaration import first_declaration
from tests.lib.commands import done, refused
from tests.lib.deliveries import write_delivery

SECRET = "population_of_others.csv"
DONE = "a path that leads out of the folder, or is none"
ELSEWHERE = [
    "../others/population_of_others.csv",
    "../others/*.csv",
    "../../*/others/*.csv",
    "../others",
    "inside/../../others/population_of_others.csv",
    "inside/../../others/*",
    "{outside}/population_of_others.csv",
    "{outside}/*.csv",
    "{outside}",
    "/etc/passwd",
    "/proc/self/environ",
    "/proc/self/../self/environ",
    "/",
    "..",
    "../",
    "/dev/zero",
    "/dev/stdin",
    "link_to_folder/population_of_others.csv",
    "link_to_folder/*",
    "link_to_folder/**/*.csv",
    "link_to_folder",
    "link_to_root/etc/passwd",
    "link_to_root/**/passwd",
    "link_to_file.csv",
    "link_*.csv",
    "*/population_of_others.csv",
    "inside/link_in_folder.csv",
    "inside",
    "zero.csv",
    "in_a_circle.csv",
]
NO_FILE = [
    "pipe.csv",
    "socket.csv",
    "nowhere.csv",
    "~/population.parquet",
    "~root/.bashrc",
    "$HOME/population.parquet",
    "%2e%2e/others/population_of_others.csv",
    "..%2fothers%2fpopulation_of_others.csv",
    "．．/others/population_of_others.csv",
    "..／others／population_of_others.csv",
    "‥/others/population_of_others.csv",
    "..\\others\\population_of_others.csv",
    "C:\\others\\population_of_others.csv",
    "a" * 300,
    "nowhere/" * 60 + "x.csv",
    "[",
    "[!",
]
NO_PATH = [
    "http://localhost/population.csv",
    "https://example.org/population.parquet",
    "s3://bucket/population.parquet",
    "gs://bucket/population.parquet",
    "hdfs://node/population.parquet",
    "ftp://node/population.csv",
    "file:///etc/passwd",
    "file:/etc/passwd",
    "data:/text",
    "population.csv\0.parquet",
    "population.csv\n",
    "\u202epopulation.csv",
    "pop\u200bulation.csv",
    "\ufeffpopulation.csv",
    "\x1b]0;title\x07.csv",
    "a/" * 5000,
    "**/" * 30 + "*.csv",
    "**.csv",
    "a**b/*.csv",
    ".",
    "",
    "",
]


@pytest.fixture
def delivered(tmp_path):
    """Give a folder with what must not lead anywhere, beside one that belongs to others."""
    outside, here = tmp_path / "others", tmp_path / "delivery"
    (here / "inside").mkdir(parents=True)
    outside.mkdir()
    (outside / SECRET).write_text("PNR,KOEN\n0101011234,1\n", "utf-8")
    (here / "own.csv").write_text("PNR,KOEN\n1,1\n", "utf-8")
    (here / "link_to_folder").symlink_to(outside)
    (here / "link_to_root").symlink_to("/")
    (here / "link_to_file.csv").symlink_to(outside / SECRET)
    (here / "inside" / "link_in_folder.csv").symlink_to(outside / SECRET)
    (here / "link_to_own.csv").symlink_to("own.csv")
    (here / "zero.csv").symlink_to("/dev/zero")
    (here / "nowhere.csv").symlink_to("not_there")
    (here / "in_a_circle.csv").symlink_to("in_a_circle.csv")
    os.mkfifo(here / "pipe.csv")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(os.path.relpath(here / "socket.csv"))
    return here


def found(directory, pattern, **nation):
    confines = confines_of({"nation": nation}, directory)
    return [path.name for path in files_named(pattern, confines, "population", "path")]


@pytest.mark.parametrize("pattern", ELSEWHERE)
def test_a_path_that_leads_elsewhere_is_refused(pattern, delivered, evidence):
    with pytest.raises(FordelError) as refusal:
        found(delivered, pattern.format(outside=delivered.parent / "others"))
    assert isinstance(refusal.value, SchemaError | CoverageError)
    assert SECRET not in str(refusal.value).replace(pattern, "") and "0101011234" not in str(refusal.value)
    evidence.note("S6", DONE, 1, "one error, exit 10 or 11")


@pytest.mark.parametrize("pattern", NO_FILE)
def test_a_name_is_literal_and_only_a_regular_file_is_one(pattern, delivered, evidence):
    with pytest.raises(CoverageError, match="no file matches"):
        found(delivered, pattern)
    evidence.note("S6", DONE, 1, "one error, exit 10 or 11")


@pytest.mark.parametrize("pattern", NO_PATH)
def test_what_is_no_path_is_refused(pattern, delivered, evidence):
    with pytest.raises(SchemaError) as refusal:
        found(delivered, pattern)
    assert len(str(refusal.value)) < 400 and "\n" not in str(refusal.value)
    evidence.note("S6", DONE, 1, "one error, exit 10 or 11")


def test_files_below_the_folder_and_links_within_it_are_found(delivered):
    assert found(delivered, "own.csv") == ["own.csv"]
    assert len(found(delivered, ["own.csv", "link_to_own.csv", "inside/../own.csv"])) == 1
    assert found(delivered, str(delivered / "own.csv")) == ["own.csv"]


@pytest.mark.parametrize("root", ["{outside}", "../others", "link_to_folder"])
def test_a_declared_root_may_be_named_by_any_way(root, delivered):
    outside = delivered.parent / "others"
    roots = [root.format(outside=outside)]
    for way in (str(outside / "*.csv"), "../others/*.csv", "link_to_folder", "link_to_file.csv"):
        assert len(found(delivered, way, roots=roots)) == 1


ROOTS = ["/mnt", [1], [""], ["a\0b"], {"a": 1}, ["/"], ["link_to_root"], ["../" * 40]]


@pytest.mark.parametrize("roots", ROOTS)
def test_roots_are_a_list_of_folders_and_never_the_whole_machine(roots, delivered):
    with pytest.raises(SchemaError, match="roots"):
        found(delivered, "own.csv", roots=roots)


@pytest.mark.parametrize("root", ["nowhere", "own.csv", "pipe.csv", "in_a_circle.csv", "/not/mounted"])
def test_a_root_that_is_not_there_is_told(root, delivered):
    with pytest.raises(CoverageError, match="no folder here"):
        found(delivered, "own.csv", roots=[root])


STEPS = ["..", ".", "", "others", "inside", "link_to_folder", "link_to_root", "etc", "*", "**", "?", "~", "％2e", "…"]


@given(st.lists(st.sampled_from(STEPS) | st.text(max_size=6), max_size=6), st.booleans())
def test_whatever_a_path_looks_like_nothing_outside_is_found(tmp_path_factory, steps, absolute):
    here = tmp_path_factory.mktemp("folder") / "delivery"
    (here / "inside").mkdir(parents=True)
    (here / "link_to_folder").symlink_to("..")
    (here / "inside" / "own.csv").write_text("A\n1\n", "utf-8")
    (here.parent / SECRET).write_text("A\n1\n", "utf-8")
    pattern = "/" * absolute + "/".join(steps)
    try:
        files = files_named(pattern, Confines(here), "population", "path")
    except (SchemaError, CoverageError):
        return
    assert all(file.resolve().is_relative_to(here.resolve()) for file in files)


def test_the_command_refuses_a_delivery_that_points_elsewhere_with_one_error(tmp_path):
    directory = write_delivery(tmp_path / "delivery")
    declaration = directory / "registers.toml"
    text = declaration.read_text("utf-8")
    outside = (directory / "population.parquet").rename(tmp_path / "population.parquet")
    declaration.write_text(text.replace('"population.parquet"', f'"{outside}"'), "utf-8")
    code, message = refused("ingest", directory, "--store", tmp_path / "store", "--quiet")
    assert code == 10 and "roots" in message and not (tmp_path / "store").exists()
    text = declaration.read_text("utf-8")
    declaration.write_text(f'[nation]\nroots = [".."]\n{text}', "utf-8")
    done("ingest", directory, "--store", tmp_path / "store", "--quiet")


def test_a_first_declaration_leaves_links_to_elsewhere_unread(tmp_path):
    directory = write_delivery(tmp_path / "delivery")
    outside = (directory / "population.parquet").rename(tmp_path / "population.parquet")
    (directory / "population.parquet").symlink_to(outside)
    draft = first_declaration(directory)
    assert "population" not in draft.placed
    assert dict(draft.unplaced)["population.parquet"].startswith("a link that leads out of this folder")
