"""Seals: the hash that a JSON document carries of its own content, so that a change does not go unnoticed."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def seal_of(manifest: Mapping[str, Any]) -> str:
    """Give the hash that a manifest carries of itself, all but the seal."""
    text = json.dumps(manifest, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def sealed(content: Mapping[str, Any]) -> dict[str, Any]:
    """Give a content with its seal."""
    return {**content, "seal": seal_of(content)}
