"""What becomes of a service row: it is priced, or there is one reason why not; and what was not known of it."""

from enum import IntEnum, IntFlag


class Outcome(IntEnum):
    """Every row has exactly one; a row with several reasons has the first of them."""

    PRICED = 0
    NOT_GENERAL_PRACTICE = 1
    UNKNOWN_CODE = 2
    NO_TABLE_IN_FORCE = 3
    CODE_OUTSIDE_VALIDITY = 4
    NO_RATE_AT_NIGHT = 5
    DUTY_WITHOUT_TIME = 6
    NOT_AT_THIS_TIME = 7
    AREA_UNKNOWN = 8
    IMPOSSIBLE_AMOUNT = 9
    TOO_MANY_MODULES = 10
    OTHER_DISTANCE = 11
    OTHER_AGE = 12
    BOY_BORN_EARLIER = 13
    TOO_MANY_DOSES = 14
    NO_ALLOWED_SERVICE = 15
    NOT_ALONE = 16
    TOO_MANY_PERSONS = 17

    @property
    def word(self) -> str:
        """The word that tables and JSON have for it."""
        return self.name.lower()


class Unknown(IntFlag):
    """What a rule needed to know of a row and was not told: the row is priced as if the rule were kept."""

    DATE = 1
    TIME = 2
    DISTANCE = 4
    MODULES = 8
    PERSON = 16
    COMPANIONS = 32
    CLINIC = 64
    YEARS_KM = 128

    @property
    def word(self) -> str:
        """The word that tables and JSON have for it."""
        return str(self.name).lower()


MEANING = {
    Outcome.PRICED: "priced",
    Outcome.NOT_GENERAL_PRACTICE: "of another speciality: the fee table is general practice's",
    Outcome.UNKNOWN_CODE: "a number that stands in no fee table",
    Outcome.NO_TABLE_IN_FORCE: "no fee table is in force on the day (--table-of prices all at one table)",
    Outcome.CODE_OUTSIDE_VALIDITY: "a number that stands in another fee table, not in that of the day",
    Outcome.NO_RATE_AT_NIGHT: "from 00 to 08 the table has no line",
    Outcome.DUTY_WITHOUT_TIME: "out-of-hours without time of day: A and B duty cost differently",
    Outcome.NOT_AT_THIS_TIME: "a service that the table does not have at this time (day or duty)",
    Outcome.AREA_UNKNOWN: "chronic care of a citizen whose clinic is not known",
    Outcome.IMPOSSIBLE_AMOUNT: "km or modules below 0, or an amount beyond all reason",
    Outcome.TOO_MANY_MODULES: "more modules than the table pays",
    Outcome.OTHER_DISTANCE: "km that do not belong to this number",
    Outcome.OTHER_AGE: "a citizen of another age on the day",
    Outcome.BOY_BORN_EARLIER: "HPV vaccination of a boy born before 1 July 2007",
    Outcome.TOO_MANY_DOSES: "more doses of the citizen than are given",
    Outcome.NO_ALLOWED_SERVICE: "a supplement without a service it may stand beside on that day",
    Outcome.NOT_ALONE: "a supplement that is paid only without the services of that day",
    Outcome.TOO_MANY_PERSONS: "more further persons in talk therapy than are paid",
}
UNKNOWN_MEANING = {
    Unknown.DATE: "no date of treatment: the Monday of the week is taken",
    Unknown.TIME: "no time of day: the speciality tells day time from duty",
    Unknown.DISTANCE: "no km: the number is believed, the quantity counts km",
    Unknown.MODULES: "no modules: the quantity counts them",
    Unknown.PERSON: "no age on a date of treatment, or no sex: the citizen is taken to be of the right ones",
    Unknown.COMPANIONS: "no day: services beside it were not looked for",
    Unknown.CLINIC: "the area is that of the citizen's clinic, or outside areas short of doctors if no clinic tells it",
    Unknown.YEARS_KM: "the year's km of the clinic are not known: the rate of the number is taken",
}
