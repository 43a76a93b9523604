"""The tables of a directory of cases as they would leave, and what a person must judge of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from fordel_dask.disclosure import is_few
from fordel_dask.law.rounding import half_up
from fordel_dask.printing import EMPTY, Row, count
from fordel_dask.releasing.case_clinics import CaseClinics
from fordel_dask.releasing.case_rows import Beside, Comparison, change_of, places_of
from fordel_dask.releasing.cases import NOT_RUN, Case, Cases
from fordel_dask.releasing.counted import TextRow
from fordel_dask.releasing.protected import SAMPLE
from fordel_dask.releasing.telling import estimate, printed, rounded_count
from fordel_dask.releasing.traits import hidden_in
from fordel_dask.schema import release_cases
from fordel_dask.schema.results import ResultTable

ASKED = ("id", "case", "title", "title_da", "who", "memo", "ministry", "model_hash", "changes")
MONEY = ("r_squared", "mean_fee_kr")
CASE_OF_BASE = 0


@dataclass(frozen=True)
class CaseTables:
    """Everything that a release tells of a directory of cases."""

    comparison: Comparison

    @property
    def cases(self) -> Cases:
        """The cases, over the base."""
        return self.comparison.cases

    @cached_property
    def clinics(self) -> tuple[CaseClinics, ...]:
        """The clinics of each case."""
        return tuple(CaseClinics(self.comparison, case, country) for case, country in self.comparison.countries)

    def rows(self) -> dict[ResultTable, Iterator[Row]]:
        """Give the rows of every table."""
        return {
            release_cases.CASES: self.case_rows(),
            release_cases.COUNCILS: self.comparison.council_rows(),
            release_cases.MUNICIPALITIES: self.comparison.municipality_rows(),
            release_cases.CLINICS: (row for one in self.clinics for row in one.rows()),
            release_cases.GROUPS: (row for one in self.clinics for row in one.group_rows()),
            release_cases.STEPS: (row for one in self.clinics for row in one.step_rows()),
            release_cases.WEIGHTS: (row for case in self.cases.run for row in self.weight_rows(case)),
            release_cases.FIT: self.fit_rows(),
        }

    def case_rows(self) -> Iterator[Row]:
        """Give every case with what it does to the country, from what is told of councils and clinics.

        Why a case changes nothing, or was not run, is not told: it may follow from few citizens.
        """
        told = {of.case.name: self._effects(of) for of in self.clinics}
        for row in self.cases.source.tables["variants"]:
            first = {name: row[name] for name in ASKED}
            if row["status"] == NOT_RUN:
                blank = {column.name: EMPTY for column in release_cases.CASES.columns}
                yield printed(release_cases.CASES, {**blank, **first, "status": NOT_RUN})
            else:
                values, hidden = told[row["case"]]
                yield printed(release_cases.CASES, {**first, "status": "run", **values}, hidden)

    def _effects(self, of: CaseClinics) -> tuple[dict[str, str], list[str]]:
        councils = list(self.comparison.councils(of.case, of.country))
        maxima = [one.change("maximum_capacities") for one in councils]
        amounts = [one.amount for one in maxima if one.amount is not None]
        clinics = [one.minimum for one in of.effects]
        moved = [one.amount for one in clinics if one.amount is not None]
        counts = {
            "councils_told": len(amounts),
            "councils_up": sum(amount > 0 for amount in amounts),
            "councils_down": sum(amount < 0 for amount in amounts),
            "clinics_told": len(clinics),
            "clinics_up": sum(amount > 0 for amount in moved),
            "clinics_down": sum(amount < 0 for amount in moved),
            "clinics_beyond_a_step": sum(one.beyond_a_step for one in of.effects),
            "clinics_gained": sum(one.before is None and one.after is not None for one in clinics),
            "clinics_lost": sum(one.before is not None and one.after is None for one in clinics),
        }
        values, hidden = {name: count(number) for name, number in counts.items()}, list[str]()
        for name in ("need", "maximum_capacities"):
            values |= _in_all(name, councils)
            hidden += [column for column in (f"{name}_{what}" for what in SIDES) if not values[column]]
        return values, hidden

    def weight_rows(self, case: Case) -> Iterator[Row]:
        """Give the weights of a case beside the base's; how many citizens only where the sample is the base's."""
        base = self.cases.base
        hidden, gone = hidden_in(base.patterns[SAMPLE]), bool(base.patterns[SAMPLE].withheld[0])
        alike = self._has_sample_of_base(case)
        for row in case.rows["weight_effects"]:
            is_hidden = gone or not alike or hidden.get((SAMPLE, row["term"], row["level"]), True)
            values = {**row, "citizens": rounded_count(int(row["citizens_before"] or 0), base.rules)}
            yield printed(release_cases.WEIGHTS, values, ["citizens"] if is_hidden else [])

    def _has_sample_of_base(self, case: Case) -> bool:
        """Tell whether a case is estimated from the very citizens of the base, in the same groups."""
        levels = all(row["citizens_change"] == "0" for row in case.rows["weight_effects"] if not row["only_in"])
        return levels and case.rows["fit"][0]["citizens"] == self._fits[CASE_OF_BASE]["citizens"]

    @property
    def _fits(self) -> Sequence[TextRow]:
        return self.cases.source.tables["fit"]

    def fit_rows(self) -> Iterator[Row]:
        """Give how well models fit; where samples differ by few citizens, nothing of what these consume."""
        rules = self.cases.base.rules
        sizes = sorted({int(row["citizens"]) for row in self._fits})
        near = {size for size in sizes for other in sizes if is_few(abs(size - other), rules)}
        alike = {case.name for case in self.cases.run if self._has_sample_of_base(case)}
        sample_is_withheld = bool(self.cases.base.patterns[SAMPLE].withheld[0])
        for place, row in enumerate(self._fits):
            is_base, size = place == CASE_OF_BASE, int(row["citizens"])
            fee = half_up(*Fraction(row["mean_fee_kr"]).as_integer_ratio())
            values = {**row, "citizens": rounded_count(size, rules), "mean_fee_kr": count(fee)}
            is_told = (is_base or row["case"] in alike) and not sample_is_withheld
            hidden = [] if is_told else ["citizens"]
            if not is_base and size in near:
                hidden += MONEY
            yield printed(release_cases.FIT, values, hidden)

    def weights_of_few(self) -> int:
        """Count the weights of cases that rest on too few citizens."""
        rows = self.cases.source.tables["weight_effects"]
        return sum(is_few(int(row["citizens_after"] or 0), self.cases.base.rules) for row in rows)


SIDES = ("before", "after", "change")


def _in_all(name: str, councils: Sequence[Beside]) -> Mapping[str, str]:
    """Give the sum of all councils before, after and its change; none where one of them is not told."""
    told: dict[str, str] = {}
    for side in ("before", "after"):
        texts = [EMPTY if f"{name}_{side}" in one.hidden else one.values[f"{name}_{side}"] for one in councils]
        whole = sum((Fraction(text) for text in texts if text), Fraction(0))
        places = max((places_of(text) for text in texts), default=0)
        text = estimate(whole, places) if places else count(int(whole))
        told[f"{name}_{side}"] = text if all(texts) else EMPTY
    told[f"{name}_change"] = change_of(told[f"{name}_before"], told[f"{name}_after"])
    return told
