"""``fordel explain --all``: a page for every number of a RUN, and all explanations as JSON lines."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fordel_dask.cli.progress import ProgressLines
from fordel_dask.cli.reading import read_told
from fordel_dask.errors import UsageError
from fordel_dask.explanation import sentences
from fordel_dask.explanation.answer import Answer, answer_of
from fordel_dask.explanation.content import as_content
from fordel_dask.explanation.difference import difference_between
from fordel_dask.explanation.found import TABLE_OF, Found
from fordel_dask.explanation.language import Language
from fordel_dask.explanation.page import index_text, page_text
from fordel_dask.provenance import made_by
from fordel_dask.rundir import read_run_manifest
from fordel_dask.seals import directory_manifest, seal_of
from fordel_dask.store import MANIFEST
from fordel_dask.store.publishing import open_work, private_directory, put_in_place, remove_work, restore, writing

KIND = "explain"
LINES, INDEX = "explanations.jsonl", "index.html"
EVERY = 50


def explain_all(run: Path, out: Path, language: Language, against: Path | None, quiet: bool) -> dict[str, Any]:
    """Explain every clinic, municipality and council of a RUN in a directory, which appears whole or not at all.

    Raises
    ------
    IntegrityError
        The directory is no RUN, or a table was changed after the run.
    UsageError
        Something that is no directory of explanations stands in the place, or another command is at work there.
    SpaceError
        There is no space or no permission.
    """
    _check_place(out)
    found, model = read_told(run)
    earlier = read_told(against)[0] if against else None
    sources = {what: seal_of(read_run_manifest(one)) for what, one in (("run", run), ("against", against)) if one}
    work = out.with_name(f"{out.name}.partial")
    with writing(f"The explanations in {out}"):
        out.parent.mkdir(parents=True, exist_ok=True)
        busy = f"Another command is writing {out}. Wait for it to end, or choose another name."
        with closing(open_work(work, "fordel explain", busy)):
            try:
                restore(out, work / "replaced")
                new = private_directory(work / "explanations")
                explained = _write(new, found, model, earlier, language, ProgressLines(quiet))
                manifest = {"kind": KIND, **made_by(), "inputs": sources}
                (new / MANIFEST).write_text(directory_manifest(new, manifest), "utf-8")
                put_in_place(new, out, work / "replaced")
            finally:
                remove_work(work)
    return {"out": str(out), "explained": explained}


def _check_place(out: Path) -> None:
    if out.is_symlink() or (out.exists() and not (out.is_dir() and (not any(out.iterdir()) or (out / LINES).exists()))):
        raise UsageError(f"{out} exists and holds no explanations. Nothing was touched; choose another name.")


def _write(
    folder: Path, found: Found, model: str, earlier: Found | None, language: Language, progress: ProgressLines
) -> int:
    """Write pages, JSON lines and the page that leads to all; gives how many were explained."""
    total = sum(len(rows) for rows in found.rows.values())
    report = progress("explaining")
    listed: dict[str, list[dict[str, str]]] = {name: [] for name in reversed(TABLE_OF.values())}
    for name in listed:
        private_directory(folder / name)
    with (folder / LINES).open("w", encoding="utf-8") as lines:
        for done, answer in enumerate(_answers(found), 1):
            difference = difference_between(answer, earlier) if earlier else None
            place = f"{TABLE_OF[answer.kind]}/{quote(answer.code, safe='')}.html"
            (folder / place).write_text(page_text(answer, model, language, difference), "utf-8")
            lines.write(json.dumps(as_content(answer, language, difference), ensure_ascii=False) + "\n")
            listed[TABLE_OF[answer.kind]].append(_entry(answer, place, language))
            if not done % EVERY or done == total:
                report(done, total)
    (folder / INDEX).write_text(index_text(listed, found.rules.year, language), "utf-8")
    return total


def _answers(found: Found) -> Iterator[Answer]:
    for kind in reversed(TABLE_OF):
        for code in found.rows[kind]:
            yield answer_of(found, kind, code)


def _entry(answer: Answer, place: str, language: Language) -> dict[str, str]:
    return {
        "name": sentences.heading(answer, language),
        "place": ", ".join(sentences.place(answer, language)),
        "number": sentences.published(answer, language),
        "flag": sentences.flag_of(answer),
        "href": quote(place),
    }
