"""Forms of accounts."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length, Optional


class WelcomeForm(FlaskForm):
    """Makes an account from a link."""

    email = StringField(
        _l("Your e-mail address"), [InputRequired(_l("Write an address that reaches you.")), Length(max=255)]
    )
    name = StringField(_l("Your name"), [Optional(), Length(max=120)])
    password = PasswordField(
        _l("A password"),
        [
            InputRequired(_l("Choose a password.")),
            Length(
                min=10,
                max=200,
                message=_l("Ten characters at least. Four unrelated words are good and easy to keep."),
            ),
        ],
    )
