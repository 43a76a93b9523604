"""The population as a check reads it: everybody who can be numbered is, and the rest is counted."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import numpy as np

from fordel_dask import law
from fordel_dask.errors import FordelError
from fordel_dask.extracts.arrays import EPOCH, UNREADABLE_DAY, mapped, plain_text
from fordel_dask.extracts.files import read_rows
from fordel_dask.gathering import Faults, every
from fordel_dask.registers import population
from fordel_dask.registers.canonical import CHRISTIANSOE, LocalCodes, municipality_code
from fordel_dask.registers.checksums import save_array
from fordel_dask.registers.citizens import CITIZENS_A_PARTITION
from fordel_dask.registers.collisions import key_lengths, lengths_met
from fordel_dask.registers.numbering import CODES
from fordel_dask.registers.people import write_lookup
from fordel_dask.registers.population import Census
from fordel_dask.registers.repeated import key_order, repeats
from fordel_dask.registers.rules import Columns
from fordel_dask.registers.spread import few_values
from fordel_dask.registers.tally import Tally, days_met, fates, merged, tally
from fordel_dask.registers.work import is_of_delivery, task
from fordel_dask.store import even_grid

CIVIL_STATUSES = frozenset("UGFEPOL")
ORIGIN_TYPES = frozenset("123")
COUNTRIES = range(5100, 6000)
KEY_LENGTHS = (10, 12)
OLDEST = 120
KEPT_COLUMNS = {"high": "u8", "low": "u8", "sex": "i1", "birth_day": "i4", "municipality": "i2"}
NO_ROWS = KEPT_COLUMNS | dict.fromkeys(CODES, "i4")
MUNICIPALITIES = "municipality.array"
"""The municipality of every citizen, for the tasks that look at citizens."""


@task
def look_at_population(census: Census) -> dict[str, Any]:
    """Read the population once, number the citizens, write their lookup, and give what was seen.

    A person who stands twice is numbered once. The summary has the grid, the fingerprint and the code books as
    that of an ingest, measures by file and of the register, and the errors an ingest would raise.
    """
    codes = {name: LocalCodes(plain_text) for name in CODES}
    columns, files, refused = _read(census, codes)
    order = key_order(columns["high"], columns["low"])
    reasons = population.reasons_of(columns, census)
    faults = Faults()
    if order.size:
        seen = population.seen_of(columns, order, reasons)
        faults.note(partial(every, population.population_checks(seen, census)), None)
    elif census.pieces and not refused:
        faults.note(partial(every, population.population_checks(population.NOBODY_SEEN, census)), None)
    fate = fates(reasons)
    kept = _each_once(columns, order[fate[order] == 0])
    known = np.column_stack((columns["high"][kept], columns["low"][kept]))
    begun = census.lookup / "begun"
    begun.mkdir(mode=0o700, exist_ok=True)  # and nothing above it: where the lookup is gone, the check has ended
    fingerprint = write_lookup(begun, [known], kept.size)
    begun.rename(census.lookup / fingerprint)
    first = even_grid(kept.size, max(1, round(kept.size / CITIZENS_A_PARTITION))).first
    save_array(census.store / MUNICIPALITIES, columns["municipality"][kept], first)
    return {
        "first": list(first),
        "fingerprint": fingerprint,
        "codebooks": {name: _used(codes[name], columns[name][kept]) for name in CODES},
        "tally": merged([file["tally"] for file in files.values()]),
        "files": files,
        "register": _of_register(columns, order, codes, fate, census),
        "refused": [*refused, *((error.exit_code, str(error)) for error in faults.told())],
    }


def _read(census: Census, codes: Mapping[str, LocalCodes]) -> tuple[Columns, dict[str, Any], list[tuple[int, str]]]:
    parts = [{name: np.empty(0, type_) for name, type_ in NO_ROWS.items()}]
    files: dict[str, Any] = {}
    refused = []
    for piece, chosen in census.pieces:
        file = files.setdefault(str(piece.path), {"tally": {}, "measures": {}, "refused": None})
        try:
            columns, measures, lengths = _piece(replace(census, pieces=((piece, chosen),)), codes)
        except FordelError as error:
            if not is_of_delivery(error):
                raise
            file["refused"] = (error.exit_code, str(error))
            refused.append(file["refused"])
            continue
        reasons = population.reasons_of(columns, census)
        counted = tally(fates(reasons), list(reasons))
        file["tally"] = merged([file["tally"], counted, lengths, days_met({"FOED_DAG": columns["birth_day"]})])
        file["measures"] = dict(Counter(file["measures"]) + Counter(measures))
        parts.append(columns)
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}, files, refused


def _piece(census: Census, codes: Mapping[str, LocalCodes]) -> tuple[Columns, Counter[str], Tally]:
    places, measures, lengths = population.places_of(census), Counter[str](), [Tally()]
    parts = [{name: np.empty(0, type_) for name, type_ in NO_ROWS.items()}]
    for piece, chosen in census.pieces:
        for batch in read_rows(piece, chosen, few_values(population.WANTED)):
            parts.append(population.columns_of(batch, census.strip, places, codes))
            lengths += [lengths_met(batch["PNR"])] if census.strip else []
            measures.update(_raw(batch))
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    measures.update(_odd(columns, codes, census.year))
    return columns, measures, merged(lengths)


def _raw(batch: Any) -> dict[str, int]:
    is_christiansoe = mapped(batch["KOM"], lambda value: municipality_code(value) == CHRISTIANSOE, False, "bool")
    lengths = key_lengths(batch["PNR"])
    odd = 0 if lengths is None else int(np.count_nonzero((lengths > 0) & ~np.isin(lengths, KEY_LENGTHS)))
    return {"christiansoe": int(np.count_nonzero(is_christiansoe)), "key_length": odd}


def _odd(columns: Columns, codes: Mapping[str, LocalCodes], year: int) -> dict[str, int]:
    birth = columns["birth_day"]
    born_by = date(year - OLDEST - 1, 1, 1).toordinal() - EPOCH
    return {
        "age_over_120": int(np.count_nonzero((birth > UNREADABLE_DAY) & (birth <= born_by))),
        "civil_status_unknown": _strange(codes, columns, "civil_status", CIVIL_STATUSES.__contains__),
        "country_unknown": _strange(codes, columns, "country", _is_country),
        "origin_type_unknown": _strange(codes, columns, "origin_type", ORIGIN_TYPES.__contains__),
    }


def _is_country(text: str) -> bool:
    return len(text) == 4 and text.isascii() and text.isdigit() and int(text) in COUNTRIES


def _strange(codes: Mapping[str, LocalCodes], columns: Columns, name: str, is_known: Any) -> int:
    strange = np.array([*(not is_known(text) for text in codes[name].texts), False])
    return int(np.count_nonzero(strange[columns[name]]))


def _each_once(columns: Columns, kept: np.ndarray) -> np.ndarray:
    """Leave out rows that repeat a key; which one stays depends on what they say, never on their order."""
    if not repeats(columns["high"], columns["low"], kept).any():
        return kept
    deciding = [columns[name][kept] for name in ("sex", "birth_day", "municipality", "low", "high")]
    by_key = kept[np.lexsort(deciding)]
    once: np.ndarray = by_key[np.append(True, ~repeats(columns["high"], columns["low"], by_key))]
    return once


def _used(codes: LocalCodes, numbers: np.ndarray) -> list[str]:
    return sorted(codes.texts[n] for n in np.unique(numbers).tolist() if n >= 0)


def _of_register(
    columns: Columns, order: np.ndarray, codes: Mapping[str, LocalCodes], fate: np.ndarray, census: Census
) -> dict[str, int]:
    if not fate.size:
        return {}
    inhabited = np.unique(columns["municipality"][fate == 0])
    countries = set(_used(codes["country"], columns["country"]))
    menapt = {row["opr_land_code"] for row in law.rows("codes/menapt")}
    return {
        "person_twice": int(np.count_nonzero(repeats(columns["high"], columns["low"], order))),
        "menapt_without_citizens": len(menapt - countries),
        "municipality_without_citizens": len(census.municipalities) - inhabited.size,
    }
