"""The tables that ``fordel fees income`` writes; kinds of columns as in :mod:`fordel_dask.schema.results`."""

from fordel_dask.schema.results import ResultTable, columns_of

CLINIC_INCOME = ResultTable(
    "clinic_income",
    "A year's income of every clinic, part by part, at the fee table; services count at their citizen's clinic.",
    columns_of(
        "ydernummer | text | - | Clinic, six digits.",
        "clinic_type | text | - | plo, region, tender, island; empty: not registered at the status date.",
        "municipality_code | text | - | Municipality of the clinic.",
        "council_id | text | - | Council of the clinic.",
        "region | text | - | Region of that council.",
        "capacities | given | capacities | Capacities.",
        "patients | count | citizens | Group-1 citizens of the clinic at the status date.",
        "weighted_patients | number | weighted citizens | Sum of their weights.",
        "basic_fee_kr | kroner | kroner a year | Patients times the basic fee of a year.",
        "practice_cost_fee_kr | kroner | kroner a year | Practice-cost fee, per capacity or per clinic as asked.",
        "contacts_kr | kroner | kroner a year | Contact services of day time (the model's).",
        "chronic_care_kr | kroner | kroner a year | Months of chronic care, at the fee of the clinic's area.",
        "out_of_hours_kr | kroner | kroner a year | Services out of hours, at the fee of the kind of duty asked for.",
        "prevention_kr | kroner | kroner a year | Prevention agreement: pregnancy, children, vaccinations.",
        "supplements_kr | kroner | kroner a year | Supplements of day time.",
        "laboratory_kr | kroner | kroner a year | Laboratory of day time.",
        "certificates_kr | kroner | kroner a year | Certificates of day time.",
        "other_kr | kroner | kroner a year | Other fees of day time.",
        "income_kr | kroner | kroner a year | All of it.",
        "income_per_capacity_kr | kroner | kroner a year | Income over capacities.",
        "income_per_patient_kr | kroner | kroner a year | Income over patients.",
        "income_per_weighted_patient_kr | kroner | kroner a year | Income over weighted patients.",
        "services_kr | kroner | kroner a year | What of it comes from services.",
        "services_as_paid_kr | kroner | kroner a year | What was paid for the same services (BRUHON).",
        "rows_without_paid | count | rows | Rows of services that do not tell what was paid.",
    ),
)
INCOME_PARTS = ResultTable(
    "income_parts",
    "The same by area: every part of income, at the fee table and as paid.",
    columns_of(
        "area_kind | text | - | country, region, council (of the clinic) or clinic_type.",
        "code | text | - | DK, name of the region, council id or type; empty where the clinic is not registered.",
        "part | text | - | Part of income, or all.",
        "clinics | count | clinics | Clinics of the area.",
        "capacities | number | capacities | Their capacities.",
        "patients | count | citizens | Their patients.",
        "services | count | services | Services of the part; empty for fees that are for no service.",
        "at_fee_table_kr | kroner | kroner a year | At the fee table.",
        "as_paid_kr | kroner | kroner a year | As paid (BRUHON); empty for fees that are for no service.",
        "share | number | - | Share of all income of the area.",
        "per_capacity_kr | kroner | kroner a year | Clinics with capacities: over these.",
        "per_patient_kr | kroner | kroner a year | Over its patients.",
        "per_weighted_patient_kr | kroner | kroner a year | Over its weighted patients.",
    ),
)
CONTACT_DEFINITIONS = ResultTable(
    "contact_definitions",
    "What counts as a contact, by whose definition: side by side for the country, councils and clinics.",
    columns_of(
        "area_kind | text | - | country, council (of the clinic) or clinic.",
        "code | text | - | DK, council id or ydernummer.",
        "definition | text | - | model, basic_services, statistics_denmark, statistics_denmark_narrow or all.",
        "services | count | services | Services that count.",
        "services_per_patient | number | services | Over the patients.",
        "at_fee_table_kr | kroner | kroner a year | At the fee table.",
        "as_paid_kr | kroner | kroner a year | As paid (BRUHON).",
        "per_patient_kr | kroner | kroner a year | At the fee table, over the patients.",
    ),
)
INCOME_FEES = ResultTable(
    "income_fees",
    "Every fee that was earned, the country.",
    columns_of(
        "section | text | - | Section of the fee table.",
        "code | text | - | Service code, four digits.",
        "area | text | - | Area of chronic care, else empty.",
        "text | text | - | What the fee table calls it.",
        "part | text | - | Part of income.",
        "definitions | text | - | Definitions of a contact that it counts in.",
        "fee_kr | kroner | kroner | Fee of one.",
        "rows | count | rows | Rows of services.",
        "services | count | services | Services (YDLANT).",
        "at_fee_table_kr | kroner | kroner a year | Services times fee.",
        "as_paid_kr | kroner | kroner a year | As paid (BRUHON).",
        "paid_more_kr | kroner | kroner a year | As paid less at the fee table.",
        "rows_without_paid | count | rows | Rows that do not tell what was paid.",
    ),
)
INCOME_SERVICES = ResultTable(
    "income_services",
    "Where every row of services went: into the income of clinics, or why not.",
    columns_of(
        "fate | text | - | priced; no_clinic; other_speciality; unknown_code.",
        "service | text | - | Speciality and code, six digits; empty for other specialities together.",
        "rows | count | rows | Rows of services.",
        "services | count | services | Services (YDLANT).",
        "as_paid_kr | kroner | kroner a year | As paid (BRUHON).",
    ),
)
INCOME_TABLES = (CLINIC_INCOME, INCOME_PARTS, CONTACT_DEFINITIONS, INCOME_FEES, INCOME_SERVICES)
