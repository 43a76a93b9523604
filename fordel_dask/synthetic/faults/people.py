"""Planted rows of the population and of enrolment."""

from fordel_dask.synthetic.faults.cast import Cast, Planted, Row, how_many, rows_with, text_table
from fordel_dask.synthetic.faults.counting import Counts, Rule, part
from fordel_dask.synthetic.nation import Nation

NO_DATE = "31-31-1980"
OTHER_LENGTH = 11
GROUP_2_CITIZENS = 1_600
GROUP_2_FROM_CITIZENS = 100_000  # smaller nations would no longer be good ones


def _population_changes(nation: Nation) -> dict[str, list[Row]]:
    return {
        "no_person_key": [{"PNR": ""}, {"PNR": None}],
        "unknown_municipality": [{"KOM": "0"}, {"KOM": "999"}, {"KOM": ""}],
        "sex": [{"KOEN": "3"}, {"KOEN": ""}],
        "birth_day_missing": [{"FOED_DAG": None}, {"FOED_DAG": NO_DATE}],
        "birth_day_after_status_date": [{"FOED_DAG": f"{nation.year + 1}-05-05"}],
        "age_over_120": [{"FOED_DAG": "1890-01-01"}],
        "civil_status_unknown": [{"CIVST": "X"}, {"CIVST": "9"}],
        "country_unknown": [{"OPR_LAND": "ABC"}, {"OPR_LAND": "4999"}, {"OPR_LAND": "6001"}],
        "origin_type_unknown": [{"IE_TYPE": "9"}, {"IE_TYPE": "5"}],
        "christiansoe": [{"KOM": "411"}],
        "key_length": [{}],
    }


QUARANTINED = ("no_person_key", "unknown_municipality", "sex", "birth_day_missing", "birth_day_after_status_date")


def planted_people(cast: Cast, former_clinics: list[str]) -> list[Planted]:
    """Give planted persons and spells; ``former_clinics`` are closed ones that others took over."""
    people, spells, counts = _persons(cast)
    newcomers, of_newcomers, of_spells = _newcomers(cast, former_clinics)
    beside = Counts({("enrolment", "clinic_unregistered"): of_spells["enrolment", "clinic_changed_hands"]})
    changed, of_changed = _spells(cast)
    return [
        Planted("population/faults.parquet", text_table([*people, *newcomers]), counts, {}),
        Planted(
            "enrolment/faults.parquet",
            text_table([*spells, *of_newcomers, *changed]),
            of_changed | of_spells,
            beside,
        ),
    ]


def _person(cast: Cast) -> Row:
    return {
        "PNR": None, "KOEN": "1", "FOED_DAG": "1970-06-01", "CIVST": "G", "KOM": cast.largest_home,
        "OPR_LAND": "5100", "IE_TYPE": "1",
    }  # fmt: skip


def _spell(cast: Cast) -> Row:
    return {"PNR": None, "YDERNR": cast.clinic(), "SIKGRUP": "1", "FRA": "2015-01-01", "TIL": None}


def _persons(cast: Cast) -> tuple[list[Row], list[Row], Counts]:
    """Give persons with one fault each; those who still count have a spell, as everybody should."""
    people: list[Row] = []
    spells: list[Row] = []
    counts: Counts = Counts()
    for rule, changes in _population_changes(cast.nation).items():
        number = how_many(cast.nation, "population", rule)
        keys = cast.strangers(number)
        if rule == "key_length":
            keys = [key[:OTHER_LENGTH] for key in keys]
        people += rows_with(keys, _person(cast), changes)
        spells += [] if rule in QUARANTINED else rows_with(keys, _spell(cast), [{}])
        counts["population", rule] = number
    return people, spells, counts


def _newcomers(cast: Cast, former_clinics: list[str]) -> tuple[list[Row], list[Row], Counts]:
    """Give persons whose fault is in their spell, or that they have none."""
    counts: Counts = Counts()
    left = {"TIL": f"{cast.nation.fee_year - 1}-12-31"}
    taken_over = [{"YDERNR": clinic} for clinic in former_clinics]
    makes: dict[str, tuple[list[Row], int]] = {
        "not_enrolled": ([left], 2),  # every second has no spell at all
        "clinic_unregistered": ([{"YDERNR": number} for number in cast.clinic_numbers(2)], 1),
        "clinic_changed_hands": (taken_over, 1),
    }
    people: list[Row] = []
    spells: list[Row] = []
    for rule, (changes, step) in makes.items():
        keys = cast.strangers(how_many(cast.nation, "enrolment", rule))
        people += rows_with(keys, _person(cast), [{}])
        spells += rows_with(keys[::step], _spell(cast), changes)
        counts["enrolment", rule] = len(keys)
    if home := group_2_home(cast):
        keys = cast.strangers(GROUP_2_CITIZENS)
        people += rows_with(keys, _person(cast), [{"KOM": home}])
        spells += rows_with(keys, _spell(cast), [{"SIKGRUP": "2", "YDERNR": None}])
        counts["enrolment", "group_2_municipality"] = 1
    return people, spells, counts


def group_2_home(cast: Cast) -> str | None:
    """Give the largest municipality with too few in group 2 yet; none in a small nation."""
    covers, homes = cast.gaps.clean.covers, cast.gaps.homes
    found = [
        (number, kom)
        for (kind, kom), number in covers.items()
        if kind == "home" and kom not in homes and covers["group 2", kom] < GROUP_2_CITIZENS // 2
    ]
    return max(found)[1] if found and cast.nation.citizens >= GROUP_2_FROM_CITIZENS else None


def _spells(cast: Cast) -> tuple[list[Row], Counts]:
    """Give further spells of citizens who are enrolled already; none covers the status date."""
    year = cast.nation.fee_year - 1
    month = {"FRA": f"{year}-06-01", "TIL": f"{year}-06-30"}
    long_ago = {"FRA": "1990-01-01", "TIL": "1990-12-31"}
    changes: dict[str, list[Row]] = {
        "first_day_missing": [{**long_ago, "FRA": None}, {**long_ago, "FRA": NO_DATE}],
        "last_day_unreadable": [{**long_ago, "TIL": NO_DATE}],
        "first_day_after_last_day": [{"FRA": "1990-12-31", "TIL": "1990-01-01"}],
        "unknown_person": [long_ago],
        "group_unknown": [{**long_ago, "SIKGRUP": "9"}, {**long_ago, "SIKGRUP": ""}],
        "overlapping_spells": [month],
    }
    rows: list[Row] = []
    counts: Counts = Counts()
    for rule, of_rule in changes.items():
        number = how_many(cast.nation, "enrolment", rule)
        keys = cast.strangers(number) if rule == "unknown_person" else cast.citizens(number)
        rows += rows_with(keys, _spell(cast), of_rule)
        counts["enrolment", rule] = number
    return rows, counts


def repeated_people(cast: Cast) -> list[Planted]:
    """Give persons who stand in the population twice, and persons who stand in DREAM twice."""
    planted = []
    for register in ("population", "dream"):
        rule: Rule = (register, "person_twice")
        keys = cast.citizens(how_many(cast.nation, *rule))
        table = part(cast.out, register, 0)
        rows = table.filter([key in keys for key in table["PNR"].to_pylist()])
        planted.append(Planted(f"{register}/faults_twice.parquet", rows, {rule: rows.num_rows}, {}))
    return planted
