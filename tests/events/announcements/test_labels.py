"""Labels in any order and dress: Markdown, HTML, forwarded, in capitals, in eight languages."""

import pytest

from eventkit.events.announcements import ReadEvent
from tests.events.announcements.texts import only, read


def facts(event: ReadEvent) -> tuple[str | None, ...]:
    return (event.what, event.start_local, event.end_local, event.venue_name, event.street, event.city)


EXPECTED = (
    "A silent picket",
    "2016-10-01T13:00",
    "2016-10-01T15:00",
    "Embassy of Azerbaijan",
    "275 Slater St",
    "Ottawa",
)
LINES = (
    ("WHAT", "A silent picket"),
    ("WHEN", "Saturday October 1, 1-3 PM"),
    ("WHERE", "Embassy of Azerbaijan, 275 Slater St, Ottawa"),
)


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(f"{label}: {value}" for label, value in LINES),
        "\n".join(f"{label}: {value}" for label, value in reversed(LINES)),
        "\n".join(f"**{label.title()}:** {value}" for label, value in LINES),
        "\n".join(f"- *{label.title()}*: {value}" for label, value in LINES),
        "\n".join(f"{label}\n{value}\n" for label, value in LINES),
        "\n".join(f"{label.title()}?\n{value}" for label, value in LINES),
        "\n".join(f"{label} - {value}" for label, value in LINES),
        "\n".join(f"> > {label}: {value}" for label, value in LINES),
        "\n".join(f"✊ {label}: {value}" for label, value in LINES),
        " ".join(f"{label}: {value}" for label, value in LINES),
        " | ".join(f"{label}: {value}" for label, value in LINES),
        "<table>"
        + "".join(f"<tr><td>{label.title()}</td><td>{value}</td></tr>" for label, value in LINES)
        + "</table>",
        "<div>" + "<br>".join(f"<b>{label}:</b>&nbsp;{value}" for label, value in LINES) + "</div>",
        "\n".join(f"{label}：{value}" for label, value in LINES),
        "\n".join("".join(chr(0x1D400 + ord(it) - 65) for it in label) + f": {value}" for label, value in LINES),
        "What: A silent picket\nDate: Saturday October 1\nTime: 1-3 PM\n"
        "Location: Embassy of Azerbaijan, 275 Slater St, Ottawa",
        "What: A silent picket\nDate & time: Saturday October 1, 1-3 PM\n"
        "Venue: Embassy of Azerbaijan\n275 Slater St, Ottawa",
        "| What | When | Where |\n|---|---|---|\n| " + " | ".join(value for _, value in LINES) + " |",
        "📅 Saturday October 1\n⏰ 1-3 PM\n📍 Embassy of Azerbaijan, 275 Slater St, Ottawa\nWhat: A silent picket",
    ],
)
def test_labels_in_many_dresses(text: str) -> None:
    assert facts(only(text, country="CA")) == EXPECTED


MAIL = """From: A <a@example.org>
Subject: =?utf-8?q?Silent_picket?=
Date: Tue, 27 Sep 2016 08:00:00 +0000
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="b"

--b
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: {encoding}

{body}
--b--
"""
BODY = "\n".join(f"{label}: {value}" for label, value in LINES)


def test_a_raw_message_is_unpacked() -> None:
    import base64
    import quopri

    for encoding, body in (
        ("quoted-printable", quopri.encodestring(BODY.encode()).decode()),
        ("base64", base64.encodebytes(BODY.encode()).decode()),
    ):
        event = only(MAIL.format(encoding=encoding, body=body), country="CA")
        assert facts(event) == EXPECTED
        assert event.title == "Silent picket"


def test_quoted_printable_without_headers() -> None:
    event = only("QUOI : Veill=C3=A9e\nQUAND : samedi 1er octobre =\n2016, 18h\nO=C3=99 : place Bellecour, Lyon")
    assert event.what == "Veillée"
    assert event.start_local == "2016-10-01T18:00"
    assert event.city == "Lyon"


def test_the_headers_of_a_forwarded_message_are_not_the_event() -> None:
    text = (
        "---------- Forwarded message ---------\nFrom: A <a@example.org>\nDate: Tue, Sep 27, 2016 at 8:00 AM\n"
        "Subject: Fwd: Picket for the bloggers\nTo: B <b@example.org>\n\n" + BODY
    )
    event = only(text, country="CA")
    assert facts(event) == EXPECTED
    assert event.title == "Picket for the bloggers"
    assert "date_conflict" not in event.flags


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("QUI : Tout le monde\nQUOI : Veillée\nQUAND : samedi 1er octobre, 18h\nOÙ : place Bellecour, Lyon", "Veillée"),
        ("QUIÉN: Todas\nQUÉ: Vigilia\nCUÁNDO: sábado 1 de octubre, 18:00\nDÓNDE: Plaza Mayor, Madrid", "Vigilia"),
        ("WER: Alle\nWAS: Mahnwache\nWANN: Samstag, 1. Oktober, 18 Uhr\nWO: Schlossplatz, Stuttgart", "Mahnwache"),
        ("QUEM: Todos\nO QUÊ: Vigília\nQUANDO: sábado, 1 de outubro, 18h\nONDE: Praça da Sé, São Paulo", "Vigília"),
        ("KİM: Herkes\nNE: Nöbet\nNE ZAMAN: 1 Ekim Cumartesi, 18:00\nNEREDE: Taksim Meydanı, İstanbul", "Nöbet"),
        ("ХТО: Усі\nЩО: Пікет\nКОЛИ: субота, 1 жовтня, 18:00\nДЕ: площа Ринок, Львів", "Пікет"),
        ("من: الجميع\nماذا: وقفة\nمتى: السبت ١ تشرين الأول، الساعة ٦ مساءً\nأين: ساحة الشهداء، بيروت", "وقفة"),
    ],
)
def test_labels_of_seven_more_languages(text: str, expected: str) -> None:
    event = only(text)
    assert event.what == expected
    assert event.who is not None
    assert event.start_local == "2016-10-01T18:00"
    assert event.venue_name is not None
    assert event.city is not None
    assert event.timezone is not None


def test_labels_repeated_for_each_city_are_an_event_each() -> None:
    reading = read(
        "Hands off our libraries\nWhat: Read-in\n\nToronto\nWhen: Oct 1, 1 PM\nWhere: City Hall, 100 Queen St W\n\n"
        "Ottawa\nWhen: Oct 2, 2 PM\nWhere: Main Library, 120 Metcalfe St",
        country="CA",
    )
    assert [(it.start_local, it.city, it.what) for it in reading.events] == [
        ("2016-10-01T13:00", "Toronto", "Read-in"),
        ("2016-10-02T14:00", "Ottawa", "Read-in"),
    ]
    assert {it.title for it in reading.events} == {"Hands off our libraries"}


def test_spans_point_at_the_phrases() -> None:
    reading = read(BODY, country="CA")
    said = {span.field: reading.text[span.start : span.end] for span in reading.events[0].spans}
    assert said["what"] == "A silent picket"
    assert said["where"].startswith("Embassy of Azerbaijan")
    assert "1-3 PM" in said["when"]
