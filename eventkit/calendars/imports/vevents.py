"""Events as somebody else's calendar tells them: plain values, and the JSON that they are kept as."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Override:
    """What the file says of one occurrence of a series: another time, or that it is cancelled; neither where that is
    nothing that one occurrence can be. Wall times of the series' zone; `recurrence_id` is that by the rule."""

    recurrence_id: datetime
    starts_local: datetime | None
    ends_local: datetime | None
    is_cancelled: bool


@dataclass(frozen=True)
class ReadVEvent:
    """An event as its calendar tells it.

    Times are local wall time in `timezone` (IANA; empty: floating, whoever reads it takes their own clock). Of whole
    days `ends_local` is the last one, inclusive. `who` is the organizer's name, never an address. `rrule` is a rule
    that we take, or empty. `status` is confirmed, tentative or cancelled. `remarks` are words for what is doubtful.
    """

    uid: str
    title: str
    description: str = ""
    location: str = ""
    latitude: float | None = None
    longitude: float | None = None
    url: str = ""
    online_url: str = ""
    categories: tuple[str, ...] = ()
    who: str = ""
    starts_local: datetime | None = None
    ends_local: datetime | None = None
    all_day: bool = False
    timezone: str = ""
    rrule: str = ""
    exdates: tuple[datetime, ...] = ()
    overrides: tuple[Override, ...] = ()
    status: str = "confirmed"
    is_private: bool = False
    remarks: tuple[str, ...] = ()

    @property
    def is_of_no_zone(self) -> bool:
        """Whether whoever takes it over has to say whose clock it means, or by which one to show it."""
        return self.starts_local is not None and self.timezone in {"", "UTC"}

    def to_json(self) -> str:
        return json.dumps(asdict(self), default=datetime.isoformat, ensure_ascii=False)

    @classmethod
    def from_json(cls, stored: str) -> ReadVEvent:
        return _event(json.loads(stored))


@dataclass(frozen=True)
class ReadCalendar:
    """A calendar: its own name where it has one, and its events in the order of the file, each UID once."""

    name: str
    events: tuple[ReadVEvent, ...]

    def to_json(self) -> str:
        return json.dumps(asdict(self), default=datetime.isoformat, ensure_ascii=False)

    @classmethod
    def from_json(cls, stored: str) -> ReadCalendar:
        said = json.loads(stored)
        return cls(said["name"], tuple(_event(event) for event in said["events"]))


def _event(said: dict[str, Any]) -> ReadVEvent:
    return ReadVEvent(
        **{
            **said,
            "starts_local": _moment(said["starts_local"]),
            "ends_local": _moment(said["ends_local"]),
            "categories": tuple(said["categories"]),
            "remarks": tuple(said["remarks"]),
            "exdates": tuple(datetime.fromisoformat(moment) for moment in said["exdates"]),
            "overrides": tuple(_override(override) for override in said["overrides"]),
        }
    )


def _override(said: dict[str, Any]) -> Override:
    return Override(
        datetime.fromisoformat(said["recurrence_id"]),
        _moment(said["starts_local"]),
        _moment(said["ends_local"]),
        said["is_cancelled"],
    )


def _moment(said: str | None) -> datetime | None:
    return None if said is None else datetime.fromisoformat(said)
