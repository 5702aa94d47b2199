"""For the organizer: who comes, what they are asked, and what can be done about it."""

from eventkit.rsvps.organize import asking, download, entering, flood, people, printing, several, terms

#: importing these modules puts their views on the blueprint
VIEWS = (asking, download, entering, flood, people, printing, several, terms)

__all__ = ["VIEWS"]
