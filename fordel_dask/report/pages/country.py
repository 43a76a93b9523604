"""The page of the country: its annexes, maps, weights, clinics and scenarios, and the explorer."""

from typing import Any

from fordel_dask.report import pictures
from fordel_dask.report.pages import background, clinic_tables, tables
from fordel_dask.report.pages.case_tables import has_cases
from fordel_dask.report.pages.explorer import explorer_data
from fordel_dask.report.pages.links import Links
from fordel_dask.report.pages.parameters import unsure_parameters
from fordel_dask.report.pages.shared import contents_of, drawn, shared_content
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
        "workbooks": [
            (words.say(f"book_{kind}", year=model.year), name) for kind, name in links.beside.workbooks.items()
        ],
        "explorer": explorer_data(told, words, links),
        "has_cases": has_cases(told),
        "weights_lead": words.say("weights_lead"),
        "kept_back_lead": words.say("kept_back_lead", threshold=words.number(told.clearance.threshold)),
        "contents": contents_of(
            words,
            ("explorer", "explorer_title", True),
            ("parameters", "parameters_title", True),
            ("maps", "maps_title", shown["maps"]),
            ("councils", "councils_title", True),
            ("municipalities", "municipalities_title", True),
            ("what-counts", "weights_title", True),
            ("clinics", "clinics_title", True),
            ("people", "people_title", shown["people"]),
            ("how-sure", "section_sureness", shown["has_intervals"]),
            ("does-it-hit", "section_calibration", shown["calibration"]),
            ("scenarios", "section_cases", has_cases(told)),
            ("where-treated", "section_flows", shown["flows"]),
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
    found = unsure_parameters(told, words)
    assumptions = sum(one.kind == "assumption" for one in found)
    counts = {"all": len(told.run.model.parameters), "assumptions": assumptions, "inferred": len(found) - assumptions}
    return {
        "parameters": found,
        "parameters_lead": words.say("parameters_lead", count=len(found), **counts),
        "parameters_summary": words.say("parameters_summary", count=len(found)),
    }


def _tables(told: Told, words: Wording, links: Links) -> dict[str, Any]:
    run = told.run
    return {
        "councils_table": tables.councils_table(told, words, links),
        "municipalities_table": tables.municipalities_table(run, words, links),
        "weights_table": tables.weights_table(run, words),
        "clinics_by_council": clinic_tables.clinics_by_council_table(run, words, links),
        "clinics_outside": clinic_tables.clinics_table(
            run, words, links, lambda row: row["council_id"] not in run.councils
        ),
        "sureness_table": tables.sureness_table(run, words, links),
        "kept_back_table": background.kept_back_table(told, words),
        "registers_table": background.registers_table(run, words),
    }


def _pictures(told: Told, words: Wording) -> dict[str, Any]:
    return {
        "outlines": pictures.outlines_svg(told.run),
        "maps": pictures.maps(told, words),
        "weights": drawn(pictures.weights_forest(told, words), pictures.age_curves(told, words)),
        "clinics": drawn(pictures.minimums(told, words)),
        "people": drawn(pictures.pyramid(told, words), pictures.mean_weights(told, words)),
        "sureness": drawn(pictures.council_sureness(told, words)),
        "calibration": drawn(pictures.calibration(told, words)),
        "cases": drawn(pictures.case_maps(told, words)),
        "cases_not_run": pictures.cases_not_run(told, words),
        "flows": drawn(pictures.flows(told, words)),
    }
