"""Where events take place: venues, geocoding, and the time zone of a place."""

from __future__ import annotations

from flask import Flask

from eventkit.config import SettingsError


def init_app(app: Flask) -> None:
    """Registers the job that asks the geocoders. Raises SystemExit with one line that says which setting is wrong."""
    from eventkit import jobs
    from eventkit.venues.actions import LOCATE
    from eventkit.venues.geocoding import providers
    from eventkit.venues.jobs import refine_due

    try:
        app.extensions["eventkit.geocoders"] = providers.from_settings(app.extensions["eventkit.settings"])
    except SettingsError as error:
        raise SystemExit(f"eventkit: {error}") from error
    jobs.register(app, LOCATE, refine_due)
