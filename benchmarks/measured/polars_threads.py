"""Polars on as many threads as are asked for: it reads its settings when it is first imported, and never again."""

import os


def limit_polars(threads: int) -> None:
    """Import Polars with a pool of so many threads.

    Raises
    ------
    SystemExit
        This process imported it before, with another pool.
    """
    os.environ["POLARS_MAX_THREADS"] = str(threads)
    import polars

    if polars.thread_pool_size() != threads:
        raise SystemExit(
            f"Polars was imported with {polars.thread_pool_size()} threads before {threads} were asked for. "
            f"Set POLARS_MAX_THREADS={threads}, or measure in a process of its own."
        )
