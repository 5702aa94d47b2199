"""A site with something of everything, and the way to each of its pages."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from eventkit import clock, db, links
from eventkit.accounts import actions as accounts
from eventkit.accounts.models import User
from eventkit.calendars import personal
from eventkit.events.details import Part
from eventkit.events.models import ATTENDING, HOST, Event
from eventkit.models import Base
from tests.factories import make_event, make_import, make_organization, make_question, make_rsvp, make_shift

CHANGES_STATE = {"POST", "PUT", "PATCH", "DELETE"}


@dataclass
class Site:
    """An application with `size` of everything; the first event is a series and has `size`
    organizations and RSVPs."""

    app: Flask
    organizer: User
    event: Event
    values: dict[str, dict[str, Any]]

    @classmethod
    def build(cls, app: Flask, organizer: User, size: int = 2) -> Site:
        app.config["PROPAGATE_EXCEPTIONS"] = False  # a page that fails answers 500, as it does to people
        names = [f"Tenants of district {number}" for number in range(1, size + 1)]
        organizations = [make_organization(name, members=(organizer,)) for name in names]
        parts = [Part(name, ATTENDING, "We will be there.") for name in names[1:]]
        events = [
            make_event(
                organizer=organizer,
                title=f"Vigil number {number}",
                parts=[Part(names[0], HOST), *(parts if number == 0 else [])],
                tags=("housing",),
                rrule="" if number else "FREQ=WEEKLY",
            )
            for number in range(size)
        ]
        rsvps = [make_rsvp(events[0], name=f"Person {n}", email=f"p{n}@example.org") for n in range(size)]
        asked = [(make_question(events[0], f"Question {n}?"), make_shift(events[0], f"Shift {n}")) for n in range(size)]
        make_event(organizer=organizer, title="Not yet public", status="draft")
        with db.transaction():
            welcome = accounts.create_link(email="new@example.org", now=clock.now())
        imported = make_import(organizer, size=size)
        event, organization = events[0], organizations[0]
        assert event.starts_local is not None
        first_date = f"{event.starts_local:%Y%m%dT%H%M%S}"
        return cls(
            app,
            organizer,
            event,
            {
                "events": {"slug": event.slug, "event_id": event.id},
                "organizations": {"slug": organization.slug, "organization_id": organization.id},
                "accounts": {"token": welcome, "address": "new@example.org"},
                "rsvps": {
                    "slug": event.slug,
                    "token": links.sign("rsvp", rsvps[0].id, rsvps[0].generation),
                    "rsvp_id": rsvps[0].id,
                    "question_id": asked[0][0].id,
                    "shift_id": asked[0][1].id,
                },
                "rsvps.mail_choices": {"token": links.sign("mail", rsvps[0].id, rsvps[0].generation | 1)},
                "rsvps.choose_mail": {"token": links.sign("mail", rsvps[0].id, rsvps[0].generation | 1)},
                "calendars": {"token": personal.token(organizer)},
                "calendars.of_organization": {"slug": organization.slug},
                "imports": {"import_id": imported.id},
                "": {"slug": event.slug, "recurrence_id": first_date, "filename": "css/base.css", "token": "x" * 32},
            },
        )

    def rules(self) -> Iterator[Rule]:
        yield from self.app.url_map.iter_rules()

    def path(self, rule: Rule) -> str:
        """A path that this rule matches, with things that exist where we have them."""
        feature = rule.endpoint.partition(".")[0]
        known = {**self.values[""], **self.values.get(feature, {}), **self.values.get(rule.endpoint, {})}
        values = {name: known.get(name, 1) for name in rule.arguments}
        built = rule.build(values, append_unknown=False)
        assert built is not None, rule
        return str(built[1])

    def paths(self, method: str = "GET") -> Iterator[tuple[Rule, str]]:
        for rule in self.rules():
            if method in (rule.methods or set()):
                yield rule, self.path(rule)


def fingerprint() -> dict[str, str]:
    """What every table holds, as one hash per table."""
    found = {}
    for table in Base.metadata.sorted_tables:
        rows = db.session.execute(select(table).order_by(*table.primary_key.columns)).fetchall()
        found[table.name] = hashlib.sha256(repr(rows).encode()).hexdigest()
    db.session.rollback()
    return found
