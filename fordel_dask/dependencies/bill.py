"""The bill of materials (SBOM) of the program as CycloneDX JSON: the same packages give the same bytes."""

import json
import uuid
from collections.abc import Iterator, Sequence
from typing import Any

from fordel_dask import __version__
from fordel_dask.dependencies.installed import PROGRAM, Package
from fordel_dask.dependencies.licences import licences
from fordel_dask.dependencies.mended import Mended, mended_versions

SPECIFICATION = "1.6"
OWN_LICENCE = "MIT"
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://cyclonedx.org/fordel_dask")


def bill_of_materials(packages: Sequence[Package]) -> str:
    """Give the text of the bill: packages with licences and hashes, who needs whom, what no version has mended.

    No day stands in it, and its serial number follows from its content.
    """
    known = {one.name for one in packages}
    content = {
        "bomFormat": "CycloneDX",
        "specVersion": SPECIFICATION,
        "version": 1,
        "metadata": {"component": _program()},
        "components": [_component(one) for one in packages],
        "dependencies": [
            {"ref": _purl(PROGRAM, __version__), "dependsOn": sorted(_purl(one.name, one.version) for one in packages)},
            *(_needs(one, packages, known) for one in packages),
        ],
        "vulnerabilities": [_open_one(one, packages) for one in mended_versions() if _is_open(one, known)],
    }
    text = json.dumps(content, sort_keys=True)
    return json.dumps({**content, "serialNumber": uuid.uuid5(NAMESPACE, text).urn}, indent=1, sort_keys=True) + "\n"


def _program() -> dict[str, Any]:
    return {
        "type": "application",
        "name": PROGRAM,
        "version": __version__,
        "purl": _purl(PROGRAM, __version__),
        "bom-ref": _purl(PROGRAM, __version__),
        "licenses": [{"license": {"id": OWN_LICENCE}}],
    }


def _component(one: Package) -> dict[str, Any]:
    known = {row.package: row for row in licences()}.get(one.name)
    licence = known.licence if known else one.licence
    bundled = [{"name": "fordel:bundled", "value": f"{known.bundled}: {known.bundled_licence}"}] if known else []
    needed = [{"name": "fordel:needed_for", "value": known.needed_for}] if known else []
    return {
        "type": "library",
        "name": one.name,
        "version": one.version,
        "purl": _purl(one.name, one.version),
        "bom-ref": _purl(one.name, one.version),
        **({"licenses": [{"expression": licence}]} if licence else {}),
        **({"externalReferences": [_wheel(*file) for file in one.files]} if one.files else {}),
        "properties": [*needed, *(bundled if known and known.bundled else [])],
    }


def _wheel(name: str, sha256: str) -> dict[str, Any]:
    return {"type": "distribution", "url": name, "hashes": [{"alg": "SHA-256", "content": sha256}]}


def _needs(one: Package, packages: Sequence[Package], known: set[str]) -> dict[str, Any]:
    versions = {other.name: other.version for other in packages}
    return {
        "ref": _purl(one.name, one.version),
        "dependsOn": [_purl(name, versions[name]) for name in one.needs if name in known],
    }


def _is_open(one: Mended, known: set[str]) -> bool:
    return one.mended_in is None and one.package in known


def _open_one(one: Mended, packages: Sequence[Package]) -> dict[str, Any]:
    """Give a vulnerability that nobody has mended, and why it does not reach the program."""
    return {
        "id": one.identifier,
        "description": one.what,
        "analysis": {"state": "not_affected", "justification": "code_not_reachable", "detail": one.what},
        "affects": [{"ref": ref} for ref in _references(one.package, packages)],
    }


def _references(name: str, packages: Sequence[Package]) -> Iterator[str]:
    return (_purl(one.name, one.version) for one in packages if one.name == name)


def _purl(name: str, version: str) -> str:
    return f"pkg:pypi/{name}@{version}"
