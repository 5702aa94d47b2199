"""`flask demo`: a believable data set, so that lists, states and languages can be judged."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from eventkit.demo import cli

    app.cli.add_command(cli.demo)
