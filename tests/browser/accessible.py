"""What axe-core finds wrong on a page for people who see, hear or move otherwise."""

import functools
from importlib import resources

RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
GRAVE = ("serious", "critical")
SHOWN = 3
ASK = """rules => axe.run(document, {resultTypes: ['violations'], runOnly: {type: 'tag', values: rules}})
    .then(found => found.violations.map(one => [one.impact, one.id, one.nodes.map(node => node.target.join(' '))]))"""


@functools.cache
def _script():
    return resources.files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")


def grave_faults(page):
    """Give the serious and critical faults of a page, each with the first elements that have it."""
    page.evaluate(f"() => {{ {_script()} }}")
    found = page.evaluate(ASK, list(RULES))
    return [
        f"{impact} {rule}: {len(where)} elements, {'; '.join(where[:SHOWN])}"
        for impact, rule, where in found
        if impact in GRAVE
    ]
