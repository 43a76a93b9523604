"""The recipes of ``cluster/`` as a test sees them: every container with what it may and what it starts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
CLUSTER = ROOT / "cluster"
COMPOSE = CLUSTER / "compose" / "compose.yaml"
KUBERNETES = CLUSTER / "kubernetes"
MANIFESTS = sorted(KUBERNETES.rglob("*.yaml"))
SBATCH = CLUSTER / "slurm" / "run.sbatch"
DOCKERFILE = CLUSTER / "Dockerfile"


@dataclass(frozen=True)
class Container:
    """A container of a recipe: where it stands, its own section, and its pod's (empty for compose)."""

    recipe: str
    name: str
    section: dict[str, Any]
    pod: dict[str, Any]

    @property
    def command(self) -> tuple[str, ...]:
        """Give the words that it starts, those of a shell without what comes before its last program."""
        words = tuple(self.section["command"])
        return tuple(words[2].split("|| ")[1].split()) if words[0] == "sh" else words

    def __str__(self) -> str:
        return f"{self.recipe}: {self.name}"


def compose() -> dict[str, Any]:
    """Give the compose file with the defaults of its variables, as JSON would hold it."""
    text = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", COMPOSE.read_text("utf-8"))
    content: dict[str, Any] = yaml.safe_load(text)
    return content


def resources(manifest: Path) -> Iterator[dict[str, Any]]:
    """Give every resource of a manifest, those of lists one by one."""
    for document in yaml.safe_load_all(manifest.read_text("utf-8")):
        yield from document["items"] if document["kind"] == "List" else [document]


def pods(manifest: Path) -> Iterator[dict[str, Any]]:
    """Give the specification of every pod that a manifest makes."""
    for resource in resources(manifest):
        spec = resource["spec"]
        if resource["kind"] in ("Deployment", "Job"):
            yield spec["template"]["spec"]
        elif resource["kind"] == "DaskCluster":
            yield from (spec["scheduler"]["spec"], spec["worker"]["spec"])


def containers_of_kubernetes() -> list[Container]:
    """Give every container of every manifest."""
    return [
        Container(str(manifest.relative_to(CLUSTER)), container["name"], container, pod)
        for manifest in MANIFESTS
        for pod in pods(manifest)
        for container in pod["containers"]
    ]


def containers_of_compose() -> list[Container]:
    """Give every service of the compose file."""
    return [Container("compose", name, section, {}) for name, section in compose()["services"].items()]


def commands_of_slurm() -> list[tuple[str, ...]]:
    """Give what the job starts: lines continued with a backslash are one, names of arrays give their words."""
    text = SBATCH.read_text("utf-8").replace("\\\n", " ")
    arrays = dict(re.findall(r"^(\w+)=\((.*)\)$", text, re.MULTILINE))
    for name, words in arrays.items():
        text = text.replace(f'"${{{name}[@]}}"', words)
    lines = (re.sub(r"(^|\s)#.*", "", line) for line in text.splitlines())
    started = (re.search(r"\b(dask (scheduler|worker)|fordel \w+) .*", line) for line in lines)
    return [tuple(words_of(found.group(0))) for found in started if found]


def words_of(line: str) -> list[str]:
    """Give the words of a command, without redirections; what the shell would fill in stays as it is."""
    return [word.strip('"') for word in re.sub(r"&?>+\S*|&$", " ", line).split()]
