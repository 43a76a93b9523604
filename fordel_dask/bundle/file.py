"""A bundle as a file: JSON with a format number and a seal, numbers above 2⁵³ as text."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import reduce
from operator import add
from pathlib import Path
from typing import Any

from fordel_dask.bundle.bundle import BUNDLE, NO_SCORES, Bundle, CouncilSums, Scores, Sums
from fordel_dask.errors import IntegrityError
from fordel_dask.model.design import Design, Term
from fordel_dask.seals import seal_of, sealed

KIND, FORMAT = "fordel bundle", 1
LARGEST = 1 << 53
"""Other programs than ours read larger numbers of JSON as binary floats."""
WHAT = (
    "Sums over the estimation sample: gram is the sum of e x x' (upper triangle, row after row, days), moments the sum "
    "of y x (øre), over the columns; the coefficients solve gram × β = year_days × moments. citizens and "
    "level_citizens at the top count everybody in group 1. It belongs to the closed room until disclosure control has "
    "passed it."
)


def bundle_text(bundle: Bundle, what: str = WHAT) -> str:
    """Give the text of a bundle's file, one line for each of its parts; ``what`` tells readers what they hold."""
    content = {
        "kind": KIND,
        "format": FORMAT,
        "what": what,
        "program": bundle.program,
        "model": bundle.model,
        "year": bundle.year,
        "year_days": bundle.year_days,
        "terms": [asdict(term) for term in bundle.design.terms],
        "columns": bundle.design.columns,
        "estimated": bundle.estimated,
        "coefficients_micro": bundle.micro,
        "scores": asdict(bundle.scores),
        "citizens": bundle.citizens,
        "level_citizens": bundle.level_citizens,
        "clamp_micro": bundle.clamp_micro,
        "nation": asdict(bundle.nation),
        "councils": [{"councils": one.councils, **asdict(one.sums)} for one in bundle.councils],
        "names": bundle.names,
        **({"moment_parts": bundle.moment_parts} if bundle.moment_parts > 1 else {}),
    }
    told = sealed(json.loads(json.dumps(_told(content))))
    return "{\n" + ",\n".join(_lines(told)) + "\n}\n"


def _lines(content: Mapping[str, Any]) -> Iterator[str]:
    for name, value in content.items():
        yield f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}"


def _told(value: Any) -> Any:
    """Give a value with whole numbers that a float does not hold as text."""
    if isinstance(value, Mapping):
        return {name: _told(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_told(one) for one in value]
    return str(value) if type(value) is int and abs(value) > LARGEST else value


def read_bundle(path: Path) -> Bundle:
    """Read a bundle and hold it against its seal.

    Raises
    ------
    IntegrityError
        The file is no bundle, of another format, or not as it was written.
    """
    content = _content(path)
    if content.get("format") != FORMAT:
        raise IntegrityError(
            f"{path.name} is a bundle of format {content.get('format')}, this program reads format {FORMAT}. "
            f"Use the version of the program that wrote it ({content.get('program')})."
        )
    try:
        whole = content.pop("seal") == seal_of(content)
        bundle = _built(content) if whole else None
    except (KeyError, ValueError, TypeError, AttributeError, RecursionError):
        bundle = None
    if bundle is None:
        raise IntegrityError(
            f"{path.name} was changed or damaged after it was written. Take it again from its RUN, where "
            f"'fordel verify RUN' tells whether it is whole."
        )
    return bundle


def _content(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        content = None
    if isinstance(content, dict) and content.get("kind") == KIND:
        return content
    inside = f" Give the file: {path / BUNDLE}." if (path / BUNDLE).is_file() else ""
    raise IntegrityError(
        f"{path} is no bundle: it is missing or unreadable, or something else.{inside} "
        f"'fordel run' writes {BUNDLE} into a RUN whose weights are those of least squares."
    )


def _built(content: Mapping[str, Any]) -> Bundle:
    terms = (Term(str(t["name"]), tuple(t["levels"]), bool(t["has_reference"])) for t in content["terms"])
    bundle = Bundle(
        program=str(content["program"]),
        model=dict(content["model"]),
        year=int(content["year"]),
        year_days=int(content["year_days"]),
        design=Design(tuple(terms)),
        estimated=_numbers(content["estimated"]),
        micro=_numbers(content["coefficients_micro"]),
        scores=Scores(str(content["scores"]["kind"]), _numbers(content["scores"]["products"])),
        citizens=int(content["citizens"]),
        level_citizens=_numbers(content["level_citizens"]),
        clamp_micro=int(content["clamp_micro"]),
        nation=_sums(content["nation"]),
        councils=tuple(CouncilSums(tuple(map(str, one["councils"])), _sums(one)) for one in content["councils"]),
        moment_parts=int(content.get("moment_parts", 1)),
        names={str(council): str(name) for council, name in content["names"].items()},
    )
    _check_shape(bundle)
    return bundle


def _sums(content: Mapping[str, Any]) -> Sums:
    return Sums(
        clinics=int(content["clinics"]),
        citizens=int(content["citizens"]),
        exposure_days=int(content["exposure_days"]),
        fee_oere=int(content["fee_oere"]),
        level_citizens=_numbers(content["level_citizens"]),
        gram=_numbers(content["gram"]),
        moments=_numbers(content["moments"]),
    )


def _numbers(values: Sequence[Any]) -> tuple[int, ...]:
    return tuple(map(int, values))


def _check_shape(bundle: Bundle) -> None:
    """Hold what must agree within a bundle.

    Raises
    ------
    ValueError
        A list has another length than its columns, or the councils do not add up to the nation.
    """
    columns, estimated = len(bundle.design.columns), len(bundle.estimated)
    alike = (
        len(bundle.level_citizens) == len(bundle.nation.level_citizens) == len(bundle.nation.moments) == columns
        and len(bundle.nation.gram) == columns * (columns + 1) // 2
        and len(bundle.micro) == estimated
        and len(bundle.scores.products) == (0 if bundle.scores.kind == NO_SCORES else estimated * (estimated + 1) // 2)
        and reduce(add, (one.sums for one in bundle.councils)) == bundle.nation
    )
    if not alike:
        raise ValueError("parts of the bundle do not belong together")
