"""Reminders: what to send when to those who said that they come, and what to say afterwards."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from eventkit import clock, jobs
    from eventkit.mail import outbox
    from eventkit.reminders import jobs as work
    from eventkit.reminders import mail, queries, receivers

    assert receivers, "importing it connects its receivers"
    outbox.register_composer(app, mail.COMPOSER, mail.compose)
    jobs.register(app, work.REMIND, work.remind)
    app.jinja_env.globals["next_reminder"] = lambda event: queries.next_reminder(event, clock.now())
