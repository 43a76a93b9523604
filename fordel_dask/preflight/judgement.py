"""What keeps a cluster from our work: for every fault what was expected and found, where, and what mends it."""

import shlex
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from fordel_dask.errors import ClusterError
from fordel_dask.graph import Executor
from fordel_dask.graph.addresses import is_local
from fordel_dask.graph.asking import SILENT, Answer, is_cluster
from fordel_dask.preflight.inspection import Survey, survey_essentials

TOLD_HOSTS = 5
CLOCK_SECONDS = 60.0
SCRATCH_BYTES = 256 << 20
SAME = "the same checkout or wheel"
SETTINGS_MEND = (
    "Make the settings with 'fordel cluster certs --out DIR' and start scheduler and workers again after "
    "'export DASK_CONFIG=DIR/dask.yaml'."
)


def require_same_program(executor: Executor, landmarks: Sequence[Path]) -> None:
    """Refuse a cluster whose processes are of another program, or do not see the same files; one quick round.

    Parameters
    ----------
    executor
        Where work is done; nothing is asked of threads of this process.
    landmarks
        Files that everybody must see with the same content, such as the manifest of a store.

    Raises
    ------
    ClusterError
        A paragraph for every fault, with what mends it.
    """
    if not is_cluster(executor):
        return
    faults = essential_faults(survey_essentials(executor, landmarks))
    if faults:
        raise refusal(faults)


def refusal(faults: Sequence[str]) -> ClusterError:
    """Give the error that tells every fault in a paragraph of its own."""
    head = f"The cluster is refused, for {len(faults)} reason{'s' if len(faults) > 1 else ''}:"
    return ClusterError("\n\n".join([head, *faults]))


def faults_of(survey: Survey) -> list[str]:
    """Give every fault that a closer look has found."""
    return [*essential_faults(survey), *_faults_of_transport(survey), *_faults_of_workers(survey)]


def essential_faults(survey: Survey) -> list[str]:
    """Give the faults that no run begins with: silence, another program, other files, results on a scratch disk."""
    return [
        *_faults_of_silence(survey),
        *_faults_of_program(survey),
        *_faults_of_landmarks(survey),
        *_faults_of_privacy(survey),
    ]


def _faults_of_silence(survey: Survey) -> Iterator[str]:
    everyone, workers = (*survey.answers.workers, survey.answers.scheduler), len(survey.answers.workers)
    if workers < survey.expected:
        yield (
            f"Workers: expected {survey.expected}, found {workers}. Look into the logs of those that are missing: one "
            f"with other certificates never joins, and gives up after its --death-timeout. Then start them again: "
            f"dask worker --scheduler-file FILE …"
        )
    if silent := [one for one in everyone if one.failure == SILENT]:
        yield (
            f"No answer came from {_who(silent, survey)}: frozen, overloaded or cut off. "
            f"End those processes and start them again."
        )
    strangers = [one for one in everyone if one.failure and one.failure != SILENT]
    without = [one for one in strangers if "fordel_dask" in str(one.failure)]
    if without:
        yield (
            f"fordel_dask: expected the program of this machine, found none, or an older one, on "
            f"{_who(without, survey)}. Install {SAME} in the environment that 'dask' is started "
            f"from there, python -m pip install CHECKOUT, and start those processes again."
        )
    for failure, whom in _by_value([one for one in strangers if one not in without], lambda one: one.failure):
        yield f"The question could not be answered on {_who(whom, survey)}: {failure}. Start those processes again."


