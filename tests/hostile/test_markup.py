"""Names with markup, quotes, script and marks of direction are text on every page and in every letter (S7)."""

import re
from html.parser import HTMLParser

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.lib.commands import call, done
from tests.lib.looking import Page, hold_inert
from tests.lib.nations import write_nation

NAMES = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "</title></style></script><iframe src=//localhost/x>",
    "<a href='javascript:alert(1)'>x</a>",
    "{{ 7 * 7 }}{% raw %}${7*7}",
    "&lt;script&gt;&#60;b&#62;",
    "<!--",
    "]]><b>",
    "\u202eemoc.elpmaxe\u202c",
    "\u2066Ærø\u2069",
    "line\r\nFra: minister\nTil: alle",
    "\x1b]0;owned\x07\x1b[31mred",
    "=cmd|' /C calc'!A0",
    "../../etc/passwd",
    "`touch owned` $(touch owned)",
    "*bold* [link](http://localhost) ![image](http://localhost/x)",
    "A" * 300,
    "Ærø & Ø",
]
IDS = ['fyn"><script>x</script>', "nord'><b>", "../øst", "syd syd", "=1+1", "a&b;<c>"]
POLICY = "default-src 'none'"
ALLOWED = {
    *("html", "head", "meta", "title", "style", "body", "main", "header", "footer", "section", "article", "nav"),
    *("h1", "h2", "h3", "h4", "p", "ul", "ol", "li", "dl", "dt", "dd", "table", "caption", "thead", "tbody", "tfoot"),
    *("tr", "th", "td", "colgroup", "col", "a", "abbr", "span", "div", "strong", "em", "b", "i", "small", "sub", "sup"),
    *("br", "hr", "code", "pre", "figure", "figcaption", "details", "summary", "svg", "g", "path", "rect", "line"),
    *("circle", "text", "tspan", "polyline", "polygon", "defs", "pattern", "clippath", "use", "time", "mark", "desc"),
}
LINKS = {"href", "src", "xlink:href", "action", "formaction", "data", "srcset", "poster", "background"}
INWARD = re.compile(r"#[^<>\"]*|(\.\./)?([a-z]+/)?[\w%.~=+-]+\.html(#.*)?")
DONE = "a page or letter of a nation whose names are markup"


class Look(HTMLParser):
    """Tags, and attributes that lead or do something; and all that a reader sees."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.tags, self.links, self.deeds, self.policies, self.seen = set(), [], [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        given = dict(attrs)
        self.links += [value for name, value in attrs if name in LINKS]
        self.deeds += [name for name, _ in attrs if name.startswith("on")]
        self.deeds += [value for name, value in attrs if name == "style" and "url(" in (value or "")]
        if given.get("http-equiv", "").lower() == "content-security-policy":
            self.policies.append(given["content"])

    def handle_data(self, data):
        self.seen.append(data)


def hold(path, names_on_it=True):
    """Hold that a page is inert: only plain elements, no deeds, links within or to neighbours, a strict policy."""
    text = path.read_text("utf-8")
    look = Look(text)
    assert look.tags <= ALLOWED, (path.name, look.tags - ALLOWED)
    assert look.deeds == []
    assert len(look.policies) == 1 and look.policies[0].startswith(POLICY) and "script" not in look.policies[0]
    assert [link for link in look.links if not INWARD.fullmatch(link or "#")] == []
    assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]", text)
    seen = "".join(look.seen)
    if names_on_it:
        assert "alert(1)" in seen or "<" in seen
    return seen


def replaced(path, **columns):
    """Write a table again with other values of some columns, as functions of what they were."""
    table = pq.read_table(path)
    for name, other in columns.items():
        values = [other(value) for value in table[name].to_pylist()]
        table = table.set_column(table.schema.get_field_index(name), name, pa.array(values))
    pq.write_table(table, path)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Give a folder with a nation of hostile names, from registers to a RUN."""
    folder = tmp_path_factory.mktemp("markup")
    registers = write_nation(folder / "registers", seed=4, citizens=2500, extras=True)
    own = pq.read_table(registers / "municipalities-0.parquet").to_pylist()
    councils = {council: n for n, council in enumerate(sorted({row["COUNCIL_ID"] for row in own}))}
    regions = {region: n for n, region in enumerate(sorted({row["REGION"] for row in own}))}
    names = {row["NAME"]: NAMES[n % len(NAMES)] for n, row in enumerate(own)}
    of_council = {row["COUNCIL"]: NAMES[councils[row["COUNCIL_ID"]] % len(NAMES)] for row in own}
    replaced(
        registers / "municipalities-0.parquet",
        NAME=names.get,
        COUNCIL=of_council.get,
        COUNCIL_ID=lambda one: IDS[councils[one]] if councils[one] < len(IDS) else one,
        REGION=lambda one: NAMES[regions[one] % len(NAMES)],
    )
    replaced(registers / "areas-0.parquet", NAME=lambda one: NAMES[sum(map(ord, one)) % len(NAMES)])
    done("ingest", registers, "--store", folder / "store", "--quiet")
    done("run", folder / "store", "--out", folder / "run", "--quiet")
    return folder


