"""The JSON Schema of scenario files, for editors: made of the parameters, so that it cannot fall behind them."""

from typing import Any

from fordel_dask.law.parameters import parameters
from fordel_dask.model.changes import ADD, OTHER_WORDS, REMOVE, WRAPPERS, full_key
from fordel_dask.model.finding import NATIONAL
from fordel_dask.model.forms import Form, form_of
from fordel_dask.model.model import GROUPS
from fordel_dask.model.written import ANSWERS, CASE_NAME, CASE_TEXTS, CASES, NEEDS, RUNS, TEXTS
from fordel_dask.model.written import OTHER_WORDS as OTHER_TEXTS

DRAFT = "https://json-schema.org/draft/2020-12/schema"
DOCS = {
    "id": "What the scenario is called, in --model, tables and file names. Default: the name of the file.",
    "name": "The same as id.",
    "title": "A few words for tables and pages.",
    "title_da": "The same in Danish.",
    "who": "Who asked for it.",
    "who_da": "The same in Danish.",
    "memo": "Section of the consultation memo.",
    "ministry": "What the ministry answered.",
    "doc": "What it changes and why, in a sentence.",
    "doc_da": "The same in Danish.",
    "based_on": f"What the changes are made to: {NATIONAL}, a packaged variant or case (V31.double), or a file.",
    "missing": "Which data or decision is missing, where it cannot run.",
    "missing_da": "The same in Danish.",
    "shown_by": "The command that shows what was asked for.",
    "runs": "Whether it can be run as a model.",
    "needs": "Optional registers, columns and covariates that it needs, such as covariates:HOSPITAL_KM.",
    "cases": "Several models in one file, each with changes on top of the file's own.",
}
"""What each word of a file means."""


def scenario_schema() -> dict[str, Any]:
    """Give the schema (draft 2020-12): every word, key, type, choice and limit with what it means."""
    changes = _changes()
    return {
        "$schema": DRAFT,
        "title": "Scenario of the national distribution model for general practice",
        "description": "Changes to the model; whole tables, dotted keys, or last parts of keys that only one has.",
        "type": "object",
        "properties": {**_words(), **changes, **{name: {"$ref": "#/$defs/changes"} for name in WRAPPERS}},
        "additionalProperties": False,
        "$defs": {
            "changes": {"type": "object", "properties": changes, "additionalProperties": False},
            "case": {
                "type": "object",
                "properties": {**{name: _text(name) for name in CASE_TEXTS}, **changes},
                "additionalProperties": False,
            },
            **{key: _parameter(key) for key in parameters()},
        },
    }


def _words() -> dict[str, Any]:
    words = {name: _text(name) for name in TEXTS}
    words["ministry"] = {**words["ministry"], "enum": list(ANSWERS)}
    words |= {other: words[name] for other, name in OTHER_TEXTS.items()}
    words[RUNS] = {"type": "boolean", "default": True, "description": DOCS[RUNS]}
    words[NEEDS] = {"type": "array", "items": {"type": "string"}, "description": DOCS[NEEDS]}
    words[CASES] = {
        "type": "object",
        "description": DOCS[CASES],
        "patternProperties": {f"^{CASE_NAME.pattern}$": {"$ref": "#/$defs/case"}},
        "additionalProperties": False,
    }
    return words


def _text(name: str) -> dict[str, Any]:
    return {"type": "string", "description": DOCS[name]}


def _changes() -> dict[str, Any]:
    """Give every way to write a key: in its table, in full with quotes, by its last part, by the model's own word."""
    refs = {key: {"$ref": f"#/$defs/{key}"} for key in parameters()}
    tables: dict[str, Any] = {}
    for group in GROUPS:
        own = {key.split(".")[1]: ref for key, ref in refs.items() if key.split(".")[0] == group}
        own |= {other: own[name] for other, name in OTHER_WORDS.items() if name in own}
        tables[group] = {"type": "object", "properties": own, "additionalProperties": False}
    last_parts = [key.split(".")[1] for key in refs]
    short = {part: refs[full_key(part)] for part in (*last_parts, *OTHER_WORDS) if last_parts.count(part) < 2}
    return {**tables, **refs, **{part: ref for part, ref in short.items() if part not in tables}}


def _parameter(key: str) -> dict[str, Any]:
    parameter, form = parameters()[key], form_of(key)
    value, default = _value(form), parameter.value
    if form.is_list:
        entries = {"type": "array", "items": value, "uniqueItems": True}
        whole = entries if form.may_be_empty else {**entries, "minItems": 1}
        changed = {"type": "object", "properties": {ADD: entries, REMOVE: entries}, "additionalProperties": False}
        value = {"anyOf": [whole, changed]}
    description = f"{parameter.doc} Unit: {parameter.unit}. Source: {parameter.source} ({parameter.kind})."
    return {**value, "default": list(default) if isinstance(default, tuple) else default, "description": description}


def _value(form: Form) -> dict[str, Any]:
    """Give the schema of one value, or of an entry of a list."""
    if form.words:
        return {"enum": list(form.words)}
    if form.type == "integer" and form.limits:
        return {"type": "integer", "minimum": form.limits[0], "maximum": form.limits[1]}
    if form.unit == "power":
        return {"type": ["string", "number"]}
    return {"type": form.type, **({"pattern": f"^({form.pattern})$"} if form.pattern else {})}
