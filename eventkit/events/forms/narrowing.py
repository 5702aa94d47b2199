"""The form that narrows a list or a feed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField
from wtforms.validators import Optional

from eventkit.errors import DomainError
from eventkit.events import queries
from eventkit.events.filters import FURTHEST, WITHIN, EventFilter
from eventkit.events.filters_in_words import Said, kilometres, said, words
from eventkit.organizations.models import Organization
from eventkit.web import AnonymousForm

_DISTANCES = (5, 10, 25, WITHIN, 100, 250, 500, FURTHEST)


class NarrowingForm(AnonymousForm):
    """Sent by GET, so that what it finds has an address. It shows again what was typed, whatever it was."""

    q = StringField(_l("Search"), [Optional()])
    near = StringField(_l("Near"), [Optional()])
    within = SelectField(_l("Within"), [Optional()], validate_choice=False)
    organization = SelectField(_l("Organization"), [Optional()], validate_choice=False)
    tag = SelectField(_l("About"), [Optional()], validate_choice=False)
    starts_from = StringField(_l("First day"), [Optional()], name="from")
    until = StringField(_l("Last day"), [Optional()], name="to")


@dataclass(frozen=True)
class Narrowing:
    """What a query string asks for: the form as it was filled in, and the filter, unless it makes no sense."""

    form: NarrowingForm
    wanted: EventFilter | None
    organization: Organization | None = None

    @property
    def said(self) -> list[Said]:
        return [] if self.wanted is None else said(self.wanted, self.organization)

    @property
    def words(self) -> str:
        """All of it as one phrase; empty where it is everything."""
        return "" if self.wanted is None else words(self.wanted, self.organization)


def asked_for(now: datetime) -> Narrowing:
    """Reads the query string of this request. What is wrong stands beside its field in the form."""
    form = NarrowingForm(formdata=request.args)
    wanted: EventFilter | None = None
    organization: Organization | None = None
    try:
        wanted = EventFilter.from_args(request.args)
        if wanted.organization:
            organization = queries.organization_with_page(wanted.organization)
            if organization is None:
                raise DomainError(
                    _("There is no such organization here. Choose one of the list."), field="organization"
                )
    except DomainError as error:
        wanted = None
        by_name = {field.name: field for field in form}
        by_name[str(error.field)].errors = [error.message]
    _offer(form, organization, now)
    return Narrowing(form, wanted, organization)


def _offer(form: NarrowingForm, organization: Organization | None, now: datetime) -> None:
    """The choices; what was asked for is among them, so that it stays."""
    asked = "".join(form.within.raw_data or []).strip()[:20] or str(WITHIN)
    distances = [(str(km), kilometres(km)) for km in _DISTANCES]
    if asked not in dict(distances):
        whole = asked.isdecimal() and len(asked) < 6
        distances.insert(0, (asked, kilometres(int(asked)) if whole else asked))
    form.within.choices, form.within.data = distances, asked

    tags = queries.tags_in_use(now)
    form.tag.choices = _with(form.tag, _("Everything"), [(tag, tag) for tag in tags])
    theirs = queries.organizations_taking_part(now)
    if organization is not None and organization.slug not in dict(theirs):
        theirs.insert(0, (organization.slug, organization.name))
    form.organization.choices = _with(form.organization, _("Any"), theirs)


def _with(field: SelectField, nothing: str, choices: list[tuple[str, str]]) -> list[tuple[str, str]]:
    asked = (field.data or "")[:80]
    kept = [] if not asked or asked in dict(choices) else [(asked, asked)]
    return [("", nothing), *kept, *choices]
