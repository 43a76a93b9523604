"""Solving an attacker's programme: which counts kept back have only one whole number left."""

from dataclasses import dataclass
from math import ceil, inf

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from tests.lib.programme import Key, Programme

AT_ONCE = 12
"""Points in random directions that are looked at before cells one by one."""

PATIENCE, TIME_IS_UP = 5.0, 1
"""Seconds for one programme in whole numbers, and how the solver says that they are over."""

NEARLY = 1e-5
FAR = 1e7


@dataclass(frozen=True)
class Outcome:
    """What an attack has shown: the counts kept back that it tried, and those that it knows now."""

    attacked: int
    recovered: dict[Key, int]
    programmes: int


class Solver:
    """Linear programmes over the same unknowns, with the range in which each unknown has been seen."""

    def __init__(self, programme: Programme, in_whole_numbers: bool = False):
        entries = [(number, at, of) for number, row in enumerate(programme.rows) for at, of in row[1].items()]
        where = ([entry[0] for entry in entries], [entry[1] for entry in entries])
        shape = (len(programme.rows), len(programme.bounds))
        matrix = csr_array(([entry[2] for entry in entries], where), shape=shape)
        self.limits = LinearConstraint(matrix, [row[2] for row in programme.rows], [row[3] for row in programme.rows])
        low, high = np.array(programme.bounds, dtype=float).T
        self.bounds = Bounds(low, np.where(np.isinf(high), FAR, high))
        self.least, self.most = np.full(len(low), inf), np.full(len(low), -inf)
        whole = np.zeros(len(low), np.int64)
        whole[[at for key, at in programme.at.items() if key[1] != "unit"]] = 1
        self.whole = whole if in_whole_numbers else np.zeros_like(whole)
        self.solved, self.late = 0, False

    def look(self, objective: NDArray[np.float64]) -> None:
        """Minimise, and note where every unknown stands; without a solution in time nothing is noted."""
        limit = {"time_limit": PATIENCE} if self.whole.any() else {}
        found = milp(objective, constraints=self.limits, bounds=self.bounds, integrality=self.whole, options=limit)
        self.solved += 1
        if found.x is None:
            assert found.status == TIME_IS_UP, f"the attacker's knowledge contradicts itself: {found.message}"
            return
        self.late |= found.status == TIME_IS_UP
        self.least, self.most = np.minimum(self.least, found.x), np.maximum(self.most, found.x)

    def is_open(self, at: int) -> bool:
        """Tell whether two whole numbers have been seen possible for an unknown."""
        return bool(np.floor(self.most[at] + NEARLY) > np.ceil(self.least[at] - NEARLY))


def attack(programme: Programme, in_whole_numbers: bool = False) -> Outcome:
    """Find for every count kept back its least and greatest value, and give those that are known now.

    ``in_whole_numbers`` asks for persons, not for parts of them: that takes far longer, and knows a little more.
    """
    solver, draw = Solver(programme, in_whole_numbers), np.random.default_rng(1)
    hidden = np.array(sorted(programme.hidden), np.int64)
    for _ in range(AT_ONCE):
        unsure = [at for at in hidden if not solver.is_open(at)]
        if not unsure:
            break
        direction = np.zeros(len(programme.bounds))
        direction[unsure] = draw.choice([-1.0, 1.0], len(unsure))
        solver.look(direction)
    recovered, names = {}, {at: key for key, at in programme.at.items()}
    for at in [at for at in hidden if not solver.is_open(at)]:
        value = _only_value(solver, int(at))
        if value is not None:
            recovered[names[int(at)]] = value
    return Outcome(len(hidden), recovered, solver.solved)


def _only_value(solver: Solver, at: int) -> int | None:
    """Give the one whole number that an unknown can be; none if there are several."""
    direction = np.zeros(len(solver.least))
    for sign in (1.0, -1.0):
        if not solver.is_open(at):
            direction[at] = sign
            solver.late = False
            solver.look(direction)
            if solver.late:
                return None
    return None if solver.is_open(at) else ceil(solver.least[at] - NEARLY)
