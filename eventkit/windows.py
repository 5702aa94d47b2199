"""Where limits are counted as long as there is no Redis: in the memory of this process.

The storage that comes with `limits` starts a thread for nearly each request, which looks at everybody who was counted:
that costs most when most come. This one forgets once in a while, within a request, and keeps nothing of who is gone.
"""

from __future__ import annotations

import threading
import time
from collections import deque

from limits.storage import MemoryStorage

SCHEME = "process"

#: seconds between two times that everything is looked at
_FORGETS_EVERY = 60


class ProcessMemory(MemoryStorage):
    """Counts of moving windows, the only ones that are used here."""

    STORAGE_SCHEME = [SCHEME]  # noqa: RUF012 - as its class has it

    def __init__(self, uri: str | None = None, wrap_exceptions: bool = False, **_options: str) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions)
        self._lock = threading.Lock()
        #: by key, when each was counted (seconds since 1970), the oldest first, and when the last one's time ends
        self._counted: dict[str, deque[float]] = {}
        self._ends: dict[str, float] = {}
        self._forgot_at = 0.0

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Counts so many; False, and nothing is counted, where there is no room in the last `expiry` seconds."""
        now = time.time()
        with self._lock:
            self._forget(now)
            counted = self._lately(key, now - expiry)
            if len(counted) + amount > limit:
                return False
            counted.extend([now] * amount)
            self._counted[key], self._ends[key] = counted, now + expiry
            return True

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        """When the oldest was counted that still counts, and how many do."""
        now = time.time()
        with self._lock:
            counted = self._lately(key, now - expiry)
            return (counted[0], len(counted)) if counted else (now, 0)

    def clear(self, key: str) -> None:
        with self._lock:
            self._counted.pop(key, None)
            self._ends.pop(key, None)

    def reset(self) -> int | None:
        with self._lock:
            number = len(self._counted)
            self._counted.clear()
            self._ends.clear()
        return number

    def _lately(self, key: str, since: float) -> deque[float]:
        counted = self._counted.get(key) or deque()
        while counted and counted[0] <= since:
            counted.popleft()
        return counted

    def _forget(self, now: float) -> None:
        if now - self._forgot_at < _FORGETS_EVERY:
            return
        self._forgot_at = now
        for key in [key for key, end in self._ends.items() if end <= now]:
            del self._counted[key], self._ends[key]
