"""Writes: entries, kept in step with their events, and calendars that are imported."""

from eventkit.calendars.actions.entries import rendering, store_entry

__all__ = ["rendering", "store_entry"]
