"""What selects offer, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from babel import Locale
from babel.localedata import locale_identifiers
from flask_babel import gettext as _

from eventkit.events.models import (
    ATTENDING,
    COHOST,
    ENDORSING,
    HOST,
    NOT_ASKED,
    OPTIONAL,
    PRIVATE,
    PUBLIC,
    REQUIRED,
    UNLISTED,
)
from eventkit.i18n import current_locale
from eventkit.venues import zones

#: CLDR's codes that are not countries: groups of them, outlying areas without a code, tests of software
_NOT_COUNTRIES = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"})

Choices = list[tuple[str, str]]


def countries() -> Choices:
    """ISO 3166-1 alpha-2 codes, by name."""
    return [("", _("Not said")), *_countries(str(current_locale()))]


def languages() -> Choices:
    """BCP 47 tags of the languages that Unicode describes, by name."""
    return list(_languages(str(current_locale())))


def timezones(*kept: str) -> dict[str | None, Choices]:
    """IANA zones by continent; `kept` are offered too, whatever they are called."""
    by_continent = zones.choices(current_locale())
    known = {zone for group in by_continent.values() for zone, _city in group}
    first: Choices = [("", _("The clock of the place"))]
    first += [(zone, zone) for zone in kept if zone and zone not in known and zones.is_zone(zone)]
    offered: dict[str | None, Choices] = {None: first}
    offered.update(by_continent.items())
    return offered


def city_of(zone: str) -> str:
    """What a select calls a zone: `Toronto (Canada)`."""
    for group in zones.choices(current_locale()).values():
        for name, label in group:
            if name == zone:
                return label
    return zone


def roles() -> Choices:
    return [
        (HOST, _("Host")),
        (COHOST, _("Co-host")),
        (ENDORSING, _("Endorses")),
        (ATTENDING, _("Attends")),
    ]


def visibilities() -> Choices:
    return [(PUBLIC, _("Public")), (UNLISTED, _("Unlisted")), (PRIVATE, _("Private"))]


def visibility_notes() -> dict[str, str]:
    return {
        PUBLIC: _("In the list, on the map, for everyone."),
        UNLISTED: _("Whoever has the link sees it. It is in no list."),
        PRIVATE: _("Only those who organize it see it."),
    }


def asking() -> Choices:
    return [(OPTIONAL, _("If they like")), (REQUIRED, _("Needed")), (NOT_ASKED, _("Not asked"))]


@lru_cache(maxsize=16)
def _countries(locale: str) -> tuple[tuple[str, str], ...]:
    names = Locale.parse(locale).territories
    return _by_name(
        (code, str(names[code]))
        for code in map(str, names)
        if len(code) == 2 and code.isalpha() and code not in _NOT_COUNTRIES
    )


@lru_cache(maxsize=16)
def _languages(locale: str) -> tuple[tuple[str, str], ...]:
    names = Locale.parse(locale).languages
    described = {code for code in locale_identifiers() if "_" not in code}
    return _by_name((code, names[code]) for code in described if code in names)


def _by_name(choices: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(choices, key=lambda choice: choice[1].casefold()))
