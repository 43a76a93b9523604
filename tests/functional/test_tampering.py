"""Whatever is changed in whatever a command wrote, somebody sees it (goal S9).

Every file of every kind of directory is changed, cut, exchanged, linked, lost or given company; every entry of every
manifest is changed; and a directory is changed and sealed anew, which only the chain of seals shows.
"""

import json
import shutil
import zlib
from random import Random

import pytest

from fordel_dask import seals
from fordel_dask.chain import named_sources, verify_any
from fordel_dask.errors import FordelError
from fordel_dask.schema.directories import DIRECTORIES
from fordel_dask.store import manifest_text, prepared, read_sealed, sealed, sha256_of_file
from tests.lib.commands import call, done, refused
from tests.lib.every_directory import MADE_OF, make_every_directory
from tests.lib.rot import CASES, be_exchanged, be_missing, flip_a_bit

FOUND = {13, 71}
BESIDE = ("store.keys", "store.quarantine")
SEALED = [name for name in MADE_OF if name not in ("ledger", "release")]
"""Directories with a sealed manifest; a ledger is a chain of its own, a release has a sealed status."""
QUICK_ENTRIES, QUICK_FILES = 6, 40
FILES = "a file of a directory changed, cut, exchanged, linked, lost or given company, then 'fordel verify'"
ENTRIES = "an entry of a manifest changed or taken out, then 'fordel verify'"
SEALED_ANEW = "a directory changed and sealed anew, then 'fordel verify --source' on what was made from it"
EXTRACTS = "a file of the extracts changed, lost or exchanged, then 'fordel verify --source' on the store"


def be_flipped(path, folder):
    path.write_bytes(flip_a_bit(path.read_bytes(), Random(zlib.crc32(path.name.encode()))))


def grow(path, folder):
    path.write_bytes(path.read_bytes() + b"\n")


WAYS = (be_flipped, grow, *CASES)


def one_way(path):
    return [WAYS[zlib.crc32(path.name.encode()) % len(WAYS)]]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return make_every_directory(tmp_path_factory.mktemp("made"))


@pytest.fixture
def mended(made, tmp_path):
    """Lets a directory, and what stands beside a store, be damaged: it is as before afterwards."""
    kept = []

    def keep(name):
        for one in (name, *(BESIDE if name == "store" else ())):
            shutil.copytree(made / one, tmp_path / "kept" / one)
            kept.append(one)
        return made / name

    yield keep
    for one in kept:
        shutil.rmtree(made / one)
        shutil.copytree(tmp_path / "kept" / one, made / one)
    prepared._open_store.cache_clear()


def files_below(made, name):
    folders = [made / one for one in (name, *(BESIDE if name == "store" else ()))]
    files = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    return [path for path in files if path.name != "lock"]


def verified(directory):
    prepared._open_store.cache_clear()  # every command is a process of its own, that has read nothing yet
    return verify_any(directory)


def is_found(directory):
    try:
        verified(directory)
    except FordelError as error:
        return error.exit_code in FOUND and len(str(error)) < 1200
    return False


def in_turn(path, way, folder):
    """Damage a file in a way, and give what undoes it."""
    stood = {one: one.read_bytes() for one in path.parent.iterdir() if one.is_file()}
    folder.mkdir(exist_ok=True)
    try:
        way(path, folder)
    except StopIteration:  # no other file of its kind to change places with
        return None

    def undo():
        for one in list(path.parent.iterdir()):
            if one.is_symlink() or (one.is_file() and one not in stood):
                one.unlink()
            elif one == path and one.is_dir():
                one.rmdir()
        for one, content in stood.items():
            if not one.is_file() or one.read_bytes() != content:
                one.write_bytes(content)

    return undo


def is_harmless(path, way):
    """Tell what nobody can see and nobody needs to: work of earlier runs that is no longer there is done again."""
    return way is be_missing and "facts" in path.parts and path.suffix in (".sums", ".json")


def hold_files(made, name, ways_of, tmp_path, evidence, most=None):
    missed, times, files = [], 0, files_below(made, name)
    for path in files if most is None or len(files) <= most else Random(name).sample(files, most):
        for way in ways_of(path):
            undo = in_turn(path, way, tmp_path / "elsewhere")
            if undo is None:
                continue
            times += 1
            if not is_harmless(path, way) and not is_found(made / name):
                missed.append((str(path.relative_to(made)), way.__name__))
            undo()
    assert missed == []
    assert verified(made / name)["files"]
    evidence.note("S9", FILES, times, "every one is found, and named")


