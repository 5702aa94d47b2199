"""Cities that a text names: found in the gazetteer under the form in which they stand in the sentence."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from eventkit.events.announcements.lexicon import Lexicon, table
from eventkit.events.announcements.tokens import WORD, Token, fold
from eventkit.venues.gazetteer import City, cities

#: Look-ups in the gazetteer for one text: more than any announcement needs, few enough for a hostile one.
MOST_LOOKUPS = 400
#: A city named in passing must be this large to be believed; after "in" any city is.
LARGE = 100_000
VERY_LARGE = 1_000_000  # in another country than the installation's


@dataclass(frozen=True, slots=True)
class Named:
    """A city and the name it has in the text, in its base form; ``tokens[first:last]`` say it."""

    name: str
    city: City
    first: int
    last: int


class Cities:
    """The cities of one text."""

    def __init__(self, text: str, tokens: Sequence[Token], lexicon: Lexicon, country: str | None) -> None:
        self._text = text
        self._tokens = tokens
        self._lexicon = lexicon
        self._country = country
        self._left = MOST_LOOKUPS
        self._among: dict[tuple[int, int, str | None, str | None, bool], Named | None] = {}
        self._known: dict[tuple[str, str | None, str | None], tuple[str, City] | None] = {}
        self.in_proclitics: tuple[str, ...] = tuple(table(lexicon.code or "en").get("in_proclitics", ()))
        self._aliases = _aliases(lexicon.code or "en")
        self._endings: list[tuple[str, list[str]]] = sorted(
            table(lexicon.code or "en").get("case_ending", {}).items(), key=lambda item: -len(item[0])
        )

    def named(self, first: int, last: int, *, country: str | None = None, region: str | None = None) -> Named | None:
        """The city whose name is exactly ``tokens[first:last]``."""
        if not 0 < last - first <= 5 or self._tokens[first].kind != WORD or self._tokens[last - 1].kind != WORD:
            return None
        written = self._text[self._tokens[first].start : self._tokens[last - 1].end]
        alias = self._aliases.get(fold(written))
        if alias is not None and (len(written) > 4 or written.isupper()):
            found = self._look_up(alias, country, None)
            return Named(alias, found[1], first, last) if found else None
        if len(written) < 3 or len(written) > 60 or "\n" in written:
            return None
        found = self._look_up(written, country, region)
        return Named(found[0], found[1], first, last) if found else None

    def joined(self, first: int, last: int, *, country: str | None, region: str | None) -> Named | None:
        """The city of ``tokens[first:last]`` after an "in" that is written as one with it: "بالرباط"."""
        written = self._text[self._tokens[first].start : self._tokens[last - 1].end]
        for proclitic in self.in_proclitics:
            name = written.removeprefix(proclitic)
            if name != written and len(name) > 2 and (found := self._look_up(name, country, region)) is not None:
                return Named(found[0], found[1], first, last)
        return None

    def _look_up(self, written: str, country: str | None, region: str | None) -> tuple[str, City] | None:
        key = (written, country, region)
        if key not in self._known:
            self._known[key] = None
            for form in self._forms(written):
                if self._left <= 0:
                    break
                self._left -= 1
                if (city := self._best(cities(form), country, region)) is not None:
                    self._known[key] = (_cased(form, city), city)
                    break
        return self._known[key]

    def _forms(self, written: str) -> list[str]:
        """The name as written, and the base forms from which the language may have bent it."""
        forms = [written]
        for proclitic in table(self._lexicon.code or "en").get("proclitics", ()):
            if written.startswith(proclitic) and len(written) > len(proclitic) + 2 and len(proclitic) == 1:
                forms.append(written[len(proclitic) :])
        for ending, bases in self._endings:
            if written.casefold().endswith(ending) and len(written) > len(ending) + 1:
                forms += [written[: -len(ending)] + base for base in bases]
        return forms

    def _best(self, found: list[City], country: str | None, region: str | None) -> City | None:
        """What the text says of country and region decides, then the country of the installation, then size."""
        if country is not None:
            found = [city for city in found if city.country == country]
        if region is not None:
            found = [city for city in found if city.admin1 == region] or found
        elif country is None and self._country is not None:
            found = [city for city in found if city.country == self._country] or found
        return found[0] if found else None

    def among(
        self,
        first: int,
        last: int,
        *,
        country: str | None = None,
        region: str | None = None,
        bare: bool = True,
    ) -> Named | None:
        """The city of ``tokens[first:last]``: the first after a word like "in"; with ``bare`` else any large one."""
        key = (first, last, country, region, bare)
        if key not in self._among:
            self._among[key] = self._find(first, last, country, region, bare)
        return self._among[key]

    def _find(self, first: int, last: int, country: str | None, region: str | None, bare: bool) -> Named | None:
        tokens, lexicon = self._tokens, self._lexicon
        passing: Named | None = None
        i = first
        while i < last:
            inside = lexicon.at("in", tokens, i)
            j = i + inside.length if inside is not None else i
            if j < last and (part := lexicon.at("part_of_town", tokens, j)) is not None and j + part.length < last:
                j += part.length
            if j < last and tokens[j].kind == WORD and self._may_name(j):
                for length in (3, 2, 1):
                    if j + length > last:
                        continue
                    named = self.named(j, j + length, country=country, region=region)
                    if named is None:
                        continue
                    if inside is not None and inside.value != "of":
                        return named
                    if lexicon.at("street_after", tokens, j + length) is not None or (
                        j > 0 and tokens[j - 1].kind == WORD and lexicon.at("street_before", tokens, j - 1)
                    ):
                        break  # "Vine Street", "rue Lyon"
                    home = (country or self._country) in (None, named.city.country)
                    bent = self._lexicon.at("place_after", tokens, j + length) is not None
                    inner = j > first and tokens[j - 1].kind == WORD and tokens[j - 1].capital
                    if bent and (home or not inner):
                        return named  # "İzmir'de", but "Brandenburger Tor'da"
                    large = named.city.population >= (LARGE if home else VERY_LARGE)
                    if (
                        bare
                        and passing is None
                        and (large or (home and (length > 1 or (j > i and lexicon.at("venue", tokens, i - 1)))))
                        and not self._inside_name(j, j + length)
                    ):
                        passing = named
                    break
            i = max(j if inside is not None else i + 1, i + 1)
        return passing

    def _inside_name(self, first: int, last: int) -> bool:
        """Whether capitals stand on both sides: "George" in "King George Square" is no city."""
        tokens = self._tokens
        before = tokens[first - 1] if first > 0 else None
        after = tokens[last] if last < len(tokens) else None
        if before is None or before.kind != WORD or not before.capital or tokens[first].start - before.end != 1:
            return False
        return after is not None and after.kind == WORD and after.capital and after.start - tokens[last - 1].end == 1

    def _may_name(self, i: int) -> bool:
        """Whether the word can begin a city's name: a capital where the script has them, and no word of ours."""
        token = self._tokens[i]
        if token.text[0].islower():
            return False
        tokens, lexicon = self._tokens, self._lexicon
        return not any(
            lexicon.at(category, tokens, i)
            for category in ("month", "weekday", "event", "label", "article", "generic", "relative")
        )


@cache
def _aliases(code: str) -> dict[str, str]:
    """Other names of cities ("NYC"), and districts that stand for theirs ("Kadıköy"): folded name -> city."""
    return {
        fold(name): city
        for language in ("en", code)
        for city, names in table(language).get("city_alias", {}).items()
        for name in names
    }


def _cased(written: str, city: City) -> str:
    """A shouted name in its usual case: the gazetteer's where that is the same word, else with capital initials."""
    if any(character.isdigit() for character in written):
        return re.split(r"\s*\d", written)[0] or city.name  # "Paris 4e"
    if not (written.isupper() or written.islower()) or written.lower() == written.upper():
        return written
    if city.name.casefold() == written.casefold():
        return city.name
    return written.title()
