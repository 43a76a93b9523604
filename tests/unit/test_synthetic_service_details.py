"""What an invented nation tells of services beyond the contract's core, where extras are asked for."""

import pandas as pd
import pyarrow.parquet as pq
import pytest

from fordel_dask.synthetic import Nation, write_block


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    folder = tmp_path_factory.mktemp("town")
    write_block(Nation(10_000, seed=11, extras=True), 0, folder)
    return pq.read_table(folder / "services").to_pandas()


def test_time_km_and_modules_agree_with_what_was_paid(rows):
    minute = pd.to_timedelta(rows["TIME"] + ":00").dt.total_seconds() // 60
    code = rows["SPECIALE"].str[2:]
    general = rows["SPECIALE"].str[:2]
    assert rows["TIME"][~general.isin(["80", "89"])].isna().all()
    assert minute[general == "80"].dropna().between(8 * 60, 16 * 60 - 1).all()
    weekday = pd.to_datetime(rows["BEHANDLINGSDATO"]).dt.day_of_week
    assert set(weekday[rows["TIME"].notna() & (general == "80")]) == set(range(5))
    assert set(weekday[rows["TIME"].notna() & (general == "89")]) == set(range(6))
    bands = {"0411": (0, 4), "0421": (4, 8), "0431": (8, 12), "0441": (12, 16), "0451": (16, 20), "0461": (20, 40),
             "3410": (0, 4)}  # fmt: skip
    assert set(code[rows["KM"].notna()]) <= set(bands)
    for own, (over, up_to) in bands.items():
        km = rows["KM"][(code == own) & (general == "80")]
        assert km.notna().all()
        assert ((km > over) & (km <= up_to)).all()
    assert set(code[rows["MODULES"].notna()]) == {"0126", "3304"}
    by_module = rows[rows["MODULES"].notna()]
    assert (by_module["MODULES"] == by_module["YDLANT"].abs()).all()
