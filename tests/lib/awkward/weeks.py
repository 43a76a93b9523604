"""DREAM: weeks outside the labour market, exactly at half a year and around it."""

from random import Random

from .files import Table
from .people import Frame

PERMANENT = "783"
TEMPORARY = ["730", "739", "740", "748", "750", "758", "760", "768", "774", "810", "818", "870", "878", "890", "899"]
NEITHER = ["130", "652", "729", "749", "759", "771", "781", "784", "819", "881", "998", "111"]
MIXES = [(26, 0), (25, 0), (25, 1), (0, 26), (0, 25), (13, 13), (12, 13), (52, 0), (0, 52), (27, 25), (26, 26), (1, 25)]


def dream(nation: Frame, rng: Random) -> Table:
    """Give wide rows of some persons and strangers; weeks of other years are full of pensions."""
    year = (nation.year - 1) % 100
    weeks = [f"Y_{year:02}{number:02}" for number in range(1, rng.choice([52, 53]) + 1)]
    keys = [key for key in [*nation.keys, *nation.strangers] if rng.random() < 0.5]
    rows = [person(len(weeks), rng) for _ in keys]
    own = {name: [row[n] for row in rows] for n, name in enumerate(weeks)}
    others = {f"Y_{year - 1:02}52": [PERMANENT] * len(keys), f"Y_{year + 1:02}01": [PERMANENT] * len(keys)}
    return {"PNR": keys, **own, **others}


def person(weeks: int, rng: Random) -> list[str | None]:
    """Give one person's weeks in random order."""
    permanent, temporary = rng.choice(MIXES)
    rest = rng.choice([None, *NEITHER])
    codes: list[str | None] = [PERMANENT] * permanent + [rng.choice(TEMPORARY) for _ in range(temporary)]
    codes = (codes + [rest] * weeks)[:weeks]
    return rng.sample(codes, weeks)
