"""``fordel run --from-manifest``: a run again from its manifest, and whether every file has the same bytes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fordel_dask.errors import IntegrityError, UsageError, VerificationError

if TYPE_CHECKING:
    from fordel_dask.cli.run import Manner
    from fordel_dask.model import Model
    from fordel_dask.store import Store

MOST_NAMED = 5
SHOWN = 12
"""Digits of a seal or hash that are shown: enough to tell two apart."""


@dataclass(frozen=True)
class Recipe:
    """What a manifest says of how its RUN was made, and the seal of the manifest."""

    manifest: Mapping[str, Any]
    seal: str
    model: "Model"
    manner: "Manner"


def recipe_of(path: Path, fresh: bool = False) -> Recipe:
    """Read how a RUN was made, from its manifest or from the directory that holds it; ``fresh`` as of a run.

    Raises
    ------
    IntegrityError
        It is no manifest of a RUN, was changed, or is of a program that did not note how it was asked.
    ModelError
        This program has other parameters than the model in it.
    """
    from fordel_dask.cli.run import Manner
    from fordel_dask.model.repeated import model_of_values
    from fordel_dask.rundir import read_manifest_file
    from fordel_dask.seals import seal_of

    file = path / "manifest.json" if path.is_dir() else path
    manifest = read_manifest_file(file)
    if manifest.get("kind") != "run" or "configuration" not in manifest:
        raise IntegrityError(
            f"{file} is no manifest of a RUN that can be repeated: expected one that this version of 'fordel run' "
            f"wrote. Run the model by its name or file instead: 'fordel run STORE --out RUN --model …'."
        )
    told, asked = manifest["model"], manifest["configuration"]
    values = {key: one["value"] for key, one in told["parameters"].items()}
    model = model_of_values(told["name"], values, told["hash"])
    seal = seal_of(manifest)
    manner = Manner(fresh, asked["intervals"], asked["replicates"], asked["seed"], seal)
    return Recipe(manifest, seal, model, manner)


def refuse_beside(given: list[str]) -> None:
    """Refuse options that say what the manifest says already.

    Raises
    ------
    UsageError
        There are some.
    """
    if given:
        raise UsageError(f"--from-manifest says how the run was made: leave {', '.join(sorted(given))} out.")


def refuse_other_store(recipe: Recipe, store: "Store") -> None:
    """Refuse a store that is not the one the RUN was made from, and say in what it differs.

    Raises
    ------
    IntegrityError
        It is another one.
    """
    before = recipe.manifest["store"]
    if store.identity == before["identity"]:
        return
    told = "; ".join(_differences(recipe.manifest, store)) or "only files of the store itself differ"
    raise IntegrityError(
        f"{store.root.name} is not the store that the RUN was made from: expected {before['identity'][:SHOWN]}, found "
        f"{store.identity[:SHOWN]}. What differs: {told}. Nothing was computed. Give the same store; the same extracts "
        f"and registers.toml, read in by the same program with the same --partitions, make it again."
    )


def _differences(before: Mapping[str, Any], store: "Store") -> Iterator[str]:
    """Say in which registers, account, nation, grid or program a store differs from the one a RUN was made from."""
    was, now = before["store"]["inputs"], store.manifest["inputs"]
    for register in sorted({*was, *now}):
        old, new = ({one["file"]: one for one in files.get(register, ())} for files in (was, now))
        for file in sorted({*old, *new}):
            if file not in new:
                yield f"{register}: {file} is missing"
            elif file not in old:
                yield f"{register}: {file} is new"
            elif old[file]["sha256"] != new[file]["sha256"]:
                yield f"{register}: {file} has another content ({old[file]['rows']:,} and {new[file]['rows']:,} rows)"
    pairs: tuple[tuple[str, object, object], ...] = (
        ("the nation's year or life expectancy", before["nation"], store.manifest["nation"]),
        ("the account of rows", before["accounting"], store.manifest["accounting"]),
        ("the grid of partitions", before["store"]["grid"], store.grid_id),
        ("the program that read the registers in", before["store"]["made_with"], store.manifest.get("made_with")),
    )
    yield from (what for what, old, new in pairs if old != new)


def program_differences(before: Mapping[str, Any]) -> list[str]:
    """Say in which versions this program and its packages differ from those that a manifest names."""
    from fordel_dask.provenance import made_by

    now = made_by()
    pairs = [
        *((name, before["program"].get(name), now["program"][name]) for name in ("fordel_dask", "python", "sources")),
        *((name, before["packages"].get(name), version) for name, version in now["packages"].items()),
    ]
    return [f"{name} {old} → {new}" for name, old, new in pairs if old != new]


def compared(recipe: Recipe, out: Path) -> dict[str, Any]:
    """Hold the result files of a repetition against those of the RUN that was repeated, by their hashes.

    Raises
    ------
    VerificationError
        Files have other bytes, or there are more or fewer; the new RUN stands all the same.
    """
    from fordel_dask.rundir import read_run_manifest

    again = read_run_manifest(out)
    before, now = recipe.manifest["files"], again["files"]
    other = [name for name in sorted({*before, *now}) if before.get(name) != now.get(name)]
    differing = program_differences(recipe.manifest)
    if other:
        named = ", ".join(other[:MOST_NAMED]) + f" and {len(other) - MOST_NAMED} more" * (len(other) > MOST_NAMED)
        why = f"The program differs: {'; '.join(differing)}." if differing else "Program and packages are the same."
        if recipe.manifest["store"]["facts"] != again["store"]["facts"]:
            why += " The facts that were counted from are others: --fresh makes them anew from the store."
        raise VerificationError(
            f"{len(other)} of {len(before)} result files have other bytes than those of the RUN that was repeated: "
            f"{named}. {why} The repetition stands in {out}: 'fordel compare' says what changed."
        )
    return {"repeats": recipe.seal, "same_files": len(before), "program_differs": differing}


def repetition_text(found: Mapping[str, Any]) -> str:
    """Say that a repetition has the same bytes, and in what the program differs."""
    differing = found["program_differs"]
    program = f"though the program differs: {'; '.join(differing)}" if differing else "by the same program and packages"
    return f"Repeated: all {found['same_files']} result files have the same bytes, {program}."
