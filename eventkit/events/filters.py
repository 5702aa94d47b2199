"""What a list or a feed is narrowed to: words, a place, days, an organization, a tag.

The same query string means the same on `/`, at `/feeds` and in every feed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Self

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import aliased

from eventkit.errors import DomainError
from eventkit.events import search
from eventkit.events.models import EXCLUDED, Event, EventTag, Occurrence, Participation
from eventkit.organizations.models import Organization
from eventkit.text import clean_line
from eventkit.venues import nearby
from eventkit.venues.models import Venue
from eventkit.venues.nearby import Spot

#: kilometres around a place where nothing else is said, and at the utmost
WITHIN, FURTHEST = 50, 1000
EARLIEST, LATEST = date(1970, 1, 1), date(2199, 12, 31)
MOST_WORDS = 8

LONGEST_WORDS, LONGEST_SLUG, LONGEST_TAG = 200, 80, 40


@dataclass(frozen=True)
class EventFilter:
    """All that is given must hold. `near` is a town or `latitude,longitude`, `within` kilometres around it;
    `starts_from` and `until` are inclusive days of the event's own calendar; `organization` is a slug."""

    q: str = ""
    near: str = ""
    within: int = WITHIN
    starts_from: date | None = None
    until: date | None = None
    organization: str = ""
    tag: str = ""

    @classmethod
    def from_args(cls, args: Mapping[str, Any]) -> Self:
        """From a query string: `q near within from to organization tag`.

        Raises DomainError with the `field` of that name for what cannot be understood.
        """
        words = _line(args, "q", LONGEST_WORDS)
        if len(search.words(words)) > MOST_WORDS:
            raise DomainError(_("Look for %(num)s words at most.", num=MOST_WORDS), field="q")
        near, spot = _line(args, "near", nearby.LONGEST_PLACE), None
        if near:
            spot = nearby.spot(near)
            if spot is None:
                raise DomainError(
                    _(
                        "We know no town called “%(name)s”. Try the next larger one, its country after a comma, "
                        "or a point such as 43.67,-79.39.",
                        name=near,
                    ),
                    field="near",
                )
        first, last = _day(args, "from"), _day(args, "to")
        if first and last and last < first:
            raise DomainError(_("The last day is before the first."), field="to")
        tag = "-".join(_line(args, "tag", LONGEST_TAG).lstrip("#").casefold().split())
        return cls(
            q=words if search.words(words) else "",
            near=f"{spot.latitude:g},{spot.longitude:g}" if spot and not spot.country else near,
            within=_kilometres(args) if near else WITHIN,
            starts_from=first,
            until=last,
            organization=_line(args, "organization", LONGEST_SLUG),
            tag=tag,
        )

    @property
    def spot(self) -> Spot | None:
        """The point that `near` means."""
        return nearby.spot(self.near) if self.near else None

    @property
    def days(self) -> tuple[date | None, date | None]:
        """The first and the last day."""
        return self.starts_from, self.until

    def query(self) -> dict[str, str]:
        """The shortest query string that means this, for `url_for` and for feeds: one filter has one address."""
        said = {
            "q": self.q,
            "near": self.near,
            "within": str(self.within) if self.near and self.within != WITHIN else "",
            "from": self.starts_from.isoformat() if self.starts_from else "",
            "to": self.until.isoformat() if self.until else "",
            "organization": self.organization,
            "tag": self.tag,
        }
        return {name: value for name, value in said.items() if value}

    def without(self, name: str) -> Self:
        """The same, less what the query string calls `name`: what is left when somebody takes it away."""
        plain = EventFilter()
        field = {"from": "starts_from", "to": "until"}.get(name, name)
        fewer = replace(self, **{field: getattr(plain, field)})
        return replace(fewer, within=WITHIN) if name == "near" else fewer

    def conditions(self) -> list[ColumnElement[bool]]:
        """For `select(Event)`. Each stands for itself and joins nothing."""
        found: list[ColumnElement[bool]] = [
            Event.search_text.contains(word, autoescape=True) for word in search.words(self.q)
        ]
        if self.near:
            spot = self.spot
            around = nearby.within(spot, self.within) if spot else Venue.id.is_(None)
            # Of a place that is kept nobody may find out by looking from many points how far away it is.
            around = and_(around, or_(Event.place_public_at.is_(None), Venue.precision == "city"))
            found.append(exists(select(Venue.id).where(Venue.id == Event.venue_id, around).correlate(Event)))
        if any(self.days):
            theirs = aliased(Occurrence)  # a list is of occurrences itself
            on_time = and_(theirs.event_id == Event.id, theirs.state != EXCLUDED, is_on(theirs, *self.days))
            found.append(exists(select(theirs.id).where(on_time).correlate(Event)))
        if self.organization:
            at_events = select(Participation.event_id).join(Participation.organization)
            found.append(Event.id.in_(at_events.where(Organization.slug == self.organization)))
        if self.tag:
            found.append(Event.id.in_(select(EventTag.event_id).where(EventTag.name == self.tag)))
        return found


def is_on(occurrence: type[Occurrence], first: date | None, last: date | None) -> ColumnElement[bool]:
    """On one of these days at least, by the clock of the place: it begins no later than the last, and goes on until
    the first. The last of several whole days is kept as its midnight; what ends at midnight of the clock does not
    reach into the next day. To be used beside `Event`."""
    parts: list[ColumnElement[bool]] = []
    if last:
        parts.append(occurrence.starts_local < datetime.combine(last + timedelta(days=1), time()))
    if first:
        begin = datetime.combine(first, time())
        goes_on = or_(occurrence.ends_local > begin, and_(Event.all_day, occurrence.ends_local >= begin))
        parts.append(or_(occurrence.starts_local >= begin, goes_on))
    return and_(*parts)


def _line(args: Mapping[str, Any], name: str, longest: int) -> str:
    typed = clean_line(str(args.get(name, "")))
    if len(typed) > longest:
        raise DomainError(_("This is too long: there is room for %(max)d characters.", max=longest), field=name)
    return typed


def _day(args: Mapping[str, Any], name: str) -> date | None:
    typed = _line(args, name, LONGEST_WORDS)
    if not typed:
        return None
    try:
        day = date.fromisoformat(typed)
    except ValueError as error:
        raise DomainError(_("There is no such day. Write it like 2026-11-14."), field=name) from error
    if not EARLIEST <= day <= LATEST:
        raise DomainError(_("Look at the year again."), field=name)
    return day


def _kilometres(args: Mapping[str, Any]) -> int:
    typed = _line(args, "within", LONGEST_WORDS)
    if not typed:
        return WITHIN
    km = int(typed) if typed.isdecimal() and len(typed) < 6 else 0
    if not 1 <= km <= FURTHEST:
        raise DomainError(_("Choose a distance between 1 and %(km)s kilometres.", km=FURTHEST), field="within")
    return km
