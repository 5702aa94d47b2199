"""Labels and their values: WHO, WHERE, "Date:", "Veranstaltet von:", in any order and on any line."""

from dataclasses import dataclass

from eventkit.events.announcements.document import WRAPPED, Document
from eventkit.events.announcements.reading import ROLES
from eventkit.events.announcements.tokens import BREAK, MARK, WORD

_END = frozenset(":?|")


@dataclass(frozen=True, slots=True)
class Field:
    """A label and its value, ``text[start:end]``; ``at`` is where the label begins. ``kind`` as in the tables."""

    kind: str
    at: int
    start: int
    end: int
    inline: bool = False

    @property
    def empty(self) -> bool:
        return self.start >= self.end


@dataclass(frozen=True, slots=True)
class _Label:
    kind: str
    first: int
    last: int
    inline: bool


def find(document: Document) -> list[Field]:
    """The labelled values of a text, in its order. Labels that are no W ("Contact:") end the value before them."""
    labels = _labels(document)
    fields: list[Field] = []
    tokens, text = document.tokens, document.text
    for n, label in enumerate(labels):
        at = tokens[label.first].start
        start = tokens[label.last - 1].end if label.last > label.first else at
        bound = tokens[labels[n + 1].first].start if n + 1 < len(labels) else len(text)
        end = _value_end(document, start, bound, label.kind)
        piece = text[start:end]
        start += len(piece) - len(piece.lstrip(" \n:-–—"))
        end = start + len(text[start:end].rstrip(" \n|;/-–—•"))
        if label.kind in ROLES and "\n" not in text[start:end]:
            end = min(end, document.sentence_at(start)[1])  # "Organized by: A and B. Bring bells."
        fields.append(Field(label.kind, at, min(start, end), max(start, end), label.inline))
    return [field for field in fields if not field.empty]


def _labels(document: Document) -> list[_Label]:
    tokens = document.tokens
    found: list[_Label] = []
    for line in document.lines:
        first, last = document.token_range(line.start, line.end)
        i = first
        labelled = False
        while i < last:
            at_start = i == first or (i == first + 1 and tokens[first].kind == MARK)
            if tokens[i].kind != WORD or not (at_start or _may_begin(document, i, labelled)):
                i += 1
                continue
            label = _label(document, i, last, at_start)
            if label is None:
                i += 1
                continue
            found.append(label)
            labelled = True
            i = max(label.last, i + 1)
        if line.sign and not (labelled and found and found[-1].first <= first + 1) and last > first:
            found.append(_Label(line.sign, first, first, False))
            found.sort(key=lambda it: it.first)
    return found


def _may_begin(document: Document, i: int, labelled: bool) -> bool:
    """Whether a label may stand in the middle of a line: after a mark, or in capitals after another label."""
    token, before = document.tokens[i], document.tokens[i - 1]
    if before.kind == MARK and before.text in "|•·;/,.!)]-*":
        return True
    return labelled and (token.text.isupper() or token.capital or not token.text.isascii())


def _label(document: Document, i: int, last: int, at_start: bool) -> _Label | None:
    """The label that begins at token ``i`` and what closes it: a colon, a question mark, a dash, the line's end."""
    tokens, lexicon = document.tokens, document.lexicon
    found = lexicon.at("label", tokens, i)
    if found is None:
        return None
    kinds = [found.value]
    j = i + found.length
    while j < last and (tokens[j].text in ("/", ",", "&", "+") or lexicon.at("and", tokens, j)):
        joiner = lexicon.at("and", tokens, j)
        k = j + (joiner.length if joiner else 1)
        if (more := lexicon.at("label", tokens, k)) is None:
            break
        kinds.append(more.value)
        j = k + more.length
    kind = _combined(kinds)
    closed = False
    k = j
    if k < last and tokens[k].text == "(":  # "When (new!):"
        close = next((n for n in range(k, min(k + 8, last)) if tokens[n].text == ")"), None)
        if close is not None and close + 1 < last and tokens[close + 1].text == ":":
            k = close + 1
    while k < last and tokens[k].kind == MARK and tokens[k].text in _END:
        closed = True
        k += 1
    if closed:
        if not at_start and tokens[k - 1].text == "?" and not tokens[i].text.isupper():
            return None
        if at_start and tokens[k - 1].text == "?" and k < last and len(kinds) == 1 and not _short(document, i, j):
            return None
        return _Label(kind, i, k, not at_start)
    if not at_start:
        return None
    if k >= last:  # alone on its line: the value stands below
        below = last + 1 < len(tokens) and kind != "other"
        uncased = tokens[i].text.upper() == tokens[i].text.lower()
        alone = uncased or tokens[i].capital or len(kinds) > 1 or found.length > 1
        return _Label(kind, i, j, False) if below and alone and kind not in _WEAK_ALONE else None
    if tokens[k].fold == "-" and tokens[k].start > tokens[k - 1].end:
        return _Label(kind, i, k + 1, False) if kind != "other" else None
    if tokens[i].text.isupper() and len(tokens[i].text) > 1 and kind in _WS and not _shouted(document, i, last):
        return _Label(kind, i, j, False)  # WHO Everyone
    if kind in ("host", "cohost", "endorsing", "attending") and found.length > 1:
        return None  # prose: "Organized by ..."; read with the organizations
    return None


