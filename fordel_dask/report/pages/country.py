"""The page of the country: its annexes, maps, weights, clinics and scenarios, and the explorer."""

from collections.abc import Sequence
from typing import Any

from fordel_dask.report.pages import tables
from fordel_dask.report.pages.case_tables import cases_table, has_cases
from fordel_dask.report.pages.explorer import explorer_data
from fordel_dask.report.pages.links import Links
from fordel_dask.report.pages.parameters import Told as ToldParameter
from fordel_dask.report.pages.parameters import unsure_parameters
from fordel_dask.report.pages.shared import contents_of, shared_content
from fordel_dask.report.pictures import maps, outlines_svg
from fordel_dask.report.told import Told, ToldRun
from fordel_dask.report.wording import Wording


def country_content(told: Told, words: Wording, links: Links) -> dict[str, Any]:
    """Give everything that the page of the country says."""
    run, model = told.run, told.run.model
    shown = shared_content(told, words, links, list(run.councils.values()), list(run.clinics.values()))
    shown |= _parameters(told, words) | _tables(told, words, links) | _pictures(told, words)
    return shown | {
        "title": words.say("country_title", year=model.year),
        "lead": words.say("country_lead", councils=len(run.councils), day=words.date(model.status_date)),
        "trail": (),
        "here": "",
        "neighbours": _neighbours(run, links),
        "explorer": explorer_data(told, words, links),
        "has_cases": has_cases(told),
        "weights_lead": words.say("weights_lead_plain"),
        "kept_back_lead": words.say("kept_back_lead", threshold=words.number(told.clearance.threshold)),
        "contents": contents_of(
            words,
            ("explorer", "explorer_title", True),
            ("parameters", "parameters_title", True),
            ("maps", "maps_title", shown["maps"]),
            ("councils", "councils_title", True),
            ("municipalities", "municipalities_title", True),
            ("weights", "weights_title", True),
            ("clinics", "clinics_title", True),
            ("people", "people_title", shown["people"]),
            ("sureness", "sureness_title", shown["has_intervals"]),
            ("calibration", "calibration_title", shown["calibration"]),
            ("scenarios", "cases_title", has_cases(told)),
            ("flows", "flows_title", shown["flows"]),
            ("kept-back-figures", "kept_back_title", True),
        ),
    }


def _neighbours(run: ToldRun, links: Links) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Give the regions with their pages and those of their councils."""
    return [
        (
            region,
            links.region(region),
            [(row["council"], links.council(code)) for code, row in run.councils.items() if row["region"] == region],
        )
        for region in run.regions
    ]


def _parameters(told: Told, words: Wording) -> dict[str, Any]:
    found: Sequence[ToldParameter] = unsure_parameters(told.run, words)
    assumptions = sum(one.kind == "assumption" for one in found)
    counts = {"all": len(told.run.model.parameters), "assumptions": assumptions, "inferred": len(found) - assumptions}
    return {
        "parameters": sorted(found, key=lambda one: one.kind),
        "parameters_lead": words.say("parameters_lead", count=len(found), **counts),
        "parameters_summary": words.say("parameters_summary", count=len(found)),
    }


def _tables(told: Told, words: Wording, links: Links) -> dict[str, Any]:
    run = told.run
    return {
        "councils_table": tables.councils_table(told, words, links),
        "municipalities_table": tables.municipalities_table(run, words, links),
        "weights_table": tables.weights_table(run, words),
        "clinics_by_council": tables.clinics_by_council_table(run, words, links),
        "clinics_outside": tables.clinics_table(run, words, links, lambda row: row["council_id"] not in run.councils),
        "sureness_table": tables.sureness_table(run, words, links),
        "cases_table": cases_table(told, words),
        "kept_back_table": tables.kept_back_table(told, words),
        "registers_table": tables.registers_table(run, words),
    }


def _pictures(told: Told, words: Wording) -> dict[str, Any]:
    return {
        "outlines": outlines_svg(told.run),
        "maps": maps(told, words),
        "weights": (),
        "clinics": (),
        "people": (),
        "sureness": (),
        "calibration": (),
        "cases": (),
        "flows": (),
    }
