"""eventkit: from a pasted announcement to a published protest."""

from __future__ import annotations

import os
from pathlib import Path

from flask import Flask

from eventkit import cli, config, db, errors, i18n, jobs, keys, migrations, rates, sources, typography, web

ROOT = Path(__file__).parent.parent


def create_app(settings: config.Settings | None = None) -> Flask:
    """The table of contents of the application.

    Raises SystemExit with one line that says what to set when a setting is wrong, and SchemaError when the
    database is not at the revision that this code needs: it is upgraded by `serve`, never from here. Commands
    meet that error when they first use the database, so that those without need of it work on none.
    """
    app = Flask("eventkit", root_path=str(ROOT), instance_relative_config=False)
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True, "extensions": ["jinja2.ext.i18n"]}
    if settings is None:
        try:
            settings = config.load(development=app.debug)
        except config.SettingsError as error:
            raise SystemExit(f"eventkit: {error}") from error
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    app.extensions["eventkit.settings"] = settings
    app.extensions["eventkit.welcome"] = []
    app.extensions["eventkit.watchers"] = []

    db.init_app(app, settings.database_url)
    keys.init_app(app, settings.keys_url, settings.keys)
    web.init_app(app, settings)
    errors.init_app(app)
    rates.init_app(app)
    i18n.init_app(app)
    jobs.init_app(app, settings.queue_url)
    sources.init_app(app)
    cli.init_app(app)
    app.add_template_filter(typography.title_size)
    app.add_template_filter(typography.paragraphs)

    _register_features(app)
    db.before_first_use(app, _check_schema)
    if "FLASK_RUN_FROM_CLI" not in os.environ:
        with app.app_context():
            _check_schema()
    return app


def _register_features(app: Flask) -> None:
    """From low to high; no feature imports one that comes after it, except at its edges."""
    from eventkit import accounts, calendars, demo, events, mail, organizations, reminders, rsvps, venues

    for feature in (mail, accounts, organizations, venues, events, calendars, rsvps, reminders, demo):
        feature.init_app(app)


def _check_schema() -> None:
    with db.engine().connect() as connection:
        migrations.check(connection)
