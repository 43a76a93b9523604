"""Pages as single files: styles and scripts inside, named in a strict policy, and nothing fetched from anywhere."""

import base64
import functools
import hashlib
import json
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from fordel_dask.report.wording import PACKAGE, Wording

NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'"
IN_A_SCRIPT = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})


@functools.cache
def environment() -> Environment:
    """Give the templates of this room: everything that is filled in is escaped, and nothing may be missing."""
    found = Environment(
        loader=ChoiceLoader([PackageLoader(PACKAGE)]),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    found.filters["as_data"] = as_data
    return found


@functools.cache
def asset(name: str) -> str:
    """Give a style sheet or a script of this room."""
    return resources.files(PACKAGE).joinpath("assets", name).read_text("utf-8")


def page(
    template: str, words: Wording, styles: Sequence[str], scripts: Sequence[str], content: Mapping[str, Any]
) -> str:
    """Fill in a template that extends ``frame.html``, with its styles and scripts inside.

    The policy names them by their hashes: neither another script nor an ``onclick`` in a name would be run.
    """
    style, script = ("\n".join(asset(name) for name in names) for names in (styles, scripts))
    return (
        environment()
        .get_template(template)
        .render(
            lang=words.code,
            t=words.words(),
            say=words.say,
            policy=_policy(style, script),
            style=Markup(style),
            script=Markup(script),
            **content,
        )
    )


def drawn(template: str, words: Wording, **content: Any) -> Markup:
    """Fill in a drawing."""
    return Markup(environment().get_template(template).render(t=words.words(), say=words.say, **content))


def _policy(style: str, script: str) -> str:
    named = [f"style-src {_source(style)}"] + ([f"script-src {_source(script)}"] if script else [])
    return "; ".join([NOTHING, *named])


def _source(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def as_data(content: object) -> Markup:
    """Give data for a script as JSON that cannot end the element it stands in."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.translate(IN_A_SCRIPT))
