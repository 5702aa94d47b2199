"""Reading an announcement: from pasted text to events, deterministic, offline, and linear in the length of the text.

A pipeline of small steps: `cleaning` undoes mail and markup, `tokens` and `lexicon` know the words, `times`, `dates`
and `years` tell when, `labels` find what is labelled, `places`, `organizations` and `prose` the rest, and `assembling`
puts the events together. What is ambiguous or contradictory is flagged, never guessed silently.
"""

from eventkit.events.announcements.assembling import read
from eventkit.events.announcements.reading import FLAGS, ROLES, ReadEvent, Reading, ReadOrganization, Span

__all__ = ["FLAGS", "ROLES", "ReadEvent", "ReadOrganization", "Reading", "Span", "read"]
