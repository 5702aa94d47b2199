"""A question to the organizer. Their address is seen by nobody; the asker's by them alone, where one is given."""

from __future__ import annotations

import secrets

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from limits import parse_many
from wtforms import EmailField, TextAreaField
from wtforms.validators import Optional, ValidationError

from eventkit import clock, db, floods, rates, sources
from eventkit.errors import DomainError
from eventkit.events import sealing
from eventkit.events.models import Event
from eventkit.events.routes import event_or_404
from eventkit.mail import addresses, outbox
from eventkit.text import clean_text
from eventkit.web import StrangersForm, external_url, public

blueprint = Blueprint("contact", __name__)

LONGEST_MESSAGE = 4000

#: questions from one source, and those that make a flood to one organizer
_FROM_SOURCE = parse_many("5 per minute; 30 per day")
_FLOOD = parse_many("20 per minute; 100 per hour")


class QuestionForm(StrangersForm):
    """What somebody wants to know."""

    message = TextAreaField(_l("Your message"))
    email = EmailField(_l("Your e-mail"), [Optional()])

    def validate_message(self, field: TextAreaField) -> None:
        text = clean_text(field.data or "")
        if not text:
            raise ValidationError(_("Write what you want to know."))
        if len(text) > LONGEST_MESSAGE:
            raise ValidationError(_("%(most)d characters at most, please.", most=LONGEST_MESSAGE))

    def validate_email(self, field: EmailField) -> None:
        try:
            addresses.parse(field.data)
        except DomainError as error:
            raise ValidationError(error.message) from error


@blueprint.route("/events/<slug>/contact", methods=["GET", "POST"])
@public
def write(slug: str) -> ResponseReturnValue:
    """The form; and what was written goes on its way to the organizer."""
    event = event_or_404(slug)
    form = QuestionForm()
    if not form.is_submitted():
        return render_template("events/contact.html", event=event, form=form, sent=False)
    if not form.validate():
        return render_template("events/contact.html", event=event, form=form, sent=False), 422
    about = f"questions:{event.id}"
    try:
        rates.refuse_over(_FROM_SOURCE, "questions", sources.of_request(), counts=False)
        if (asked := floods.ask(about, {about: _FLOOD})) is not None:
            return asked
        rates.refuse_over(_FROM_SOURCE, "questions", sources.of_request())
    except DomainError as error:
        form.form_errors.append(error.message)
        return render_template("events/contact.html", event=event, form=form, sent=False), error.status
    with db.transaction():
        _ask(
            event,
            text=clean_text(form.message.data),
            reply_to=addresses.parse(form.email.data) if form.email.data else "",
        )
    return redirect(url_for("contact.sent", slug=event.slug), 303)


@blueprint.get("/events/<slug>/contact/sent")
@public
def sent(slug: str) -> ResponseReturnValue:
    """It is on its way. The same page for everybody."""
    event = event_or_404(slug)
    return render_template("events/contact.html", event=event, form=None, sent=True)


def _ask(event: Event, *, text: str, reply_to: str) -> None:
    message = outbox.compose(
        "events/question",
        to=event.organizer.email,
        language=event.organizer.language,
        reply_to=reply_to,
        event=event,
        text=text,
        can_be_answered=bool(reply_to),
        event_url=external_url("events.show", slug=event.slug),
    )
    key = f"question:{event.id}:{secrets.token_hex(8)}"
    # To an account, which chose to be written to: not held back by what others write to that address.
    outbox.queue(message, key=key, key_name=sealing.key_of(event), now=clock.now(), is_urgent=True)