def _faults_of_program(survey: Survey) -> Iterator[str]:
    here, scheduler = survey.here, survey.answers.scheduler
    everyone = [*survey.seeing, *([scheduler] if scheduler.failure is None else [])]
    for found, whom in _differing(everyone, lambda one: one.content["python"], here["python"]):
        yield _fault("Python", here["python"], found, _who(whom, survey)) + (
            f"Make the environment there anew: python{here['python'].rpartition('.')[0]} -m venv ENV && "
            f"ENV/bin/python -m pip install CHECKOUT"
        )
    for package, version in here["packages"].items():
        for found, whom in _differing(everyone, _package(package), version):
            yield _fault(package, version, found, _who(whom, survey)) + (
                f"Mend it there: {shlex.quote(whom[0].content['executable'])} -m pip install {package}=={version}; "
                f"then start those processes again."
            )
    for found, whom in _differing(everyone, lambda one: one.content["fordel_dask"], here["fordel_dask"]):
        python = shlex.quote(whom[0].content["executable"])
        yield _fault("Sources of fordel_dask", here["fordel_dask"], found, _who(whom, survey)) + (
            f"Another program would give other numbers. If they use the same files as this one, start those processes "
            f"again; else install {SAME} there first: {python} -m pip install --force-reinstall --no-deps CHECKOUT."
        )


def _faults_of_landmarks(survey: Survey) -> Iterator[str]:
    for path, expected in survey.here["landmarks"].items():
        folder = shlex.quote(str(Path(path).parent))
        for found, whom in _differing(survey.seeing, _landmark(path), expected):
            host = whom[0].content["host"]
            yield _fault(f"Content of {path}", expected, found, _who(whom, survey)) + (
                f"All must see the same files under the same path: mount the shared directory there, "
                f"or copy it: rsync -a --delete {folder}/ {host}:{folder}/"
            )


def _faults_of_privacy(survey: Survey) -> Iterator[str]:
    spilling = [one for one in survey.seeing if (one.content.get("worker") or {}).get("spills")]
    if spilling:
        yield (
            f"Privacy: expected that nothing of persons goes to a scratch disk, found a store of results that spills "
            f"and cannot be told not to on {_who(spilling, survey)}. {SETTINGS_MEND}"
        )


def _faults_of_transport(survey: Survey) -> Iterator[str]:
    answers = survey.answers
    everyone = (*answers.workers, answers.scheduler)
    if all(is_local(one.address) for one in everyone):
        return
    plain = [one for one in everyone if not one.address.startswith("tls://")]
    if plain:
        yield f"Encryption: expected TLS between machines, found none at {_who(plain, survey)}. {SETTINGS_MEND}"
        return
    lax = [one for one in survey.seeing if not one.content["worker"]["requires_encryption"]]
    if lax:
        yield f"Encryption: expected to be demanded, found only offered by {_who(lax, survey)}. {SETTINGS_MEND}"
    if not answers.requires_encryption:
        yield (
            "Encryption: expected to be demanded, found only offered by this client. Before the command: "
            "export DASK_CONFIG=DIR/dask.yaml, with the DIR of 'fordel cluster certs --out DIR'."
        )


Test = Callable[[dict[str, Any]], bool]


