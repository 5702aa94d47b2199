"""An event as data, for programs. What the announcement reader answers has the same names here."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from eventkit.events import places
from eventkit.events.models import Event
from eventkit.events.schedule import instant
from eventkit.web import external_url


def of(event: Event) -> dict[str, Any]:
    """Everything that the event's page tells:

    - `uid` (RFC 5545, never changes), `title who what why` in `language` (BCP 47);
    - `status`: published, postponed or cancelled, with `status_reason` in the organizer's words;
    - `start_local end_local`: wall time at the venue (`2026-11-14T13:00`), or a day (`2026-11-14`, the last one
      inclusive) where `all_day`; `timezone` (IANA); `start_at end_at`: the same as instants with offset (RFC 3339),
      null where `all_day`; `rrule` (RFC 5545 value). Unknown is null: an end is never invented;
    - `online_url`, and `venue`: `name street city region postal_code country` (ISO 3166-1 alpha-2) `directions
      latitude longitude` (WGS 84 degrees) and `precision`: pin, exact, street, postcode, city or none. Until
      `place_public_at` (RFC 3339, UTC) it is the town alone; null: it is all there;
    - `organizations`: `name role statement url`; role is host, cohost, endorsing or attending;
    - `tags`, and `links` to the `page` and the `calendar` file;
    - `sequence` (RFC 5545), `modified_at published_at` (RFC 3339, UTC).
    """
    venue = places.told(event)
    return {
        "uid": event.uid,
        "title": event.title,
        "who": event.who or None,
        "what": event.what or None,
        "why": event.why or None,
        "language": event.language,
        "status": event.status,
        "status_reason": event.status_reason or None,
        "start_local": _local(event.starts_local, event),
        "end_local": _local(event.ends_local, event),
        "all_day": event.all_day,
        "timezone": event.timezone or None,
        "start_at": _instant(event.starts_local, event),
        "end_at": _instant(event.ends_local, event),
        "rrule": event.rrule or None,
        "online_url": places.online_url(event) or None,
        "venue": {
            "name": venue.name or None,
            "street": venue.street or None,
            "city": venue.city or None,
            "region": venue.region or None,
            "postal_code": venue.postal_code or None,
            "country": venue.country or None,
            "directions": venue.directions or None,
            "latitude": venue.latitude,
            "longitude": venue.longitude,
            "precision": venue.precision,
        },
        "place_public_at": event.place_public_at.isoformat() if event.place_public_at else None,
        "organizations": [
            {
                "name": part.organization.name,
                "role": part.role,
                "statement": part.statement or None,
                "url": external_url("organizations.show", slug=part.organization.slug),
            }
            for part in event.participations
        ],
        "tags": [tag.name for tag in event.tags],
        "links": {
            "page": external_url("events.show", slug=event.slug),
            "calendar": external_url("calendars.event", slug=event.slug),
        },
        "sequence": event.sequence,
        "modified_at": event.modified_at.isoformat(),
        "published_at": event.published_at.isoformat() if event.published_at else None,
    }


def _local(moment: datetime | None, event: Event) -> str | None:
    if moment is None:
        return None
    return moment.date().isoformat() if event.all_day else moment.isoformat(timespec="minutes")


def _instant(moment: datetime | None, event: Event) -> str | None:
    if moment is None or event.all_day:
        return None
    return instant(moment, event.timezone).astimezone(ZoneInfo(event.timezone)).isoformat()
