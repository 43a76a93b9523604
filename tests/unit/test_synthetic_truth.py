"""What is planted is in the registers: facts read back from the files, and the fee they expect."""

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from fordel_dask import law
from fordel_dask.synthetic import Nation, blocks, write_block
from fordel_dask.synthetic.assumptions import assumed
from fordel_dask.synthetic.blocks import block_of
from fordel_dask.synthetic.clinics import clinics_of
from fordel_dask.synthetic.diseases import conditions
from fordel_dask.synthetic.people import MENAPT, WIDOWED_OR_DIVORCED
from fordel_dask.synthetic.pseudonyms import pseudonyms

TOWN = Nation(citizens=20_000, seed=11)
DAYS, STATUS = 365, pd.Timestamp(2026, 1, 1)
FEWEST_OF_A_LEVEL = 30  # citizens


def read(folder, register, columns=None):
    return pq.read_table(folder / register, columns=columns).to_pandas()


def names_of(nation, drawn):
    citizens = drawn.people.number[: drawn.people.citizens]
    return [f"{number:012}" for number in pseudonyms(nation, citizens)]


def prices():
    """Price the contacts and chronic months in øre, straight from the fee table."""
    rows = [row for row in law.rows("fees/gp_fees_2025-10-01") if row["section"] == "dagtid"]
    contacts = {r["code"]: int(r["fee_oere"]) for r in rows if r["group"] == "grundydelse" and r["is_contact"] == "1"}
    visits = dict.fromkeys(("0421", "0431", "0441", "0451", "0461", "0491"), contacts["0411"])
    chronic = {r["code"]: int(r["fee_oere"]) for r in rows if r["omraade"].startswith("uden_for")}
    return contacts | visits | chronic


def fees(folder, names):
    """Give each citizen's fee of the fee year in kroner, from the service register alone."""
    services = read(folder, "services", ["PNR", "SPECIALE", "YDLANT", "HONUGE"])
    services = services[services.SPECIALE.str.startswith("80") & services.HONUGE.str.startswith("25")]
    oere = services.SPECIALE.str[2:].map(prices()).fillna(0) * services.YDLANT
    return oere.groupby(services.PNR).sum().reindex(names).fillna(0).to_numpy() / 100


def counted_diagnoses(folder):
    """Give the diagnoses the model counts: person, day, code without D."""
    lpr2 = read(folder, "lpr2_diagnoses").merge(read(folder, "lpr2_contacts"), on="RECNUM")
    lpr3 = read(folder, "lpr3_diagnoses").merge(read(folder, "lpr3_contacts"), on="DW_EK_KONTAKT")
    lpr3 = lpr3[(lpr3.LPRINDBERETNINGSSYSTEM == "LPR3") & (lpr3.SENERE_AFKRAEFTET != "Ja")]
    renamed = {"C_DIAG": "code", "C_DIAGTYPE": "kind", "D_INDDTO": "day"}
    lpr2 = lpr2.rename(columns=renamed).assign(day=lambda rows: pd.to_datetime(rows["day"]))
    renamed = {"DIAG_KODE": "code", "DIAG_KODE_TYPE": "kind", "KONT_STARTTIDSPUNKT": "day"}
    lpr3 = lpr3.rename(columns=renamed)
    rows = pd.concat([part[["PNR", "code", "kind", "day"]] for part in (lpr2, lpr3)])
    rows = rows[rows.kind.isin(["A", "B", "G"]) & (rows.day < STATUS)]
    return rows.assign(code=rows.code.str.strip().str.upper().str[1:])


@pytest.fixture(scope="session")
def town(tmp_path_factory):
    folder = tmp_path_factory.mktemp("town_with_truth")
    write_block(TOWN, 0, folder)
    return folder, block_of(TOWN, 0)


def test_every_condition_is_counted_from_the_files_exactly_for_those_who_have_it(town):
    folder, drawn = town
    names, rows = names_of(TOWN, drawn), counted_diagnoses(folder)
    for number, condition in enumerate(conditions()):
        inside = rows.day >= STATUS - pd.DateOffset(years=condition.window_years)
        found = set(rows.PNR[inside & rows.code.str.startswith(condition.prefixes)])
        has = drawn.conditions[: len(names), number]
        assert [name in found for name in names] == has.tolist(), condition.name


def test_the_labour_market_status_is_the_one_of_the_weeks_in_dream(town):
    folder, drawn = town
    dream = read(folder, "dream").set_index("PNR")
    weeks = dream[[name for name in dream if name.startswith("Y_25")]]
    permanent = (weeks == "783").sum(axis=1).reindex(names_of(TOWN, drawn)).fillna(0).to_numpy()
    age = drawn.people.age[: drawn.people.citizens]
    expected = (permanent >= 26) & (age >= 16) & (age <= 67)
    assert (drawn.labour.permanently_outside[: age.size] == expected).all()
    assert weeks.shape[1] == 52


