"""Where each clinic stands on a day: calculated and decided number, limit, list, and what follows (R29–R38, R43)."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from fordel_dask.cycle.decision import Decision, decision_in_force, pending
from fordel_dask.cycle.whereabouts import rows_on
from fordel_dask.published import OK, Clinic, Published, RegisterRow

UP, DOWN, UNCHANGED = "up", "down", "unchanged"
BY_DECISION, BY_REGISTER, BY_NOBODY = "decision", "register", ""


@dataclass(frozen=True)
class ClinicStatus:
    """One clinic on a day; ``row`` is its row of the register on that day, none if it has none.

    ``decision`` is the one in force, ``pending`` the next one that is to take effect.
    """

    clinic: Clinic
    row: RegisterRow | None
    municipality_code: str
    council_id: str
    decision: Decision | None
    pending: Decision | None

    @property
    def ydernummer(self) -> str:
        """The clinic."""
        return self.clinic.ydernummer

    @property
    def patients(self) -> int:
        """Patients on the status date."""
        return self.clinic.patients

    @property
    def has_number(self) -> bool:
        """Whether a minimum number was calculated for it."""
        return self.clinic.status == OK

    @property
    def calculated(self) -> int | None:
        """The calculated minimum of patients: guidance, the region decides (R29)."""
        return self.clinic.minimum_patients

    @property
    def capacities(self) -> Fraction | None:
        """Capacities on the day; those of the status date where no row covers the day."""
        return self.clinic.capacities if self.row is None else self.row.capacities

    @property
    def limit(self) -> int | None:
        """The present limit: the decided number in force, else that of the register."""
        if self.decision is not None:
            return self.decision.number
        return None if self.row is None else self.row.present_limit

    @property
    def limit_by(self) -> str:
        """What the present limit rests on."""
        if self.decision is not None:
            return BY_DECISION
        return BY_NOBODY if self.limit is None else BY_REGISTER

    @property
    def maximum(self) -> int | None:
        """The most patients by the collective agreement (R38)."""
        return None if self.row is None else self.row.maximum

    @property
    def change(self) -> int | None:
        """Patients from the present limit to the calculated number."""
        return None if self.calculated is None or self.limit is None else self.calculated - self.limit

    @property
    def direction(self) -> str:
        """Whether the calculated number is above or below the present limit; empty where one is not known."""
        if self.change is None:
            return ""
        return UP if self.change > 0 else DOWN if self.change < 0 else UNCHANGED

    @property
    def may_close(self) -> bool | None:
        """Whether the list has reached the limit, so that the clinic may close (R30); none without a limit."""
        return None if self.limit is None else self.patients >= self.limit

    @property
    def is_above_maximum(self) -> bool:
        """Whether the calculated or the decided number is above the collective agreement's maximum (R38)."""
        numbers = [self.calculated, None if self.decision is None else self.decision.number]
        return self.maximum is not None and any(number is not None and number > self.maximum for number in numbers)

    @property
    def surplus(self) -> int:
        """Patients above the calculated number; 0 for a clinic without one, or with fewer."""
        return 0 if self.calculated is None else max(self.patients - self.calculated, 0)


def reopens(status: ClinicStatus, margin: int) -> bool:
    """Tell whether a closed clinic has fallen so far below its limit that the region may open it again (R43).

    However small the margin, a clinic that may close (R30) does not.
    """
    is_closed = status.row is not None and status.row.is_open is False
    return is_closed and status.may_close is False and status.patients <= (status.limit or 0) - margin


def clinic_statuses(
    published: Published, decisions: Iterable[Decision], day: datetime.date
) -> tuple[ClinicStatus, ...]:
    """Give the clinics that the register has on a day, and those gone whose patients are still on their lists."""
    rows = rows_on(published, day)
    by_clinic: dict[str, list[Decision]] = {}
    for decision in decisions:
        by_clinic.setdefault(decision.ydernummer, []).append(decision)
    return tuple(
        _status(clinic, rows.get(number), by_clinic.get(number, []), published, day)
        for number, clinic in published.clinics.items()
        if number in rows or clinic.patients
    )


def _status(
    clinic: Clinic, row: RegisterRow | None, decisions: Sequence[Decision], published: Published, day: datetime.date
) -> ClinicStatus:
    code = clinic.municipality_code if row is None else row.municipality_code
    municipality = published.municipalities.get(code)
    return ClinicStatus(
        clinic=clinic,
        row=row,
        municipality_code=code,
        council_id=clinic.council_id if municipality is None else municipality.council_id,
        decision=decision_in_force(decisions, clinic.ydernummer, day),
        pending=pending(decisions, clinic.ydernummer, day),
    )


def present_limits(published: Published) -> Mapping[str, int | None]:
    """Give the limit of the register of every clinic that is known: of its row at the status date, else its last."""
    rows = published.row_of
    return {number: rows[number].present_limit if number in rows else None for number in published.known_clinics}
