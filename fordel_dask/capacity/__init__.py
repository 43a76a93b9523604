"""Room 6, allocate: weighted citizens and the law become councils, municipalities and clinics."""

from fordel_dask.capacity.area import AreaNeed, area_needs
from fordel_dask.capacity.clinic import ClinicFacts, ClinicNumber, clinic_numbers, existing_capacities
from fordel_dask.capacity.council import CouncilNumber, council_numbers
from fordel_dask.capacity.planning_areas import PlanningNeed, planning_needs

__all__ = [
    "AreaNeed",
    "ClinicFacts",
    "ClinicNumber",
    "CouncilNumber",
    "PlanningNeed",
    "area_needs",
    "clinic_numbers",
    "council_numbers",
    "existing_capacities",
    "planning_needs",
]
