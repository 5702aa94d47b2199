"""Announcements of a change: postponed, moved to another day, cancelled."""

from collections.abc import Sequence
from dataclasses import dataclass

from eventkit.events.announcements.day_words import DateMention
from eventkit.events.announcements.document import Document
from eventkit.events.announcements.occasions import Occasion
from eventkit.events.announcements.tokens import BREAK, WORD

_REACH = 60  # tokens in which a change and its days stand together


@dataclass(frozen=True, slots=True)
class Change:
    """A change and the offset at which it is announced."""

    kind: str
    at: int


def find(document: Document) -> list[Change]:
    """The changes that a text announces. "Cancel the debt" is a demand, "not cancelled" is none."""
    tokens = document.tokens
    unchanged: set[int] = set()
    for i, phrase in document.phrases("unchanged", 0, len(tokens)):
        unchanged.update(range(i, i + phrase.length))
    opening = _opening(document)
    found: list[Change] = []
    for i, phrase in document.phrases("change", 0, len(tokens)):
        if i in unchanged:
            continue
        start, end = document.sentence_at(tokens[i].start)
        first, last = document.token_range(start, end)
        first, last = max(first, i - _REACH), min(last, i + _REACH)
        moments = document.moments_in(tokens[first].start, tokens[last - 1].end)
        if phrase.value == "moved":
            after = i + phrase.length
            if not any(isinstance(it, DateMention) and 0 <= it.first - after <= 6 for it in moments):
                continue
            found.append(Change("rescheduled", tokens[i].start))
            continue
        words = sum(token.kind == WORD for token in tokens[first:last])
        about_event = document.has("event", first, last) or any(isinstance(it, DateMention) for it in moments)
        if about_event or (words <= 5 and tokens[i].start < opening):
            found.append(Change(phrase.value, tokens[i].start))
    return found


def _opening(document: Document) -> int:
    """The offset at which the first three lines that say something end."""
    seen = 0
    for line in document.lines:
        if line.end > line.start:
            seen += 1
            if seen == 3:
                return line.end
    return len(document.text)


def chosen(document: Document, occasions: Sequence[Occasion]) -> tuple[Occasion, bool]:
    """Of the days before and after a change, the one that holds now; and whether the text gives it as new."""
    news = [it for it in occasions if _before(document, it, "new") or _after(document, it, "new_after")]
    olds = [it for it in occasions if _before(document, it, "old") and it not in news]
    if news:
        return news[-1], True
    rest = [it for it in occasions if it not in olds]
    if olds and rest:
        return rest[-1], True
    if len(occasions) > 1:
        return occasions[-1], True
    return occasions[0], False


def _after(document: Document, occasion: Occasion, category: str) -> bool:
    """Whether such a word stands directly after the day, as in languages that put it there."""
    if occasion.mention is None:
        return False
    last = occasion.mention.last
    return any(document.lexicon.at(category, document.tokens, i) is not None for i in range(last, last + 2))


def _before(document: Document, occasion: Occasion, category: str) -> bool:
    """Whether a word like "to" or "instead of" stands directly before the day."""
    if occasion.mention is None:
        return False
    tokens, lexicon = document.tokens, document.lexicon
    first = occasion.mention.first
    for i in range(max(0, first - 6), first):
        found = lexicon.at(category, tokens, i)
        if found is None:
            continue
        between = tokens[i + found.length : first]
        if len(between) <= 3 and not any(token.kind == BREAK or token.text in ".;" for token in between):
            return True
    return False
