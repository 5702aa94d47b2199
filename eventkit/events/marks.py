"""An announcement with the phrases marked from which the five were understood."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise

from eventkit.events.announcements import ReadEvent, Reading, Span
from eventkit.events.flags import FIVE, WHAT, WHO

#: characters of the text that are shown around what was understood
_NEAR = 240


@dataclass(frozen=True)
class Phrase:
    """A piece of the announcement, and which of the five was understood from it, if any.

    `is_aside`: so far from all that was understood that it may be folded away.
    """

    text: str
    row: str | None = None
    is_aside: bool = False


def phrases(reading: Reading, read: ReadEvent) -> list[Phrase]:
    """The announcement cut into pieces, in order and complete."""
    pieces: list[Phrase] = []
    at = 0
    for start, end, row in _marks(reading, [*read.spans, *_named(reading, read)]):
        pieces += _between(reading.text[at:start], is_first=not pieces)
        pieces.append(Phrase(reading.text[start:end], row))
        at = end
    return [*pieces, *_between(reading.text[at:], is_first=not pieces, is_last=True)]


def _marks(reading: Reading, spans: Iterable[Span]) -> Iterator[tuple[int, int, str]]:
    """What to mark, in order and without overlaps: start, end, row. Of two spans the shorter has what both cover."""
    text = reading.text
    known = [Span(span.field, max(span.start, 0), min(span.end, len(text))) for span in spans if span.field in FIVE]
    edges = sorted({edge for span in known for edge in (span.start, span.end)})
    owned: list[tuple[Span | None, int, int]] = []
    for start, end in pairwise(edges):
        covering = [span for span in known if span.start <= start and end <= span.end]
        owned.append((min(covering, key=lambda span: span.end - span.start, default=None), start, end))
    for owner, pieces in groupby(owned, key=lambda piece: piece[0]):
        if owner is None:
            continue
        bounds = [(start, end) for _owner, start, end in pieces]
        start, end = bounds[0][0], bounds[-1][1]
        while start < end and not text[start].isalnum():
            start += 1
        while start < end and (text[end - 1].isspace() or text[end - 1] in ",;:–-("):
            end -= 1
        if start < end:
            yield start, end, owner.field


def _between(text: str, *, is_first: bool, is_last: bool = False) -> Iterator[Phrase]:
    """What stands between two marks. Of a long passage the middle is an aside; of the ends of a text, the far end."""
    start = 0 if is_first and not is_last else _cut(text, _NEAR)
    end = len(text) if is_last else _cut(text, len(text) - _NEAR)
    if end - start < _NEAR:
        start = end = len(text)
    for piece in (Phrase(text[:start]), Phrase(text[start:end], is_aside=True), Phrase(text[end:])):
        if piece.text:
            yield piece


def _cut(text: str, wanted: int) -> int:
    """A place near the wanted one where a line ends, or else a word."""
    for blank in "\n", " ":
        found = text.find(blank, max(wanted, 0))
        if 0 <= found - wanted < _NEAR:
            return found + 1
    return max(wanted, 0)


def _named(reading: Reading, read: ReadEvent) -> Iterator[Span]:
    """Title and organizations stand somewhere in the text too, when they were not made from pieces of it."""
    first = min((span.start for span in read.spans), default=0)
    named = [(WHAT, read.title), *((WHO, organization.name) for organization in read.organizations)]
    for row, name in named:
        if name and len(name) > 2:
            start = reading.text.find(name, first)
            start = start if start >= 0 else reading.text.find(name)
            if start >= 0:
                yield Span(row, start, start + len(name))
