"""A clean text made ready to be read: its lines, its tokens, its sentences, and where it speaks of time."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field

from eventkit.events.announcements.cleaning import Clean, Line
from eventkit.events.announcements.dates import Dates
from eventkit.events.announcements.day_words import DateMention
from eventkit.events.announcements.lexicon import Lexicon, Phrase, language_of, lexicon
from eventkit.events.announcements.mail_headers import without_mail_headers
from eventkit.events.announcements.tables import with_labelled_rows
from eventkit.events.announcements.times import TimeMention, Times
from eventkit.events.announcements.tokens import BREAK, MARK, NUMBER, WORD, Token, tokenize

#: A line this long was broken by a mail program, not by its author.
WRAPPED = 58


@dataclass
class Document:
    text: str
    lines: tuple[Line, ...]
    tokens: list[Token]
    lexicon: Lexicon
    language: str | None
    times: Times
    dates: Dates
    moments: list[DateMention | TimeMention] = field(default_factory=list)
    sentences: list[tuple[int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._starts = [token.start for token in self.tokens]
        self._line_starts = [line.start for line in self.lines]
        self._sentence_starts: list[int] = []
        self._phrases: dict[str, tuple[list[int], list[Phrase]]] = {}

    # -- between offsets and tokens

    def token_range(self, start: int, end: int) -> tuple[int, int]:
        """The tokens that begin in ``text[start:end]``, as a half-open range of indices."""
        return bisect_left(self._starts, start), bisect_left(self._starts, end)

    def line_at(self, offset: int) -> int:
        """The index of the line in which an offset lies."""
        return max(0, bisect_left(self._line_starts, offset + 1) - 1)

    def span(self, mention: DateMention | TimeMention) -> tuple[int, int]:
        """Where a mention stands in the text."""
        return self.tokens[mention.first].start, self.tokens[mention.last - 1].end

    def sentence_at(self, offset: int) -> tuple[int, int]:
        """The sentence in which an offset lies."""
        i = max(0, bisect_left(self._sentence_starts, offset + 1) - 1)
        return self.sentences[i] if self.sentences else (0, len(self.text))

    def moments_in(self, start: int, end: int) -> list[DateMention | TimeMention]:
        """The mentions of time that begin in ``text[start:end]``."""
        first, last = self.token_range(start, end)
        low = bisect_left(self._moment_firsts, first)
        high = bisect_left(self._moment_firsts, last)
        return self.moments[low:high]

    # -- words of the lexicon

    def phrases(self, category: str, first: int, last: int) -> Iterator[tuple[int, Phrase]]:
        """The phrases of a category in ``tokens[first:last]``, each with the token at which it begins."""
        starts, found = self._all(category)
        for k in range(bisect_left(starts, first), len(starts)):
            if starts[k] + found[k].length > last:
                break
            yield starts[k], found[k]

    def has(self, category: str, first: int, last: int) -> bool:
        """Whether a phrase of a category stands in ``tokens[first:last]``."""
        return next(self.phrases(category, first, last), None) is not None

    def _all(self, category: str) -> tuple[list[int], list[Phrase]]:
        """Every phrase of a category in the text: looked for once, however often it is asked for."""
        if category not in self._phrases:
            starts: list[int] = []
            found: list[Phrase] = []
            for i in range(len(self.tokens)):
                phrase = self.lexicon.at(category, self.tokens, i)
                if phrase is not None:
                    starts.append(i)
                    found.append(phrase)
            self._phrases[category] = starts, found
        return self._phrases[category]

    def settle(self, moments: list[DateMention | TimeMention]) -> None:
        """Take the mentions that were found, in the order of the text, and the sentences that they help to end."""
        self.moments = moments
        self._moment_firsts = [mention.first for mention in moments]
        self.sentences = _sentences(self)
        self._sentence_starts = [start for start, _ in self.sentences]


def open_document(clean: Clean, country: str | None) -> Document:
    """Tokens, language and mentions of time of a clean text."""
    language = language_of(tokenize(clean.text))
    words = lexicon(language)
    clean = with_labelled_rows(without_mail_headers(clean, words), words)
    tokens = tokenize(clean.text)
    times = Times(tokens, words)
    dates = Dates(tokens, words, times, country)
    document = Document(clean.text, clean.lines, tokens, words, language, times, dates)
    document.settle(_moments(document))
    return document


def _moments(document: Document) -> list[DateMention | TimeMention]:
    """Every mention of a day or a time, from left to right, none overlapping."""
    tokens = document.tokens
    found: list[DateMention | TimeMention] = []
    i = 0
    while i < len(tokens):
        kind = tokens[i].kind
        if kind == BREAK or (kind == MARK and tokens[i].text not in "@'"):
            i += 1
            continue
        mention: DateMention | TimeMention | None = None
        if kind == NUMBER and _names_a_street(document, i):
            i += 1
            continue
        if not _is_programme(document, i, found):
            mention = document.dates.at(i)
        if mention is None:
            mention = document.times.at(i) or _hours_after_day(document, i, found)
        if mention is None and kind == WORD and (agenda := document.lexicon.at("agenda", tokens, i)) is not None:
            j = i + agenda.length
            if j < len(tokens) and tokens[j].kind == NUMBER and (time := document.times.at(j, loose=True)) is not None:
                mention = time
        if mention is None:
            i += 1
        else:
            found.append(mention)
            i = max(mention.last, i + 1)
    return _joined(document, found)


def _names_a_street(document: Document, i: int) -> bool:
    """ "Praça 8 de Maio" and "Rua 25 de Março" are places."""
    lexicon, tokens = document.lexicon, document.tokens
    return (
        i > 0
        and tokens[i - 1].kind == WORD
        and any(lexicon.at(category, tokens, i - 1) is not None for category in ("street_before", "square"))
        and lexicon.at("of", tokens, i - 1) is None
    )


def _hours_after_day(document: Document, i: int, found: list[DateMention | TimeMention]) -> TimeMention | None:
    """ "Sunday 6 December, 11-3, ...": a bare range between the commas after a day."""
    tokens = document.tokens
    if not found or tokens[i].kind != NUMBER or found[-1].last != i - 1 or tokens[i - 1].text != ",":
        return None
    if not isinstance(found[-1], DateMention) or len(tokens[i].text) > 2:
        return None
    mention = document.times.at(i, loose=True)
    if mention is None or mention.end is None or mention.last - i != 3:
        return None
    return mention if mention.last >= len(tokens) or tokens[mention.last].text in ",\n." else None


def _is_programme(document: Document, i: int, found: list[DateMention | TimeMention]) -> bool:
    """ "Doors 6:30, March 7": after a time of the programme, "march" sets off at seven."""
    if document.lexicon.at("agenda", document.tokens, i) is None or not found:
        return False
    before = found[-1]
    return (
        isinstance(before, TimeMention)
        and i - before.last <= 2
        and any(document.lexicon.at("agenda", document.tokens, k) for k in (before.first - 1, before.first))
        and any(isinstance(it, DateMention) and it.dated for it in found)
    )


def _joined(document: Document, found: list[DateMention | TimeMention]) -> list[DateMention | TimeMention]:
    """ "30 September - 2 October" is one mention: two dates with nothing but "to" between them."""
    tokens = document.tokens
    joined: list[DateMention | TimeMention] = []
    for mention in found:
        before = joined[-1] if joined else None
        if (
            isinstance(mention, TimeMention)
            and isinstance(before, TimeMention)
            and mention.first - before.last <= 1
            and before.end is None
            and document.lexicon.at("noon", tokens, before.first) is not None
            and 0 <= mention.start - before.start <= 180
        ):
            joined[-1] = mention  # "after the noon prayer, 12:30"
            continue
        if (
            isinstance(mention, DateMention)
            and isinstance(before, DateMention)
            and mention.dated == before.dated
            and len(mention.days) == len(before.days) == 1
            and mention.rule is None
            and before.rule is None
            and mention.days[0].relative is None
            and (to := document.lexicon.at("to", tokens, before.last)) is not None
            and 0 <= mention.first - before.last - to.length <= 1
            and not any(document.lexicon.at("change", tokens, i) for i in range(before.first - 15, before.first))
        ):
            joined[-1] = DateMention(before.first, mention.last, (*before.days, *mention.days), through=True)
        else:
            joined.append(mention)
    return joined


def _sentences(document: Document) -> list[tuple[int, int]]:
    """Sentences as offsets. A line ends one, unless a mail program broke it; marks end one, unless they abbreviate."""
    text, tokens = document.text, document.tokens
    inside = {i for mention in document.moments for i in range(mention.first, mention.last)}
    sentences: list[tuple[int, int]] = []
    start: int | None = None
    end = 0
    for i, token in enumerate(tokens):
        if token.kind == BREAK:
            line = document.lines[document.line_at(token.start)]
            following = tokens[i + 1] if i + 1 < len(tokens) else None
            wrapped = (
                following is not None
                and following.kind == WORD
                and line.end - line.start >= WRAPPED
                and not line.heading
                and not document.lines[document.line_at(following.start)].bullet
                and text[line.end - 1 : line.end] not in ".!?:؟"
            )
            if not wrapped and start is not None:
                sentences.append((start, end))
                start = None
            continue
        if start is None:
            start = token.start
        end = token.end
        if token.kind == MARK and token.text in ".!?؟؛" and i not in inside:
            following = tokens[i + 1] if i + 1 < len(tokens) else None
            if following is None or following.kind == BREAK:
                continue
            if following.start == token.end or (following.kind == MARK and following.text in ".!?)»”\"'"):
                continue
            if token.text == "." and (following.text[0].islower() or _abbreviates(document, i)):
                continue
            sentences.append((start, end))
            start = None
    if start is not None:
        sentences.append((start, end))
    return sentences


def _abbreviates(document: Document, i: int) -> bool:
    """Whether the dot at token ``i`` ends an abbreviation ("St.", "Dr.", an initial) rather than a sentence."""
    if i == 0:
        return False
    before = document.tokens[i - 1]
    if before.end != document.tokens[i].start:
        return False
    if before.kind == NUMBER:
        return len(before.text) <= 2 and document.lexicon.at("day_suffix", document.tokens, i) is not None
    return (
        (len(before.text) == 1 and before.kind == WORD)
        or document.lexicon.at("abbreviation", document.tokens, i - 1) is not None
        or (len(before.text) <= 4 and document.lexicon.at("street_after", document.tokens, i - 1) is not None)
        or (len(before.text) <= 4 and document.lexicon.at("street_before", document.tokens, i - 1) is not None)
    )
