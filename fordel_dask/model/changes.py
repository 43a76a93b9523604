"""What a scenario changes: parameters by their dotted keys, to a value or by entries of a list."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from fordel_dask.errors import ModelError
from fordel_dask.gathering import Faults
from fordel_dask.law.parameters import Value, parameters
from fordel_dask.model.forms import form_of, nearest, shown, typed, typed_list
from fordel_dask.model.model import GROUPS

OTHER_WORDS = {"k": "exponent", "accepted_specialities": "specialities"}
"""Names that the model's text uses for parameters, and what they are called here."""
WRAPPERS = ("changes", "parameters", "model")
"""Tables that changes may stand in."""
ADD, REMOVE = "add", "remove"


@dataclass(frozen=True)
class Change:
    """One parameter changed: to ``value``, or, if that is none, by entries ``added`` to its list and ``removed``."""

    key: str
    value: Value | None = None
    added: tuple[str | int, ...] = ()
    removed: tuple[str | int, ...] = ()

    def on(self, value: Value) -> Value:
        """Give what a value becomes.

        Raises
        ------
        ModelError
            An entry is added that is there, or removed that is not; or the list may not be what it becomes.
        """
        if self.value is not None:
            return self.value
        present: tuple[str | int, ...] = value  # type: ignore[assignment]  # only lists are added to
        for entry in self.added:
            if entry in present:
                raise ModelError(f"{self.key}.{ADD} names {shown(entry)}, which is in the list already.")
        for entry in self.removed:
            if entry not in present:
                raise ModelError(
                    f"{self.key}.{REMOVE} names {shown(entry)}, which is not in the list.{nearest(str(entry), present)}"
                )
        return typed(self.key, [entry for entry in (*present, *self.added) if entry not in self.removed])

    def after(self, first: "Change") -> "Change":
        """Give the one change that two make, this one after another of the same key."""
        if self.value is not None:
            return self
        if first.value is not None:
            return Change(self.key, self.on(first.value))
        return Change(
            self.key,
            added=(*_without(first.added, self.removed), *_without(self.added, first.removed)),
            removed=(*_without(first.removed, self.added), *_without(self.removed, first.added)),
        )

    def told(self) -> str:
        """Write the change as a scenario file has it."""
        if self.value is not None:
            return f"{self.key} = {shown(self.value)}"
        parts = ((ADD, self.added), (REMOVE, self.removed))
        return ", ".join(f"{self.key}.{verb} = {shown(entries)}" for verb, entries in parts if entries)


Changes = Mapping[str, Change]
"""Changes by the full key of their parameter."""


def _without(entries: tuple[str | int, ...], others: tuple[str | int, ...]) -> tuple[str | int, ...]:
    return tuple(entry for entry in entries if entry not in others)


def read_changes(
    content: Mapping[str, object], faults: Faults, words: tuple[str, ...] = ()
) -> tuple[dict[str, Change], set[str]]:
    """Give the changes of a table, and the keys of parameters whose change could not be understood.

    ``words`` may stand in the table too, and one of them may have been meant by an unknown key. Unknown keys, values
    that are not allowed and parameters changed twice are noted as faults.
    """
    found: dict[str, Change] = {}
    unread: set[str] = set()
    for written, value in _flat(content):
        key, verb = faults.note(partial(_key_and_verb, written, words), ("", ""))
        if not key:
            continue
        change = faults.note(partial(_change, key, verb, value), None)
        if change is None:
            unread.add(key)
        elif key in found and not _complete_each_other(found[key], change):
            faults.add(ModelError(f"{key} is changed twice. Keep one of the two."))
        else:
            found[key] = change.after(found[key]) if key in found else change
    return found, unread


def _flat(content: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    for key, value in content.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _key_and_verb(written: str, words: tuple[str, ...]) -> tuple[str, str]:
    stem, _, last = written.rpartition(".")
    return (full_key(stem, words), last) if last in (ADD, REMOVE) and stem else (full_key(written, words), "")


def _change(key: str, verb: str, value: object) -> Change:
    if not verb:
        return Change(key, typed(key, value))
    if not form_of(key).is_list:
        raise ModelError(f"{key}.{verb} is not allowed: {key} is no list. Set it with {key} = ….")
    entries = typed_list(key, value)
    return Change(key, added=entries) if verb == ADD else Change(key, removed=entries)


def _complete_each_other(one: Change, other: Change) -> bool:
    """Whether one adds to a list and the other removes from it."""
    if (
        one.value is not None
        or other.value is not None
        or (one.added and other.added)
        or (one.removed and other.removed)
    ):
        return False
    return not {*one.added, *one.removed} & {*other.added, *other.removed}


def full_key(written: str, words: tuple[str, ...] = ()) -> str:
    """Give the dotted key of a parameter that is written in full, by its last part, or by the model's own word.

    Raises
    ------
    ModelError
        No parameter is called that, or several are; the nearest known key or word is named.
    """
    key = written
    for wrapper in WRAPPERS:
        key = key.removeprefix(f"{wrapper}.")
    group, _, last = key.rpartition(".")
    key = f"{group}.{OTHER_WORDS.get(last, last)}".removeprefix(".")
    known = parameters()
    found = [full for full in known if key in (full, full.split(".")[1])]
    if len(found) == 1:
        return found[0]
    if found:
        raise ModelError(f"'{written}' may mean {' or '.join(found)}. Write it in full.")
    raise ModelError(f"'{written}' is no parameter.{_nearest_key(key, words)} 'fordel sources' lists all.")


def _nearest_key(written: str, words: tuple[str, ...]) -> str:
    """Say which known key or word is nearest; of a dotted one, which table its first part may have meant."""
    full, table = list(parameters()), written.split(".", maxsplit=1)[0]
    if table == written:
        return nearest(written, (*words, *OTHER_WORDS, *(key.split(".")[1] for key in full))) or nearest(written, full)
    return nearest(table, (*WRAPPERS, *words), 0.8) or nearest(written, full) or nearest(table, GROUPS)


def one_after_another(first: Changes, then: Changes, faults: Faults) -> dict[str, Change]:
    """Give the changes that two sets of changes make, the second after the first; what cannot be is noted."""
    together = dict(first)
    for key, change in then.items():
        together[key] = faults.note(partial(change.after, first[key]), change) if key in first else change
    return together


def values_with(changes: Changes, faults: Faults) -> dict[str, Value]:
    """Give every parameter's value with changes made to the national model; what cannot be is noted."""
    values = {key: parameter.value for key, parameter in parameters().items()}
    for key, change in changes.items():
        values[key] = faults.note(partial(change.on, values[key]), values[key])
    return values
