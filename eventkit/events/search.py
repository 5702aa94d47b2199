"""What `q` finds: the words of an event, folded, so that case, accents and ways of writing a letter do not matter."""

from __future__ import annotations

from eventkit.events import places
from eventkit.events.models import Event
from eventkit.text import fold
from eventkit.venues import gazetteer

#: characters of an event that are searched; longer ones are found by their beginning
_LONGEST = 20_000


def words(text: str) -> list[str]:
    """The words as they are stored and looked for, each once; none where there is nothing but punctuation."""
    folded = (gazetteer.fold(word) for word in fold(text, longest=_LONGEST).split())
    return list(dict.fromkeys(word for word in folded if word))


def text_of(event: Event) -> str:
    """For `Event.search_text`: title, who, what, why, place, organizations and tags."""
    venue = places.told(event)
    organizations = [part.organization for part in event.participations]
    told = [
        event.title,
        *(name for one in organizations for name in (one.name, one.abbreviation, one.native_name)),
        *(tag.name for tag in event.tags),
        venue.name,
        venue.street,
        venue.city,
        event.who,
        event.what,
        event.why,
    ]
    return " ".join(words("\n".join(told)))
