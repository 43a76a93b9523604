"""What does not belong on a page that a Dane reads: words of English and of machines, and their numbers and days."""

import re

ENGLISH = (
    *("the", "of", "with", "from", "which", "are", "this", "that", "was", "were", "and", "not", "than", "its"),
    *("citizens", "citizen", "patients", "clinics", "clinic", "councils", "council", "municipalities", "municipality"),
    *("weight", "weights", "weighted", "capacity", "capacities", "need", "age", "sex", "mean", "number", "numbers"),
    *("kept", "shown", "years", "year", "share", "change", "higher", "lower", "table", "figure", "page", "search"),
)
FORBIDDEN = {
    "an English word": re.compile(rf"\b({'|'.join(ENGLISH)})\b", re.IGNORECASE),
    "a machine word": re.compile(r"\b[a-zæøå]+(_[a-z0-9æøå]+)+\b"),
    "a decimal point": re.compile(r"(?<![\d.])\d+\.(\d{1,2}|\d{4,})(?![\d.])"),
    "a comma between thousands": re.compile(r"(?<![\d,])\d{1,3}(,\d{3}){2,}(?![\d,])"),
    "a day as machines write it": re.compile(r"\b\d{4}-\d{2}-\d{2}\b"),
    "something of the program": re.compile(r"\b(None|True|False|nan|NaN|undefined|null|Fraction|\[object)\b"),
    "a place that was not filled in": re.compile(r"\{\w+\}|\{\{"),
}

NAMES = re.compile(r"CC BY \d\.\d|fordel_dask")
"""What is called so in any language."""


def not_danish(text):
    """Give what a Dane would not have written, with what stands around it."""
    text = NAMES.sub("", text)
    return [
        f"{what}: …{text[max(0, found.start() - 50) : found.end() + 30]}…"
        for what, pattern in FORBIDDEN.items()
        for found in pattern.finditer(text)
    ]
