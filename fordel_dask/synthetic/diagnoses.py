"""Hospital contacts and diagnoses: the conditions citizens have, everything else, and what must not count."""

import functools
from dataclasses import dataclass

import numpy as np

from fordel_dask.synthetic.assumptions import assumed_numbers, assumed_words
from fordel_dask.synthetic.chance import Chance, Flags, Floats, Ints, day_between, draw, happens, some
from fordel_dask.synthetic.diseases import conditions
from fordel_dask.synthetic.nation import Nation, Purpose, day_number, stream
from fordel_dask.synthetic.people import People

LPR3_START = (2019, 3, 1)
PARALLEL_START = (2017, 1, 1)  # LPR3's contact file holds older contacts reported by another system
TYPES = ("A", "B", "G", "H", "+")
COUNTED_TYPES = (0.7, 0.25, 0.05)
ALL_TYPES = (0.62, 0.24, 0.04, 0.05, 0.05)
REFUTED = ("Nej", None, "Ja")
HISTORY_YEARS, DAYS_AFTER_STATUS = 16, 20
REPEATS = 0.8  # further contacts for each condition
YEARLY_CONTACTS = {"light": 0.34, "full": 2.55}  # ordinary contacts a year at age 0; more with age
SECOND_DIAGNOSIS = 0.3  # diagnoses beside the first, a contact
DECOYS = 0.1  # persons with rows of a condition they do not have
FORMS = 12  # spellings of each ICD-10 prefix: further digits, letters, lower case, blanks


@dataclass(frozen=True)
class Entries:
    """Contacts with their first diagnosis, one element a contact."""

    person: Ints
    day: Ints
    code: Ints  # position in ``diagnosis_words()``
    kind: Ints  # position in TYPES
    refuted: Ints  # position in REFUTED
    foreign: Flags  # in LPR3's files, but reported through another system


@dataclass(frozen=True)
class Hospital:
    """All contacts of a block, and all diagnoses with the position of their contact."""

    person: Ints
    day: Ints
    foreign: Flags
    contact: Ints
    code: Ints
    kind: Ints
    refuted: Ints


@functools.cache
def diagnosis_words() -> tuple[tuple[str, ...], Ints, Ints]:
    """Give the codes as delivered, and for each condition where its codes begin and how many they are.

    After the conditions' codes come ten forms of every ordinary one.
    """
    words: list[str] = []
    first, number = [], []
    for condition in conditions():
        forms = [form for prefix in condition.prefixes for form in _forms(prefix)]
        first.append(len(words))
        number.append(len(forms))
        words += forms
    words += [f"{prefix}{digit}" for prefix in assumed_words("ordinary_diagnoses", "prefix") for digit in range(10)]
    return tuple(words), np.array(first), np.array(number)


def _forms(prefix: str) -> list[str]:
    """Spell a prefix as registers do: mostly one more digit, at times a letter, lower case or a blank."""
    code = f"D{prefix}"
    digits = [f"{code}{digit}" for digit in range(FORMS - 3)]
    return [*digits, f"{code}0A", code if len(prefix) > 2 else f"{code}9", f"{code.lower()}9 "]


def hospital_of(nation: Nation, block: int, people: People, has: Flags) -> Hospital:
    """Draw the contacts and diagnoses of a block; exactly the conditions in ``has`` are to be counted."""
    rng = stream(nation, Purpose.DIAGNOSES, block)
    entries = _joined(
        (
            _anchors(nation, rng, people, has),
            _repeats(nation, rng, people, has),
            _ordinary(nation, rng, people),
            _decoys(nation, rng, people, has),
        )
    )
    return _with_second_diagnoses(rng, entries)


def _joined(parts: tuple[Entries, ...]) -> Entries:
    return Entries(*(np.concatenate(c) for c in zip(*(vars(part).values() for part in parts), strict=True)))


def _condition_codes(rng: Chance, condition: Ints) -> Ints:
    _, first, number = diagnosis_words()
    return np.asarray(first[condition] + rng.integers(0, number[condition]))


def _ordinary_codes(rng: Chance, size: int) -> Ints:
    _, first, number = diagnosis_words()
    weights = assumed_numbers("ordinary_diagnoses", ("weight",))[:, 0]
    return int(first[-1] + number[-1]) + 10 * draw(rng, weights, size) + rng.integers(0, 10, size)


def _kinds(rng: Chance, shares: tuple[float, ...], size: int) -> Ints:
    return draw(rng, np.array(shares), size)


def _not_refuted(rng: Chance, size: int) -> Ints:
    return rng.integers(0, 2, size)


def window_start(nation: Nation, condition: Ints) -> Ints:
    """Give the first day on which a diagnosis of each condition still counts (M14)."""
    years = np.array([c.window_years for c in conditions()])
    day = {int(y): day_number(nation.year - int(y), 1, 1) for y in np.unique(years)}
    return np.array([day[int(y)] for y in years])[condition]


def _anchors(nation: Nation, rng: Chance, people: People, has: Flags) -> Entries:
    """Give one counted diagnosis of every condition a person has."""
    person, condition = np.nonzero(has)
    first = np.maximum(people.birth_day[person], window_start(nation, condition))
    return Entries(
        person=person,
        day=day_between(rng, first, nation.status_day, person.size),
        code=_condition_codes(rng, condition),
        kind=_kinds(rng, COUNTED_TYPES, person.size),
        refuted=_not_refuted(rng, person.size),
        foreign=np.zeros(person.size, dtype=np.bool_),
    )


