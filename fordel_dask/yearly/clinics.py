"""``fordel clinics``: where every clinic stands, what the region may decide, and from when."""

import datetime
import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from fordel_dask.cycle.clinic_status import ClinicStatus, clinic_statuses, present_limits
from fordel_dask.cycle.decision import Decision
from fordel_dask.cycle.dialogue import NOBODY_NEAR, Surroundings, dialogue_first, surroundings
from fordel_dask.cycle.measure import Measure
from fordel_dask.cycle.neighbours import neighbours
from fordel_dask.cycle.new_clinic import Estimate, Origin, estimate, origin_of
from fordel_dask.cycle.notice import complaint_body
from fordel_dask.cycle.permission import permissions_on
from fordel_dask.cycle.phase_in import Step, steps
from fordel_dask.cycle.places import AreaPlaces, places_by_area
from fordel_dask.cycle.policy import Policy
from fordel_dask.cycle.proposal import Proposal, proposal
from fordel_dask.cycle.registered import registered_clinics
from fordel_dask.cycle.whereabouts import AreaKey, area_by_clinic, council_by_clinic, rows_on
from fordel_dask.errors import UsageError
from fordel_dask.gathering import every
from fordel_dask.law.provisions import whole
from fordel_dask.law.regions import region_on
from fordel_dask.published import Published
from fordel_dask.registers.decisions import REGISTER as DECISIONS
from fordel_dask.registers.decisions import read_decisions
from fordel_dask.registers.measures import REGISTER as MEASURES
from fordel_dask.registers.measures import read_measures
from fordel_dask.store import sha256_of_file
from fordel_dask.yearly.policy import read_policy
from fordel_dask.yearly.reading import read_published, source_of
from fordel_dask.yearly.standing import fingerprint

REGION = "region "


@dataclass(frozen=True)
class Asked:
    """What a command asks: a RUN, what regions keep, a day (default: the RUN's status date) and a region."""

    run: Path
    decisions: Path | None = None
    policy: Path | None = None
    measures: Path | None = None
    day: datetime.date | None = None
    region: str | None = None


@dataclass(frozen=True)
class Reckoned:
    """All that was found, by ydernummer where it is a clinic's; ``statuses``, ``decisions`` and
    ``places`` are those of the region asked about."""

    published: Published
    day: datetime.date
    policy: Policy
    region: str
    inputs: Mapping[str, str]
    decisions: Sequence[Decision]
    statuses: Sequence[ClinicStatus]
    areas: Mapping[str, AreaKey]
    around: Mapping[str, Surroundings]
    proposals: Mapping[str, Proposal]
    phases: Mapping[str, Sequence[Step]]
    estimates: Mapping[str, Estimate]
    permissions: Mapping[str, Sequence[Measure]]
    places: Sequence[AreaPlaces]
    complaint_body: str

    @property
    def in_dialogue(self) -> list[ClinicStatus]:
        """The clinics with which the region first seeks a voluntary agreement (R35), the farthest above first."""
        found = [one for one in self.statuses if dialogue_first(one, self.policy.dialogue_margin)]
        return sorted(found, key=lambda one: (-((one.calculated or 0) - (one.limit or 0)), one.ydernummer))


def reckon(asked: Asked) -> Reckoned:
    """Read what is asked about and find all there is to say of its clinics.

    Raises
    ------
    FordelError
        Something that was given cannot be read or cannot be; all that is wrong is told.
    """
    published = read_published(asked.run)
    day = asked.day or published.status_date
    region, policy, decisions, measures = _given(asked, published, day)
    statuses = clinic_statuses(published, decisions, day)
    areas = area_by_clinic(published, day)
    proposals = {one.ydernummer: found for one in statuses if (found := proposal(one, policy)) is not None}
    estimates = _estimates(statuses, origin_of(published, rows_on(published, day), areas))
    phases = _phases(statuses, proposals, policy)
    places = places_by_area(
        published, statuses, _minimum(statuses, phases, estimates, policy), areas, policy.phase_in_years
    )
    return Reckoned(
        published=published,
        day=day,
        policy=policy,
        region=region,
        inputs=_inputs(asked, published),
        decisions=_of_region(decisions, region, published, day),
        statuses=[one for one in statuses if _lies_in(region, one.council_id, published, day)],
        areas=areas,
        around=_around(published, statuses, day),
        proposals=proposals,
        phases=phases,
        estimates=estimates,
        permissions=permissions_on(measures, day),
        places=[one for one in places if _lies_in(region, one.council_id, published, day)],
        complaint_body=complaint_body(day),
    )


