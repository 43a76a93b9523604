"""``fordel ingest``: register extracts become a prepared store."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from fordel_dask.cli.options import PATH, place_of, placed, say, speaking
from fordel_dask.cli.progress import ProgressLines
from fordel_dask.cli.working_place import working_place
from fordel_dask.graph import Place


@dataclass(frozen=True)
class IngestOptions:
    """How an ingest is to be done: memory to take, and the file of a secret that hides keys."""

    memory: str | None = None
    key_secret: Path | None = None


DEFAULTS = IngestOptions()


@click.command(short_help="Register extracts become a prepared store.")
@click.argument("registers", type=PATH)
@click.option("--store", type=PATH, required=True, help="Directory of the prepared store; its keys go to STORE.keys.")
@click.option("--partitions", type=click.IntRange(1), help="Parts of the store. Default: one for 100,000 citizens.")
@click.option("--memory", metavar="SIZE", help="Memory to take, such as 2GiB. Default: half of the machine's.")
@click.option("--key-secret-file", type=PATH, help="Hide person keys by a hash with the secret in this file.")
@placed
@speaking
def ingest(registers: Path, store: Path, partitions: int | None, **options: Any) -> None:
    """Turn register extracts into a prepared store: checked, counted, without person keys.

    REGISTERS is a directory with registers.toml. An ingest that was interrupted goes on where
    it stopped when the same command is started again. What would not fit into the memory or onto
    the disk is refused before it begins; 'fordel plan REGISTERS' says what it would take.

    \b
    Example:
      fordel ingest registers/ --store nation.store
      fordel ingest registers/ --store nation.store --memory 2GiB
    """
    place = place_of(options)
    progress = ProgressLines(options["quiet"] or options["as_json"])
    how = IngestOptions(options["memory"], options["key_secret_file"])
    manifest = ingest_registers(registers, store, partitions, place, progress, how)
    say(options["as_json"], manifest["accounting"], accounting_text(manifest, store))


def ingest_registers(
    registers: Path,
    store: Path,
    partitions: int | None,
    place: Place,
    progress: ProgressLines,
    how: IngestOptions = DEFAULTS,
) -> dict[str, Any]:
    """Ingest register extracts, within a size of memory, and give the store's manifest."""
    from fordel_dask.planning.ingest import affordable
    from fordel_dask.planning.sizes import size_in_bytes
    from fordel_dask.registers import ingest as ingest_into_store

    size = size_in_bytes(how.memory) if how.memory else None
    left = len(list(store.with_name(f"{store.name}.partial").glob("*.json")))
    if left:
        progress.say(f"An interrupted ingest left {left:,} finished pieces of work; those that still fit are taken up.")
    with working_place(place, registers.absolute() / "registers.toml") as executor:
        # absolute: workers of a cluster may stand in another directory
        return ingest_into_store(
            registers.absolute(),
            store.absolute(),
            executor,
            partitions=partitions,
            report=progress.show,
            key_secret=how.key_secret and how.key_secret.absolute(),
            afford=affordable(store, place, executor, size, partitions),
        )


def accounting_text(manifest: dict[str, Any], store: Path) -> str:
    """Give the rows of each register, kept, dropped and quarantined, as a table for a terminal."""
    lines = [f"{'register':<30}{'rows in':>14}{'kept':>14}{'dropped':>14}{'quarantined':>14}"]
    for name, account in manifest["accounting"].items():
        register = _with_file(name, manifest["inputs"]) if name.startswith(("lpr", "covariates")) else name
        dropped, quarantined = (sum(account.get(way, {}).values()) for way in ("dropped", "quarantined"))
        lines.append(f"{register:<30}{account['rows_in']:>14,}{account['kept']:>14,}{dropped:>14,}{quarantined:>14,}")
        for way in ("dropped", "quarantined"):
            lines += [f"    {way}: {reason}: {rows:,}" for reason, rows in account.get(way, {}).items() if rows]
    aside = [
        f"{n.replace(' ', '_')}.parquet" for n, a in manifest["accounting"].items() if any(a["quarantined"].values())
    ]
    lines += [f"Quarantined rows, for your eyes only: {store}.quarantine/ ({', '.join(aside)})"] if aside else []
    lines += [
        f"Careful: no row of {name} was kept. If nearly all are unknown persons, its keys are other pseudonyms "
        f"than the population's; see 'fordel check'."
        for name, account in manifest["accounting"].items()
        if account["rows_in"] and not account["kept"]
    ]
    return "\n".join([*lines, f"Store: {store} ({manifest['grid']['first'][-1]:,} citizens)"])


def _with_file(name: str, inputs: dict[str, Any]) -> str:
    """Name a pair or a block by the folder or file it was delivered in: the second pair need not be LPR2."""
    files = [record["file"] for record in inputs.get(name, ())]
    return files[0].split("/")[0].removesuffix(".parquet") if files else name
