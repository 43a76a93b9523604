"""The hospital register as it really comes: psychiatry apart, the older form of LPR3, years that overlap."""

from datetime import date, datetime

import pytest

from fordel_dask.errors import SchemaError
from fordel_dask.graph.executor import Threads
from fordel_dask.registers import ingest
from fordel_dask.schema.prepared import DIAGNOSES
from fordel_dask.store import open_store
from tests.lib.deliveries import ORDINARY, REGISTERS, write_delivery

PAIR = '[[lpr]]\ncontacts = "{0}_adm.parquet"\ndiagnoses = "{0}_diag.parquet"\n'
DAY = date(2015, 6, 1)
SOMATIC = (
    [{"PNR": ORDINARY, "RECNUM": 7, "D_INDDTO": DAY, "C_ADIAG": "DI10"}],
    [{"RECNUM": 7, "C_DIAG": "DI10", "C_DIAGTYPE": "A"}],
)
PSYCHIATRIC = (
    [{"v_cpr": ORDINARY, "k_recnum": 7, "d_inddto": DAY}],
    [{"v_recnum": 7, "c_diag": "DF200", "c_diagtype": "A"}],
)
LPR_A = (REGISTERS["contacts"], REGISTERS["contact_diagnoses"])
LPR_F = (
    [{"cpr": ORDINARY, "dw_ek_kontakt": 8, "dato_start": datetime(2020, 2, 2, 10, 5)}],
    [
        {"dw_ek_kontakt": 8, "diagnosekode": "DJ449", "diagnosetype": "A", "senere_afkraeftet": "Nej"},
        {"dw_ek_kontakt": 8, "diagnosekode": "DI64", "diagnosetype": "B", "senere_afkraeftet": "Ja"},
        {"dw_ek_kontakt": 8, "diagnosekode": "DZ03", "diagnosetype": "+", "senere_afkraeftet": "Nej"},
    ],
)
FORMS = {
    "LPR2": (SOMATIC, {"I10"}),
    "psychiatry, whose two tables name the key differently": (PSYCHIATRIC, {"F200"}),
    "LPR3 as LPR_A": (LPR_A, {"E112B"}),
    "LPR3 as LPR_F": (LPR_F, {"J449"}),
}


def delivered(tmp_path, **pairs):
    tables = {
        f"{n}_{side}": rows for n, pair in pairs.items() for side, rows in zip(("adm", "diag"), pair, strict=True)
    }
    directory = write_delivery(tmp_path / "registers", **tables)
    declared = directory / "registers.toml"
    sections = declared.read_text().split("\n[")
    wanted = [s for s in sections if not any(f"{name}.parquet" in s for name in (*tables, "diagnoses"))]
    declared.write_text("\n[".join(wanted) + "\n" + "".join(map(PAIR.format, pairs)))
    return directory


def codes(tmp_path, **pairs):
    manifest = ingest(delivered(tmp_path, **pairs), tmp_path / "store", Threads(1))
    store = open_store(tmp_path / "store")
    found = [store.codebooks["diagnosis"][n] for n in store.read(DIAGNOSES, 0)["code"].tolist()]
    return sorted(found), manifest["accounting"]


@pytest.mark.parametrize(("pair", "expected"), FORMS.values(), ids=FORMS)
def test_one_pair_of_each_form(tmp_path, pair, expected):
    found, accounting = codes(tmp_path, only=pair)
    assert found == sorted(expected)
    assert accounting["lpr 1 contacts"]["rows_in"] == len(pair[0])


def test_psychiatry_apart_does_not_meet_contacts_of_the_same_number(tmp_path):
    found, accounting = codes(tmp_path, lpr=SOMATIC, psyk=PSYCHIATRIC)
    assert found == ["F200", "I10"]
    assert [accounting[f"lpr {n} diagnoses"]["kept"] for n in (1, 2)] == [1, 1]


def test_all_forms_together(tmp_path):
    found, _ = codes(tmp_path, lpr=SOMATIC, psyk=PSYCHIATRIC, a=LPR_A, f=LPR_F)
    assert found == ["E112B", "F200", "I10", "J449"]


def test_a_contact_that_both_systems_hold_counts_once(tmp_path):
    contacts = [*LPR_A[0], {**LPR_A[0][0], "DW_EK_KONTAKT": "K2", "LPRINDBERETNINGSSYSTEM": "LPR2"}]
    diagnoses = [*LPR_A[1], {**LPR_A[1][0], "DW_EK_KONTAKT": "K2", "DIAG_KODE": "DI10"}]
    found, accounting = codes(tmp_path, lpr=SOMATIC, a=(contacts, diagnoses))
    assert found == ["E112B", "I10"]
    assert accounting["lpr 2 contacts"]["dropped"] == {"other_system": 1}
    assert accounting["lpr 2 diagnoses"]["dropped"] == {"other_system": 1}


def test_the_older_form_of_lpr3_needs_what_refutes_a_diagnosis(tmp_path):
    diagnoses = [{name: row[name] for name in row if name != "senere_afkraeftet"} for row in LPR_F[1]]
    with pytest.raises(SchemaError, match="SENERE_AFKRAEFTET"):
        codes(tmp_path, f=(LPR_F[0], diagnoses))


def test_keys_of_both_registers_in_one_pair_are_refused(tmp_path):
    with pytest.raises(SchemaError, match=r"lpr 1 diagnoses: only_diag\.parquet has no column DW_EK_KONTAKT"):
        codes(tmp_path, only=(LPR_A[0], SOMATIC[1]))


def test_contacts_with_two_person_columns_are_refused_and_both_are_named(tmp_path):
    contacts = [{"CPR": ORDINARY, "V_CPR": ORDINARY, "RECNUM": 7, "D_INDDTO": DAY}]
    with pytest.raises(SchemaError, match="V_CPR and CPR, and each may be PNR"):
        codes(tmp_path, only=(contacts, SOMATIC[1]))


def test_a_diagnosis_row_with_a_key_of_its_own_points_to_its_contact(tmp_path):
    diagnoses = [{**row, "k_recnum": 99} for row in PSYCHIATRIC[1]]
    assert codes(tmp_path, psyk=(PSYCHIATRIC[0], diagnoses))[0] == ["F200"]
