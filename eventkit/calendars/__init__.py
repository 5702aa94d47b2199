"""iCalendar, written and read (RFC 5545)."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from eventkit import jobs
    from eventkit.calendars import choosing, organize, receivers, routes
    from eventkit.calendars import jobs as work
    from eventkit.calendars.actions import imports
    from eventkit.calendars.feed_server import FeedServer
    from eventkit.calendars.imports import jobs as reading
    from eventkit.calendars.imports import pages
    from eventkit.calendars.revision import Reader
    from eventkit.calendars.shelf import Shelf

    assert receivers, "importing it connects its receivers"
    for edge in (routes, choosing, organize, pages):
        app.register_blueprint(edge.blueprint)
    jobs.register(app, work.REFRESH, work.refresh)
    jobs.register(app, imports.READ, reading.read_imports)
    shelf = app.extensions["eventkit.feeds"] = Shelf(Reader(app.extensions["eventkit.engine"]))
    app.wsgi_app = FeedServer(app.wsgi_app, shelf)  # type: ignore[method-assign]