def test_exposure_is_the_days_of_group_1_spells_in_the_fee_year(town):
    folder, drawn = town
    spells = read(folder, "enrolment").query("SIKGRUP == 1")
    first = pd.to_datetime(spells.FRA).clip(lower=pd.Timestamp(2025, 1, 1))
    last = pd.to_datetime(spells.TIL).fillna(STATUS).clip(upper=pd.Timestamp(2025, 12, 31))
    days = ((last - first).dt.days + 1).clip(lower=0).groupby(spells.PNR).sum()
    found = days.reindex(names_of(TOWN, drawn)).fillna(0).to_numpy()
    assert (found == drawn.enrolment.exposure[: found.size]).all()
    assert 0.01 < (found < DAYS).mean() < 0.05


def test_the_fees_in_the_register_add_up_to_what_the_truth_expects(town):
    """Chance alone moves the ratio by about 1 %; averaged over clinics and citizens it is 1."""
    folder, drawn = town
    here = slice(0, drawn.people.citizens)
    group_1 = drawn.enrolment.group_1[here]
    expected = (drawn.enrolment.exposure / DAYS * drawn.yearly_kr)[here][group_1].sum()
    found = fees(folder, names_of(TOWN, drawn))[group_1]
    assert found.sum() / expected == pytest.approx(1, abs=0.04)
    assert found.min() >= 0


def test_chance_leaves_the_mean_alone():
    """The expected contacts and chronic months of 200,000 citizens are e/D x'β within 1 %."""
    nation = Nation(citizens=200_000, seed=4)
    expected = planned = 0.0
    monthly = np.array([0, *(prices()[code] for code in ("0130", "0131", "0132"))]) / 100
    for block in range(blocks(nation)):
        drawn = block_of(nation, block)
        group_1 = drawn.enrolment.group_1 & (np.arange(drawn.people.size) < drawn.people.citizens)
        effect = clinics_of(nation).effect[drawn.enrolment.clinic]
        used = drawn.consumption.contact_kr / np.where(drawn.enrolment.clinic < 0, 1, effect)
        used += monthly[drawn.consumption.chronic] * drawn.consumption.months
        planned += used[group_1].sum()
        expected += (drawn.enrolment.exposure / DAYS * drawn.yearly_kr)[group_1].sum()
    assert planned / expected == pytest.approx(1, abs=0.01)


def test_clinic_effects_have_mean_1():
    effect = clinics_of(Nation(60_000_000, seed=4)).effect
    assert effect.mean() == pytest.approx(1, abs=0.003)
    assert effect.std() == pytest.approx(0.08, abs=0.003)


def design(drawn):
    """Give the 46 dummies of the citizens, in the model's order."""
    people, labour = drawn.people, drawn.labour
    psychiatric = np.array([condition.psychiatric for condition in conditions()])
    somatic = drawn.conditions[:, ~psychiatric].sum(axis=1)
    band = np.minimum(people.age // 5, 18) + 19 * people.woman
    columns = [band == number for number in range(38)]
    columns += [people.origin == MENAPT, np.isin(people.civil, WIDOWED_OR_DIVORCED)]
    columns += [labour.temporarily_outside, labour.permanently_outside]
    columns += [somatic == 2, somatic == 3, somatic >= 4, drawn.conditions[:, psychiatric].any(axis=1)]
    return np.stack(columns, axis=1)[: people.citizens].astype(float)


def test_every_level_is_estimable_from_20_000_citizens(town):
    citizens = design(town[1]).sum(axis=0)
    assert citizens.min() >= FEWEST_OF_A_LEVEL
    assert np.linalg.matrix_rank(design(town[1])) == 46


def standardised_errors(nation, folder):
    """Fit the model on a nation and give (estimate − truth) ÷ standard error clustered by clinic."""
    drawn = block_of(nation, 0)
    write_block(nation, 0, folder)
    y, x = fees(folder, names_of(nation, drawn)), design(drawn)
    clinics, clinic = clinics_of(nation), drawn.enrolment.clinic[: len(x)]
    days = drawn.enrolment.exposure[: len(x)].astype(float)
    counted = drawn.enrolment.group_1[: len(x)] & (clinic >= 0) & (clinic < clinics.n_open)
    counted &= (clinics.kind[clinic] == 0) & (days > 0)
    y, x, days, clinic = y[counted], x[counted], days[counted], clinic[counted]
    gram = x.T @ (x * days[:, None])
    estimate = np.linalg.solve(gram, x.T @ (DAYS * y))
    scores = np.zeros((clinics.n_open, 46))
    np.add.at(scores, clinic, x * (DAYS * y - days * (x @ estimate))[:, None])
    spread = np.linalg.solve(gram, np.linalg.solve(gram, scores.T @ scores).T)
    clusters = np.unique(clinic).size
    spread *= clusters / (clusters - 1) * (len(y) - 1) / (len(y) - 46)
    truth = np.array([float(row["coefficient_kr"]) for row in assumed("coefficients")])
    return (estimate - truth) / np.sqrt(np.diag(spread))


def test_an_estimation_finds_the_truth(tmp_path):
    errors = standardised_errors(TOWN, tmp_path)
    assert np.abs(errors).max() < 5
    assert abs(errors.mean()) < 1
    assert 0.7 < errors.std() < 1.4


@pytest.mark.long
def test_standardised_errors_over_twenty_nations_are_standard_normal(tmp_path):
    errors = np.array([standardised_errors(Nation(45_000, seed), tmp_path / str(seed)) for seed in range(20)])
    assert abs(errors.mean()) < 0.15
    assert 0.9 < errors.std() < 1.1
