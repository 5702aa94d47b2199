"""Questions, roles and shifts that many organizers need: added with one tap, in the language of the event."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from eventkit import i18n
from eventkit.events.models import Event
from eventkit.rsvps.models import ONE_OF, TEXT, YES_NO


@dataclass(frozen=True)
class SuggestedQuestion:
    """`title` is what its button says."""

    title: str
    kind: str
    label: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class SuggestedShift:
    """A role with as many people as it often takes."""

    name: str
    details: str
    capacity: int


def questions(event: Event | None = None) -> dict[str, SuggestedQuestion]:
    """By name; in the reader's language, or in that of the event."""
    with i18n.in_language(_language(event)):
        return {
            "access": SuggestedQuestion(
                _("Access needs"), TEXT, _("What do you need to take part? Sign language, a seat, a way without steps…")
            ),
            "language": SuggestedQuestion(_("Language"), TEXT, _("Which languages do you speak?")),
            "children": SuggestedQuestion(_("Children"), YES_NO, _("Do you bring children?")),
            "transport": SuggestedQuestion(
                _("Transport"),
                ONE_OF,
                _("How do you get there?"),
                (
                    _("On foot or by bicycle"),
                    _("By public transport"),
                    _("By car, with room for others"),
                    _("I need a lift"),
                ),
            ),
        }


def shifts(event: Event | None = None) -> dict[str, SuggestedShift]:
    """As `questions`."""
    with i18n.in_language(_language(event)):
        return {
            "marshal": SuggestedShift(_("Marshal"), _("Keeps people together and safe."), 8),
            "medic": SuggestedShift(_("Medic"), _("Knows first aid, and carries a kit."), 4),
            "observer": SuggestedShift(_("Legal observer"), _("Watches, writes down, stays apart."), 4),
            "banner": SuggestedShift(_("Banner"), _("Carries it from start to end."), 6),
            "car": SuggestedShift(_("Place in a car"), _("We tell you where it leaves."), 4),
        }


def _language(event: Event | None) -> str:
    if event is not None and event.language in i18n.languages():
        return event.language
    return str(i18n.current_locale()) if event is None else i18n.SOURCE_LANGUAGE
