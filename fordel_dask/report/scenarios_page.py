"""The page of scenarios: every variant, who would win and lose, in one HTML file that opens anywhere, offline."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from fordel_dask import __version__
from fordel_dask.law.sources import data_file
from fordel_dask.report.pictures import council_map, denmark
from fordel_dask.report.scenarios_case import case_content
from fordel_dask.report.scenarios_print import NEED_PLACES, Printer
from fordel_dask.scenarios.compared import UNCHANGED, Compared, status_of
from fordel_dask.scenarios.reasons import why_not_run

HASH_SHOWN = 12
BORDERS = "geography/municipalities.geojson"


def scenarios_page(compared: Compared, lang: str = "en", invented: bool = False) -> str:
    """Give the page as HTML, in English (``en``) or Danish (``da``).

    It names clinics and stays where the tables stay; ``invented`` says on it that no real person is behind them.
    """
    environment = Environment(
        loader=PackageLoader("fordel_dask.report"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    return environment.get_template("scenarios.html").render(content(compared, Printer(lang), invented))


def content(compared: Compared, say: Printer, invented: bool) -> dict[str, Any]:
    """Give everything the page says, ready to be printed."""
    sums = _sums(compared, say)
    anchors = {one.name: f"case-{n}" for n, one in enumerate(compared.run, 1)}
    return {
        "lang": say.lang,
        "t": say.words(),
        "invented": invented,
        "title": say.say("title", year=compared.places.year),
        "lead": say.say("lead", run=say.number(len(compared.run))),
        "figures": list(_figures(compared, sums, say)),
        "base": list(_base(compared, say)),
        "all_note": say.say("all_note", **sums),
        "sums": sums,
        "cases": [case_content(compared, one, anchors[one.name], say) for one in compared.run],
        "not_run": list(_not_run(compared, say)),
        "map": _map(compared, say),
        "footer": say.say("footer", version=__version__, borders=data_file(BORDERS).credit.removeprefix("Borders: ")),
    }


def _sums(compared: Compared, say: Printer) -> dict[str, str]:
    """Give what changes are measured from: the sums of the base."""
    base = compared.base
    numbers = sum(one.minimum_patients is not None for one in base.clinics)
    return {
        "need": say.number(sum((one.need for one in base.councils), Fraction(0)), NEED_PLACES),
        "maximum": say.number(sum((one.maximum for one in base.councils), Fraction(0))),
        "councils": say.number(len(base.councils)),
        "clinics": say.number(numbers),
    }


def _figures(compared: Compared, sums: Mapping[str, str], say: Printer) -> Iterator[tuple[str, str, str]]:
    """Give the figures at the top: value, name, meaning."""
    run = compared.run
    moving = sum(not one.why_unchanged and not one.moves_no_number for one in run)
    unchanged = sum(status_of(one) == UNCHANGED for one in run)
    filled: dict[str, dict[str, object]] = {
        "need": {},
        "maximum": {"councils": sums["councils"]},
        "clinics": {"clinics": say.number(len(compared.base.clinics))},
        "run": {"all": len(compared.cases), "not_run": len(compared.not_run)},
        "moving": {"unchanged": unchanged, "others": len(run) - moving - unchanged},
    }
    values = {**sums, "run": say.number(len(run)), "moving": say.number(moving)}
    for name, places in filled.items():
        yield values[name], say.say(f"figure_{name}"), say.say(f"figure_{name}_note", **places)


def _base(compared: Compared, say: Printer) -> Iterator[str]:
    """Give the sentences on what everything is measured from."""
    base = compared.base
    told = {"citizens": say.number(base.citizens), "year": compared.places.year}
    yield say.say("base_text", name=base.model.name, hash=base.model.hash[:HASH_SHOWN], **told)
    if base.model.changed:
        yield say.say("base_changed", changes=", ".join(base.model.changed))
    yield f"{say.say('base_how')} {say.say('base_step', step=base.model.clinics.rounding_step)}"
    yield say.say("sure_known" if compared.intervals else "sure_unknown")


def _not_run(compared: Compared, say: Printer) -> Iterator[dict[str, str]]:
    for one in compared.not_run:
        asked = compared.asked_for(one.name)
        yield {
            "name": one.name,
            "title": asked.said("title", say.lang),
            "who": asked.said("who", say.lang),
            "why": why_not_run(one, asked, say.lang),
        }


def _map(compared: Compared, say: Printer) -> dict[str, Any]:
    """Give the outlines of councils, drawn once, and what the colours stand for."""
    council_of = {code: one.council_id for code, one in compared.places.municipalities.items()}
    paths = council_map.council_paths(council_of)
    return {
        "width": denmark.WIDTH,
        "height": denmark.HEIGHT,
        "colours": council_map.COLOURS,
        "paths": [(f"council-{n}", path) for n, path in enumerate(paths.values())],
        "ids": {council: f"council-{n}" for n, council in enumerate(paths)},
        "legend": [(n, _range(low, high, say)) for n, (low, high) in enumerate(council_map.legend())],
    }


def _range(low: Fraction | None, high: Fraction | None, say: Printer) -> str:
    """Say which changes a colour stands for."""

    def percent(share: Fraction) -> str:
        return f"{say.signed(share * 100)} %" if share else "0"

    if low is not None and high is not None:
        return say.say("between", **{"from": percent(low), "to": percent(high)})
    if high is not None:
        return say.say("under", to=percent(high))
    return say.say("unchanged") if low is None else say.say("over_from", **{"from": percent(low)})
