"""A Dask client: to local processes that live as long as it does, or to a cluster that exists. No wait without end."""

import contextlib
from collections.abc import Iterator
from typing import Any

import dask
import distributed
from distributed.comm.addressing import normalize_address, parse_address, parse_host_port

from fordel_dask.errors import ClusterError, FordelError
from fordel_dask.graph.addresses import address_of, require_safe
from fordel_dask.graph.executor import Place
from fordel_dask.graph.local import LocalProcesses
from fordel_dask.graph.quiet import quiet_logs
from fordel_dask.graph.settings import (
    CLOSE_SECONDS,
    CONNECT_SECONDS,
    NEVER_OTHERWISE,
    NO_WORKERS_SECONDS,
    SETTINGS,
    START_SECONDS,
)


@contextlib.contextmanager
def connected(place: Place) -> Iterator[Any]:
    """Give a client with workers, and close it and what it has started.

    Raises
    ------
    ClusterError
        There is no such cluster, it has no workers, or it is reached over a network without TLS.
    """
    with quiet_logs(), dask.config.set(settings_here()), contextlib.ExitStack() as stack:
        try:
            client = _local(place, stack) if place.workers else _existing(place, stack)
        except FordelError:
            raise
        except Exception as error:  # whatever Dask, its sockets or certificates raise: the cluster is not to be had
            refused = ClusterError(_reason(place, type(error).__name__))
        else:
            yield client
            return
        raise refused


def settings_here() -> dict[str, Any]:
    """Give our settings, or in their place what the operator of this machine has chosen (DASK_CONFIG, DASK_…).

    What is chosen is read anew: Dask itself has read it when it was loaded.
    """
    own = dask.config.collect()
    chosen = {name: dask.config.get(name, default=None, config=own) for name in SETTINGS if name not in NEVER_OTHERWISE}
    return {name: ours if chosen.get(name) is None else chosen[name] for name, ours in SETTINGS.items()}


def _local(place: Place, stack: contextlib.ExitStack) -> Any:
    """Start processes of this machine; once more if a machine that is too busy lets the first try down."""
    with contextlib.suppress(Exception):
        return _client_of(LocalProcesses(place, stack), place, stack)
    return _client_of(LocalProcesses(place, stack), place, stack)


def _client_of(local: LocalProcesses, place: Place, stack: contextlib.ExitStack) -> Any:
    client = distributed.Client(local.start(), timeout=START_SECONDS, set_as_default=False, loop=local.loop)
    stack.callback(_close, client)
    client.wait_for_workers(place.workers, timeout=START_SECONDS)
    return client


def _existing(place: Place, stack: contextlib.ExitStack) -> Any:
    address = normalize_address(address_of(place) or "")
    scheme, location = parse_address(address)
    require_safe(scheme, parse_host_port(location, 0)[0])
    client = distributed.Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    stack.callback(_close, client)
    with contextlib.suppress(TimeoutError):
        client.wait_for_workers(1, timeout=NO_WORKERS_SECONDS)
        return client
    raise ClusterError(
        f"The scheduler at {address} answers, but no worker has joined it within {NO_WORKERS_SECONDS} seconds. Start "
        f"workers ('dask worker', with the scheduler's own certificates); their logs tell why they cannot join."
    )


def _close(opened: Any) -> None:
    """Close, but wait for nothing that no longer answers: a dead scheduler takes nobody's leave."""
    with contextlib.suppress(Exception):
        opened.close(timeout=CLOSE_SECONDS)


def _reason(place: Place, kind: str) -> str:
    if place.workers:
        return (
            f"{place.workers} local workers could not be started within {START_SECONDS} seconds ({kind}). "
            f"The machine may be too busy: start again, or use --threads."
        )
    if kind == "FatalCommClosedError":
        return (
            "The scheduler and this program do not accept each other's certificates. Set DASK_CONFIG to the dask.yaml "
            "of the 'fordel cluster certs' directory that the scheduler was started with."
        )
    return (
        f"No Dask scheduler answered within {CONNECT_SECONDS} seconds. Check the address or scheduler file, that the "
        f"scheduler runs and can be reached from here, and that both use the same certificates (DASK_CONFIG)."
    )
