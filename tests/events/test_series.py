"""Single times of a series are cancelled, moved, brought back and left out; and a series is divided."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any

import pytest
import time_machine

from eventkit import clock as the_clock
from eventkit import signals
from eventkit.errors import DomainError
from eventkit.events import actions, queries
from eventkit.events.details import Part, VenueDetails
from eventkit.events.models import CANCELLED, DRAFT, EXCLUDED, HOST, MOVED, PLANNED, Event, Occurrence
from tests.factories import make_event, make_series
from tests.factories.events import make_details
from tests.factories.series import FRIDAY, occurrences_of

pytestmark = pytest.mark.usefixtures("db", "clock")

SECOND, THIRD = "20260911T180000", "20260918T180000"


def act(db: ModuleType, name: str, event: Event, recurrence_id: str, **said: Any) -> Any:
    with db.transaction():
        return getattr(actions, name)(event, recurrence_id, now=the_clock.now(), **said)


def move(db: ModuleType, event: Event, recurrence_id: str, starts: datetime, ends: datetime | None = None) -> None:
    act(db, "move_occurrence", event, recurrence_id, starts_local=starts, ends_local=ends, reason="The hall is taken")


def one(event: Event, recurrence_id: str) -> Occurrence:
    (row,) = [row for row in occurrences_of(event) if row.recurrence_id == recurrence_id]
    return row


class Heard:
    """What was told to higher features."""

    def __init__(self) -> None:
        self.disrupted: list[tuple[str, str]] = []
        signals.event_disrupted.connect(self.note)

    def note(self, _sender: object, event: Event, kind: str, occurrence: str) -> None:
        self.disrupted.append((kind, occurrence))


def test_one_time_is_cancelled_and_the_others_are_not(db: ModuleType) -> None:
    event, heard = make_series(), Heard()
    act(db, "cancel_occurrence", event, SECOND, reason="Storm warning")
    assert (one(event, SECOND).state, one(event, SECOND).reason) == (CANCELLED, "Storm warning")
    assert {row.state for row in occurrences_of(event) if row.recurrence_id != SECOND} == {PLANNED}
    assert (event.sequence, event.status) == (1, "published")
    assert heard.disrupted == [("cancelled", SECOND)]
    with pytest.raises(DomainError, match="said already"):
        act(db, "cancel_occurrence", event, SECOND, reason="")


def test_one_time_is_moved_and_keeps_its_name(db: ModuleType) -> None:
    event, heard = make_series(), Heard()
    move(db, event, SECOND, datetime(2026, 9, 12, 10), datetime(2026, 9, 12, 12))
    row = one(event, SECOND)
    assert (row.state, row.starts_at, row.over_at) == (
        MOVED,
        datetime(2026, 9, 12, 14, tzinfo=UTC),
        datetime(2026, 9, 12, 16, tzinfo=UTC),
    )
    assert heard.disrupted == [("moved", SECOND)]


def test_it_is_brought_back(db: ModuleType) -> None:
    event, heard = make_series(), Heard()
    act(db, "cancel_occurrence", event, SECOND, reason="Storm warning")
    move(db, event, THIRD, datetime(2026, 9, 19, 10))
    for recurrence_id in (SECOND, THIRD):
        act(db, "restore_occurrence", event, recurrence_id)
        row = one(event, recurrence_id)
        assert (row.state, row.reason, f"{row.starts_local:%Y%m%dT%H%M%S}") == (PLANNED, "", recurrence_id)
        assert row.ends_local == row.starts_local + timedelta(hours=1)
    assert heard.disrupted[2:] == [("moved", SECOND), ("moved", THIRD)]
    with pytest.raises(DomainError, match="as the series says already"):
        act(db, "restore_occurrence", event, SECOND)


@pytest.mark.parametrize(
    ("starts", "ends", "why"),
    [
        (datetime(2026, 9, 12, 10), datetime(2026, 9, 12, 9), "end is before the start"),
        (datetime(2026, 9, 12, 10), datetime(2029, 9, 12, 9), "more than a year"),
        (datetime(2026, 8, 12, 10), None, "in the past"),
        (datetime(2026, 9, 18, 10), None, "another date of the series"),
        (datetime(2026, 9, 4, 23), None, "another date of the series"),
        (datetime(2026, 9, 25, 10), None, "another date of the series"),
        (datetime(2026, 9, 11, 18), datetime(2026, 9, 11, 19), "takes place already"),
    ],
)
def test_it_cannot_be_moved_there(db: ModuleType, starts: datetime, ends: datetime | None, why: str) -> None:
    event = make_series()
    with pytest.raises(DomainError, match=why) as refused:
        move(db, event, SECOND, starts, ends)
    assert (refused.value.field or "").endswith("_on")
    assert (one(event, SECOND).state, event.sequence) == (PLANNED, 0)


def test_it_may_be_moved_where_a_cancelled_one_was_which_then_stays_cancelled(db: ModuleType) -> None:
    event = make_series()
    act(db, "cancel_occurrence", event, THIRD, reason="")
    move(db, event, SECOND, datetime(2026, 9, 18, 10))
    with pytest.raises(DomainError, match="another date of the series"):
        act(db, "restore_occurrence", event, THIRD)


@pytest.mark.parametrize("recurrence_id", ["", "20260912T180000", "20260911", "nonsense", "20260911T180000Z"])
def test_what_is_no_time_of_the_series_is_refused(db: ModuleType, recurrence_id: str) -> None:
    with pytest.raises(DomainError, match="not one of the series"):
        act(db, "cancel_occurrence", make_series(), recurrence_id, reason="")


def test_a_single_event_has_no_times_to_change(db: ModuleType) -> None:
    with pytest.raises(DomainError):
        act(db, "cancel_occurrence", make_event(), "", reason="")


def test_what_is_over_is_as_it_was(db: ModuleType, clock: time_machine.Traveller) -> None:
    event = make_series()
    clock.move_to(datetime(2026, 9, 14, tzinfo=UTC))
    for name, said in (("cancel_occurrence", {"reason": ""}), ("restore_occurrence", {}), ("split", {})):
        with pytest.raises(DomainError, match="over already"):
            act(db, name, event, SECOND, **said)


def test_a_draft_leaves_dates_out_and_nobody_is_told(db: ModuleType) -> None:
    event, heard = make_series(status=DRAFT), Heard()
    act(db, "exclude_occurrence", event, SECOND)
    assert (one(event, SECOND).state, event.sequence, heard.disrupted) == (EXCLUDED, 0, [])
    assert SECOND not in {row.recurrence_id for row in queries.coming_of(event, the_clock.now())}
    assert queries.occurrence(event, SECOND) is None
    with pytest.raises(DomainError, match="Leave the date out"):
        act(db, "cancel_occurrence", event, THIRD, reason="")
    act(db, "restore_occurrence", event, SECOND)
    assert one(event, SECOND).state == PLANNED


def test_the_last_date_cannot_be_left_out(db: ModuleType) -> None:
    event = make_series("FREQ=WEEKLY;BYDAY=FR;COUNT=2", status=DRAFT)
    act(db, "exclude_occurrence", event, SECOND)
    with pytest.raises(DomainError, match="only date"):
        act(db, "exclude_occurrence", event, "20260904T180000")


def test_what_is_public_leaves_nothing_out(db: ModuleType) -> None:
    with pytest.raises(DomainError, match="cancel the date instead"):
        act(db, "exclude_occurrence", make_series(), SECOND)


def test_moving_the_last_time_moves_when_the_series_is_over(db: ModuleType) -> None:
    event = make_series("FREQ=WEEKLY;BYDAY=FR;COUNT=3")
    move(db, event, THIRD, datetime(2026, 9, 25, 10), datetime(2026, 9, 25, 12))
    assert event.over_at == datetime(2026, 9, 25, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rule", "former", "rest"),
    [
        ("FREQ=WEEKLY;BYDAY=FR", "FREQ=WEEKLY;BYDAY=FR;UNTIL=20260911T180000", "FREQ=WEEKLY;BYDAY=FR"),
        ("FREQ=WEEKLY;BYDAY=FR;COUNT=10", "FREQ=WEEKLY;BYDAY=FR;COUNT=2", "FREQ=WEEKLY;BYDAY=FR;COUNT=8"),
        (
            "FREQ=WEEKLY;BYDAY=FR;UNTIL=20261225T230000Z",
            "FREQ=WEEKLY;BYDAY=FR;UNTIL=20260911T180000",
            "FREQ=WEEKLY;BYDAY=FR;UNTIL=20261225T230000Z",
        ),
    ],
)
def test_a_divided_series_has_every_date_exactly_once(db: ModuleType, rule: str, former: str, rest: str) -> None:
    event = make_series(rule)
    before = [(row.recurrence_id, row.starts_at) for row in occurrences_of(event)]
    following = act(db, "split", event, THIRD)
    assert (event.rrule, following.rrule) == (former, rest)
    assert {row.recurrence_id for row in occurrences_of(event)} == {"20260904T180000", SECOND}
    assert occurrences_of(following)[0].recurrence_id == THIRD
    after = [(row.recurrence_id, row.starts_at) for each in (event, following) for row in occurrences_of(each)]
    assert after[: len(before)] == before


@pytest.mark.parametrize(
    "rule", ["FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR", "FREQ=MONTHLY;INTERVAL=2;BYDAY=1FR", "FREQ=DAILY;INTERVAL=3"]
)
def test_it_goes_on_in_the_same_rhythm(db: ModuleType, rule: str) -> None:
    event = make_series(rule)
    before = [row.starts_at for row in occurrences_of(event)]
    following = act(db, "split", event, occurrences_of(event)[3].recurrence_id)
    after = [row.starts_at for each in (event, following) for row in occurrences_of(each)]
    assert after[: len(before)] == before


def test_a_whole_day_is_divided_too(db: ModuleType) -> None:
    day = datetime(2026, 9, 4)
    event = make_series("FREQ=WEEKLY;BYDAY=FR", starts_local=day, ends_local=None, all_day=True)
    act(db, "split", event, "20260918T000000")
    assert event.rrule == "FREQ=WEEKLY;BYDAY=FR;UNTIL=20260911"
    assert len(occurrences_of(event)) == 2


def test_the_rest_is_an_event_of_its_own_with_all_that_was_decided(db: ModuleType) -> None:
    pinned = VenueDetails(name="The fountain", city="Toronto", country="CA", latitude=43.66, longitude=-79.4)
    event, heard = make_series(parts=[Part("Night Nurses", HOST)], tags=("vigil",), venue=pinned), Heard()
    act(db, "cancel_occurrence", event, "20261002T180000", reason="Strike")
    move(db, event, "20261009T180000", datetime(2026, 10, 10, 10))
    following = act(db, "split", event, THIRD)
    assert (following.continues_id, following.status, following.sequence) == (event.id, "published", 0)
    assert following.uid != event.uid
    assert following.slug != event.slug
    assert following.key_name != event.key_name
    assert following.organizer == event.organizer
    assert [part.organization.name for part in following.participations] == ["Night Nurses"]
    assert (following.venue.latitude, following.venue.precision) == (43.66, "pin")
    states = {row.recurrence_id: row.state for row in occurrences_of(following) if row.state != PLANNED}
    assert states == {"20261002T180000": CANCELLED, "20261009T180000": MOVED}
    assert heard.disrupted[-1] == ("continued", THIRD)
    assert event.over_at == datetime(2026, 9, 11, 23, tzinfo=UTC)
    assert queries.following(event) == following


def test_a_series_is_not_divided_before_its_first_date(db: ModuleType) -> None:
    with pytest.raises(DomainError, match="first date"):
        act(db, "split", make_series(), "20260904T180000")


def test_a_duplicate_begins_with_the_first_time_of_its_rule(db: ModuleType) -> None:
    event = make_series("FREQ=MONTHLY;BYMONTHDAY=4;UNTIL=20260910")
    with db.transaction():
        copy = actions.duplicate(event, by=event.organizer, now=the_clock.now())
    assert (copy.rrule, copy.starts_local) == ("FREQ=MONTHLY;BYMONTHDAY=4", datetime(2026, 10, 4, 18))
    assert occurrences_of(copy)[0].recurrence_id == "20261004T180000"


def test_a_change_of_the_rule_is_told_and_one_of_its_words_is_not(db: ModuleType) -> None:
    event, heard = make_series(), Heard()
    same = make_details(title="Friday vigil", starts_local=FRIDAY, ends_local=FRIDAY.replace(hour=19))
    for rule in ("FREQ=WEEKLY;INTERVAL=1;BYDAY=FR", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR"):
        with db.transaction():
            actions.edit(event, replace(same, rrule=rule), now=the_clock.now())
    assert heard.disrupted == [("moved", "")]


def test_a_list_shows_a_series_at_its_next_time_until_its_last_is_over(
    db: ModuleType, clock: time_machine.Traveller
) -> None:
    event = make_series("FREQ=WEEKLY;BYDAY=FR;COUNT=3")
    other = make_event(title="In between", starts_local=datetime(2026, 9, 8, 12), ends_local=None)
    act(db, "cancel_occurrence", event, SECOND, reason="")

    def listed() -> list[tuple[str, str]]:
        return [(row.event.title, row.recurrence_id) for row in queries.upcoming(the_clock.now())]

    assert listed() == [("Friday vigil", "20260904T180000"), ("In between", "")]
    clock.move_to(datetime(2026, 9, 5, tzinfo=UTC))
    assert listed() == [("In between", ""), ("Friday vigil", SECOND)], "a cancelled one stays until it is over"
    clock.move_to(datetime(2026, 9, 12, tzinfo=UTC))
    assert listed() == [("Friday vigil", THIRD)]
    clock.move_to(datetime(2026, 9, 19, tzinfo=UTC))
    assert listed() == []
    assert other.is_over(the_clock.now())
