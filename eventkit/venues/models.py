"""Venues, the answers of geocoders, and whose turn it is to be asked."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Float, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from eventkit.db import Base, UTCDateTime

#: How exactly a point is known, best first. `pin`: a person put it there.
PRECISIONS = ("pin", "exact", "street", "postcode", "city", "none")


class Venue(Base):
    """A place as it is told to people, and its point where one is known. WGS 84 degrees."""

    __tablename__ = "venues"
    __table_args__ = (Index("ix_venues_point", "latitude", "longitude"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), default="")
    street: Mapped[str] = mapped_column(String(200), default="")
    city: Mapped[str] = mapped_column(String(120), default="")
    region: Mapped[str] = mapped_column(String(120), default="")
    postal_code: Mapped[str] = mapped_column(String(20), default="")
    #: ISO 3166-1 alpha-2
    country: Mapped[str] = mapped_column(String(2), default="")
    #: how to find it, step-free ways, the nearest station
    directions: Mapped[str] = mapped_column(Text, default="")
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)
    precision: Mapped[str] = mapped_column(String(10), default="none")
    #: who said so: `pin`, `offline`, or a geocoder's name
    source: Mapped[str] = mapped_column(String(40), default="")
    #: "waiting": the worker is to ask the geocoders; "settled": asked, or nothing to ask; "given-up": nobody could say
    state: Mapped[str] = mapped_column(String(10), default="settled", index=True)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    next_attempt_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)

    @property
    def is_located(self) -> bool:
        return self.latitude is not None and self.longitude is not None


class GeocoderAnswer(Base):
    """What a geocoder said to a question, so that it is asked once. An empty answer is an answer too."""

    __tablename__ = "geocoder_answers"
    __table_args__ = (UniqueConstraint("geocoder", "question"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    geocoder: Mapped[str] = mapped_column(String(40))
    #: a digest of it: the table is no list of addresses
    question: Mapped[str] = mapped_column(String(600))
    #: JSON: latitude, longitude, precision, country; or null
    answer: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)


class GeocoderTurn(Base):
    """When a geocoder may next be asked, whichever process asks; later than usual after a failure."""

    __tablename__ = "geocoder_turns"

    geocoder: Mapped[str] = mapped_column(String(40), primary_key=True)
    next_at: Mapped[datetime] = mapped_column(UTCDateTime)
    failures: Mapped[int] = mapped_column(Integer, default=0)
