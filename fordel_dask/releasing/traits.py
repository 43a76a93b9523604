"""Rows of the tables of a release that count citizens by what they are, or by where they live and go."""

from collections.abc import Iterator

from fordel_dask.disclosure import Pattern, is_few
from fordel_dask.printing import Row
from fordel_dask.releasing.protected import CLINICS, FLOWS, MUNICIPALITIES, SAMPLE, Protected, Told
from fordel_dask.releasing.telling import printed, rounded_count
from fordel_dask.schema.results import ResultTable

CLAMP = "clamp"


def hidden_in(pattern: Pattern, of_groups: bool = False) -> dict[tuple[str, str, str], bool]:
    """Tell by row, term and level whether a cell of a block is kept back."""
    block = pattern.block
    codes, marks = (block.groups, pattern.hidden_groups) if of_groups else (block.rows, pattern.hidden)
    return {
        (code, term.name, level): bool(hidden[at, where])
        for term, hidden in zip(block.terms, marks, strict=True)
        for where, level in enumerate(term.levels)
        for at, code in enumerate(codes)
    }


def trait_rows(base: Protected, table: ResultTable) -> Iterator[Row]:
    """Give citizens by trait of the base's areas and clinics."""
    hidden = {
        "municipality": hidden_in(base.patterns[MUNICIPALITIES]),
        "council": hidden_in(base.patterns[MUNICIPALITIES], of_groups=True),
        "clinic": hidden_in(base.patterns[CLINICS]),
    }
    exactly = base.rules.round_to == 1
    for row in base.counted.tables["parts"]:
        key = (row["code"], row["term"], row["level"])
        if key not in hidden[row["area_kind"]]:
            continue
        unseen = ["citizens", "weighted_part"] if hidden[row["area_kind"]][key] else []
        if not unseen and (not exactly or (row["term"] == CLAMP and row["citizens"] != "0")):
            unseen = ["weighted_part"]
        yield printed(table, {**row, "citizens": rounded_count(int(row["citizens"]), base.rules)}, unseen)


def weight_rows(of: Told, table: ResultTable) -> Iterator[Row]:
    """Give the weights of a RUN, with the size of their groups where these are told."""
    hidden = hidden_in(of.base.patterns[SAMPLE])
    gone = bool(of.base.patterns[SAMPLE].withheld[0]) or not _same_sample(of)
    for row in of.counted.tables["weights"]:
        is_hidden = gone or hidden.get((SAMPLE, row["term"], row["level"]), True) or not of.groups_alike
        unseen = ["citizens", "exposure_years"] if is_hidden else []
        if not unseen and (of.base.rules.round_to > 1 or of.base.seen_before):
            unseen = ["exposure_years"]
        yield printed(table, {**row, "citizens": rounded_count(int(row["citizens"]), of.base.rules)}, unseen)


def _same_sample(of: Told) -> bool:
    """Tell whether a RUN was estimated on the base's sample: beside it another's counts would tell the difference."""
    own, base = of.counted, of.base.counted
    shared = own.sampled.keys() & base.sampled.keys()
    return own.manifest["noticed"]["sample_citizens"] == base.manifest["noticed"]["sample_citizens"] and all(
        own.sampled[cell] == base.sampled[cell] for cell in shared
    )


def weights_of_few(of: Told) -> int:
    """Count the weights that rest on too few citizens."""
    return sum(is_few(int(row["citizens"]), of.base.rules) for row in of.counted.tables["weights"])


def flow_rows(base: Protected, table: ResultTable) -> Iterator[Row]:
    """Give where citizens live and where their clinic lies: every pair, so that none is told by being left out."""
    pattern = base.patterns[FLOWS]
    term, counts, hidden = pattern.block.terms[0], pattern.block.counts[0], pattern.hidden[0]
    for at, home in enumerate(pattern.block.rows):
        for where, clinic in enumerate(term.levels):
            row = {"residence_council_id": home, "clinic_council_id": clinic}
            unseen = ["citizens"] if hidden[at, where] else []
            yield printed(table, {**row, "citizens": rounded_count(int(counts[at, where]), base.rules)}, unseen)
