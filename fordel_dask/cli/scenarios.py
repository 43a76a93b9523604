"""``fordel scenarios``: the variants of the consultation, and scenarios of one's own."""

import json
from typing import Any

import click

from fordel_dask.cli.options import say, speaking
from fordel_dask.errors import UsageError


@click.command(short_help="The variants asked for in the consultation: what each changes.")
@click.option(
    "--list", "listed", is_flag=True, help="List the packaged variants: those that run, and why others do not."
)
@click.option("--explain", "explained", metavar="ID|FILE", help="Explain a variant, a case of it, or a scenario file.")
@click.option("--schema", "as_schema", is_flag=True, help="Print the JSON Schema of scenario files, for editors.")
@click.option("--lang", type=click.Choice(["en", "da"]), default="en", help="Language of --list and --explain.")
@speaking
def scenarios(listed: bool, explained: str | None, as_schema: bool, **options: Any) -> None:
    """List and explain the variants of the model that organisations asked for in the consultation.

    A scenario is a TOML file of changes to the national model. V01 to V64 and a few more are packaged; a variant may
    have several cases, such as V31.none and V31.double. They are run by name, alone or together:
    fordel run STORE --model V31.none+V17 --out RUN

    \b
    A file of one's own may say, for instance:
      title = "A stronger correction, and home care"
      based_on = "V31.double"
      covariates.extra = ["HOME_CARE 0.25 2 7 20"]
      covariates.permanent_benefits.add = ["senior_pension"]

    \b
    Example:
      fordel scenarios --list
      fordel scenarios --explain V31 --lang da
      fordel scenarios --schema
    """
    if [listed, explained is not None, as_schema].count(True) != 1:
        raise UsageError("Name one of --list, --explain ID and --schema.")
    if as_schema:
        _print_schema()
    elif explained is not None:
        _explain(explained, options["lang"], options["as_json"])
    else:
        _list(options["lang"], options["as_json"])


def _list(lang: str, as_json: bool) -> None:
    from fordel_dask.cli.scenario_text import list_lines, scenario_content
    from fordel_dask.model.scenario import packaged_scenarios

    found = packaged_scenarios()
    cases, run = sum(len(one.cases) for one in found), sum(one.runs for one in found)
    counts = {"scenarios": len(found), "run": run, "cases": cases}
    content = {"counts": counts, "scenarios": [scenario_content(one) for one in found]}
    say(as_json, content, "\n".join(list_lines(found, lang)))


def _explain(name: str, lang: str, as_json: bool) -> None:
    from fordel_dask.cli.scenario_text import explanation_lines, scenario_content
    from fordel_dask.model.scenario import load_scenario

    found = load_scenario(name)
    say(as_json, scenario_content(found), "\n".join(explanation_lines(found, lang)))


def _print_schema() -> None:
    from fordel_dask.model.schema import scenario_schema

    click.echo(json.dumps(scenario_schema(), ensure_ascii=False, indent=2))
