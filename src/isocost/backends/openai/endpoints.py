"""Several servers of one model, used evenly; one that is gone is left out, and tried again later by one request."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Final

from isocost.backends.openai.body import Dialect
from isocost.backends.openai.governor import Governor

_STRIKES: Final = 5
"""Failures in a row that show a server to be out of order; one without a connection does at once."""
_FIRST_REST: Final = 0.25
_LONGEST_REST: Final = 15.0


class Endpoint:
    """One server, seen from here."""

    def __init__(self, url: str, ceiling: int | None) -> None:
        self.url = url
        self.governor = Governor(ceiling)
        self.dialect = Dialect()
        self.model = ""
        """What it calls the model."""
        self.in_flight = 0
        """Requests on their way."""
        self.writing = 0
        """Those of them whose response has begun."""
        self.sent = 0
        """Requests ever sent."""
        self.rest_until = 0.0
        """It is left alone until then, by the loop's clock."""
        self.on_trial = False
        """Whether it was gone, and has not answered since."""
        self.failure: str | None = None
        """What it failed of last; None while it answers."""
        self._strikes = 0
        self._rests = 0

    def room(self, now: float) -> bool:
        """Whether it can be sent another request."""
        most = 1 if self.on_trial else self.governor.limit
        return now >= self.rest_until and self.in_flight < most

    def answered(self) -> None:
        """It gave a good response."""
        self._strikes = self._rests = 0
        self.on_trial, self.failure = False, None

    def failed(self, text: str, now: float, *, unreachable: bool) -> None:
        """It gave none."""
        self.failure = text
        self._strikes += 1
        if (unreachable or self.on_trial or self._strikes >= _STRIKES) and now >= self.rest_until:
            self.rest_until = now + min(_LONGEST_REST, _FIRST_REST * 2.0 ** min(self._rests, 16))
            self._rests += 1
            self.on_trial = True
            self.governor.restart()

    def pause(self, until: float) -> None:
        """Leave it alone for a while, as it asked for."""
        self.rest_until = max(self.rest_until, until)


class Endpoints:
    """All of them, and who waits for room. Belongs to the loop's thread, but for `capacity`."""

    def __init__(self, endpoints: list[Endpoint]) -> None:
        self.all = endpoints
        self._waiting: deque[asyncio.Future[None]] = deque()

    def capacity(self) -> int:
        """How many requests they take together; at least one."""
        return max(1, sum(1 if one.on_trial else one.governor.limit for one in self.all))

    def out_of_order(self) -> bool:
        """Whether none of them answers."""
        return all(one.on_trial for one in self.all)

    async def take(self) -> Endpoint:
        """The one with the fewest requests on their way, and of those the one asked least; waits until one has room."""
        loop = asyncio.get_running_loop()
        while True:
            now = loop.time()
            free = [one for one in self.all if one.room(now)]
            if free:
                chosen = min(free, key=lambda one: (one.in_flight, one.sent))
                chosen.in_flight += 1
                chosen.sent += 1
                return chosen
            waiting = loop.create_future()
            self._waiting.append(waiting)
            resting = [one.rest_until for one in self.all if one.rest_until > now]
            timer = loop.call_at(min(resting) + 0.001, self.wake) if resting else None
            try:
                await waiting
            finally:
                if timer is not None:
                    timer.cancel()

    def release(self, endpoint: Endpoint) -> None:
        """A request is no longer on its way."""
        endpoint.in_flight -= 1
        self.wake()

    def wake(self) -> None:
        """Let all who wait look again, the longest waiting first."""
        while self._waiting:
            waiting = self._waiting.popleft()
            if not waiting.done():
                waiting.set_result(None)