def _faults_of_workers(survey: Survey) -> Iterator[str]:
    """Give what a closer look finds worker by worker."""
    store = shlex.quote(str(survey.store))
    local = survey.local
    tests: Sequence[tuple[str, Test, str]] = (
        (
            "Preparation: expected kernels compiled and one thread of pyarrow before the first task, found neither",
            lambda seen: local or (seen["worker"]["kernels"] > 0 and seen["threads"]["pyarrow_compute"] == 1),
            "Start the workers with: dask worker --preload fordel_dask.graph.preload …",
        ),
        (
            "Threads: expected one core a task, found libraries that take more (OMP_NUM_THREADS and the like)",
            lambda seen: all(seen["threads"][f"{name}_NUM_THREADS"] == "1" for name in ("OMP", "MKL", "OPENBLAS")),
            "Before starting the workers: export OMP_NUM_THREADS=1 MKL_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1",
        ),
        (
            "Cores: expected at most one thread a core, found a worker with more threads than its machine has cores",
            lambda seen: seen["worker"]["threads"] <= seen["machine"]["cores"],
            "Start the workers with fewer: dask worker --nworkers 2 --nthreads 1 …",
        ),
        (
            "Memory: expected a limit, found none, so that one worker may take a machine down",
            lambda seen: seen["worker"]["memory_limit"] > 0,
            "Start the workers with: dask worker --memory-limit 4GiB …",
        ),
        (
            f"Scratch: expected {SCRATCH_BYTES >> 20} MiB free in a directory that can be written, found less",
            lambda seen: seen["scratch"]["writable"] and seen["scratch"]["free"] >= SCRATCH_BYTES,
            "Make room, or start the workers with: dask worker --local-directory /another/disk …",
        ),
        (
            "Clock: expected the time of this machine to a minute, found another",
            lambda seen: abs(clock_difference(survey, seen)) <= CLOCK_SECONDS,
            "Set the clock there: sudo timedatectl set-ntp true",
        ),
        (
            "Machine: expected little-endian numbers and file names in UTF-8, found others",
            lambda seen: seen["machine"]["byteorder"] == "little" and seen["machine"]["file_names"] == "utf-8",
            "Use another machine, or before starting the workers: export PYTHONUTF8=1",
        ),
        (
            f"Store: expected every file that the manifest of {store} lists, found some missing or of another size",
            lambda seen: seen["store"] is None or not seen["store"]["bad_files"],
            f"See which with: fordel verify {store}; and mount the same directory on those machines.",
        ),
        (
            f"Store: expected that facts can be written to {store}/facts, found it refused",
            lambda seen: seen["store"] is None or seen["store"]["writable"],
            f"Mount it for writing there, and give the right: chmod -R u+rwX {store}",
        ),
    )
    for fault, holds, mend in tests:
        failing = [one for one in survey.seeing if not holds(one.content)]
        if failing:
            yield f"{fault} on {_who(failing, survey)}. {mend}"


def clock_difference(survey: Survey, seen: dict[str, Any]) -> float:
    """Give how far a clock surely is from ours, in seconds: the time it took to ask is not counted."""
    begun, ended = survey.asked
    return float(min(seen["clock"] - begun, 0.0) or max(seen["clock"] - ended, 0.0))


def _fault(what: str, expected: object, found: object, who: str) -> str:
    return f"{what}: expected {expected}, as here, found {found} on {who}. "


def _package(name: str) -> Callable[[Answer], object]:
    return lambda one: one.content["packages"].get(name)


def _landmark(path: str) -> Callable[[Answer], object]:
    return lambda one: one.content["landmarks"].get(path)


def _differing(
    answers: Sequence[Answer], value: Callable[[Answer], object], expected: object
) -> list[tuple[object, list[Answer]]]:
    return [(found, whom) for found, whom in _by_value(answers, value) if found != expected]


def _by_value(answers: Sequence[Answer], value: Callable[[Answer], object]) -> list[tuple[object, list[Answer]]]:
    groups: dict[object, list[Answer]] = {}
    for one in answers:
        groups.setdefault(value(one), []).append(one)
    return list(groups.items())


def _who(answers: Sequence[Answer], survey: Survey) -> str:
    """Name processes: how many workers of all, on which hosts, and the scheduler."""
    workers = [one for one in answers if one is not survey.answers.scheduler]
    hosts: dict[str, list[str]] = {}
    for one in workers:
        hosts.setdefault(_host(one), []).append(one.name.rpartition("/")[2])
    places = [f"{host}: {', '.join(names[:TOLD_HOSTS])}" for host, names in hosts.items()]
    more = f"; and {len(places) - TOLD_HOSTS} hosts more" if len(places) > TOLD_HOSTS else ""
    told = [f"{len(workers)} of {len(survey.answers.workers)} workers ({'; '.join(places[:TOLD_HOSTS])}{more})"]
    scheduler = [f"the scheduler ({_host(one)})" for one in answers if one is survey.answers.scheduler]
    return " and ".join([*(told if workers else []), *scheduler])


def _host(one: Answer) -> str:
    return str(one.content["host"]) if one.content else one.address.partition("://")[2]
