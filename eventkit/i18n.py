"""Language, direction, and how dates and times are written.

The language is a path prefix (`/ar/…`) that `LanguagePrefix` moves into SCRIPT_NAME, so that `url_for`
keeps it everywhere and no cookie is needed. Without a prefix Accept-Language decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale, negotiate_locale
from babel.core import get_global
from babel.dates import format_date, format_skeleton, format_time, get_timezone_name
from flask import Flask, g, has_request_context, request
from flask_babel import Babel, force_locale, get_locale

CATALOGUES = Path(__file__).parent / "translations"
SOURCE_LANGUAGE = "en"
_PREFIX_KEY = "eventkit.language"

# Babel 2.18 keeps the names of some zones under what the zones were called before, and does not find them there.
_ZONES_BEFORE = {
    now: before
    for before, now in get_global("zone_aliases").items()
    if before in get_global("meta_zones") and now not in get_global("meta_zones")
}

StartResponse = Callable[..., Any]


def languages() -> list[str]:
    """Those with a catalogue, the source language first."""
    return list(_with_catalogue(CATALOGUES))


@cache
def _with_catalogue(folder: Path) -> tuple[str, ...]:
    found = sorted(path.parent.parent.name for path in folder.glob("*/LC_MESSAGES/messages.po"))
    return (SOURCE_LANGUAGE, *(code for code in found if code != SOURCE_LANGUAGE))


class LanguagePrefix:
    """WSGI: `/ar/events/x` becomes `/events/x` under SCRIPT_NAME `/ar`."""

    def __init__(self, wsgi_app: Callable[..., Iterable[bytes]], codes: list[str]) -> None:
        self._app = wsgi_app
        self._codes = frozenset(codes)

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        head, _, tail = environ.get("PATH_INFO", "/").removeprefix("/").partition("/")
        if head in self._codes:
            environ[_PREFIX_KEY] = head
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + "/" + head
            environ["PATH_INFO"] = "/" + tail
        return self._app(environ, start_response)


def init_app(app: Flask) -> None:
    codes = languages()
    app.wsgi_app = LanguagePrefix(app.wsgi_app, codes)  # type: ignore[method-assign]
    Babel(
        app,
        locale_selector=_select,
        default_locale=SOURCE_LANGUAGE,
        default_translation_directories=str(CATALOGUES),
    )
    app.extensions["eventkit.languages"] = codes
    app.jinja_env.globals.update(
        date_words=date_words,
        day_words=day_words,
        time_range=time_range,
        month_short=month_short,
        weekday_short=weekday_short,
        direction_of=direction,
    )

    @app.context_processor
    def _context() -> dict[str, Any]:
        locale = current_locale()
        return {"locale": locale, "direction": direction(locale), "languages": _links(codes)}


def current_locale() -> Locale:
    """The locale of this request, or the source language outside of one."""
    return get_locale() or Locale(SOURCE_LANGUAGE)


def in_language(code: str) -> Any:
    """A context in which text is written in `code`: a message in its reader's language."""
    return force_locale(code if code in languages() else SOURCE_LANGUAGE)


def chosen_by_path() -> bool:
    return has_request_context() and _PREFIX_KEY in request.environ


def language_of_path() -> str:
    """The language that the path of this request begins with; empty without one."""
    return str(request.environ.get(_PREFIX_KEY, ""))


def root() -> str:
    """Where the application is mounted, without the language."""
    if not has_request_context():
        return ""
    prefix = request.environ.get(_PREFIX_KEY)
    return request.script_root.removesuffix(f"/{prefix}") if prefix else request.script_root


def direction(locale: Locale | str | None) -> str:
    """'rtl' or 'ltr' (CLDR's character order)."""
    if locale is None:
        return "ltr"
    parsed = Locale.parse(locale, sep="-") if isinstance(locale, str) else locale
    return "rtl" if parsed.character_order == "right-to-left" else "ltr"


