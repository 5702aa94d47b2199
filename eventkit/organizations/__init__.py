"""Organizations: who they are, and who may speak for them."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from importlib import import_module

    from eventkit.organizations.routes import blueprint

    import_module("eventkit.organizations.organize")  # its views join the blueprint
    app.register_blueprint(blueprint)
