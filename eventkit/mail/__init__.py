"""Mail: the outbox and how it leaves; the inbox and how it is filled. Knows no feature."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from eventkit.mail import cli, imap, outbox

    outbox.init_app(app)
    app.cli.add_command(cli.mail)
    if app.extensions["eventkit.settings"].inbox_url:
        app.extensions["eventkit.watchers"].append(imap.watch)
