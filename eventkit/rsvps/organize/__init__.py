"""For the organizer: who comes, and what they are asked."""

from eventkit.rsvps.organize import asking, people, terms

#: importing these modules puts their views on the blueprint
VIEWS = (asking, people, terms)

__all__ = ["VIEWS"]
