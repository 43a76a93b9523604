"""What changed from one fee table to another: fees added and gone, amounts, texts, units and groups."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from fordel_dask.fees.fee_table import Fee, Key

ADDED, GONE, AMOUNT, UNIT, GROUP, TEXT, JUDGEMENT = "added", "gone", "amount", "unit", "group", "text", "judgement"
KINDS = (ADDED, GONE, AMOUNT, UNIT, GROUP, JUDGEMENT, TEXT)


@dataclass(frozen=True)
class Difference:
    """One thing that is otherwise in the new table; ``old`` and ``new`` are amounts in øre, or words.

    ``old`` is none of what was added, ``new`` of what is gone; both then hold the fee's amount.
    """

    kind: str
    key: Key
    text: str
    old: str | int | None
    new: str | int | None

    @property
    def change_oere(self) -> int | None:
        """By how many øre the fee has risen; none unless its amount has changed."""
        if self.kind != AMOUNT:
            return None
        return int(self.new or 0) - int(self.old or 0)

    @property
    def change_percent(self) -> Fraction | None:
        """By how many percent the fee has risen; none unless its amount has changed, and from 0."""
        change = self.change_oere
        return None if change is None or not self.old else Fraction(100 * change, int(self.old))


def differences(old: Sequence[Fee], new: Sequence[Fee]) -> tuple[Difference, ...]:
    """Give what is otherwise in a new table, by kind, then in the order of the tables.

    A fee is the same fee under the same section, code and area; several things may change of one.
    """
    before, after = {fee.key: fee for fee in old}, {fee.key: fee for fee in new}
    found = [
        *(Difference(ADDED, fee.key, fee.text, None, fee.amount_oere) for fee in new if fee.key not in before),
        *(Difference(GONE, fee.key, fee.text, fee.amount_oere, None) for fee in old if fee.key not in after),
        *(one for fee in new if fee.key in before for one in _changes(before[fee.key], fee)),
    ]
    return tuple(sorted(found, key=lambda one: KINDS.index(one.kind)))


def _changes(old: Fee, new: Fee) -> list[Difference]:
    return [
        Difference(kind, new.key, new.text, told(old), told(new))
        for kind, told in _TOLD.items()
        if told(old) != told(new)
    ]


def _judgement(fee: Fee) -> str:
    contact = f"contact ({fee.contact_type})" if fee.is_contact else "no contact"
    return f"{contact}, covered {fee.covered}"


_TOLD: dict[str, Callable[[Fee], str | int]] = {
    AMOUNT: lambda fee: fee.amount_oere,
    UNIT: lambda fee: fee.unit,
    GROUP: lambda fee: fee.group,
    JUDGEMENT: _judgement,
    TEXT: lambda fee: fee.text,
}
