"""The language is a path prefix; without one the browser's wish decides, and `Vary` says so."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel import Locale
from flask import Flask, redirect, url_for

from eventkit import i18n, web
from tests.visitor import Visitor

_CATALOGUE = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n'


@pytest.fixture
def speaking(make_app: Callable[..., Flask], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Visitor:
    """A browser on a site that speaks English, Arabic and Turkish."""
    for code in ("ar", "tr"):
        folder = tmp_path / "translations" / code / "LC_MESSAGES"
        folder.mkdir(parents=True)
        (folder / "messages.po").write_text(_CATALOGUE)
    monkeypatch.setattr(i18n, "CATALOGUES", tmp_path / "translations")
    app = make_app()

    @app.get("/test/where")
    @web.public
    def where() -> str:
        return f"{i18n.current_locale()} {url_for('where')}"

    @app.get("/test/elsewhere")
    @web.public
    def elsewhere() -> object:
        return redirect(url_for("where"))

    client = app.test_client()
    assert isinstance(client, Visitor)
    return client


def test_the_source_language_comes_first(speaking: Visitor) -> None:
    assert i18n.languages() == ["en", "ar", "tr"]


def test_the_prefix_decides_and_stays_in_every_link(speaking: Visitor) -> None:
    response = speaking.get("/ar/test/where", headers={"Accept-Language": "tr"})
    assert response.text == "ar /ar/test/where"
    assert "Vary" not in response.headers
    assert speaking.get("/tr/test/elsewhere").location == "/tr/test/where"


@pytest.mark.parametrize(
    ("wish", "language"),
    [
        ("tr", "tr"),
        ("ar-LB, tr;q=0.5", "ar"),
        ("de, fr", "en"),
        ("", "en"),
        ("tr;q=0.1, en", "en"),
        ("tr;q=0", "en"),
        ("*;;q=x", "en"),
    ],
)
def test_without_a_prefix_the_browser_s_wish_decides(speaking: Visitor, wish: str, language: str) -> None:
    response = speaking.get("/test/where", headers={"Accept-Language": wish})
    assert response.text == f"{language} /test/where"
    assert "Accept-Language" in response.headers["Vary"]


def test_a_language_that_is_not_spoken_is_no_prefix(speaking: Visitor) -> None:
    assert speaking.get("/de/test/where").status_code == 404
    assert speaking.get("/aria/test/where").status_code == 404


def test_static_files_have_one_address_in_every_language(speaking: Visitor) -> None:
    loaded = re.findall(r'(?:src|href)="([^"]*/static/[^"]*)"', speaking.get("/ar/nowhere").text)
    assert loaded
    assert [url for url in loaded if not url.startswith("/static/")] == []
    assert {url for url in loaded if speaking.get(url).status_code != 200} == set()


def test_a_page_says_its_language_and_direction_and_links_to_the_others(speaking: Visitor) -> None:
    page = speaking.get("/ar/nowhere").text
    assert '<html lang="ar" dir="rtl">' in page
    assert 'href="/tr/nowhere"' in page
    assert 'href="/ar/nowhere"' not in page


@pytest.mark.parametrize(
    ("locale", "start", "end", "words"),
    [
        ("en", 13, 15, "1–3 PM"),
        ("en", 11, 13, "11 AM–1 PM"),
        ("fr", 13, 15, "13:00–15:00"),
        ("tr", 9, None, "09:00"),
        ("uk", 18, None, "18:00"),
        ("ar", 13, 15, "من 1 إلى 3 بعد الظهر"),
        ("ar", 17, 19, "من 5 إلى 7 مساءً"),
        ("ar", 8, 23, "من 8 صباحًا إلى 11 مساءً"),
        ("ar", 0, None, "12 ليلاً"),
    ],
)
def test_times_are_written_as_their_readers_write_them(locale: str, start: int, end: int | None, words: str) -> None:
    day = datetime(2026, 11, 14)
    last = day.replace(hour=end) if end else None
    assert i18n.time_range(day.replace(hour=start), last, Locale(locale)) == words


@pytest.mark.parametrize(
    ("locale", "zone", "month", "words"),
    [
        ("en", "America/Toronto", 7, "Eastern Daylight Time"),
        ("en", "Asia/Kolkata", 7, "India Standard Time"),
        ("en", "Asia/Calcutta", 7, "India Standard Time"),
        ("en", "Europe/Kyiv", 7, "Eastern European Summer Time"),
        ("uk", "Europe/Kyiv", 12, "за східноєвропейським стандартним часом"),
        ("en", "Europe/Istanbul", 7, "GMT+03:00"),
    ],
)
def test_zones_are_named_as_their_people_name_them(locale: str, zone: str, month: int, words: str) -> None:
    assert i18n.zone_words(datetime(2026, month, 1, 12, tzinfo=ZoneInfo(zone)), Locale(locale)) == words


def test_days_are_written_as_their_readers_write_them() -> None:
    day = date(2026, 11, 14)
    assert i18n.day_words(day, Locale("en")) == "Sat 14 Nov"
    assert i18n.date_words(day, Locale("en")) == "Saturday 14 November 2026"
    assert i18n.date_words(day, Locale("fr")) == "samedi 14 novembre 2026"
    assert i18n.date_words(day, Locale("tr")) == "14 Kasım 2026 Cumartesi"


@pytest.mark.parametrize(("code", "direction"), [("ar", "rtl"), ("he", "rtl"), ("en", "ltr"), ("uk", "ltr")])
def test_the_direction_is_the_locale_s(code: str, direction: str) -> None:
    assert i18n.direction(Locale(code)) == direction
    assert i18n.direction(code) == direction
