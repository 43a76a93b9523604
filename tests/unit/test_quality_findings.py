"""From counts to a judgement: findings in order, shares, verdict and exit code; and what changed since last year."""

import copy
import dataclasses
import json

import pytest

from fordel_dask.errors import AccountingError, IntegrityError
from fordel_dask.quality import judge
from fordel_dask.quality.drift import checked_earlier_report
from fordel_dask.quality.observed import FileMeasures
from fordel_dask.quality.periods import MISSING, THIN, level_of, spread, weeks_of
from fordel_dask.quality.rules import SEVERITIES, all_rules
from tests.lib.quality import clean, earlier, observed, rich, small


def names(report):
    return [(one["severity"], one["register"], one["rule"], one["count"]) for one in report["findings"]]


def population(rows=1_000, **measures):
    return observed([FileMeasures("population", "bef.parquet", rows, measures)])


def test_findings_are_sorted_by_severity_register_and_rule():
    assert names(judge(small())) == [
        ("quarantine", "population", "sex", 2),
        ("drop", "services", "other_year", 50),
        ("warn", "services", "weeks_missing", 3),
        ("note", "population", "christiansoe", 1),
    ]


def test_a_finding_adds_up_over_files_and_names_them():
    finding = judge(small())["findings"][1]
    assert (finding["count"], finding["of"]) == (50, 1_000)
    assert finding["files"] == {"sssy_1.parquet": 40, "sssy_2.parquet": 10}


def test_what_only_the_whole_register_shows_is_added_to_what_files_show():
    """Diagnoses without a contact: some by a blank key, file by file, the others once both tables were joined."""
    files = [FileMeasures("lpr 1 diagnoses", "lpr_diag.parquet", 100, {"no_contact": 3})]
    finding = judge(observed(files, {"lpr 1 diagnoses": {"no_contact": 4}}))["findings"][0]
    assert (finding["count"], finding["of"], finding["files"]) == (7, 100, {"lpr_diag.parquet": 3})


def test_only_rows_are_a_share_of_the_rows():
    by_rule = {one["rule"]: one["of"] for one in judge(small())["findings"]}
    assert by_rule == {"sex": 1_000, "other_year": 1_000, "weeks_missing": None, "christiansoe": 1_000}


def test_what_was_counted_as_none_is_no_finding():
    report = judge(population(sex=0))
    assert report["findings"] == [] and report["registers"]["population"]["findings"] == 0


VERDICTS = {
    "nothing was found": ({}, "ready", 0),
    "good to know": ({"christiansoe": 92}, "ready", 0),
    "an error of the delivery": ({"sex": 1}, "warnings", 0),
    "a warning": ({"age_over_120": 1}, "warnings", 0),
    "a delivery that cannot be used": ({"person_twice": 1, "sex": 1}, "rejected", 10),
    "the lowest code of several": ({"file_unreadable": 1, "column_missing": 2}, "rejected", 10),
}


@pytest.mark.parametrize(("measures", "verdict", "code"), VERDICTS.values(), ids=VERDICTS)
def test_verdict_and_exit_code(measures, verdict, code):
    report = judge(population(**measures))
    assert (report["verdict"], report["exit_code"]) == (verdict, code)


def test_rows_dropped_by_choice_leave_a_delivery_ready_until_they_are_too_many():
    few, many = (
        observed([FileMeasures("services", "s.parquet", 1_000, {"unknown_person": rows})]) for rows in (100, 101)
    )
    assert judge(few)["verdict"] == "ready"
    assert judge(many)["verdict"] == "warnings"
    assert judge(many)["findings"][0]["unusual"]


def test_a_refusal_rejects_though_no_rule_counts_it():
    report = judge(observed(refusals=((20, "later"), (11, "dream: no weeks"), (20, "later"))))
    assert (report["verdict"], report["exit_code"]) == ("rejected", 11)
    assert report["refusals"] == [
        {"exit_code": 11, "message": "dream: no weeks"},
        {"exit_code": 20, "message": "later"},
    ]


BUGS = {
    "a count that is no rule": ({"population": {"colour_of_eyes": 1}}, "'colour_of_eyes' is counted"),
    "a rule of another register": ({"population": {"weeks_thin": 0}}, "'weeks_thin' is counted"),
    "a register nobody knows": ({"citizens": {"sex": 1}}, "no name of a register"),
    "less than nothing": ({"population": {"sex": -1}}, "counted -1 times"),
}