@pytest.mark.parametrize("name", MADE_OF)
def test_no_file_of_any_directory_is_tampered_with_unseen(name, made, mended, tmp_path, evidence):
    mended(name)
    hold_files(made, name, one_way, tmp_path, evidence, most=QUICK_FILES)


@pytest.mark.long
@pytest.mark.parametrize("name", MADE_OF)
def test_no_file_of_any_directory_is_tampered_with_in_any_way_unseen(name, made, mended, tmp_path, evidence):
    mended(name)
    hold_files(made, name, lambda path: WAYS, tmp_path, evidence)


def entries(content, place=()):
    """Give the place of every value that a manifest holds."""
    inside = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    found = [entry for key, value in inside for entry in entries(value, (*place, key))]
    return found or [place]


def changed(content, place):
    """Give a manifest with another value in a place."""
    copy = json.loads(json.dumps(content))
    inner = copy
    for key in place[:-1]:
        inner = inner[key]
    value = inner[place[-1]]
    if isinstance(value, bool) or value is None:
        inner[place[-1]] = 1
    elif isinstance(value, int | float):
        inner[place[-1]] = value + 1
    elif isinstance(value, str):
        inner[place[-1]] = f"{value[:-1]}{'0' if value[-1:] != '0' else '1'}"
    else:
        inner[place[-1]] = "something"
    return copy


def without(content, place):
    copy = json.loads(json.dumps(content))
    inner = copy
    for key in place[:-1]:
        inner = inner[key]
    del inner[place[-1]]
    return copy


def text_of(directory, content):
    """Give the text of a manifest as the program writes it."""
    if directory.parent.name == "facts":
        return json.dumps(content, indent=1) + "\n"
    return manifest_text(content) if directory.name.startswith("store") else seals.manifest_text(content)


def hold_entries(made, name, directory, how_many, evidence):
    content = read_sealed(directory)
    path, written = directory / "manifest.json", (directory / "manifest.json").read_bytes()
    assert text_of(directory, content).encode() == written, "the test writes manifests as the program does"
    places = [place for place in entries(content) if place]
    chosen = places if how_many is None else Random(name).sample(places, min(how_many, len(places)))
    missed = []
    for number, place in enumerate(chosen):
        path.write_text(text_of(directory, (changed, without)[number % 2](content, place)), "utf-8")
        if not is_found(made / name):
            missed.append(place)
    path.write_bytes(written)
    assert missed == []
    evidence.note("S9", ENTRIES, len(chosen), "every one is found")


def manifests(made, name):
    beside = [made / "store.quarantine", *sorted((made / "store" / "facts").iterdir())] if name == "store" else []
    return [made / name, *(one for one in beside if (one / "manifest.json").exists())]


@pytest.mark.parametrize("name", SEALED)
def test_no_entry_of_a_manifest_is_tampered_with_unseen(name, made, mended, evidence):
    mended(name)
    hold_entries(made, name, manifests(made, name)[0], QUICK_ENTRIES, evidence)


@pytest.mark.long
@pytest.mark.parametrize("name", SEALED)
def test_no_entry_of_any_manifest_is_tampered_with_unseen(name, made, mended, evidence):
    mended(name)
    for directory in manifests(made, name):
        hold_entries(made, name, directory, None, evidence)


def tamper_and_seal(directory, name):
    """Change a table as somebody would who may write the directory and knows how seals are made."""
    content = read_sealed(directory)
    if name == "store":
        content["accounting"]["population"]["rows_in"] += 1
    else:
        content["tables"] = {"told": "otherwise"}
        alone = [
            file for file in sorted(content["files"]) if f"{file.rpartition('.')[0]}.parquet" not in content["files"]
        ]
        leaving = [file for file in alone if file.startswith("leaves/")]  # what only the checker sees leaves nowhere
        for file in (leaving or alone)[:1]:  # a table would still be held against the one beside it
            path = directory / file
            path.write_bytes(path.read_bytes() + b"\n")
            content["files"][file] = {"sha256": sha256_of_file(path), "bytes": path.stat().st_size}
    del content["seal"]
    (directory / "manifest.json").write_text(text_of(directory, sealed(content)), "utf-8")


LINKS = [(name, source) for name, sources in MADE_OF.items() for source in sources if source in SEALED]


