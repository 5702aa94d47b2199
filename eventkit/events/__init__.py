"""Events: five Ws, announcements read from text, drafts, changes, and the organizations taking part."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from eventkit import jobs
    from eventkit.events import cli, contact, organize, receivers, routes
    from eventkit.events import jobs as work

    assert receivers, "importing it connects its receivers"
    app.register_blueprint(routes.blueprint)
    app.register_blueprint(contact.blueprint)
    app.register_blueprint(organize.blueprint)
    app.cli.add_command(cli.events)
    jobs.register(app, work.INDEX, work.index)
    jobs.register(app, work.LAY_OUT, work.lay_out)
    jobs.register(app, work.TELL_PLACES, work.tell_places)
