"""Opening the place where work is done; a cluster that exists must first show that it is of the same program."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from fordel_dask.graph import Executor, Place, open_executor


@contextlib.contextmanager
def working_place(place: Place, *landmarks: Path) -> Iterator[Executor]:
    """Open the place where work is done.

    A cluster that exists is refused if its certificates have ended, if a process of it has another
    program, or does not see a landmark with the same content.
    """
    from fordel_dask.graph.addresses import address_of

    address = address_of(place)
    if address:
        from fordel_dask.graph.certificates import require_certificates

        require_certificates(address)
    with open_executor(place) as executor:
        if address:
            from fordel_dask.preflight import require_same_program

            require_same_program(executor, landmarks)
        yield executor
