"""The pages of a region and of a health council."""

from typing import Any

from fordel_dask.report import pictures
from fordel_dask.report.arithmetic import council_steps, patients_per_capacity, step_label
from fordel_dask.report.pages import clinic_tables, tables
from fordel_dask.report.pages.case_tables import cases_of_council_table, cases_of_region_table, has_cases
from fordel_dask.report.pages.counting import bars_of, capacity_lines, sure_sentences
from fordel_dask.report.pages.links import Links
from fordel_dask.report.pages.shared import contents_of, drawn, shared_content
from fordel_dask.report.told import Row, Told, ToldRun
from fordel_dask.report.wording import Wording


def region_content(told: Told, words: Wording, links: Links, region: str) -> dict[str, Any]:
    """Give everything that the page of a region says."""
    run, year = told.run, told.run.model.year
    own = [row for row in run.councils.values() if row["region"] == region]
    codes = {row["council_id"] for row in own}
    clinics = [row for row in run.clinics.values() if row["council_id"] in codes]
    shown = shared_content(told, words, links, own, clinics)
    shown |= {
        "outlines": pictures.outlines_svg(run),
        "maps": pictures.maps(told, words, region),
        "clinics": drawn(pictures.minimums(told, words, region)),
        "people": drawn(pictures.pyramid(told, words, region), pictures.mean_weights(told, words, region)),
        "sureness": drawn(pictures.council_sureness(told, words, region)),
        "flows": drawn(pictures.flows(told, words, region)),
    }
    return shown | {
        "title": words.say("region_title", region=region, year=year),
        "lead": words.say("region_lead", day=words.date(run.model.status_date)),
        "trail": ((words.say("to_country"), links.country()),),
        "here": region,
        "councils_table": tables.councils_table(told, words, links, region),
        "municipalities_table": tables.municipalities_table(run, words, links, codes),
        "clinics_table": clinic_tables.clinics_table(run, words, links, lambda row: row["council_id"] in codes),
        "sureness_table": tables.sureness_table(run, words, links, region),
        "cases_table": cases_of_region_table(told, words, region),
        "has_cases": has_cases(told),
        "contents": contents_of(
            words,
            ("councils", "councils_title_region", True),
            ("maps", "maps_title", shown["maps"]),
            ("municipalities", "municipalities_title_part", True),
            ("people", "people_title", shown["people"]),
            ("clinics", "clinics_title", True),
            ("how-sure", "section_sureness", shown["has_intervals"]),
            ("where-treated", "section_flows", shown["flows"]),
            ("scenarios", "section_cases", has_cases(told)),
        ),
    }


def council_content(told: Told, words: Wording, links: Links, council_id: str) -> dict[str, Any]:
    """Give everything that the page of a council says."""
    run, row = told.run, told.run.councils[council_id]
    clinics = [clinic for clinic in run.clinics.values() if clinic["council_id"] == council_id]
    shown = shared_content(told, words, links, [row], clinics)
    shown |= {
        "outlines": pictures.outlines_svg(run),
        "maps": pictures.maps(told, words, council_id),
        "clinics": drawn(pictures.minimums(told, words, council_id)),
        "people": drawn(pictures.pyramid(told, words, council_id), pictures.mean_weights(told, words, council_id)),
        "flows": drawn(pictures.flows(told, words, council_id)),
    }
    day = words.date(run.model.status_date)
    return (
        shown
        | _arithmetic(run, words, row)
        | {
            "title": words.say("council_title", council=row["council"], year=run.model.year),
            "lead": words.say("council_lead", region=row["region"], day=day),
            "trail": ((words.say("to_country"), links.country()), (row["region"], links.region(row["region"]))),
            "here": row["council"],
            "municipalities_table": tables.municipalities_table(run, words, links, (council_id,)),
            "clinics_table": clinic_tables.clinics_table(
                run, words, links, lambda clinic: clinic["council_id"] == council_id
            ),
            "flows_table": tables.flows_table(run, words, council_id, links),
            "cases_table": cases_of_council_table(told, words, council_id),
            "has_cases": has_cases(told),
            "contents": contents_of(
                words,
                ("arithmetic", "arithmetic_title", True),
                ("maps", "maps_title", shown["maps"]),
                ("municipalities", "municipalities_title_part", True),
                ("clinics", "clinics_title", True),
                ("people", "people_title", shown["people"]),
                ("where-treated", "section_flows", True),
                ("scenarios", "section_cases", has_cases(told)),
            ),
        }
    )


def _arithmetic(run: ToldRun, words: Wording, row: Row) -> dict[str, Any]:
    """Give the arithmetic of a council: from citizens to capacities, and from the norm to its own citizens."""
    steps, filled = council_steps(run, row["council_id"]) or (), patients_per_capacity(run, row)
    norm = words.number(run.model.norm)
    patients = "" if filled is None else words.number(filled)
    return {
        "lines": capacity_lines(run, row, words),
        "sure": sure_sentences(run, row, words),
        "bars": bars_of(steps, run.model, words),
        "start": norm,
        "start_label": step_label(steps[0], words, run.model) if steps else "",
        "filled": patients,
        "patients_title": words.say("arithmetic_patients", patients=patients),
        "patients_note": words.say("arithmetic_patients_note", norm=norm),
    }
