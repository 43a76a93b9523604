"""Documents made to break their readers, JSON and TOML, end soon in one error of ours, never in a traceback (S8)."""

import copy
import json
import os
import tomllib
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fordel_dask.bundle import read_bundle
from fordel_dask.cli.check import earlier_report
from fordel_dask.documents import (
    MOST_TOML_BYTES,
    can_be_written_out,
    has_form,
    is_below,
    json_of,
    read_json,
    read_toml,
    read_whole,
    toml_of,
)
from fordel_dask.errors import FordelError
from fordel_dask.extracts import read_declaration
from fordel_dask.extracts.toml import read_toml as read_declaration_text
from fordel_dask.fees.fee_rule import load_rule
from fordel_dask.model import load_model
from fordel_dask.quality.drift import drift_since
from fordel_dask.rundir import read_run_manifest
from fordel_dask.seals import manifest_text, sealed
from fordel_dask.store import open_store
from fordel_dask.verification import verify_path
from fordel_dask.yearly.policy import read_policy
from fordel_dask.yearly.reading import read_published
from tests.lib.commands import done
from tests.lib.confined import ending
from tests.lib.deliveries import write_delivery
from tests.lib.published import YEAR, two_councils, write_published

STATUS_DAY = date(YEAR, 1, 1)
DEEP = 200_000
LONG = "9" * 100_000
JSON_BOMBS = {
    "deep lists": "[" * DEEP + "]" * DEEP,
    "deep objects": '{"a":' * DEEP + "1" + "}" * DEEP,
    "lists that do not end": "[" * DEEP,
    "a whole number without end": f'{{"seal": {LONG}}}',
    "no number": '{"seal": NaN, "a": Infinity}',
    "no text": "\udcff",
    "no UTF-8": b"\xff\xfe\x00{",
    "zero bytes": b"\0" * 1000,
    "nothing": "",
    "half": '{"kind": "run", "files": {',
    "a list": "[1, 2]",
    "null": "null",
    "a name twice": '{"kind": "run", "kind": {}, "files": [], "files": 1, "seal": "x"}',
}
TOML_BOMBS = {
    "deep lists": "a = " + "[" * DEEP + "]" * DEEP,
    "deep tables": "a = " + "{b = " * DEEP + "1" + "}" * DEEP,
    "deep names": "[" + ".".join("a" * 5000) + "]\n",
    "a whole number without end": f"a = {LONG}",
    "a number of a billion digits": "a = 1e999999999\nb = 1e-999999999",
    "an exponent without end": "a = 1e99999999999999999999",
    "no number": "a = nan\nb = -inf",
    "no UTF-8": b"\xff\xfea = 1",
    "zero bytes": b"a = 1\0",
    "a name twice": "a = 1\na = 2\n[b]\n[b]",
    "too large": b"#" * (MOST_TOML_BYTES + 1),
    "half": 'a = """',
    "control characters": 'a = "\x1b]0;owned\x07"',
}
DONE = "a document made to break its reader"
RESULT = "one error of ours, no traceback"


def written(path, content):
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogateescape"))
    return path


def ends_well(work, refused=True):
    """Do some work confined; it must be refused by one of our errors, or go through where that is no fault."""
    code, message = ending(work, seconds=20)
    assert code not in (70, -9) and (code != 0 or not refused), message
    assert len(message) < 2000 and "Traceback" not in message and "\x1b" not in message


@pytest.mark.parametrize("name", JSON_BOMBS)
def test_any_json_of_the_program_may_be_a_bomb(name, tmp_path, evidence):
    bomb = JSON_BOMBS[name]
    for file, read in {
        "manifest.json": lambda: read_run_manifest(tmp_path),
        "manifest.json ": lambda: open_store(tmp_path),
        "manifest.json  ": lambda: verify_path(tmp_path),
        "bundle.json": lambda: read_bundle(tmp_path / "bundle.json"),
        "quality.json": lambda: earlier_report(tmp_path / "quality.json"),
    }.items():
        written(tmp_path / file.strip(), bomb)
        ends_well(read)
    evidence.note("S8", DONE, 5, RESULT)


@pytest.mark.parametrize("name", TOML_BOMBS)
def test_any_toml_of_a_user_may_be_a_bomb(name, tmp_path, evidence):
    bomb = TOML_BOMBS[name]
    own = written(tmp_path / "own.toml", bomb)
    written(tmp_path / "registers.toml", bomb)
    for read in (
        lambda: read_declaration_text(tmp_path),
        lambda: load_model(str(own)),
        lambda: load_rule(own),
        lambda: read_policy(own, STATUS_DAY, YEAR),
    ):
        ends_well(read)
    evidence.note("S8", DONE, 4, RESULT)


NUMBERS = ["1e999999999", "1e-999999999", "1e99999999999999999999", "nan", "inf", "-1", LONG]


@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: number[:30])
@pytest.mark.parametrize("quoted", [True, False], ids=["text", "number"])
def test_a_number_without_end_in_a_declaration_or_policy_is_refused(number, quoted, tmp_path, evidence):
    value = f'"{number}"' if quoted else number
    directory = write_delivery(tmp_path / "delivery", more=f"[nation]\nlife_expectancy = {value}\n")
    ends_well(lambda: read_declaration(directory))
    policy = written(tmp_path / "policy.toml", f"corridor_percent = {value}\n")
    ends_well(lambda: read_policy(policy, STATUS_DAY, YEAR))
    evidence.note("S8", DONE, 2, RESULT)


