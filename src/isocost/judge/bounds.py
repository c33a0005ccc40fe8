"""Bounds on the tests themselves: they are trusted, but the values that they work on are not."""

from __future__ import annotations

import resource
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

TESTS_BYTES = 4 << 30
"""Address space of the judge process while tests run: what they make of a value must not fill the machine."""
_AGAIN_SECONDS = 0.5  # a test may swallow the first alarm


@contextmanager
def bounds(seconds: float, alarm: Callable[[], BaseException]) -> Iterator[None]:
    """Raise what `alarm` gives after so many seconds, and MemoryError where memory runs out; for the main thread.

    Not covered: one long call of a C function. It keeps Python from raising; the pool replaces a judge that is lost
    in one.
    """

    def stop(_number: int, _frame: object) -> None:
        raise alarm()

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = min((limit for limit in (soft, hard) if limit != resource.RLIM_INFINITY), default=TESTS_BYTES)
    signal.signal(signal.SIGALRM, stop)
    resource.setrlimit(resource.RLIMIT_AS, (min(most, TESTS_BYTES), hard))
    signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
