"""Flask-Security, set up for this application.

Its views live under /organize/ with our templates, forms and words; its mail goes through the outbox; it
commits by itself, so its requests begin their transaction with the first write.
"""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any, cast

from flask import Flask, Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_security import Security, SQLAlchemySessionUserDatastore
from flask_security.mail_util import EmailValidateException, MailUtil

from eventkit import clock, db, i18n
from eventkit.accounts import actions, forms
from eventkit.accounts.models import Role, User
from eventkit.mail import addresses, outbox
from eventkit.web import external_url, limiter

#: attempts from one source, by endpoint
_LIMITS = {
    "security.login": "20 per minute; 100 per hour",
    "security.forgot_password": "5 per minute; 20 per hour",
    "security.reset_password": "10 per minute",
    "security.change_password": "10 per minute",
}

#: who asks for a reset several times in a row gets one message, in seconds
_ONE_MESSAGE_IN = {"reset_instructions": 300}

#: how long it takes, in seconds, to ask for a reset: whether it also took a message to be written is not to be seen
ASKING_TAKES = 0.5

_WRONG = _l("Address and password do not fit together.")
_MESSAGES = {
    "GENERIC_AUTHN_FAILED": (_WRONG, "bad"),
    "USER_DOES_NOT_EXIST": (_WRONG, "bad"),
    "DISABLED_ACCOUNT": (_WRONG, "bad"),
    "INVALID_PASSWORD": (_l("This is not your present password."), "bad"),
    "PASSWORD_NOT_PROVIDED": (_l("Write a password."), "bad"),
    "PASSWORD_INVALID_LENGTH": (
        _l("%(length)s characters at least, 128 at most. Four unrelated words are good and easy to keep."),
        "bad",
    ),
    "PASSWORD_IS_THE_SAME": (_l("This is the password that you have. Choose another."), "bad"),
    "EMAIL_NOT_PROVIDED": (_l("Write the address of your account."), "bad"),
    "INVALID_EMAIL_ADDRESS": (_l("This is no e-mail address. Example: noor@mail.org"), "bad"),
    "PASSWORD_RESET_REQUEST": (
        _l("If %(email)s has an account here, a link is on its way to it. It works for one day."),
        "ok",
    ),
    "PASSWORD_RESET_EXPIRED": (_l("That link is older than a day. Ask for a new one here."), "bad"),
    "INVALID_RESET_PASSWORD_TOKEN": (
        _l("That link was used already, or lost a letter. Ask for a new one here."),
        "bad",
    ),
    "PASSWORD_RESET_NO_LOGIN": (_l("Your password is changed. Sign in with the new one."), "ok"),
    "PASSWORD_CHANGE": (_l("Your password is changed. Other browsers are signed out."), "ok"),
    "INVALID_REDIRECT": (_l("That way led elsewhere. You stay here."), "bad"),
}


