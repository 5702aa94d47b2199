"""For the organizer: who comes, what is taken along of it, messages to them, and the entrance."""

from eventkit.rsvps.organize import download, people

__all__ = ["download", "people"]
