"""``fordel cluster``: certificates for a Dask cluster, and is it fit for our work?"""

import shlex
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fordel_dask.cli.options import PATH, place_of, placed, say, speaking
from fordel_dask.errors import UsageError
from fordel_dask.graph import open_executor

if TYPE_CHECKING:
    from fordel_dask.preflight import Survey

MOST_DAYS = 90


@click.group(short_help="Certificates for a Dask cluster, and its preflight.")
def cluster() -> None:
    """Certificates for a Dask cluster, and is it fit for our work?

    \b
    Example:
      fordel cluster certs --out /shared/certs
      fordel cluster check --scheduler-file /shared/certs/scheduler.json --store /shared/nation.store
    """


@cluster.command(short_help="Certificates for one cluster.")
@click.option("--out", type=PATH, required=True, metavar="DIR", help="Directory that appears whole, open to you only.")
@click.option("--days", type=click.IntRange(1, MOST_DAYS), default=7, help="How long the certificates are valid.")
@click.option("--hosts", metavar="NAME,…", help="Names or addresses to write into them; Dask itself asks for none.")
@click.option("--lies-at", type=PATH, metavar="PATH", help="Where machines will find DIR, if elsewhere (a mount).")
@speaking
def certs(out: Path, days: int, hosts: str | None, lies_at: Path | None, as_json: bool, **_: Any) -> None:
    """Make the certificates of one cluster: who holds one may join, nobody else.

    A certificate authority is made, signs one certificate each for scheduler, workers and client,
    and is forgotten: its key is never written. DIR/dask.yaml is all that their processes need;
    DIR/scheduler, DIR/worker and DIR/client hold the same for one role only.

    \b
    Example:
      fordel cluster certs --out /shared/certs
      export DASK_CONFIG=/shared/certs/dask.yaml
    """
    from fordel_dask.graph.certificates import make_certificates

    names = [name.strip() for name in (hosts or "").split(",") if name.strip()]
    made = make_certificates(out, days, names, lies_at)
    say(as_json, asdict(made), _what_next(out, Path(made.folder), made.valid_until))


def _what_next(out: Path, folder: Path, until: str) -> str:
    place = shlex.quote(str(folder))
    return f"""\
Certificates in {out}, valid until {_moment(until)}. Whoever can read the keys in it can run programs on the cluster.

On every machine, in the same environment, with {folder} and the data under the same path:
  export DASK_CONFIG={place}/dask.yaml
The scheduler, on one machine:
  dask scheduler --scheduler-file {place}/scheduler.json --idle-timeout "1 hour" \\
    --no-dashboard --dashboard-address 127.0.0.1:0
Workers, on each machine:
  dask worker --scheduler-file {place}/scheduler.json --nworkers 2 --nthreads 1 --death-timeout 300 \\
    --preload fordel_dask.graph.preload --no-dashboard --dashboard-address 127.0.0.1:0
Then, where you are:
  fordel cluster check --scheduler-file {place}/scheduler.json --store STORE
  fordel run STORE --out RUN --scheduler-file {place}/scheduler.json"""


def _moment(iso: str) -> str:
    """Give a moment in UTC for a person."""
    return f"{iso[:10]} {iso[11:16]} UTC"


