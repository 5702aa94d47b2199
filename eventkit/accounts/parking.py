"""Nothing typed is lost: a form that is sent when its session has ended waits until its sender is back."""

from __future__ import annotations

from typing import Any, cast

from flask import Flask, Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from limits import parse

from eventkit import clock, db, sources, web
from eventkit.accounts import actions
from eventkit.web import limiter

#: fields that prove something or carry a secret are not kept
_NOT_PARKED = frozenset({"csrf_token", "password", "new_password", web.RESUMED})

#: forms that one source may park: each is a row that anybody can have written
_LIMIT = parse("30 per hour")


def init_app(app: Flask) -> None:
    app.extensions["security"].unauthn_handler(_ask_to_sign_in)
    cast(Any, app).login_manager.unauthorized_handler(_ask_to_sign_in)
    app.register_error_handler(CSRFError, _form_is_stale)
    app.after_request(_let_go)


def cookie_name() -> str:
    """The cookie that holds the only key to what was parked."""
    return "__Host-parked" if current_app.config["SESSION_COOKIE_SECURE"] else "parked"


def waiting() -> tuple[str, list[tuple[str, str]]] | None:
    """The path that a form was sent to, below the language, and its fields; None where nothing waits."""
    token = request.cookies.get(cookie_name(), "")
    form = actions.parked(token, now=clock.now()) if token else None
    return None if form is None else (form.path, actions.unpark(form, token))


def _ask_to_sign_in(*_args: Any, **_kwargs: Any) -> ResponseReturnValue:
    """Sends to the sign-in page. A form that was sent is parked first, and comes back afterwards."""
    if request.is_json:
        abort(401)  # a script has it still, and says so
    if request.method in {"GET", "HEAD"}:
        if waiting():
            return redirect(url_for("security.login"))  # what was typed comes first
        return redirect(url_for("security.login", next=request.script_root + _address()))
    if not limiter.limiter.hit(_LIMIT, "parking", sources.of_request()):
        abort(429)
    with db.transaction():
        token = actions.park(_address(), _fields(), now=clock.now())
    response = redirect(url_for("security.login"), 303)
    if token is None:
        flash(
            _("Your session has ended, and the text was too long to be kept. Go back and copy it first."),
            "warn",
        )
        return response
    flash(_("Your session has ended. What you typed is kept: it comes back when you have signed in."), "warn")
    response.set_cookie(
        cookie_name(),
        token,
        max_age=int(actions.PARKING_TIME.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )
    return response


def _form_is_stale(error: CSRFError) -> ResponseReturnValue:
    """A form whose token is of another session: one signed in again beside it, or left it open for weeks.

    Where the browser vouches that the form was ours, it is shown again as it was typed, and acts only when
    it is sent once more.
    """
    vouched = "Origin" in request.headers or "Sec-Fetch-Site" in request.headers  # foreign ones are refused
    if vouched and current_user.is_authenticated and _is_signed_in_view():
        return render_template("accounts/back.html", stale=True, path=_address(), fields=_fields()), 400
    if request.endpoint == "security.logout" and not current_user.is_authenticated:
        return redirect(url_for("events.upcoming"), 303)
    way_on = (_("Open the page again"), request.script_root + request.path) if vouched else None
    return render_template(
        "errors/error.html",
        status=400,
        title=_("Once more"),
        text=_("This page had been open for too long, or the browser keeps no cookies for it."),
        way_on=way_on,
    ), 400


def _is_signed_in_view() -> bool:
    endpoint = request.endpoint or ""
    return web.access_of(current_app, endpoint) == web.SIGNED_IN


def _address() -> str:
    return request.full_path.rstrip("?")


def _fields() -> list[tuple[str, str]]:
    return [(name, value) for name, value in request.form.items(multi=True) if name not in _NOT_PARKED]


def _let_go(response: Response) -> Response:
    """What came back to its page is not kept any longer; nor is it kept for the next person at this browser."""
    token = request.cookies.get(cookie_name())
    if not token or request.method != "POST" or response.status_code >= 400:
        return response
    came_back = web.RESUMED in request.form and _is_signed_in_view() and current_user.is_authenticated
    if came_back or request.endpoint == "security.logout":
        db.session.rollback()  # the view has finished
        with db.transaction():
            actions.forget_parked(token)
        response.delete_cookie(
            cookie_name(), secure=current_app.config["SESSION_COOKIE_SECURE"], httponly=True, samesite="Lax"
        )
    return response
