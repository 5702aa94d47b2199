"""RSVPs: who comes, with as little about them as the organizer allows."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from eventkit import jobs
    from eventkit.mail import inbox, outbox
    from eventkit.rsvps import actions, cli, letters, mail_choices, organize, receivers, routes
    from eventkit.rsvps import jobs as work
    from eventkit.rsvps.replies import jobs as replies
    from eventkit.rsvps.replies import pages

    assert mail_choices, "importing it adds its routes"
    assert organize, "importing it adds its routes"
    assert pages, "importing it adds its routes"
    assert receivers, "importing it connects its receivers"
    app.register_blueprint(routes.blueprint)
    app.cli.add_command(cli.rsvps)
    outbox.register_composer(app, letters.COMPOSER, letters.compose_later)
    jobs.register(app, work.NOTIFY, work.notify)
    jobs.register(app, work.EXPIRE, work.expire)
    jobs.register(app, actions.PROMOTE, work.promote)
    jobs.register(app, inbox.INBOX, replies.read_inbox)
