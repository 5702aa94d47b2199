"""What somebody answers, as plain values between the edges and the actions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from eventkit.rsvps.models import ACCEPTED


@dataclass(frozen=True)
class Person:
    """What an RSVP says about somebody; only ever stored sealed."""

    name: str = ""
    email: str = ""
    #: the language in which they are written to (BCP 47)
    language: str = ""
    #: what they answered to the organizer's questions, by the number of the question: a text, the choices made, or
    #: "yes" and "no". What is not answered is not there
    answers: Mapping[str, str | list[str]] = field(default_factory=dict)

    @property
    def says_something(self) -> bool:
        """Whether there is anything about the person that has to be sealed."""
        return bool(self.name or self.email or self.answers)

    def to_text(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_text(cls, text: str) -> Self:
        known = json.loads(text)
        told = {name: str(known.get(name, "")) for name in ("name", "email", "language")}
        return cls(**told, answers=known.get("answers", {}))


@dataclass(frozen=True)
class Answer:
    """`partstat` is RFC 5545's ACCEPTED, TENTATIVE or DECLINED; `party_size` counts whoever answers too."""

    partstat: str = ACCEPTED
    party_size: int = 1
    person: Person = field(default_factory=Person)
    #: the role or shift that is chosen
    shift_id: int | None = None

    def as_data(self) -> dict[str, Any]:
        """For filling a form."""
        return {
            "partstat": self.partstat,
            "party_size": self.party_size,
            "name": self.person.name,
            "email": self.person.email,
            "shift": str(self.shift_id or ""),
        }
