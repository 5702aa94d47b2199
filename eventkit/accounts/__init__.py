"""People who sign in: organizers and the operator."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from eventkit.accounts import cli, parking, people, routes, security

    security.init_app(app)
    parking.init_app(app)
    app.register_blueprint(routes.blueprint)
    app.register_blueprint(people.blueprint)
    app.cli.add_command(cli.accounts)
    app.extensions["eventkit.welcome"].append(cli.welcome)
