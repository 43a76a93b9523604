"""The basic fee re-shared by weight, to the øre (R54, V61): a doctor with heavier patients can have fewer.

The fee of a patient follows the patient's weight, so that a clinic's basic fee follows its weighted patients. What all
clinics get together stays what it was.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from fordel_dask.errors import ModelError
from fordel_dask.fees.remainder import share_out

ONE, ZERO = Fraction(1), Fraction(0)


@dataclass(frozen=True)
class Load:
    """What a clinic carries: its patients and the sum of their weights (not negative)."""

    ydernummer: str
    patients: int
    weighted: Fraction


@dataclass(frozen=True)
class Bounds:
    """The least and the greatest factor of a clinic's fee per patient; none where there is no bound.

    0 ≤ ``floor`` ≤ 1 ≤ ``cap``: at 1 on average, the fee cannot be above or below for all.
    """

    floor: Fraction | None = None
    cap: Fraction | None = None


UNBOUND = Bounds()


def factors(loads: Sequence[Load], share: Fraction, bounds: Bounds = UNBOUND) -> dict[str, Fraction]:
    """Give by what each clinic's basic fee per patient is multiplied, so that all get together what they did.

    Of a patient's fee ``share`` follows the weight and the rest is as before: 1 − share + share × mean weight ÷ mean
    weight of all. Where a bound holds, those within the bounds take up what it adds or takes, each in proportion.
    Clinics without patients have no factor. Σ patients × factor is Σ patients, exactly.

    Raises
    ------
    ModelError
        The cap cannot be held: too few clinics have patients with a weight.
    """
    there = [one for one in loads if one.patients]
    patients, weighted = sum(one.patients for one in there), sum((one.weighted for one in there), ZERO)
    if not weighted:
        return {one.ydernummer: ONE for one in there}
    free = {one.ydernummer: one.patients * (1 - share) + share * one.weighted * patients / weighted for one in there}
    of = {one.ydernummer: one.patients for one in there}
    raised = _raised_within(free, of, bounds)
    return {clinic: _within(bounds, raised * free[clinic] / of[clinic]) for clinic in free}


def _within(bounds: Bounds, factor: Fraction) -> Fraction:
    at_least = factor if bounds.floor is None else max(factor, bounds.floor)
    return at_least if bounds.cap is None else min(at_least, bounds.cap)


def _raised_within(free: Mapping[str, Fraction], patients: Mapping[str, int], bounds: Bounds) -> Fraction:
    """Give the number that all free amounts are multiplied by, so that with the bounds they add up to the patients.

    The sum grows with the number, in straight pieces: it bends where a clinic leaves the floor or meets the cap.
    """
    bends = _bends(free, patients, bounds)
    total = Fraction(sum(patients.values()))
    fixed = (bounds.floor or ZERO) * total
    slope = sum(free.values(), ZERO) if bounds.floor is None else ZERO
    for at, more_slope, more_fixed in bends:
        if slope and fixed + slope * at >= total:
            break
        slope, fixed = slope + more_slope, fixed + more_fixed
    if slope:
        return (total - fixed) / slope
    if fixed == total:
        return bends[-1][0] if bends else ONE
    raise ModelError(
        "The cap cannot be held: too few clinics have patients with a weight for the others to stay below it. "
        "Raise the cap, or lower the share that is differentiated."
    )


def _bends(
    free: Mapping[str, Fraction], patients: Mapping[str, int], bounds: Bounds
) -> list[tuple[Fraction, Fraction, Fraction]]:
    """Give where clinics leave the floor or meet the cap, ascending, with what that adds to slope and fixed sum."""
    found = []
    for clinic, amount in free.items():
        if not amount:
            continue
        if bounds.floor is not None:
            at_floor = bounds.floor * patients[clinic]
            found.append((at_floor / amount, amount, -at_floor))
        if bounds.cap is not None:
            at_cap = bounds.cap * patients[clinic]
            found.append((at_cap / amount, -amount, at_cap))
    return sorted(found)


def differentiate(loads: Sequence[Load], total_oere: int, share: Fraction, bounds: Bounds = UNBOUND) -> dict[str, int]:
    """Give every clinic's basic fee in øre; together they are ``total_oere``, to the øre.

    By largest remainder, ties by ydernummer. Clinics without patients get nothing.

    Raises
    ------
    ModelError
        The cap cannot be held.
    """
    of = {one.ydernummer: one.patients for one in loads}
    factor = factors(loads, share, bounds)
    return share_out(total_oere, {clinic: of[clinic] * factor.get(clinic, ZERO) for clinic in of})
