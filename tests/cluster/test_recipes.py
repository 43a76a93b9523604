"""The recipes of ``cluster/``: valid by their own schemas, and all of them as closed as they say.

What can be started here is started by test_slurm.py and test_locked_down.py; this file reads.
"""

import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import jsonschema
import pytest
import yaml

from tests.lib.recipes import (
    CLUSTER,
    DOCKERFILE,
    KUBERNETES,
    MANIFESTS,
    ROOT,
    SBATCH,
    commands_of_slurm,
    compose,
    containers_of_compose,
    containers_of_kubernetes,
    resources,
)

OPERATOR = KUBERNETES / "operator" / "cluster.yaml"
PLAIN = [manifest for manifest in MANIFESTS if manifest != OPERATOR]
IN_PODS, IN_COMPOSE = containers_of_kubernetes(), containers_of_compose()
COMMANDS = sorted({c.command for c in (*IN_PODS, *IN_COMPOSE)} | set(commands_of_slurm()))
STARTED = [command for command in COMMANDS if command[0] in ("dask", "fordel")]
KUBERNETES_VERSIONS = ("1.29", "1.33", "1.36")


def ran(*command, **options):
    words = [str(word) for word in command]
    return subprocess.run(words, capture_output=True, text=True, check=False, **options)


def program(name):
    """Give the path of a linter that pip has installed beside this Python."""
    path = Path(sys.executable).parent / name
    if not path.exists():
        pytest.skip(f"{name} is not installed (it comes with the extra 'test')")
    return path


# ------------------------------------------------------------------ valid by schema and linter


@pytest.mark.parametrize("version", KUBERNETES_VERSIONS)
@pytest.mark.parametrize("manifest", PLAIN, ids=lambda path: str(path.relative_to(KUBERNETES)))
def test_every_manifest_is_valid_kubernetes(manifest, version):
    validator = pytest.importorskip("kubernetes_validate", reason="schemas of Kubernetes come with the extra 'test'")
    for resource in resources(manifest):
        validator.validate(resource, version, strict=True)