def _given(
    asked: Asked, published: Published, day: datetime.date
) -> tuple[str, Policy, tuple[Decision, ...], tuple[Measure, ...]]:
    """Read what was given beside the RUN, and tell all that is wrong with it at once."""
    limits, registered = present_limits(published), registered_clinics(published)
    checks: list[Any] = [
        partial(_region, asked.region, published, day),
        partial(read_policy, asked.policy, day, published.year),
        lambda: read_decisions(source_of(DECISIONS, asked.decisions), limits, registered) if asked.decisions else (),
        lambda: read_measures(source_of(MEASURES, asked.measures), published) if asked.measures else (),
        partial(complaint_body, day),
    ]
    region, policy, decisions, measures, _ = every(checks)
    return region, policy, decisions, measures


def _region(name: str | None, published: Published, day: datetime.date) -> str:
    """Give a region by the name it has on a day; empty for all."""
    if name is None:
        return ""
    names = {region_on(one.council_id, one.region, day) for one in published.councils.values()}
    known = {one.lower().removeprefix(REGION): one for one in names}
    wanted = name.strip().lower().removeprefix(REGION)
    if wanted not in known:
        other_days = {one.region.lower().removeprefix(REGION) for one in published.councils.values()}
        near = [] if wanted in other_days else difflib.get_close_matches(wanted, known, n=1)
        hint = f"did you mean '{known[near[0]]}'? " if near else ""
        raise UsageError(f"--region '{name}' is no region on {day}; {hint}Known are {', '.join(sorted(names))}.")
    return known[wanted]


def _lies_in(region: str, council_id: str, published: Published, day: datetime.date) -> bool:
    """Tell whether a council is of a region; all are, and what lies in no council too, where none was asked about."""
    council = published.councils.get(council_id)
    return not region or (council is not None and region_on(council_id, council.region, day) == region)


def _of_region(
    decisions: Sequence[Decision], region: str, published: Published, day: datetime.date
) -> tuple[Decision, ...]:
    """Give the decisions of a region's clinics; of one that is gone by the row that it had last."""
    homes = council_by_clinic(published, day)
    for row in sorted(published.register, key=lambda row: row.first_day or datetime.date.min, reverse=True):
        place = published.municipalities.get(row.municipality_code)
        homes.setdefault(row.ydernummer, "" if place is None else place.council_id)
    return tuple(one for one in decisions if _lies_in(region, homes.get(one.ydernummer, ""), published, day))


def _phases(
    statuses: Sequence[ClinicStatus], proposals: Mapping[str, Proposal], policy: Policy
) -> dict[str, tuple[Step, ...]]:
    proposed = (one for one in statuses if one.ydernummer in proposals)
    return {
        one.ydernummer: steps(one.limit, proposals[one.ydernummer].number, policy.phase_in_years) for one in proposed
    }


def _estimates(statuses: Sequence[ClinicStatus], origin: Origin) -> dict[str, Estimate]:
    without = (one for one in statuses if not one.has_number)
    return {one.ydernummer: found for one in without if (found := estimate(one, origin)) is not None}


def _around(published: Published, statuses: Sequence[ClinicStatus], day: datetime.date) -> dict[str, Surroundings]:
    by_clinic = {one.ydernummer: one for one in statuses}
    near = neighbours(list(rows_on(published, day).values()), whole("access.km", day))
    return {number: surroundings(near[number], by_clinic) if number in near else NOBODY_NEAR for number in by_clinic}


def _minimum(
    statuses: Sequence[ClinicStatus],
    phases: Mapping[str, Sequence[Step]],
    estimates: Mapping[str, Estimate],
    policy: Policy,
) -> dict[str, dict[int, int]]:
    """Give the number of each clinic in each year: what is decided for it (R30, R36), else its step or its estimate."""
    own = {number: {step.year: step.number for step in found} for number, found in phases.items()}
    estimated = {
        number: dict.fromkeys(policy.phase_in_years, found.patients)
        for number, found in estimates.items()
        if found.patients is not None
    }
    proposed = own | estimated
    decided = {one.ydernummer: _decided(one, policy.phase_in_years) for one in statuses}
    return {number: proposed.get(number, {}) | decided.get(number, {}) for number in {*proposed, *decided}}


def _decided(status: ClinicStatus, years: Sequence[int]) -> dict[int, int]:
    """Give the number that is decided for a clinic in each year, from the year in which the decision takes effect."""
    told = [one for one in (status.decision, status.pending) if one is not None and one.effective_from is not None]
    in_effect = {
        year: [one.number for one in told if one.effective_from and one.effective_from.year <= year] for year in years
    }
    return {year: numbers[-1] for year, numbers in in_effect.items() if numbers}


def _inputs(asked: Asked, published: Published) -> dict[str, str]:
    """Give the RUN's seal, and the SHA-256 of every file that was read beside it."""
    kept = {DECISIONS: asked.decisions, MEASURES: asked.measures}
    inputs = {"run": published.seal} | {name: fingerprint(name, path) for name, path in kept.items() if path}
    return inputs | ({"policy": sha256_of_file(asked.policy)} if asked.policy else {})