@pytest.mark.parametrize("language", ["en", "da"])
def test_the_pages_of_a_report_lie_where_they_should(made, tmp_path, language, evidence):
    out = tmp_path / "inner" / "report"
    done("report", made / "run", "--out", out, "--only", "pages", "--lang", language, "--quiet")
    pages = list(tmp_path.rglob("*.html"))
    assert len(pages) > len(IDS) and all(path.is_relative_to(out) for path in pages)
    for path in pages:
        text = path.read_text("utf-8")
        page = hold_inert(text)
        assert [link for link in page.links if not INWARD.fullmatch(link)] == []
        assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]", text)
    assert all(name in Page((out / "index.html").read_text("utf-8")).text for name in (NAMES[0], NAMES[1], NAMES[5]))
    evidence.note("S7", DONE, len(pages), "text, and nothing else")


@pytest.mark.parametrize("language", ["en", "da"])
def test_the_page_of_quality(made, tmp_path, language, evidence):
    odd = made / "registers" / "municipalities-0.parquet"
    hostile = made / "registers" / "municipalities-<b>=1.parquet"
    hostile.write_bytes(odd.read_bytes()[:500])
    call("check", made / "registers", "--out", tmp_path / "quality", "--quiet", "--lang", language)
    hostile.unlink()
    assert "municipalities-<b>=1.parquet" in hold(tmp_path / "quality" / "quality.html", names_on_it=False)
    evidence.note("S7", DONE, 1, "text, and nothing else")


@pytest.mark.parametrize("language", ["en", "da"])
def test_the_page_of_scenarios(made, tmp_path, language, evidence):
    own = tmp_path / "own.toml"
    own.write_text(f"title = '{NAMES[1]}'\nlife_expectancy.exponent = 2\n", "utf-8")
    done("scenarios", made / "store", "--file", own, "--out", tmp_path / "out", "--quiet", "--lang", language)
    assert "onerror=alert(1)" in hold(tmp_path / "out" / "index.html")
    evidence.note("S7", DONE, 1, "text, and nothing else")


def test_the_page_of_a_diagnosis(made, tmp_path, evidence):
    done("diagnose", made / "store", "--out", tmp_path / "diagnosis", "--quiet")
    for page in (tmp_path / "diagnosis").glob("*.html"):
        hold(page, names_on_it=False)
    evidence.note("S7", DONE, 1, "text, and nothing else")


@pytest.mark.parametrize("language", ["en", "da"])
def test_the_pages_of_explanations_lie_where_they_should(made, tmp_path, language, evidence):
    out = tmp_path / "inner" / "explained"
    done("explain", made / "run", "--all", "--out", out, "--lang", language, "--quiet")
    pages = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert pages and all(path.is_relative_to(out) for path in pages)
    for page in out.rglob("*.html"):
        hold(page, names_on_it=False)
    evidence.note("S7", DONE, len(pages), "text, and nothing else")


def test_tables_letters_and_the_terminal_hold_names_on_one_line(made, tmp_path, evidence):
    out = tmp_path / "councils"
    said = done("councils", made / "run", "--out", out, "--excel", "--on", "2026-03-01")
    said += done("clinics", made / "run", "--out", tmp_path / "clinics", "--on", "2026-03-01")
    said += done("errors", made / "run", made / "run", "--out", tmp_path / "errors")
    letters = [path.read_text("utf-8") for path in (tmp_path / "errors").glob("*.txt")]
    tables = [path.read_text("utf-8") for path in tmp_path.rglob("*.csv")]
    for text in (said, *letters, *tables):
        assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]", text)
        assert not re.search("^(Fra|Til): ", text, re.MULTILINE)
    assert not re.search(r"(^|,)=", "".join(tables), re.MULTILINE)
    assert done("verify", out)
    evidence.note("S7", DONE, 2 + len(letters), "text, and nothing else")
