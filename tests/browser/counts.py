"""Looks for counts of one to four persons in what is to be read, by what stands beside them and by nothing else."""

import json
import re

PERSONS = re.compile(r"patient|borger|citizen|person|sikrede|indbygger|inhabitant", re.IGNORECASE)
OTHERWISE = re.compile(
    r"minimum|vægt|weight|\bpr\b|\bper\b|kapacitet|capacit|forskel|difference|change|ændring|share|andel|%|‰|svarer til"
    r"|i patienter|in patients",
    re.IGNORECASE,
)
FEW = re.compile(r"[1-4]")
SAID = re.compile(
    r"(?<![\w.,+−–\-/§])([1-4]|[Éé]n|[Tt]o|[Tt]re|[Ff]ire|[Tt]wo|[Tt]hree|[Ff]our) "
    r"(patient|borger|citizen|person|indbygger)"  # in small letters: after a heading's number stands a capital
)
AS_DATA = re.compile(r"patients|citizens|persons|patienter|borgere")


def few_in_table(table):
    """Give the cells of a table that tell of one to four persons, by the headings of their columns."""
    columns = [at for at, head in enumerate(table.headings) if PERSONS.search(head) and not OTHERWISE.search(head)]
    return [
        f"{table.caption}: {' | '.join(row)}"
        for row in table.rows[1:]
        for at in columns
        if at < len(row) and FEW.fullmatch(row[at])
    ]


def few_in_text(text):
    """Give the sentences that tell of one to four persons."""
    return [text[max(0, one.start() - 40) : one.end() + 20] for one in SAID.finditer(text)]


def few_in_data(content, under=""):
    """Give the numbers below a name of persons in data that a script reads."""
    if isinstance(content, dict):
        return [one for name, own in content.items() for one in few_in_data(own, f"{under}.{name}")]
    if isinstance(content, list):
        return [one for own in content for one in few_in_data(own, under)]
    few = AS_DATA.search(under) and FEW.fullmatch(str(content))
    return [f"{under}: {content}"] if few else []


def few_in_page(page):
    """Give everything that tells of one to four persons on a page, as :mod:`tests.browser.reading` reads it."""
    tables = [one for table in page.tables for one in few_in_table(table)]
    data = [one for text in page.data for one in few_in_data(json.loads(text))]
    return [*tables, *few_in_text(page.everything), *data]


def looked_at(page):
    """Count the cells of persons that a page has, so that a look at none of them is noticed."""
    return sum(
        len(table.rows) - 1
        for table in page.tables
        if any(PERSONS.search(head) and not OTHERWISE.search(head) for head in table.headings)
    )
