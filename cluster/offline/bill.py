"""Prints the bill of materials (CycloneDX JSON): ``python cluster/offline/bill.py [HOUSE] > sbom.cdx.json``.

Of a folder of wheels, or without one of what is installed beside this Python.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from fordel_dask.dependencies import bill_of_materials, installed_packages, packages_in

if __name__ == "__main__":
    folders = [Path(name) for name in sys.argv[1:]]
    if len(folders) > 1 or not all(folder.is_dir() for folder in folders):
        sys.exit(__doc__)
    sys.stdout.write(bill_of_materials(packages_in(folders[0]) if folders else installed_packages()))
