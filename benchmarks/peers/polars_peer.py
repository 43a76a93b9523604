"""The job in Polars: lazy queries on the streaming engine.

Layouts: ``raw`` extracts; ``own``, integer tables in Parquet, sorted by citizen, in parts; ``ours``, the Parquet
parts of our store; ``facts``, one row of counts a citizen, made of the own layout.
This module imports no Polars: threads must be known first.
"""

from pathlib import Path

from benchmarks.measured.polars_threads import limit_polars
from benchmarks.peers.job import Job, Session


class PolarsPeer:
    """The peer: see :class:`benchmarks.peers.job.Peer`."""

    layouts = ("raw", "own", "ours", "facts")

    def prepare(self, registers: Path, own: Path, threads: int) -> None:
        """Write one's own layout."""
        limit_polars(threads)
        from benchmarks.peers.polars_prepare import prepare

        prepare(registers, own)

    def prepare_facts(self, own: Path, threads: int) -> None:
        """Add facts to one's own layout."""
        limit_polars(threads)
        from benchmarks.peers.polars_prepare import prepare_facts

        prepare_facts(own)

    def open(self, layout: str, source: Path, job: Job, threads: int) -> Session:
        """Build the queries of a layout."""
        if layout not in self.layouts:
            raise SystemExit(f"Polars knows the layouts {', '.join(self.layouts)}, not {layout}.")
        limit_polars(threads)
        from benchmarks.peers.polars_layouts import people
        from benchmarks.peers.polars_people import PolarsSession

        return PolarsSession(people(layout, source, job), job)


PEER = PolarsPeer()
