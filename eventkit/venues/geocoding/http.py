"""HTTP for geopy that trusts nobody: an answer has a largest size, and all of it has one deadline."""

from __future__ import annotations

import json
from functools import cached_property
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPSHandler, OpenerDirector, ProxyHandler, Request, build_opener

from geopy.adapters import AdapterHTTPError, BaseSyncAdapter
from geopy.exc import GeocoderParseError, GeocoderServiceError, GeocoderTimedOut, GeocoderUnavailable

from eventkit.deadline import within

LARGEST_ANSWER = 1024 * 1024  # bytes; five places are some 5 kB


class BoundedAdapter(BaseSyncAdapter):
    """Gets JSON with urllib, through the system's proxies where set. All of the exchange has one deadline."""

    def __init__(self, *, proxies: Any, ssl_context: Any) -> None:
        super().__init__(proxies=proxies, ssl_context=ssl_context)
        self._proxies, self._ssl_context = proxies, ssl_context

    @cached_property
    def _opener(self) -> OpenerDirector:
        return build_opener(HTTPSHandler(context=self._ssl_context), ProxyHandler(self._proxies))

    def get_json(self, url: str, *, timeout: float, headers: dict[str, str]) -> Any:
        text = self.get_text(url, timeout=timeout, headers=headers)
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            raise GeocoderParseError("the answer is not JSON") from None

    def get_text(self, url: str, *, timeout: float, headers: dict[str, str]) -> str:
        try:
            return within(timeout, lambda: self._get(url, timeout, headers))
        except AdapterHTTPError:
            raise
        except TimeoutError as error:
            raise GeocoderTimedOut(f"no answer within {timeout} s") from error
        except (OSError, HTTPException) as error:
            raise GeocoderUnavailable(type(error).__name__) from error

    def _get(self, url: str, timeout: float, headers: dict[str, str]) -> str:
        try:
            with self._opener.open(Request(url, headers=headers), timeout=timeout) as page:  # noqa: S310
                body: bytes = page.read(LARGEST_ANSWER + 1)
        except HTTPError as error:
            with error:
                told = {name.lower(): value for name, value in error.headers.items()}
                raise AdapterHTTPError(str(error), status_code=error.code, headers=told, text="") from None
        if len(body) > LARGEST_ANSWER:
            raise GeocoderServiceError(f"the answer is longer than {LARGEST_ANSWER} bytes")
        try:
            return body.decode()
        except UnicodeDecodeError:
            raise GeocoderParseError("the answer is not UTF-8") from None