@pytest.mark.parametrize(("registers", "message"), BUGS.values(), ids=BUGS)
def test_what_cannot_be_explained_is_our_bug_and_not_silence(registers, message):
    with pytest.raises(AccountingError, match=message):
        judge(observed(registers=registers))


def test_the_report_does_not_depend_on_the_order_of_what_was_seen():
    this = rich(rejected=True)
    turned = dataclasses.replace(
        this,
        files=tuple(reversed(this.files)),
        inputs=tuple(reversed(this.inputs)),
        refusals=tuple(reversed(this.refusals)),
        registers=dict(reversed(this.registers.items())),
        coverage={name: dict(reversed(counts.items())) for name, counts in reversed(this.coverage.items())},
    )
    last = judge(earlier())
    assert json.dumps(judge(turned, last)) == json.dumps(judge(this, last))


def test_every_severity_of_a_large_delivery_stands_in_order():
    order = [SEVERITIES.index(one["severity"]) for one in judge(rich(rejected=True))["findings"]]
    assert order == sorted(order) and set(order) == set(range(len(SEVERITIES)))


def test_a_small_report_to_the_letter():
    report = judge(small())
    assert report.pop("rules") == sorted({rule.id for rule in all_rules()})
    assert report.pop("findings")[0] == {
        "rule": "sex",
        "register": "population",
        "severity": "quarantine",
        "count": 2,
        "of": 1_000,
        "unit": "rows",
        "unusual": True,
        "files": {"bef.parquet": 2},
        "title": "Persons whose sex is neither 1 nor 2",
        "reason": "The weight begins with age and sex; KOEN must be 1 (man) or 2 (woman). Without it the person "
        "cannot be weighted and is kept out.",
        "advice": "See what KOEN holds. If the codes are others (M and K, say), ask for the register’s own 1 and 2.",
    }
    assert report == {
        "format": 1,
        "program_version": "0.1.0",
        "year": 2026,
        "verdict": "warnings",
        "exit_code": 0,
        "registers": {
            "population": {"files": 1, "rows": 1_000, "findings": 2},
            "services": {"files": 2, "rows": 1_000, "findings": 2},
        },
        "refusals": [],
        "coverage": {"services": {"2501": 500, "2502": 500}},
        "units": {"bruhon": {"declared": "kroner", "fee_table_oere": 16911, "median_oere": 16911, "rows": 400}},
        "last_year": None,
        "drift": [],
        "inputs": [
            {"register": "population", "file": "bef.parquet", "bytes": 1000, "rows": 1_000},
            {"register": "services", "file": "sssy_1.parquet", "bytes": 1000, "rows": 600},
            {"register": "services", "file": "sssy_2.parquet", "bytes": 1000, "rows": 400},
        ],
    }


# Coverage


def test_weeks_of_a_year_have_53_where_iso_has_it():
    assert len(weeks_of(2025)) == 52
    assert weeks_of(2026)[-1] == "2653"
    assert weeks_of(2005)[0] == "0501"


def test_missing_and_thin_weeks_are_told_apart():
    counts = dict.fromkeys(weeks_of(2025), 100) | {"2507": 0, "2510": 49, "2511": 50, "2452": 7, "2601": 3}
    del counts["2508"]
    found = spread("services", counts, 2026)
    assert [period.name for period in found.of(MISSING)] == ["2507", "2508"]
    assert [period.name for period in found.of(THIN)] == ["2510"]
    assert (found.before, found.after, found.level) == (7, 3, 100)


def test_months_are_expected_from_the_first_to_the_last_within_fifteen_years():
    counts = {"2009-12": 5, "2011-03": 1, "2011-06": 900, "2031-01": 2}
    found = spread("lpr 1 contacts", counts, 2026)
    assert [period.name for period in found.periods] == ["2011-03", "2011-04", "2011-05", "2011-06"]
    assert [period.name for period in found.of(MISSING)] == ["2011-04", "2011-05"]
    assert found.of(THIN) == ()
    assert (found.before, found.after) == (5, 2)


def test_the_level_is_the_median_of_what_has_rows():
    assert level_of({"2501": 0, "2502": 10, "2503": 20}) == 15
    assert level_of({}) == 0


# Change since last year


def services(rows, files=("sssy_2501.parquet",), **measures):
    each = rows // len(files)
    return observed([FileMeasures("services", name, each, measures) for name in files])


