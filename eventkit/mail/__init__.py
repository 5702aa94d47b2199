"""Mail: the outbox and how it leaves; the inbox and how it is filled. Knows no feature."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from eventkit import jobs
    from eventkit.mail import allowance, cli, imap, outbox, without_server

    settings = app.extensions["eventkit.settings"]
    app.extensions["eventkit.composers"] = {}
    jobs.register(app, outbox.SEND, without_server.warn_of_waiting if settings.keeps_mail else outbox.send_due)
    jobs.register(app, allowance.FORGET, allowance.forget)
    app.extensions["eventkit.welcome"].append(without_server.welcome)
    app.cli.add_command(cli.mail)
    if settings.inbox_url:
        app.extensions["eventkit.watchers"].append(imap.watch)
