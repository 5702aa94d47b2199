"""The command that loads the demonstration."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import click
from flask import current_app
from sqlalchemy import select

from eventkit import clock, db
from eventkit.accounts import actions as accounts
from eventkit.accounts.models import User
from eventkit.demo.events import EVENTS, DemoEvent
from eventkit.demo.organizations import ORGANIZATIONS
from eventkit.events import actions as events
from eventkit.events.details import Details, Part, VenueDetails
from eventkit.events.models import Event
from eventkit.events.queries import coming_of
from eventkit.organizations import actions as organizations
from eventkit.organizations.actions import Particulars
from eventkit.rsvps import actions as rsvps
from eventkit.rsvps.answers import Answer, Person
from eventkit.rsvps.models import ACCEPTED, TENTATIVE
from eventkit.web import external_url

#: what people call themselves where a name is asked; every other one leaves none
NAMES = ("", "Amal", "", "Jo", "", "Олена", "", "Inés", "", "نور", "", "Deniz", "", "Thandi")


@click.command("demo")
def demo() -> None:
    """Loads organizations, events and RSVPs of several countries, past, current and coming. Nothing is mailed."""
    if db.session.scalar(select(Event.id).limit(1)) is not None:
        raise click.ClickException("there are events already; the demonstration goes into an empty database only")
    now = clock.now()
    with db.transaction():
        organizer = accounts.in_whose_name(current_app.extensions["eventkit.settings"].contact, now=now)
        for said in ORGANIZATIONS:
            _organization(said, organizer, now)
        with click.progressbar(EVENTS, label="Events and RSVPs") as told:
            for one in told:
                _event(one, organizer, now)
    click.echo(f"{len(EVENTS)} events of {len(ORGANIZATIONS)} organizations are at {external_url('events.upcoming')}")


def _organization(said: Particulars, organizer: User, now: datetime) -> None:
    """One with a website is the organizer's; of the others nobody has taken the page yet."""
    if said.website:
        organizations.create(said, by=organizer, now=now)
    else:
        organizations.change(organizations.find_or_name(said.name, now=now), said, now=now)


def _event(one: DemoEvent, organizer: User, now: datetime) -> None:
    day = now.date() + timedelta(days=one.day)
    name, street, city, postal_code, country = one.venue
    latitude, longitude = one.pin or (None, None)
    details = Details(
        title=one.title,
        who=one.who,
        what=one.what,
        why=one.why,
        language=one.language,
        timezone=one.timezone,
        starts_local=_at(day, one.starts),
        ends_local=_at(day, one.ends) if one.ends else None,
        all_day=one.starts is None,
        rrule=one.rrule,
        tags=one.tags,
        venue=VenueDetails(
            name=name,
            street=street,
            city=city,
            postal_code=postal_code,
            country=country,
            directions=one.directions,
            latitude=latitude,
            longitude=longitude,
        ),
        parts=tuple(Part(*part) for part in one.parts),
    )
    # What is over was announced and answered before it began.
    announced = min(now, now + timedelta(days=one.day)) - timedelta(days=14)
    event = events.create(details, by=organizer, now=announced)
    if one.status == "draft":
        return
    events.publish(event, now=announced)
    begun = min(now, event.starts_at or now)  # what takes place today may be over by now
    for partstat, people in ((ACCEPTED, one.coming), (TENTATIVE, one.maybe)):
        number = told = 0
        while told < people:
            party = min(people - told, 1 + number % 3)
            # a few at first, most in the last days
            answered = announced + (begun - announced) * (told / people) ** 0.5
            rsvps.register(event, Answer(partstat, party, Person(name=NAMES[number % len(NAMES)])), now=answered)
            told, number = told + party, number + 1
    _change_dates(one, event, now)
    if one.status == "cancelled":
        events.cancel(event, reason=one.reason, now=now)
    elif one.status == "postponed":
        events.postpone(event, reason=one.reason, now=now)


def _change_dates(one: DemoEvent, event: Event, now: datetime) -> None:
    coming = coming_of(event, now) if one.moved or one.cancelled else []
    if one.moved:
        number, later, why = one.moved
        row = coming[number]
        events.move_occurrence(
            event,
            row.recurrence_id,
            starts_local=row.starts_local + later,
            ends_local=row.ends_local + later if row.ends_local else None,
            reason=why,
            now=now,
        )
    if one.cancelled:
        number, why = one.cancelled
        events.cancel_occurrence(event, coming[number].recurrence_id, reason=why, now=now)


def _at(day: date, hour: time | None) -> datetime:
    return datetime.combine(day, hour or time())