@pytest.mark.parametrize("kind", ["pipe", "device", "directory", "circle"])
def test_what_is_no_regular_file_is_not_waited_for(kind, tmp_path, evidence):
    path = tmp_path / "registers.toml"
    {
        "pipe": lambda: os.mkfifo(path),
        "device": lambda: path.symlink_to("/dev/zero"),
        "directory": path.mkdir,
        "circle": lambda: path.symlink_to(path),
    }[kind]()
    (tmp_path / "manifest.json").symlink_to(path)
    for read in (
        lambda: read_declaration_text(tmp_path),
        lambda: read_run_manifest(tmp_path),
        lambda: open_store(tmp_path),
        lambda: read_bundle(path),
        lambda: earlier_report(path),
        lambda: load_model(str(path)),
        lambda: load_rule(path),
    ):
        ends_well(read)
    evidence.note("S8", "a pipe, a device, a folder or a circle of links in the place of a document", 7, RESULT)


@given(st.text(max_size=200) | st.binary(max_size=200))
def test_any_text_is_a_document_or_a_value_error(text):
    for read in (json_of, lambda content: toml_of(content if isinstance(content, str) else content.decode("latin-1"))):
        try:
            read(text)
        except ValueError:
            continue


def test_limits_are_held(tmp_path):
    path = written(tmp_path / "x", "12345")
    assert read_whole(path, 5) == b"12345"
    with pytest.raises(OSError, match="larger than 4 bytes"):
        read_whole(path, 4)
    assert read_json(path) == 12345
    with pytest.raises(tomllib.TOMLDecodeError):
        read_toml(path)


def test_numbers_that_can_be_written_out():
    assert all(map(can_be_written_out, map(Decimal, ["0", "-1.5", "1e300", "1e-300"])))
    assert not any(map(can_be_written_out, map(Decimal, ["1e999", "1e-999", "nan", "inf", "1" + "0" * 500])))


def test_names_below():
    assert all(map(is_below, ["a.csv", "a/b.csv"]))
    assert not any(map(is_below, ["../a", "/a", "a/../b", "a//b", "./a", "a\0", "a/"]))


def test_forms():
    form = {"*": {"n": int}, "list": {"n": int}}
    assert has_form({"list": {"n": 1}, "more": {"n": 2}}, form)
    assert not any(has_form(one, form) for one in ({}, [], {"list": {"n": True}}, {"list": {"n": 1}, "more": 1}))
    assert has_form([1, 2], [int]) and not has_form([1, "2"], [int])


VALUES = [None, [], {}, "", "x", -1, 0, 1.5, 10**30, 1e300, True, [None], {"a": None}, "../../etc/passwd", "\0", [[[]]]]


def places(content, at=()):
    """Give every place in a document, the first three of a list."""
    if at:
        yield at
    lists = enumerate(content[:3]) if isinstance(content, list) else ()
    for name, value in content.items() if isinstance(content, dict) else lists:
        yield from places(value, (*at, name))


def changed(draw, content):
    """Give a document with one place taken away or with another value."""
    content = copy.deepcopy(content)
    *way, last = draw(st.sampled_from(list(places(content))))
    inner = content
    for name in way:
        inner = inner[name]
    if draw(st.booleans()):
        del inner[last]
    else:
        inner[last] = draw(st.sampled_from(VALUES))
    return content


def without_traceback(read):
    try:
        read()
    except FordelError as error:
        assert "Traceback" not in str(error)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return write_published(two_councils(), tmp_path_factory.mktemp("published") / "run")


@given(data=st.data())
def test_a_manifest_of_a_run_may_say_anything_under_a_true_seal(run, data):
    path = run / "manifest.json"
    whole = path.read_text("utf-8")
    content = json.loads(whole)
    content.pop("seal")
    try:
        path.write_text(manifest_text(sealed(changed(data.draw, content))), "utf-8")
        without_traceback(lambda: read_published(run))
        without_traceback(lambda: verify_path(run))
    finally:
        path.write_text(whole, "utf-8")


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stored")
    done("ingest", write_delivery(folder / "delivery"), "--store", folder / "store", "--quiet")
    return folder / "store"


@given(data=st.data())
@settings(max_examples=40)
def test_a_manifest_of_a_store_may_say_anything_under_a_true_seal(store, data):
    path = store / "manifest.json"
    whole = path.read_text("utf-8")
    content = json.loads(whole)
    content.pop("seal")
    text = json.dumps(sealed(changed(data.draw, content)), indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    try:
        path.write_text(text, "utf-8")
        without_traceback(lambda: verify_path(store))
    finally:
        path.write_text(whole, "utf-8")


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    folder = tmp_path_factory.mktemp("judged")
    done("check", write_delivery(folder / "delivery"), "--out", folder / "quality", "--quiet")
    content = json.loads((folder / "quality" / "quality.json").read_text("utf-8"))
    content.pop("seal")
    return folder, content


@given(data=st.data())
def test_an_earlier_report_may_say_anything_under_a_true_seal(report, data):
    folder, content = report
    path = written(folder / "earlier.json", json.dumps(sealed(changed(data.draw, content))))
    without_traceback(lambda: drift_since(earlier_report(path), content))
