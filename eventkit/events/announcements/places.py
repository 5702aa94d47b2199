"""Places: a venue, a street, a city, a postal code and a country out of an address or a sentence."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from eventkit.events.announcements.cities import Cities, Named
from eventkit.events.announcements.document import Document
from eventkit.events.announcements.lexicon import table
from eventkit.events.announcements.tokens import BREAK, MARK, NUMBER, WORD
from eventkit.venues.gazetteer import countries

_POSTAL = (
    ("CA", re.compile(r"(?<![A-Za-z0-9])[ABCEGHJ-NPRSTVXY]\d[A-Z][ -]?\d[A-Z]\d(?![A-Za-z0-9])", re.I)),
    ("GB", re.compile(r"(?<![A-Za-z0-9])[A-Z]{1,2}\d[A-Z0-9]? \d[A-Z]{2}(?![A-Za-z0-9])")),
    ("NL", re.compile(r"(?<![A-Za-z0-9])\d{4} ?[A-Z]{2}(?![A-Za-z0-9])")),
    ("BR", re.compile(r"(?<![\w-])\d{5}-\d{3}(?![\w-])")),
    ("PT", re.compile(r"(?<![\w-])\d{4}-\d{3}(?![\w-])")),
    ("US", re.compile(r"(?<![\w-])\d{5}-\d{4}(?![\w-])")),
    (None, re.compile(r"(?<![\w-])\d{5}(?![\w-])")),
    (None, re.compile(r"(?<![\w-])\d{4}(?![\w-])")),
)
_FOUR_DIGITS = frozenset({"AT", "AU", "BE", "CH", "DK", "LU", "NO", "NZ", "ZA", "TN", "AR", "HU", "BG", "CY", "LB"})

#: Postal abbreviations of the regions of countries whose addresses name them.
REGIONS = {
    "US": frozenset(
        "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK"
        " OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC".split()
    ),
    "CA": frozenset("AB BC MB NB NL NS NT NU ON PE QC SK YT".split()),
    "AU": frozenset("ACT NSW NT QLD SA TAS VIC WA".split()),
    "BR": frozenset("AC AL AM AP BA CE DF ES GO MA MG MS MT PA PB PE PI PR RJ RN RO RR RS SC SE SP TO".split()),
}
_REGION_NAMES = {
    "ontario": "ON", "quebec": "QC", "british columbia": "BC", "alberta": "AB", "manitoba": "MB", "saskatchewan": "SK",
    "nova scotia": "NS", "new brunswick": "NB", "california": "CA", "texas": "TX", "illinois": "IL", "ohio": "OH",
    "massachusetts": "MA", "florida": "FL", "oregon": "OR", "michigan": "MI", "pennsylvania": "PA", "georgia": "GA",
    "minnesota": "MN", "d.c.": "DC", "new jersey": "NJ", "north carolina": "NC", "colorado": "CO", "arizona": "AZ",
    "wisconsin": "WI", "maryland": "MD", "virginia": "VA", "missouri": "MO", "tennessee": "TN", "indiana": "IN",
}  # fmt: skip


@dataclass(frozen=True)
class Place:
    """What a text says of where. ``start`` and ``end`` are the phrase's offsets."""

    venue: str | None = None
    street: str | None = None
    city: str | None = None
    postal_code: str | None = None
    country: str | None = None
    timezone: str | None = None
    online: bool = False
    start: int = 0
    end: int = 0

    @property
    def known(self) -> bool:
        return any((self.venue, self.street, self.city, self.postal_code, self.online))


@dataclass(slots=True)
class _Part:
    first: int
    last: int


