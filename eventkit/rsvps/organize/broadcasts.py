"""For the organizer: a message to those who come, looked at before it is sent, and how far it is."""

from __future__ import annotations

from email.message import EmailMessage
from zoneinfo import ZoneInfo

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from eventkit import clock, db, i18n
from eventkit.errors import DomainError
from eventkit.events.models import Event
from eventkit.events.organize.base import own_event
from eventkit.rsvps import dates
from eventkit.rsvps.broadcasts import audiences, messages, sending
from eventkit.rsvps.broadcasts.forms import BroadcastForm, name_of, names_of_shifts
from eventkit.rsvps.models import Broadcast
from eventkit.rsvps.routes import blueprint
from eventkit.web import limiter, requires

#: a page that waits looks again after these seconds
_LOOK_AGAIN = 3


@blueprint.get("/organize/events/<slug>/broadcasts")
@requires()
def broadcasts(slug: str) -> ResponseReturnValue:
    """The form, and what was sent before."""
    event = own_event(slug)
    return _form_page(event, _form(event))


@blueprint.post("/organize/events/<slug>/broadcasts")
@requires()
@limiter.limit("60 per hour")
def write_broadcast(slug: str) -> ResponseReturnValue:
    """Shows it as it will be read; with `send` it goes out, with `back` it is written on."""
    event = own_event(slug)
    form = _form(event)
    if not form.validate_on_submit():
        return _form_page(event, form)
    if "back" in request.form:
        return _form_page(event, form)
    if "send" not in request.form:
        return _preview_page(event, form)
    try:
        with db.transaction():
            row = sending.send(
                event,
                form.words,
                audience=form.audience.data,
                occurrence=form.occurrence.data or "",
                token=form.token.data,
                now=clock.now(),
            )
    except DomainError as error:
        if error.field == "audience":
            form.audience.errors = [error.message]
        else:
            form.form_errors.append(error.message)
        return _form_page(event, _offered(form, event), status=error.status)
    return redirect(url_for("rsvps.broadcast", slug=event.slug, broadcast_id=row.id), 303)


@blueprint.get("/organize/events/<slug>/broadcasts/<int:broadcast_id>")
@requires()
def broadcast(slug: str, broadcast_id: int) -> ResponseReturnValue:
    """How far it is: written, sent, and what will not arrive. It looks again by itself until it is done."""
    event = own_event(slug)
    row = db.session.get(Broadcast, broadcast_id)
    if row is None or row.event_id != event.id:
        abort(404)
    return render_template(
        "rsvps/broadcast.html",
        event=event,
        row=row,
        words=sending.words_of(event, row),
        progress=sending.progress_of(row),
        audience=name_of(row.audience, names_of_shifts(event)),
        dated=dates.of(event, row.occurrence) if row.occurrence else None,
        seconds=_LOOK_AGAIN,
        now=clock.now(),
    )


def _form(event: Event) -> BroadcastForm:
    return _offered(BroadcastForm(), event)


def _offered(form: BroadcastForm, event: Event) -> BroadcastForm:
    form.offer(event, clock.now())
    return form


def _form_page(event: Event, form: BroadcastForm, *, status: int = 422) -> ResponseReturnValue:
    now, shifts = clock.now(), names_of_shifts(event)
    sent = sending.of_event(event)
    body = render_template(
        "rsvps/broadcasts.html",
        event=event,
        form=form,
        sent=[(row, sending.words_of(event, row), name_of(row.audience, shifts)) for row in sent],
        left=sending.MOST_A_DAY - sending.written_today(event, now),
        zone=ZoneInfo(event.timezone),
        now=now,
    )
    return body, status if form.errors else 200


def _preview_page(event: Event, form: BroadcastForm) -> ResponseReturnValue:
    audience, occurrence = form.audience.data, form.occurrence.data or ""
    message = messages.for_preview(event, form.words, language=i18n.current_locale().language)
    return render_template(
        "rsvps/broadcast-preview.html",
        event=event,
        form=form,
        audience=name_of(audience, names_of_shifts(event)),
        dated=dates.of(event, occurrence) if occurrence else None,
        people=audiences.size(event, audience, occurrence),
        subject=message["Subject"],
        letter=_letter(message),
        plain=_plain(message),
        now=clock.now(),
    )


def _letter(message: EmailMessage) -> Markup:
    """What stands in the body of the message in HTML: our own template, in which what people wrote is escaped."""
    part = message.get_body(("html",))
    assert part is not None
    return Markup(part.get_content().partition("<body>")[2].partition("</body>")[0])  # noqa: S704 (our own template)


def _plain(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())
