"""A person's browser without script."""

from __future__ import annotations

import contextvars
import time
from typing import Any, Self

from flask import has_app_context
from flask import session as flask_session
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from werkzeug.test import TestResponse

from eventkit import db
from eventkit.accounts.models import User

ORIGIN = "http://localhost"


class Visitor(FlaskClient):
    """Sends what a browser sends: the origin with every POST, and the token of the forms under /organize/.

    Every request has an application context of its own, as in the web server, so that nothing of one
    (its session, its `g`, the person it was for) is seen by the next or by the test.
    """

    user: User | None = None

    def sign_in(self, user: User) -> Self:
        """Opens a session, without the form: tests/foundation/test_accounts.py goes through that."""
        self.user = user
        with self.session_transaction(path="/organize/") as session:
            session.update(_user_id=user.fs_uniquifier, _fresh=True, fs_cc="set", fs_paa=time.time())
            session["identity.user_id"] = user.fs_uniquifier
        return self

    def token(self) -> str:
        """The token that the forms of this session carry."""

        def make() -> str:
            with (
                self.session_transaction(path="/organize/") as stored,
                self.application.test_request_context("/organize/"),
            ):
                flask_session.update(stored)
                token = str(generate_csrf())
                stored.update(flask_session)
            return token

        return contextvars.Context().run(make)  # else `g` would remember the token of another session

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        if kwargs.get("method") in {"POST", "PUT", "PATCH", "DELETE"}:
            headers = dict(kwargs.get("headers") or {})
            if "Origin" not in headers and "Sec-Fetch-Site" not in headers:
                headers |= {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"}
            kwargs["headers"] = headers
            data = kwargs.get("data") or {}
            is_organizers = bool(args) and isinstance(args[0], str) and "/organize/" in args[0]
            if is_organizers and isinstance(data, dict) and not {"csrf_token", "json"} & {*data, *kwargs}:
                kwargs["data"] = {"csrf_token": self.token(), **data}
        response = contextvars.Context().run(super().open, *args, **kwargs)
        if has_app_context():
            db.session.rollback()  # the test sees what the request has stored
        return response
