"""The tables that ``fordel councils`` writes; kinds of columns as in :mod:`fordel_dask.schema.results`."""

from fordel_dask.schema.results import ResultTable, columns_of

COUNCIL_STATUS = ResultTable(
    "council_status",
    "Each council's binding number (R3, R11) and where it stands against it on the day.",
    columns_of(
        "council_id | text | - | Council id.",
        "council | text | - | Name.",
        "region | text | - | Region on the day: from 2027 those of the reform, five before.",
        "citizens | count | citizens | Group-1 citizens living there at the status date.",
        "need | number | capacities | Weighted citizens over citizens per capacity.",
        "floor_addition | number | capacities | What the floor adds in municipalities where it binds (R14, R15).",
        "need_before_rounding | number | capacities | Need with the floor.",
        "maximum | count | capacities | The RUN's binding number: the most the region may allocate (R11).",
        "maximum_with_floor | count | capacities | The number while the floor is on: rounded up once.",
        "maximum_without_floor | count | capacities | The number once the floor has ended.",
        "draft_with_floor | count | capacities | With the ordinary rounding of the draft, floor on.",
        "draft_without_floor | count | capacities | With the ordinary rounding of the draft, floor off.",
        "allocated | number | capacities | Allocated (udmøntet), as last counted; small island clinics left out (R26).",
        "occupied | number | capacities | Of these occupied (besat); a part-filled capacity counts whole (R23).",
        "vacant | number | capacities | Allocated less occupied.",
        "room | number | capacities | Maximum less allocated; nothing obliges the region to use it (R11).",
        "coverage | number | - | Occupied over need.",
        "unmet_need | number | capacities | Need less occupied.",
        "in_flight | number | capacities | Begun before the order, may be completed on the day (R47).",
        "shared_practice | number | capacities | Rights to shared practice that hold on the day (R48).",
        "extraordinary | number | capacities | Temporary departures in force on the day (R19).",
        "above_number | number | capacities | Allocated above the maximum.",
        "above_without_ground | number | capacities | Of these, what no measure in force on the day covers.",
        "room_after_moves | number | capacities | Room once allowed moves are made (R20).",
        "may_be_taken_back | number | capacities | Vacant for so long that the region may take them back (R21).",
        "supplement | text | - | room, floor_only (the floor alone gives it), whole_region, no_room, no_period (R17).",
        "note | text | - | What else is to be known.",
    ),
)
MUNICIPALITY_STATUS = ResultTable(
    "municipality_status",
    "Guidance by municipality (R12): nothing here binds.",
    columns_of(
        "municipality_code | text | - | Municipality code.",
        "municipality | text | - | Name.",
        "council_id | text | - | Council it lies in.",
        "citizens | count | citizens | Group-1 citizens living there at the status date.",
        "need | number | capacities | Weighted citizens over citizens per capacity.",
        "floor_addition | number | capacities | What the floor adds here to the council's number.",
        "patients_per_capacity | count | citizens | Citizens that make up one capacity, rounded to the step.",
        "clinics | count | clinics | Clinics with capacities there.",
        "allocated | number | capacities | Allocated capacities of the clinics lying there.",
        "occupied | number | capacities | Of these occupied.",
        "coverage | number | - | Occupied over need.",
        "unmet_need | number | capacities | Need less occupied.",
    ),
)
AREA_STATUS = ResultTable(
    "area_status",
    "Planning areas below the council (R20). A clinic is taken to lie in the area of its municipality whose point is "
    "nearest, as the crow flies. The row of a municipality without area holds citizens and clinics in none that is "
    "known, so that the areas of a municipality sum to it exactly. Capacities are empty, not 0, where they are "
    "not told: in areas without a point, and where no clinic of the municipality has one.",
    columns_of(
        "area | text | - | Planning area; empty for what lies in none that is known.",
        "name | text | - | Name.",
        "municipality_code | text | - | Municipality it lies in.",
        "council_id | text | - | Council it lies in.",
        "citizens | count | citizens | Group-1 citizens living there at the status date.",
        "need | number | capacities | Weighted citizens over citizens per capacity.",
        "clinics | count | clinics | Clinics with capacities taken to lie there.",
        "allocated | number | capacities | Their allocated capacities.",
        "occupied | number | capacities | Of these occupied.",
        "coverage | number | - | Occupied over need.",
        "unmet_need | number | capacities | Need less occupied.",
    ),
)
ACCESS = ResultTable(
    "access",
    "Citizens who can choose between open clinics nearby (R14): as the crow flies, all citizens of a planning area "
    "at its point, open clinics as the clinic register marks them.",
    columns_of(
        "kind | text | - | country, council, municipality or area.",
        "code | text | - | Council id, municipality code or planning area.",
        "name | text | - | Name.",
        "citizens | count | citizens | Group-1 citizens living there.",
        "located | count | citizens | Those of whose planning area a point is known.",
        "reached | count | citizens | Those with enough open clinics near.",
        "share | number | - | Reached over located.",
    ),
)
MEASURES = ResultTable(
    "measures",
    "Measures that the region keeps, and whether they are in force on the day.",
    columns_of(
        "kind | text | - | in_flight, shared_practice, extraordinary, move or permission.",
        "council_id | text | - | Council; of a move the one that gives.",
        "to_council_id | text | - | Council that a move goes to.",
        "ydernummer | text | - | Clinic, where it is a clinic's.",
        "capacities | given | capacities | How many.",
        "first_day | text | day | From.",
        "last_day | text | day | Until; empty while it is open.",
        "in_force | text | - | yes or no, on the day; what rests on a transition ends with it; no of a refused move.",
        "verdict | text | - | Of a move: made (counted already), allowed, refused or ended (R20).",
        "refused_for | text | - | Why a move is refused.",
        "reason | text | - | The region's reason, as delivered.",
    ),
)
VACANT = ResultTable(
    "vacant",
    "Vacant capacities of the last month reported, and from when the region may take them back (R21).",
    columns_of(
        "ydernummer | text | - | Clinic.",
        "council_id | text | - | Council it lies in: a capacity taken back goes to another clinic there.",
        "capacity_id | text | - | Capacity, as the region calls it.",
        "capacities | given | capacities | How large it is.",
        "month | text | month | Month of the report.",
        "vacant_since | text | day | Since when; empty where not told.",
        "months | count | months | Whole months to the day.",
        "may_be_taken_back_from | text | day | First day on which it may be taken back.",
        "may_be_taken_back | text | - | yes or no, on the day.",
    ),
)
COUNCIL_FLOWS = ResultTable(
    "council_flows",
    "Where citizens live and where their clinic lies; no number is corrected for it (R9).",
    columns_of(
        "residence_council_id | text | - | Council of residence.",
        "clinic_council_id | text | - | Council of the clinic; empty for none or an unregistered one.",
        "citizens | count | citizens | Group-1 citizens.",
        "share_of_residents | number | - | Of the citizens living in the council of residence.",
        "share_of_patients | number | - | Of the patients in the council of the clinic.",
    ),
)
NORM_PATH = ResultTable(
    "norm_path",
    "Citizens per capacity lowered year by year to what the national goal gives (R13, V64).",
    columns_of(
        "year | count | year | Year.",
        "norm | number | weighted citizens | Citizens per capacity; the same step every year (assumption).",
        "citizens | number | citizens | Group-1 citizens expected.",
        "weighted_citizens | number | weighted citizens | At the mean weight of each municipality now.",
        "need | number | capacities | Weighted citizens over the norm.",
        "floor_addition | number | capacities | What the floor adds.",
        "maximum | count | capacities | All councils' numbers with the floor.",
        "floor_binds_in | count | municipalities | Municipalities where the floor binds.",
        "floor_lifts | count | councils | Councils whose number is larger for the floor.",
    ),
)
NORM_PATH_COUNCILS = ResultTable(
    "norm_path_councils",
    "The same by council.",
    columns_of(
        "year | count | year | Year.",
        "council_id | text | - | Council id.",
        "need | number | capacities | Weighted citizens over the norm.",
        "floor_addition | number | capacities | What the floor adds.",
        "maximum | count | capacities | The number with the floor.",
        "maximum_without_floor | count | capacities | The number without it.",
    ),
)
COUNCIL_TABLES = (COUNCIL_STATUS, MUNICIPALITY_STATUS, AREA_STATUS, ACCESS, MEASURES, VACANT, COUNCIL_FLOWS)
PATH_TABLES = (NORM_PATH, NORM_PATH_COUNCILS)
