"""A place as calendars write it, in one line, as the parts of an address. No word of it is lost."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any

from eventkit.events.announcements import read
from eventkit.events.details import VenueDetails
from eventkit.text import fold
from eventkit.venues.gazetteer import countries

_REGION_AND_CODE = re.compile(r"([A-Z]{2,3})\s+(\S*\d.{0,15})")
_HOUSE = re.compile(r"^\d+[a-zA-Z]?\s|\s\d+\s?[a-zA-Z]?$")
_LONGEST_CODE, _LONGEST_NAME = 20, 200


def venue_of(location: str) -> VenueDetails:
    """Street, city, postcode and country where the line tells them; what is none of these is the place's name."""
    pieces = [" ".join(piece.split()) for piece in re.split(r"[,;\n،؛]+", location)]
    pieces = [piece for piece in pieces if piece]
    city, country = _city_and_country(pieces)
    found: dict[str, Any] = {}
    names: list[str] = []
    for piece in pieces:
        if country and country in countries(piece) and len(pieces) > 1:
            continue
        rest = _without(piece, city)
        if city and "city" not in found and rest is not None and (not rest or _is_code(rest)):
            found["city"] = city
            _put_code(found, rest)
        elif "city" in found and "postal_code" not in found and _is_code(piece):
            _put_code(found, piece)
        elif "street" not in found and "city" not in found and _HOUSE.search(piece) and len(pieces) > 1:
            found["street"] = piece
        else:
            names.append(piece)
    name = ", ".join(names)
    if len(name) > _LONGEST_NAME or len(found.get("street", "")) > _LONGEST_NAME:
        return VenueDetails(country=country, city=found.get("city", ""), directions=location)
    return replace(VenueDetails(name=name, country=country), **found)


def _city_and_country(pieces: list[str]) -> tuple[str, str]:
    # A whole announcement, for of a place alone the reader makes nothing.
    reading = read(f"WHAT: Vigil\nWHERE: {', '.join(pieces)[:600]}", published=date(2026, 1, 1))
    event = reading.events[0] if reading.events else None
    return ((event.city or "")[:120], event.country or "") if event else ("", "")


def _without(piece: str, city: str) -> str | None:
    """What stands beside the city; None where the city is not in it."""
    if not city or fold(city) not in fold(piece):
        return None
    found = re.search(rf"(?<!\w){re.escape(city)}(?!\w)", piece, re.IGNORECASE)
    return None if found is None else f"{piece[: found.start()]} {piece[found.end() :]}".strip()


def _is_code(text: str) -> bool:
    return len(text) <= _LONGEST_CODE and (bool(re.search(r"\d", text)) or bool(re.fullmatch("[A-Z]{2,3}", text)))


def _put_code(found: dict[str, Any], text: str) -> None:
    both = _REGION_AND_CODE.fullmatch(text)
    if both is not None and re.search(r"\d", both[2]):
        found["region"], found["postal_code"] = both[1], both[2]
    elif re.search(r"\d", text):
        found["postal_code"] = text
    elif text:
        found["region"] = text
