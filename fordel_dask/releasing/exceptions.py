"""Exceptions: what the checker lets leave although the program asks for a person's judgement, by name and date."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from fordel_dask.documents import read_toml
from fordel_dask.errors import DisclosureError, UsageError
from fordel_dask.releasing.proposal import REVIEW, Decision


@dataclass(frozen=True)
class Accepted:
    """One exception: of which item of the decision log, and why."""

    item: str
    because: str


def read_exceptions(path: Path) -> tuple[Accepted, ...]:
    """Read a file of exceptions: tables ``[[exception]]`` with ``item`` and ``because``.

    Raises
    ------
    DisclosureError
        An exception has other keys, or no reason.
    """
    found: list[Accepted] = []
    if not path.is_file():
        raise UsageError(f"There is no file {path}. Correct the name after --exceptions.")
    content = _content(path)
    entries = content.pop("exception", [])
    for entry in entries if isinstance(entries, list) else [entries]:
        if not isinstance(entry, dict) or set(entry) != {"item", "because"} or not all(map(_is_text, entry.values())):
            raise DisclosureError(
                f"{path.name}: expected each [[exception]] to have item and because (texts, not empty) and nothing "
                f"else. 'item' is the name in decisions.csv; 'because' what the checker stands for."
            )
        found.append(Accepted(entry["item"], entry["because"]))
    if content:
        raise DisclosureError(f"{path.name}: found {', '.join(sorted(content))}, expected [[exception]] alone.")
    return tuple(found)


def _content(path: Path) -> dict[str, Any]:
    try:
        return read_toml(path)
    except (OSError, ValueError):
        pass
    raise DisclosureError(f"{path} cannot be read as TOML. Correct it, or write it anew: [[exception]] tables.")


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def with_exceptions(decisions: Sequence[Decision], accepted: Sequence[Accepted], by: str, on: str) -> list[Decision]:
    """Give the decisions with the exceptions made of them.

    Raises
    ------
    DisclosureError
        Something to be reviewed is not accepted, or something accepted was not to be reviewed.
    """
    reasons = {one.item: one.because for one in accepted}
    reviews = {decision.item for decision in decisions if decision.status == REVIEW}
    missing, strange = sorted(reviews - set(reasons)), sorted(set(reasons) - reviews)
    if missing or strange:
        told = [f"to be judged and not accepted: {', '.join(missing)}"] if missing else []
        told += [f"accepted, but not to be judged: {', '.join(strange)}"] if strange else []
        raise DisclosureError(
            f"Nothing leaves: {'; '.join(told)}. Write for each item to be judged an [[exception]] with item and "
            f"because into a file, and give it with --exceptions."
        )
    return [
        replace(decision, exception=f"{by}, {on}: {reasons[decision.item]}") if decision.status == REVIEW else decision
        for decision in decisions
    ]
