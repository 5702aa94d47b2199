"""Events that parsers stumble over: hours that come twice, scripts, escapes, long lines, whole days, series."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from eventkit.events.details import VenueDetails
from eventkit.events.models import Event
from tests.factories import make_event

TEXT = "Bread, roses; and \\ backslashes\nنساء الحي 😀 “quoted” 100%\n" + "so on and on " * 160

_DAMASCUS = VenueDetails(name="ساحة المرجة; north, side", city="Damascus", country="SY")


def single_events() -> list[Event]:
    """Public events that take place once, one of them cancelled; Toronto and Damascus in summer and winter."""
    toronto, damascus = "America/Toronto", "Asia/Damascus"
    return [
        _event("Summer, in Toronto; 😀", toronto, datetime(2030, 10, 5, 13), why=TEXT),
        _event("Winter in “Toronto”", toronto, datetime(2030, 12, 7, 13), ends_local=None),
        _event("The hour that comes twice", toronto, datetime(2030, 11, 3, 1, 30), hours=1),
        _event("The hour that there is not", toronto, datetime(2031, 3, 9, 2, 30), hours=2),
        _event("The night of the change", toronto, datetime(2030, 11, 2, 23), hours=4),
        _event("وقفة في دمشق", damascus, datetime(2030, 7, 5, 18), venue=_DAMASCUS, language="ar"),
        _event("شتاء دمشق", damascus, datetime(2031, 1, 10, 18), venue=_DAMASCUS, language="ar"),
        _event("Cancelled; sadly", toronto, datetime(2030, 10, 6, 13), status="cancelled"),
        make_event(
            title="Whole days", starts_local=datetime(2030, 10, 11), ends_local=datetime(2030, 10, 13), all_day=True
        ),
    ]


def series() -> list[Event]:
    """A weekly vigil without end across both changes of the clock, and a first Friday that ends."""
    toronto = "America/Toronto"
    return [
        _event("Every Friday", toronto, datetime(2030, 10, 18, 18), rrule="FREQ=WEEKLY;BYDAY=FR"),
        _event("First Friday", toronto, datetime(2030, 10, 4, 18), rrule="FREQ=MONTHLY;BYDAY=1FR;COUNT=6"),
    ]


def _event(title: str, timezone: str, starts: datetime, *, hours: int = 2, **changed: Any) -> Event:
    ends = {"ends_local": starts + timedelta(hours=hours)} | changed
    return make_event(title=title, timezone=timezone, starts_local=starts, **ends)
