"""Certificates of one cluster, made for one run: who holds one may join, nobody else.

Dask checks that a certificate was signed by the cluster's own authority, and no host names. So
the authority is the lock: each cluster gets one of its own, which signs three certificates and
is forgotten. Nobody, not even we, can make a fourth.
"""

import contextlib
import datetime
import hashlib
import json
import os
import re
import shutil
import ssl
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fordel_dask.errors import ClusterError, SpaceError, UsageError
from fordel_dask.graph.settings import PRELOAD, SETTINGS

if TYPE_CHECKING:
    from fordel_dask.graph.signing import Signed

ROLES = ("scheduler", "worker", "client")
MARKER = "certificates.json"
CONFIGURATION = "dask.yaml"
HOST = re.compile(r"[0-9A-Za-z_:.*-]{1,253}")
HERE = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Certificates:
    """What was made: where it lies, how long it is valid, for which hosts, and the authority's fingerprint."""

    folder: str
    valid_until: str
    hosts: tuple[str, ...]
    authority_sha256: str


SCHEDULER_FILE = "scheduler.json"
"""Where our recipes let a scheduler say its address: beside the certificates."""


def make_certificates(out: Path, days: int, hosts: Sequence[str] = (), lies_at: Path | None = None) -> Certificates:
    """Make an authority, its three certificates and the Dask configuration that names them.

    Parameters
    ----------
    out
        Directory that appears whole, mode 0700: ``dask.yaml`` for all roles, and a folder for each
        role with its own ``dask.yaml``, for machines that shall hold no more than their own key.
    days
        How long the certificates are valid.
    hosts
        Names and addresses written into the certificates, besides those of this machine's loopback.
    lies_at
        Where the machines will find the directory, if not at ``out``.

    Raises
    ------
    ClusterError
        The library ``cryptography`` is missing.
    UsageError
        ``out`` holds something that we did not make.
    SpaceError
        It cannot be written.
    """
    _refuse_foreign(out)
    if (out / SCHEDULER_FILE).exists():
        raise UsageError(
            f"{out / SCHEDULER_FILE} says that a scheduler was started with the certificates there; new ones would "
            f"shut everybody out. End that cluster and remove the file, or choose another place with --out."
        )
    if lies_at and not lies_at.is_absolute():
        raise UsageError(f"--lies-at must be a whole path, beginning at /; found {lies_at}.")
    if strange := [host for host in hosts if not HOST.fullmatch(host)]:
        raise UsageError(f"{strange[0]!r} is no host name or address of plain letters. Names of æ, ø, å go as xn--….")
    until = now().replace(microsecond=0) + datetime.timedelta(days=days)
    names = tuple(dict.fromkeys((*HERE, *hosts)))
    authority, signed = _sign(until, names)
    place = lies_at or out.absolute()
    made = Certificates(str(place), until.isoformat(), names, hashlib.sha256(authority).hexdigest())
    try:
        with _appearing(out) as folder:
            for file, content in _files(place, authority, signed).items():
                (folder / file).parent.mkdir(mode=0o700, exist_ok=True)
                _write_private(folder / file, content)
            _write_private(folder / MARKER, (json.dumps(asdict(made), indent=1) + "\n").encode())
    except OSError as error:
        failure = error.strerror or "the file system refused"
    else:
        return made
    raise SpaceError(f"The certificates could not be written to {out}: {failure}. Choose another place with --out.")


def now() -> datetime.datetime:
    """Give the time in UTC."""
    return datetime.datetime.now(datetime.UTC)


def _refuse_foreign(out: Path) -> None:
    """Refuse a place that holds anything but nothing, or certificates of ours."""
    plain = out.is_dir() and not out.is_symlink()
    ours = plain and ((out / MARKER).is_file() or not any(out.iterdir()))
    if not ours and (out.exists() or out.is_symlink()):
        raise UsageError(
            f"{out} exists and holds no certificates made by 'fordel cluster certs'. Nothing was touched; "
            f"choose another place with --out."
        )


def _files(place: Path, authority: bytes, signed: Mapping[str, "Signed"]) -> dict[str, bytes]:
    """Give every file by its name below the directory."""
    files = {CONFIGURATION: _configuration(place, ROLES).encode()}
    for role, one in signed.items():
        files[f"{role}/authority.pem"] = authority
        files[f"{role}/certificate.pem"] = one.certificate
        files[f"{role}/key.pem"] = one.key
        files[f"{role}/{CONFIGURATION}"] = _configuration(place, (role,)).encode()
    return files


