"""The organizer's path: paste or type, check the five, publish, and look after what is public."""

from eventkit.events.organize import dates, edit, editor, mine, paste, status
from eventkit.events.organize.base import blueprint

#: importing these modules puts their views on the blueprint
VIEWS = (dates, edit, editor, mine, paste, status)

__all__ = ["VIEWS", "blueprint"]
