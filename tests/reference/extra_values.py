"""What the extra covariates of a delivery say of a person, a planning area, a municipality or a clinic."""

from fractions import Fraction

import pandas as pd

from .model import COVERAGE, ReferenceError
from .registers import Registers

Values = dict[str, Fraction]  # by key; a key without a value is not in it


def extra_values(registers: Registers, by: str, name: str) -> Values:
    """Give the values of an extra covariate ``by`` PNR, AREA, KOM or YDERNR; it must be delivered (11)."""
    delivered = registers.covariates.get(by, {})
    if name not in delivered:
        raise ReferenceError(COVERAGE, f"no extra covariate {name} by {by}; delivered: {sorted(delivered)}")
    return delivered[name]


def extra_of_citizens(citizens: pd.DataFrame, registers: Registers, name: str) -> list[Fraction | None]:
    """Give each citizen's value, by person, by area of residence or by municipality, as it was delivered."""
    keys = {"PNR": citizens.index, "AREA": citizens["area"], "KOM": citizens["municipality"]}
    for by, own in keys.items():
        if name in registers.covariates.get(by, {}):
            values = extra_values(registers, by, name)
            return [values.get(key) for key in own]
    raise ReferenceError(COVERAGE, f"no extra covariate {name} by PNR, AREA or KOM")
