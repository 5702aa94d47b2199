"""The public pages: who takes part, and each organization's own."""

from __future__ import annotations

from itertools import groupby
from urllib.parse import urlsplit

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import ColumnElement, or_, select

from eventkit import clock, markdown
from eventkit.events import presentation
from eventkit.events import queries as events
from eventkit.events.models import DRAFT, PUBLIC, Dated, Event, Participation
from eventkit.organizations import queries
from eventkit.organizations.forms import kind_words
from eventkit.organizations.models import Organization
from eventkit.rsvps import queries as rsvps
from eventkit.web import public

PAGE_SIZE = 50

blueprint = Blueprint("organizations", __name__)


@blueprint.get("/organizations")
@public
def index() -> ResponseReturnValue:
    """All of them by name, or those with the words of `q` in a name."""
    words = request.args.get("q", "").strip()[:200]
    total = queries.count(listed(), name_like=words)
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(1, request.args.get("page", 1, type=int)), pages)
    return render_template(
        "organizations/index.html",
        words=words,
        total=total,
        organizations=queries.page(listed(), name_like=words, number=page, size=PAGE_SIZE),
        kind_words=kind_words,
        page=page,
        pages=pages,
    )


@blueprint.get("/organizations/<slug>")
@public
def show(slug: str) -> ResponseReturnValue:
    """An organization: what it says about itself, where it will be, where it was."""
    organization = events.organization_with_page(slug)
    if organization is None:
        abort(404)
    now = clock.now()
    coming = events.of_organization(organization, now)
    before = events.past_of_organization(organization, now)
    return render_template(
        "organizations/show.html",
        organization=organization,
        now=now,
        days=[list(of_day) for _day, of_day in groupby(coming, key=_day)],
        total=len(coming),
        before=before,
        tags=sorted({tag.name for one in coming for tag in presentation.event_of(one).tags}),
        counts=rsvps.counts_of([*coming, *before]),
        part_words=lambda event: _part_words(event, organization),
        kind=kind_words(organization.kind),
        host_of=host_of,
        is_spoken_for=bool(queries.owners(organization)),
        text=markdown.to_html(organization.text),
    )


def host_of(url: str) -> str:
    """The part of a web address that people say."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _day(dated: Dated) -> object:
    return dated.starts_local.date() if dated.starts_local else None


def _part_words(event: Event, organization: Organization) -> str:
    """Its role at the event with its sentence, or with how many others: `Host, with 14 more`."""
    part = next(part for part in event.participations if part.organization_id == organization.id)
    role = presentation.role_words(part.role)
    if part.statement:
        return _("%(role)s: “%(statement)s”", role=role, statement=part.statement)
    others = len(event.participations) - 1
    return ngettext("%(role)s, with %(num)s more", "%(role)s, with %(num)s more", others, role=role) if others else role


def listed() -> ColumnElement[bool]:
    """Those that speak for themselves, and those of public events: a draft tells nobody whom it names."""
    at_events = select(Participation.organization_id).join(Participation.event)
    in_public = Organization.id.in_(at_events.where(Event.status != DRAFT, Event.visibility == PUBLIC))
    return or_(queries.is_spoken_for(), in_public)
