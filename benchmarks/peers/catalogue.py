"""Who takes part: each peer by name, in a module of its own that is loaded only when it is its turn."""

import importlib

from benchmarks.peers.job import Peer

PEERS = ("duckdb", "polars", "dask_frame", "pandas", "data_table")


def peer_of(name: str) -> Peer:
    """Give a peer by name."""
    peer: Peer = importlib.import_module(f"benchmarks.peers.{name}_peer").PEER
    return peer
