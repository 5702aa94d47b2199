"""Events: five Ws, announcements read from text, drafts, changes, and the organizations taking part."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from eventkit.events import cli, contact, organize, routes

    app.register_blueprint(routes.blueprint)
    app.register_blueprint(contact.blueprint)
    app.register_blueprint(organize.blueprint)
    app.cli.add_command(cli.events)
