"""The packages that this program stands on: which versions mended what, under which licences, in one bill of materials.

``mended.csv`` and ``licences.csv`` are kept by hand, each row with its source; ``cluster/offline`` pins the packages.
"""

from fordel_dask.dependencies.bill import bill_of_materials
from fordel_dask.dependencies.house import packages_in
from fordel_dask.dependencies.installed import Package, installed_packages, named
from fordel_dask.dependencies.licences import Licence, forbidden, licences
from fordel_dask.dependencies.mended import Mended, mended_versions, vulnerable

__all__ = [
    "Licence",
    "Mended",
    "Package",
    "bill_of_materials",
    "forbidden",
    "installed_packages",
    "licences",
    "mended_versions",
    "named",
    "packages_in",
    "vulnerable",
]