def _history(nation: Nation, rng: Chance, people: People, person: Ints) -> Ints:
    """Draw days over the whole history delivered: from before the window until after the status date."""
    begin = day_number(nation.year - HISTORY_YEARS, 1, 1)
    first = np.maximum(people.birth_day[person], begin)
    return day_between(rng, first, nation.status_day + DAYS_AFTER_STATUS, person.size)


def _repeats(nation: Nation, rng: Chance, people: People, has: Flags) -> Entries:
    """Give further contacts for the conditions a person has; they may count or not."""
    person, condition = np.nonzero(has)
    times = rng.poisson(REPEATS, person.size)
    person, condition = np.repeat(person, times), np.repeat(condition, times)
    return Entries(
        person=person,
        day=_history(nation, rng, people, person),
        code=_condition_codes(rng, condition),
        kind=_kinds(rng, ALL_TYPES, person.size),
        refuted=_not_refuted(rng, person.size),
        foreign=happens(rng, 0.01, person.size),
    )


def _ordinary(nation: Nation, rng: Chance, people: People) -> Entries:
    """Give contacts for what is no condition: injuries, births, observation, examinations."""
    years = np.minimum(people.age + 0.5, HISTORY_YEARS)
    rate = YEARLY_CONTACTS[nation.history] * (0.6 + people.age / 60)
    frailty: Floats = rng.gamma(1.5, 1 / 1.5, people.size)
    person = np.repeat(np.arange(people.size), rng.poisson(rate * years * frailty))
    return Entries(
        person=person,
        day=_history(nation, rng, people, person),
        code=_ordinary_codes(rng, person.size),
        kind=_kinds(rng, ALL_TYPES, person.size),
        refuted=np.where(happens(rng, 0.01, person.size), 2, _not_refuted(rng, person.size)),
        foreign=happens(rng, 0.01, person.size),
    )


def _decoys(nation: Nation, rng: Chance, people: People, has: Flags) -> Entries:
    """Give diagnoses of conditions a person does not have, each with one reason not to count."""
    person = some(rng, people.size, DECOYS)
    condition = rng.integers(0, has.shape[1], person.size)
    lacks = ~has[person, condition]
    person, condition = person[lacks], condition[lacks]
    reasons = (_referred, _refuted, _too_old, _too_late, _other_system)
    reason = rng.integers(0, len(reasons), person.size)
    parts = (make(nation, rng, people, (person[reason == i], condition[reason == i])) for i, make in enumerate(reasons))
    entries = _joined(tuple(parts))
    born = entries.day >= people.birth_day[entries.person]
    return Entries(*(column[born] for column in vars(entries).values()))


def _decoy(rng: Chance, who: tuple[Ints, Ints], day: Ints, kind: Ints | None = None) -> Entries:
    person, condition = who
    return Entries(
        person=person,
        day=day,
        code=_condition_codes(rng, condition),
        kind=_kinds(rng, COUNTED_TYPES, person.size) if kind is None else kind,
        refuted=_not_refuted(rng, person.size),
        foreign=np.zeros(person.size, dtype=np.bool_),
    )


def _referred(nation: Nation, rng: Chance, people: People, who: tuple[Ints, Ints]) -> Entries:
    """Give referral and additional codes (types H and +), which are not diagnoses made."""
    return _decoy(rng, who, _history(nation, rng, people, who[0]), 3 + rng.integers(0, 2, who[0].size))


def _refuted(nation: Nation, rng: Chance, people: People, who: tuple[Ints, Ints]) -> Entries:
    """Give diagnoses later refuted, which only LPR3 can say."""
    day = day_between(rng, day_number(*LPR3_START), nation.status_day, who[0].size)
    entries = _decoy(rng, who, day)
    return Entries(**{**vars(entries), "refuted": np.full(who[0].size, 2)})


def _too_old(nation: Nation, rng: Chance, people: People, who: tuple[Ints, Ints]) -> Entries:
    """Give diagnoses from before the condition's window."""
    end = window_start(nation, who[1])
    return _decoy(rng, who, day_between(rng, end - 600, end, who[0].size))


def _too_late(nation: Nation, rng: Chance, people: People, who: tuple[Ints, Ints]) -> Entries:
    """Give diagnoses from the status date on."""
    end = nation.status_day + DAYS_AFTER_STATUS
    return _decoy(rng, who, day_between(rng, nation.status_day, end, who[0].size))


def _other_system(nation: Nation, rng: Chance, people: People, who: tuple[Ints, Ints]) -> Entries:
    """Give diagnoses in LPR3's files that were reported through another system."""
    entries = _decoy(rng, who, day_between(rng, day_number(*PARALLEL_START), nation.status_day, who[0].size))
    return Entries(**{**vars(entries), "foreign": np.ones(who[0].size, dtype=np.bool_)})


def _with_second_diagnoses(rng: Chance, entries: Entries) -> Hospital:
    """Give every contact its first diagnosis, and some an ordinary second one."""
    second = some(rng, entries.person.size, SECOND_DIAGNOSIS)
    kind = np.array([1, 1, 3, 4])[rng.integers(0, 4, second.size)]
    return Hospital(
        person=entries.person,
        day=entries.day,
        foreign=entries.foreign,
        contact=np.append(np.arange(entries.person.size), second),
        code=np.append(entries.code, _ordinary_codes(rng, second.size)),
        kind=np.append(entries.kind, kind),
        refuted=np.append(entries.refuted, _not_refuted(rng, second.size)),
    )
