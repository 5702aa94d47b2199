"""For the organizer: who comes and what they are asked, what can be done about it, messages, and the entrance."""

from eventkit.rsvps.organize import (
    asking,
    broadcasts,
    check_in,
    codes,
    download,
    entering,
    flood,
    people,
    printing,
    several,
    terms,
)

#: importing these modules puts their views on the blueprint
VIEWS = (asking, broadcasts, check_in, codes, download, entering, flood, people, printing, several, terms)

__all__ = ["VIEWS"]
