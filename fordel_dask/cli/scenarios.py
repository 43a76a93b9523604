"""``fordel scenarios``: the variants of the consultation, and scenarios of one's own."""

import json
from pathlib import Path
from typing import Any

import click

from fordel_dask.cli.options import PATH, placed, say, speaking, written
from fordel_dask.errors import UsageError


@click.command(short_help="Every variant asked for in the consultation beside the base.")
@click.argument("store", type=PATH, required=False)
@click.option("--only", metavar="ID,ID", help="Variants or cases: V31,V18.finer; several together: V31.none+V17.")
@click.option("--file", "files", multiple=True, metavar="FILE", help="A scenario file of one's own; may be repeated.")
@click.option(
    "--grid", "grids", multiple=True, metavar="KEY=V,V", help="A case for each value; repeated: every combination."
)
@click.option("--search", metavar="KEY=LOW,HIGH", help="Break-even: from which value on a number changes (with --for).")
@click.option(
    "--for", "targets", multiple=True, metavar="council:ID", help="Whose number --search looks at; or clinic:NUMBER."
)
@click.option("--intervals", type=PATH, metavar="RUN", help="RUN of the base: which changes lie beyond its intervals.")
@click.option(
    "--list", "listed", is_flag=True, help="List the packaged variants: those that run, and why others do not."
)
@click.option("--explain", "explained", metavar="ID|FILE", help="Explain a variant, a case of it, or a scenario file.")
@click.option("--schema", "as_schema", is_flag=True, help="Print the JSON Schema of scenario files, for editors.")
@click.option(
    "--lang", type=click.Choice(["en", "da"]), default="en", help="Language of the page, --list and --explain."
)
@speaking
@written
@placed
def scenarios(store: Path | None, listed: bool, explained: str | None, as_schema: bool, **options: Any) -> None:
    """Run the variants that organisations asked for in the consultation on STORE, beside the base.

    Who would win and lose, as tables, a workbook and a page; without STORE variants are listed and explained.

    A scenario is a TOML file of changes to the national model. V01 to V64 and a few more are packaged; a variant may
    have several cases, such as V31.none and V31.double. A whole RUN of one is made by its name, alone or with others:
    fordel run STORE --model V31.none+V17 --out RUN

    \b
    A file of one's own may say, for instance:
      title = "A stronger correction, and home care"
      based_on = "V31.double"
      covariates.extra = ["HOME_CARE 0.25 2 7 20"]
      covariates.permanent_benefits.add = ["senior_pension"]

    \b
    Example:
      fordel scenarios nation.store --out variants
      fordel scenarios nation.store --only V31,V31.none+V17 --out two --excel
      fordel scenarios nation.store --grid "life_expectancy.exponent=0,0.5,1,2"
      fordel scenarios nation.store --search clinics.rounding_step=1,100 --for clinic:012345
      fordel scenarios --list
      fordel scenarios --explain V31 --lang da
      fordel scenarios --schema
    """
    asked = [store is not None, listed, explained is not None, as_schema]
    if asked.count(True) != 1:
        raise UsageError("Name a STORE to run variants on, or one of --list, --explain ID and --schema.")
    if store is not None:
        _run(store, options)
    elif as_schema:
        _print_schema()
    elif explained is not None:
        _explain(explained, options["lang"], options["as_json"])
    else:
        _list(options["lang"], options["as_json"])


def _run(store: Path, options: dict[str, Any]) -> None:
    from fordel_dask.cli.scenario_runs import run_scenarios, search_values

    if options["excel"] and options["out"] is None:
        raise UsageError("A workbook goes into a directory: give --out DIR beside --excel.")
    if options["targets"] and not options["search"]:
        raise UsageError("--for says whose number --search looks at: give --search KEY=LOW,HIGH.")
    options["only"] = [name.strip() for name in (options["only"] or "").split(",") if name.strip()]
    if options["search"]:
        beside = [f"--{name}" for name in ("only", "out", "intervals", "excel") if options[name]]
        beside += [f"--{name}" for name, given in (("file", options["files"]), ("grid", options["grids"])) if given]
        if beside:
            raise UsageError(f"--search shows values on the terminal or as --json: leave {', '.join(beside)} out.")
        search_values(store, options)
    else:
        run_scenarios(store, options)


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
    from fordel_dask.model.choosing import chosen_scenarios

    (found,) = chosen_scenarios([name])
    say(as_json, scenario_content(found), "\n".join(explanation_lines(found, lang)))


def _print_schema() -> None:
    from fordel_dask.model.schema import scenario_schema

    click.echo(json.dumps(scenario_schema(), ensure_ascii=False, indent=2))
