"""The tables that ``fordel place`` writes; kinds of columns as in :mod:`fordel_dask.schema.results`."""

from fordel_dask.schema.results import ResultTable, columns_of

RANKING = ResultTable(
    "ranking",
    "Councils, municipalities and planning areas by unmet need, each kind by itself, as things stand. Of equal unmet "
    "need the larger need goes first, then the code. Planning areas of whose clinics nothing is told are left out.",
    columns_of(
        "kind | text | - | council, municipality or area.",
        "rank | count | - | Place among its kind.",
        "code | text | - | Council id, municipality code or planning area.",
        "name | text | - | Name.",
        "council_id | text | - | Council it lies in.",
        "need | number | capacities | Weighted citizens over citizens per capacity.",
        "occupied | number | capacities | Occupied capacities of the clinics lying there.",
        "unmet_need | number | capacities | Need less occupied.",
        "coverage | number | - | Occupied over need.",
        "room | number | capacities | What the council may still allocate within its number.",
        "limit | text | - | council full, or no room for a whole capacity: how much is allocated of its number (R11).",
    ),
)
PLACEMENTS = ResultTable(
    "placements",
    "Capacities placed one after the other, each where unmet need is largest and the council has room, taken as filled "
    "and as an open clinic at its planning area's point; before and after each.",
    columns_of(
        "number | count | - | Which capacity.",
        "kind | text | - | What was ranked: council, municipality or area.",
        "code | text | - | The one with the largest unmet need that has room.",
        "name | text | - | Name.",
        "council_id | text | - | Council.",
        "municipality_code | text | - | Municipality, or the one in it where unmet need is largest.",
        "area | text | - | Planning area, or the one in it where unmet need is largest; empty where there are none.",
        "unmet_before | number | capacities | Unmet need of what was ranked, before.",
        "unmet_after | number | capacities | After.",
        "coverage_before | number | - | Occupied over need of what was ranked, before.",
        "coverage_after | number | - | After.",
        "room_before | number | capacities | Room of the council, before.",
        "room_after | number | capacities | After; never below 0.",
        "access_before | number | - | Share of the council's citizens with enough open clinics near, before.",
        "access_after | number | - | After.",
        "citizens_gained | count | citizens | Citizens of the country who come to have enough open clinics near.",
        "tie | text | - | What decided, if others had the same unmet need.",
        "passed | text | - | What had a larger unmet need and no room, so that it was passed over.",
    ),
)
ACCESS_CHANGE = ResultTable(
    "access_change",
    "Citizens who can choose between open clinics nearby, before the first and after the last placement (R14).",
    columns_of(
        "kind | text | - | country, council, municipality or area.",
        "code | text | - | Council id, municipality code or planning area.",
        "name | text | - | Name.",
        "citizens | count | citizens | Group-1 citizens living there.",
        "located | count | citizens | Those of whose planning area a point is known.",
        "reached_before | count | citizens | Those with enough open clinics near, before.",
        "reached_after | count | citizens | After.",
        "share_before | number | - | Reached over located, before.",
        "share_after | number | - | After.",
    ),
)
PLACING_TABLES = (RANKING, PLACEMENTS, ACCESS_CHANGE)
