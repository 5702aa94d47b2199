"""The list of who comes as a file: typed, never a formula, and only where the organizer lets it leave."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from odfdo import Document, Table

from eventkit import clock as the_clock
from eventkit.events.models import Event
from eventkit.rsvps import actions, export, spreadsheet, terms
from eventkit.rsvps.answers import Answer, Person
from eventkit.rsvps.models import ACCEPTED, Rsvp, RsvpQuestion, RsvpShift
from tests.factories import make_event, make_rsvp, make_series
from tests.visitor import Visitor

pytestmark = pytest.mark.usefixtures("clock")

RUNS = '=HYPERLINK("https://example.org")'
#: what begins a formula somewhere
SIGNS = "=+-@＝＋－＠"


def sheet(content: bytes) -> Table:
    found = Document(io.BytesIO(content)).body.get_table(0)
    assert isinstance(found, Table)
    return found


def make_asked(db: ModuleType, event: Event) -> tuple[Rsvp, RsvpQuestion]:
    """Somebody who took a shift, answered a question, and has arrived."""
    with db.transaction() as session:
        question = RsvpQuestion(event_id=event.id, label="What do you need?")
        shift = RsvpShift(event_id=event.id, name="Marshal")
        session.add_all([question, shift])
        session.flush()
        person = Person("Noor Haddad", "noor@example.org", "en", {str(question.id): RUNS})
        rsvp = actions.register(event, Answer(ACCEPTED, 3, person, shift.id), now=the_clock.now())
        rsvp.shift_id, rsvp.arrived, rsvp.arrived_at = shift.id, 2, datetime(2026, 9, 1, 17, 5, tzinfo=UTC)
    return rsvp, question


def test_a_spreadsheet_has_numbers_instants_and_texts(signed_in: Visitor, db: ModuleType) -> None:
    event = make_event(organizer=signed_in.user)
    make_asked(db, event)
    response = signed_in.get(f"/organize/events/{event.slug}/rsvps.ods")
    assert response.content_type == "application/vnd.oasis.opendocument.spreadsheet"
    assert response.headers["Content-Disposition"] == f'attachment; filename="{event.slug}-rsvps.ods"'
    assert response.headers["Cache-Control"] == "no-store"
    table = sheet(response.data)
    assert table.name == "Vigil for the hospitals"
    row = dict(zip([str(cell) for cell in table.get_row_values(0)], table.get_row(1).cells, strict=True))
    told = {name: (cell.type, cell.value) for name, cell in row.items()}
    assert told["name"] == ("string", "Noor Haddad")
    assert told["people"] == ("float", 3)
    assert told["answered"] == ("date", datetime(2026, 9, 1, 8, 0))
    assert told["shift"] == ("string", "Marshal")
    assert told["arrived"] == ("float", 2)
    assert told["arrived_at"] == ("date", datetime(2026, 9, 1, 13, 5))
    assert told["What do you need?"] == ("string", RUNS)
    assert all(cell.formula is None for cell in row.values())


def test_the_same_as_csv(signed_in: Visitor, db: ModuleType) -> None:
    event = make_event(organizer=signed_in.user)
    make_asked(db, event)
    text = signed_in.get(f"/organize/events/{event.slug}/rsvps.csv").data.decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert row["shift"] == "Marshal"
    assert (row["seat"], row["state"], row["entered_by"]) == ("seated", "clear", "person")
    assert (row["arrived"], row["arrived_at"]) == ("2", "2026-09-01T13:05:00-04:00")
    assert row["What do you need?"] == f"'{RUNS}"


def test_of_a_series_the_date_is_told(db: ModuleType) -> None:
    event = make_series()
    make_rsvp(event, name="Noor")
    assert [row[5] for row in export.table(event).rows] == ["every"]


@pytest.mark.parametrize(
    "cell",
    [
        "=1",
        "+1",
        "-1",
        "@x",
        "\t1",
        "\r1",
        "\n1",
        " =1",
        "\ufeff=1",
        "\u200b\u00a0=1",
        '"=1',
        "'=1",
        "“=1",
        "＝1",
        "x\n=1",
    ],
)
def test_a_cell_that_might_run_begins_with_an_apostrophe(cell: str) -> None:
    assert "'" in export.harmless(cell).replace(cell.lstrip("x\n"), "", 1)


@pytest.mark.parametrize("cell", ["", "Noor", "a=b", "3-4", "نور", "x\ny", '"Noor"'])
def test_what_cannot_run_stays_as_it_is(cell: str) -> None:
    assert export.harmless(cell) == cell


@given(st.text(st.one_of(st.sampled_from(SIGNS + "\t\r\n \"'\ufeff\u200bx;,"), st.characters(codec="utf-8"))))
def test_whatever_is_typed_no_line_of_a_cell_begins_with_a_sign(typed: str) -> None:
    told = export.harmless(typed)
    for line in told.replace("\r", "\n").split("\n"):
        assert line.strip().lstrip("\ufeff\u200b").lstrip()[:1] not in tuple(SIGNS)
    assert told[:1] not in ("\t", "\r", "\n")
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerow([told, "next"])
    assert list(csv.reader(io.StringIO(text.getvalue(), newline=""))) == [[told, "next"]]


@given(
    st.text(st.one_of(st.sampled_from(SIGNS + "\t <&>\"'x\x00\x1f\ufffe"), st.characters(codec="utf-8")), max_size=30)
)
def test_whatever_is_typed_a_spreadsheet_holds_it_as_text(typed: str) -> None:
    table = sheet(spreadsheet.ods(typed, ["a"], [[f"x{typed}x"]]))
    cell = table.get_cell((0, 1))
    assert (cell.type, cell.formula) == ("string", None)
    kept = "".join(letter for letter in typed if letter in "\t\n\r" or (letter >= " " and letter not in "\ufffe\uffff"))
    told = f"x{kept}x".replace("\r\n", "\n").replace("\r", "\n")
    assert cell.value == told


def test_where_it_stays_here_nobody_takes_it_along(
    signed_in: Visitor, app: Flask, db: ModuleType, tmp_path: Path
) -> None:
    event = make_event(organizer=signed_in.user)
    make_rsvp(event, name="Noor")
    with db.transaction():
        terms.to_change(event).can_export = False
    for ending in ("csv", "ods"):
        response = signed_in.get(f"/organize/events/{event.slug}/rsvps.{ending}")
        assert response.status_code == 403
        assert "The list stays here" in response.text
        assert f'href="/organize/events/{event.slug}/rsvps/terms"' in response.text
        assert "Noor" not in response.text
    runner, output = app.test_cli_runner(), tmp_path / "list.csv"
    refused = runner.invoke(args=["rsvps", "export", event.slug, "--output", str(output)])
    assert (refused.exit_code, output.exists()) == (1, False)
    done = runner.invoke(args=["rsvps", "export", event.slug, "--output", str(output), "--even-so"])
    assert (done.exit_code, "Noor" in output.read_text("utf-8-sig")) == (0, True)


def test_the_command_writes_a_file_that_only_its_owner_reads(app: Flask, db: ModuleType, tmp_path: Path) -> None:
    event = make_event()
    make_rsvp(event, name="Noor")
    output = tmp_path / "list.ods"
    runner = app.test_cli_runner()
    done = runner.invoke(args=["rsvps", "export", event.slug, "--format", "ods", "--output", str(output)])
    assert done.exit_code == 0, done.output
    assert sheet(output.read_bytes()).get_value((0, 1)) == "Noor"
    assert output.stat().st_mode & 0o777 == 0o600
    assert runner.invoke(args=["rsvps", "export", event.slug, "--format", "ods"]).exit_code == 1
