"""The page of the pack: what the evaluation is, what the pack holds and lacks, its pictures and questions."""

from collections.abc import Sequence

from fordel_dask.report.evaluation.contents import Contents
from fordel_dask.report.evaluation.pictures import pictures_of
from fordel_dask.report.evaluation.questions import absent_words, answered, unanswered, years_words
from fordel_dask.report.frame import page
from fordel_dask.report.picture import TEXT, Cell, Column, Table
from fordel_dask.report.told import Told
from fordel_dask.report.wording import Wording
from fordel_dask.report.workbooks.facts import clearance_words


def page_text(told: Told, contents: Contents, files: Sequence[tuple[str, str]], words: Wording) -> str:
    """Give the page as HTML; ``files`` are those of the pack with what they hold."""
    invented = [words.say("book_invented")] if told.clearance.invented else []
    return page(
        "evaluation.html",
        words,
        ["report.css", "evaluation.css"],
        [],
        {
            "title": words.say("pack_title"),
            "banners": [*invented, clearance_words(told.clearance, words)],
            "years": years_words(contents, words),
            "files": files,
            "absent": absent_words(contents, words),
            "can": _questions(words.say("pack_can"), answered(words), words),
            "cannot": _questions(words.say("pack_cannot"), unanswered(told.clearance.threshold, words), words),
            "pictures": pictures_of(contents, words),
            "assumptions": words.say("pack_assumptions_text", unsure=len(told.run.model.unsure)),
            "footer": f"fordel_dask {told.run.model.program}. {words.say('book_fingerprint')}: {told.run.model.hash}.",
        },
    )


def _questions(caption: str, pairs: Sequence[tuple[str, str]], words: Wording) -> Table:
    columns = [Column(words.say(head), TEXT) for head in ("pack_question", "pack_answer")]
    return Table(caption, columns, [[Cell(question), Cell(answer)] for question, answer in pairs])
