"""What goes with the numbers: how to read them, for readers; what to look at, for the checker."""

import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fordel_dask.releasing.proposal import Proposal

READER = """Tal fra den nationale fordelingsmodel for almen praksis, planlægningsåret {year}
================================================================================

Tabellerne er beregnet af fordel_dask {program} efter modellen {model}.
Tal, der kunne røbe noget om enkelte borgere, er udeladt: kolonnen kept_back nævner de udeladte felter i hver række.
Færre end {threshold} personer vises aldrig. Også andre tal er udeladt, så at ingen kan regne sig frem til dem.
Vægtede borgere er afrundet til weighted_step, og behovet er regnet ud fra det afrundede tal. De bindende tal
(sundhedsrådets maksimum, klinikkens mindste antal patienter) er, hvor de vises, dem, loven giver af de nøjagtige tal.

Figures of the national distribution model for general practice, planning year {year}

The tables were computed by fordel_dask {program} with the model {model}.
Figures that could tell something of single citizens are left out: the column kept_back names those of its row.
Fewer than {threshold} persons are never shown; so that this cannot be worked out, other figures are left out too.
Weighted citizens are rounded to weighted_step, and need is computed from the rounded sum. The binding numbers (the
health council's maximum, the clinic's minimum of patients), where shown, are those that the law makes of exact figures.
{rounding}
Mapper / Folders
----------------
{folders}

Tabeller / Tables
-----------------
{tables}

{bundle}decisions.csv: what was decided of each table, and which exceptions were made, by whom and when.
status.json: the same for programs, with the SHA-256 of every file; 'fordel verify' holds the folder against it.
"""
DANISH = {
    "maximum_capacities_by_council": "Hvert sundhedsråds bindende maksimum af kapaciteter.",
    "need_by_municipality": "Behovet i hver kommune efter bopæl; vejledende, ikke bindende.",
    "need_by_planning_area": "Behovet i hvert planlægningsområde; vejledende, ikke bindende.",
    "minimum_patients_by_clinic": "Hvor mange patienter hver klinik mindst skal tage imod.",
    "weights_by_trait": "De beregnede vægte: hvad hvert kendetegn lægger til en borgers årlige forbrug.",
    "flows_between_councils": "Hvor borgerne bor, og hvor deres klinik ligger.",
    "intervals": "Hvor sikre tallene er: 90 %-intervaller.",
    "chances_of_council_numbers": "Hvor ofte et sundhedsråd fik hvert antal kapaciteter, når landet blev trukket igen.",
    "council_numbers_by_other_weights": "Sundhedsrådenes tal efter vægte, der er beregnet på andre måder.",
    "rows_of_registers": "Hvad der blev af registrenes rækker.",
    "effects_of_cases": "Hver variant ved siden af grundmodellen: hvad den gør for landet.",
    "council_numbers_by_case": "Hvert sundhedsråd i grundmodellen og i hver variant.",
    "need_by_municipality_and_case": "Hver kommune i grundmodellen og i hver variant; vejledende.",
    "minimum_patients_by_clinic_and_case": "Hver klinik, hvis tal en variant ændrer eller ikke må fortælle.",
    "clinic_groups_by_case": "Hvor mange klinikker der går op eller ned i hver variant, blandt dem, hvis tal er vist.",
    "clinic_steps_by_case": "Hvor mange klinikker der flytter sig hvor mange afrundingstrin, blandt de samme.",
    "weights_by_case": "Vægtene i grundmodellen og i hver variant.",
    "fit_by_case": "Hvor godt vægtene passer til forbruget i hver variant.",
    "income_by_group": "Hvad klinikker tjener på et år, del for del, i grupper.",
    "differentiated_income_by_group": "Basishonorar efter vægt: hvad grupper af klinikker har før og efter.",
    "findings_of_check": "Hvad 'fordel check' fandt i registrene.",
    "citizens_by_trait": "Hvor mange borgere i hvert område og hver klinik der har et kendetegn.",
}
WIDTH = 110
INDENT = "    "
BUNDLE = "bundle.json: sums from which 'fordel refit' gives the weights again, and says what it cannot.\n"
CHECKER = """For the one who checks this release
===================================

Nothing in this directory may leave. What would leave lies in ../leaves.

kept_back.csv lists every count that is kept back, with its true number ('underlying counts').
shown.parquet goes into the ledger: the counts that would be shown.

Rules: threshold {threshold}; that nobody has a trait: {zero}; that everybody has: {everybody}; counts to multiples
of {round_to}. Each count kept back could be another number: the program has found, and then looked at again,
{worlds:,} other nations of which everything in ../leaves would be the same to the last digit.

Kept back
{kept}

Held against earlier releases
{history}

To be judged by you{reviews}
"""


def reader_text(proposal: "Proposal") -> str:
    """Give the text that leaves with the numbers."""
    base = proposal.base
    unit = base.rules.round_to
    names = {table.declared.name: table.declared.doc for table in proposal.tables}
    folders = dict.fromkeys(table.folder for table in proposal.tables)
    return READER.format(
        year=base.counted.manifest["nation"]["year"],
        program=base.counted.manifest["program"]["fordel_dask"],
        model=base.counted.manifest["model"]["name"],
        threshold=base.rules.threshold,
        rounding=f"Antal er afrundet til nærmeste {unit}. Counts are rounded to multiples of {unit}.\n" * (unit > 1),
        folders="\n".join(folders),
        bundle=BUNDLE * (proposal.bundle is not None),
        tables="\n".join(_about(name, what) for name, what in names.items()),
    )


def _about(name: str, what: str) -> str:
    told = [text for text in (DANISH.get(name), what) if text]
    return "\n".join(
        [f"{name}.csv", *(textwrap.fill(text, WIDTH, initial_indent=INDENT, subsequent_indent=INDENT) for text in told)]
    )


def checker_text(proposal: "Proposal") -> str:
    """Give the text for the checker."""
    rules = proposal.base.rules
    reviews = [decision for decision in proposal.decisions if decision.status == "review"]
    told = [f"\n- {decision.item}: {decision.reason}" for decision in reviews]
    return CHECKER.format(
        **vars(rules),
        worlds=sum(len(pattern.worlds) for pattern in proposal.base.patterns.values()),
        kept="\n".join(_kept_lines(proposal)),
        history="\n".join(f"- {note}" for note in proposal.past.notes) or "- There are none.",
        reviews="".join(told) or ": nothing beyond the tables themselves.",
    )


def _kept_lines(proposal: "Proposal") -> Iterator[str]:
    for decision in proposal.decisions:
        if decision.rows:
            yield f"- {decision.item}: {decision.kept_back:,} fields of {decision.rows:,} rows"
