"""What the pack can and cannot answer, what is lacking in it, and which years it has: in words."""

from fordel_dask.report.evaluation.contents import Contents
from fordel_dask.report.wording import Wording

CAN = ("councils", "weights", "clinics", "fit", "access", "fees", "objections")
CANNOT = ("need", "effect", "fees", "missing", "loaded", "few")


def answered(words: Wording) -> list[tuple[str, str]]:
    """Give the questions that the pack can answer, and where."""
    return [(words.say(f"pack_can_{name}"), words.say(f"pack_can_{name}_how")) for name in CAN]


def unanswered(threshold: int, words: Wording) -> list[tuple[str, str]]:
    """Give the questions that it cannot answer, and why."""
    return [
        (words.say(f"pack_cannot_{name}"), words.say(f"pack_cannot_{name}_why", threshold=threshold)) for name in CANNOT
    ]


def absent_words(contents: Contents, words: Wording) -> list[str]:
    """Say what was not given, and how to give it."""
    return [words.say(f"pack_absent_{name}") for name in contents.absent]


def years_words(contents: Contents, words: Wording) -> str:
    """Name the years with their models and days."""
    models = [year.run.model for year in contents.years]
    return "; ".join(f"{model.year} ({model.name}, {words.date(model.status_date)})" for model in models)
