"""The few things that happened which a higher feature may want to hear of.

A lower feature sends, a higher one listens, and a receiver only writes rows: it runs inside the
sender's transaction, so what it writes stands or falls with its cause.
"""

from __future__ import annotations

from blinker import Namespace

_signals = Namespace()

#: sent with `event`: anything that its calendar entry or its page tells has changed
event_changed = _signals.signal("event-changed")
#: sent with `event`, `kind` ("cancelled", "postponed", "moved", "revealed": its place is public now, "continued":
#: another series goes on from it) and `occurrence` (its RECURRENCE-ID, empty for the whole event): people who said
#: they come must hear of it
event_disrupted = _signals.signal("event-disrupted")
#: sent with `organization`: its name changed, and what names it is stale
organization_renamed = _signals.signal("organization-renamed")
#: sent with `venue`: its point or its precision has changed
venue_located = _signals.signal("venue-located")
#: sent with `event` and `renamed` (former to new): RECURRENCE-IDs of its times, because the series has another hour now
occurrences_renamed = _signals.signal("occurrences-renamed")