def day_words(day: date, locale: Locale | None = None, *, year: bool = False) -> str:
    """`Sat 14 Nov`: weekday, day and month as the locale orders them, as the beginning of a line."""
    written = locale or current_locale()
    if written.language == "en":
        return format_date(day, "EEE d MMM y" if year else "EEE d MMM", locale=written)
    words = format_skeleton("yMMMEd" if year else "MMMEd", datetime.combine(day, time()), locale=written)
    return words[:1].upper() + words[1:]


def date_words(day: date, locale: Locale | None = None) -> str:
    """`Saturday 14 November 2026`."""
    written = locale or current_locale()
    return format_date(day, "EEEE d MMMM y" if written.language == "en" else "full", locale=written)


def time_range(start: datetime, end: datetime | None, locale: Locale | None = None) -> str:
    """`1–3 PM`, `13:00–15:00`: local wall times of one day, no seconds. Without an end, the start alone."""
    written = locale or current_locale()
    first = _time(start, written)
    if end is None:
        return first
    last = _time(end, written)
    (hour, _blank, part), last_part = first.partition(" "), last.partition(" ")[2]
    both_after_noon = min(start.hour, end.hour) >= 12
    if part and (part == last_part or both_after_noon) and start.date() == end.date():
        first = hour  # “1–3 PM”: the half of the day is said once, in Arabic too, whose words for it are more than two
    return f"من {first} إلى {last}" if written.language == "ar" else f"{first}–{last}"


def zone_words(moment: datetime, locale: Locale | None = None) -> str:
    """The zone of an aware `moment` as its people say it: `India Standard Time`; without a name, its offset."""
    written = locale or current_locale()
    key = str(getattr(moment.tzinfo, "key", ""))
    before = _ZONES_BEFORE.get(get_global("zone_aliases").get(key, key))
    if before:
        names = written.meta_zones.get(get_global("meta_zones")[before], {}).get("long", {})
        name = names.get("daylight" if moment.dst() else "standard")
        if name:
            return str(name)
    return str(get_timezone_name(moment, locale=written))


def short_date(day: date) -> str:
    """`8 Nov`, as the locale orders it."""
    locale = current_locale()
    if locale.language == "en":
        return format_date(day, "d MMM", locale=locale)
    return format_skeleton("MMMd", datetime.combine(day, time()), locale=locale)


def weekday_short(day: date) -> str:
    return format_date(day, "EEE", locale=current_locale()).rstrip(".")


def month_short(day: date) -> str:
    return format_date(day, "LLL", locale=current_locale()).rstrip(".")


def _time(moment: datetime, locale: Locale) -> str:
    if locale.language == "ar":
        hour = format_time(moment, "h" if moment.minute == 0 else "h:mm", locale=locale)
        # CLDR calls the hour after midnight “in the evening”; people call it night, like the next one
        return f"{hour} {format_time(moment.replace(hour=moment.hour or 1), 'BBBB', locale=locale)}"
    if _twelve_hours(locale):
        return format_time(moment, "h a" if moment.minute == 0 else "h:mm a", locale=locale).replace("\u202f", " ")
    return format_time(moment, "HH:mm", locale=locale)


def _twelve_hours(locale: Locale) -> bool:
    return "a" in locale.time_formats["short"].pattern


def _select() -> str:
    if not has_request_context():
        return SOURCE_LANGUAGE
    prefixed = request.environ.get(_PREFIX_KEY)
    if prefixed:
        return str(prefixed)
    g.language_negotiated = True
    wished = [tag.replace("-", "_") for tag, quality in request.accept_languages if quality > 0]
    return negotiate_locale(wished, languages()) or SOURCE_LANGUAGE


def _links(codes: list[str]) -> list[tuple[str, str, str]]:
    """(code, its name in itself, this page in it), for every language but the one being read."""
    if not has_request_context():
        return []
    here = current_locale().language
    query = "?" + request.query_string.decode() if request.query_string and request.method == "GET" else ""
    return [
        (
            code,
            (Locale(code).get_display_name(code) or code).capitalize(),
            f"{root()}/{code}{request.path}{query}",
        )
        for code in codes
        if code != here
    ]
