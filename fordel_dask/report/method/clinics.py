"""From a clinic's patients to the fewest that it must take."""

from collections.abc import Iterator

from fordel_dask.law.provisions import whole
from fordel_dask.report.method.blocks import Block, Paragraph, Section, Step, Sum, Sums
from fordel_dask.report.method.choosing import ClinicExample, example_clinic
from fordel_dask.report.method.formulas import below_each_other, figure, formula, named, over, row, sign
from fordel_dask.report.method.reading import Reading

LIMITS = ("clinics.lowest_per_capacity", "clinics.highest_per_capacity", "clinics.tolerance_patients")
FURTHER = (*LIMITS, "clinics.trainee_percent", "clinics.capped_at_list_of", "clinics.left_out_covariate")
"""Rules that the law does not have; none of them holds where its value is 0 or empty."""
PHASE_IN = "clinics.phase_in_percent"
WHOLE_WAY = 100


def clinics(reading: Reading) -> Section:
    """Say how a clinic's minimum number of patients comes about."""
    return Section("clinics", reading.say("clinics"), list(_clinics(reading)))


def _clinics(reading: Reading) -> Iterator[Block]:
    yield Paragraph(reading.say("clinics_lead"))
    norm = figure(reading.words.number(reading.run.model.norm))
    above = row(norm, sign("×"), named(reading.say("patients_name")))
    ratio = over(above, named(reading.say("weighted_patients")))
    lines = [named(reading.say("per_capacity")), row(sign("="), ratio)]
    yield formula(reading, "clinics_formula", below_each_other(lines))
    yield Paragraph(reading.say("clinics_rounding"))
    yield from (Paragraph(text) for text in _further(reading))
    yield Paragraph(" ".join(_who_counts(reading)))
    found = example_clinic(reading)
    if found is None:
        yield Paragraph(reading.say("clinics_no_example"), soft=True)
    else:
        yield Sums([_example(reading, found)])
    yield Paragraph(reading.say("clinics_region", notice=whole("notice.raise_days", reading.run.model.status_date)))


def _further(reading: Reading) -> Iterator[str]:
    for key in FURTHER:
        if reading.value(key):
            yield reading.say(key.replace(".", "_"), value=reading.plain(key))
    percent = reading.value(PHASE_IN)
    if percent != WHOLE_WAY:
        yield reading.say("clinics_phase_in_percent", value=reading.words.number(percent))


def _who_counts(reading: Reading) -> Iterator[str]:
    if reading.value("clinics.small") == "counted":
        yield reading.say("small_counted", threshold_of_small=reading.plain("clinics.small_threshold"))
    else:
        yield reading.say("small", threshold_of_small=reading.plain("clinics.small_threshold"))
        yield reading.chosen("clinics.small")
    yield reading.say("islands", island_threshold=reading.plain("clinics.island_threshold"))
    if reading.value("clinics.left_out_types"):
        yield reading.say("clinics_left_out", types=reading.plain("clinics.left_out_types"))


def _example(reading: Reading, found: ClinicExample) -> Sum:
    words, row = reading.words, found.row
    home = reading.run.municipalities.get(row["municipality_code"])
    steps = [
        Step(reading.say("clinic_patients"), words.figure(row["patients"])),
        Step(reading.say("clinic_weighted"), words.figure(row["weighted_patients"])),
        Step(
            reading.say(
                "clinic_exact",
                patients=words.figure(row["patients"]),
                weighted=words.figure(row["weighted_patients"]),
            ),
            words.number(found.exact, 1),
        ),
        Step(reading.say("clinic_rounded"), words.number(found.rounded)),
        Step(
            reading.say("clinic_times", capacities=words.shortest(found.capacities)),
            words.number(found.minimum),
            total=True,
        ),
    ]
    place = reading.say("clinic_in", name=home["municipality"]) if home else ""
    title = reading.say("clinic_title", ydernummer=row["ydernummer"], place=place)
    return Sum(title.strip(), reading.say("clinic_text", weight=words.figure(row["mean_weight"], 3)), steps)
