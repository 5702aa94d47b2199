"""Writes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import SplitResult, urlsplit

from flask_babel import gettext as _
from sqlalchemy import select

from eventkit import db, signals
from eventkit.accounts.models import User
from eventkit.errors import DomainError
from eventkit.organizations import queries
from eventkit.organizations.models import EDITOR, OWNER, Member, Organization
from eventkit.text import clean_line, clean_text, fold, slugify

LONGEST_URL = 500


@dataclass(frozen=True)
class Particulars:
    """What an organization says about itself, as typed. `native_name_language` is a BCP 47 tag."""

    name: str
    native_name: str = ""
    native_name_language: str = ""
    abbreviation: str = ""
    kind: str = "other"
    purpose: str = ""
    website: str = ""
    donation_url: str = ""
    text: str = ""


def find_or_name(name: str, *, now: datetime) -> Organization:
    """The organization of this name or abbreviation; a new one, that nobody speaks for yet, where there is none."""
    name = clean_line(name)
    if not fold(name):
        raise DomainError(_("Write the organization's name."), field="parts")
    found = queries.by_name(name)
    return _named(name, now=now) if found is None else found


def create(particulars: Particulars, *, by: User, now: datetime) -> Organization:
    """An organization that `by` owns.

    Raises DomainError with its field: one of the name exists, a web address is none.
    """
    name = clean_line(particulars.name)
    if not fold(name):
        raise DomainError(_("Write the organization's name."), field="name")
    _refuse_taken(name)
    organization = _named(name, now=now)
    _describe(organization, particulars, now=now)
    db.session.add(Member(organization=organization, user_id=by.id, role=OWNER))
    db.session.flush()
    return organization


def change(organization: Organization, particulars: Particulars, *, now: datetime) -> None:
    """Sets what it says about itself; its address stays. Raises DomainError as `create` does."""
    name = clean_line(particulars.name)
    if not fold(name):
        raise DomainError(_("Write the organization's name."), field="name")
    if fold(name) != organization.folded_name:
        _refuse_taken(name, besides=organization)
    before = _names(organization)
    organization.name, organization.folded_name = name, fold(name)
    _describe(organization, particulars, now=now)
    db.session.flush()
    if _names(organization) != before:
        signals.organization_renamed.send(organization=organization)


def add_member(organization: Organization, user: User, role: str) -> Member:
    """Raises DomainError when this person speaks for it already."""
    if queries.membership(organization, user) is not None:
        raise DomainError(_("%(address)s speaks for it already.", address=user.email), field="email")
    member = Member(organization_id=organization.id, user_id=user.id, role=role)
    db.session.add(member)
    db.session.flush()
    return member


def give_to(organization: Organization, user: User) -> Member:
    """Makes this person the owner of an organization that nobody speaks for. Raises DomainError otherwise."""
    _lock(organization.id)
    if queries.owners(organization):
        raise DomainError(_("Somebody owns %(name)s already.", name=organization.name))
    return add_member(organization, user, OWNER)


def change_role(member: Member, role: str) -> None:
    """Raises DomainError when that would leave the organization without an owner."""
    if role != OWNER:
        _keep_an_owner(member)
    member.role = role if role == OWNER else EDITOR


def remove_member(member: Member) -> None:
    """Raises DomainError when that would leave the organization without an owner."""
    _keep_an_owner(member)
    db.session.delete(member)


def web_address(typed: str, *, field: str) -> str:
    """An http or https address, with https:// where no scheme was typed; empty stays empty.

    Raises DomainError for everything else: other schemes, blanks, a host without a dot, a name and password.
    """
    address = clean_line(typed)
    if not address:
        return ""
    if not re.match(r"[a-z][a-z0-9+.-]*://", address, re.IGNORECASE):
        address = f"https://{address}"
    try:
        parts = urlsplit(address)
        good = parts.port != 0 and _can_be_followed(parts) and " " not in address
    except ValueError:
        good = False
    if len(address) > LONGEST_URL:
        raise DomainError(_("This address is too long."), field=field)
    if not good:
        raise DomainError(_("This is no web address. Example: https://example.org"), field=field)
    return address


def _names(organization: Organization) -> tuple[str, ...]:
    return (organization.name, organization.abbreviation, organization.native_name)


def _can_be_followed(parts: SplitResult) -> bool:
    host = parts.hostname or ""
    named = "." in host.strip(".") and ".." not in host and not set(host) & set('<>"\\^`{|}')
    return parts.scheme.lower() in {"http", "https"} and named and "@" not in parts.netloc


def _describe(organization: Organization, particulars: Particulars, *, now: datetime) -> None:
    organization.native_name = clean_line(particulars.native_name)
    organization.native_name_language = particulars.native_name_language if organization.native_name else ""
    organization.abbreviation = clean_line(particulars.abbreviation)
    organization.folded_abbreviation = fold(organization.abbreviation)
    organization.kind = particulars.kind
    organization.purpose = clean_line(particulars.purpose)
    organization.website = web_address(particulars.website, field="website")
    organization.donation_url = web_address(particulars.donation_url, field="donation_url")
    organization.text = clean_text(particulars.text)
    organization.modified_at = now


def _refuse_taken(name: str, *, besides: Organization | None = None) -> None:
    found = queries.of_this_very_name(name, besides=besides)
    if found is None:
        return
    if queries.owners(found):
        raise DomainError(
            _("%(name)s has a page already. Ask its people to let you in.", name=found.name), field="name"
        )
    raise DomainError(
        _(
            "%(name)s was named at an event before, and nobody speaks for it yet. "
            "Whoever runs this site can give it to you: ask them.",
            name=name,  # as it was typed: the spelling of a draft is nobody else's to see
        ),
        field="name",
    )


def _keep_an_owner(member: Member) -> None:
    _lock(member.organization_id)
    db.session.refresh(member)
    others = queries.owners(member.organization) - (member.role == OWNER)
    if member.role == OWNER and others < 1:
        raise DomainError(_("Somebody has to own it. Make another person an owner first."))


def _lock(organization_id: int) -> None:
    """Two owners who step back at once wait for each other here (SQLite has one writer anyway)."""
    db.session.execute(select(Organization.id).where(Organization.id == organization_id).with_for_update())


def _named(name: str, *, now: datetime) -> Organization:
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
