"""What tests of pages and letters read with finds few persons where they stand, and nowhere else."""

import pytest

from tests.browser.counts import few_in_page, looked_at
from tests.browser.danish import not_danish
from tests.browser.reading import Reader

PAGE = "<html lang='da'><body>{}</body></html>"
TABLE = """<table><caption>Træk</caption><thead><tr><th>Træk</th><th>Patienter</th><th>Del</th></tr></thead>
<tbody><tr><th>Somatisk sygdom</th><td>{}</td><td>3</td></tr><tr><th>Øvrige</th><td>812</td><td>−4</td></tr></tbody>
</table>"""


def few(body):
    return few_in_page(Reader(PAGE.format(body)))


@pytest.mark.parametrize(
    "body",
    [
        TABLE.format(3),
        "<p>Klinikken har 3 patienter med sygdommen.</p>",
        "<p>Klinikken har 3\u00a0patienter.</p>",
        "<p>Klinikken har 3\n  patienter.</p>",
        "<p>Heraf er <strong>2</strong> borgere flyttet.</p>",
        "<p>Kun én patient er flyttet.</p>",
        "<p>There are three citizens.</p>",
        "<svg><g><title>København</title><text>4 borgere</text></g></svg>",
        "<svg><use data-tip='Fanø: 3 borgere'></use></svg>",
        "<svg><title>Læsø: 2 patienter</title></svg>",
        '<script type="application/json">{"a":[{"patients":2}]}</script>',
        '<script type="application/json">{"citizens":{"101":["5","3"]}}</script>',
    ],
)
def test_few_persons_are_found(body):
    assert len(few(body)) == 1


@pytest.mark.parametrize(
    "body",
    [
        TABLE.format("–"),
        TABLE.format("1.003"),
        "<p>Der er 1.204 patienter, 33 borgere og 5 personer.</p>",
        "<p>Det svarer til +3 patienter.</p>",
        "<p>Landet er 1</p><p>Borgere i alt</p>",
        "<p>Hvad en borger får.</p>",
        "<p>§ 206 b, stk. 3. Patienter kan klage.</p>",
        '<script type="application/json">{"capacities":3,"patients":1603}</script>',
        "<table><tr><th>Råd</th><th>Kapaciteter</th></tr><tr><td>Fyn</td><td>3</td></tr></table>",
        "<table><tr><th>Råd</th><th>Patienter pr. kapacitet</th></tr><tr><td>Fyn</td><td>3</td></tr></table>",
    ],
)
def test_what_is_no_count_of_few_persons_is_not(body):
    assert few(body) == []


def test_a_page_without_counts_of_persons_is_noticed():
    assert looked_at(Reader(PAGE.format(TABLE.format("–")))) == 2
    assert looked_at(Reader(PAGE.format("<p>Ingen tabel.</p>"))) == 0


def test_a_page_is_read_as_it_stands():
    page = Reader(PAGE.format("<h1 title='Åben'>Fyn</h1><p>1.234,5&nbsp;kr</p><style>p{}</style>" + TABLE.format(9)))
    assert (page.lang, page.text) == ("da", "Fyn\n1.234,5 kr")
    assert page.tables[0].headings == ["Træk", "Patienter", "Del"]
    assert page.everything.endswith("Øvrige\n812\n−4\nÅben")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Antal of borgere", "an English word"),
        ("Citizens i Fyn", "an English word"),
        ("Virkning af age_sex på behovet", "a machine word"),
        ("Behovet er 3.1 lægekapaciteter", "a decimal point"),
        ("Behovet er 3.104512 lægekapaciteter", "a decimal point"),
        ("I alt 5,961,249 borgere", "a comma between thousands"),
        ("Opgjort 2026-01-01", "a day as machines write it"),
        ("Behovet er None", "something of the program"),
        ("I alt {citizens} borgere", "a place that was not filled in"),
    ],
)
def test_what_a_dane_would_not_write_is_found(text, what):
    assert [one for one in not_danish(text) if one.startswith(what)]


def test_danish_as_it_is_written_is_taken():
    text = "Den 1. januar 2026 var der 5.961.249 borgere og 3.725,8 lægekapaciteter; se § 206 b og version 0.3.0."
    assert not_danish(text) == []
