"""Cases, money and reports of checks beside the RUNs of a release: their tables, and what a person must judge."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from fordel_dask.releasing.case_rows import Comparison
from fordel_dask.releasing.case_tables import CaseTables
from fordel_dask.releasing.cases import Cases
from fordel_dask.releasing.proposal import REVIEW, Decision, Proposal, ReleasedTable
from fordel_dask.releasing.sources import SCENARIOS, Source, refuse_others


def with_sources(proposal: Proposal, sources: Sequence[Source]) -> Proposal:
    """Give a proposal with the tables of further sources.

    Raises
    ------
    DisclosureError
        One is not of the registers of the base.
    """
    refuse_others(proposal.base.counted, sources)
    tables, decisions = list[ReleasedTable](), list[Decision]()
    for source in sources:
        if source.kind == SCENARIOS:
            found = CaseTables(Comparison(Cases(source, proposal.base)))
            tables += [ReleasedTable(source.folder, table, tuple(rows)) for table, rows in found.rows().items()]
            decisions += _of_cases(source, found)
    seals = [source.seal for source in sources]
    return replace(proposal, further=tables, extra_decisions=decisions, further_seals=seals)


def _of_cases(source: Source, found: CaseTables) -> Iterator[Decision]:
    few = found.weights_of_few()
    if few:
        what = f"{few} weights rest on fewer than {found.cases.base.rules.threshold} citizens each; they are shown"
        yield Decision(f"{source.folder} weights", REVIEW, what)
