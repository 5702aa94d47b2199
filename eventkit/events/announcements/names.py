"""Names of organizations in a row of words: where each begins and ends, and which words are no name."""

from collections.abc import Iterator

from eventkit.events.announcements.document import Document
from eventkit.events.announcements.tokens import BREAK, MARK, NUMBER, WORD
from eventkit.venues.gazetteer import countries

_QUOTES = {"«": "»", "“": "”", "„": "“", '"': '"', "‹": "›", "»": "«"}
_LONGEST_NAME = 12  # words


class Names:
    """The names in one text."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._tokens = document.tokens
        self._lexicon = document.lexicon
        self._moments = {i for mention in document.moments for i in range(mention.first, mention.last)}

    def _names(
        self,
        first: int,
        last: int,
        role: str,
        *,
        lines: bool = False,
        subject: bool = False,
        backwards: bool = False,
    ) -> Iterator[tuple[str, str, int]]:
        """The names in ``tokens[first:last]`` as (name, role, offset). A subject is the last clause before its verb."""
        tokens, lexicon = self._tokens, self._lexicon
        if subject or backwards:
            quoted = self._quoted(first, last)
            for i in range(last - 1, first - 1, -1):
                if i in quoted:
                    continue
                if tokens[i].text in (";", ":", "!", "?", "•", "|") or i in self._moments or self._stops(i):
                    first = i + 1
                    break
        i = first
        while i < last:
            # What leads to a name.
            if tokens[i].kind == BREAK or (tokens[i].kind == MARK and tokens[i].text not in _QUOTES):
                if tokens[i].text in ".!?" and not lines and i > first:
                    break
                i += 1
                continue
            if i > first and not lines and lexicon.at("role", tokens, i) is not None:
                break
            if (switch := lexicon.at("with", tokens, i)) is not None and i > first:
                role = "cohost" if role == "host" else role
                i += switch.length
                continue
            if (
                word := lexicon.at("article", tokens, i)
                or lexicon.at("and", tokens, i)
                or lexicon.at("name_lead", tokens, i)
            ) is not None:
                i += word.length
                continue
            a = i
            i = self._name_end(a, last, lines)
            if i <= a:
                break
            if not subject and lexicon.at("present_verb", tokens, i) is not None:
                break  # the subject of its own clause: "organized by A, and B will be there"
            name = self._name(a, i)
            if name is not None and a > first and lexicon.at("and_joined", tokens, a) is not None:
                name = name[1:]  # Arabic writes "and" as one with the name
            if name is not None:
                yield name, role, tokens[a].start
            elif not lines and not subject and not backwards and tokens[a].kind == WORD and not self._goes_on(i, last):
                break
            if i < last and not lines and self._stops(i):
                break

    def _quoted(self, first: int, last: int) -> set[int]:
        """The tokens that stand between quotation marks."""
        quoted: set[int] = set()
        i = first
        while i < last:
            closing = _QUOTES.get(self._tokens[i].text)
            near = range(i + 1, min(last, i + 3 * _LONGEST_NAME))
            end = next((k for k in near if self._tokens[k].text == closing), None) if closing else None
            if end is not None:
                quoted.update(range(i, end + 1))
                i = end
            i += 1
        return quoted

    def _goes_on(self, i: int, last: int) -> bool:
        return i < last and (self._tokens[i].text in ",،&" or self._lexicon.at("and", self._tokens, i) is not None)

    def _stops(self, i: int) -> bool:
        tokens, lexicon = self._tokens, self._lexicon
        if i in self._moments:
            return True
        if lexicon.at("with", tokens, i) is not None or (tokens[i].kind == WORD and tokens[i].capital):
            return False  # "Hands That Pick"
        if any(lexicon.at(category, tokens, i) for category in ("present_verb", "host_verb", "endorse_verb", "role")):
            return True
        if self._place_follows(i):
            return True
        for category in ("reason", "name_stop"):
            if (stop := lexicon.at(category, tokens, i)) is not None:
                following = i + stop.length
                # "Collectif Toits pour Toustes": a small word between capitals belongs to the name.
                return not (
                    following < len(tokens)
                    and following not in self._moments
                    and tokens[following].kind == WORD
                    and tokens[following].capital
                )
        return False

    def _place_follows(self, i: int) -> bool:
        tokens, lexicon = self._tokens, self._lexicon
        lead = lexicon.at("place_before", tokens, i)
        if lead is None or (lead.value != "strong" and lexicon.at("of", tokens, i) is not None):
            return False
        a = i + lead.length
        near = next((k for k in range(a, min(len(tokens), a + 5)) if tokens[k].kind in (MARK, BREAK)), a + 5)
        return self._document.has("venue", a, near) or self._document.has("square", a, near)

    def _name_end(self, a: int, last: int, lines: bool) -> int:
        tokens, lexicon = self._tokens, self._lexicon
        i = a
        closing: str | None = None
        while i < last and i - a < 3 * _LONGEST_NAME:
            token = tokens[i]
            if closing is not None:
                if token.text == closing:
                    closing = None
                elif token.kind == BREAK:
                    break
                i += 1
                continue
            if token.kind == BREAK:
                if lines or i + 1 >= last:
                    break
                i += 1
                continue
            if token.kind == MARK:
                if token.text in _QUOTES:
                    closing = _QUOTES[token.text]
                    i += 1
                    continue
                initial = token.text == "." and i + 1 < last and tokens[i + 1].kind == WORD
                if initial and (
                    tokens[i + 1].start == token.end
                    or len(tokens[i - 1].text) == 1
                    or lexicon.at("abbreviation", tokens, i - 1) is not None
                ):  # "e. V.", "U.S.", "St. Brendan's"
                    i += 1
                    continue
                if token.text in "&+" and a > 0 and tokens[a - 1].text in (",", "،"):
                    break  # "A, B & C"; but "Prairie & Coast Network"
                if token.text == "(" and i > a:
                    break
                spaced = token.fold == "-" and tokens[i - 1].end < token.start
                if token.text in ",;،؛|•/()!?:." or spaced:
                    break
                i += 1
                continue
            if i > a and (self._splits(i, a) or (not lines and (self._stops(i) or lexicon.at("with", tokens, i)))):
                break
            i += 1
        return i

    def _splits(self, i: int, a: int) -> bool:
        """Whether the word at ``i`` begins the next name: "and", or Arabic's "and" written as one with it."""
        tokens, lexicon = self._tokens, self._lexicon
        if lexicon.at("and_joined", tokens, i) is not None:
            return True
        joiner = lexicon.at("and", tokens, i)
        if joiner is None or tokens[i].kind == MARK:
            return False
        following = i + joiner.length
        if following >= len(tokens):
            return True
        if (
            lexicon.at("direction", tokens, i - 1) is not None
            and lexicon.at("direction", tokens, following) is not None
        ):
            return False  # "Costureras del Norte y Occidente"
        words_before = sum(tokens[k].kind == WORD for k in range(a, i))
        return (
            lexicon.at("article", tokens, following) is not None
            or lexicon.at("of", tokens, following) is not None
            or words_before >= 2
            or tokens[a].text.isupper()
        )

    def _name(self, a: int, b: int) -> str | None:
        """The name in ``tokens[a:b]`` if it is one: not a description, a country, or a sentence."""
        tokens, lexicon = self._tokens, self._lexicon
        for k in range(a, b):
            if tokens[k].text in _QUOTES:
                closing = _QUOTES[tokens[k].text]
                end = next((n for n in range(k + 1, b) if tokens[n].text == closing), None)
                if (
                    end is not None
                    and end > k + 1
                    and not any(tokens[n].capital and tokens[n].kind == WORD for n in range(a, k))
                ):
                    return self._text(k + 1, end)
        while b > a and tokens[b - 1].kind in (MARK, BREAK) and tokens[b - 1].text not in ')»”"':
            b -= 1
        while b > a and ((tail := lexicon.at("name_tail", tokens, b - 1)) is not None and tail.length == 1):
            b -= 1
        while b > a and tokens[b - 1].kind in (MARK, BREAK) and tokens[b - 1].text not in ')»”"':
            b -= 1
        words = [token for token in tokens[a:b] if token.kind == WORD]
        if not words or len(words) > _LONGEST_NAME:
            return None
        if any(token.text in "@" or token.text.casefold() in ("http", "https", "www") for token in tokens[a:b]):
            return None
        if lexicon.at("person", tokens, a) is not None:
            return None
        cased = any(token.text.lower() != token.text.upper() for token in words)
        organized = lexicon.at("org_noun", tokens, a) is not None
        led = organized or tokens[a].kind == NUMBER  # "collectif Toits", "350 Vermont"
        if cased and not words[0].capital and not (led and any(token.capital for token in words)):
            return None
        telling = [
            k
            for k in range(a, b)
            if tokens[k].kind == WORD
            and not lexicon.at("generic", tokens, k)
            and not lexicon.at("article", tokens, k)
            and not lexicon.at("of", tokens, k)
            and tokens[k].fold not in lexicon.common
            and (not cased or tokens[k].capital or organized)
        ]
        capitals = sum(token.capital for token in words)
        if not telling and not (capitals >= 3 and len(words) >= 3):
            return None
        if not cased and not organized and len(words) < 2:
            return None
        text = self._text(a, b)
        if len(text) < 2 or countries(text):
            return None
        if (
            any(lexicon.at("month", tokens, k) or lexicon.at("weekday", tokens, k) for k in range(a, b))
            and len(words) == 1
        ):
            return None
        return text

    def _text(self, a: int, b: int) -> str:
        piece = self._document.text[self._tokens[a].start : self._tokens[b - 1].end]
        return " ".join(piece.split()).strip(" '’‘")
