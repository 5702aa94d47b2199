"""The announcement is shown whole, with the phrases marked from which the five were understood."""

from __future__ import annotations

from eventkit.events.announcements import ReadEvent, Reading, ReadOrganization, Span
from eventkit.events.marks import phrases


def test_phrases_are_the_whole_text_in_order_and_the_shorter_of_two_has_its_words() -> None:
    text = "Rally in Leeds: noon, by the fountain, because we must"
    spans = (Span("where", 9, 37), Span("when", 16, 20), Span("why", 39, 400), Span("nonsense", 0, 5))
    pieces = phrases(Reading((), (), "en", text), ReadEvent(spans=spans))
    assert "".join(piece.text for piece in pieces) == text
    assert [(piece.text, piece.row) for piece in pieces if piece.row] == [
        ("Leeds", "where"),
        ("noon", "when"),
        ("by the fountain", "where"),
        ("because we must", "why"),
    ]


def test_what_is_far_from_all_that_was_understood_is_folded_away() -> None:
    far = "Something else entirely, told at length.\n" * 60
    text = f"{far}We meet at noon.\n{far}Because we must.\n{far}"
    spans = (
        Span("when", len(far) + 11, len(far) + 15),
        Span("why", 2 * len(far) + 17, 2 * len(far) + 32),
    )
    pieces = phrases(Reading((), (), "en", text), ReadEvent(spans=spans))
    assert "".join(piece.text for piece in pieces) == text
    assert [piece.text for piece in pieces if piece.row] == ["noon", "Because we must"]
    asides = [piece.text for piece in pieces if piece.is_aside]
    assert len(asides) == 3
    assert all(aside.endswith("length.\n") for aside in asides)


def test_a_name_is_marked_where_the_event_is_told() -> None:
    text = "Nurses for Nights send you greetings.\n\nAt noon, Nurses for Nights call for a vigil."
    organization = ReadOrganization("Nurses for Nights", "host")
    read_event = ReadEvent(organizations=(organization,), spans=(Span("when", 42, 46),))
    pieces = phrases(Reading((), (), "en", text), read_event)
    assert [(piece.text, piece.row) for piece in pieces] == [
        ("Nurses for Nights send you greetings.\n\nAt ", None),
        ("noon", "when"),
        (", ", None),
        ("Nurses for Nights", "who"),
        (" call for a vigil.", None),
    ]
