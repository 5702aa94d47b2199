"""iCalendar, written and read (RFC 5545)."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from eventkit import jobs
    from eventkit.calendars import jobs as work
    from eventkit.calendars import receivers, routes

    assert receivers, "importing it connects its receivers"
    app.register_blueprint(routes.blueprint)
    jobs.register(app, work.REFRESH, work.refresh)
