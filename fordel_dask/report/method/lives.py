"""The correction for life expectancy, with its formula and invented places."""

from collections.abc import Iterator
from decimal import Context, Decimal
from fractions import Fraction

from fordel_dask.report.method.blocks import Block, Formula, Paragraph, Section, Step, Sum, Sums
from fordel_dask.report.method.first import lives_are_off
from fordel_dask.report.method.formulas import figure, formula, in_brackets, named, over, power, row, sign
from fordel_dask.report.method.reading import Reading

NATIONAL, SHORTER, LONGER = 82, 79, 84
"""Years of the invented country, of a place where lives are short and of one where they are long."""
PLACES = 4
DIGITS = 60


def lives(reading: Reading) -> Section:
    """Say how a weight is corrected for life expectancy."""
    blocks = [Paragraph(reading.say("lives_off"))] if lives_are_off(reading) else list(_lives(reading))
    return Section("lives", reading.say("lives"), blocks)


def factor(own: int, exponent: str, form: str) -> Fraction:
    """Give the factor of a place where people live so many years, to far more decimals than are shown."""
    k, ratio = Fraction(exponent), Fraction(NATIONAL, own)
    if form == "additive":
        return 1 + k * Fraction(NATIONAL - own, NATIONAL)
    if k.denominator == 1:
        return ratio**k.numerator
    context = Context(prec=DIGITS)
    base = context.divide(Decimal(ratio.numerator), Decimal(ratio.denominator))
    return Fraction(context.power(base, context.divide(Decimal(k.numerator), Decimal(k.denominator))))


def _lives(reading: Reading) -> Iterator[Block]:
    yield Paragraph(reading.say("lives_why"))
    yield _factor_formula(reading)
    yield Paragraph(" ".join(_whose(reading)))
    yield Paragraph(reading.say("lives_mean"))
    yield Paragraph(reading.say("lives_example", years=NATIONAL))
    yield Sums([_place(reading, "lives_shorter", SHORTER), _place(reading, "lives_longer", LONGER)])


def _factor_formula(reading: Reading) -> Formula:
    k = figure(reading.plain("life_expectancy.exponent"))
    is_plain = Fraction(reading.value("life_expectancy.exponent")) == 1
    factor_name, national = named(reading.say("lives_factor")), named(reading.say("lives_national"))
    own = named(reading.say("lives_own"))
    if reading.value("life_expectancy.form") == "additive":
        strength = () if is_plain else (k, sign("×"))
        less = over(row(national, sign("−"), own), national)
        return formula(reading, "lives_added", factor_name, sign("="), figure("1"), sign("+"), *strength, less)
    ratio = over(national, own)
    told = ratio if is_plain else power(in_brackets(ratio), k)
    return formula(reading, "lives_ratio" if is_plain else "lives_power", factor_name, sign("="), told)


def _whose(reading: Reading) -> Iterator[str]:
    columns = reading.value("life_expectancy.columns")
    yield reading.chosen("life_expectancy.level")
    if reading.value("life_expectancy.shrinkage_citizens"):
        yield reading.say("lives_shrinkage", citizens=reading.plain("life_expectancy.shrinkage_citizens"))
    if columns:
        yield reading.say("lives_columns", names=reading.plain("life_expectancy.columns"))
    else:
        yield reading.say("lives_at_birth")


def _place(reading: Reading, word: str, own: int) -> Sum:
    words = reading.words
    found = factor(own, str(reading.value("life_expectancy.exponent")), reading.value("life_expectancy.form"))
    steps = [
        Step(reading.say("lives_years_there"), reading.say("years", years=own)),
        Step(reading.say("lives_factor_there"), words.number(found, PLACES)),
        Step(reading.say("lives_change"), f"{words.signed((found - 1) * 100, 1)} %", total=True),
    ]
    return Sum(reading.say(word), "", steps)
