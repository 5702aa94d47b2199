"""What is counted in the memory of a process: as many as are let in, for as long as they count, and no longer."""

import threading

import time_machine
from limits import parse
from limits.strategies import MovingWindowRateLimiter

from eventkit.windows import ProcessMemory

_LIMIT = parse("3 per minute")


def test_a_window_moves_with_what_is_in_it(clock: time_machine.Traveller) -> None:
    limiter = MovingWindowRateLimiter(ProcessMemory())
    assert limiter.hit(_LIMIT, "someone")
    clock.shift(30)
    assert limiter.hit(_LIMIT, "someone")
    assert limiter.hit(_LIMIT, "someone")
    assert not limiter.test(_LIMIT, "someone")
    assert not limiter.hit(_LIMIT, "someone")
    assert limiter.test(_LIMIT, "somebody else")

    clock.shift(31)
    assert limiter.hit(_LIMIT, "someone"), "the first counts no more, and who was turned away was not counted"
    assert not limiter.hit(_LIMIT, "someone")

    limiter.clear(_LIMIT, "someone")
    assert limiter.hit(_LIMIT, "someone")


def test_nothing_is_kept_of_who_is_gone_and_no_thread_is_started_for_who_comes(clock: time_machine.Traveller) -> None:
    memory = ProcessMemory()
    limiter, threads = MovingWindowRateLimiter(memory), set(threading.enumerate())
    for number in range(5):
        limiter.hit(_LIMIT, str(number))
    assert set(threading.enumerate()) <= threads
    clock.shift(61)
    limiter.hit(_LIMIT, "another")
    assert memory.reset() == 1
