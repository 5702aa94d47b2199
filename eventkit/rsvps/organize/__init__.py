"""For the organizer: who comes, what is taken along of it, messages to them, and the entrance."""

from eventkit.rsvps.organize import broadcasts, check_in, codes, download, people

__all__ = ["broadcasts", "check_in", "codes", "download", "people"]
