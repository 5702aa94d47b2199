"""Writes: what is said of a place, where its pin is, and who is asked for it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import inspect

from eventkit import jobs, signals
from eventkit.errors import DomainError
from eventkit.venues.geocoding.places import Answer, Place
from eventkit.venues.models import PRECISIONS, Venue

#: the job that asks the geocoders
LOCATE = "venues.locate"

_SAID = ("name", "street", "city", "region", "postal_code", "country", "directions")
#: what is copied when an event is duplicated
PARTICULARS = (*_SAID, "latitude", "longitude", "precision", "source")

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)
#: failures that a venue met itself; some three weeks of them
MOST_ATTEMPTS = 500

_UNMOVED = 1e-5  # degrees, about a metre: what a form loses by rounding


@dataclass(frozen=True)
class Change:
    """What became of the point when particulars changed. A lifted pin is to be told to whoever had set it."""

    relocated: bool = False
    pin_lifted: bool = False


def address(venue: Venue) -> tuple[str, ...]:
    """What tells people where to go: when it changes, they must hear of it."""
    return (venue.name, venue.street, venue.city, venue.postal_code, venue.country)


def change(
    venue: Venue,
    *,
    now: datetime,
    latitude: float | None = None,
    longitude: float | None = None,
    asks: bool = True,
    **said: str,
) -> Change:
    """Sets those particulars that are given: name, street, city, region, postal_code, country, directions.

    A new address is located anew: at once offline, and (`asks`) by the geocoders as soon as the worker comes to it.
    It lifts a pin, which stood for the old one. Coordinates are a person's pin, unless they are the ones
    that the venue already has: a form sends back what it showed.

    Raises DomainError for coordinates that are not on Earth, TypeError for a particular that there is not.
    """
    if unknown := said.keys() - set(_SAID):
        raise TypeError(f"a venue has no {', '.join(sorted(unknown))}")
    before, had_pin = Place.of(venue).address(), venue.precision == "pin"
    for particular, value in said.items():
        setattr(venue, particular, value)
    if latitude is not None and longitude is not None and not _is_at(venue, latitude, longitude):
        move_pin(venue, latitude, longitude)
        return Change(relocated=True)
    if Place.of(venue).address() == before:
        return Change()
    _forget_point(venue)
    if asks:
        request_location(venue, now=now)
    return Change(relocated=True, pin_lifted=had_pin)


def keep_to_town(venue: Venue) -> None:
    """Forgets what a geocoder said, and asks none: the middle of its town is all that is known. A pin stays."""
    if venue.precision != "pin":
        _forget_point(venue)


def _forget_point(venue: Venue) -> None:
    venue.latitude = venue.longitude = None
    venue.precision, venue.source, venue.state, venue.next_attempt_at = "none", "", "settled", None
    locate_offline(venue)


def locate_offline(venue: Venue) -> bool:
    """Puts a venue into the middle of its city, if the gazetteer knows it, and says whether it did.

    The most populous of several namesakes is taken: `queries.likely_cities` has them all. What a person or
    a geocoder said is left as it is.
    """
    if venue.source not in {"", "offline", None}:
        return False
    found = Place.of(venue).cities()
    if not found:
        return False
    _put(venue, Answer(found[0].latitude, found[0].longitude, "city"), "offline")
    return True


def request_location(venue: Venue, *, now: datetime) -> None:
    """Has the worker ask the geocoders, unless a person set the pin, they have answered, or are being asked."""
    answered = venue.source not in {"", "offline", None}
    if answered or venue.state == "waiting" or not any(Place.of(venue).address()):
        return
    venue.state, venue.attempts, venue.next_attempt_at = "waiting", 0, now
    jobs.ring(LOCATE)


def move_pin(venue: Venue, latitude: float, longitude: float) -> None:
    """A person says where it is (WGS 84 degrees). No geocoder says otherwise as long as the address stays.

    Raises DomainError for coordinates that are not on Earth.
    """
    if not (math.isfinite(latitude) and math.isfinite(longitude) and abs(latitude) <= 90 and abs(longitude) <= 180):
        raise DomainError(_("That is not a place on Earth. Move the pin on the map, or type the address."), field="pin")
    venue.state, venue.next_attempt_at = "settled", None
    _put(venue, Answer(latitude, longitude, "pin"), "pin")


def refine(venue: Venue, answer: Answer | None, source: str) -> None:
    """Takes over what a geocoder said, if it is no worse than what is known. A pin stays.

    Nothing of an event changes by it: when the point turns out to be in another time zone than the event's,
    that is for a person to decide.
    """
    if answer is not None and PRECISIONS.index(answer.precision) <= PRECISIONS.index(venue.precision):
        _put(venue, answer, source)


def settle(venue: Venue) -> None:
    """Everybody was asked. A place that nobody knows is still one where people can meet."""
    venue.state, venue.next_attempt_at = ("settled" if venue.is_located else "given-up"), None


def postpone(venue: Venue, *, until: datetime, failed: bool, now: datetime) -> None:
    """Not everybody could be asked: the venue waits until then.

    `failed`: it was for this venue that a geocoder was asked in vain. Then it waits longer each time, longer
    than the geocoder is left alone, so that a question that breaks a geocoder cannot keep the other venues
    from it; and after weeks it is left at what is known.
    """
    venue.next_attempt_at = until
    if failed:
        venue.attempts += 1
        if venue.attempts >= MOST_ATTEMPTS:
            settle(venue)
            return
        pause = min(FIRST_PAUSE * 2 ** min(venue.attempts - 1, 10), LONGEST_PAUSE)
        venue.next_attempt_at = max(until, now + pause)


def _put(venue: Venue, answer: Answer, source: str) -> None:
    moved = not _is_at(venue, answer.latitude, answer.longitude) or venue.precision != answer.precision
    venue.latitude, venue.longitude = answer.latitude, answer.longitude
    venue.precision, venue.source = answer.precision, source
    if moved and inspect(venue).persistent:
        signals.venue_located.send(venue=venue)


def _is_at(venue: Venue, latitude: float, longitude: float) -> bool:
    if venue.latitude is None or venue.longitude is None:
        return False
    return abs(venue.latitude - latitude) < _UNMOVED and abs(venue.longitude - longitude) < _UNMOVED
