"""From local wall time and zone to instants. The wall time is what people agreed on; the instant is derived."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from eventkit.errors import DomainError
from eventkit.events.models import Event


def zone(name: str) -> ZoneInfo:
    """Raises DomainError for a zone that the tz database does not know."""
    try:
        if not name:
            raise ValueError("no name")
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise DomainError(
            _("There is no time zone “%(zone)s”. Choose one from the list.", zone=name), field="timezone"
        ) from error


def instant(local: datetime, timezone: str) -> datetime:
    """The UTC instant of a wall time. In the repeated hour of autumn it is the first; in the hour that spring
    skips, the wall time counts on from before the change."""
    return local.replace(tzinfo=zone(timezone)).astimezone(UTC)


def is_skipped(local: datetime, timezone: str) -> bool:
    """Whether the clock jumps over this wall time."""
    back = instant(local, timezone).astimezone(zone(timezone)).replace(tzinfo=None)
    return back != local


def set_times(
    event: Event, *, starts_local: datetime | None, ends_local: datetime | None, all_day: bool, timezone: str
) -> None:
    """Sets wall time and zone, and derives the instants. Raises DomainError for an end before its start."""
    if timezone or starts_local is not None:
        zone(timezone)
    if starts_local is None and ends_local is not None:
        raise DomainError(_("There is an end, but no start."), field="starts_on")
    if starts_local is not None:
        check_end(starts_local, ends_local, all_day=all_day)
    event.starts_local, event.ends_local, event.all_day, event.timezone = starts_local, ends_local, all_day, timezone
    event.starts_at = None if starts_local is None else instant(starts_local, timezone)
    # Of a series its last time decides, which `occurrences.lay_out` finds.
    event.over_at = (
        None
        if starts_local is None or event.rrule
        else over_at(starts_local, ends_local, all_day=all_day, timezone=timezone)
    )


def check_end(starts_local: datetime, ends_local: datetime | None, *, all_day: bool) -> None:
    """Raises DomainError for an end before its start, and for one that is a slip of the finger."""
    if ends_local is None:
        return
    too_early = ends_local < starts_local if all_day else ends_local <= starts_local
    if too_early:
        raise DomainError(_("The end is before the start."), field="ends_on")
    if ends_local - starts_local > timedelta(days=366):
        raise DomainError(_("It lasts more than a year. Look at the dates again."), field="ends_on")


def over_at(starts_local: datetime, ends_local: datetime | None, *, all_day: bool, timezone: str) -> datetime:
    """The instant of the end; without one, that of the end of the local day."""
    if ends_local is not None and not all_day:
        return instant(ends_local, timezone)
    last_day = (ends_local or starts_local).date()
    return instant(datetime.combine(last_day + timedelta(days=1), time()), timezone)


def along(moment: datetime | None, event: Event, copy: Event) -> datetime | None:
    """The instant at which, for a copy at another time, the same is due: as far from its start on the wall clock."""
    if moment is None or event.starts_local is None or copy.starts_local is None:
        return moment
    local = moment.astimezone(zone(event.timezone)).replace(tzinfo=None)
    return instant(local + (copy.starts_local - event.starts_local), copy.timezone)
