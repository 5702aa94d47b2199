"""How a request is let in and how an answer goes out.

Every view says its kind: `@public` (anyone, cacheable, no session), `@by_link` (anyone who holds the link;
never stored), `@requires()` (signed in). The kind and the path agree: only what is under /organize/ has a
session, so a public page cannot set a cookie or vary by one. `tests/architecture/` holds this.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache, wraps
from pathlib import Path
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from flask import Flask, Request, Response, abort, current_app, g, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_limiter import Limiter
from flask_login import current_user
from flask_wtf import CSRFProtect, FlaskForm
from werkzeug.http import parse_date
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map
from wtforms import StringField
from wtforms.validators import ValidationError

from eventkit import i18n, sources, windows
from eventkit.config import Settings

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC = "public"
BY_LINK = "by-link"
SESSION = "session"
SIGNED_IN = "signed-in"

SESSION_PATH = "/organize"
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


class RowNumber(IntegerConverter):
    """A number in a path, no larger than that of a row can be: others are nowhere, and no database need say so."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=2**31 - 1)


csrf = CSRFProtect()
limiter = Limiter(key_func=sources.of_request, default_limits=[], strategy="moving-window", headers_enabled=False)


#: a field that says: show this form again as it was typed, do not act on it yet
RESUMED = "resumed"


class _SentForm(FlaskForm):
    """What a page sent. FlaskForm would take JSON too, whose values need not be texts."""

    class Meta(FlaskForm.Meta):
        def wrap_formdata(self, form: FlaskForm, formdata: Any) -> Any:
            return None if request.is_json else super().wrap_formdata(form, formdata)


class SignedInForm(_SentForm):
    """A form under /organize/. One that comes back after its session had ended is shown before it acts."""

    def validate_on_submit(self, extra_validators: Any = None) -> bool:
        return RESUMED not in request.form and bool(super().validate_on_submit(extra_validators))


class AnonymousForm(_SentForm):
    """A form that holds no authority to steal: no token, no cookie. Its origin is still checked."""

    class Meta(_SentForm.Meta):
        csrf = False


class StrangersForm(AnonymousForm):
    """One that stands on a public page, where machines find it too. Its template shows `trap(form.homepage)`."""

    #: a trap for machines, which fill in whatever there is
    homepage = StringField(_l("Leave this empty"))

    def validate_homepage(self, field: StringField) -> None:
        if field.data:
            raise ValidationError(_("This field is a trap for machines. Leave it empty and send the form again."))


def public(view: View) -> View:
    """Anyone may ask, nobody gets a session, and the answer carries a validator."""
    view.access = PUBLIC  # type: ignore[attr-defined]
    return view


def by_link(view: View) -> View:
    """Whoever holds the link may ask. The answer is for them alone: not stored, not indexed."""
    view.access = BY_LINK  # type: ignore[attr-defined]
    return view


def requires(check: Callable[[Any], bool] | None = None) -> Callable[[View], View]:
    """Signed in, and `check(user)` where given. The signed-out are asked to sign in; who may not gets 403."""

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if not current_user.is_authenticated:
                return cast(Any, current_app).login_manager.unauthorized()
            if check is not None and not check(current_user):
                abort(403)
            return view(*args, **kwargs)

        guarded.access = SIGNED_IN  # type: ignore[attr-defined]
        return cast(View, guarded)

    return mark


def access_of(app: Flask, endpoint: str) -> str | None:
    """The kind of a view. Those that a library brings live under /organize/ and have a session."""
    kind = getattr(app.view_functions[endpoint], "access", None)
    if kind is None and endpoint.startswith("security."):
        return SESSION
    return kind