def drift(last, this):
    return judge(this, judge(last))["drift"]


def flagged(last, this):
    return [(one["kind"], one["register"], one["what"]) for one in drift(last, this) if one["flagged"]]


def test_a_delivery_like_last_years_has_no_flags():
    assert flagged(small(), small()) == []
    assert judge(clean(), judge(clean()))["verdict"] == "ready"


@pytest.mark.parametrize(("rows", "flags"), [(1_100, 0), (1_102, 1), (900, 0), (898, 1)])
def test_rows_are_flagged_beyond_their_limit(rows, flags):
    assert len(flagged(services(1_000), services(rows))) == flags


def test_a_change_is_told_in_numbers():
    rows = next(one for one in drift(services(1_000), services(1_500)) if one["kind"] == "rows")
    assert rows == {
        "kind": "rows",
        "register": "services",
        "what": "",
        "last_year": 1_000,
        "this_year": 1_500,
        "change": 500,
        "change_percent": 50,
        "limit": 10,
        "flagged": True,
    }


def test_a_file_that_is_gone_is_found_whatever_year_is_in_its_name():
    last = services(1_000, ("sssy_2401.parquet", "sssy_2402.parquet"))
    this = services(1_000, ("sssy_2501.parquet",))
    assert flagged(last, this) == [("files", "services", "sssy_#.parquet")]
    assert flagged(this, last) == []


def test_a_register_that_is_gone_is_flagged_and_a_new_one_is_told():
    both = observed([FileMeasures("services", "s.parquet", 10, {}), FileMeasures("areas", "a.csv", 3, {})])
    one = observed([FileMeasures("services", "s.parquet", 10, {})])
    assert flagged(both, one) == [("registers", "areas", "")]
    assert flagged(one, both) == []
    assert [change["kind"] for change in drift(one, both)] == ["registers", "rows", "files"]


def test_a_share_is_flagged_when_a_fault_spreads_and_not_when_it_goes():
    last, this = population(sex=1), population(sex=30)
    assert flagged(last, this) == [("share", "population", "sex")]
    assert flagged(this, last) == []


def test_fewer_rows_dropped_by_choice_may_be_a_fault_too():
    last, this = services(1_000, other_year=300), services(1_000)
    assert flagged(last, this) == [("share", "services", "other_year")]


def test_weeks_that_began_to_miss_are_flagged():
    assert flagged(clean(), dataclasses.replace(clean(), registers={"population": {"menapt_without_citizens": 1}})) == [
        ("count", "population", "menapt_without_citizens")
    ]


def test_the_median_week_and_the_median_fee_are_compared():
    this = dataclasses.replace(
        small(),
        coverage={"services": {"2501": 100, "2502": 100}},
        units={"bruhon": {"declared": "oere", "median_oere": 169, "fee_table_oere": 16911, "rows": 400}},
    )
    assert flagged(small(), this) == [("coverage", "services", ""), ("fee", "services", "")]


def test_a_rule_that_was_not_checked_last_year_is_told_as_new():
    last = judge(small())
    last["rules"].remove("sex")
    last["findings"] = [one for one in last["findings"] if one["rule"] != "sex"]
    changes = [one for one in judge(small(), last)["drift"] if one["flagged"]]
    assert [(one["kind"], one["what"], one["this_year"]) for one in changes] == [("new_rule", "sex", 2)]


def test_drift_makes_a_delivery_one_to_look_at():
    last = dataclasses.replace(clean(), files=(FileMeasures("population", "bef.parquet", 2_000, {}),))
    assert judge(clean(), judge(last))["verdict"] == "warnings"


def test_only_counts_are_compared():
    assert all(
        isinstance(one[year], int | float) for one in drift(earlier(), rich()) for year in ("last_year", "this_year")
    )


NO_REPORTS = {
    "a list": [],
    "nothing": {},
    "another format": {"format": 2},
    "half a report": {"format": 1, "year": 2025},
}


@pytest.mark.parametrize("content", NO_REPORTS.values(), ids=NO_REPORTS)
def test_what_is_no_report_cannot_be_compared_with(content):
    with pytest.raises(IntegrityError, match="is no quality report"):
        checked_earlier_report(content, "quality.json")


def test_a_report_read_back_compares_like_the_one_written():
    report = judge(earlier())
    read = checked_earlier_report(json.loads(json.dumps(report)), "quality.json")
    assert judge(rich(), read) == judge(rich(), copy.deepcopy(report))
