"""The tables that ``fordel follow-up`` writes; kinds of columns as in :mod:`fordel_dask.schema.results`."""

from fordel_dask.schema.results import ResultTable, columns_of

CAPACITY_MONTHS = ResultTable(
    "capacity_months",
    "Capacities of the country, regions, councils and municipalities by month, as reported by the regions (R49). A "
    "clinic without a report of the month counts as in its latest one before or, never reported, as in the clinic "
    "register.",
    columns_of(
        "area_kind | text | - | country, region (of the last month), council or municipality (of the clinic).",
        "code | text | - | DK, region, council id or municipality code; empty for clinics whose place is not known.",
        "name | text | - | Name.",
        "month | text | - | Month, YYYY-MM.",
        "allocated | number | capacities | Allocated ones of all clinics that count.",
        "occupied | number | capacities | Of these, occupied: by a specialist, a part-filled one whole (R22, R23).",
        "occupied_by_share | number | capacities | The same, a part-filled one counted by its share (V60).",
        "vacant | number | capacities | Allocated less occupied.",
        "need | number | capacities | Need by the RUN, without floor and rounding.",
        "coverage | number | - | Occupied over need.",
        "clinics_reported | count | clinics | Clinics with a report of the month.",
        "clinics_late | count | clinics | Of these, whose first report came after it was due.",
        "clinics_missing | count | clinics | Clinics with capacities, without a report although it was due.",
        "clinics_awaited | count | clinics | The same, whose report is not yet due.",
        "clinics_carried | count | clinics | Of both: those that count as in their latest report before.",
        "capacities_carried | number | capacities | What those have by it: in the sums.",
        "clinics_registered | count | clinics | Of both: those never reported, which count as in the clinic register.",
        "capacities_registered | number | capacities | What those have by it, all taken as occupied: in the sums.",
    ),
)
CAPACITY_CLINICS = ResultTable(
    "capacity_clinics",
    "Capacities of every clinic by month, and by what they are counted.",
    columns_of(
        "month | text | - | Month, YYYY-MM.",
        "ydernummer | text | - | Clinic, six digits.",
        "municipality_code | text | - | Municipality of the clinic in that month.",
        "council_id | text | - | Council of the clinic.",
        "counts | text | - | yes; no: a small island clinic, left out of all sums (R26).",
        "status | text | - | Of its report: reported; late (after it was due); missing; awaited (not yet due).",
        "counted_by | text | - | reported; carried: its latest report before; register: never reported, all occupied.",
        "allocated | given | capacities | Allocated.",
        "occupied | given | capacities | Occupied (R22, R23).",
        "occupied_by_share | given | capacities | The same, a part-filled one counted by its share (V60).",
        "vacant | given | capacities | Allocated less occupied.",
        "registered | given | capacities | By the clinic register of the RUN in that month; 0 without a row.",
        "reported_on | text | - | Day of the report that counts.",
        "reports | count | reports | How many there are of the month.",
    ),
)
FOLLOW_UP = ResultTable(
    "follow_up",
    "The half-year from its first to its last reported month, by area (R50).",
    columns_of(
        "area_kind | text | - | country, region, council or municipality (of the clinic).",
        "code | text | - | DK, region, council id or municipality code; empty for clinics whose place is not known.",
        "name | text | - | Name.",
        "half_year | text | - | Year and half, YYYY-1 or YYYY-2.",
        "need | number | capacities | Need by the RUN, without floor and rounding.",
        "first_month | text | - | First reported month of the half-year.",
        "last_month | text | - | Last one.",
        "allocated_first | number | capacities | Allocated in the first month.",
        "allocated | number | capacities | Allocated in the last month.",
        "occupied_first | number | capacities | Occupied in the first month.",
        "occupied | number | capacities | Occupied in the last month.",
        "development | number | capacities | Occupied in the last month less in the first.",
        "coverage_first | number | - | Occupied over need in the first month.",
        "coverage | number | - | The same in the last month.",
        "vacant | number | capacities | Vacant in the last month.",
        "vacant_over_a_year | number | capacities | Of these, vacant for a year or more at the month's end.",
        "shortage | number | doctors | Need less occupied in the last month; below 0 there are more than needed.",
        "clinics_unreported_first | count | clinics | Clinics of which no report of the first month has come.",
        "clinics_unreported | count | clinics | The same of the last month; both are in all figures as before.",
        "capacities_unreported | number | capacities | What those of the last month count as.",
    ),
)
VACANCIES = ResultTable(
    "vacancies",
    "Capacities that nobody fills in the last reported month, and from when they may be taken back (R21).",
    columns_of(
        "council_id | text | - | Council of the clinic.",
        "municipality_code | text | - | Its municipality.",
        "ydernummer | text | - | Clinic, six digits.",
        "capacity_id | text | - | The capacity.",
        "month | text | - | The month it is vacant in.",
        "capacities | given | capacities | How large it is.",
        "vacant_since | text | - | Since when; empty where that is not told.",
        "months | count | months | Whole months from then to the day that counts, the month's end.",
        "may_be_taken_back_from | text | - | First day on which the region may.",
        "may_be_taken_back | text | - | yes or no, at the month's end.",
        "counts | text | - | yes; no: of a small island clinic (R26).",
        "note | text | - | What else is to be known.",
    ),
)
VINTAGES = ResultTable(
    "vintages",
    "How the figures of a month came about: the country and councils after every day on which clinics reported.",
    columns_of(
        "month | text | - | Month, YYYY-MM.",
        "reported_on | text | - | Day of reports.",
        "area_kind | text | - | country or council.",
        "code | text | - | DK or council id; empty for clinics whose place is not known.",
        "clinics_new | count | clinics | Clinics that reported the month for the first time on that day.",
        "clinics_again | count | clinics | Clinics that reported it again.",
        "clinics_reported | count | clinics | Clinics whose report was known at the end of the day.",
        "allocated | number | capacities | Allocated, as known then.",
        "occupied | number | capacities | Occupied, as known then.",
        "allocated_change | number | capacities | What the day added.",
        "occupied_change | number | capacities | What the day added.",
        "allocated_revised | number | capacities | Of this, from clinics that reported again.",
        "occupied_revised | number | capacities | Of this, from clinics that reported again.",
    ),
)
LATE_REPORTS = ResultTable(
    "late_reports",
    "Reports that came after they were due, or have not come (R49).",
    columns_of(
        "month | text | - | Month, YYYY-MM.",
        "ydernummer | text | - | Clinic, six digits.",
        "council_id | text | - | Council of the clinic.",
        "municipality_code | text | - | Its municipality.",
        "status | text | - | late or missing.",
        "due | text | - | Last day in time; empty for months before there was a duty.",
        "reported_on | text | - | Day of the first report.",
        "days_late | count | days | Days after that, of a missing report up to the day that is asked about.",
        "registered | given | capacities | Capacities by the clinic register of the RUN.",
    ),
)
FOLLOW_UP_TABLES = (FOLLOW_UP, CAPACITY_MONTHS, CAPACITY_CLINICS, VACANCIES, VINTAGES, LATE_REPORTS)
