"""The same act several times at once, or two acts that exclude each other."""

from __future__ import annotations

import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType

import pytest
from flask import Flask
from sqlalchemy import func, select

from eventkit.rsvps.models import Notice
from tests.factories import make_event, make_rsvp, make_user
from tests.visitor import Visitor


def at_once(app: Flask, db: ModuleType, acts: list[Callable[[Visitor], int]]) -> list[int]:
    """The statuses of all acts, each by a browser in which the same person is signed in."""
    user = make_user(role="operator")
    visitors = []
    for _ in acts:
        visitor = app.test_client()
        assert isinstance(visitor, Visitor)
        visitors.append(visitor.sign_in(user))
        visitor.token()
    db.session.rollback()
    with ThreadPoolExecutor(len(acts)) as pool:
        todo = zip(acts, visitors, strict=True)
        return sorted(pool.map(lambda pair: contextvars.Context().run(pair[0], pair[1]), todo))


@pytest.mark.both_databases
def test_cancelling_tells_people_once(app: Flask, db: ModuleType) -> None:
    event = make_event()
    make_rsvp(event, email="noor@example.org")

    def cancel(visitor: Visitor) -> int:
        return visitor.post(f"/organize/events/{event.slug}/cancellation", data={"reason": "Storm"}).status_code

    assert at_once(app, db, [cancel] * 4) == [303, 422, 422, 422]
    db.session.refresh(event)
    assert event.sequence == 1
    assert db.session.scalar(select(func.count()).select_from(Notice)) == 1


@pytest.mark.parametrize("field", ["what", "street", "parts-0-name"])
@pytest.mark.both_databases
def test_one_of_several_changes_is_kept_and_the_others_are_told(app: Flask, db: ModuleType, field: str) -> None:
    from eventkit.events.forms.stored import version_of

    event = make_event()
    form = {"title": "A vigil", "starts_on": "2026-12-05", "starts_time": "13:00", "timezone": "America/Toronto"}
    form |= {"language": "en", "country": "CA", "visibility": "public", "city": "Toronto"}
    form |= {"version": version_of(event)}

    def change(number: int) -> Callable[[Visitor], int]:
        said = {**form, field: f"Version {number}"}
        return lambda visitor: visitor.post(f"/organize/events/{event.slug}/edit", data=said).status_code

    assert at_once(app, db, [change(number) for number in range(4)]) == [303, 409, 409, 409]
