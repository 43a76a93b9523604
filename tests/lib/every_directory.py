"""Every kind of directory that a command writes, made once of a small invented nation, each from the ones before it."""

import pyarrow as pa
import pyarrow.parquet as pq

from tests.lib.commands import done

CITIZENS = 2000
MADE_OF = {
    "store": ["registers"],
    "run": ["store", "registers"],
    "other": ["store", "registers"],
    "diagnosis": ["store", "run"],
    "scenarios": ["store", "run"],
    "clinics": ["run", "store", "registers/decisions.csv"],
    "councils": ["run", "store", "registers/capacity_register.csv"],
    "place": ["run", "store", "registers/capacity_register.csv"],
    "follow-up": ["run", "store", "registers/capacity_register.csv"],
    "compare": ["run", "other", "store"],
    "explain": ["run", "store"],
    "refit": ["run", "store"],
    "errors": ["run", "other", "store"],
    "proposal": ["run", "store"],
    "ledger": ["run", "store"],
    "release": ["ledger", "proposal", "run", "store"],
    "fees-price": ["store", "registers"],
    "report": ["run", "scenarios", "diagnosis", "store", "registers/capacity_register.csv"],
    "fees-income": ["run", "store"],
    "fees-differentiate": ["fees-income", "run", "store"],
}
"""Each directory, and what it was made from, as far back as it goes."""


def make_every_directory(folder):
    """Make each of ``MADE_OF`` in a folder; gives the folder."""
    at = {name: folder / name for name in (*MADE_OF, "registers")}
    quiet = ("--quiet", "--threads", "2")
    done("synth", "--citizens", CITIZENS, "--seed", 7, "--extras", "--out", at["registers"], "--quiet")
    add_a_service_of_no_week(at["registers"])
    done("ingest", at["registers"], "--store", at["store"], "--partitions", 2, *quiet)
    done("run", at["store"], "--out", at["run"], *quiet)
    done("run", at["store"], "--out", at["other"], "--model", "V31.double", "--no-intervals", *quiet)
    done("diagnose", at["store"], "--out", at["diagnosis"], "--against", at["run"], *quiet)
    done("scenarios", at["store"], "--only", "V31", "--intervals", at["run"], "--out", at["scenarios"], *quiet)
    decisions, capacity = (at["registers"] / f"{name}.csv" for name in ("decisions", "capacity_register"))
    done("clinics", at["run"], "--decisions", decisions, "--out", at["clinics"], "--excel", "--quiet")
    done("councils", at["run"], "--capacity", capacity, "--path", "--out", at["councils"], "--quiet")
    done("place", at["run"], "--capacity", capacity, "--out", at["place"], "--quiet")
    done("follow-up", at["run"], "--capacity", capacity, "--out", at["follow-up"], "--quiet")
    done("compare", at["run"], at["other"], "--out", at["compare"], "--quiet")
    done("errors", at["run"], at["other"], "--out", at["errors"], "--quiet")
    done("explain", at["run"], "--all", "--out", at["explain"], "--quiet")
    done("refit", at["run"] / "bundle.json", "--out", at["refit"], "--quiet")
    done("release", at["run"], "--out", at["proposal"], "--ledger", at["ledger"], "--by", "Anna", "--quiet")
    done("release", "--check", at["proposal"], "--out", at["release"], "--ledger", at["ledger"], "--by", "Bent")
    done("fees", "price", at["store"], "--out", at["fees-price"], *quiet)
    beside = ("--scenarios", at["scenarios"], "--diagnosis", at["diagnosis"], "--capacity", capacity)
    done("report", at["run"], "--out", at["report"], "--ledger", at["ledger"], *beside, "--quiet")
    done("fees", "income", at["store"], "--run", at["run"], "--out", at["fees-income"], *quiet)
    done("fees", "differentiate", at["run"], "--income", at["fees-income"], "--out", at["fees-differentiate"])
    return folder


def add_a_service_of_no_week(registers):
    """Add a row that is set aside, so that there are quarantined rows beside the store."""
    first = sorted((registers / "services").glob("*.parquet"))[0]
    row = pq.read_table(first).slice(0, 1)
    place = row.schema.get_field_index("HONUGE")
    week = pa.array(["2500"], pa.string()).cast(row.schema.field(place).type)
    pq.write_table(row.set_column(place, row.schema.field(place), week), first.with_name("week-00.parquet"))
