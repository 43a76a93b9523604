"""Who takes part: each peer by name, in a module of its own that is loaded only when it is its turn.

``python -m benchmarks.peers.catalogue NAME …`` prints one JSON line with what each offers, or why it cannot take part.
"""

import importlib
import json
import sys
from typing import Any

from benchmarks.peers.job import Peer

PEERS = ("duckdb", "polars", "dask_frame", "pandas", "data_table")


def peer_of(name: str) -> Peer:
    """Give a peer by name."""
    peer: Peer = importlib.import_module(f"benchmarks.peers.{name}_peer").PEER
    return peer


def offer_of(name: str) -> dict[str, Any]:
    """Tell the layouts of a peer and whether it makes facts apart from its own layout, or why it is absent."""
    try:
        peer = peer_of(name)
        missing = getattr(peer, "what_is_missing", lambda: None)()
    except ModuleNotFoundError as error:
        missing = error.name
    if missing:
        return {"absent": f"{missing} is not installed"}
    return {"layouts": list(peer.layouts), "facts_apart": hasattr(peer, "prepare_facts")}


if __name__ == "__main__":
    print(json.dumps({name: offer_of(name) for name in sys.argv[1:]}))
