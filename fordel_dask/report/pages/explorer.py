"""The data of the explorer: every council, municipality and clinic with its facts and steps, and what scenarios change.

Texts are written here, in the language of the page. Labels are held once and named by their place, for there may be
seventeen hundred clinics.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from fordel_dask.report.arithmetic import Step, clinic_steps, council_steps, municipality_steps, step_label
from fordel_dask.report.need_changes import need_change
from fordel_dask.report.pages.counting import capacity_lines, sure_sentences
from fordel_dask.report.pages.links import Links
from fordel_dask.report.told import Row, Told, ToldRun
from fordel_dask.report.wording import NONE, Wording
from fordel_dask.schema import release_cases

PLACES, NEED_PLACES = 3, 2
OK = "ok"
ISLAND = "island clinic under"
SAID = (
    *("search_none", "search_found", "search_kind_council", "search_kind_municipality", "search_kind_clinic"),
    *("search_kind_region", "explorer_all", "explorer_no_case", "explorer_page", "explorer_letter"),
    *("explorer_steps", "explorer_sum_clinic", "explorer_sum_municipality", "explorer_sum_council"),
    *("explorer_before_after", "explorer_before", "explorer_after", "explorer_change", "explorer_unchanged"),
    *("explorer_untold", "clinic_heading", "municipality_heading", "council_heading", "explorer_empty"),
    *("fact_need", "fact_maximum", "fact_patients_per_capacity", "read_clinic", "read_council", "read_municipality"),
    *("read_case", "search_left_out", "explorer_signs", "municipality_heading_101", "municipality_heading_400"),
)

Data = dict[str, Any]


@dataclass
class Labels:
    """Texts by their place in a list, each held once."""

    texts: list[str] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)

    def at(self, text: str) -> int:
        """Give the place of a text."""
        if text not in self.places:
            self.places[text] = len(self.texts)
            self.texts.append(text)
        return self.places[text]


def explorer_data(told: Told, words: Wording, links: Links) -> Data:
    """Give everything that the explorer shows; councils, municipalities and clinics name each other by place."""
    run, labels = told.run, Labels()
    councils, municipalities = list(run.councils), list(run.municipalities)
    return {
        "words": {word: words.say(word, code="{}", name="{}", count="{}") for word in SAID},
        "regions": [[region, links.region(region)] for region in run.regions],
        "councils": [_council(told, row, words, links, labels) for row in run.councils.values()],
        "municipalities": [
            _municipality(run, row, words, labels, _place(councils, row["council_id"]))
            for row in run.municipalities.values()
        ],
        "clinics": [
            _clinic(run, row, words, labels, (_place(councils, row["council_id"]),
                                              _place(municipalities, row["municipality_code"])))
            for row in run.clinics.values()
        ],
        "letters": [links.letter(code) for code in run.clinics] if links.beside.letters else [],
        "cases": _cases(told, words),
        "labels": labels.texts,
    }  # fmt: skip


def _place(among: Sequence[str], code: str) -> int:
    return among.index(code) if code in among else -1


def _facts(labels: Labels, words: Wording, *pairs: tuple[str, str]) -> list[Any]:
    """Give what is told of one, as places of labels and texts, one after the other; what is unknown is left out."""
    flat: list[Any] = []
    for word, text in pairs:
        if text not in ("", NONE):
            flat += [labels.at(words.say(word) if words.knows(word) else word), text]
    return flat


def _steps(
    steps: Sequence[Step] | None, run: ToldRun, words: Wording, labels: Labels, capacities: Fraction
) -> list[int]:
    """Give the steps as places of labels and patients, one after the other."""
    flat: list[int] = []
    for step in steps or ():
        flat += [labels.at(step_label(step, words, run.model, capacities)), step.patients]
    return flat


def _council(told: Told, row: Row, words: Wording, links: Links, labels: Labels) -> Data:
    run, council_id = told.run, row["council_id"]
    standing = told.capacities.councils.get(council_id)
    occupied = words.capacities(standing.occupied) if standing else ""
    return {
        "code": council_id,
        "name": row["council"],
        "page": links.council(council_id),
        "facts": _facts(
            labels,
            words,
            ("fact_maximum", words.figure(row["maximum_capacities"])),
            (
                "fact_existing",
                words.capacities(Fraction(row["existing_capacities"])) if row["existing_capacities"] else "",
            ),
            (words.say("fact_occupied", day=words.date(told.capacities.day)), occupied),
        ),
        "lines": [text for line in capacity_lines(run, row, words) for text in (line.label, line.figure)],
        "steps": _steps(council_steps(run, council_id), run, words, labels, Fraction(1)),
        "said": list(sure_sentences(run, row, words)),
    }


def _municipality(run: ToldRun, row: Row, words: Wording, labels: Labels, council: int) -> list[Any]:
    steps = municipality_steps(run, row["municipality_code"])
    facts = _facts(
        labels,
        words,
        ("fact_citizens", words.figure(row["citizens"])),
        ("fact_mean_weight", words.figure(row["mean_weight"], PLACES)),
        ("fact_need", words.figure(row["need"], NEED_PLACES)),
        ("fact_floor", words.figure(row["floor"], PLACES)),
        ("fact_patients_per_capacity", words.figure(row["patients_per_capacity"])),
    )
    why = [] if steps else [words.say("why_kept_back")]
    return [row["municipality_code"], row["municipality"], council, facts,
            _steps(steps, run, words, labels, Fraction(1)), [labels.at(text) for text in why]]  # fmt: skip


def _clinic(run: ToldRun, row: Row, words: Wording, labels: Labels, places: tuple[int, int]) -> list[Any]:
    steps = clinic_steps(run, row["ydernummer"])
    interval = run.intervals.get(("clinic", row["ydernummer"], ""), {}).get("minimum_patients")
    ends = words.between(interval["low"], interval["high"]) if interval else ""
    facts = _facts(
        labels,
        words,
        ("fact_kind", words.clinic_type(row["clinic_type"])),
        ("fact_capacities", words.given(row["capacities"])),
        ("fact_patients", words.figure(row["patients"])),
        ("fact_mean_weight", words.figure(row["mean_weight"], PLACES)),
        ("fact_minimum_per_capacity", words.figure(row["minimum_per_capacity"])),
        (words.say("fact_interval", percent=words.percent(run.model.confidence, 0)), ends),
    )
    said = [labels.at(text) for text in clinic_sentences(row, words, steps is not None)]
    capacities = Fraction(row["capacities"] or 1)
    return [row["ydernummer"], *places, facts, _steps(steps, run, words, labels, capacities), said]


def clinic_sentences(row: Row, words: Wording, has_number: bool) -> list[str]:
    """Say why a clinic has no number, and what else is to be known of it."""
    said = []
    if not has_number:
        known = row["status"] if words.knows(f"why_{row['status']}") else "kept_back"
        said.append(words.say(f"why_{known}"))
    if row["note"].startswith(ISLAND):
        said.append(words.say("note_small_island"))
    return said


def _cases(told: Told, words: Wording) -> list[Data]:
    """Give what each scenario changes: of councils and municipalities all, of clinics those that it moves."""
    titles = told.cases.get(release_cases.CASES.name, ())
    councils = _by_case(told.cases.get(release_cases.COUNCILS.name, ()))
    municipalities = _by_case(told.cases.get(release_cases.MUNICIPALITIES.name, ()))
    clinics = _by_case(told.cases.get(release_cases.CLINICS.name, ()))
    place = {code: n for n, code in enumerate(told.run.clinics)}
    return [
        {
            "code": row["case"],
            "title": case_title(row, words),
            "councils": _council_changes(row, councils.get(row["case"], ()), told.run, words),
            "municipalities": _municipality_changes(municipalities.get(row["case"], ()), told.run),
            "clinics": _clinic_changes(clinics.get(row["case"], ()), place),
        }
        for row in titles
        if row["status"] == "run"
    ]


def case_title(row: Row, words: Wording) -> str:
    """Name a scenario, with its number in the consultation."""
    title = row["title_da"] if words.code == "da" and row["title_da"] else row["title"]
    return f"{row['id']}. {title}" if row["id"] else title


def _by_case(rows: Sequence[Row]) -> Mapping[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["case"], []).append(row)
    return found


def _council_changes(case: Row, rows: Sequence[Row], run: ToldRun, words: Wording) -> list[Any]:
    """Give by council need and number before, after and changed, as texts."""
    by_code = {row["council_id"]: row for row in rows}
    return [_council_change(case, by_code[code], words) if code in by_code else [] for code in run.councils]


def _council_change(case: Row, row: Row, words: Wording) -> list[list[str]]:
    need, number = row["need_change"], row["maximum_capacities_change"]
    changes = (
        need_change(Fraction(need), case, words) if need else "",
        words.signed(Fraction(number)) if number else "",
    )
    return [
        [words.figure(row[f"{name}_before"], places), words.figure(row[f"{name}_after"], places), change]
        for name, places, change in zip(("need", "maximum_capacities"), (NEED_PLACES, 0), changes, strict=True)
    ]


def _municipality_changes(rows: Sequence[Row], run: ToldRun) -> list[Any]:
    """Give by municipality the citizens that fill one capacity, before and after; nothing where that is untold."""
    by_code = {row["municipality_code"]: row for row in rows}
    return [
        [int(row[f"patients_per_capacity_{when}"]) for when in ("before", "after")]
        if (row := by_code.get(code)) and row["patients_per_capacity_change"]
        else []
        for code in run.municipalities
    ]


def _clinic_changes(rows: Sequence[Row], place: Mapping[str, int]) -> list[int | None]:
    """Give places of clinics and their numbers with the scenario, one after the other; none where it is untold."""
    flat: list[int | None] = []
    for row in rows:
        if row["ydernummer"] in place:
            flat += [
                place[row["ydernummer"]],
                int(row["minimum_patients_after"]) if row["minimum_patients_after"] else None,
            ]
    return flat
