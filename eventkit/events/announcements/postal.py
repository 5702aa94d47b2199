"""Postal codes, regions and cities: what an address ends with."""

import re
from dataclasses import dataclass

from eventkit.events.announcements.cities import Cities, Named
from eventkit.events.announcements.document import Document
from eventkit.events.announcements.lexicon import table
from eventkit.events.announcements.tokens import WORD

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
# ruff: noqa: SIM905
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


@dataclass(slots=True)
class Part:
    """A piece of an address: ``tokens[first:last]``."""

    first: int
    last: int


class Postal:
    """The ends of addresses in one text."""

    def __init__(self, document: Document, country: str | None) -> None:
        self._document = document
        self._tokens = document.tokens
        self._lexicon = document.lexicon
        self._country = country
        self.cities = Cities(document.text, document.tokens, document.lexicon, country)
        self._nominative = sorted(
            table(document.lexicon.code or "en").get("nominative", {}).items(), key=lambda item: -len(item[0])
        )
        words = [token for token in self._tokens if token.kind == WORD]
        capitals = sum(token.capital for token in words)
        small = bool(words) and words[0].text[0].islower()
        self._careless = capitals * (8 if small else 20) < len(words)  # all in small letters
        self._taken = {i for mention in document.moments for i in range(mention.first, mention.last)}

    def _postal(self, part: Part, have: bool) -> tuple[str | None, str | None, Part]:
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
                rest = Part(b, part.last)
            elif b == part.last:
                rest = Part(part.first, a)
                while rest.last > rest.first and (
                    tokens[rest.last - 1].text in "-.:" or self._lexicon.at("postal_word", tokens, rest.last - 1)
                ):
                    rest.last -= 1
            else:
                rest = Part(part.first, a)
            if rest.first < rest.last and self._lexicon.at("postal_word", tokens, rest.first) is not None:
                rest.first += 1
            return hit[0].upper() if country in ("CA", "GB", "NL") else hit[0], country, rest
        return None, None, part

    def _four_digits(self, part: Part, a: int, b: int) -> bool:
        """Whether four digits are a postal code rather than a year or a house number: only beside a city or region."""
        if self._country is not None and self._country not in _FOUR_DIGITS:
            return False
        if a == part.first and b < part.last:
            return self.cities.named(b, part.last) is not None
        if b == part.last and a > part.first:
            before = Part(part.first, a)
            return self._region(before) is not None or self.cities.named(part.first, a) is not None
        return a == part.first and b == part.last and self._country in _FOUR_DIGITS

    def _region(self, part: Part) -> tuple[str, str, int] | None:
        """A region's abbreviation or name at the end of a part: (its code, country, where the part then ends)."""
        tokens = self._tokens
        end = part.last - 1 if tokens[part.last - 1].text == "." and part.last - part.first >= 2 else part.last
        last = tokens[end - 1]
        led = end - part.first > 1 and self._lexicon.at("in", tokens, end - 2) is not None  # "Freedom Plaza in DC"
        if last.kind == WORD and not led and (end - part.first == 1 or tokens[part.first].kind == WORD):
            for country in sorted(REGIONS, key=lambda it: it != self._country):
                if last.text in REGIONS[country] and self._country in (None, *REGIONS):
                    return last.text, country, end - 1
        name = _REGION_NAMES.get(self._slice(part).casefold())
        if name is not None and self._country in (None, "US", "CA"):
            return name, "US" if name in REGIONS["US"] else "CA", part.first
        return None

    def _slice(self, part: Part) -> str:
        """The words of a part, in one line."""
        if part.first >= part.last:
            return ""
        text = self._document.text[self._tokens[part.first].start : self._tokens[part.last - 1].end]
        return " ".join(text.split())

    def _whole_city(self, part: Part, country: str | None, region: str | None) -> Named | None:
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

    def _city_at_end(self, part: Part, country: str | None, region: str | None) -> tuple[Part, Named | None]:
        """ "place Bellecour à Lyon", "Rathausmarkt Hamburg": the part without the city that ends it, and the city."""
        tokens, lexicon = self._tokens, self._lexicon
        for i in range(part.last - 1, max(part.first, part.last - 7), -1):
            found = lexicon.at("in", tokens, i)
            if found is None or i + found.length >= part.last:
                if (joined := self.cities.joined(i, part.last, country=country, region=region)) is not None:
                    return Part(part.first, i), joined
                continue
            j = i + found.length
            if (
                found.value == "of"
                and self._document.has("street_before", part.first, i)
                and not self._document.has("square", part.first, i)
            ):
                continue  # "avenue d'Iéna"
            for end in range(min(part.last, j + 4), j, -1):
                named = self.cities.named(j, end, country=country, region=region)
                if named is None or tokens[j].text[0].islower():
                    continue
                if found.value == "of" and (named.city.population < 50_000 or i - part.first < 2):
                    continue
                return Part(part.first, i), named
        for i in range(part.last - 1, max(part.first, part.last - 4), -1):
            noun = any(lexicon.at(kind, tokens, i - 1) is not None for kind in ("venue", "square"))
            if noun and tokens[i].kind == WORD and tokens[i].capital:
                named = self.cities.named(i, part.last, country=country, region=region)
                if (
                    named is not None
                    and named.city.population >= 50_000
                    and self._country in (None, named.city.country)
                ):
                    return Part(part.first, i), named
        return part, None

    def _is_quarter(self, city: Named) -> bool:
        """Whether a name of the gazetteer is rather a part of the city after it: "Logan Square, Chicago"."""
        return city.last - city.first > 1 and self._lexicon.at("square", self._tokens, city.last - 1) is not None
