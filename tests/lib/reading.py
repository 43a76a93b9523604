"""Files read the way an ingest reads them, given back as plain lists."""

from fordel_dask.extracts.arrays import days
from fordel_dask.extracts.declaration import Source
from fordel_dask.extracts.files import DEFAULT_PORTION, describe, find_day_numbers, pieces, read_rows
from fordel_dask.extracts.form import Form


def extract_of(path, **form):
    """Describe one file."""
    return describe(Source("test", (path,), form=Form(**form)))[0]


def columns_of(path, *names, day=(), rows_at_a_time=1_000_000, portion=DEFAULT_PORTION, **form):
    """Give columns of a file as lists of Python values, those of ``day`` as days since 1970."""
    extract = find_day_numbers(extract_of(path, **form), day, portion)
    wanted = [(name, name) for name in (names or extract.names)]
    read = {name: [] for name, _ in wanted}
    for piece in pieces(extract, rows_at_a_time):
        for batch in read_rows(piece, wanted, frozenset(), portion):
            for name in read:
                read[name] += days(batch[name]).tolist() if name in day else _values(batch[name])
    return read


def _values(column):
    """Give values; the marks that a reader puts for a count that is no day are no dates of Python."""
    try:
        return column.to_pylist()
    except OverflowError:
        return days(column).tolist()


def rows_of(path, *names, **how):
    """Give the rows of a file as tuples."""
    return list(zip(*columns_of(path, *names, **how).values(), strict=True))
