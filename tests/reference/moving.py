"""Room 6: need that follows citizens to the municipality of their clinic, all of it (V04) or a part (V05)."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pandas as pd

from .projection import Figures, nano
from .registers import Registers
from .rounding import NANO

Figured = Mapping[str, Figures]  # by municipality


def moves_need(model: Mapping[str, Any]) -> bool:
    """Say whether any need is counted elsewhere than where citizens live."""
    return model["capacity.area_by"] == "clinic" or model["capacity.commuters_percent"] != 0


def moved(
    citizens: pd.DataFrame, now: Figured, then: Figured, registers: Registers, model: Mapping[str, Any]
) -> dict[str, Figures]:
    """Give persons and weighted persons of each municipality after moves; the sums over the country stay.

    Of what a municipality has ``then``, as much moves as its citizens with a clinic elsewhere are of it ``now``; of
    weights that are rounded up, the last to move take what is left.
    """
    found, left = dict(then), {home: weighted for home, (_, weighted) in then.items()}
    if not moves_need(model):
        return found
    for (home, place), group in pairs(citizens, registers):
        share = share_that_moves(home, place, registers, model)
        weights = Fraction(sum(group["weight"].tolist()), NANO)
        persons = share * len(group) * then[home][0] / now[home][0]
        weighted = nano(share * weights * then[home][1] / now[home][1]) if now[home][1] else Fraction(0)
        weighted = min(weighted, left[home])
        left[home] -= weighted
        found[home] = (found[home][0] - persons, found[home][1] - weighted)
        found[place] = (found[place][0] + persons, found[place][1] + weighted)
    return found


def pairs(citizens: pd.DataFrame, registers: Registers) -> list[tuple[tuple[str, str], pd.DataFrame]]:
    """Give the citizens with a registered clinic in another municipality, by their own and the clinic's."""
    away = citizens[citizens["registered"]]
    place = away["clinic"].map(registers.clinics["municipality"])
    away = away.assign(there=place)[place != away["municipality"]]
    return [((str(home), str(there)), group) for (home, there), group in away.groupby(["municipality", "there"])]


def share_that_moves(home: str, place: str, registers: Registers, model: Mapping[str, Any]) -> Fraction:
    """Give the part of their need that moves: all to the clinic, or of commuters to another council a percentage."""
    if model["capacity.area_by"] == "clinic":
        return Fraction(1)
    councils = registers.municipalities["council_id"]
    if councils[home] == councils[place]:
        return Fraction(0)
    return Fraction(model["capacity.commuters_percent"], 100)
