"""Where feeds are, and the addresses with which calendar applications subscribe to them.

The addresses are the only thing that is handed to somebody else's service, and only when a person follows the link.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from eventkit import i18n
from eventkit.accounts.models import User
from eventkit.calendars import personal
from eventkit.events.filters import EventFilter
from eventkit.web import external_url


@dataclass(frozen=True)
class Subscription:
    """The address of a feed (http or https), what it is called, and the ways in for calendar applications."""

    address: str
    name: str

    @property
    def webcal(self) -> str:
        """Opens the device's own calendar: Apple's, Thunderbird, and what else has asked for it."""
        return f"webcal://{self.address.partition('://')[2]}"

    @property
    def google(self) -> str:
        return f"https://calendar.google.com/calendar/render?{urlencode({'cid': self.webcal})}"

    @property
    def outlook(self) -> str:
        """For accounts of one's own: outlook.com, hotmail.com, live.com."""
        return self._outlook("outlook.live.com")

    @property
    def office(self) -> str:
        """For accounts of an employer or a school: Microsoft 365."""
        return self._outlook("outlook.office.com")

    def _outlook(self, host: str) -> str:
        query = urlencode({"url": self.address, "name": self.name}, quote_via=quote, safe="")
        return f"https://{host}/calendar/0/addfromweb?{query}"


def of_filter(wanted: EventFilter) -> str:
    """The feed of everything that the filter lets through; an organization's own where it asks for nothing else."""
    query = wanted.query()
    if [*query] == ["organization"]:
        return external_url("calendars.of_organization", language=_language(), slug=wanted.organization)
    # A plus for a blank is lost where an application takes the address apart and puts it together again.
    return external_url("calendars.feed", language=_language(), **query).replace("+", "%20")


def of_organization(slug: str) -> str:
    return of_filter(EventFilter(organization=slug))


def of_person(user: User) -> str:
    """A person's own feed. Whoever has this address reads it."""
    return external_url("calendars.own", token=personal.token(user))


def _language() -> str | None:
    """Of the page: a feed's texts follow its address, never a header."""
    language = i18n.current_locale().language
    return None if language == i18n.SOURCE_LANGUAGE else language
