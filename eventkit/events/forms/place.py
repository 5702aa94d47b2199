"""What can be said of a place at once and offline: where it is on the map, and which clock people there use."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from eventkit.events.details import VenueDetails
from eventkit.events.forms import choices
from eventkit.venues import actions, queries, zones
from eventkit.venues.models import Venue


@dataclass(frozen=True)
class Clock:
    """A zone that may hold at a place, and the country in which that place then is, where it is known."""

    timezone: str
    country: str

    @property
    def value(self) -> str:
        return f"{self.timezone}|{self.country}"

    @property
    def label(self) -> str:
        return choices.city_of(self.timezone)


def located(said: VenueDetails) -> Venue:
    """A venue that is stored nowhere, with its point as far as it is known at once: the pin, or the city."""
    particulars = {name: value for name, value in asdict(said).items() if name not in {"latitude", "longitude"}}
    venue = Venue(**particulars, precision="none", source="")
    if said.latitude is not None and said.longitude is not None:
        venue.latitude, venue.longitude = said.latitude, said.longitude
        venue.precision = venue.source = "pin"
    else:
        actions.locate_offline(venue)
    return venue


def clocks_of(venue: Venue) -> list[Clock]:
    """The zones that may hold there, the likeliest first: several where cities share a name, or clocks are disputed."""
    countries: dict[str, str] = {}
    if venue.source == "offline":
        for city in queries.likely_cities(venue):
            for zone in zones.timezones_at(city.latitude, city.longitude):
                countries.setdefault(zone, city.country)
    return [Clock(zone, countries.get(zone, "")) for zone in queries.timezones_of(venue)]
