"""Facts that no default model asks for are those of the slow reference, citizen by citizen."""

from datetime import date

import numpy as np
import pytest

from fordel_dask.cli.nation import write_nation as write_synthetic
from fordel_dask.cli.progress import ProgressLines
from fordel_dask.facts import FactRules
from fordel_dask.facts.clinic_lists import lists_on
from fordel_dask.facts.definition import (
    EVER,
    LOOKBACK_YEARS,
    NORDIC_YEARS,
    charlson,
    conditions,
    mark_column,
    nordic_column,
    nordic_index,
    psychiatric_asked_for,
    read_with,
)
from fordel_dask.facts.derive import facts_of_partition
from fordel_dask.graph.executor import Threads
from fordel_dask.registers import ingest
from fordel_dask.schema.prepared import DIAGNOSIS_KINDS, POPULATION
from fordel_dask.store import open_store
from tests.lib.nations import write_nation
from tests.reference.citizens import clinic_at
from tests.reference.consumption import (
    amounts,
    contact_prices,
    per_citizen,
    prevention_amounts,
    service_prices,
)
from tests.reference.diagnoses import conditions as diagnosed_conditions
from tests.reference.diagnoses import years_before
from tests.reference.indices import (
    CHARLSON,
    NORDIC,
    PSYCHIATRIC,
    charlson_score,
    diagnosed_codes,
    nordic_score,
    shown,
)
from tests.reference.model import DEFAULTS
from tests.reference.registers import read_registers

SPECIALITIES = ("80",)
STATUS, SUMMER = date(2026, 1, 1), date(2025, 7, 1)


@pytest.fixture(scope="module", params=["awkward", "synthetic"])
def nation(request, tmp_path_factory):
    """Give the registers as the reference reads them, the store of the same, and the facts of all its citizens."""
    folder = tmp_path_factory.mktemp("wider")
    if request.param == "synthetic":
        write_synthetic(folder / "registers", {"citizens": 3_000, "seed": 3}, Threads(1), ProgressLines(quiet=True))
    else:
        write_nation(folder / "registers", 5, 900)
    ingest(folder / "registers", folder / "store", Threads(1), partitions=3)
    store, rules = open_store(folder / "store"), FactRules(2026, SPECIALITIES)
    parts = [facts_of_partition(store, n, rules)[0] for n in range(store.grid.partitions)]
    facts = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    registers = read_registers(folder / "registers")
    sexes = np.concatenate([store.read(POPULATION, n, ("sex",))["sex"] for n in range(store.grid.partitions)])
    assert registers.population["sex"].astype(int).tolist() == sexes.tolist(), "the citizens stand in another order"
    return registers, store, facts


def within(facts, years):
    """Give the bits of all that was diagnosed within a look-back window, of the types that count."""
    columns = [mark_column(window, kind) for window in read_with(years) for kind in DIAGNOSIS_KINDS]
    return np.bitwise_or.reduce([facts[name] for name in columns])


def names_of(bits, listed):
    return [{one.name for one in listed if int(number) >> one.bit & 1} for number in bits]


def score(names, listed):
    return sum(one.weight for one in listed if one.name in names and one.not_if not in names)


@pytest.mark.parametrize("years", LOOKBACK_YEARS)
def test_categories_and_scores_of_every_look_back(nation, years):
    registers, _, facts = nation
    codes = diagnosed_codes(registers, years)
    of_citizens = [codes.get(pnr, set()) for pnr in registers.population.index]
    bits = within(facts, years)
    assert names_of(bits, psychiatric_asked_for()) == [shown(own, PSYCHIATRIC) for own in of_citizens]
    found = names_of(bits, charlson())
    assert found == [shown(own, CHARLSON) for own in of_citizens]
    assert [score(names, charlson()) for names in found] == [charlson_score(own) for own in of_citizens]
    assert sum(map(bool, found)) > 50


def test_everything_delivered_counts_when_the_look_back_has_no_end(nation):
    registers, _, facts = nation
    first = years_before(registers.status_date, 15)
    older = registers.diagnoses[(registers.diagnoses["day"] != "") & (registers.diagnoses["day"] < first)]
    assert len(older) > 20, "no diagnosis is old enough to tell"
    model = {**DEFAULTS, "covariates.lookback_years": EVER, "covariates.cancer_lookback_years": EVER}
    found = diagnosed_conditions(registers, model)
    family = [{name for _, name in found.get(pnr, ())} for pnr in registers.population.index]
    assert names_of(within(facts, EVER), conditions()) == family
    assert names_of(within(facts, 15), conditions()) != family


def test_predictors_of_the_nordic_index(nation):
    registers, _, facts = nation
    codes = diagnosed_codes(registers, NORDIC_YEARS)
    of_citizens = [codes.get(pnr, set()) for pnr in registers.population.index]
    found = names_of(np.bitwise_or.reduce([facts[nordic_column(kind)] for kind in DIAGNOSIS_KINDS]), nordic_index())
    assert found == [shown(own, NORDIC) for own in of_citizens]
    assert [score(names, nordic_index()) for names in found] == [nordic_score(own) for own in of_citizens]
    assert sum(map(bool, found)) > 50


@pytest.mark.parametrize(
    ("prices", "prevention", "others"),
    [("standard", "prevention_oere", "others_oere"), ("paid", "prevention_paid_oere", "others_paid_oere")],
)
def test_fees_for_prevention_and_for_other_services(nation, prices, prevention, others):
    registers, _, facts = nation
    services, model = registers.services, {**DEFAULTS, "consumption.prices": prices}
    services = services[services["speciality"].isin(SPECIALITIES)]
    beside = {code: fee for code, fee in service_prices().items() if code not in contact_prices()}
    assert facts[prevention].tolist() == prevention_amounts(services, registers.population, model)
    expected = per_citizen(services, registers.population, amounts(services, beside, model))
    assert facts[others].tolist() == expected
    assert any(expected)


def test_who_is_in_group_2_at_the_status_date(nation):
    registers, _, facts = nation
    spells = registers.spells
    in_1, in_2 = (set(clinic_at(spells[spells["group"] == group], registers.status_date).index) for group in "12")
    assert facts["group_2"].tolist() == [int(pnr in in_2 - in_1) for pnr in registers.population.index]
    assert in_2 - in_1


@pytest.mark.parametrize("day", [STATUS, SUMMER])
def test_lists_of_clinics_on_any_day(nation, day):
    registers, store, _ = nation
    found = sum(lists_on(store, partition, day) for partition in range(store.grid.partitions))
    patients = clinic_at(registers.spells[registers.spells["group"] == "1"], day.isoformat()).value_counts()
    expected = [int(patients.get(clinic, 0)) for clinic in ("", *store.codebooks["clinic"])]
    assert found.tolist() == expected
    assert sum(expected) > 500
