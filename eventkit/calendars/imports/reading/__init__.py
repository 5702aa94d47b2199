"""Reading somebody else's calendar (RFC 5545): from bytes that nobody vouches for to plain values.

`lines` counts before it keeps, `zones` finds out whose clock a time is told by, `rules` which repetitions we take, and
`events` puts the events together. Nothing here asks the network or the database. Whatever the bytes are, reading them
takes a moment and a bounded room: it raises `Refused` for what is no calendar or too much of one, and otherwise
answers, with remarks where something was left out or is doubtful.
"""

from eventkit.calendars.imports.reading.events import read
from eventkit.calendars.imports.reading.lines import LARGEST, Refused

__all__ = ["LARGEST", "Refused", "read"]
