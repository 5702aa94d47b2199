"""Waiting for what may never come to an end by itself."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

Result = TypeVar("Result")


def within(seconds: float, call: Callable[[], Result]) -> Result:
    """The result of `call`; raises TimeoutError when there is none in time.

    A server that sends a byte now and then keeps within every socket timeout, and resolving a name has none:
    so it happens in a thread that is given up at the deadline, and ends by itself later.
    """
    result: Future[Result] = Future()

    def run() -> None:
        try:
            result.set_result(call())
        except BaseException as error:
            result.set_exception(error)

    threading.Thread(target=run, name="deadline", daemon=True).start()
    return result.result(timeout=seconds)
