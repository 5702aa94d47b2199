"""Who, what and why where no label says them: the phrases that a person would underline."""

from bisect import bisect_left
from collections.abc import Sequence

from eventkit.events.announcements.document import Document
from eventkit.events.announcements.labels import Field
from eventkit.events.announcements.tokens import MARK, WORD

_LONGEST_SENTENCE = 600


class Prose:
    """What the sentences of one text say."""

    def __init__(self, document: Document, fields: Sequence[Field]) -> None:
        self._document = document
        self._tokens = document.tokens
        self._lexicon = document.lexicon
        self._fields = fields
        self._free = self._unlabelled()
        self._moments = {i for mention in document.moments for i in range(mention.first, mention.last)}

    def what(self, start: int, end: int, at: int) -> tuple[int, int] | None:
        """The sentence that says what happens: it names the event, calls to it, or stands where its time does."""
        best: tuple[float, tuple[int, int]] | None = None
        tokens, document = self._tokens, self._document
        here = document.sentence_at(at)
        for sentence in self._sentences(start, end):
            first, last = document.token_range(*sentence)
            words = sum(token.kind == WORD for token in tokens[first:last])
            if words < 3:
                continue
            event = self._document.has("event", first, last)
            call = self._document.has("call", first, last)
            if not event and not call:
                continue
            score = 2.0 * event + 1.0 * call + 2.0 * (sentence == here) - 0.003 * abs(sentence[0] - at)
            if words < 6:
                score -= 0.5
            if best is None or score > best[0]:
                best = score, sentence
        return best[1] if best else None

    def why(self, start: int, end: int, at: int) -> tuple[int, int] | None:
        """The demand or the reason: from "to demand", "because", "gegen" to the end of what it says."""
        best: tuple[float, tuple[int, int]] | None = None
        tokens, lexicon, document = self._tokens, self._lexicon, self._document
        for sentence in self._sentences(start, end):
            first, last = document.token_range(*sentence)
            call = self._document.has("call", first, last) or self._document.has("event", first, last)
            found = next(
                (
                    (i, reason)
                    for i, reason in self._document.phrases("reason", first, last)
                    if i not in self._moments and (call or reason.value != "weak")
                ),
                None,
            )
            if found is None:
                continue
            i, reason = found
            score = 1.0 + (2.0 if reason.value == "strong" else 0.0) + 1.0 * call - 0.002 * abs(sentence[0] - at)
            if best is None or score > best[0]:
                stop = last
                for k in range(i + reason.length, last):
                    if k in self._moments and k - i > 3:
                        stop = k
                        break
                while (
                    stop > i
                    and (
                        tokens[stop - 1].kind == MARK
                        or lexicon.at("of", tokens, stop - 1)
                        or lexicon.at("at", tokens, stop - 1)
                    )
                    and stop < last
                ):
                    stop -= 1
                best = score, (tokens[i].start, tokens[stop - 1].end)
        return best[1] if best else None

    def who(self, start: int, end: int) -> tuple[int, int] | None:
        """Those who are called, where a phrase like "all nurses are invited" names them."""
        tokens, lexicon, document = self._tokens, self._lexicon, self._document
        for sentence in self._sentences(start, end):
            first, last = document.token_range(*sentence)
            found = next(self._document.phrases("called", first, last), None)
            if found is None:
                continue
            i, called = found
            if called.value == "before":
                a, b = first, i
            else:
                a, b = i + called.length, last
                for k in range(a, last):
                    if (
                        tokens[k].text in ",;:.!?"
                        or k in self._moments
                        or (k > a and lexicon.at("reason", tokens, k))
                        or lexicon.at("to_do", tokens, k)
                    ):
                        b = k
                        break
            if 0 < b - a <= 25:
                return tokens[a].start, tokens[b - 1].end
        return None

    def _sentences(self, start: int, end: int) -> list[tuple[int, int]]:
        """The sentences of ``text[start:end]`` that no label holds but one of who, what and why; at most 200."""
        low = bisect_left(self._free, (start, start))
        return [span for span in self._free[low : low + 200] if span[1] <= end]

    def _unlabelled(self) -> list[tuple[int, int]]:
        free: list[tuple[int, int]] = []
        others = iter([field for field in self._fields if field.kind not in ("who", "what", "why")])
        field = next(others, None)
        reach = 0
        for a, b in self._document.sentences:
            while field is not None and field.at <= a:
                reach = max(reach, field.end)
                field = next(others, None)
            if a >= reach and b - a <= _LONGEST_SENTENCE:
                free.append((a, b))
        return free
