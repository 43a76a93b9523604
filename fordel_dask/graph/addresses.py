"""Where a scheduler is, and whether it may be talked to: over a network only with TLS."""

import contextlib
import ipaddress
import socket
from pathlib import Path

from fordel_dask.documents import read_json
from fordel_dask.errors import ClusterError
from fordel_dask.graph.executor import Place

SAFE_SCHEMES = frozenset({"tls", "wss", "inproc"})
TLS_MENDS_IT = (
    "Make certificates with 'fordel cluster certs --out DIR', start scheduler and workers with "
    "DASK_CONFIG=DIR/dask.yaml, and this command too"
)


def address_in(scheduler_file: Path) -> str:
    """Give the address that a scheduler file holds.

    Raises
    ------
    ClusterError
        There is no such file, or it is no scheduler file.
    """
    try:
        address = read_json(scheduler_file)["address"]
    except FileNotFoundError:
        found = f"There is no scheduler file {scheduler_file}."
    except (OSError, ValueError, KeyError, TypeError):
        found = f"{scheduler_file} is no scheduler file, or cannot be read."
    else:
        if isinstance(address, str):
            return address
        found = f"{scheduler_file} holds no address."
    raise ClusterError(f"{found} Start the scheduler first (with --scheduler-file FILE), or give its address.")


def address_of(place: Place) -> str | None:
    """Give the address of the scheduler of a cluster that exists; None for work on this machine.

    Raises
    ------
    ClusterError
        There is no such scheduler file, or it is none.
    """
    return address_in(place.scheduler_file) if place.scheduler_file else place.scheduler


def require_safe(scheme: str, host: str) -> None:
    """Refuse to talk to another host without TLS: what passes there could be read, and code could be sent to workers.

    Raises
    ------
    ClusterError
        The address is not on loopback and its scheme has no TLS.
    """
    if scheme not in SAFE_SCHEMES and not is_loopback(host):
        raise ClusterError(
            f"The scheduler {scheme}://{host} is reached over a network without TLS: whoever reaches it too could read "
            f"what passes, and run code on the workers. {TLS_MENDS_IT}; the address is then tls://{host}."
        )


def is_loopback(host: str) -> bool:
    """Tell whether a name or address means this machine alone, whichever of its addresses is taken.

    Raises
    ------
    ClusterError
        Nobody knows the name.
    """
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError:
        found = []
    if not found:
        raise ClusterError(f"The host of the scheduler, {host}, is not known here. Check the address.")
    return all(_is_loopback(str(address[0])) for *_, address in found)


def is_local(address: str) -> bool:
    """Tell whether an address such as ``tcp://127.0.0.1:8786`` never leaves its machine, without asking for names."""
    scheme, _, location = address.rpartition("://")
    host = location.rpartition(":")[0].strip("[]")
    with contextlib.suppress(ValueError):
        return scheme == "inproc" or host == "localhost" or _is_loopback(host)
    return False


def _is_loopback(text: str) -> bool:
    address = ipaddress.ip_address(text.partition("%")[0])
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback
