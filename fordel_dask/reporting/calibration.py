"""How well predictions meet consumption, as far as it may be told."""

from fractions import Fraction
from pathlib import Path

from fordel_dask.disclosure import Rules
from fordel_dask.errors import DisclosureError, UsageError
from fordel_dask.releasing.counted import Counted
from fordel_dask.report.told import Calibrated
from fordel_dask.rundir import read_manifest, read_table

DIAGNOSIS, PREDICTED_TENTH = "diagnosis", "predicted_tenth"
FEWEST_OF_A_MEAN = 200
"""Citizens of whom a mean is told, in thresholds: no citizen moves the mean of 1,000 much."""


def calibration_of(diagnosis: Path | None, base: Counted, rules: Rules) -> tuple[Calibrated, ...]:
    """Tell what tenths of citizens by predicted consumption did consume; nothing where one has few citizens."""
    if diagnosis is None:
        return ()
    manifest = read_manifest(diagnosis)
    if manifest.get("kind") != DIAGNOSIS:
        raise UsageError(f"{diagnosis} is no diagnosis. Make one with 'fordel diagnose STORE --out DIR'.")
    if manifest["store"]["identity"] != base.manifest["store"]["identity"]:
        raise DisclosureError(
            f"{diagnosis} is a diagnosis of other registers than the RUN. Make it of the same store: "
            f"'fordel diagnose STORE --out DIR'."
        )
    rows = [row for row in read_table(diagnosis, "groups", manifest) if row["trait"] == PREDICTED_TENTH]
    if any(int(row["citizens"]) < FEWEST_OF_A_MEAN * rules.threshold for row in rows):
        return ()
    return tuple(
        Calibrated(int(row["level"]), round(Fraction(row["predicted_kr"])), round(Fraction(row["actual_kr"])))
        for row in rows
    )