@pytest.mark.parametrize(("name", "source"), LINKS, ids=[f"{source} of {name}" for name, source in LINKS])
def test_a_source_that_was_changed_and_sealed_anew_is_found_by_what_was_made_from_it(
    name, source, made, mended, evidence
):
    others = [made / one for one in MADE_OF[name]]
    tamper_and_seal(mended(source), source)
    prepared._open_store.cache_clear()
    code, message = refused("verify", made / name, *(word for one in others for word in ("--source", one)))
    assert code == 71
    assert source in message
    evidence.note("S9", SEALED_ANEW, 1, "found, with the name of the source")


@pytest.mark.parametrize("source", ["ledger", "proposal"])
@pytest.mark.parametrize("kind", ["README.txt", "decisions.csv"])
def test_a_release_that_was_changed_and_sealed_anew_is_found_by_who_let_it_go(kind, source, made, mended, evidence):
    release = mended("release")
    file, status = release / kind, release / "status.json"
    file.write_bytes(file.read_bytes() + b"\n")
    content = json.loads(status.read_bytes())
    del content["seal"]
    content["files"][kind] = {"sha256": sha256_of_file(file), "bytes": file.stat().st_size}
    status.write_text(seals.manifest_text(sealed(content)), "utf-8")
    assert verified(release)["kind"] == "release"
    if (kind, source) == ("decisions.csv", "proposal"):  # written when it left: only the ledger knows it
        assert call("verify", release, "--source", made / source).exit_code == 0
        return
    code, message = refused("verify", release, "--source", made / source)
    assert (code, kind in message) == (71, True)
    evidence.note("S9", SEALED_ANEW, 1, "found, with the name of the source")


@pytest.mark.parametrize("name", MADE_OF)
def test_the_whole_chain_is_followed_to_the_extracts(name, made):
    sources = [made / one for one in dict.fromkeys([*MADE_OF[name], "store", "registers"]) if one != name]
    prepared._open_store.cache_clear()
    told = json.loads(done("verify", made / name, *(w for one in sources for w in ("--source", one)), "--json"))
    assert name not in SEALED or told["seal"] == read_sealed(made / name)["seal"]
    assert [link["what"] for link in told["chain"] if not link["found"]] == []
    assert {one for link in told["chain"] for one in link["found"]} == {str(one) for one in sources}


def test_every_kind_of_directory_is_tried(made):
    kinds = {verified(made / name)["kind"] for name in MADE_OF}
    assert kinds == {*DIRECTORIES, "prepared store", "release-proposal", "release", "ledger"}


@pytest.mark.parametrize("name", SEALED)
def test_every_manifest_says_by_which_program_and_from_what_it_was_made(name, made):
    content = read_sealed(made / name)
    assert named_sources(content)
    if name == "proposal":
        return  # it leaves the room in part, and says of its program the version only
    program = content["made_with"] if name == "store" else content["program"]
    assert len(program["sources"]) == 16
    if name != "store":
        assert {"numpy", "pyarrow", "numba"} <= set(content["packages"])
        assert content["alias"] is None


def test_changed_extracts_are_found_by_the_store(made, tmp_path, evidence):
    files = [path for path in sorted((made / "registers").rglob("*")) if path.is_file()]
    named = {entry["file"] for file in read_sealed(made / "store")["inputs"].values() for entry in file}
    times = 0
    for path in files:
        if path.relative_to(made / "registers").as_posix() not in named:
            continue
        undo = in_turn(path, (be_flipped, grow, WAYS[5], be_exchanged)[times % 3], tmp_path / "elsewhere")
        code, message = refused("verify", made / "store", "--source", made / "registers")
        undo()
        assert (code, path.name in message) == (71, True)
        times += 1
    assert times > 10
    evidence.note("S9", EXTRACTS, times, "every one is found, and named")


def test_a_source_that_is_not_there_or_is_none_is_refused(made, tmp_path):
    assert refused("verify", made / "run", "--source", tmp_path / "nowhere")[0] == 13
    (tmp_path / "letter.txt").write_text("hello", "utf-8")
    assert "letter.txt" in refused("verify", made / "run", "--source", tmp_path / "letter.txt")[1]
    (tmp_path / "empty").mkdir()
    assert refused("verify", made / "run", "--source", tmp_path / "empty")[0] == 71


def test_verify_tells_the_seal_and_what_was_not_looked_at(made):
    output = call("verify", made / "clinics").output
    assert read_sealed(made / "clinics")["seal"] in output
    assert "not looked at" in output and "decisions" in output
