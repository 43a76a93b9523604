"""The archive of the pack: tables as CSV and as a workbook, a page, and a file to read first in both languages."""

import io
import textwrap
import zipfile
from collections.abc import Iterator, Mapping

from fordel_dask.law.language import DANISH, ENGLISH
from fordel_dask.report.described import Codes, about_sheet, sheet_of, table_meaning, table_title
from fordel_dask.report.described.sheets import Head
from fordel_dask.report.evaluation.contents import Contents, contents_of
from fordel_dask.report.evaluation.page import page_text
from fordel_dask.report.evaluation.questions import absent_words, answered, unanswered, years_words
from fordel_dask.report.method import method_files
from fordel_dask.report.method.page import FILE as METHOD
from fordel_dask.report.parts import Wanted
from fordel_dask.report.told import Told
from fordel_dask.report.wording import Wording
from fordel_dask.report.workbooks.facts import clearance_words, facts_of, lines_of, margin_words
from fordel_dask.report.workbooks.tables import code_lines, described_lines, table_text
from fordel_dask.workbook import SHEET_NAME, book_of

NAME = "evaluation-2028.zip"
PAGE, BOOK, COLUMNS = "index.html", "evaluation.xlsx", "tables/README.txt"
READ_FIRST = {DANISH: "LÆS-MIG.txt", ENGLISH: "README.txt"}
UNCHANGING = (1980, 1, 1, 0, 0, 0)
LINE = 100


def pack_bytes(told: Told, wanted: Wanted) -> bytes:
    """Give the archive; the same figures give the same bytes."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, content in sorted(_files(told, wanted).items()):
            archive.writestr(zipfile.ZipInfo(name, UNCHANGING), content, zipfile.ZIP_DEFLATED)
    return written.getvalue()


def _files(told: Told, wanted: Wanted) -> Mapping[str, bytes | str]:
    words = wanted.words
    contents = contents_of(told, wanted.series, words)
    return {
        **{READ_FIRST[code]: read_first(told, contents, Wording(code)) for code in READ_FIRST},
        **{f"tables/{table.name}.csv": table_text(table, rows) for table, rows in contents.present},
        COLUMNS: columns_text(told, contents),
        **dict(method_files(told, words)),
        PAGE: page_text(told, contents, files_in_words(contents, words), words),
        BOOK: _book(Codes(told, words), contents),
    }


def files_in_words(contents: Contents, words: Wording) -> list[tuple[str, str]]:
    """Give the files of the pack with what they hold."""
    return [
        (PAGE, words.say("pack_file_index")),
        (METHOD, words.say("pack_file_method")),
        (BOOK, words.say("pack_file_book")),
        *((f"tables/{table.name}.csv", table_meaning(table, words)) for table, _ in contents.present),
        (COLUMNS, words.say("pack_file_columns")),
    ]


def read_first(told: Told, contents: Contents, words: Wording) -> str:
    """Say what the evaluation is, what the pack holds and lacks, and what it can and cannot answer."""
    return "\n".join(_read_first(told, contents, words)) + "\n"


def _read_first(told: Told, contents: Contents, words: Wording) -> Iterator[str]:
    yield from _headed(words.say("pack_title").upper(), "=")
    if told.clearance.invented:
        yield from _wrapped(words.say("book_invented"))
    yield from _wrapped(clearance_words(told.clearance, words))
    yield from _headed(words.say("pack_about"))
    yield from _wrapped(words.say("pack_promise"))
    yield ""
    yield from _wrapped(words.say("pack_use"))
    yield from _wrapped(f"{words.say('pack_years')}: {years_words(contents, words)}.")
    yield from _headed(words.say("pack_files"))
    for name, what in files_in_words(contents, words):
        yield from _listed(f"{name}: {what}")
    yield from _headed(words.say("pack_absent"))
    for one in absent_words(contents, words) or [words.say("pack_nothing_absent")]:
        yield from _listed(one)
    pairs = ("pack_can", answered(words)), ("pack_cannot", unanswered(told.clearance.threshold, words))
    for word, questions in pairs:
        yield from _headed(words.say(word))
        for question, answer in questions:
            yield from _listed(question)
            yield from textwrap.wrap(answer, LINE, initial_indent="    ", subsequent_indent="    ")


def _headed(text: str, under: str = "-") -> list[str]:
    return ["", text, under * len(text)]


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, LINE)


def _listed(text: str) -> list[str]:
    return textwrap.wrap(text, LINE, initial_indent="- ", subsequent_indent="  ", break_long_words=False)


def columns_text(told: Told, contents: Contents) -> str:
    """Say what every column of the pack tells, in both languages."""
    lines: list[str] = []
    for code in (DANISH, ENGLISH):
        words = Wording(code, told.run.model.in_points)
        lines += [words.say("tables_head"), "=" * len(words.say("tables_head")), words.say("tables_form")]
        lines += [words.say("tables_kept_back")]
        for table, rows in contents.present:
            lines += described_lines(table, f"{table.name}.csv", len(rows), words)
        lines += ["", words.say("tables_codes"), *code_lines(told, words), "", ""]
    return "\n".join(lines).rstrip() + "\n"


def _book(codes: Codes, contents: Contents) -> bytes:
    words, margin = codes.words, margin_words(codes.told.clearance, codes.words)
    sheets, named = [], []
    for table, rows in contents.present:
        title = table_title(table, words)
        head = Head(title[:SHEET_NAME], title, lines_of(codes), margin)
        sheets.append(sheet_of(table, rows, codes, head))
        named.append((head.name, table))
    facts = [*facts_of(codes, words.say("pack_use")), (words.say("pack_years"), years_words(contents, words))]
    facts += [(words.say("pack_absent"), one) for one in absent_words(contents, words)]
    return book_of([about_sheet(words.say("pack_title"), facts, named, codes), *sheets])
