"""The title: the headline that a designer would print."""

from bisect import bisect_right
from collections.abc import Callable, Sequence

from eventkit.events.announcements.document import Document
from eventkit.events.announcements.labels import Field
from eventkit.events.announcements.shouting import calm, usual_case
from eventkit.events.announcements.tokens import BREAK, MARK, WORD, tokenize

_LONGEST_TITLE = 110
_LEAD = 600  # characters before an event that may introduce it
_FAR = 6  # lines above an event, from which on a heading may be that of something else
_NEAR = 40  # headings at the beginning of the text, and before the event, that are looked at


class Headlines:
    """What may stand above an event, in one text."""

    def __init__(self, document: Document, fields: Sequence[Field], is_place: Callable[[int, int], bool]) -> None:
        self._is_place = is_place
        self._document = document
        self._tokens = document.tokens
        self._lexicon = document.lexicon
        self._fields = fields
        self._moments = {i: mention for mention in document.moments for i in range(mention.first, mention.last)}
        self._usual = usual_case(document)
        self._headings = self._find_headings()

    def title(self, at: int, what: str | None, stops: frozenset[int] = frozenset()) -> str | None:
        """A headline for the event that is told at offset ``at``: a heading of the text, else what it says.

        ``stops`` are the lines that tell of one event each, and so are no heading of all.
        """
        document = self._document
        best: tuple[float, str, int] | None = None
        at_line = document.line_at(at)
        known = bisect_right(self._headings, (at_line, float("inf")))
        near = self._headings[: min(known, _NEAR)] + self._headings[max(_NEAR, known - _NEAR) : known]
        for n, weight in near:
            line = document.lines[n]
            score = weight - min(6.0, 0.15 * max(0, at_line - n - 3))
            if (best is not None and best[0] >= score) or n in stops:
                continue
            title = self.cleaned(line.start, self._heading_end(n))
            if title is not None:
                best = score, title, n
        # A heading that only says "Protest" and when: the sentence below it says against what.
        lead = self.phrase(max(0, at - _LEAD), at)
        told = lead is not None and self._says_more(lead)
        if best is not None and best[0] > 0 and not (told and at_line - best[2] > _FAR):
            return best[1]
        if told:
            return lead
        if what is not None and len(what) <= _LONGEST_TITLE:
            return what.rstrip(".")
        return self.phrase(0, len(document.text)) or (best[1] if best is not None else None)

    def _says_more(self, title: str) -> bool:
        """Whether a title says what an event is for or against, not only what kind it is."""
        words = tokenize(title)
        return len(words) >= 4 and any(self._lexicon.at("about", words, k) is not None for k in range(1, len(words)))

    def _find_headings(self) -> list[tuple[int, float]]:
        """The lines that may be headlines, as (number, weight); no labelled ones."""
        document = self._document
        headings: list[tuple[int, float]] = []
        first_content = next((n for n, line in enumerate(document.lines) if line.end > line.start), 0)
        labelled = 0  # the offset to which labelled values reach
        fields = iter(self._fields)
        field = next(fields, None)
        for n, line in enumerate(document.lines):
            while field is not None and field.at <= line.start:
                labelled = max(labelled, field.end)
                field = next(fields, None)
            if line.start < labelled or line.end - line.start < 3:
                continue
            weight = self._weight(n, first_content)
            if weight is not None:
                headings.append((n, weight))
        return headings

    def _heading_end(self, n: int) -> int:
        """Where the headline that begins a line ends: with it, or with its first sentence if it speaks of time."""
        line = self._document.lines[n]
        if self._in_line(line.start, line.end):
            return min(line.end, self._document.sentence_at(line.start)[1])
        return line.end

    def _in_line(self, start: int, end: int) -> bool:
        """Whether a line speaks of time: then it is a sentence of the announcement rather than only its heading."""
        first, last = self._document.token_range(start, end)
        return any(i in self._moments for i in range(first, last))

    def _weight(self, n: int, first_content: int) -> float | None:
        """How much a line looks like a headline; None where it is none."""
        document, tokens, lexicon = self._document, self._tokens, self._lexicon
        line = document.lines[n]
        end = self._heading_end(n)
        text = document.text[line.start : end]
        first, last = document.token_range(line.start, end)
        words = [token for token in tokens[first:last] if token.kind == WORD]
        if not words or "@" in text or "http" in text or "www." in text or text.endswith((",", ";")):
            return None
        score = 0.0
        greeting = lexicon.at("greeting", tokens, first)
        if greeting is not None:
            if first + greeting.length >= last or tokens[first + greeting.length].text != ":":
                return None
            score += 2  # a subject
        closes = sum(tokens[i].text in ".!?" for i in range(first, last - 1) if tokens[i].kind == MARK)
        timed = self._in_line(line.start, end)
        if (len(text) > 160 or (closes >= 1 and len(text) > 100)) and not timed:
            return None
        event = self._document.has("event", first, last)
        if text.endswith((".", ":")) and len(words) > 6:
            score -= 3
        if len(text) > _LONGEST_TITLE:
            score -= 2
        if line.bullet and line.sign is None:
            score -= 0.5
        score += 3 * line.heading + 3 * event + 2 * text.isupper() + 2 * (n == first_content)
        score += 0.5 * (n == 0 or document.lines[n - 1].start == document.lines[n - 1].end)
        if self._document.has("call", first, last) and len(text) > 60:
            score -= 3
        if self._document.has("host_verb", first, last) and len(text) > 60:
            score -= 4
        if self._document.has("change", first, last) and len(text) > 60:
            score -= 3
        if self._document.has("aside", first, last):
            score -= 4
        if lexicon.at("role", tokens, first) is not None:
            score -= 5
        if timed and len(text) > 160:
            score -= 2
        return score

    def cleaned(self, start: int, end: int) -> str | None:
        """A heading without time, place and words that only shout; None when too little is left."""
        document, tokens, lexicon = self._document, self._tokens, self._lexicon
        first, last = document.token_range(start, end)
        first = self._past_shouting(first, last)
        timed = any(i in self._moments for i in range(first, last))
        if timed:
            first, last = self._telling_run(first, last)
        last = self._before_place(first, last)
        while last > first and (
            (tokens[last - 1].kind == MARK and tokens[last - 1].text not in '!?)»"”')
            or (timed and tokens[last - 1].fold in lexicon.common)
            or (
                timed and any(lexicon.at(kind, tokens, last - 1) for kind in ("of", "at", "this", "in", "place_before"))
            )
        ):
            last -= 1
        while first < last and tokens[first].kind == MARK and tokens[first].text not in '«"“¿¡„(':
            first += 1
        words = [i for i in range(first, last) if tokens[i].kind == WORD]
        if not words or self._is_place(first, last):
            return None
        events = {k for i, found in self._document.phrases("event", first, last) for k in range(i, i + found.length)}
        telling = [
            i
            for i in words
            if i not in events and not lexicon.at("shout", tokens, i) and not lexicon.at("of", tokens, i)
        ]
        if not telling and (timed or len(words) < 2):
            return None
        if timed and not events and tokens[words[0]].text[0].islower():
            return None
        text = " ".join(document.text[tokens[first].start : tokens[last - 1].end].split())
        text = calm(text, tokens[first:last], self._usual)
        return text[0].upper() + text[1:] if 3 <= len(text) <= 160 else None

    def _past_shouting(self, first: int, last: int) -> int:
        """Past "URGENT:" and, where more follows, past "EMERGENCY RALLY!!"."""
        tokens, lexicon = self._tokens, self._lexicon
        while first < last:
            if tokens[first].kind != WORD:
                first += 1
                continue
            word = lexicon.at("shout", tokens, first)
            if word is None or first + word.length >= last:
                break
            after = tokens[first + word.length]
            if not (after.kind == MARK and after.fold in ":!-|.,") and not lexicon.at(
                "shout", tokens, first + word.length
            ):
                break
            first += word.length
        for i in range(first, last - 1):
            if tokens[i].text == "!" and tokens[i + 1].kind == WORD:
                shouts = any(lexicon.at("shout", tokens, k) for k in range(first, i))
                if shouts and sum(token.kind == WORD for token in tokens[i + 1 : last]) >= 2:
                    return i + 1
                break
        return first

    def _telling_run(self, first: int, last: int) -> tuple[int, int]:
        """Of what a date cuts apart, the first piece that names an event, else the longest."""
        runs: list[tuple[int, int]] = []
        begin: int | None = None
        for i in range(first, last + 1):
            cut = i == last or i in self._moments
            if not cut:
                begin = i if begin is None else begin
            elif begin is not None:
                runs.append((begin, i))
                begin = None
        if not runs:
            return last, last
        _lexicon, tokens = self._lexicon, self._tokens

        def words(run: tuple[int, int]) -> int:
            return sum(tokens[i].kind == WORD for i in range(*run))

        named = [run for run in runs if words(run) >= 2 and self._document.has("event", *run)]
        return named[0] if named else max(runs, key=words)

    def _before_place(self, first: int, last: int) -> int:
        """Where a heading begins to say where: "Vigil for the miners at City Hall, Portland"."""
        tokens, lexicon = self._tokens, self._lexicon
        end = last
        for i in range(first + 1, last):
            if tokens[i].kind == MARK and tokens[i].fold in ",-|(•":
                rest = next(
                    (k for k in range(i + 1, last) if tokens[k].kind == MARK and tokens[k].fold in ",-|)("), last
                )
                places = any(
                    self._document.has(kind, i + 1, rest)
                    for kind in ("street_before", "street_after", "square", "venue")
                )
                if rest > i + 1 and (self._is_place(i + 1, rest) or (places and i > first + 1)):
                    end = i
                    break
        for i in range(first + 1, end):
            lead = lexicon.at("place_before", tokens, i)
            if lead is not None and lead.value == "strong":
                before = sum(tokens[k].kind == WORD and not lexicon.at("event", tokens, k) for k in range(first, i))
                if before >= 2:
                    return i
        return end

    def phrase(self, start: int, end: int) -> str | None:
        """ "are organizing a protest against the war on Saturday" -> "Protest against the war"."""
        document, tokens, lexicon = self._document, self._tokens, self._lexicon
        first, last = document.token_range(start, end)
        best: tuple[int, str] | None = None
        for i, event in self._document.phrases("event", first, last):
            if i in self._moments:
                continue
            j = i + event.length
            begin = i
            while begin > first and tokens[begin - 1].kind == WORD and self._describes(begin - 1):
                begin -= 1
            while j < last and j - i < 22:
                token = tokens[j]
                if token.kind == BREAK or j in self._moments or token.text in ",.;:!?()،":
                    break
                stop = lexicon.at("place_stop", tokens, j)
                if stop is not None and stop.value == "hard" and lexicon.at("about", tokens, j) is None:
                    break
                lead = lexicon.at("place_before", tokens, j)
                if lead is not None and lead.value == "strong" and j > i + event.length:
                    break
                j += 1
            while j > i + 1 and (
                lexicon.at("of", tokens, j - 1)
                or lexicon.at("and", tokens, j - 1)
                or lexicon.at("at", tokens, j - 1)
                or lexicon.at("in", tokens, j - 1)
                or tokens[j - 1].kind == MARK
            ):
                j -= 1
            length = j - begin
            about = any(
                lexicon.at("reason", tokens, k) or lexicon.at("about", tokens, k) for k in range(i + event.length, j)
            )
            weight = min(length, 12) + 10 * about
            if (length >= 2 or best is None) and (best is None or weight > best[0]):
                text = " ".join(document.text[tokens[begin].start : tokens[j - 1].end].split())
                if len(text) <= 140:
                    best = weight, text[0].upper() + text[1:]
            if best is not None and about:
                break
        return best[1] if best else None

    def _describes(self, i: int) -> bool:
        """Whether a word before "march" belongs to its name: "Fair Wages march", "silent vigil"."""
        tokens, lexicon = self._tokens, self._lexicon
        return (
            not (
                tokens[i].fold in lexicon.common
                or lexicon.at("article", tokens, i)
                or lexicon.at("of", tokens, i)
                or lexicon.at("and", tokens, i)
                or lexicon.at("call", tokens, i)
                or i in self._moments
                or lexicon.at("host_verb", tokens, i)
                or tokens[i].kind != WORD
                or tokens[i].fold in ("for", "a")
            )
            and i + 1 < len(tokens)
            and tokens[i + 1].start - tokens[i].end <= 1
            and (tokens[i].capital or lexicon.at("describes", tokens, i) is not None)
        )
