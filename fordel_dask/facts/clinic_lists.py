"""The lists of clinics on any day: how many of the nation's citizens belonged to each (V47)."""

import datetime

import numpy as np
from numpy.typing import NDArray

from fordel_dask.facts.derive import clinics_at
from fordel_dask.kernels.enrolment import NOT_ENROLLED
from fordel_dask.schema.prepared import BLANK, ENROLMENT
from fordel_dask.store import Store

SPELLS = ("citizen", "group", "clinic", "first_day", "last_day")


def lists_on(store: Store, partition: int, day: datetime.date) -> NDArray[np.int64]:
    """Count the citizens of a partition in group 1 on a day, by clinic, shape (clinics + 1).

    The first entry counts those without a clinic, the others follow the code book ``clinic``. Who died, moved away or
    was not born before the status date stands in no store: lists of an earlier day are short of those who left since.
    Enrolment that was delivered as a list of one day begins with the fee year, and tells nothing of days before.
    """
    clinic, _ = clinics_at(store.read(ENROLMENT, partition, SPELLS), day, store.grid.size(partition))
    in_group_1 = clinic[clinic != NOT_ENROLLED]
    return np.bincount(in_group_1 - BLANK, minlength=len(store.codebooks["clinic"]) + 1).astype(np.int64)
