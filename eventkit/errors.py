"""What went wrong, said to a person: a readable page, or plain text for a calendar application."""

from __future__ import annotations

import traceback
from typing import Any

from flask import Flask, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException


class DomainError(Exception):
    """Something that was asked for cannot be done. `message` is translated and says what to do.

    `field` names the form field that it concerns, where there is one.
    """

    status = 422

    def __init__(self, message: str, *, field: str | None = None, status: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        if status is not None:
            self.status = status


def init_app(app: Flask) -> None:
    app.log_exception = _log_exception  # type: ignore[method-assign]
    app.register_error_handler(DomainError, _domain_error)
    app.register_error_handler(HTTPException, _http_error)


def _log_exception(exc_info: Any) -> None:
    """Flask's own tells the path, which may hold the right to change somebody's RSVP."""
    error: BaseException | None = exc_info[1]
    told = kind_and_place(error) if error is not None else ""
    current_app.logger.error("%s %s failed\n%s", request.method, request.endpoint, told)


def kind_and_place(error: BaseException) -> str:
    """What a log may tell of a failure: of which kind it is, and where. What it says may repeat what somebody wrote;
    SQLAlchemy alone is known to say the statement without its values."""
    told, seen = [], set[int]()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        said = f": {current}" if isinstance(current, SQLAlchemyError) else ""
        kind = f"{type(current).__module__}.{type(current).__qualname__}".removeprefix("builtins.")
        told.append(f"{''.join(traceback.format_tb(current.__traceback__))}{kind}{said}")
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return "\n\nafter\n\n".join(told)


def _domain_error(error: DomainError) -> ResponseReturnValue:
    return render_template(
        "errors/error.html", status=error.status, title=_("This did not work"), text=error.message
    ), (error.status)


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error.get_response()
    title, text = _words(error.code)
    body = render_template("errors/error.html", status=error.code, title=title, text=text)
    response = error.get_response()
    response.set_data(body)
    response.content_type = "text/html; charset=utf-8"
    return response


def _words(code: int) -> tuple[str, str]:
    known = {
        400: (_("This did not arrive whole"), _("Go back, look at what you typed, and send it again.")),
        403: (_("Not yours to open"), _("Sign in with the account that may, or ask whoever runs this page.")),
        404: (_("Not here"), _("Perhaps the link lost a letter.")),
        405: (_("Not that way"), _("Open the page first, then use its buttons.")),
        410: (_("Gone"), _("What was here has been taken away.")),
        413: (_("Too long"), _("Send less at once: 200,000 characters of text, or a file of 2 MB, at most.")),
        429: (_("Too many at once"), _("Wait a minute, then try again.")),
        500: (_("Our mistake"), _("Nothing of yours was changed. Try again in a minute.")),
        503: (_("Back in a moment"), _("The page is being looked after. Try again in a minute.")),
    }
    return known.get(code, (_("This did not work"), _("Go back and try again.")))
