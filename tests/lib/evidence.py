"""What a test of reliability (R1–R20) or security (S1–S12) has shown, a line for the tables of goals in the README.

``pytest --evidence FILE`` appends a line for every test that notes one; without the option
nothing is written.
"""

import json
from dataclasses import dataclass
from pathlib import Path

GOALS = frozenset([*(f"R{number}" for number in range(1, 21)), *(f"S{number}" for number in range(1, 13))])


@dataclass(frozen=True)
class Evidence:
    """Notes, for one goal: what was done, how often, and with what result."""

    file: Path | None

    def note(self, goal: str, done: str, times: int, result: str) -> None:
        """Note what has just been shown; call it last, when every assertion has held.

        ``times`` counts what ``done`` says was done (runs, kills, flips); lines of the same goal
        and ``done`` are added up in the table, so let ``done`` not depend on parameters.
        """
        assert goal in GOALS and times > 0
        if self.file is not None:
            line = {"goal": goal, "done": done, "times": times, "result": result}
            with self.file.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
