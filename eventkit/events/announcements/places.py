"""Places that sentences and bare lines name."""

from collections.abc import Sequence
from dataclasses import replace

from eventkit.events.announcements.addresses import Addresses, Place
from eventkit.events.announcements.postal import Part
from eventkit.events.announcements.tokens import BREAK, MARK, NUMBER, WORD
from eventkit.venues.gazetteer import countries


class Places(Addresses):
    """The places of one text."""

    def candidates(self, start: int, end: int) -> list[Place]:
        """Places that sentences and bare lines of ``text[start:end]`` name, each with where it stands."""
        found: list[Place] = []
        tokens = self._tokens
        first, last = self._document.token_range(start, end)
        i = first
        while i < last:
            segment = self._trailed(i, first) or self._led(i, last) or self._addressed(i, first, last)
            if segment is None:
                i += 1
                continue
            a, b = segment
            place = self.parse(tokens[a].start, tokens[b - 1].end, bent=a > i or self._is_bent(a, b))
            if place.venue or place.street or place.postal_code or place.city:
                found.append(replace(place, start=tokens[a].start, end=tokens[b - 1].end))
            i = max(b, i + 1)
        return found

    def _is_bent(self, a: int, b: int) -> bool:
        """Whether the sentence has bent a venue's name: "Taksim Meydanında", "valilik binasının önünde"."""
        return any(self._tokens[k].kind == WORD and self._lexicon.at("venue_bent", self._tokens, k) for k in (b - 1,))

    def _led(self, i: int, bound: int) -> tuple[int, int] | None:
        """A place after "at", "in front of", "vor dem": from its first word to where it ends."""
        tokens, lexicon = self._tokens, self._lexicon
        if i in self._taken or (tokens[i].kind != WORD and tokens[i].text != "@"):
            return None
        lead = lexicon.at("place_before", tokens, i)
        if lead is None:
            return None
        a = i + lead.length
        while a < bound and lexicon.at("article", tokens, a) is not None and a not in self._taken:
            a += 1
        b = self._phrase_end(a, bound)
        if b <= a or (lead.value != "strong" and lexicon.at("event", tokens, a) is not None):
            return None
        has_noun = self._document.has("venue", a, b) or self._document.has("square", a, b)
        has_street = self._document.has("street_before", a, b) or any(
            lexicon.at("street_after", tokens, k) is not None for k in range(a + 1, b)
        )
        capital = (
            tokens[a].kind == WORD
            and tokens[a].capital
            and not lexicon.at("generic", tokens, a)
            and not self._document.has("event", a, b)
        )
        if lead.value == "strong":
            if not (has_noun or has_street or capital):
                return None
        elif not (has_noun or has_street or (capital and self._in_city(a, b))):
            return None
        return a, self._extended(b, bound)

    def _in_city(self, a: int, b: int) -> bool:
        """Whether a name with an article stands before its city: "in the Octagon, Dunedin"."""
        tokens = self._tokens
        if self._lexicon.at("article", tokens, a - 1) is None or b + 1 >= len(tokens) or tokens[b].text != ",":
            return False
        end = next((k for k in range(b + 1, min(len(tokens), b + 4)) if tokens[k].kind != WORD), b + 1)
        return self.cities.named(b + 1, end) is not None

    def _trailed(self, i: int, first: int) -> tuple[int, int] | None:
        """A place before a word that follows places: "Süreyya Operası önünde", "Taksim Meydanı'nda"."""
        tokens, lexicon = self._tokens, self._lexicon
        if i in self._taken:
            return None
        bent = lexicon.at("venue_bent", tokens, i)
        after = lexicon.at("place_after", tokens, i)
        if bent is None and after is None:
            return None
        a = i
        while a > first and i - a < 8 and a - 1 not in self._taken:
            before = tokens[a - 1]
            named = before.kind == WORD and before.capital and not lexicon.at("greeting", tokens, a - 1)
            joined = before.text in ",'." and a - 2 >= first and tokens[a - 2].kind == WORD and tokens[a - 2].capital
            noun = before.kind == WORD and lexicon.at("venue", tokens, a - 1) is not None
            if not named and not noun and not (a < i and (joined or before.kind == NUMBER)):
                break
            a -= 1
        if a == i or (i - a == 1 and not tokens[a].capital):
            return None
        if bent is not None or after is None:
            return (a, i + 1) if any(token.capital for token in tokens[a:i]) else None
        if not (
            self._document.has("venue", a, i)
            or self._document.has("square", a, i)
            or self._document.has("street_after", a, i)
            or after.length == 1
            or (i - a >= 2 and self._document.has("call", i + after.length, i + after.length + 2))
            or self.cities.named(a, i) is not None
        ):
            return None
        return a, i

    def _addressed(self, i: int, first: int, bound: int) -> tuple[int, int] | None:
        """An address or venue that stands by itself: at the beginning of a line or of a sentence."""
        tokens, lexicon = self._tokens, self._lexicon
        if i in self._taken or tokens[i].kind == BREAK or tokens[i].kind == MARK:
            return None
        if not (i == 0 or tokens[i - 1].kind == BREAK or tokens[i - 1].fold in ".,;:!?،)-|•(" or i - 1 in self._taken):
            return None
        b = self._phrase_end(i, bound)
        if (
            b <= i
            or b - i > 14
            or not (
                tokens[i].kind == NUMBER
                or not tokens[i].text[0].islower()
                or self._careless
                or lexicon.at("square", tokens, i)
                or lexicon.at("venue", tokens, i)
                or lexicon.at("street_before", tokens, i)
            )
        ):
            return None
        if lexicon.at("event", tokens, i) is not None or any(
            (lead := lexicon.at("place_before", tokens, k)) is not None and lead.value == "strong" for k in range(i, b)
        ):
            return None  # what stands before "vor der" is no place
        if self._document.has("call", i, b) or (
            self._document.has("event", i, b) and not self._document.has("venue", i, b)
        ):
            return None
        numbered = tokens[i].kind == NUMBER and any(lexicon.at("street_after", tokens, k) for k in range(i + 1, b))
        streeted = lexicon.at("street_before", tokens, i) is not None or (
            any(tokens[k].kind == NUMBER for k in range(i, b))
            and any(
                lexicon.at("street_after", tokens, k) or lexicon.at("street_before", tokens, k) for k in range(i, b)
            )
        )
        named = (self._document.has("venue", i, b) or self._document.has("square", i, b)) and b - i <= 8
        if not (numbered or streeted or named):
            return None
        if named and not (numbered or streeted) and not self._closed(b):
            return None
        return i, self._extended(b, bound)

    def _closed(self, b: int) -> bool:
        tokens = self._tokens
        return b >= len(tokens) or tokens[b].kind == BREAK or tokens[b].fold in ",;.)|،-(:→" or b in self._taken

    def _phrase_end(self, a: int, bound: int) -> int:
        """Where a name of a place ends: at a mark, a mention of time, or a word that leads on."""
        tokens, lexicon = self._tokens, self._lexicon
        b = a
        while b < bound and b - a < 14:
            token = tokens[b]
            if token.kind == BREAK or b in self._taken:
                break
            if self._separates(b):
                break
            if b > a and lexicon.at("place_after", tokens, b) is not None:
                break
            if b > a and (stop := lexicon.at("place_stop", tokens, b)) is not None:
                following = b + stop.length
                if (
                    (stop.value == "hard" and not (token.capital and following < bound))
                    or following >= bound
                    or tokens[following].kind != WORD
                    or not (tokens[following].capital)
                ):
                    break
            b += 1
        while b > a and tokens[b - 1].kind == MARK and tokens[b - 1].text in ".'-":
            if tokens[b - 1].text == "." and lexicon.at("street_after", tokens, b - 2):
                break
            b -= 1
        return b

    def _extended(self, b: int, bound: int) -> int:
        """Over the further parts of an address after commas and in the next line: street, postal code, city.

        One part that nothing tells ("Briggate") belongs to it if the next part does.
        """
        tokens = self._tokens
        sure = b
        unknown = 0
        for _ in range(6):
            if b >= bound or not (tokens[b].fold in ",،-(;" or tokens[b].kind == BREAK) or b in self._taken:
                break
            n = b + 1
            if n >= bound or n in self._taken:
                break
            end = self._phrase_end(n, bound)
            if end <= n or end - n > 9:
                break
            if self._belongs(n, end, next_line=tokens[b].kind == BREAK):
                sure, unknown = end, 0
            elif unknown or end - n > 3 or not tokens[n].capital or tokens[b].fold != ",":
                break
            else:
                unknown = 1
            b = end
        return sure

    def _belongs(self, n: int, end: int, *, next_line: bool) -> bool:
        """Whether ``tokens[n:end]`` is a part of an address."""
        tokens, lexicon = self._tokens, self._lexicon
        numbered = any(tokens[k].kind == NUMBER for k in range(n, end))
        street = self._document.has("street_before", n, end) or any(
            lexicon.at("street_after", tokens, k) for k in range(n, end)
        )
        piece = Part(n, end)
        code = self._postal(Part(n, end), False)[0]
        if next_line:
            alone = end - n <= 3 and (end >= len(tokens) or tokens[end].kind == BREAK) and tokens[n].capital
            return bool((street and numbered) or code) or (alone and self._whole_city(piece, None, None) is not None)
        house = (
            tokens[end - 1].kind == NUMBER
            and len(tokens[end - 1].text) <= 4
            and (end - n == 1 or (tokens[n].kind == WORD and tokens[n].capital and end - n <= 5))
        )
        if house or street or code is not None or self._region(piece) is not None:
            return True
        if (self._document.has("square", n, end) or self._document.has("postal_word", n, end)) and (
            numbered or end - n <= 5
        ):
            return True
        if end - n <= 4 and self._whole_city(piece, None, None) is not None:
            return True
        if end - n <= 6 and self._city_at_end(piece, None, None)[1] is not None:
            return True
        text = self._slice(piece)
        return bool(countries(text)) if 3 < len(text) < 40 or text.isupper() else False


def nearest(places: Sequence[Place], at: int, *sentences: tuple[int, int]) -> Place | None:
    """The place that belongs to what is said at an offset: in one of its sentences, with an address, close by."""
    if not places:
        return None

    def rank(place: Place) -> tuple[int, int]:
        weight = 0
        if any(start <= place.start < end for start, end in sentences):
            weight += 4
        weight += 2 * (place.street is not None) + (place.city is not None) + (place.postal_code is not None)
        weight += 2 * (place.venue is not None)
        distance = min(abs(place.start - at), abs(place.end - at))
        weight -= distance // 150
        return -weight, distance

    return min(places, key=rank)