_WS = frozenset({"who", "what", "when", "where", "why"})
_WEAK_ALONE = frozenset({"other", "title", "end", "host", "cohost", "endorsing", "attending", "time", "country"})


def _shouted(document: Document, i: int, last: int) -> bool:
    """Whether the whole line is in capitals, so that capitals do not make its first word a label."""
    return all(token.text.isupper() for token in document.tokens[i:last] if token.kind == WORD)


def _short(document: Document, i: int, j: int) -> bool:
    return j - i <= 3


def _combined(kinds: list[str]) -> str:
    if len(kinds) == 1:
        return kinds[0]
    ws = {"when" if kind in ("date", "time", "end") else kind for kind in kinds}
    if ws == {"when"}:
        return "when"
    if ws <= {"when", "where", "when_where", "city"}:
        return "when_where"
    return kinds[0]


def _value_end(document: Document, start: int, bound: int, kind: str) -> int:
    """Where a value ends: at the next label, at a blank line, or where its line does if that was not wrapped.

    Under a label that stands alone the value may begin after one blank line; a list under it belongs to it.
    """
    text = document.text
    n = document.line_at(start)
    line = document.lines[n]
    end = min(line.end, bound)
    begun = bool(text[start:end].strip(" :-–—"))
    under = not begun
    blanks = 0
    for following in document.lines[n + 1 :]:
        if following.start >= bound:
            break
        blank = following.start == following.end
        if not begun:
            blanks += blank
            if blanks > 1:
                break
            if not blank:
                begun = True
                end = min(following.end, bound)
                line = following
            continue
        if blank:
            break
        if (
            under
            or (
                line.end - line.start >= WRAPPED and not following.bullet and text[line.end - 1 : line.end] not in ".!?"
            )
            or _continues(document, following.start, following.end, kind)
        ):
            end = min(following.end, bound)
        else:
            break
        line = following
    return end


def _continues(document: Document, start: int, end: int, kind: str) -> bool:
    """Whether a line goes on with the value above it: an address after a place, another date after a date."""
    first, last = document.token_range(start, end)
    if first >= last or end - start > 90:
        return False
    tokens = document.tokens
    if kind in ("when", "date"):
        moments = document.moments_in(start, end)
        return bool(moments) and moments[0].first - first <= 1
    if kind in ("where", "when_where"):
        if document.moments_in(start, end) or text_ends(document.text[start:end]):
            return False
        has_number = any(token.kind != WORD and token.value >= 0 for token in tokens[first:last])
        return (
            has_number or document.has("street_after", first, last) or document.has("street_before", first, last)
        ) and last - first <= 16
    if kind in ("who", "what", "why", "title"):
        return tokens[first].kind == WORD and tokens[first].text[0].islower()
    return tokens[first].kind != BREAK and tokens[first].text[0].islower()


def text_ends(piece: str) -> bool:
    """Whether a line closes a sentence."""
    return piece.rstrip()[-1:] in ("!", "?", "؟") or (piece.rstrip().endswith(".") and len(piece) > 50)
