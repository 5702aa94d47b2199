"""The worker's watch over the mailbox of a site."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from eventkit.mail import imap


@contextmanager
def watched(app: Flask, times: int = 1) -> Iterator[None]:
    """As the worker does it, and put down within a few seconds."""
    stopping = threading.Event()
    threads = [threading.Thread(target=imap.watch, args=(app, stopping)) for _ in range(times)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stopping.set()
        began = time.monotonic()
        for thread in threads:
            thread.join(10)
        assert not [thread for thread in threads if thread.is_alive()]
        assert time.monotonic() - began < 5
