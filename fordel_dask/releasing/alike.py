"""Which models count the same citizens, in the same places, by the same groups."""

from collections.abc import Iterable

AFTER_SUMS = frozenset(
    (
        *("capacity.citizens_per_capacity", "capacity.rounding", "capacity.floor", "capacity.floor_km2"),
        *("capacity.floor_level", "capacity.floor_where", "clinics.rounding_step", "clinics.lowest_per_capacity"),
        *("clinics.highest_per_capacity", "clinics.tolerance_patients", "clinics.phase_in_percent"),
        *("clinics.capped_at_list_of", "clinics.trainee_percent", "clinics.island_threshold"),
    )
)
"""Parameters that come after the weighted sums: cases that change only these take the base's sums."""
WEIGHED_OTHERWISE = ("consumption.", "weights.", "life_expectancy.", "capacity.projection_percent")
"""How parameters begin that give other sums of the same citizens, counted by the same groups."""


def counts_alike(changed: Iterable[str]) -> bool:
    """Tell whether a model that differs in these parameters counts like the one that it differs from."""
    return all(key in AFTER_SUMS or key.startswith(WEIGHED_OTHERWISE) for key in changed)
