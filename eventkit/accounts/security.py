"""Flask-Security, set up for this application.

Its views live under /organize/ with our templates; its mail goes through the outbox; it commits by itself,
so its requests begin their transaction with the first write.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import Security, SQLAlchemySessionUserDatastore
from flask_security.mail_util import MailUtil

from eventkit import clock, db
from eventkit.accounts import actions
from eventkit.accounts.models import Role, User
from eventkit.mail import outbox

PARKED_COOKIE = "parked"

#: fields that prove something or carry a secret are not kept
_NOT_PARKED = frozenset({"csrf_token", "password", "new_password"})


class OutboxMailUtil(MailUtil):
    """Hands Flask-Security's messages to the outbox."""

    def send_mail(
        self,
        template: str,
        subject: str,
        recipient: str | tuple[str, str],
        sender: str | tuple[str, str],
        body: str | None,
        html: str | None,
        **kwargs: Any,
    ) -> None:
        user = kwargs["user"]
        address = recipient if isinstance(recipient, str) else recipient[1]
        message = outbox.compose(f"accounts/{template}", to=address, language=user.language, **kwargs)
        outbox.queue(message, key=f"{template}:{user.id}:{clock.now().timestamp():.0f}")


def init_app(app: Flask) -> None:
    app.config.update(
        SECURITY_URL_PREFIX="/organize",
        SECURITY_LOGIN_URL="/sign-in",
        SECURITY_LOGOUT_URL="/sign-out",
        SECURITY_LOGOUT_METHODS=["POST"],
        SECURITY_RESET_URL="/reset",
        SECURITY_CHANGE_URL="/password",
        SECURITY_POST_LOGIN_VIEW="accounts.back",
        SECURITY_POST_LOGOUT_VIEW="events.upcoming",
        SECURITY_POST_RESET_VIEW="security.login",
        SECURITY_POST_CHANGE_VIEW="organize.mine",
        SECURITY_RECOVERABLE=True,
        SECURITY_CHANGEABLE=True,
        SECURITY_TRACKABLE=False,
        SECURITY_REGISTERABLE=False,
        SECURITY_SEND_REGISTER_EMAIL=False,
        SECURITY_RETURN_GENERIC_RESPONSES=True,
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106 - the name of an algorithm
        SECURITY_PASSWORD_SCHEMES=["argon2"],
        SECURITY_PASSWORD_SINGLE_HASH=True,
        SECURITY_PASSWORD_SALT=app.secret_key,
        SECURITY_PASSWORD_LENGTH_MIN=10,
        SECURITY_EMAIL_VALIDATOR_ARGS={"check_deliverability": False},
        SECURITY_DEFAULT_REMEMBER_ME=False,
        SECURITY_LOGIN_USER_TEMPLATE="accounts/sign-in.html",
        SECURITY_FORGOT_PASSWORD_TEMPLATE="accounts/forgot.html",  # noqa: S106
        SECURITY_RESET_PASSWORD_TEMPLATE="accounts/reset.html",  # noqa: S106
        SECURITY_CHANGE_PASSWORD_TEMPLATE="accounts/password.html",  # noqa: S106
        SECURITY_MSG_INVALID_PASSWORD=(_l("Address and password do not fit together."), "error"),
        SECURITY_MSG_GENERIC_AUTHN_FAILED=(_l("Address and password do not fit together."), "error"),
    )
    datastore = SQLAlchemySessionUserDatastore(db.session, User, Role)
    security = Security(app, datastore, mail_util_cls=OutboxMailUtil)
    security.unauthn_handler(_ask_to_sign_in)  # type: ignore[arg-type]
    app.login_manager.unauthorized_handler(_ask_to_sign_in)  # type: ignore[attr-defined]
    app.before_request(_begin_late)
    app.after_request(_commit)


def _is_ours() -> bool:
    return request.endpoint is not None and request.endpoint.startswith("security.")


def _begin_late() -> None:
    if _is_ours():
        db.begin_with_first_write()


def _commit(response: Response) -> Response:
    """Some of Flask-Security's views never commit, and the mail that they queued would be lost."""
    if _is_ours() and request.method == "POST":
        if response.status_code < 500:
            db.session.commit()
        else:
            db.session.rollback()
    return response


def _ask_to_sign_in(*_args: Any, **_kwargs: Any) -> ResponseReturnValue:
    """Sends to the sign-in page. A form that was sent is parked first, and comes back afterwards."""
    if request.method == "GET":
        response = redirect(url_for("security.login", next=request.full_path.rstrip("?")))
        response.delete_cookie(PARKED_COOKIE)
        return response
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in _NOT_PARKED]
    with db.transaction():
        token = actions.park(request.path, fields, now=clock.now())
    response = redirect(url_for("security.login"), 303)
    if token is None:
        flash(
            _("Your session has ended, and the text was too long to be kept. Copy it before you sign in."),
            "warn",
        )
        return response
    flash(_("Your session has ended. What you typed is kept: it comes back when you have signed in."), "warn")
    response.set_cookie(
        PARKED_COOKIE,
        token,
        max_age=int(actions.PARKING_TIME.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=request.is_secure,
    )
    return response
