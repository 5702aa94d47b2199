"""Mail: the outbox, and how it leaves. Knows no feature."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from eventkit import jobs
    from eventkit.mail import outbox

    jobs.register(app, outbox.SEND, outbox.send_due)
