"""Messages of organizations."""

from __future__ import annotations

from eventkit import i18n
from eventkit.accounts.models import User
from eventkit.mail import outbox
from eventkit.organizations.models import Organization
from eventkit.web import external_url


def tell_new_member(organization: Organization, user: User, *, key: str, by: User) -> None:
    """Tells a person that they speak for an organization now, unless they did it themselves."""
    if user.id == by.id:
        return
    language = user.language if user.language in i18n.languages() else None
    message = outbox.compose(
        "organizations/membership",
        to=user.email,
        language=user.language,
        organization=organization.name,
        by=by.name,
        link=external_url("organizations.members", slug=organization.slug, language=language),
    )
    outbox.queue(message, key=key)