class OutboxMailUtil(MailUtil):
    """Hands Flask-Security's messages to the outbox, and looks at no address that is too long to be one."""

    def normalize(self, email: str) -> str:
        return super().normalize(_bearable(email))

    def validate(self, email: str) -> str:
        return super().validate(_bearable(email))

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
        user: User = kwargs["user"]
        context = {"name": user.name, "link": ""}
        language = user.language if user.language in i18n.languages() else None
        if "reset_token" in kwargs:
            # Not `reset_link`: it is made of the request's Host, which whoever asked has chosen.
            context["link"] = external_url("security.reset_password", token=kwargs["reset_token"], language=language)
        else:
            context["link"] = external_url("security.forgot_password", language=language)
        address = recipient if isinstance(recipient, str) else recipient[1]
        message = outbox.compose(f"accounts/{template}", to=address, language=user.language, **context)
        moment = int(clock.now().timestamp()) // _ONE_MESSAGE_IN.get(template, 1)
        outbox.queue(message, key=f"{template}:{user.id}:{moment}")


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
        SECURITY_POST_CHANGE_VIEW="accounts.account",
        SECURITY_RECOVERABLE=True,
        SECURITY_CHANGEABLE=True,
        SECURITY_TRACKABLE=False,
        SECURITY_REGISTERABLE=False,
        SECURITY_SEND_REGISTER_EMAIL=False,
        SECURITY_EMAIL_TEMPLATE_PASSWORD_RESET="reset_instructions",  # noqa: S106
        SECURITY_EMAIL_TEMPLATE_PASSWORD_RESET_NOTICE="reset_notice",  # noqa: S106
        SECURITY_EMAIL_TEMPLATE_PASSWORD_CHANGE_NOTICE="change_notice",  # noqa: S106
        SECURITY_EMAIL_PLAINTEXT=False,  # the outbox renders our own templates
        SECURITY_EMAIL_HTML=False,
        SECURITY_RETURN_GENERIC_RESPONSES=True,
        SECURITY_API_ENABLED_METHODS=["session"],
        SECURITY_RESET_PASSWORD_WITHIN=timedelta(days=1),
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106 - the name of an algorithm
        SECURITY_PASSWORD_SCHEMES=["argon2"],
        SECURITY_PASSWORD_SINGLE_HASH=True,
        SECURITY_PASSWORD_SALT=app.secret_key,
        SECURITY_PASSWORD_LENGTH_MIN=actions.SHORTEST_PASSWORD,
        SECURITY_EMAIL_VALIDATOR_ARGS={"check_deliverability": False},
        SECURITY_DEFAULT_REMEMBER_ME=False,
        SECURITY_LOGIN_USER_TEMPLATE="accounts/sign-in.html",
        SECURITY_FORGOT_PASSWORD_TEMPLATE="accounts/forgot.html",  # noqa: S106
        SECURITY_RESET_PASSWORD_TEMPLATE="accounts/reset.html",  # noqa: S106
        SECURITY_CHANGE_PASSWORD_TEMPLATE="accounts/password.html",  # noqa: S106
        # A session ends with the browser; a copied cookie is worth nothing after this.
        PERMANENT_SESSION_LIFETIME=timedelta(days=14),
        **{f"SECURITY_MSG_{name}": message for name, message in _MESSAGES.items()},
    )
    app.before_request(_begin_late)  # before Flask-Principal, which loads the user
    datastore = SQLAlchemySessionUserDatastore(db.session, User, Role)
    security = Security(
        app,
        datastore,
        mail_util_cls=OutboxMailUtil,
        render_template=cast(Any, _render),
        login_form=forms.SignInForm,
        forgot_password_form=forms.ForgotForm,
        reset_password_form=forms.ResetForm,
        change_password_form=forms.PasswordForm,
    )
    security.want_json(lambda _request: False)  # pages only: its JSON would hand out tokens
    app.after_request(_commit)
    for endpoint, limit in _LIMITS.items():
        limited = limiter.limit(limit, methods=["POST"])(app.view_functions[endpoint])
        app.view_functions[endpoint] = cast(Any, limited)


def _bearable(email: str) -> str:
    """Whatever is longer would only be found wrong more slowly. Raises EmailValidateException."""
    if len(email) > addresses.LONGEST:
        raise EmailValidateException(str(_MESSAGES["INVALID_EMAIL_ADDRESS"][0]))
    return email


def _is_theirs() -> bool:
    return request.endpoint is not None and request.endpoint.startswith("security.")


def _begin_late() -> None:
    g.began = time.perf_counter()
    if _is_theirs():
        db.begin_with_first_write()


def _commit(response: Response) -> Response:
    """Some of Flask-Security's views never commit, and the mail that they queued would be lost."""
    if _is_theirs() and request.method == "POST":
        if response.status_code < 500:
            db.session.commit()
        else:
            db.session.rollback()
        if request.endpoint == "security.forgot_password" and response.status_code < 400:
            time.sleep(max(0.0, ASKING_TAKES - (time.perf_counter() - g.began)))
    return response


def _render(template: str, **context: Any) -> ResponseReturnValue:
    """A page of Flask-Security's: 422 where a form has errors, and after a POST that worked, another page."""
    form = next(value for name, value in context.items() if name.endswith("_form"))
    form.form_errors = list(dict.fromkeys(form.form_errors))
    if request.method == "POST" and not form.errors:
        return redirect(url_for("security.login"), 303)
    return render_template(template, form=form, **context), 422 if form.errors else 200
