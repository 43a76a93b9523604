"""``fordel glossary`` and ``fordel sources``: what words mean, and where numbers and rules come from."""

import datetime
import difflib
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from fordel_dask.cli.options import say, speaking
from fordel_dask.errors import UsageError
from fordel_dask.law.glossary import Word, find_words
from fordel_dask.law.glossary import glossary as all_words
from fordel_dask.law.parameters import Parameter
from fordel_dask.law.provisions import Provision, provisions
from fordel_dask.law.rules import IN_FORCE, NOT_YET, OUT_OF_REACH, Rule, rules_by_state
from fordel_dask.law.sources import UNSURE, DataFile, data_files, parameters_by_kind
from fordel_dask.law.words import plain_value

if TYPE_CHECKING:
    from fordel_dask.fees.service_rules import RuleSource

WIDTH = 100
KIND_MEANINGS = {
    "assumption": "this project's own choice; the official one is not public",
    "inferred": "follows from a source by a step of reasoning",
    "law": "the act or the executive order, as the consultation memo tells it",
    "register": "what a register says of itself",
    "published": "a published figure or list",
}
STATE_MEANINGS = {
    IN_FORCE: "functions of the program follow them, and tests hold them to it",
    OUT_OF_REACH: "no program can follow them, for the reason told",
    NOT_YET: "nothing in the program follows them yet",
}
SOURCE_WORDS_DA = {
    "Source:": "Kilde:",
    "Danish word of this project's choice": "dansk ord valgt af projektet",
    "this project's word": "projektets ord",
    "this project's choice": "projektets valg",
    "not public": "ikke offentliggjort",
    "memo": "høringsnotat",
    "fee table": "honorartabel",
    "Health Act section 206 b": "sundhedsloven § 206 b",
}

SOURCE_WORDS = (
    "'memo' is the ministry's consultation memo: Høringsnotat for bekendtgørelse om den nationale model for fordeling "
    "og styring af lægekapaciteter i det almenmedicinske tilbud (Indenrigs- og Sundhedsministeriet, 2025), by section. "
    "R numbers are the rules that 'fordel sources --rules' lists; M1–M20 number what is publicly known of the "
    "statistical model."
)


@click.command(short_help="What the words mean, in English or Danish.")
@click.argument("word", required=False)
@click.option("--lang", type=click.Choice(["en", "da"]), default="en", help="Language of the definitions.")
@speaking
def glossary(word: str | None, lang: str, as_json: bool, **_: Any) -> None:
    """Say what the words of this program mean, in English or Danish, and which are not used.

    Without WORD all of them. WORD may be English or Danish, or one that is not used here.

    \b
    Example:
      fordel glossary
      fordel glossary minimumspatienttal --lang da
    """
    words = _asked_for(word) if word else all_words()
    text = "\n\n".join("\n".join(word_lines(entry, lang)) for entry in words)
    say(as_json, {"words": [asdict(entry) for entry in words]}, text)


def _asked_for(word: str) -> tuple[Word, ...]:
    found = find_words(word)
    if found:
        return found
    names = [name for entry in all_words() for name in (entry.term, entry.danish)]
    near = difflib.get_close_matches(word, names, n=3)
    hint = f" The nearest are: {', '.join(near)}." if near else ""
    raise UsageError(f"'{word}' is no word of this program.{hint} 'fordel glossary' lists all {len(all_words())}.")


def word_lines(word: Word, lang: str) -> Iterator[str]:
    """Give a word as lines for a terminal."""
    first, second = (word.danish, word.term) if lang == "da" else (word.term, word.danish)
    yield f"{first} – {second}"
    yield from _wrapped(word.definition_da if lang == "da" else word.definition)
    unofficial = "" if word.official else "; Danish word of this project's choice"
    source, avoid = f"Source: {word.source}{unofficial}", "Not"
    if lang == "da":
        source, avoid = in_danish(source), "Ikke"
    yield from _wrapped(source)
    yield from _wrapped(f"{avoid}: {', '.join(word.avoid).replace('_', ' ')}")


def in_danish(source: str) -> str:
    """Give the few words that sources are made of in Danish."""
    for english, danish in SOURCE_WORDS_DA.items():
        source = source.replace(english, danish)
    return source


@click.command(short_help="Parameters, data files and rules with their sources.")
@click.option("--rules", "of_rules", is_flag=True, help="List the rules R1–R54 instead: first those in force here.")
@speaking
def sources(of_rules: bool, as_json: bool, **_: Any) -> None:
    """List every parameter of the model and every packaged data file with its source.

    What is assumed or inferred stands first and is counted. With --rules the rules of the
    distribution model instead, each with its source, the functions that follow it and the tests that hold them to it.

    \b
    Example:
      fordel sources
      fordel sources --rules
      fordel sources --json
    """
    if of_rules:
        states = rules_by_state()
        say(as_json, rules_content(states), "\n".join(rule_lines(states)))
        return
    from fordel_dask.fees.service_rules import rule_sources

    groups, files = parameters_by_kind(), data_files()
    content = {
        "counts": {kind: len(group) for kind, group in groups.items()},
        "parameters": [_as_json(one) for group in groups.values() for one in group],
        "provisions": [_provision_as_json(one) for one in provisions()],
        "fee_rules": [asdict(rule) for rule in rule_sources()],
        "files": [asdict(file) for file in files],
    }
    say(as_json, content, "\n".join(source_lines(groups, files)))


