"""People come, change and leave in the same moment: nobody waits in a circle, and counts are what the RSVPs say.

On SQLite they take turns.
"""

from __future__ import annotations

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType

import pytest
from flask import Flask

from eventkit.events.models import Event
from eventkit.rsvps import queries
from eventkit.rsvps.models import ACCEPTED, DECLINED, TENTATIVE
from tests.factories import make_event, make_series
from tests.rsvps.seating import as_said, come, counted, in_shifts, limit, make_shift
from tests.rsvps.series import date_id
from tests.visitor import ORIGIN

pytestmark = [pytest.mark.postgresql, pytest.mark.usefixtures("clock")]

CAPACITY, BROWSERS, EACH = 12, 16, 5


def storm(app: Flask, event: Event, paths: list[str]) -> set[int]:
    """The statuses that so many browsers get, each of which does several things, mostly to RSVPs that others change."""
    dates = ["every", date_id(0), date_id(1)] if event.rrule else [""]
    start = threading.Barrier(BROWSERS)

    def one(number: int) -> set[int]:
        chance, client = random.Random(number), app.test_client()
        start.wait()
        found = set()
        for _ in range(EACH):
            said = {"partstat": chance.choice([ACCEPTED, ACCEPTED, TENTATIVE, DECLINED])}
            said |= {"party_size": str(chance.randint(1, 3)), "email": chance.choice(["", "noor@example.org"])}
            path = chance.choice(paths)
            to, data = chance.choice(
                [
                    (f"/events/{event.slug}/rsvps", said | {"occurrence": chance.choice(dates)}),
                    (path, said),
                    (f"{path}/withdraw", {}),
                    (f"{path}/dates", {"date-occurrence": chance.choice(dates), "date-partstat": said["partstat"]}),
                ]
            )
            response = client.post(
                to,
                data=data,
                headers={"Origin": ORIGIN},
                environ_base={"REMOTE_ADDR": f"198.51.100.{number}"},
            )
            found.add(response.status_code)
        return found

    with ThreadPoolExecutor(BROWSERS) as pool:
        return set().union(*pool.map(one, range(BROWSERS)))


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
@pytest.mark.parametrize("is_series", [False, True])
def test_coming_changing_and_leaving_at_once(app: Flask, db: ModuleType, is_series: bool) -> None:
    event = limit(make_series() if is_series else make_event(), capacity=CAPACITY)
    shift = make_shift(event, capacity=6)
    rsvps = [come(event, number % 3 + 1, shift_id=shift.id if number < 3 else None) for number in range(12)]
    paths = [f"/rsvps/{queries.browser_token(rsvp)}" for rsvp in rsvps]
    assert storm(app, event, paths) <= {303, 404, 422, 409}
    db.session.rollback()
    for date in [date_id(week) for week in range(3)] if is_series else [""]:
        assert counted(event, date) == as_said(event, date)
        assert queries.counts(event, date).taken <= CAPACITY
    told, said = in_shifts(event)
    assert told == said
