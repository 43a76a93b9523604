"""The extracts of an invented nation as Polars reads them: rows of known form, keyed by person, still with text codes.

Columns and codes are expected as the contract of the registers writes them, padded and trimmed; person keys are
numbers, as they are in these extracts (Polars raises on any other). What is kept follows the model's rules.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

OPEN_END = 2**31 - 1
COUNTED_MUNICIPALITY = {"411": "400"}
KINDS = ("A", "B", "G")
PERSON = pl.col("PNR").cast(pl.Int64).alias("citizen")


@dataclass(frozen=True)
class Registers:
    """A directory of extracts with its ``registers.toml``."""

    root: Path

    @cached_property
    def declared(self) -> Mapping[str, Any]:
        """What ``registers.toml`` says."""
        declared = tomllib.loads((self.root / "registers.toml").read_text("utf-8"))
        if "diagnoses" in declared:
            raise SystemExit("Diagnoses are read from pairs of hospital files only, as 'fordel synth' writes them.")
        return declared

    @property
    def year(self) -> int:
        """The planning year; the fee year is the one before."""
        return int(self.declared["nation"]["year"])

    def scan(self, path: str) -> pl.LazyFrame:
        place = self.root / path
        return pl.scan_parquet(place / "*.parquet" if place.is_dir() else place)

    def population(self) -> pl.LazyFrame:
        """Give citizen (the person's key), sex, birth_day, and CIVST, KOM, OPR_LAND, IE_TYPE as text."""
        status = pl.date(self.year, 1, 1)
        return (
            self.scan(self.declared["population"]["path"])
            .filter(pl.col("KOEN").is_in([1, 2]), pl.col("FOED_DAG") <= status)
            .select(
                PERSON,
                pl.col("KOEN").cast(pl.Int8).alias("sex"),
                pl.col("FOED_DAG").cast(pl.Int32).alias("birth_day"),
                pl.col("KOM").replace(COUNTED_MUNICIPALITY),
                pl.col("CIVST", "OPR_LAND", "IE_TYPE").cast(pl.String),
            )
        )

    def spells(self) -> pl.LazyFrame:
        """Give citizen, YDERNR, first_day, last_day of spells in group 1."""
        return (
            self.scan(self.declared["enrolment"]["path"])
            .filter(
                pl.col("SIKGRUP") == 1,
                pl.col("FRA").is_not_null(),
                pl.col("TIL").is_null() | (pl.col("TIL") >= pl.col("FRA")),
            )
            .select(
                PERSON,
                "YDERNR",
                pl.col("FRA").cast(pl.Int32).alias("first_day"),
                pl.col("TIL").cast(pl.Int32).fill_null(OPEN_END).alias("last_day"),
            )
        )

    def services(self) -> pl.LazyFrame:
        """Give citizen, SPECIALE and quantity of the weeks of the fee year."""
        year = (self.year - 1) % 100
        of_fee_year = pl.col("HONUGE").is_between(pl.lit(f"{year:02}01"), pl.lit(f"{year:02}53"))
        rows = self.scan(self.declared["services"]["path"]).filter(of_fee_year)
        return rows.select(PERSON, "SPECIALE", pl.col("YDLANT").alias("quantity"))

    def benefit_weeks(self) -> pl.LazyFrame:
        """Give citizen and the code of each week of the fee year, 0 for none (nulls would be slow to gather by)."""
        rows = self.scan(self.declared["dream"]["path"])
        year = (self.year - 1) % 100
        weeks = {f"Y_{year:02}{week:02}" for week in range(1, 54)}
        names = [name for name in rows.collect_schema().names() if name in weeks]
        return rows.select(PERSON, pl.col(names).cast(pl.Int16, strict=False).fill_null(0))

    def diagnoses(self, pair: Mapping[str, str], listed: Mapping[str, int], since: int) -> pl.LazyFrame:
        """Give citizen, code (its number in ``listed``), kind and day of diagnoses from a day on.

        Most codes are not listed. A filter and a replacement, not a join, let them go where the file is read; the
        join to contacts took three times as long without.
        """
        contacts, diagnoses = self.scan(pair["contacts"]), self.scan(pair["diagnoses"])
        start = "KONT_STARTTIDSPUNKT" if "KONT_STARTTIDSPUNKT" in contacts.collect_schema() else "D_INDDTO"
        if "LPRINDBERETNINGSSYSTEM" in contacts.collect_schema():
            contacts = contacts.filter(pl.col("LPRINDBERETNINGSSYSTEM") == "LPR3")
        if "SENERE_AFKRAEFTET" in diagnoses.collect_schema():
            diagnoses = diagnoses.filter(pl.col("SENERE_AFKRAEFTET").ne_missing("Ja"))
        key, code, kind = diagnosis_columns(diagnoses)
        day = pl.col(start).cast(pl.Date).cast(pl.Int32)
        return (
            diagnoses.filter(pl.col(kind).is_in(KINDS), pl.col(code).is_in(list(listed)))
            .select(key, code=pl.col(code).replace_strict(listed, return_dtype=pl.Int64), kind=kind)
            .join(contacts.select(key, PERSON, day=day).filter(pl.col("day") >= since), on=key)
            .drop(key)
        )

    def diagnosis_codes(self) -> tuple[str, ...]:
        """Give the different codes of all diagnoses, as delivered."""
        found = []
        for pair in self.declared["lpr"]:
            diagnoses = self.scan(pair["diagnoses"])
            found.append(diagnoses.select(code=diagnosis_columns(diagnoses)[1]).unique())
        codes = pl.concat(found).collect(engine="streaming")
        return tuple(code for code in codes.to_series().unique() if code)


def diagnosis_columns(diagnoses: pl.LazyFrame) -> tuple[str, str, str]:
    """Give the columns of key, code and kind: those of LPR3, or those of LPR2."""
    if "DW_EK_KONTAKT" in diagnoses.collect_schema():
        return "DW_EK_KONTAKT", "DIAG_KODE", "DIAG_KODE_TYPE"
    return "RECNUM", "C_DIAG", "C_DIAGTYPE"