def _provision_as_json(provision: Provision) -> dict[str, Any]:
    days = {"valid_from": provision.valid_from.isoformat(), "valid_until": _day(provision.valid_until)}
    value = provision.value
    return {**asdict(provision), **days, "value": value.isoformat() if isinstance(value, datetime.date) else value}


def _day(day: datetime.date | None) -> str | None:
    return day.isoformat() if day else None


def _as_json(parameter: Parameter) -> dict[str, Any]:
    return {**asdict(parameter), "valid_from": parameter.valid_from.isoformat()}


def source_lines(groups: dict[str, tuple[Parameter, ...]], files: Sequence[DataFile]) -> Iterator[str]:
    """Give parameters by kind, then data files, as lines for a terminal."""
    from fordel_dask.fees.service_rules import rule_sources

    unsure, total = sum(len(groups.get(kind, ())) for kind in UNSURE), sum(map(len, groups.values()))
    yield from _wrapped(SOURCE_WORDS, 0)
    yield f"The model has {total} parameters. {unsure} of them are not told by any source, but assumed or inferred."
    for kind, group in groups.items():
        yield f"\n{kind.upper()} ({len(group)}): {KIND_MEANINGS[kind]}"
        for parameter in group:
            yield f"  {parameter.key} = {plain_value(parameter.value)} ({parameter.unit})"
            yield from _wrapped(parameter.doc, 6)
            yield from _wrapped(f"Source: {parameter.source}; from {parameter.valid_from}", 6)
    yield from provision_lines(provisions())
    yield from fee_rule_lines(rule_sources())
    yield f"\nDATA FILES ({len(files)}), below fordel_dask/law/"
    for file in files:
        yield f"  {file.path} ({file.kind}): {file.content}"
        for label, told in (("Origin", file.origin), ("Licence", file.licence), ("Credit", file.credit)):
            yield from _wrapped(f"{label}: {told}" if told else "", 6)
        yield from _wrapped(file.note, 6)


def provision_lines(found: Sequence[Provision]) -> Iterator[str]:
    """Give the values of the year's cycle, each with its days, as lines for a terminal."""
    yield f"\nTHE YEAR'S CYCLE ({len(found)}): values looked up by day"
    for one in found:
        until = f" until {one.valid_until}" if one.valid_until else ""
        yield f"  {one.key} = {one.value} ({one.unit}), from {one.valid_from}{until}"
        yield from _wrapped(one.doc, 6)
        yield from _wrapped(f"{one.kind}, {one.rule}. Source: {one.source}", 6)


def fee_rule_lines(found: "Sequence[RuleSource]") -> Iterator[str]:
    """Give the rules that services are priced by beyond their fee, as lines for a terminal."""
    unsure = sum(one.kind in UNSURE for one in found)
    yield f"\nPRICES OF SERVICES ({len(found)}): by 'fordel fees price'; {unsure} of the rules are assumed or inferred"
    for one in found:
        yield from _wrapped(f"{one.of} ({one.kind}): {one.doc}", 2)


def rules_content(states: dict[str, tuple[Rule, ...]]) -> dict[str, Any]:
    """Give rules for a program, with how many there are of each state."""
    return {
        "counts": {state.replace(" ", "_"): len(group) for state, group in states.items()},
        "rules": [{**asdict(rule), "state": rule.state} for group in states.values() for rule in group],
    }


def rule_lines(states: dict[str, tuple[Rule, ...]]) -> Iterator[str]:
    """Give rules by state as lines for a terminal."""
    rules = [rule for group in states.values() for rule in group]
    unsure = sum(rule.kind in UNSURE for rule in rules)
    yield from _wrapped(SOURCE_WORDS, 0)
    yield f"The distribution model has {len(rules)} rules. {unsure} of them are assumed or inferred as a whole."
    for state, group in states.items():
        yield f"\n{state.upper()} ({len(group)}): {STATE_MEANINGS[state]}"
        for rule in group:
            yield f"  {rule.id} ({rule.kind}) {rule.title_da}"
            yield from _wrapped(rule.statement, 6)
            yield from _wrapped(f"Source: {rule.source}", 6)
            yield from _wrapped(rule.why or f"Followed by {', '.join(rule.follows)}", 6)
            yield from _wrapped(_held_by(rule), 6)


def _held_by(rule: Rule) -> str:
    """Say which tests hold the program to a rule: the first, and how many more there are."""
    if not rule.tests:
        return ""
    more = f" and {len(rule.tests) - 1} more" if len(rule.tests) > 1 else ""
    return f"Held by {rule.tests[0]}{more}"


def _wrapped(text: str, indent: int = 4) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=" " * indent, subsequent_indent=" " * indent)
