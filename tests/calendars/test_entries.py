"""What an entry says, read back by icalendar."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import icalendar
import pytest
from icalendar import Calendar

from eventkit.calendars import queries
from eventkit.events.details import Part, VenueDetails
from eventkit.events.models import Event
from tests.factories import make_event, make_organization

AWKWARD = "Bread, roses; and \\ backslashes\nنساء الحي 😀 “quoted” " + "so on and on " * 160


def read(event: Event) -> icalendar.Event:
    invite = queries.invite(event)
    assert invite is not None
    calendar = Calendar.from_ical(invite)
    (vevent,) = calendar.walk("VEVENT")
    return vevent  # type: ignore[no-any-return]


def toronto(**changed: Any) -> Event:
    details = {
        "starts_local": datetime(2016, 10, 1, 13),
        "ends_local": datetime(2016, 10, 1, 15),
        "timezone": "America/Toronto",
    }
    return make_event(**{**details, **changed})


@pytest.mark.usefixtures("clock", "db")
def test_a_time_in_a_zone_is_the_instant_that_it_is_there() -> None:
    vevent = read(toronto())
    assert vevent["DTSTART"].params["TZID"] == "America/Toronto"
    assert vevent["DTSTART"].dt.astimezone(UTC) == datetime(2016, 10, 1, 17, tzinfo=UTC)
    assert vevent["DTEND"].dt.astimezone(UTC) == datetime(2016, 10, 1, 19, tzinfo=UTC)


@pytest.mark.usefixtures("clock", "db")
@pytest.mark.parametrize(
    ("local", "written"),
    [
        (datetime(2030, 11, 3, 1, 30), b"DTSTART:20301103T053000Z"),  # twice: the first
        (datetime(2031, 3, 9, 2, 30), b"DTSTART:20310309T073000Z"),  # never: counted on from before
        (datetime(2030, 11, 3, 2, 30), b"DTSTART;TZID=America/Toronto:20301103T023000"),
    ],
)
def test_an_hour_that_comes_twice_or_never_is_written_in_utc(local: datetime, written: bytes) -> None:
    """Three readers of four take the second where the standard says the first (RFC 5545, 3.3.5)."""
    invite = queries.invite(toronto(starts_local=local, ends_local=None))
    assert invite is not None
    assert written + b"\r\n" in invite


@pytest.mark.usefixtures("clock", "db")
@pytest.mark.parametrize("name", ["UTC", "Etc/GMT", "Zulu"])
def test_utc_by_whatever_name_needs_no_zone(name: str) -> None:
    invite = queries.invite(toronto(timezone=name))
    assert invite is not None
    assert b"DTSTART:20161001T130000Z\r\n" in invite
    assert b"VTIMEZONE" not in invite


@pytest.mark.usefixtures("clock", "db")
def test_without_an_end_none_is_written() -> None:
    vevent = read(toronto(ends_local=None))
    assert "DTEND" not in vevent
    assert "DURATION" not in vevent


@pytest.mark.usefixtures("clock", "db")
def test_the_end_of_whole_days_is_the_day_after() -> None:
    event = toronto(starts_local=datetime(2016, 10, 1), ends_local=datetime(2016, 10, 3), all_day=True)
    vevent = read(event)
    assert (vevent["DTSTART"].dt, vevent["DTEND"].dt) == (date(2016, 10, 1), date(2016, 10, 4))
    assert vevent["DTSTART"].params["VALUE"] == "DATE"
    assert vevent["TRANSP"] == "TRANSPARENT"
    assert b"VTIMEZONE" not in (queries.invite(event) or b"")


@pytest.mark.usefixtures("clock", "db")
def test_a_night_ends_on_the_next_day() -> None:
    vevent = read(toronto(starts_local=datetime(2016, 10, 1, 22), ends_local=datetime(2016, 10, 2, 2)))
    assert (vevent["DTEND"].dt - vevent["DTSTART"].dt).total_seconds() == 4 * 3600


@pytest.mark.usefixtures("clock", "db")
def test_texts_come_back_as_they_were_written() -> None:
    vevent = read(toronto(title=AWKWARD[:190].replace("\n", " "), why=AWKWARD))
    assert vevent["SUMMARY"] == AWKWARD[:190].replace("\n", " ")
    assert AWKWARD in vevent["DESCRIPTION"]


@pytest.mark.usefixtures("clock", "db")
def test_no_line_is_longer_than_75_octets_and_none_is_cut_inside_a_character() -> None:
    invite = queries.invite(toronto(title="😀 نساء " * 20, what="ё" * 2000, why=AWKWARD))
    assert invite is not None
    for line in invite.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()
    assert b"\n" not in invite.replace(b"\r\n", b"")


@pytest.mark.usefixtures("clock", "db")
def test_raw_calendar_lines_in_a_text_stay_text() -> None:
    event = toronto(why="END:VEVENT\nBEGIN:VEVENT\nUID:stolen", title="Vigil END:VCALENDAR")
    assert read(event)["UID"] == event.uid


@pytest.mark.usefixtures("clock", "db")
def test_the_description_says_the_five_and_who_takes_part_how() -> None:
    event = toronto(
        host="Health Workers",
        parts=[Part("Ferry Street Mosque", "attending", "Hot tea for everyone, from half past twelve")],
    )
    description = str(read(event)["DESCRIPTION"])
    assert "Who: Nurses and their neighbours" in description
    assert "When: Saturday 1 October 2016, 13:00–15:00" in description
    assert "Where: Queen's Park, 111 Wellesley St. W, Toronto M7A 1A2, Canada" in description
    assert "Host:\nHealth Workers" in description
    assert "Attending:\nFerry Street Mosque: “Hot tea for everyone, from half past twelve”" in description
    assert description.endswith(f"http://localhost/events/{event.slug}")


@pytest.mark.usefixtures("clock", "db")
def test_the_organizer_is_the_host_and_never_an_account() -> None:
    event = toronto(host='Tenants; of "Dundas, East"')
    organizer = read(event)["ORGANIZER"]
    assert organizer == "mailto:events@example.org"
    assert organizer.params["CN"] == "Tenants; of 'Dundas, East'"
    assert event.organizer.email.encode() not in (queries.invite(event) or b"")


@pytest.mark.usefixtures("clock", "db")
def test_without_a_host_the_site_is_the_organizer() -> None:
    assert read(toronto())["ORGANIZER"].params["CN"] == "eventkit"


@pytest.mark.usefixtures("clock", "db")
def test_a_point_is_told_only_where_it_leads_to_the_place() -> None:
    pinned = VenueDetails(name="Fountain", city="Toronto", country="CA", latitude=43.6629171, longitude=-79.3957)
    assert read(toronto(venue=pinned))["GEO"].to_ical() == "43.662917;-79.3957"
    city = toronto(venue=VenueDetails(name="Somewhere", city="Toronto", country="CA"))
    assert city.venue.is_located
    assert "GEO" not in read(city)


@pytest.mark.usefixtures("clock", "db")
@pytest.mark.parametrize(
    ("status", "said", "title"),
    [
        ("published", "CONFIRMED", "Vigil for the hospitals"),
        ("cancelled", "CANCELLED", "Cancelled: Vigil for the hospitals"),
        ("postponed", "TENTATIVE", "Postponed: Vigil for the hospitals"),
    ],
)
def test_the_status_is_said_in_its_property_and_in_the_title(status: str, said: str, title: str) -> None:
    vevent = read(make_event(status=status))
    assert (vevent["STATUS"], vevent["SUMMARY"]) == (said, title)
    assert vevent["SEQUENCE"] == (0 if status == "published" else 1)


@pytest.mark.usefixtures("clock", "db")
def test_tags_are_categories_and_an_online_event_has_its_link_as_place() -> None:
    tagged = read(toronto(tags=("hospitals", "peace"), online_url="https://meet.example.org/vigil"))
    assert [str(tag) for tag in tagged["CATEGORIES"].cats] == ["hospitals", "peace"]
    online = read(toronto(venue=VenueDetails(), online_url="https://meet.example.org/vigil"))
    assert online["LOCATION"] == "https://meet.example.org/vigil"


@pytest.mark.usefixtures("clock", "db")
@pytest.mark.parametrize(
    ("rrule", "written"),
    [
        ("FREQ=WEEKLY;BYDAY=SA", "FREQ=WEEKLY;BYDAY=SA"),
        # the whole last day counts, by the clock of the place: UTC is four hours ahead of it
        ("FREQ=WEEKLY;BYDAY=SA;UNTIL=20170624", "FREQ=WEEKLY;UNTIL=20170625T035959Z;BYDAY=SA"),
        ("FREQ=WEEKLY;BYDAY=SA;UNTIL=20170624T130000", "FREQ=WEEKLY;UNTIL=20170624T170000Z;BYDAY=SA"),
        ("FREQ=WEEKLY;BYDAY=SA;UNTIL=20170624T170000Z", "FREQ=WEEKLY;UNTIL=20170624T170000Z;BYDAY=SA"),
    ],
)
def test_until_is_an_instant_beside_a_time_in_a_zone(rrule: str, written: str) -> None:
    assert read(toronto(rrule=rrule))["RRULE"].to_ical().decode() == written


@pytest.mark.usefixtures("clock", "db")
def test_until_is_a_day_beside_whole_days() -> None:
    event = toronto(
        starts_local=datetime(2016, 10, 1), ends_local=None, all_day=True, rrule="FREQ=DAILY;UNTIL=20161009T235959Z"
    )
    assert read(event)["RRULE"].to_ical() == b"FREQ=DAILY;UNTIL=20161009"


@pytest.mark.usefixtures("clock", "db")
def test_an_unlisted_event_is_private_in_shared_calendars() -> None:
    assert read(toronto(visibility="unlisted"))["CLASS"] == "PRIVATE"
    assert read(toronto())["CLASS"] == "PUBLIC"


@pytest.mark.usefixtures("clock", "db")
def test_an_organization_of_the_same_name_is_named_once_in_the_entry() -> None:
    make_organization("Health Workers")
    description = str(read(toronto(host="health workers"))["DESCRIPTION"])
    assert description.count("Health Workers") == 1


@pytest.mark.usefixtures("clock", "db")
def test_a_structured_location_matches_the_words_where_the_point_leads_there() -> None:
    venue = VenueDetails(
        name='Fountain "نساء": north, side; 😀^', city="Toronto", country="CA", latitude=43.66, longitude=-79.4
    )
    vevent = read(toronto(venue=venue))
    place = vevent["X-APPLE-STRUCTURED-LOCATION"]
    words = {name: str(value) for name, value in place.params.items()}
    assert place.to_ical() == b"geo:43.660000,-79.400000"
    assert words == {
        "VALUE": "URI",
        "X-APPLE-RADIUS": "70",
        "X-TITLE": "Fountain 'نساء': north, side; 😀'",
        "X-ADDRESS": str(vevent["LOCATION"]).replace('"', "'").replace("^", "'"),
    }
    city = read(toronto(venue=VenueDetails(name="Somewhere", city="Toronto", country="CA")))
    assert "X-APPLE-STRUCTURED-LOCATION" not in city


@pytest.mark.usefixtures("clock", "db")
def test_it_links_to_its_data_and_to_what_it_is_about() -> None:
    event = toronto(tags=("bread and roses", "خبز"))
    invite = (queries.invite(event) or b"").decode().replace("\r\n ", "")
    link = 'LINK;FMTTYPE=application/json;LINKREL="alternate";VALUE=URI:'
    assert f"{link}http://localhost/events/{event.slug}.json\r\n" in invite
    assert "CONCEPT:http://localhost/?tag=bread+and+roses\r\n" in invite
    assert "CONCEPT:http://localhost/?tag=%D8%AE%D8%A8%D8%B2\r\n" in invite
