"""What a letter says, in order: the same words and numbers whether it becomes a page or a PDF."""

from dataclasses import dataclass, field

from fordel_dask.privacy import redacted


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; ``quiet`` is small print."""

    text: str
    quiet: bool = False
    kind: str = field(default="paragraph", init=False)


@dataclass(frozen=True)
class Bar:
    """A row with a figure and, where it is told, how long its bar is in thousandths of the room for it."""

    label: str
    figure: str
    length: int | None
    is_own: bool = False


@dataclass(frozen=True)
class Bars:
    """Figures beside each other as bars; ``mark`` is where the mean of the country lies, in thousandths of the room."""

    caption: str
    bars: tuple[Bar, ...]
    mark: int
    kind: str = field(default="bars", init=False)


@dataclass(frozen=True)
class Sum:
    """Rows of a name and a figure under a heading, and the last line that they lead to, if any."""

    caption: str
    unit: str
    rows: tuple[tuple[str, str], ...]
    total: tuple[str, str] | None = None
    kind: str = field(default="sum", init=False)


Part = Paragraph | Bars | Sum


@redacted
@dataclass(frozen=True)
class Section:
    """A heading and what stands under it."""

    heading: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Headline:
    """The number that a letter is about, with what it is above it and its unit behind it."""

    label: str
    number: str
    unit: str


@dataclass(frozen=True)
class Sender:
    """Who sends a letter: what stands at its head."""

    logo: str
    name: str
    lines: tuple[str, ...]


@redacted
@dataclass(frozen=True)
class Letter:
    """A letter.

    ``stem`` is the name of its file without an ending, ``marks`` say that figures are a draft or invented, ``facts``
    are names and values beside the recipient, ``intro`` stands under the title, and ``closing`` before the greeting.
    """

    stem: str
    title: str
    sender: Sender
    facts: tuple[tuple[str, str], ...]
    dated: tuple[tuple[str, str], ...]
    marks: tuple[str, ...]
    opening: tuple[str, ...]
    headline: Headline | None
    intro: tuple[Part, ...]
    sections: tuple[Section, ...]
    closing: tuple[str, ...]
    signature: tuple[str, ...]
