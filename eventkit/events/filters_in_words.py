"""What a filter asks for, in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from babel.units import format_unit
from flask_babel import gettext as _

from eventkit import i18n
from eventkit.events.filters import EventFilter
from eventkit.organizations.models import Organization


@dataclass(frozen=True)
class Said:
    """One thing that a filter says, and the filter without it."""

    words: str
    fewer: EventFilter


def words(wanted: EventFilter, organization: Organization | None) -> str:
    """All of it as one phrase: `with “rent”, within 50 km of Toronto`; empty where it is everything."""
    return _(", ").join(one.words for one in said(wanted, organization))


def said(wanted: EventFilter, organization: Organization | None) -> list[Said]:
    """Each thing by itself. `organization` is the one that the filter names."""
    told: dict[str, Callable[[], str]] = {
        "q": lambda: _("with “%(words)s”", words=wanted.q),
        "tag": lambda: _("about %(tag)s", tag=wanted.tag),
        "organization": lambda: _("with %(name)s", name=organization.name if organization else wanted.organization),
        "near": lambda: _("within %(distance)s of %(place)s", distance=kilometres(wanted.within), place=_place(wanted)),
        "from": lambda: (
            _("from %(day)s", day=i18n.day_words(wanted.starts_from, year=True)) if wanted.starts_from else ""
        ),
        "to": lambda: _("until %(day)s", day=i18n.day_words(wanted.until, year=True)) if wanted.until else "",
    }
    query = wanted.query()
    return [Said(say(), wanted.without(name)) for name, say in told.items() if name in query]


def _place(wanted: EventFilter) -> str:
    """`Toronto (Canada)`: which of the namesakes is meant. A point, and what says its country itself, as it is."""
    spot = wanted.spot
    country = i18n.current_locale().territories.get(spot.country) if spot else None
    if not country or any(comma in wanted.near for comma in ",،;"):
        return wanted.near
    return _("%(place)s (%(country)s)", place=wanted.near, country=country)


def kilometres(km: int) -> str:
    """`50 km`, in the language of the page."""
    return str(format_unit(km, "length-kilometer", "short", locale=i18n.current_locale()))
