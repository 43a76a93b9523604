"""``fordel place``: where the next capacity, or a returned one, would meet most need."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from fordel_dask.cycle.moving import ALLOWED
from fordel_dask.cycle.placement import Board, Placement, place
from fordel_dask.cycle.unit import KINDS, Unit, units_with_occupied
from fordel_dask.errors import UsageError
from fordel_dask.printing import Row, count, number
from fordel_dask.schema.placing import PLACEMENTS, PLACING_TABLES, RANKING
from fordel_dask.yearly.council_rows import access_change_rows, short
from fordel_dask.yearly.councils import Position, not_told
from fordel_dask.yearly.standing import reports_summary
from fordel_dask.yearly.writing import Findings, as_content

KIND = "place"


@dataclass(frozen=True)
class Asked:
    """What is to be placed: how many ``capacities``, ranked ``by`` a kind of unit, in one council or any.

    ``are_returned``: they are taken back from clinics of the council, and so leave room there (R21).
    """

    capacities: int
    by: str
    council_id: str | None
    are_returned: bool


def board_of(position: Position, asked: Asked) -> Board:
    """Give how things stand before anything is placed: after allowed moves, less what is taken back.

    With a council asked about only its units are there.

    Raises
    ------
    UsageError
        There is no such council, or not so many capacities may be taken back in it.
    """
    require_lawful(position, asked)
    units = units_with_occupied(position.councils, position.municipalities, position.areas)
    allocated = {one.council.council_id: one.after_moves for one in position.councils}
    if asked.are_returned and asked.council_id is not None:
        allocated[asked.council_id] -= asked.capacities
    own = {unit: taken for unit, taken in units.items() if asked.council_id in (None, unit.council_id)}
    return Board(
        units=tuple(own),
        maximum={one.council.council_id: one.council.maximum for one in position.councils},
        allocated=allocated,
        occupied=own,
        reach=position.reach,
    )


def require_lawful(position: Position, asked: Asked) -> None:
    """Refuse a council that is not there, and returned capacities that do not stand vacant in it.

    What a doctor hands back may be given anew at once (memo 4.5.8); what stands vacant for a year the region may take
    back (R21). Both are vacant, so a capacity register must tell of them.
    """
    known = position.published.councils
    if asked.council_id is not None and asked.council_id not in known:
        raise UsageError(f"This RUN has no council '{asked.council_id}'; known are {', '.join(known)}.")
    if not asked.are_returned:
        return
    if asked.council_id is None:
        raise UsageError("A returned capacity stays in its council (R21): name it with --council.")
    if position.kept.month is None:
        raise UsageError("Which capacities stand vacant is told by the capacity register: give --capacity.")
    vacant = position.vacant.get(asked.council_id, Fraction(0))
    if vacant < asked.capacities:
        raise UsageError(
            f"{asked.capacities} {'capacity' if asked.capacities == 1 else 'capacities'} cannot be returned in "
            f"{asked.council_id}: by the report of {position.kept.month}, {_vacant(vacant)} vacant on "
            f"{position.kept.stand.day}. {'Leave' if vacant < 1 else 'Ask for fewer, or leave'} --returned away."
        )


def _vacant(capacities: Fraction) -> str:
    """Say how much is vacant: what is less than a whole capacity cannot be placed anew by itself."""
    if capacities == 0:
        return "none is"
    return f"less than a whole one, {short(capacities)}, is" if capacities < 1 else f"{short(capacities)} are"


def find_places(position: Position, asked: Asked) -> Findings:
    """Rank all units and place capacities one by one."""
    if asked.by == "area" and not position.published.areas:
        raise UsageError("The RUN has no planning areas. Rank --by municipality, or deliver areas and run again.")
    board = board_of(position, asked)
    if asked.by == "area" and not board.ranked("area"):
        raise UsageError(
            "It is not told of any planning area which clinics lie in it: areas or clinics have no points. Rank --by "
            "municipality, or deliver points and run again."
        )
    placements, ended = place(board, asked.by, asked.capacities)
    last = placements[-1].after if placements else board
    tables = {
        "ranking": [row for kind in KINDS for row in ranking_rows(board, kind)],
        "placements": [*map(placement_row, placements)],
        "access_change": [*access_change_rows(position.published, board.reach, last.reach)],
    }
    summary = summary_of(position, asked, board, placements) | {"ended": ended}
    inputs = {"run": position.published.seal, **position.kept.inputs}
    return Findings(KIND, PLACING_TABLES, tables, summary, inputs)


def ranking_rows(board: Board, kind: str) -> Iterator[Row]:
    """Print the ranking of a kind."""
    for rank, unit in enumerate(board.ranked(kind), 1):
        yield (
            *(kind, count(rank), unit.code, unit.name, unit.council_id, number(unit.need)),
            *(number(board.occupied[unit]), number(board.unmet(unit)), number(board.coverage(unit))),
            *(number(board.room(unit.council_id)), limit_text(board, unit)),
        )


def placement_row(one: Placement) -> Row:
    """Print a placement with its consequence."""
    unit, council_id = one.unit, one.unit.council_id
    boards = (one.before, one.after)
    reached = [board.reach.access().reached for board in boards]
    return (
        *(count(one.number), unit.kind, unit.code, unit.name, council_id),
        *(one.municipality.municipality_code, one.area.code if one.area else ""),
        *(number(board.unmet(unit)) for board in boards),
        *(number(board.coverage(unit)) for board in boards),
        *(number(board.room(council_id)) for board in boards),
        *(number(board.reach.access(council_id).share) for board in boards),
        *(count(reached[1] - reached[0]), one.tie, passed_text(one)),
    )


def passed_text(one: Placement) -> str:
    """Say what was passed over, and why."""
    return "; ".join(f"{unit.code}: {limit_text(one.before, unit)}" for unit in one.passed)


def limit_text(board: Board, unit: Unit) -> str:
    """Say what limits a unit, with how much of its council's number is allocated; nothing if nothing does."""
    limit, council_id = board.limit(unit), unit.council_id
    taken = f"{short(board.allocated[council_id])} of {board.maximum[council_id]} allocated in {council_id}"
    return f"{limit}, {taken}" if limit else ""


def summary_of(position: Position, asked: Asked, board: Board, placements: tuple[Placement, ...]) -> dict[str, Any]:
    """Give what a terminal or program is shown."""
    kept = position.kept
    return {
        **{"run": position.published.name, "year": position.published.year, "on": str(kept.stand.day)},
        **{"counted_on": str(kept.stand.counted_on), "counted_by": kept.counted_by},
        **{"asked": asked.capacities, "by": asked.by, "council": asked.council_id, "returned": asked.are_returned},
        "ranking": [as_content(RANKING, row) for row in ranking_rows(board, asked.by)],
        "placements": [as_content(PLACEMENTS, placement_row(one)) for one in placements],
        "moves_counted": sum(one.verdict == ALLOWED for one in position.moves),
        "reports": reports_summary(kept),
        "not_told": not_told(position),
    }
