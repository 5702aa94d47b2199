"""A person's own feed: its address, what it holds, and how it is taken away from whoever has it."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from eventkit import db
from eventkit.accounts.models import User
from eventkit.calendars import addresses, personal
from eventkit.calendars.addresses import Subscription
from eventkit.config import Settings
from eventkit.events import queries
from eventkit.events.forms import ActForm
from eventkit.events.models import DRAFT
from eventkit.web import limiter, requires

blueprint = Blueprint("calendar", __name__, url_prefix="/organize/calendar")


@blueprint.get("")
@requires()
def show() -> ResponseReturnValue:
    """The address with every way to subscribe to it."""
    user = cast(User, current_user._get_current_object())
    settings: Settings = current_app.extensions["eventkit.settings"]
    told = [event for event in queries.editable_by(user) if event.status != DRAFT and event.starts_local is not None]
    return render_template(
        "calendars/personal.html",
        subscription=Subscription(addresses.of_person(user), _("%(site)s: my events", site=settings.site_name)),
        total=len(told),
        form=ActForm(),
    )


@blueprint.post("/address")
@requires()
@limiter.limit("20 per hour")
def renew() -> ResponseReturnValue:
    """A new address; whoever has the former one reads nothing any more."""
    if ActForm().validate_on_submit():
        with db.transaction() as session:
            personal.revoke(session.get_one(User, current_user.id))
        flash(_("This is the new address. The former one has ended: subscribe anew with this one."), "ok")
    return redirect(url_for("calendar.show"), 303)
