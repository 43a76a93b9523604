"""The agency's form of services: speciality and service in two columns, made one code of six digits."""

import pyarrow as pa
import pytest

from fordel_dask.errors import SchemaError
from fordel_dask.graph.executor import Threads
from fordel_dask.registers import ingest
from fordel_dask.registers.canonical import LocalCodes, any_service_code
from fordel_dask.registers.services import service_numbers
from fordel_dask.store import open_store
from tests.lib.deliveries import REGISTERS, write_delivery

MALFORMED = None
PAIRS = {
    "two and four digits": ("80", "0101", "800101"),
    "numbers without their leading zeros": (80, 101, "800101"),
    "numbers with a point": (80.0, 101.0, "800101"),
    "a speciality that lost its zero": ("8", "0101", "080101"),
    "blanks around": (" 80 ", " 0101", "800101"),
    "a whole code and the same service": ("800101", "0101", "800101"),
    "a whole code and the same service without zeros": ("800101", 101, "800101"),
    "a whole code and no service": ("800101", None, "800101"),
    "a whole code that lost its zero": (50101, "0101", "050101"),
    "letters in the service": ("80", "01A1", MALFORMED),
    "letters in the speciality": ("8A", "0101", MALFORMED),
    "no service": ("80", "", MALFORMED),
    "no speciality": (None, "0101", MALFORMED),
    "a service of five digits": ("80", "00101", MALFORMED),
    "a speciality of three digits": ("800", "0101", MALFORMED),
    "nothing at all": (None, None, MALFORMED),
    "a whole code with letters": ("80A101", None, MALFORMED),
}


def code_of(speciality, number):
    book = LocalCodes(any_service_code)
    columns = {"SPECIALE": pa.array([speciality]), "YDELSESNR": pa.array([number])}
    (row,) = service_numbers(pa.RecordBatch.from_pydict(columns), book).tolist()
    return book.texts[row] if row >= 0 else MALFORMED


@pytest.mark.parametrize(("speciality", "number", "code"), PAIRS.values(), ids=PAIRS)
def test_a_pair_is_one_code(speciality, number, code):
    assert code_of(speciality, number) == code


def test_rows_keep_their_own_pair():
    book = LocalCodes(any_service_code)
    rows = [("80", "0101"), ("08", "0101"), ("80", None), ("80", "0105"), ("80", "0101"), (None, "0105")]
    columns = {name: pa.array([row[n] for row in rows]) for n, name in enumerate(("SPECIALE", "YDELSESNR"))}
    numbers = service_numbers(pa.RecordBatch.from_pydict(columns), book).tolist()
    codes = [book.texts[n] if n >= 0 else MALFORMED for n in numbers]
    assert codes == ["800101", "080101", MALFORMED, "800105", "800101", MALFORMED]


def test_a_batch_without_rows():
    columns = {name: pa.array([], pa.string()) for name in ("SPECIALE", "YDELSESNR")}
    assert service_numbers(pa.RecordBatch.from_pydict(columns), LocalCodes(any_service_code)).size == 0


ROW = REGISTERS["services"][0]


def agency_rows(*pairs, speciality="SPECIALE"):
    plain = {name: value for name, value in ROW.items() if name not in ("SPECIALE", "YDLANT")}
    return [{**plain, "ANTYDEL": 1, speciality: left, "YDELSESNR": right} for left, right in pairs]


def ingested(tmp_path, services):
    manifest = ingest(write_delivery(tmp_path / "registers", services=services), tmp_path / "store", Threads(1))
    return manifest["accounting"]["services"], open_store(tmp_path / "store").codebooks["service"]


@pytest.mark.parametrize("speciality", ["SPECIALE", "spec2", "C_Speciale"])
def test_a_delivery_with_two_columns(tmp_path, speciality):
    rows = agency_rows(("80", "0101"), ("80", "0105"), ("19", "0110"), ("80", "x"), speciality=speciality)
    account, codes = ingested(tmp_path, rows)
    assert (account["rows_in"], account["kept"]) == (4, 3)
    assert account["quarantined"] == {"service_code_malformed": 1}
    assert codes == ("190110", "800101", "800105")


def test_files_of_both_forms_in_one_delivery(tmp_path):
    directory = write_delivery(tmp_path / "registers")
    write_delivery(tmp_path / "other", services=agency_rows(("80", "0201")))
    (tmp_path / "other" / "services.parquet").rename(directory / "services_sds.parquet")
    declared = directory / "registers.toml"
    declared.write_text(declared.read_text().replace("services.parquet", "services*.parquet"))
    ingest(directory, tmp_path / "store", Threads(1))
    assert open_store(tmp_path / "store").codebooks["service"] == ("800101", "800201")


def test_a_service_that_contradicts_the_whole_code_refuses_the_delivery(tmp_path):
    rows = [{**ROW, "YDELSESNR": number} for number in ("0101", "0105")]
    with pytest.raises(SchemaError, match="another service in 1 of 2 rows") as refusal:
        ingested(tmp_path, rows)
    assert ROW["PNR"] not in str(refusal.value)


def test_the_speciality_alone_is_no_service_code(tmp_path):
    rows = [{name: value for name, value in ROW.items() if name != "SPECIALE"} | {"SPEC2": "80"}]
    with pytest.raises(SchemaError, match="has no column SPECIALE"):
        ingested(tmp_path, rows)
