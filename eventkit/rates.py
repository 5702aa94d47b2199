"""How often somebody may ask for the same, and when they may try again.

It is counted where Flask-Limiter counts: in the memory of the process, or in Redis where that is set. `limiter.limit`
turns a request away before its view runs; what is here is for views that give back what was typed.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable
from datetime import timedelta

from babel.dates import format_timedelta
from flask import Flask, Response, after_this_request, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_limiter import RateLimitExceeded
from limits import RateLimitItem, RateLimitItemPerMinute

from eventkit import i18n
from eventkit.errors import DomainError
from eventkit.web import limiter

TOO_MANY = 429


def init_app(app: Flask) -> None:
    app.register_error_handler(RateLimitExceeded, _turned_away)


def is_left(limit: RateLimitItem, *what: str) -> bool:
    """Whether there is room for one more."""
    return limiter.limiter.test(limit, *what)


def take(limit: RateLimitItem, *what: str) -> bool:
    """Counts one; False, and nothing is counted, where there is no room."""
    return limiter.limiter.hit(limit, *what)


def once(minutes: int, *what: str) -> bool:
    """True the first time in so many minutes."""
    return take(RateLimitItemPerMinute(1, minutes), "once", *what)


def mark(limit: RateLimitItem, *what: str) -> None:
    """Forgets what was counted, and counts one: the limit's time begins anew."""
    limiter.limiter.clear(limit, *what)
    take(limit, *what)


def seconds_until(limit: RateLimitItem, *what: str) -> int:
    """Whole seconds after which there is room for one more."""
    return _seconds_after(limiter.limiter.get_window_stats(limit, *what).reset_time)


def refuse_over(limits: Iterable[RateLimitItem], *what: str, counts: bool = True) -> None:
    """Counts one under each limit, unless it only looks. Raises DomainError, which says when to try again, where there
    is no room under any of them."""
    for limit in limits:
        if not is_left(limit, *what) or (counts and not take(limit, *what)):
            seconds = seconds_until(limit, *what)
            say_when(seconds)
            raise DomainError(
                _(
                    "Too much comes from your network. Wait %(time)s, then send it again. Nothing you typed is lost.",
                    time=in_words(seconds),
                ),
                status=TOO_MANY,
            )


def in_words(seconds: int) -> str:
    """`30 seconds`, `4 minutes`, never too few."""
    unit = next((size for size in (86_400, 3_600, 60) if seconds > 2 * size), 1)
    whole = timedelta(seconds=math.ceil(seconds / unit) * unit)
    return format_timedelta(whole, threshold=3, locale=i18n.current_locale())


def say_when(seconds: int) -> None:
    """Retry-After (RFC 9110, 10.2.3) on the answer to this request."""

    @after_this_request
    def tell(response: Response) -> Response:
        response.headers["Retry-After"] = str(seconds)
        return response


def _turned_away(_error: RateLimitExceeded) -> ResponseReturnValue:
    """The page for whoever `limiter.limit` turns away."""
    limit = limiter.current_limit
    seconds = _seconds_after(limit.reset_at) if limit else 60
    say_when(seconds)
    text = _("Wait %(time)s, then try again.", time=in_words(seconds))
    return render_template("errors/error.html", status=TOO_MANY, title=_("Too many at once"), text=text), TOO_MANY


def _seconds_after(moment: float) -> int:
    """Until then, and not at that very second yet."""
    return max(0, math.floor(moment - time.time())) + 1
