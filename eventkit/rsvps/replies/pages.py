"""For whoever has to look: proposals of another time, and answers that nobody could be sure of."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eventkit import clock, db, i18n
from eventkit.accounts import policy
from eventkit.events import presentation
from eventkit.events.forms import ActForm
from eventkit.events.models import Event
from eventkit.events.organize.base import own_event
from eventkit.rsvps.models import ACCEPTED, DECLINED, TENTATIVE, CalendarReply
from eventkit.rsvps.replies import queries, taking
from eventkit.rsvps.replies.queries import Waiting
from eventkit.rsvps.routes import blueprint
from eventkit.web import requires

PAGE = 20


@blueprint.get("/organize/events/<slug>/replies")
@requires()
def replies_of_event(slug: str) -> ResponseReturnValue:
    """Answers to this event that somebody has to look at."""
    return _page(own_event(slug))


@blueprint.post("/organize/events/<slug>/replies/<int:reply_id>/looked-at")
@requires()
def look_at_reply(slug: str, reply_id: int) -> ResponseReturnValue:
    """One has been looked at, and is forgotten."""
    event = own_event(slug)
    return _settle(event, [reply_id])


@blueprint.post("/organize/events/<slug>/replies/looked-at")
@requires()
def look_at_replies(slug: str) -> ResponseReturnValue:
    """Those that the page has shown, and no later one."""
    return _settle(own_event(slug), request.form.getlist("shown", type=int)[:PAGE])


@blueprint.get("/organize/replies")
@requires(policy.is_operator)
def replies_of_none() -> ResponseReturnValue:
    """Messages that belong to no event."""
    return _page(None)


@blueprint.post("/organize/replies/<int:reply_id>/looked-at")
@requires(policy.is_operator)
def look_at_message(reply_id: int) -> ResponseReturnValue:
    """One has been looked at, and is forgotten."""
    return _settle(None, [reply_id])


@blueprint.post("/organize/replies/looked-at")
@requires(policy.is_operator)
def look_at_messages() -> ResponseReturnValue:
    """Those that the page has shown, and no later one."""
    return _settle(None, request.form.getlist("shown", type=int)[:PAGE])


def _page(event: Event | None) -> str:
    count = queries.count_waiting(event)
    pages = max(1, -(-count // PAGE))
    page = min(max(1, request.args.get("page", 1, type=int)), pages)
    now = clock.now()
    return render_template(
        "rsvps/replies.html",
        event=event,
        now=now,
        count=count,
        shown=queries.waiting_of(event, limit=PAGE, offset=(page - 1) * PAGE),
        page=page,
        pages=pages,
        page_url=lambda number: url_for(str(request.endpoint), **(request.view_args or {}), page=number),
        looked_url=lambda reply=None: _looked_url(event, reply),
        reason_words=reason_words,
        answer_words=answer_words,
        proposed_words=lambda waiting: _proposed_words(event, waiting, now),
        present_words=lambda waiting: _present_words(event, waiting, now),
        arrived_words=lambda reply: _arrived_words(event, reply),
        form=ActForm(formdata=None),
    )


def _settle(event: Event | None, ids: list[int]) -> ResponseReturnValue:
    with db.transaction():
        for reply_id in ids:
            reply = queries.by_id(reply_id, event)
            if reply is not None:  # else another has looked already, and it is the same to them
                taking.settle(reply, now=clock.now())
    here = url_for("rsvps.replies_of_event", slug=event.slug) if event else url_for("rsvps.replies_of_none")
    return redirect(here, 303)


def _looked_url(event: Event | None, reply: CalendarReply | None) -> str:
    if event is None:
        if reply is None:
            return url_for("rsvps.look_at_messages")
        return url_for("rsvps.look_at_message", reply_id=reply.id)
    if reply is None:
        return url_for("rsvps.look_at_replies", slug=event.slug)
    return url_for("rsvps.look_at_reply", slug=event.slug, reply_id=reply.id)


def reason_words(reply: CalendarReply) -> str:
    """Why nothing has changed, as a sentence."""
    return {
        "no-calendar": _("It is a letter, not an answer from a calendar."),
        "automatic": _("It was sent by a machine: an absence note, or mail that could not be delivered."),
        "sealed-format": _("Outlook has wrapped it up (winmail.dat), and it cannot be read."),
        "broken-calendar": _("It is from a calendar, but arrived broken."),
        "too-large": _("It is too large to be an answer."),
        "too-complicated": _("It is built in a way that no calendar builds an answer."),
        "failed": _("It could not be read."),
        "not-an-answer": _("It is not an answer, but an invitation or a cancellation."),
        "no-answer": _("It says neither yes, maybe nor no: it may have been passed on to somebody else."),
        "other-event": _("It was sent to an address of this event, but is about another."),
        "unknown-event": _("It is about an event that is not one of ours."),
        "somebody-else": _("Somebody answers who was not invited with this invitation: it may have been forwarded."),
        "nobody": _("It is from somebody who has not said here that they come."),
        "unproven": _("Nothing proves who wrote it."),
        "contradictory": _("It answers several invitations at once."),
        "unknown-date": _("It is about a date on which this event does not take place."),
    }.get(reply.reason, _("It could not be read."))


def answer_words(reply: CalendarReply) -> str:
    """What it says, whether it is true or not; empty where it says nothing of the three."""
    return {ACCEPTED: _("coming"), TENTATIVE: _("maybe"), DECLINED: _("can’t")}.get(reply.partstat, "")


def _proposed_words(event: Event | None, waiting: Waiting, now: datetime) -> str:
    """Wall time at the venue; of whole days without hours, unless some are proposed."""
    starts, ends = waiting.reply.proposed_starts_at, waiting.reply.proposed_ends_at
    if event is None or starts is None:
        return ""
    zone = ZoneInfo(event.timezone)
    first = starts.astimezone(zone).replace(tzinfo=None)
    last = ends.astimezone(zone).replace(tzinfo=None) if ends else None
    all_day = event.all_day and not any(each.hour or each.minute for each in (first, last or first))
    year = first.year != now.astimezone(zone).year
    return presentation.times_words(first, last, all_day=all_day, year=year)


def _present_words(event: Event | None, waiting: Waiting, now: datetime) -> str:
    return "" if event is None else presentation.when(waiting.date or event, now)


def _arrived_words(event: Event | None, reply: CalendarReply) -> str:
    local = reply.received_at.astimezone(ZoneInfo(event.timezone if event and event.timezone else "UTC"))
    return _("%(day)s, %(time)s", day=i18n.day_words(local.date()), time=i18n.time_range(local, None))
