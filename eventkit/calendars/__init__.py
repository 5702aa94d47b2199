"""iCalendar, written and read (RFC 5545)."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from eventkit import jobs
    from eventkit.calendars import choosing, organize, receivers, routes
    from eventkit.calendars import jobs as work
    from eventkit.calendars.feed_server import FeedServer
    from eventkit.calendars.revision import Reader
    from eventkit.calendars.shelf import Shelf

    assert receivers, "importing it connects its receivers"
    app.register_blueprint(routes.blueprint)
    app.register_blueprint(choosing.blueprint)
    app.register_blueprint(organize.blueprint)
    jobs.register(app, work.REFRESH, work.refresh)
    shelf = app.extensions["eventkit.feeds"] = Shelf(Reader(app.extensions["eventkit.engine"]))
    app.wsgi_app = FeedServer(app.wsgi_app, shelf)  # type: ignore[method-assign]
