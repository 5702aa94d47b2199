"""Somebody with an account of their own who wants another organizer's event, and the names of those who come."""

from __future__ import annotations

from types import ModuleType

from flask import Flask

from eventkit import clock
from eventkit.events import actions, policy
from eventkit.events.details import Part
from eventkit.events.models import HOST
from tests.factories import make_event, make_organization, make_user
from tests.factories.events import make_details
from tests.visitor import Visitor

NEW = "/organize/organizations/new"


def test_an_abbreviation_is_not_mistaken_for_the_host(signed_in: Visitor, db: ModuleType) -> None:
    """Whoever speaks for the host may edit: a name must not lead to an organization that only borrows it."""
    event = make_event(host="Nurses for Nights")
    trap = {"name": "Zither Circle", "abbreviation": "nurses for NIGHTS", "kind": "other"}
    assert signed_in.post(NEW, data=trap).status_code == 303
    with db.transaction():
        parts = (Part("Nurses for Nights", HOST),)
        actions.edit(event, make_details(parts=parts, what="With lanterns"), now=clock.now())
    later = make_event(host="Nurses for Nights")
    for hosted in (event, later):
        assert [part.organization.name for part in hosted.participations] == ["Nurses for Nights"]
        assert not policy.can_edit(signed_in.user, hosted)
        assert signed_in.get(f"/organize/events/{hosted.slug}/rsvps.csv").status_code == 404


def test_an_abbreviation_that_several_have_is_nobodys(db: ModuleType) -> None:
    thief = make_user()
    make_organization("Zither Circle", members=(thief,), abbreviation="NfN", folded_abbreviation="nfn")
    make_organization("Nurses for Nights", members=(make_user(),), abbreviation="NfN", folded_abbreviation="nfn")
    event = make_event(host="NfN")
    assert [part.organization.members for part in event.participations] == [[]]
    assert not policy.can_edit(thief, event)


def test_a_name_that_reads_the_same_is_the_same(signed_in: Visitor) -> None:
    make_organization("Nurses for Nights", members=(make_user(),))
    for name in (
        "Nur\u200bses for Nights",
        "Nurses\u2060 for Nights",
        "Nurses\u3164 for Nights",
        "Nur\u200dses for Nights",
    ):
        assert signed_in.post(NEW, data={"name": name, "kind": "other"}).status_code == 422


def test_every_door_of_an_event_is_closed_to_other_organizers(app: Flask, signed_in: Visitor) -> None:
    draft, public = make_event(status="draft"), make_event()
    under = [
        (rule.rule, method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) & {"GET", "POST"}
        if rule.rule.startswith("/organize/events/<slug>")
    ]
    assert len(under) > 10
    for event in (draft, public):
        for rule, method in under:
            path = rule.replace("<slug>", event.slug)
            assert signed_in.open(path, method=method, data={} if method == "POST" else None).status_code == 404, path
