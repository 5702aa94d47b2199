"""Forms of organizations, and the words for their kinds."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import EmailField, RadioField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Length

from eventkit.errors import DomainError
from eventkit.events.forms import choices
from eventkit.organizations.actions import Particulars, web_address
from eventkit.organizations.models import EDITOR, KINDS, OWNER, Organization
from eventkit.web import SignedInForm

LONGEST_TEXT = 20_000


def kind_words(kind: str) -> str:
    """What kind of organization it is, as one says it; empty for `other`, which says nothing."""
    return {
        "ngo": _("Non-profit"),
        "union": _("Union"),
        "community": _("Community group"),
        "faith": _("Faith community"),
        "students": _("Student group"),
        "professional": _("Professional association"),
        "party": _("Party"),
        "coalition": _("Coalition"),
    }.get(kind, "")


def role_words(role: str) -> str:
    return {OWNER: _("Owner"), EDITOR: _("Editor")}[role]


def _at_most(most: int) -> Length:
    return Length(max=most, message=_l("%(max)d letters at most."))


class OrganizationForm(SignedInForm):
    """What an organization says about itself. Only the name is needed."""

    name = StringField(_l("Name"), [InputRequired(_l("Write the name.")), _at_most(200)])
    abbreviation = StringField(
        _l("Short name"), [_at_most(40)], description=_l("As people say it, such as an abbreviation.")
    )
    native_name = StringField(
        _l("Name in its own language"), [_at_most(200)], description=_l("If it has one beside the name above.")
    )
    native_name_language = SelectField(_l("Language of that name"), default="")
    kind = SelectField(_l("Kind"), default="other")
    purpose = StringField(
        _l("What it is for"), [_at_most(200)], description=_l("One or two sentences, for people who never heard of it.")
    )
    website = StringField(
        _l("Website"),
        render_kw={"inputmode": "url", "autocomplete": "url", "autocapitalize": "none", "dir": "ltr"},
    )
    donation_url = StringField(
        _l("Page for donations"),
        render_kw={"inputmode": "url", "autocapitalize": "none", "dir": "ltr"},
    )
    text = TextAreaField(
        _l("More about it"),
        [Length(max=LONGEST_TEXT, message=_l("%(max)d letters at most."))],
        description=_l("Blank lines make paragraphs. **Bold**, lists and [links](https://example.org) work."),
        render_kw={"rows": "10"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.native_name_language.choices = [("", _("Not said")), *choices.languages()]
        self.kind.choices = [(kind, kind_words(kind) or _("Something else")) for kind in KINDS]

    def validate_native_name_language(self, field: SelectField) -> None:
        if (self.native_name.data or "").strip() and not field.data:
            raise ValidationError(_("Say which language that name is in, so that it is written and read right."))

    def validate_website(self, field: StringField) -> None:
        _check_web_address(field)

    def validate_donation_url(self, field: StringField) -> None:
        _check_web_address(field)

    def particulars(self) -> Particulars:
        return Particulars(**{name: self[name].data or "" for name in _FIELDS})


def _check_web_address(field: StringField) -> None:
    """Here as well as in the action, so that all that is wrong is said at once."""
    try:
        web_address(field.data or "", field=field.name)
    except DomainError as error:
        raise ValidationError(error.message) from error


_FIELDS = tuple(Particulars.__dataclass_fields__)


def values_of(organization: Organization) -> dict[str, str]:
    """What the form shows of an organization that exists."""
    return {name: getattr(organization, name) for name in _FIELDS}


class MemberForm(SignedInForm):
    """Lets a person with an account speak for an organization."""

    email = EmailField(
        _l("E-mail of their account"),
        [InputRequired(_l("Write the address of their account.")), Length(max=255)],
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )
    role = RadioField(_l("They may"), default=EDITOR)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role.choices = [
            (EDITOR, _("Change its page and publish in its name")),
            (OWNER, _("Do that, and decide who else may")),
        ]


class ClaimForm(SignedInForm):
    """Gives an organization that nobody speaks for to the person who does."""

    email = EmailField(
        _l("E-mail of their account"),
        [InputRequired(_l("Write the address of their account.")), Length(max=255)],
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )


class ButtonForm(SignedInForm):
    """A button, and the proof that it was ours."""
