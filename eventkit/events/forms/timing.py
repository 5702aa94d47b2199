"""Days and hours as they were typed: the moments they mean, and what cannot be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from flask_babel import gettext as _

from eventkit.events import schedule


@dataclass(frozen=True)
class Typed:
    """Local wall time in pieces. `timezone` is IANA, and empty where it is unknown or unusable."""

    starts_on: date | None
    starts_time: time | None
    ends_on: date | None
    ends_time: time | None
    all_day: bool
    timezone: str

    @property
    def starts(self) -> datetime | None:
        """The start; midnight where no hour is told."""
        if self.starts_on is None:
            return None
        return datetime.combine(self.starts_on, time() if self.all_day else self.starts_time or time())

    @property
    def ends(self) -> datetime | None:
        """The end, or the last day of whole days; None where no end is told: it is never invented."""
        if self.all_day:
            return datetime.combine(self.ends_on, time()) if self.ends_on else None
        day = self.ends_on or self.starts_on
        return None if day is None or self.ends_time is None else datetime.combine(day, self.ends_time)

    def problems(self) -> list[tuple[str, str]]:
        """What is wrong, each with the name of the field where it can be mended."""
        if self.starts_on is None:
            if self.starts_time or self.ends_on or self.ends_time:
                return [("starts_on", _("There is an hour or an end, but no day."))]
            return []
        if self.all_day:
            too_early = self.ends_on is not None and self.ends_on < self.starts_on
            return [("ends_on", _("The end is before the start."))] if too_early else []
        return [*self._missing(), *self._contradictions()]

    def _missing(self) -> list[tuple[str, str]]:
        found = []
        if self.starts_time is None:
            found.append(("starts_time", _("At what hour? If it is not known, tick “The whole day” below.")))
        if self.ends_on is not None and self.ends_time is None:
            found.append(("ends_time", _("At what hour does it end on the last day?")))
        return found

    def _contradictions(self) -> list[tuple[str, str]]:
        found = []
        starts, ends = self.starts, self.ends
        if self.starts_time is None or starts is None:
            return []
        if ends is not None and ends <= starts:
            found.append(
                ("ends_on", _("The end is before the start."))
                if self.ends_on
                else ("ends_time", _("The end is before the start. If it ends after midnight, give the last day too."))
            )
        if self.timezone and schedule.is_skipped(starts, self.timezone):
            found.append(
                ("starts_time", _("The clock jumps over this hour in that night. Choose an earlier or a later one."))
            )
        return found
