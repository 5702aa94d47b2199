"""The blueprint, and the event that a page under /organize/events/<slug> is about."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, abort
from flask_login import current_user

from eventkit.accounts.models import User
from eventkit.events import policy, queries
from eventkit.events.models import Event

blueprint = Blueprint("organize", __name__, url_prefix="/organize")


def me() -> User:
    """Whoever is signed in; for views that require it."""
    return cast(User, current_user._get_current_object())


def own_event(slug: str) -> Event:
    """The event of this slug or former slug. For whoever may not edit it, it is not there: 404."""
    event = queries.by_slug(slug)
    if event is None or not policy.can_edit(me(), event):
        abort(404)
    return event
