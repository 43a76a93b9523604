"""Fills a folder with every wheel that is needed without internet: ``python cluster/offline/wheel_house.py HOUSE``.

Wheels come from the registry and are held against ``constraints.txt`` before they are kept; the program's own wheel is
built from this checkout. Beside them stand ``requirements.txt`` (all versions and hashes, the program's too),
``sbom.cdx.json`` (CycloneDX: packages, licences, hashes, who needs whom), ``install.sh`` and ``SHA256SUMS`` of all
files. For another system or Python than this one: ``--system linux-aarch64 --python 3.12``.
"""

import argparse
import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
CONSTRAINTS = HERE / "constraints.txt"
INSTALL = HERE / "install.sh"
REQUIREMENTS, BILL, SUMS = "requirements.txt", "sbom.cdx.json", "SHA256SUMS"
PACKAGE, SOURCE = "fordel_dask", ("pyproject.toml", "README.md", "LICENSE")
GLIBC = (17, *range(24, 40))
SYSTEMS = {
    "linux-x86_64": ("manylinux2014_x86_64", *(f"manylinux_2_{minor}_x86_64" for minor in GLIBC)),
    "linux-aarch64": ("manylinux2014_aarch64", *(f"manylinux_2_{minor}_aarch64" for minor in GLIBC)),
    "macos-arm64": (
        *(f"macosx_{major}_0_{kind}" for major in range(11, 16) for kind in ("arm64", "universal2")),
        *("macosx_10_9_universal2", "macosx_10_13_universal2"),
    ),
}
"""Tags of wheels by system; a wheel for an older Linux or macOS runs on a newer one."""


def pip(*arguments: str | Path) -> None:
    """Run pip of this Python."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *arguments]
    subprocess.run(command, cwd=ROOT, check=True)


def for_another(system: str | None, python: str | None) -> list[str]:
    """Give pip's options for another system or Python than this one."""
    options = ["--python-version", python] if python else []
    return options + [f"--platform={tag}" for tag in SYSTEMS[system or ""]] if system else options


def without_conditions(text: str) -> str:
    """Give requirements that hold on any machine: what another system or Python needs is fetched here too."""
    return re.sub(r"^(\S+==\S+) ; .*\\$", r"\1 \\", text, flags=re.MULTILINE)


def fetch(house: Path, other: list[str]) -> None:
    """Fetch all wheels; one whose hash does not stand in the constraints is refused by pip."""
    with tempfile.TemporaryDirectory(prefix="fordel-house-") as folder:
        wanted = Path(folder) / REQUIREMENTS
        wanted.write_text(without_conditions(CONSTRAINTS.read_text("utf-8")), "utf-8")
        hashed = ("--require-hashes", "--only-binary", ":all:", "--no-deps")
        pip("download", "--quiet", *hashed, *other, "--requirement", wanted, "--dest", house)


def build(house: Path) -> Path:
    """Build the wheel of this checkout, from a copy: what an earlier build has left must not get in; gives its path."""
    with tempfile.TemporaryDirectory(prefix="fordel-source-") as folder:
        source = Path(folder) / "source"
        source.mkdir()
        for part in SOURCE:
            shutil.copy(ROOT / part, source)
        shutil.copytree(ROOT / PACKAGE, source / PACKAGE, ignore=shutil.ignore_patterns("__pycache__"))
        pip("wheel", "--quiet", "--no-deps", "--wheel-dir", house, source)
    (wheel,) = house.glob("fordel_dask-*.whl")
    return wheel


def sha256(path: Path) -> str:
    """Give the SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def describe(house: Path, wheel: Path) -> None:
    """Write what is to be installed, the bill of materials, and the hashes of everything."""
    sys.path.insert(0, str(ROOT))
    from fordel_dask.dependencies import bill_of_materials, packages_in

    version = wheel.name.split("-")[1]
    own = f"fordel_dask=={version} \\\n    --hash=sha256:{sha256(wheel)}\n"
    (house / REQUIREMENTS).write_text(CONSTRAINTS.read_text("utf-8") + own, "utf-8")
    (house / BILL).write_text(bill_of_materials(packages_in(house)), "utf-8")
    shutil.copy(INSTALL, house)
    (house / SUMS).write_text("".join(sums(house)), "utf-8")


def sums(house: Path) -> Iterator[str]:
    """Give a line for every file, as ``sha256sum --check`` reads it."""
    for path in sorted(house.iterdir()):
        if path.name != SUMS:
            yield f"{sha256(path)}  {path.name}\n"


def main() -> None:
    """Fill an empty folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("house", type=Path, help="folder that is made, or empty")
    parser.add_argument("--system", choices=SYSTEMS, help="another system than this one")
    parser.add_argument("--python", metavar="3.12", help="another Python than this one")
    options = parser.parse_args()
    house = options.house.absolute()
    if house.exists() and any(house.iterdir()):
        sys.exit(f"{house} is not empty. Name a new folder: what lies there already would be carried along.")
    house.mkdir(parents=True, exist_ok=True)
    fetch(house, for_another(options.system, options.python))
    describe(house, build(house))
    wheels = len(list(house.glob("*.whl")))
    print(f"{house}: {wheels} wheels, {REQUIREMENTS}, {BILL}, {SUMS}")


if __name__ == "__main__":
    main()
