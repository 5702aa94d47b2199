"""Welcome by a link, and back to what one was doing after signing in. The rest is Flask-Security's."""

from __future__ import annotations

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security.utils import login_user

from eventkit import clock, db, i18n, web
from eventkit.accounts import actions, forms
from eventkit.accounts.models import User
from eventkit.accounts.security import PARKED_COOKIE
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
    form = forms.WelcomeForm(
        data={"email": known.email if known else link.email, "name": known.name if known else ""}
    )
    if form.validate_on_submit():
        try:
            with db.transaction():
                link = actions.link_for(token, now=clock.now())
                if link is None:
                    abort(410)
                user = actions.use_link(
                    link,
                    email=form.email.data or "",
                    name=form.name.data or "",
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
    return render_template("accounts/welcome.html", form=form, known=known), status


welcome.access = SESSION  # type: ignore[attr-defined]


@blueprint.get("/back")
@requires()
def back() -> ResponseReturnValue:
    """Where signing in leads: to the form that was parked, or to one's own events."""
    token = request.cookies.get(PARKED_COOKIE, "")
    form = actions.parked(token, now=clock.now()) if token else None
    if form is None:
        return redirect(url_for("organize.mine"))
    return render_template(
        "accounts/back.html", path=request.script_root + form.path, fields=actions.unpark(form, token)
    )


@blueprint.after_app_request
def _let_go_of_parked_form(response: Response) -> Response:
    """What came back to its page is not kept any longer."""
    token = request.cookies.get(PARKED_COOKIE)
    if token and request.method == "POST" and web.RESUMED in request.form:
        with db.transaction():
            actions.forget_parked(token)
        response.delete_cookie(PARKED_COOKIE)
    return response
