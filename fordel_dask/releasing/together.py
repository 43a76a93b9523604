"""Cases, money and reports of checks beside the RUNs of a release: their tables, and what a person must judge."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from fordel_dask.printing import Row
from fordel_dask.releasing.case_rows import Comparison
from fordel_dask.releasing.case_tables import CaseTables
from fordel_dask.releasing.cases import Cases
from fordel_dask.releasing.found import finding_rows
from fordel_dask.releasing.incomes import Differentiated, earners_in, income_rows
from fordel_dask.releasing.money import Earners
from fordel_dask.releasing.proposal import PASS, REVIEW, Decision, Proposal, ReleasedTable
from fordel_dask.releasing.protected import Protected
from fordel_dask.releasing.sources import CHECK, DIFFERENTIATED, INCOME, SCENARIOS, Source, refuse_others
from fordel_dask.schema import release_found, release_money
from fordel_dask.schema.results import ResultTable

Rows = Mapping[ResultTable, Iterator[Row]]
STAYS = {
    SCENARIOS: "weighted patients by clinic and case stay, and so do reasons, the page and the workbook",
    INCOME: "clinics' own money stays, and so do contacts, single fees and what was paid: one may have most of it",
    DIFFERENTIATED: "clinics' own money stays, and so do tenths, extremes, years and supplements by exact need",
    CHECK: "names of files, messages and coverage stay: they may tell of single rows",
}
"""What of a source is in no table of a release, by kind."""


def with_sources(proposal: Proposal, sources: Sequence[Source]) -> Proposal:
    """Give a proposal with the tables of further sources.

    Raises
    ------
    DisclosureError
        One is not of the registers of the base.
    """
    refuse_others(proposal.base.counted, sources)
    tables, decisions = list[ReleasedTable](), list[Decision]()
    earners = earners_in([source for source in sources if source.kind in (INCOME, DIFFERENTIATED)], proposal.base)
    for source in sources:
        rows, judged = _tables_of(source, proposal.base, earners)
        tables += [ReleasedTable(source.folder, table, tuple(of)) for table, of in rows.items()]
        decisions += [Decision(source.folder, PASS, STAYS[source.kind]), *judged]
    seals = [source.seal for source in sources]
    return replace(proposal, further=tables, extra_decisions=decisions, further_seals=seals)


def _of_cases(source: Source, base: Protected) -> tuple[Rows, Sequence[Decision]]:
    found = CaseTables(Comparison(Cases(source, base)))
    few = found.weights_of_few()
    what = f"{few} weights rest on fewer than {base.rules.threshold} citizens each; they are shown"
    return found.rows(), [Decision(f"{source.folder} weights", REVIEW, what)] if few else []


def _tables_of(source: Source, base: Protected, earners: Earners) -> tuple[Rows, Sequence[Decision]]:
    """Give the tables of a source, and what a person must judge of them."""
    if source.kind == SCENARIOS:
        return _of_cases(source, base)
    if source.kind == INCOME:
        return {release_money.INCOME: income_rows(source, base, earners)}, ()
    if source.kind == DIFFERENTIATED:
        return {release_money.DIFFERENTIATED: Differentiated(source, base, earners).rows()}, ()
    return {release_found.FINDINGS: finding_rows(source, base)}, ()
