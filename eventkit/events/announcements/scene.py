"""Everything that was found in a text, before it is sorted into events."""

from dataclasses import dataclass, field
from datetime import date

from eventkit.events.announcements import changes, labels, organizations
from eventkit.events.announcements.addresses import Place
from eventkit.events.announcements.document import Document
from eventkit.events.announcements.groups import Group
from eventkit.events.announcements.headlines import Headlines
from eventkit.events.announcements.labels import Field
from eventkit.events.announcements.occasions import Occasion, adjacent_years, after_the_old, in_month, years_written
from eventkit.events.announcements.places import Places
from eventkit.events.announcements.prose import Prose


@dataclass
class Stop:
    """One event in the making: its day, its labelled values, and its part of the text, ``text[start:end]``.

    ``own_line`` says that this part is the event's alone; ``alternatives`` are days that contradict its own.
    """

    occasion: Occasion
    group: Group
    start: int
    end: int
    alternatives: list[date] = field(default_factory=list)
    flags: set[str] = field(default_factory=set)
    own_line: bool = False


@dataclass
class Scene:
    """What a text holds. ``home`` is the reader's time zone (IANA), ``country`` theirs (ISO 3166-1 alpha-2)."""

    document: Document
    published: date
    home: str | None
    country: str | None
    fields: list[Field]
    places: Places
    changes: list[changes.Change]
    years: dict[tuple[int, int], int]
    organizations: list[organizations.Found]
    headlines: Headlines
    prose: Prose
    _found_places: list[Place] | None = None

    def found_places(self) -> list[Place]:
        """The places that sentences and bare lines name; looked for once, when first asked for."""
        if self._found_places is None:
            named = {it.at for it in self.organizations}
            every = self.places.candidates(0, min(len(self.document.text), _MOST_PLACED))
            self._found_places = [it for it in every if it.street or it.city or it.start not in named]
        return self._found_places


#: Characters in which places are looked for.
_MOST_PLACED = 30_000


def survey(document: Document, published: date, home: str | None, country: str | None) -> Scene:
    """Find fields, places, changes, organizations and the phrases that speak of time."""
    fields = labels.find(document)
    places = Places(document, country)
    months = (document.dates.month_of_year(i) for i in range(len(document.tokens)))
    document.moments = in_month(after_the_old(adjacent_years(document.moments)), next(filter(None, months), None))
    return Scene(
        document,
        published,
        home,
        country,
        fields,
        places,
        changes.find(document),
        years_written(document.moments, published),
        organizations.Organizations(document, fields).find(),
        Headlines(document, fields, places.only_says_where),
        Prose(document, fields),
    )
