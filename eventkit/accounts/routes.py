"""Welcome by a link, back to what one was doing, one's own account. Signing in is Flask-Security's."""

from __future__ import annotations

from babel import Locale
from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from flask_security.utils import login_user

from eventkit import clock, db, i18n
from eventkit.accounts import actions, forms, parking
from eventkit.accounts.models import User
from eventkit.errors import DomainError
from eventkit.web import SESSION, limiter, requires

blueprint = Blueprint("accounts", __name__, url_prefix="/organize")


@blueprint.route("/welcome/<token>", methods=["GET", "POST"])
@limiter.limit("60 per hour")
def welcome(token: str) -> ResponseReturnValue:
    """A single-use way in. Opening it changes nothing: only the form does."""
    link = actions.link_for(token, now=clock.now())
    if link is None:
        return render_template("accounts/link-gone.html"), 410
    known = db.session.get(User, link.user_id) if link.user_id else None
    form = forms.WelcomeForm(data={"email": known.email if known else link.email, "name": known.name if known else ""})
    if known is not None:
        del form.email, form.name
    elif link.email:
        form.keep_address(link.email)
    if form.validate_on_submit():
        try:
            with db.transaction():
                link = actions.link_for(token, now=clock.now(), to_use=True)
                if link is None:
                    abort(410)
                user = actions.use_link(
                    link,
                    email="" if known else form.email.data or "",
                    name="" if known else form.name.data or "",
                    password=form.password.data or "",
                    language=i18n.current_locale().language,
                    now=clock.now(),
                )
        except DomainError as error:
            form.email.errors = [*form.email.errors, error.message]
        else:
            login_user(user)
            return redirect(url_for("accounts.back"), 303)
    status = 422 if form.errors else 200
    return render_template("accounts/welcome.html", form=form, known=known, link=link), status


welcome.access = SESSION  # type: ignore[attr-defined]


@blueprint.get("/back")
@requires()
def back() -> ResponseReturnValue:
    """Where signing in leads: to the form that was parked, or to one's own events."""
    parked = parking.waiting()
    if parked is None:
        return redirect(url_for("organize.mine"))
    path, fields = parked
    return render_template("accounts/back.html", path=path, fields=fields)


@blueprint.route("/account", methods=["GET", "POST"])
@requires()
def account() -> ResponseReturnValue:
    """One's own name and language, and the ways to password and sign-out."""
    form = forms.AccountForm(data={"name": current_user.name, "language": current_user.language})
    form.language.choices = _languages()
    if form.validate_on_submit():
        with db.transaction():
            user = db.session.get_one(User, current_user.id)
            user.name, user.language = (form.name.data or "").strip(), form.language.data
        flash(_("Kept."), "ok")
        return redirect(url_for("accounts.account"), 303)
    leave = forms.ButtonForm(formdata=None)
    return render_template("accounts/account.html", form=form, leave=leave), 422 if form.errors else 200


@blueprint.post("/account/sessions")
@requires()
def sessions() -> ResponseReturnValue:
    """Signs out every browser but this one."""
    if forms.ButtonForm().validate_on_submit():
        with db.transaction():
            user = db.session.get_one(User, current_user.id)
            actions.end_sessions(user)
        login_user(user)
        flash(_("Every other browser is signed out."), "ok")
    return redirect(url_for("accounts.account"), 303)


def _languages() -> list[tuple[str, str]]:
    """Those that we have words in, each named in itself."""
    named = ((code, Locale.parse(code).get_display_name(code) or code) for code in i18n.languages())
    return [(code, name.capitalize()) for code, name in named]
