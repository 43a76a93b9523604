"""Random fee tables printed and read again are the same; random lines are read, or refused, and nothing else."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from fordel_dask.errors import SchemaError
from fordel_dask.fees.fee_text import FeeLine
from fordel_dask.fees.published_text import read_fee_text
from tests.lib.fee_texts import INVENTED, PLACES, UNITS, lines_of, with_unit

WORDS = st.lists(
    st.sampled_from(["opdigtet", "måling", "ær", "(høj)", "eller", "2. led", "§ 3", "km", "a-b"]), min_size=1
)
SIGNS = st.lists(st.integers(1, 30), max_size=3, unique=True).map(lambda found: ",".join(map(str, found)))
INVENTED_LINES = INVENTED.read_text("utf-8").split("\n")
INVENTED_FEES = read_fee_text(INVENTED_LINES).fees
LINES = st.lists(
    st.one_of(
        st.sampled_from(INVENTED_LINES),
        st.text(max_size=60),
        st.text("0123456789., -%\t•*¹²)kr", max_size=30),
        st.builds("{0}{1}".format, st.sampled_from(INVENTED_LINES), st.text(max_size=5)),
        st.builds(lambda line, at: line[:at], st.sampled_from(INVENTED_LINES), st.integers(0, 80)),
    ),
    max_size=25,
)


@st.composite
def tables(draw):
    """Give fees in the order of a published table; a code stands once in each place."""
    fees = []
    for section, group, area in PLACES:
        for code in draw(st.lists(st.integers(0, 9999), max_size=3, unique=True)):
            unit = draw(st.sampled_from(sorted(UNITS)))
            text = with_unit("Opdigtet " + " ".join(draw(WORDS)), unit)
            fees.append(
                FeeLine(
                    section,
                    f"{code:04}",
                    area,
                    text,
                    draw(st.integers(0, 999_999_999)),
                    group,
                    unit,
                    draw(SIGNS),
                    (),
                    0,
                )
            )
    unique = {fee.key: fee for fee in reversed(fees)}
    return [fee for fee in fees if unique[fee.key] is fee]


@given(
    tables().filter(bool),
    st.sampled_from(["\t", " ", "   ", "\t\t"]),
    st.sampled_from(["", ".....", " … ", "  . . . "]),
    st.sampled_from(["^{{{}}}", " "]),
)
def test_a_table_that_is_printed_and_read_again_is_the_same(fees, between, leaders, sign):
    found = read_fee_text(lines_of(fees, between, leaders, sign)).fees
    assert [replace(fee, line=0) for fee in found] == fees


@given(LINES)
def test_random_lines_are_read_or_refused(lines):
    try:
        found = read_fee_text(lines, "t")
    except SchemaError as refused:
        assert str(refused).startswith("t ")
    else:
        assert found.fees
        assert all(fee.amount_oere >= 0 and fee.section and fee.group for fee in found.fees)


@given(st.sampled_from([fee.line for fee in INVENTED_FEES]))
def test_the_line_of_a_fee_taken_away_takes_that_fee_alone(gone):
    found = read_fee_text([*INVENTED_LINES[: gone - 1], "", *INVENTED_LINES[gone:]]).fees
    kept = [fee for fee in INVENTED_FEES if fee.line != gone]
    assert [replace(fee, notes=()) for fee in found] == [replace(fee, notes=()) for fee in kept]
