"""Seals: the hash that a JSON document carries of its own content, so that a change does not go unnoticed."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def seal_of(manifest: Mapping[str, Any]) -> str:
    """Give the hash that a manifest carries of itself, all but the seal."""
    text = json.dumps(manifest, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def sealed(content: Mapping[str, Any]) -> dict[str, Any]:
    """Give a content with its seal."""
    return {**content, "seal": seal_of(content)}


def manifest_text(content: Mapping[str, Any]) -> str:
    """Give the text of the manifest of a directory of results, seal and all."""
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def directory_manifest(folder: Path, content: Mapping[str, Any]) -> str:
    """Give the text of a directory's manifest: the content, every file below the directory with its hash, a seal."""
    files = {
        path.relative_to(folder).as_posix(): {
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            "bytes": path.stat().st_size,
        }
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path != folder / "manifest.json"
    }
    return manifest_text(sealed({**content, "files": files}))
