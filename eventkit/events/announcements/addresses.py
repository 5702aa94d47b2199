"""An address taken apart: venue, street, city, postal code, country."""

from dataclasses import dataclass

from eventkit.events.announcements.cities import Named
from eventkit.events.announcements.postal import Part, Postal
from eventkit.events.announcements.tokens import BREAK, MARK, NUMBER, WORD
from eventkit.venues.gazetteer import countries


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
    guessed: bool = False  # the city is only a word of the venue's name
    start: int = 0
    end: int = 0

    @property
    def known(self) -> bool:
        return any((self.venue, self.street, self.city, self.postal_code, self.online))


class Addresses(Postal):
    """The addresses of one text."""

    def parse(self, start: int, end: int, *, bent: bool = False) -> Place:
        """The place that ``text[start:end]`` states, as after "Where:"; ``bent`` by a preposition before it."""
        document, tokens, lexicon = self._document, self._tokens, self._lexicon
        first, last = document.token_range(start, end)
        parts = self._parts(first, last)
        venue: list[tuple[str, int]] = []  # and how surely it is one
        street: str | None = None
        city: Named | None = None
        postal: str | None = None
        country: str | None = None
        region: str | None = None
        online = False
        undecided: list[Part] = []
        unstreeted: list[Part] = []
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
                part = Part(part.first, end_of_part)
                if part.first >= part.last:
                    continue
            undecided.append(part)
        for part in undecided:
            whole = self._whole_city(part, country, region)
            if whole is not None and (city is None or whole.name == city.name or self._is_quarter(city)):
                city = whole
                continue
            part, ending = self._city_at_end(part, country, region)
            city = city or ending
            if part.first >= part.last:
                continue
            before, address = self._street(part, street is not None or bool(venue), any(sure == 2 for _, sure in venue))
            if before is not None and (name := self._venue_text(before)):
                venue.append((name, self._tells(before)))
            unstreeted.append(part if address is None else before or Part(part.last, part.last))
            if address is not None:
                numbered = any(tokens[k].kind == NUMBER for k in range(address.first, address.last))
                if street is None or (numbered and not any(character.isdigit() for character in street)):
                    street = self._unjoined(address)
            elif before is None and (name := self._venue_text(part)):
                venue.append((name, self._tells(part)))
        guessed = city is None
        for part in unstreeted:
            city = city or self.cities.among(part.first, part.last, country=country, region=region)
        named = city.name if city else None
        if city is None and (postal or region) and len(venue) >= 2 and venue[-1][1] == 1 and street is not None:
            named = venue.pop()[0]  # too small for the gazetteer, but where cities stand
        if city is not None and country is None:
            country = city.city.country
        trimmed_end = tokens[last - 1].end if last > first else end
        name = max(venue, key=lambda it: it[1])[0] if venue else None
        if name is not None and (bent or lexicon.at("place_strip", tokens, first) is not None):
            name = self._unbent(name)
        return Place(
            venue=name,
            street=street,
            city=named,
            postal_code=postal,
            country=country,
            timezone=city.city.timezone if city else None,
            online=online,
            guessed=guessed and city is not None,
            start=tokens[first].start if last > first else start,
            end=trimmed_end,
        )

    def only_says_where(self, first: int, last: int) -> bool:
        """Whether tokens name no thing but a city, a street or a code."""
        if first >= last:
            return False
        place = self.parse(self._tokens[first].start, self._tokens[last - 1].end)
        return place.venue is None and place.known

    def _parts(self, first: int, last: int) -> list[Part]:
        """The pieces of an address between commas, brackets, dashes and line breaks, without mentions of time."""
        tokens = self._tokens
        parts: list[Part] = []
        begin: int | None = None
        for i in range(first, last):
            cut = i in self._taken or tokens[i].kind == BREAK or self._separates(i)
            if cut:
                if begin is not None:
                    parts.append(Part(begin, i))
                begin = None
            elif begin is None:
                begin = i
        if begin is not None:
            parts.append(Part(begin, last))
        joined: list[Part] = []
        for part in parts:
            before = joined[-1] if joined else None
            if before is not None and part.first - before.last == 1 and tokens[before.last].text == ",":
                number_after = self._is_number(part) and self._document.has("street_before", before.first, before.last)
                number_before = self._is_number(before) and self._lexicon.at("street_before", tokens, part.first)
                if (
                    number_after
                    and not any(
                        tokens[i].kind == NUMBER and not self._dates_name(i) for i in range(before.first, before.last)
                    )
                ) or number_before:
                    before.last = part.last
                    continue
            joined.append(part)
        return joined

    def _separates(self, i: int) -> bool:
        token, tokens = self._tokens[i], self._tokens
        if token.kind != MARK:
            return False
        if token.text == ":" and i > 0 and tokens[i - 1].fold in ("no", "nr", "n"):
            return False  # "Caddesi No: 219"
        if token.text in ',;|()[]،؛!?؟•·:"“”«»„/→':
            return True
        if token.fold == "-":
            return (i > 0 and tokens[i - 1].end < token.start) or (
                i + 1 < len(tokens) and tokens[i + 1].start > token.end
            )
        if token.text == ".":
            return self._document.sentence_at(token.start)[1] == token.end
        return False

    def _is_number(self, part: Part) -> bool:
        tokens = self._tokens
        return tokens[part.first].kind == NUMBER and part.last - part.first <= 3 and len(tokens[part.first].text) <= 5

    def _unjoined(self, address: Part) -> str:
        """The street, without the "in" that Arabic writes as one with it."""
        text, word = self._slice(address), self._tokens[address.first].text
        for proclitic in self.cities.in_proclitics:
            if (
                word.startswith(proclitic)
                and self._lexicon.at("street_before", self._tokens, address.first) is not None
            ):
                return text.removeprefix(proclitic)
        return text

    def _street(self, part: Part, have_venue: bool, sure_venue: bool) -> tuple[Part | None, Part | None]:
        """(what stands before it, the street) of a part, (None, None) when it holds none.

        A square is one only where there is a venue already, and "Unter den Linden 77" only beside one.
        """
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
            return (Part(part.first, begin) if begin > part.first else None), Part(
                before_word if begin < before_word and tokens[begin].kind != NUMBER else begin, part.last
            )
        if after_word is not None and (not square or numbers):
            if numbers and numbers[0] < after_word:
                begin = numbers[0]
                return (Part(part.first, begin) if begin > part.first else None), Part(begin, part.last)
            compound = after_word == part.last - 1 and len(tokens[after_word].text) > 6  # "Karlstraße"
            if after_word > part.first or numbers or compound:
                return None, Part(self._stripped(part.first, part.last), part.last)
        if square and sure_venue:
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

    def _tells(self, part: Part) -> int:
        """How surely a part names a venue: 2 by a word for one, 0 where it names an event ("Vortrag, Rathaus")."""
        document = self._document
        if document.has("venue", part.first, part.last) or document.has("square", part.first, part.last):
            return 2
        return 0 if document.has("event", part.first, part.last) else 1

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

    def _venue_text(self, part: Part) -> str | None:
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
        text = self._slice(Part(first, last))
        if first < last and any(self._lexicon.at(kind, tokens, first) for kind in ("venue", "square")):
            for proclitic in self.cities.in_proclitics:
                text = text.removeprefix(proclitic)  # "بمقر النقابة"
        if not any(character.isalpha() for character in text):
            return None
        return text