class Places:
    """The places of one text."""

    def __init__(self, document: Document, country: str | None) -> None:
        self._document = document
        self._tokens = document.tokens
        self._lexicon = document.lexicon
        self._country = country
        self.cities = Cities(document.text, document.tokens, document.lexicon, country)
        self._nominative = sorted(
            table(document.lexicon.code or "en").get("nominative", {}).items(), key=lambda item: -len(item[0])
        )
        self._taken = {i for mention in document.moments for i in range(mention.first, mention.last)}

    # -- an address

    def parse(self, start: int, end: int, *, bent: bool = False) -> Place:
        """The place that ``text[start:end]`` states, as after "Where:"; ``bent`` by a preposition before it."""
        document, tokens, lexicon = self._document, self._tokens, self._lexicon
        first, last = document.token_range(start, end)
        parts = self._parts(first, last)
        venue: list[str] = []
        street: str | None = None
        city: Named | None = None
        postal: str | None = None
        country: str | None = None
        region: str | None = None
        online = False
        undecided: list[_Part] = []
        unstreeted: list[_Part] = []
        for part in parts:
            text = self._slice(part)
            if self._document.has("online", part.first, part.last):
                online = True
                continue
            code, code_country, part = self._postal(part, postal is not None)
            if code is not None:
                postal, country = code, country or code_country
            if part.first >= part.last:
                continue
            text = self._slice(part)
            named_countries = countries(text) if len(text) > 3 or text.isupper() else []
            if (
                named_countries
                and not (len(text) == 2 and self._region(part))
                and (venue or street or city or len(parts) == 1)
            ):
                country = named_countries[0]
                continue
            region_here = self._region(part)
            if region_here is not None:
                region, region_country, end_of_part = region_here
                country = country or region_country
                part = _Part(part.first, end_of_part)
                if part.first >= part.last:
                    continue
            undecided.append(part)
        for part in undecided:
            if city is None and (whole := self._whole_city(part, country, region)) is not None:
                city = whole
                continue
            part, ending = self._city_at_end(part, country, region)
            city = city or ending
            if part.first >= part.last:
                continue
            before, address = self._street(part, bool(venue) or street is not None)
            if before is not None and (name := self._venue_text(before)):
                venue.append(name)
            unstreeted.append(part if address is None else before or _Part(part.last, part.last))
            if address is not None:
                if street is None:
                    street = self._slice(address)
            elif before is None and (name := self._venue_text(part)):
                venue.append(name)
        for part in unstreeted:
            city = city or self.cities.among(part.first, part.last, country=country, region=region)
        if city is not None and country is None:
            country = city.city.country
        trimmed_end = tokens[last - 1].end if last > first else end
        name = venue[0] if venue else None
        if name is not None and (bent or lexicon.at("place_strip", tokens, first) is not None):
            name = self._unbent(name)
        return Place(
            venue=name,
            street=street,
            city=city.name if city else None,
            postal_code=postal,
            country=country,
            timezone=city.city.timezone if city else None,
            online=online,
            start=tokens[first].start if last > first else start,
            end=trimmed_end,
        )

    def only_says_where(self, first: int, last: int) -> bool:
        """Whether tokens name no thing but a city, a street or a code."""
        if first >= last:
            return False
        place = self.parse(self._tokens[first].start, self._tokens[last - 1].end)
        return place.venue is None and place.known

    def _parts(self, first: int, last: int) -> list[_Part]:
        """The pieces of an address between commas, brackets, dashes and line breaks, without mentions of time."""
        tokens = self._tokens
        parts: list[_Part] = []
        begin: int | None = None
        for i in range(first, last):
            cut = i in self._taken or tokens[i].kind == BREAK or self._separates(i)
            if cut:
                if begin is not None:
                    parts.append(_Part(begin, i))
                begin = None
            elif begin is None:
                begin = i
        if begin is not None:
            parts.append(_Part(begin, last))
        joined: list[_Part] = []
        for part in parts:
            before = joined[-1] if joined else None
            if before is not None and part.first - before.last == 1 and tokens[before.last].text == ",":
                number_after = self._is_number(part) and self._document.has("street_before", before.first, before.last)
                number_before = self._is_number(before) and self._lexicon.at("street_before", tokens, part.first)
                if (
                    number_after and not any(tokens[i].kind == NUMBER for i in range(before.first, before.last))
                ) or number_before:
                    before.last = part.last
                    continue
            joined.append(part)
        return joined

    def _separates(self, i: int) -> bool:
        token, tokens = self._tokens[i], self._tokens
        if token.kind != MARK:
            return False
        if token.text in ',;|()[]،؛!?؟•·:"“”«»„/':
            return True
        if token.fold == "-":
            spaced = (i > 0 and tokens[i - 1].end < token.start) or (
                i + 1 < len(tokens) and tokens[i + 1].start > token.end
            )
            return spaced
        if token.text == ".":
            start, end = self._document.sentence_at(token.start)
            return end == token.end
        return False

    def _slice(self, part: _Part) -> str:
        """The words of a part, in one line."""
        if part.first >= part.last:
            return ""
        text = self._document.text[self._tokens[part.first].start : self._tokens[part.last - 1].end]
        return " ".join(text.split())

    def _is_number(self, part: _Part) -> bool:
        tokens = self._tokens
        return tokens[part.first].kind == NUMBER and part.last - part.first <= 3 and len(tokens[part.first].text) <= 5

    def _postal(self, part: _Part, have: bool) -> tuple[str | None, str | None, _Part]:
        """A postal code in the part, the country that its form tells, and the part without it."""
        tokens, document = self._tokens, self._document
        if have or part.first >= part.last:
            return None, None, part
        start, end = tokens[part.first].start, tokens[part.last - 1].end
        piece = document.text[start:end]
        for country, pattern in _POSTAL:
            hit = pattern.search(piece)
            if hit is None:
                continue
            a, b = document.token_range(start + hit.start(), start + hit.end())
            digits = hit[0].isdigit()
            if country in ("NL",) and self._country not in ("NL", None):
                continue
            if digits and len(hit[0]) == 4 and not self._four_digits(part, a, b):
                continue
            if digits and not (a == part.first or b == part.last):
                continue
            if digits and a == part.first and b < part.last and self._document.has("street_after", b, part.last):
                continue  # a house number
            if a == part.first:
                rest = _Part(b, part.last)
            elif b == part.last:
                rest = _Part(part.first, a)
                while rest.last > rest.first and (
                    tokens[rest.last - 1].text in "-.:" or self._lexicon.at("postal_word", tokens, rest.last - 1)
                ):
                    rest.last -= 1
            else:
                rest = _Part(part.first, a)
            if rest.first < rest.last and self._lexicon.at("postal_word", tokens, rest.first) is not None:
                rest.first += 1
            return hit[0].upper() if country in ("CA", "GB", "NL") else hit[0], country, rest
        return None, None, part

    def _four_digits(self, part: _Part, a: int, b: int) -> bool:
        """Whether four digits are a postal code rather than a year or a house number: only beside a city or region."""
        if self._country is not None and self._country not in _FOUR_DIGITS:
            return False
        if a == part.first and b < part.last:
            return self.cities.named(b, part.last) is not None
        if b == part.last and a > part.first:
            before = _Part(part.first, a)
            return self._region(before) is not None or self.cities.named(part.first, a) is not None
        return a == part.first and b == part.last and self._country in _FOUR_DIGITS

    def _region(self, part: _Part) -> tuple[str, str, int] | None:
        """A region's abbreviation or name at the end of a part: (abbreviation, country, where the part ends without)."""
        tokens = self._tokens
        end = part.last - 1 if tokens[part.last - 1].text == "." and part.last - part.first >= 2 else part.last
        last = tokens[end - 1]
        if last.kind == WORD and (end - part.first == 1 or tokens[part.first].kind == WORD):
            for country in sorted(REGIONS, key=lambda it: it != self._country):
                if last.text in REGIONS[country] and self._country in (None, *REGIONS):
                    return last.text, country, end - 1
        name = _REGION_NAMES.get(self._slice(part).casefold())
        if name is not None and self._country in (None, "US", "CA"):
            return name, "US" if name in REGIONS["US"] else "CA", part.first
        return None

    def _whole_city(self, part: _Part, country: str | None, region: str | None) -> Named | None:
        first = part.first
        while first < part.last and (word := self._lexicon.at("in", self._tokens, first)) is not None:
            first += word.length
        if (
            town := self._lexicon.at("part_of_town", self._tokens, first)
        ) is not None and first + town.length < part.last:
            whole = self.cities.named(first, part.last, country=country, region=region)
            return whole or self.cities.named(first + town.length, part.last, country=country, region=region)
        if first >= part.last or self._lexicon.at("venue", self._tokens, part.last - 1) is not None:
            return None
        return self.cities.named(first, part.last, country=country, region=region)

    def _city_at_end(self, part: _Part, country: str | None, region: str | None) -> tuple[_Part, Named | None]:
        """ "place Bellecour à Lyon", "Rathausmarkt Hamburg": the part without the city that ends it, and the city."""
        tokens, lexicon = self._tokens, self._lexicon
        for i in range(part.last - 1, max(part.first, part.last - 7), -1):
            found = lexicon.at("in", tokens, i)
            if found is None or i + found.length >= part.last:
                continue
            j = i + found.length
            for end in range(min(part.last, j + 4), j, -1):
                named = self.cities.named(j, end, country=country, region=region)
                if named is None or tokens[j].text[0].islower():
                    continue
                if found.value == "of" and (named.city.population < 50_000 or i - part.first < 2):
                    continue
                return _Part(part.first, i), named
        for i in range(part.last - 1, max(part.first, part.last - 4), -1):
            noun = any(lexicon.at(kind, tokens, i - 1) is not None for kind in ("venue", "square"))
            if noun and tokens[i].kind == WORD and tokens[i].capital:
                named = self.cities.named(i, part.last, country=country, region=region)
                if (
                    named is not None
                    and named.city.population >= 50_000
                    and self._country in (None, named.city.country)
                ):
                    return _Part(part.first, i), named
        return part, None

    def _street(self, part: _Part, have_venue: bool) -> tuple[_Part | None, _Part | None]:
        """(what stands before it, the street) of a part; (None, None) when it holds no street."""
        tokens, lexicon = self._tokens, self._lexicon
        numbers = [i for i in range(part.first, part.last) if tokens[i].kind == NUMBER and not self._dates_name(i)]
        before_word = next(
            (i for i in range(part.first, part.last) if lexicon.at("street_before", tokens, i) is not None),
            None,
        )
        after_word = next(
            (i for i in range(part.last - 1, part.first - 1, -1) if lexicon.at("street_after", tokens, i) is not None),
            None,
        )
        square = any(lexicon.at("square", tokens, i) is not None for i in range(part.first, part.last))
        if before_word is not None and not (square and not numbers):
            begin = before_word
            if numbers and numbers[0] < before_word and before_word - numbers[0] <= 3:
                begin = numbers[0]
            words_after = any(tokens[k].kind == WORD for k in range(before_word + 1, part.last))
            if not words_after and begin == before_word:
                begin = part.first  # "Повітрофлотський проспект, 27"
            while begin > part.first and lexicon.at("street_joint", tokens, begin - 1) is not None:
                begin -= 1
            return (_Part(part.first, begin) if begin > part.first else None), _Part(
                before_word if begin < before_word and tokens[begin].kind != NUMBER else begin, part.last
            )
        if after_word is not None and (not square or numbers):
            if numbers and numbers[0] < after_word:
                begin = numbers[0]
                return (_Part(part.first, begin) if begin > part.first else None), _Part(begin, part.last)
            if after_word > part.first or numbers or len(tokens[after_word].text) > 6:
                return None, _Part(self._stripped(part.first, part.last), part.last)
        if square and have_venue:
            return None, part
        if (
            numbers
            and len(numbers) <= 2
            and have_venue
            and numbers[0] > part.first
            and numbers[-1] == part.last - 1
            and len(tokens[numbers[0]].text) <= 4
        ):
            return None, part  # "Unter den Linden 77" beside a venue
        return None, None

    def _dates_name(self, i: int) -> bool:
        """Whether the number belongs to the name of a street: "8 de Maio"."""
        lexicon, tokens = self._lexicon, self._tokens
        of = lexicon.at("of", tokens, i + 1)
        return lexicon.at("month", tokens, i + 1 + (of.length if of is not None else 0)) is not None

    def _unbent(self, name: str) -> str:
        """A name that a preposition has bent ("площі Ринок") in its base form, where the table knows it."""
        words = name.split()
        for n, word in enumerate(words):
            for ending, base in self._nominative:
                if word.casefold().endswith(ending):
                    stem = word[: len(word) - len(ending)]
                    words[n] = stem + (base if stem or word[0].islower() else base.capitalize())
                    break
        return " ".join(words)

    def _stripped(self, first: int, last: int) -> int:
        """Past the words that lead to a place without belonging to its name: "in front of the"."""
        while first < last:
            if (word := self._lexicon.at("place_strip", self._tokens, first)) is None:
                break
            if first + word.length >= last:
                break
            first += word.length
        return first

    def _venue_text(self, part: _Part) -> str | None:
        tokens = self._tokens
        first = self._stripped(part.first, part.last)
        last = part.last
        while last > first:
            if (tokens[last - 1].kind == MARK and tokens[last - 1].text not in ')"') or (
                (word := self._lexicon.at("place_after", tokens, last - 1)) is not None
                and word.length == 1
                and last - 1 > first
            ):
                last -= 1
            else:
                break
        while first < last and tokens[first].kind == MARK:
            first += 1
        text = self._slice(_Part(first, last))
        if not any(character.isalpha() for character in text):
            return None
        return text

    # -- a place in prose

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
            place = self.parse(tokens[a].start, tokens[b - 1].end, bent=a > i)
            if place.venue or place.street or place.postal_code or place.city:
                found.append(replace(place, start=tokens[a].start, end=tokens[b - 1].end))
            i = max(b, i + 1)
        return found

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
        if b <= a:
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
        elif not (has_noun or has_street):
            return None
        return a, self._extended(b, bound)

    def _trailed(self, i: int, first: int) -> tuple[int, int] | None:
        """A place before a word that follows places: "Süreyya Operası önünde", "Taksim Meydanı'nda"."""
        tokens, lexicon = self._tokens, self._lexicon
        if i in self._taken or (after := lexicon.at("place_after", tokens, i)) is None:
            return None
        a = i
        while a > first and i - a < 8 and a - 1 not in self._taken:
            before = tokens[a - 1]
            if before.kind == WORD and before.capital and not lexicon.at("greeting", tokens, a - 1):
                a -= 1
            elif before.kind == NUMBER and a < i:
                a -= 1
            elif (
                before.text in ",'."
                and a < i
                and a - 2 >= first
                and tokens[a - 2].kind == WORD
                and tokens[a - 2].capital
            ):
                # An address goes from the city to the door or the other way: what stands before belongs to it.
                a -= 1
            else:
                break
        if a == i:
            return None
        if not (
            self._document.has("venue", a, i)
            or self._document.has("square", a, i)
            or self._document.has("street_after", a, i)
            or after.length == 1
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
        return b >= len(tokens) or tokens[b].kind == BREAK or tokens[b].fold in ",;.)|،-(:" or b in self._taken

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
            if b > a and (stop := lexicon.at("place_stop", tokens, b)) is not None:
                following = b + stop.length
                if (
                    stop.value == "hard"
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
        """Over the further parts of an address after commas and in the next line: street, postal code, city."""
        tokens, lexicon = self._tokens, self._lexicon
        for _ in range(6):
            if b >= bound or not (tokens[b].text in ",،-(;" or (tokens[b].kind == BREAK)) or b in self._taken:
                break
            n = b + 1
            if n >= bound or n in self._taken:
                break
            end = self._phrase_end(n, bound)
            if end <= n or end - n > 9:
                break
            numbered = any(tokens[k].kind == NUMBER for k in range(n, end))
            street = self._document.has("street_before", n, end) or any(
                lexicon.at("street_after", tokens, k) for k in range(n, end)
            )
            piece = _Part(n, end)
            text = self._slice(piece)
            house = (
                tokens[end - 1].kind == NUMBER
                and len(tokens[end - 1].text) <= 4
                and (end - n == 1 or (tokens[n].kind == WORD and tokens[n].capital and end - n <= 5))
            )
            code = self._postal(_Part(n, end), False)[0]
            place_word = self._document.has("square", n, end) or self._document.has("postal_word", n, end)
            city = self._whole_city(piece, None, None) if end - n <= 4 else None
            region = self._region(piece)
            ends_in_city = self._city_at_end(piece, None, None)[1] is not None
            land = bool(countries(text)) if 3 < len(text) < 40 or text.isupper() else False
            if tokens[b].kind == BREAK and not ((street and numbered) or code):
                break
            if not (
                house
                or street
                or code
                or city
                or region
                or land
                or (place_word and numbered)
                or (place_word and end - n <= 5)
                or (ends_in_city and end - n <= 6)
            ):
                break
            b = end
        return b


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
