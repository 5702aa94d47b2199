"""Forms of accounts: Flask-Security's own with our words and one field for a new password, and ours."""

from __future__ import annotations

import unicodedata
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_security import forms as theirs
from flask_wtf import FlaskForm
from wtforms import EmailField, Field, Form, PasswordField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional, StopValidation

from eventkit.accounts import actions
from eventkit.errors import DomainError
from eventkit.web import SignedInForm

_EMAIL = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
_CURRENT = {"autocomplete": "current-password"}
_NEW = {"autocomplete": "new-password", "minlength": "10"}


_WRONG = _l("Address and password do not fit together.")
_LENGTH = _l(
    "%(length)s characters at least, 128 at most. Four unrelated words are good and easy to keep.",
    length=actions.SHORTEST_PASSWORD,
)

#: bytes that argon2 is given
_MOST_BYTES = 4096


class Bearable:
    """Ends the checks of a password that nobody has: normalizing and hashing it could take minutes, or fail."""

    def __init__(self, message: Any) -> None:
        self._message = message

    def __call__(self, form: Form, field: Field) -> None:
        typed = field.data or ""
        if len(typed) > actions.LONGEST_PASSWORD or "\0" in typed:
            raise StopValidation(self._message)
        if len(unicodedata.normalize("NFKD", typed).encode()) > _MOST_BYTES:
            raise StopValidation(self._message)


def _stripped(text: str | None) -> str | None:
    return text.strip() if text else text


class SignInForm(theirs.LoginForm):
    """Address and password. A session ends with the browser, so there is nothing to remember."""

    email = EmailField(
        _l("E-mail"),
        [theirs.IsString(), theirs.email_required, theirs.EmailValidation(verify=False)],
        filters=[_stripped],
        render_kw=_EMAIL,
    )
    password = PasswordField(
        _l("Password"), [theirs.IsString(), theirs.password_required, Bearable(_WRONG)], render_kw=_CURRENT
    )
    remember = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.password.description = ""  # Flask-Security puts a link there; ours stands below the button


class ForgotForm(theirs.ForgotPasswordForm):
    """Asks for a link by mail. Whether there is such an account is not said; what is no address is."""

    email = EmailField(
        _l("E-mail"),
        [
            theirs.IsString(),
            theirs.email_required,
            theirs.EmailValidation(verify=True),
            theirs.valid_user_email,
        ],
        filters=[_stripped],
        render_kw=_EMAIL,
    )

    def validate(self, **kwargs: Any) -> bool:
        valid = bool(super().validate(**kwargs))
        try:
            actions.normalized_address(self.email.data or "")
        except DomainError as error:
            self.form_errors.append(error.message)  # Flask-Security hides the errors of the field itself
        return valid


class ResetForm(theirs.ResetPasswordForm):
    """A new password, from the link in a message."""

    password = PasswordField(
        _l("Your new password"), [theirs.IsString(), theirs.password_required, Bearable(_LENGTH)], render_kw=_NEW
    )
    password_confirm = None


class PasswordForm(theirs.ChangePasswordForm):
    """Another password for somebody who is signed in."""

    password = PasswordField(
        _l("Your present password"), [Bearable(_l("This is not your present password."))], render_kw=_CURRENT
    )
    new_password = PasswordField(
        _l("Your new password"), [theirs.IsString(), theirs.password_required, Bearable(_LENGTH)], render_kw=_NEW
    )
    new_password_confirm = None


class WelcomeForm(FlaskForm):
    """Makes an account from a link, or gives an account a new password."""

    email = EmailField(
        _l("Your e-mail address"),
        [InputRequired(_l("Write an address that reaches you.")), Length(max=255)],
        render_kw=_EMAIL,
    )
    name = StringField(_l("Your name"), [Optional(), Length(max=120)], render_kw={"autocomplete": "name"})
    password = PasswordField(
        _l("A password"),
        [
            InputRequired(_l("Choose a password.")),
            Bearable(_LENGTH),
            Length(
                min=actions.SHORTEST_PASSWORD,
                max=actions.LONGEST_PASSWORD,
                message=_l("Ten characters at least. Four unrelated words are good and easy to keep."),
            ),
        ],
        render_kw=_NEW,
    )

    def keep_address(self, address: str) -> None:
        """Shows the address that was invited, which cannot be changed here, whatever is sent."""
        self.email.data, self.email.raw_data = address, [address]
        self.email.render_kw = {**_EMAIL, "readonly": True}


class AccountForm(SignedInForm):
    """What an account says about its person, and the language in which it is written to."""

    name = StringField(
        _l("Your name"),
        [Optional(), Length(max=120, message=_l("120 letters at most."))],
        description=_l("The people you organize with see it. The public does not."),
        render_kw={"autocomplete": "name"},
    )
    language = SelectField(_l("Language of messages to you"))


class InvitationForm(SignedInForm):
    """Invites a person to make an account."""

    email = EmailField(
        _l("E-mail"),
        [InputRequired(_l("Write the address of the person.")), Length(max=255)],
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )


class ButtonForm(SignedInForm):
    """A button, and the proof that it was ours."""
