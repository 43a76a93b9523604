"""Who asked for a case and what the ministry answered, by the case's name."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fordel_dask.model.scenario import Scenario

DANISH = "da"


@dataclass(frozen=True)
class Asked:
    """What is told of a case besides its figures; blank where nobody says (grids, files of one's own).

    ``missing`` says why a scenario has no model to run, ``shown_by`` which command shows what was asked for.
    """

    identity: str
    title: str = ""
    title_da: str = ""
    who: str = ""
    who_da: str = ""
    memo: str = ""
    ministry: str = ""
    doc: str = ""
    doc_da: str = ""
    missing: str = ""
    missing_da: str = ""
    shown_by: str = ""

    def said(self, name: str, lang: str) -> str:
        """Give a text in English or Danish, in English where there is no other."""
        own: str = getattr(self, name)
        return (getattr(self, f"{name}_da") or own) if lang == DANISH else own


def asked_of(scenarios: Iterable[Scenario]) -> dict[str, Asked]:
    """Give what is told of each scenario and each of its cases, by their names."""
    found = {}
    for one in scenarios:
        words = {
            "identity": one.identity,
            **{name: getattr(one, name) for name in ("who", "who_da", "memo", "ministry", "doc", "doc_da")},
            **{name: getattr(one, name) for name in ("missing", "missing_da", "shown_by")},
        }
        found[one.identity] = Asked(title=one.title, title_da=one.title_da, **words)
        for case in one.cases:
            found[case.name] = Asked(title=case.title, title_da=case.title_da, **words)
    return found


def asked_for(name: str, asked: Mapping[str, Asked]) -> Asked:
    """Give what is told of a case; its name alone where nothing is."""
    return asked.get(name, Asked(name))
