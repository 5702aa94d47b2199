"""Writes."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _

from eventkit import db
from eventkit.errors import DomainError
from eventkit.organizations import queries
from eventkit.organizations.models import Organization
from eventkit.text import clean_line, fold, slugify


def find_or_name(name: str, *, now: datetime) -> Organization:
    """The organization of this name or abbreviation; a new one, that nobody speaks for yet, where there is none."""
    name = clean_line(name)
    if not fold(name):
        raise DomainError(_("Write the organization's name."), field="parts")
    found = queries.by_name(name)
    if found is not None:
        return found
    organization = Organization(
        slug=_free_slug(name), name=name, folded_name=fold(name), created_at=now, modified_at=now
    )
    db.session.add(organization)
    db.session.flush()
    return organization


def _free_slug(name: str) -> str:
    plain = slugify(name)
    slug, number = plain, 2
    while queries.by_slug(slug) is not None:
        slug, number = f"{plain}-{number}", number + 1
    return slug
