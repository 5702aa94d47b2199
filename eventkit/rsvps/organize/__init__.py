"""For the organizer: who comes, and what can be done about it."""

from __future__ import annotations

from eventkit.rsvps.organize import download, entering, flood, people, printing, several

__all__ = ["download", "entering", "flood", "people", "printing", "several"]
