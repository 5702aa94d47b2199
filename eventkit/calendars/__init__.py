"""iCalendar, written and read (RFC 5545)."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from eventkit import jobs
    from eventkit.calendars import jobs as work
    from eventkit.calendars import organize, receivers, routes
    from eventkit.calendars.actions import imports

    assert receivers, "importing it connects its receivers"
    app.register_blueprint(routes.blueprint)
    app.register_blueprint(organize.blueprint)
    jobs.register(app, work.REFRESH, work.refresh)
    jobs.register(app, imports.READ, work.read_imports)