@pytest.mark.long
def test_the_cluster_of_the_operator_is_valid_by_the_operators_own_schema(tmp_path):
    fetched = ran(sys.executable, "-m", "pip", "download", "--no-deps", "--dest", tmp_path, "dask-kubernetes>=2026.3")
    if fetched.returncode:
        pytest.skip("the package index is not reachable, and the operator's schema is only there")
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (n for n in archive.namelist() if n.endswith("crds/daskcluster.yaml"))
        definition = yaml.safe_load(archive.read(name))
    schema = definition["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
    (cluster,) = resources(OPERATOR)
    jsonschema.validate(cluster, closed(schema))


def closed(schema):
    """Refuse what a schema does not name, as an API server does in strict mode."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {key: closed(value) for key, value in schema.items()}
    named = isinstance(schema.get("properties"), dict) and schema.get("type") == "object"
    top = "apiVersion" if named and "status" in schema["properties"] else ""
    return {**inner, "additionalProperties": False} if named and not top else inner


def test_the_compose_file_is_valid_by_the_compose_specification():
    specification = pytest.importorskip("compose_spec", reason="the compose specification comes with the extra 'test'")
    parsed = specification.PyCompose.from_json(json.dumps(compose()))
    parsed.validate()
    assert set(parsed.service_names()) == {"certs", "scheduler", "worker", "fordel"}


def test_the_dockerfile_passes_its_linter():
    result = ran(program("hadolint"), DOCKERFILE)
    assert (result.returncode, result.stdout) == (0, "")


def test_the_batch_script_passes_its_linter():
    result = ran(program("shellcheck"), SBATCH)
    assert (result.returncode, result.stdout) == (0, "")


# ------------------------------------------------------------------ every command is one that exists


def options_of(*command):
    result = ran(sys.executable, "-m", *command, "--help", env={**os.environ, "COLUMNS": "200"})
    assert result.returncode == 0, result.stderr
    return set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", result.stdout))


@pytest.fixture(scope="module")
def known_options():
    """Give the options of every program that the recipes start, by its own help."""
    modules = {"dask": "dask", "fordel": "fordel_dask"}
    heads = {command[: 3 if command[1] == "cluster" else 2] for command in STARTED}
    return {head: options_of(modules[head[0]], *head[1:]) for head in heads}


def test_every_recipe_starts_something():
    kinds = [command[:2] for command in STARTED]
    assert {("dask", "scheduler"), ("dask", "worker"), ("fordel", "run"), ("fordel", "cluster")} <= set(kinds)
    assert len(commands_of_slurm()) == 4


@pytest.mark.parametrize("command", STARTED, ids=lambda command: " ".join(command[:6]))
def test_every_option_of_a_command_is_known_to_the_program(command, known_options):
    (known,) = (options for head, options in known_options.items() if command[: len(head)] == head)
    used = {word for word in command if word.startswith("--")}
    assert used
    assert used - known == set()


# ------------------------------------------------------------------ all of them as closed as they say


def listening(kind):
    return [command for command in STARTED if command[:2] == ("dask", kind)]


@pytest.mark.parametrize("command", listening("scheduler") + listening("worker"), ids=lambda c: " ".join(c[:3]))
def test_no_dashboard_and_no_page_about_itself_for_others(command, evidence):
    """``--no-dashboard`` alone leaves an HTTP port open on all addresses, with logs and calls for anybody."""
    text = " ".join(command)
    assert "--no-dashboard" in command and "--dashboard-address 127.0.0.1:0" in text and "--protocol tls" in text
    evidence.note(
        "S1",
        "a command of a recipe that starts a scheduler or worker",
        1,
        "no dashboard, no pages about tasks and logs",
    )


@pytest.mark.parametrize("command", listening("worker"), ids=lambda c: c[2])
def test_every_worker_is_prepared_bounded_and_gives_up_a_lost_scheduler(command):
    text = " ".join(command)
    assert "--preload fordel_dask.graph.preload" in text
    for bound in ("--death-timeout", "--memory-limit", "--nthreads", "--local-directory"):
        assert bound in command


def test_workers_of_plain_kubernetes_and_of_the_operator_are_the_same():
    by_recipe = {c.recipe: {} for c in IN_PODS}
    for c in IN_PODS:
        by_recipe[c.recipe][c.name] = (c.section, {**c.pod, "containers": None})
    assert by_recipe["kubernetes/plain/cluster.yaml"] == by_recipe["kubernetes/operator/cluster.yaml"]


CONTAINER = (
    "S10",
    "a container of a recipe (Kubernetes, compose, image)",
    1,
    "not root, no capability, system read-only, no rights gained",
)


@pytest.mark.parametrize("container", IN_PODS, ids=str)
def test_a_pod_may_nothing(container, evidence):
    small = {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert container.section["securityContext"] == small
    user = {"runAsNonRoot": True, "runAsUser": 10001, "runAsGroup": 10001, "fsGroup": 10001}
    assert container.pod["securityContext"] == {**user, "seccompProfile": {"type": "RuntimeDefault"}}
    assert container.pod["automountServiceAccountToken"] is False
    assert container.section["resources"]["requests"] == container.section["resources"]["limits"]
    assert {"hostNetwork", "hostPID", "hostIPC"}.isdisjoint(container.pod)
    kinds = {kind for volume in container.pod["volumes"] for kind in volume if kind != "name"}
    assert kinds <= {"emptyDir", "secret", "persistentVolumeClaim"}
    assert all(v["emptyDir"]["medium"] == "Memory" for v in container.pod["volumes"] if "emptyDir" in v)
    evidence.note(*CONTAINER)


@pytest.mark.parametrize("container", IN_PODS, ids=str)
def test_a_pod_holds_the_certificate_of_its_role_only(container, evidence):
    role = "client" if container.name == "fordel" else container.name
    (secret,) = (volume["secret"]["secretName"] for volume in container.pod["volumes"] if "secret" in volume)
    assert secret == f"fordel-{role}"
    assert container.section["env"] == [{"name": "DASK_CONFIG", "value": f"/tls/{role}/dask.yaml"}]
    evidence.note("S10", "the certificates that a pod is given", 1, "those of its role only")


@pytest.mark.parametrize("container", IN_COMPOSE, ids=str)
def test_a_service_of_compose_may_nothing(container, evidence):
    section = container.section
    assert section["read_only"] is True and section["cap_drop"] == ["ALL"]
    assert section["security_opt"] == ["no-new-privileges:true"]
    assert not section["user"].startswith(("0", "root"))
    assert section["mem_limit"] == section["memswap_limit"] and section["pids_limit"] > 0
    assert section["networks"] == ["inside"] and compose()["networks"]["inside"]["internal"] is True
    assert {"ports", "privileged", "network_mode", "devices", "env_file"}.isdisjoint(section)
    evidence.note(*CONTAINER)


@pytest.mark.parametrize("container", [*IN_PODS, *IN_COMPOSE], ids=str)
def test_the_image_is_the_one_of_this_version(container):
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert container.section["image"] == f"fordel:{version}"


def test_pods_talk_to_each_other_only(evidence):
    (policy,) = (r for r in resources(KUBERNETES / "room.yaml") if r["kind"] == "NetworkPolicy")
    ours = {"podSelector": {"matchLabels": {"app.kubernetes.io/name": "fordel"}}}
    (inward,), (among, names) = policy["spec"]["ingress"], policy["spec"]["egress"]
    assert inward["from"] == among["to"] == [ours]
    assert inward["ports"] == among["ports"] == [{"protocol": "TCP", "port": 8786, "endPort": 8788}]
    assert {port["port"] for port in names["ports"]} == {53}
    evidence.note("S10", "the network policy of the pods", 1, "each other, and the service that knows names")


def test_every_wait_has_an_end():
    (job,) = resources(KUBERNETES / "run.yaml")
    assert job["spec"]["activeDeadlineSeconds"] > 0 and job["spec"]["backoffLimit"] > 0
    assert all("startupProbe" in c.section for c in IN_PODS if c.name != "fordel")
    text = SBATCH.read_text("utf-8")
    assert all(word in text for word in ("#SBATCH --time=", "#SBATCH --signal=B:USR1@", "--lifetime"))


def test_the_image_runs_as_nobody_in_particular(evidence):
    instructions = [line.split(maxsplit=1) for line in DOCKERFILE.read_text("utf-8").splitlines() if line[:1].isupper()]
    assert [words[1] for words in instructions if words[0] == "USER"] == ["10001:10001"]
    assert {words[0] for words in instructions} <= {"ARG", "FROM", "COPY", "RUN", "ENV", "USER", "WORKDIR", "CMD"}
    assert ":latest" not in DOCKERFILE.read_text("utf-8")
    evidence.note(*CONTAINER)


def test_only_the_package_enters_the_image():
    ignored = (ROOT / ".dockerignore").read_text("utf-8").split()
    assert ignored[0] == "*"
    assert {word[1:] for word in ignored if word.startswith("!")} == {
        "LICENSE",
        "README.md",
        "pyproject.toml",
        "fordel_dask",
        "cluster/offline/constraints.txt",
    }


@pytest.mark.parametrize("folder", ["slurm", "kubernetes", "compose"])
def test_every_recipe_says_how_it_is_used_and_how_it_was_checked(folder):
    text = (CLUSTER / folder / "README.md").read_text("utf-8")
    assert "```bash" in text and "## What was checked" in text
