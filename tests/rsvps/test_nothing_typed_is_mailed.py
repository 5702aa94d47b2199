"""Whoever types somebody else's address cannot have us write to them in the typist's own words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from types import ModuleType

import jinja2
import pytest
from jinja2 import nodes

from eventkit.clock import now
from eventkit.events import actions as events
from eventkit.rsvps import actions, queries
from eventkit.rsvps.answers import Answer, Person
from eventkit.rsvps.models import ACCEPTED, DECLINED, Rsvp
from tests.architecture.test_templates import ENVIRONMENT, TEMPLATES
from tests.factories import make_event, make_rsvp, make_series
from tests.factories.events import make_details
from tests.rsvps.series import date_id

Outbox = Callable[[], list[EmailMessage]]

VICTIM = "victim@example.net"
#: each as somebody would type it, with what must not be found in any spelling of it
TYPED = {"Win at casino.example": "casino", "<a href='//evil.example'>Noor": "evil", "نور الاحتجاج": "الاحتجاج"}


def words_of(message: EmailMessage) -> Iterator[str]:
    """Everything that a mail program shows or opens: headers, texts, the calendar, which is unfolded."""
    for name, value in message.items():
        if name != "To":
            yield f"{name}: {value}"
    for part in message.walk():
        if not part.is_multipart():
            yield part.get_content_type() + str(part.get_filename())
            payload = part.get_payload(decode=True)
            assert isinstance(payload, bytes)
            yield re.sub("\r?\n[ \t]", "", payload.decode("utf-8", "replace"))


def typed(partstat: str, said: str) -> Answer:
    """As the form gives it: a name, and answers to questions."""
    return Answer(partstat, 2, Person(name=said, email=VICTIM, language="en", answers={"1": said, "2": [said]}))


@pytest.mark.usefixtures("without_allowance", "clock")
@pytest.mark.parametrize(("said", "trace"), TYPED.items(), ids=["word", "markup", "arabic"])
def test_no_message_to_an_unproven_address_has_a_word_of_whoever_typed_it(
    outbox: Outbox, db: ModuleType, said: str, trace: str
) -> None:
    event, series, other = make_event(), make_series(), make_event()
    with db.transaction():
        first, again, whole, gone = (
            actions.register(each, typed(ACCEPTED, said), now=now()) for each in (event, event, series, other)
        )
    with db.transaction():
        actions.change(first, typed(DECLINED, said), now=now())
        actions.change(first, typed(ACCEPTED, said), now=now())
        actions.answer_for_date(whole, date_id(3), DECLINED, now=now())
        actions.withdraw(gone, now=now())
    for change in (
        lambda: events.edit(event, make_details(starts_local=event.starts_local.replace(hour=14)), now=now()),
        lambda: events.postpone(event, reason="The hall is flooded", now=now()),
        lambda: events.split(series, date_id(2), now=now()),
        lambda: events.cancel(series, reason="", now=now()),
    ):
        with db.transaction():
            change()
        outbox()
    messages = outbox()
    assert {message["To"] for message in messages} == {VICTIM}
    subjects = " ".join(str(message["Subject"]) for message in messages)
    for kind in (
        "You are counted",
        "can’t come",
        "answer",
        "Out of your calendar",
        "New time",
        "Postponed",
        "Cancelled",
    ):
        assert kind in subjects, f"{kind}: {subjects}"
    assert any("METHOD:CANCEL" in words for message in messages for words in words_of(message))
    assert [words for message in messages for words in words_of(message) if trace in words.casefold()] == []
    assert not db.session.get_one(Rsvp, again.id).address_is_proven


def test_whoever_has_proved_the_address_has_their_name_in_the_calendar(outbox: Outbox, db: ModuleType) -> None:
    """The name would be found where it is told."""
    rsvp = make_rsvp(make_event(), email=VICTIM, name="Noor of the casino")
    with db.transaction():
        actions.prove(rsvp, rsvp.generation + 1, now=now())
        actions.change(rsvp, typed(DECLINED, "Noor of the casino"), now=now())
        actions.change(rsvp, typed(ACCEPTED, "Noor of the casino"), now=now())
    assert queries.answer_of(rsvp).person.name
    assert any("casino" in words for message in outbox() for words in words_of(message))


def spoken_of(tree: nodes.Template) -> set[str]:
    """Names and attributes that a template reads."""
    names = {node.name for node in tree.find_all(nodes.Name) if node.ctx == "load"}
    return names | {node.attr for node in tree.find_all(nodes.Getattr)}


def test_no_message_of_an_rsvp_can_tell_what_the_person_said() -> None:
    """Of a person it has the RSVP's row alone, in which that is sealed."""
    about_people = {"person", "answer", "answers", "sealed", "name", "email"}
    found = {
        str(path.relative_to(TEMPLATES)): said
        for path in Path(TEMPLATES / "mail/rsvps").iterdir()
        if (said := spoken_of(ENVIRONMENT.parse(path.read_text(encoding="utf-8"))) & about_people)
    }
    assert found == {}
    assert spoken_of(jinja2.Environment().parse("{{ rsvp.person.name }}")) & about_people == {"person", "name"}
