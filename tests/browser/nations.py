"""Invented nations with everything that a report can show, and their reports, made by the commands of a user."""

import contextlib
import csv
import fcntl
import json
import os

from tests.lib.commands import done

CITIZENS = 20_000
SEED = 7
VARIANTS = "V31,V17"
COMPLETE = ".complete"
LINE = 120
"""The longest line of a region's own texts."""
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "=cmd()|'/C calc'!A0",
    "{{7*7}}{% raw %}",
    '#import "x": *',
    "</style><b>owned",
    "</script><script>alert(2)</script>",
    "\u202eemoc.elpmaxe\u202c",
    "'><svg/onload=alert(1)>",
    "#sys.inputs $x^2$ `rm`",
    "Langenavn" * 30,
    "-1+1|2",
    "<!--",
    "@SUM(1)",
)
"""Names of places that do something wherever text is taken for markup, a formula, a template or a mark of direction."""


@contextlib.contextmanager
def alone(place):
    """Let one process at a time make something at a place; gives whether it is still to be made."""
    place.mkdir(parents=True, exist_ok=True)
    with (place.parent / f"{place.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield not (place / COMPLETE).exists()
        (place / COMPLETE).touch()


def shared_folder(tmp_path_factory):
    """Give the folder of one call of pytest, the same for all its processes."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


def write_registers(folder, citizens=CITIZENS):
    """Write the registers of a nation with all optional tables."""
    done("synth", "--citizens", citizens, "--seed", SEED, "--extras", "--out", folder, "--quiet")


def make_nation(folder):
    """Make a RUN of the registers in a folder, and what a report shows beside it."""
    store, run, quiet = folder / "store", folder / "run", "--quiet"
    done("ingest", folder / "registers", "--store", store, quiet)
    done("run", store, "--out", run, quiet)
    done("run", store, "--model", "V31.double", "--out", folder / "earlier", quiet)
    done("scenarios", store, "--only", VARIANTS, "--out", folder / "scenarios", quiet)
    done("fees", "differentiate", run, "--out", folder / "fees", quiet)
    done("diagnose", store, "--out", folder / "diagnosis", quiet)


def write_report(folder, out, language, *options):
    """Write a report of a nation with everything in it."""
    beside = {name: folder / name for name in ("scenarios", "fees", "diagnosis")} | {
        "base": folder / "earlier",
        "capacity": folder / "registers" / "capacity_register.csv",
        "decisions": folder / "registers" / "decisions.csv",
    }
    named = [word for name, path in beside.items() for word in (f"--{name}", path)]
    done("report", folder / "run", "--out", out, "--lang", language, "--quiet", *named, *options)
    return out


def read_csv(path):
    """Give the rows of a table."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_hostile_blocks(path):
    """Write the texts of a region, each of which would do harm; gives the options that name them."""
    short = [name for name in HOSTILE if len(name) < LINE]
    texts = dict(zip(("name", "phone", "email", "contact", "reference", "opening", "closing"), short, strict=False))
    path.write_text("".join(f"{key} = {json.dumps(text)}\n" for key, text in texts.items()), "utf-8")
    return "--blocks", path


def rename(path, **columns):
    """Write a register again with other values of some columns, as functions of what they were."""
    rows = read_csv(path)
    for name, other in columns.items():
        for row in rows:
            row[name] = other(row[name])
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def make_names_hostile(registers):
    """Give every municipality, council, region and planning area a name that would do harm."""

    def namer():
        given = {}
        return lambda one: given.setdefault(one, f"{HOSTILE[len(given) % len(HOSTILE)]} {len(given)}")

    rename(registers / "municipalities.csv", NAME=namer(), COUNCIL=namer(), REGION=namer())
    rename(registers / "areas.csv", NAME=namer())
