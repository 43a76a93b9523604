"""What ``fordel scenarios`` says on a terminal and as JSON: lists, and a variant explained, in English or Danish."""

import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

from fordel_dask.law.parameters import Value, parameters, told
from fordel_dask.law.words import plain_value
from fordel_dask.model.scenario import Case, Scenario

WIDTH = 100
KINDS_DA = {
    "law": "lov",
    "register": "register",
    "published": "offentliggjort",
    "inferred": "udledt",
    "assumption": "antagelse",
}
WORDS = {
    "en": {
        "head": "{scenarios} scenarios are packaged; {run} run, in {cases} cases. "
        "'fordel scenarios --explain V31' says more of one.",
        "missing": "Does not run",
        "shown_by": "Shown by",
        "who": "Asked for by",
        "memo": "Consultation memo, section",
        "ministry": "The ministry's answer",
        "needs": "Needs",
        "changes": "Changes",
        "run": "Run it with",
        "parameters": "The parameters",
        "national": "In the national model",
        "source": "Source",
    },
    "da": {
        "head": "{scenarios} scenarier følger med; {run} kan køres, i {cases} udgaver. "
        "'fordel scenarios --explain V31 --lang da' fortæller mere om et af dem.",
        "missing": "Kan ikke køres",
        "shown_by": "Vises af",
        "who": "Foreslået af",
        "memo": "Høringsnotatet, afsnit",
        "ministry": "Ministeriets svar",
        "needs": "Kræver",
        "changes": "Ændringer",
        "run": "Køres med",
        "parameters": "Parametrene",
        "national": "I den nationale model",
        "source": "Kilde",
    },
}
ANSWERS = {
    "done": ("followed", "fulgt"),
    "partly": ("followed in part", "delvist fulgt"),
    "rejected": ("not followed", "ikke fulgt"),
    "noted": ("taken under advisement", "taget til efterretning"),
    "unanswered": ("no direct answer", "intet direkte svar"),
    "region": ("left to the region", "overladt til regionen"),
    "outside": ("outside the executive order", "uden for bekendtgørelsen"),
    "unasked": ("it was not asked", "der er ikke spurgt"),
}
"""What the ministry answered, in English and Danish."""


TEXTS = ("title", "title_da", "who", "who_da", "memo", "ministry", "doc", "doc_da", "missing", "missing_da", "shown_by")


def list_lines(found: Sequence[Scenario], lang: str) -> Iterator[str]:
    """Give scenarios as lines for a terminal: title, cases with what they need, or why one does not run."""
    words = WORDS[lang]
    cases, run = sum(len(one.cases) for one in found), sum(one.runs for one in found)
    yield from textwrap.wrap(words["head"].format(scenarios=len(found), run=run, cases=cases), WIDTH)
    for one in found:
        yield f"{one.identity}  {_in(lang, one.title, one.title_da)}"
        if one.runs:
            yield from _wrapped(", ".join(case.name for case in one.cases if case.name != one.identity), 5)
            yield from _labelled(words["needs"], ", ".join(one.needs), 5)
        else:
            yield from _labelled(words["missing"], _in(lang, one.missing, one.missing_da), 5)
            yield from _labelled(words["shown_by"], one.shown_by, 5)


def explanation_lines(scenario: Scenario, lang: str) -> Iterator[str]:
    """Give all that is known of a scenario as lines for a terminal."""
    words = WORDS[lang]
    yield f"{scenario.identity} – {_in(lang, scenario.title, scenario.title_da)}".removesuffix(" – ")
    yield from _wrapped(_in(lang, scenario.doc, scenario.doc_da))
    yield from _labelled(words["who"], _in(lang, scenario.who, scenario.who_da))
    yield from _labelled(words["memo"], scenario.memo)
    yield from _labelled(words["ministry"], _answer(scenario.ministry, lang))
    yield from _labelled(words["missing"], _in(lang, scenario.missing, scenario.missing_da))
    yield from _labelled(words["shown_by"], scenario.shown_by)
    for case in scenario.cases:
        yield from _case_lines(scenario, case, lang)
    changed = {key for case in scenario.cases for key in case.model.changed}
    if changed:
        yield f"\n{words['parameters']}"
    for key in parameters():
        if key in changed:
            yield from _parameter_lines(key, lang)


def _case_lines(scenario: Scenario, case: Case, lang: str) -> Iterator[str]:
    words = WORDS[lang]
    title = _in(lang, case.title, case.title_da)
    yield f"\n{case.name} – {title}".removesuffix(" – ") if case.name != scenario.identity else f"\n{words['changes']}"
    for key in case.model.changed:
        yield from _wrapped(f"{key}: {_change_words(key, case.model.values()[key], lang)}")
    yield from _labelled(words["needs"], ", ".join(case.needs))
    yield from _labelled(words["run"], f"fordel run STORE --model {case.name} --out RUN")


def _parameter_lines(key: str, lang: str) -> Iterator[str]:
    words, parameter, about = WORDS[lang], parameters()[key], told(key, lang)
    yield f"  {key} ({about.unit})"
    yield from _wrapped(about.doc, 6)
    yield from _labelled(words["national"], _value_words(parameter.value, lang), 6)
    yield from _labelled(words["source"], f"{about.source} ({_in(lang, parameter.kind, KINDS_DA[parameter.kind])})", 6)


def _change_words(key: str, value: Value, lang: str) -> str:
    """Say what becomes of a value; of a list that mostly stays, what is added (+) and removed (−)."""
    before = parameters()[key].value
    if isinstance(before, tuple) and isinstance(value, tuple) and isinstance((*before, "")[0], str):
        added = [f"+ {entry}" for entry in value if entry not in before]
        removed = [f"− {entry}" for entry in before if entry not in value]
        if len(added) + len(removed) < len(before):
            return ", ".join((*added, *removed))
    return f"{_value_words(before, lang)} → {_value_words(value, lang)}"


def _value_words(value: Value, lang: str) -> str:
    if isinstance(value, bool) and lang == "da":
        return "til" if value else "fra"
    return plain_value(value) or _in(lang, "none", "ingen")


def _answer(answer: str, lang: str) -> str:
    return _in(lang, *ANSWERS[answer]) if answer else ""


def _in(lang: str, english: str, danish: str) -> str:
    return danish if lang == "da" else english


def _labelled(label: str, text: str, indent: int = 4) -> list[str]:
    return _wrapped(f"{label}: {text}", indent) if text else []


def _wrapped(text: str, indent: int = 4) -> list[str]:
    margin = " " * indent
    return textwrap.wrap(text, WIDTH, initial_indent=margin, subsequent_indent=margin, break_on_hyphens=False)


def scenario_content(scenario: Scenario) -> dict[str, Any]:
    """Give a scenario for a program."""
    about = {name: getattr(scenario, name) for name in TEXTS}
    return {
        "id": scenario.identity,
        **about,
        "runs": scenario.runs,
        "needs": list(scenario.needs),
        "cases": [_case_content(case) for case in scenario.cases],
    }


def _case_content(case: Case) -> dict[str, Any]:
    values, known = case.model.values(), parameters()
    changes = [
        {"key": key, "from": known[key].value, "to": values[key], "unit": known[key].unit, "doc": known[key].doc,
         "source": known[key].source, "kind": known[key].kind}
        for key in case.model.changed
    ]  # fmt: skip
    return {
        "name": case.name,
        "title": case.title,
        "title_da": case.title_da,
        "changes": changes,
        "needs": list(case.needs),
        "hash": case.model.hash,
    }
