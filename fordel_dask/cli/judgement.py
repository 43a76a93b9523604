"""What ``fordel check`` says on a terminal: the verdict with what matters most, and the list of rules."""

import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

WIDTH = 100
MOST_TOLD = 8


def summary_text(report: Mapping[str, Any], page: Path, lang: str) -> str:
    """Give the verdict, the most important findings with what to do, and where the page is."""
    from fordel_dask.quality.language import Language
    from fordel_dask.quality.telling import steps, verdict_more, verdict_text

    language, numbers = Language(lang), report["registers"].values()
    files, rows = (language.counted(sum(one[name] for one in numbers), name) for name in ("files", "rows"))
    to_do = steps(report, language)
    lines = [
        " ".join(filter(None, (verdict_text(report, language), verdict_more(report, language)))),
        language.say("terminal", "rows_read", files=files, rows=rows),
    ]
    if to_do:
        lines += ["", language.say("terminal", "most_important")]
        lines += [line for step in to_do[:MOST_TOLD] for line in _step_lines(step)]
    if len(to_do) > MOST_TOLD:
        lines.append("  " + language.say("terminal", "others", n=len(to_do) - MOST_TOLD))
    lines += ["", language.say("page", f"then_{report['verdict']}"), language.say("terminal", "page", path=page)]
    return "\n".join(lines).replace("\N{NO-BREAK SPACE}", " ")


def _step_lines(step: Any) -> Iterator[str]:
    where = f" – {step.register}{f': {step.count}' if step.count else ''}" if step.register else ""
    yield from textwrap.wrap(f"{step.title}{where}", WIDTH, initial_indent="  ", subsequent_indent="    ")
    for paragraph in step.advice.splitlines():
        yield from textwrap.wrap(paragraph, WIDTH, initial_indent="      ", subsequent_indent="      ")


def declaration_text(content: Mapping[str, Any], lang: str) -> str:
    """Say what a first declaration placed, what it could not place, and what to look at."""
    from fordel_dask.quality.language import Language

    language = Language(lang)
    lines = [language.say("terminal", "draft_written", path=content["written"])]
    if content["placed"]:
        what = ", ".join(
            f"{name} ({language.counted(len(files), 'files')})" for name, files in content["placed"].items()
        )
        lines.append(language.say("terminal", "placed", what=what))
    if content["unplaced"]:
        lines.append(language.say("terminal", "unplaced"))
        lines += [f"  {one['file']}: {one['why']}" for one in content["unplaced"]]
    if content["doubts"]:
        lines += [language.say("terminal", "doubts"), *(f"  {doubt}" for doubt in content["doubts"])]
    return "\n".join(lines).replace("\N{NO-BREAK SPACE}", " ")


def rule_lines(lang: str) -> Iterator[str]:
    """Give all rules as lines for a terminal, by register; those of several registers are told with the first."""
    from fordel_dask.quality.language import Language
    from fordel_dask.quality.rules import all_rules

    language, rules = Language(lang), all_rules()
    yield language.say("terminal", "rules_head", n=len(rules))
    groups: dict[tuple[str, ...], list[Any]] = {}
    for rule in rules:
        groups.setdefault(rule.registers, []).append(rule)
    for registers, own in groups.items():
        yield ""
        yield ", ".join(language.say("registers", register) for register in registers)
        for rule in own:
            code = f" {rule.exit_code}" if rule.exit_code else ""
            yield f"  {rule.id} – {language.say('severity', rule.severity)}{code}: {rule.texts[lang].title}"
            yield from textwrap.wrap(
                rule.texts[lang].reason, WIDTH, initial_indent="      ", subsequent_indent="      "
            )