class SessionUnderOrganize(SecureCookieSessionInterface):
    """Sessions exist under /organize/ only; elsewhere a cookie is neither read nor set."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if not _has_session(request):
            return SecureCookieSession()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: Any, response: Response) -> None:
        if _has_session(request):
            super().save_session(app, session, response)


def init_app(app: Flask, settings: Settings) -> None:
    if settings.trusted_proxies:
        n = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n, x_host=n, x_prefix=0)  # type: ignore[method-assign]
    secure = settings.base_url.startswith("https://")
    app.config.update(
        MAX_CONTENT_LENGTH=2 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        SESSION_COOKIE_NAME="__Host-session" if secure else "session",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_TIME_LIMIT=None,
        RATELIMIT_STORAGE_URI=settings.redis_url or f"{windows.SCHEME}://",
    )
    app.url_map.merge_slashes = False  # that redirect would name whichever Host the request claims
    app.url_map.converters["int"] = RowNumber
    app.session_interface = SessionUnderOrganize()
    csrf.init_app(app)
    limiter.init_app(app)
    app.before_request(_refuse_nul)
    app.before_request(_ignore_impossible_dates)
    app.before_request(_refuse_foreign_posts)
    app.after_request(_finish)
    app.jinja_env.globals.update(asset=asset, external_url=external_url, site_name=settings.site_name)
    app.add_url_rule("/healthz", "healthz", public(_healthz))
    app.view_functions["static"] = public(app.view_functions["static"])


def asset(filename: str, *, hashed: bool = True) -> str:
    """The URL of a static file, the same in every language. With its content's hash it may be kept for a year;
    without, it is the URL by which style sheets name it."""
    version = f"?v={_content_hash(str(current_app.static_folder), filename)}" if hashed else ""
    return f"{i18n.root()}/static/{filename}{version}"


def external_url(endpoint: str, *, language: str | None = None, **values: Any) -> str:
    """An absolute URL under BASE_URL, for mail, calendars and commands; needs no request."""
    parts = urlsplit(current_app.extensions["eventkit.settings"].base_url)
    prefix = parts.path + (f"/{language}" if language else "")
    adapter = current_app.url_map.bind(parts.netloc, script_name=prefix or "/", url_scheme=parts.scheme)
    return adapter.build(endpoint, values, force_external=True)


def _healthz() -> Response:
    return Response("ok\n", mimetype="text/plain")


def _has_session(request: Request) -> bool:
    return request.path == SESSION_PATH or request.path.startswith(SESSION_PATH + "/")


def _refuse_nul() -> None:
    """No text of PostgreSQL has a NUL, so that nothing is where a path has one."""
    if "\0" in request.path:
        abort(404)


def _ignore_impossible_dates() -> None:
    """What is no date does not count (RFC 9110, 13.1.3); at a year that no date has Werkzeug would fail."""
    for name in ("HTTP_IF_MODIFIED_SINCE", "HTTP_IF_RANGE"):
        try:
            parse_date(request.environ.get(name))
        except OverflowError:
            del request.environ[name]


def _refuse_foreign_posts() -> None:
    """A form on another site must not act here (Fetch Metadata, then Origin; absent: no browser page)."""
    if request.method in _SAFE_METHODS:
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in {"same-origin", "none"}:
        abort(403)
    origin = request.headers.get("Origin")
    if origin is not None and origin not in {request.host_url.rstrip("/"), _base_origin()}:
        abort(403)
    if _has_session(request) and request.endpoint is not None and current_app.config.get("WTF_CSRF_ENABLED", True):
        if access_of(current_app, request.endpoint) == SIGNED_IN and not current_user.is_authenticated:
            return  # the view parks what was typed and asks to sign in; nothing else happens
        csrf.protect()


def _base_origin() -> str:
    parts = urlsplit(current_app.extensions["eventkit.settings"].base_url)
    return f"{parts.scheme}://{parts.netloc}"


def _finish(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", _POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), browsing-topics=()")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    kind = access_of(current_app, request.endpoint) if request.endpoint else PUBLIC
    if request.endpoint == "static" and response.status_code < 400:
        # Only under its own name: else somebody could fill a cache with what the next version's name leads to now.
        filename = (request.view_args or {})["filename"]
        if request.args.get("v") == _content_hash(str(current_app.static_folder), filename):
            headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response
    if g.get("language_negotiated") and not i18n.chosen_by_path():
        response.vary.add("Accept-Language")
    if kind != PUBLIC:
        headers["Cache-Control"] = "no-store"
        headers["X-Robots-Tag"] = "noindex"
    elif request.method in {"GET", "HEAD"}:
        # Said of every answer: browsers keep a redirect for good, and a draft that was denied is public tomorrow.
        headers.setdefault("Cache-Control", "public, no-cache" if response.status_code < 400 else "no-store")
        if response.status_code == 200:
            if "ETag" not in headers:
                response.add_etag(weak=True)
            response.make_conditional(request)
    return response


@cache
def _content_hash(folder: str, filename: str) -> str:
    return hashlib.sha256((Path(folder) / filename).read_bytes()).hexdigest()[:12]
