"""Fetching somebody else's calendar, from an address that a stranger may have chosen to harm us.

A name is resolved once, and the connection goes to the very address that was looked at: a name that answers otherwise
the second time gains nothing. Every redirect is looked at in the same way. No proxy, cookie or referrer, and nothing
about who asks. Bytes (packed and unpacked) and time have bounds. Only the worker calls this.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import zlib
from contextlib import suppress

from eventkit.calendars.imports.reading.lines import LARGEST
from eventkit.calendars.imports.targets import PUBLIC, Reach, RefusedAddress, Target, redirected, target
from eventkit.deadline import within

SECONDS = 20.0  # for all of it, redirects included
MOST_REDIRECTS = 5
_PIECE = 64 * 1024
_HEADERS = {
    "User-Agent": "eventkit",
    "Accept": "text/calendar, text/plain;q=0.5, */*;q=0.1",
    "Accept-Encoding": "gzip",
    "Connection": "close",
}
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_REASONS = {401: "forbidden", 403: "forbidden", 404: "not_found", 410: "not_found"}


class FetchFailed(Exception):
    """There is no calendar from there. `reason` is a word for the page; `may_pass` says that it may work later."""

    def __init__(self, reason: str, *, may_pass: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.may_pass = reason, may_pass


def fetch(
    address: str, *, reach: Reach = PUBLIC, context: ssl.SSLContext | None = None, seconds: float = SECONDS
) -> bytes:
    """The bytes at an address (http, https or webcal). Raises FetchFailed."""
    exchange = _Exchange(reach, context or ssl.create_default_context(), seconds)
    try:
        return within(seconds, lambda: exchange.follow(address))
    except RefusedAddress as error:
        raise FetchFailed(error.reason) from None
    except TimeoutError:
        raise FetchFailed("too_slow", may_pass=True) from None
    except ssl.SSLCertVerificationError:
        raise FetchFailed("bad_certificate") from None
    except (OSError, http.client.HTTPException, ValueError, zlib.error):
        raise FetchFailed("no_answer", may_pass=True) from None
    finally:
        exchange.hang_up()


class _Exchange:
    """One calendar's fetch, with all its redirects. It can be hung up from another thread."""

    def __init__(self, reach: Reach, context: ssl.SSLContext, seconds: float) -> None:
        self._reach, self._context, self._seconds = reach, context, seconds
        self._socket: socket.socket | None = None
        self._is_over = False

    def follow(self, address: str) -> bytes:
        here = target(address, self._reach)
        for _hop in range(MOST_REDIRECTS + 1):
            found = self._ask(here)
            if isinstance(found, bytes):
                return found
            here = found
        raise FetchFailed("too_many_redirects")

    def hang_up(self) -> None:
        """Ends what may still be read by a thread that was given up."""
        self._is_over = True
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
            self._socket.close()

    def _ask(self, here: Target) -> bytes | Target:
        """What is there, or where it leads."""
        connection = http.client.HTTPConnection(here.host, here.port, timeout=self._seconds)
        connection.sock = self._connect(here)
        try:
            connection.request("GET", here.path, headers={"Host": here.netloc, **_HEADERS})
            response = connection.getresponse()
            if response.status in _REDIRECTS:
                return redirected(here, response.getheader("Location", ""), self._reach)
            if response.status != 200:
                later = response.status >= 500 or response.status in {408, 425, 429}
                raise FetchFailed(_REASONS.get(response.status, "no_answer"), may_pass=later)
            return _body(response)
        finally:
            connection.close()

    def _connect(self, here: Target) -> socket.socket:
        """A connection to an address of the name that may be asked. One that may not refuses all of them."""
        try:
            found = socket.getaddrinfo(here.host, here.port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
        except socket.gaierror as error:
            raise FetchFailed("no_such_host", may_pass=error.errno == socket.EAI_AGAIN) from None
        if not found or not all(self._reach.is_allowed(str(address[0])) for *_rest, address in found):
            raise RefusedAddress("not_public")
        last: OSError = ConnectionError("nobody answers")
        for family, kind, protocol, _name, address in found[:4]:
            if self._is_over:
                break
            try:
                return self._open(socket.socket(family, kind, protocol), address, here)
            except ssl.SSLError:
                raise
            except OSError as error:
                last = error
        raise last

    def _open(self, plain: socket.socket, address: tuple[object, ...], here: Target) -> socket.socket:
        self._socket = plain
        try:
            plain.settimeout(self._seconds)
            plain.connect(address)
            if here.scheme == "https":
                self._socket = self._context.wrap_socket(plain, server_hostname=here.host)
            if self._is_over:
                raise TimeoutError
        except BaseException:
            self._socket.close()
            raise
        return self._socket


def _body(response: http.client.HTTPResponse) -> bytes:
    """The body, unpacked, up to the largest size of a calendar."""
    packing = (response.getheader("Content-Encoding") or "identity").strip().lower()
    if packing not in {"identity", "gzip", "x-gzip"}:
        raise FetchFailed("no_answer")
    unpack = None if packing == "identity" else zlib.decompressobj(16 + zlib.MAX_WBITS)
    kept, arrived = bytearray(), 0
    while piece := response.read1(_PIECE):
        arrived += len(piece)
        kept += unpack.decompress(piece, LARGEST + 1 - len(kept)) if unpack else piece
        if len(kept) > LARGEST or arrived > LARGEST:
            raise FetchFailed("too_large")
    if response.length or (unpack is not None and not unpack.eof):
        raise http.client.IncompleteRead(b"")
    return bytes(kept)