@contextlib.contextmanager
def _appearing(out: Path) -> Iterator[Path]:
    """Give a private directory that stands at ``out`` afterwards, whole, in place of an earlier one of ours."""
    out.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))  # mode 0700
    try:
        new = beside / "new"
        new.mkdir(mode=0o700)
        yield new
        if out.exists():
            out.rename(beside / "old")
        new.rename(out)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _write_private(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        os.fsync(file.fileno())


def _configuration(place: Path, roles: Sequence[str]) -> str:
    """Give the Dask configuration of processes that may take these roles."""
    tls: dict[str, Any] = {"ca-file": str(place / roles[0] / "authority.pem"), "min-version": 1.2}
    tls |= {r: {"cert": str(place / r / "certificate.pem"), "key": str(place / r / "key.pem")} for r in roles}
    settings = {
        "distributed.comm.require-encryption": True,
        "distributed.comm.tls": tls,
        "distributed.worker.preload": [PRELOAD],
        **SETTINGS,
    }
    own = roles[0] if len(roles) == 1 else ""
    head = f"# Made by 'fordel cluster certs'. Use it with: export DASK_CONFIG={place / own / CONFIGURATION}\n"
    return head + "\n".join(_yaml_lines(_nested(settings))) + "\n"


def _nested(settings: Mapping[str, Any]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for dotted, value in settings.items():
        *above, last = dotted.split(".")
        branch = tree
        for name in above:
            branch = branch.setdefault(name, {})
        branch[last] = value
    return tree


def _yaml_lines(tree: Mapping[str, Any], depth: int = 0) -> Iterator[str]:
    """Give a tree as lines of YAML, of which JSON's values are a part."""
    for name, value in tree.items():
        nested = isinstance(value, dict)
        yield f"{'  ' * depth}{name}:" + ("" if nested else f" {json.dumps(value)}")
        if nested:
            yield from _yaml_lines(value, depth + 1)


def _sign(until: datetime.datetime, hosts: Sequence[str]) -> tuple[bytes, dict[str, "Signed"]]:
    """Give a new authority's certificate, and certificate and key of each role; the authority ends here."""
    try:
        from fordel_dask.graph.signing import Authority
    except ImportError:
        missing = True
    else:
        missing = False
    if missing:
        raise ClusterError(
            "Certificates are made with the library 'cryptography', which is not installed here. "
            "Install it: pip install cryptography  (or this package with its extra 'cluster')."
        )
    authority = Authority(until)
    return authority.certificate, {
        role: authority.sign(f"fordel {role}", hosts, listens=role != "client") for role in ROLES
    }


def require_certificates(address: str | None) -> datetime.datetime | None:
    """Give when the certificates of this process end; None if it uses none.

    Parameters
    ----------
    address
        Of the scheduler to be asked, if it is known.

    Raises
    ------
    ClusterError
        There are none for a scheduler that demands them, they cannot be read, or have ended: Dask
        would only say that nobody answers.
    """
    import dask

    tls = dask.config.get("distributed.comm.tls", {})
    files = [tls.get("ca-file"), *(tls.get("client", {}).get(name) for name in ("cert", "key"))]
    if not any(files) and not (address or "").startswith("tls://"):
        return None
    ends = _end_of(files)
    if ends is None:
        raise ClusterError(
            f"The scheduler at {address or 'this address'} asks for certificates, and this process has none that "
            f"it can read. Before the command: export DASK_CONFIG=DIR/dask.yaml, with the DIR of "
            f"'fordel cluster certs --out DIR'."
        )
    until = datetime.datetime.fromtimestamp(ends, datetime.UTC)
    if until < now():
        raise ClusterError(
            f"The certificates of this cluster ({files[0]}) ended on {until:%Y-%m-%d %H:%M} UTC. Make new ones with "
            f"'fordel cluster certs --out DIR', and start scheduler and workers again."
        )
    return until


def _end_of(files: Sequence[str | None]) -> int | None:
    """Give when an authority ends, in seconds since 1970, if it, certificate and key can be read."""
    if not all(files):
        return None
    authority, certificate, key = files
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        context.load_verify_locations(authority)
        context.load_cert_chain(str(certificate), key)
        return min(ssl.cert_time_to_seconds(str(one["notAfter"])) for one in context.get_ca_certs())
    except (OSError, ValueError):
        return None