@cluster.command("check", short_help="Is a cluster fit for our work?")
@click.option("--store", type=PATH, help="A prepared store that every worker must see.")
@click.option("--expect", type=click.IntRange(1), help="Wait a minute for so many workers; fewer are a fault.")
@placed
@speaking
def check_cluster(store: Path | None, as_json: bool, **options: Any) -> None:
    """Ask every process of a cluster whether it is fit for our work, and hold it against this one.

    Versions and sources, the store's manifest and files, encryption, threads, memory, scratch space,
    clocks, and whether kernels are compiled. Leaves with 61 if anything would go wrong, and says
    what mends it; reads no rows of persons and changes nothing.

    \b
    Example:
      fordel cluster check --scheduler-file /shared/certs/scheduler.json --store /shared/nation.store
      fordel cluster check --workers 2
    """
    from fordel_dask.graph.addresses import address_of
    from fordel_dask.graph.certificates import require_certificates
    from fordel_dask.preflight import faults_of, refusal, survey_cluster

    place = place_of(options)
    if not (place.workers or place.scheduler or place.scheduler_file):
        raise UsageError(
            "Say which cluster: --scheduler-file FILE, --scheduler ADDRESS, or --workers N for a local one."
        )
    if store and not (store / "manifest.json").is_file():
        raise UsageError(f"{store} is no prepared store as seen from here: it has no manifest.json.")
    _wait_for_file(place.scheduler_file)
    until = require_certificates(address_of(place))
    with open_executor(place) as executor:
        expected = place.workers or options["expect"] or 1
        survey = survey_cluster(executor, store and store.absolute(), expected, local=bool(place.workers))
    if faults := faults_of(survey):
        raise refusal(faults)
    valid = until.isoformat() if until else None
    say(as_json, {**_content(survey), "certificates_valid_until": valid}, "\n".join(_lines(survey, valid)))


def _wait_for_file(scheduler_file: Path | None) -> None:
    """Wait a minute at most for a scheduler that was started a moment ago; who asks is told if it is not there."""
    from fordel_dask.preflight.inspection import JOINING_SECONDS

    if scheduler_file and not scheduler_file.is_file():
        click.echo(f"Waiting up to {JOINING_SECONDS:.0f} seconds for {scheduler_file} …", err=True)
    patience = time.monotonic() + JOINING_SECONDS
    while scheduler_file and not scheduler_file.is_file() and time.monotonic() < patience:
        time.sleep(0.2)


def _content(survey: "Survey") -> dict[str, Any]:
    scheduler = survey.answers.scheduler
    return {
        "client": survey.here,
        "scheduler": {"address": scheduler.address, **scheduler.content},
        "workers": [one.content for one in survey.answers.workers],
        "faults": [],
    }


def _lines(survey: "Survey", valid: str | None) -> Iterator[str]:
    """Give what a person wants to see of a cluster that is fit: a line for each worker, then what all share."""
    from fordel_dask.preflight import clock_difference

    workers = [one.content for one in survey.answers.workers]
    head = ("host", "threads", "cores", "memory", "scratch", "kernels", "clock")
    yield f"{head[0]:<28}" + "".join(f"{name:>12}" for name in head[1:])
    for seen in workers:
        worker, gib = seen["worker"], 1 << 30
        cells = (
            str(worker["threads"]),
            str(seen["machine"]["cores"]),
            f"{worker['memory_limit'] / gib:.1f} GiB",
            f"{seen['scratch']['free'] / gib:.1f} GiB",
            f"{worker['kernel_seconds']:.1f} s" if worker["kernels"] else "when needed",
            f"{clock_difference(survey, seen):+.0f} s",
        )
        yield f"{seen['host']:<28}" + "".join(f"{cell:>12}" for cell in cells)
    yield ""
    here, hosts = survey.here, {seen["host"] for seen in workers}
    versions = ", ".join(f"{name} {version}" for name, version in here["packages"].items())
    threads = sum(seen["worker"]["threads"] for seen in workers)
    scheduler = survey.answers.scheduler.address
    yield f"Workers: {len(workers)}, threads: {threads}, hosts: {len(hosts)}. Scheduler: {scheduler}"
    yield f"The same everywhere: Python {here['python']}, {versions}, sources of fordel_dask {here['fordel_dask']}."
    if survey.store:
        files = workers[0]["store"]["files"]
        yield f"{survey.store}: the same manifest, all {files:,} files there, facts can be written."
    if valid:
        yield f"Encrypted, by certificates valid until {_moment(valid)}."
    yield "Fit for work."
