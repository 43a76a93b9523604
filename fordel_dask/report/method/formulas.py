"""Formulas in words as MathML, which a browser draws and a screen reader reads aloud."""

from collections.abc import Sequence

from markupsafe import Markup

from fordel_dask.report.method.blocks import Formula
from fordel_dask.report.method.reading import Reading


def formula(reading: Reading, word: str, *parts: Markup) -> Formula:
    """Give a formula of its parts, beside the sentence that says it."""
    math = Markup('<math display="block">{}</math>').format(row(*parts))
    return Formula(math, reading.say(word))


def row(*parts: Markup) -> Markup:
    """Put parts of a formula after each other."""
    return Markup("<mrow>{}</mrow>").format(Markup("").join(parts))


def named(text: str) -> Markup:
    """Give a quantity by its name."""
    return Markup("<mtext>{}</mtext>").format(text)


def figure(text: str) -> Markup:
    """Give a number as it is written."""
    return Markup("<mn>{}</mn>").format(text)


def sign(text: str) -> Markup:
    """Give a sign between two parts."""
    return Markup("<mo>{}</mo>").format(text)


def over(above: Markup, below: Markup) -> Markup:
    """Give a fraction."""
    return Markup("<mfrac>{}{}</mfrac>").format(row(above), row(below))


def in_brackets(inner: Markup) -> Markup:
    """Put brackets around a part."""
    return row(sign("("), inner, sign(")"))


def power(base: Markup, exponent: Markup) -> Markup:
    """Raise a part to a power."""
    return Markup("<msup>{}{}</msup>").format(base, exponent)


def summed_over(of: str, inner: Markup) -> Markup:
    """Sum a part over something that is named below the sign."""
    return row(Markup("<munder><mo>∑</mo><mtext>{}</mtext></munder>").format(of), inner)


def below_each_other(lines: Sequence[Markup]) -> Markup:
    """Put lines of a long formula below each other, so that it fits a narrow page."""
    rows = Markup("").join(Markup("<mtr><mtd>{}</mtd></mtr>").format(line) for line in lines)
    return Markup('<mtable class="lines">{}</mtable>').format(rows)
