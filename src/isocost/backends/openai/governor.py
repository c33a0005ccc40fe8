"""How many requests a server is given at once: as many as it takes, found by trying.

Slow start: the number doubles from round to round until the first refusal (429 or 503). Then additive increase: one more
each round. A refusal is a multiplicative decrease, to half, but not below what the server is writing at that moment: that
much it does take. One round is cut once, however many of its requests were refused.

A server that refuses nothing and lets all wait in a queue is seen by its replies: they wait for longer than they are
written, and far longer than the quickest did. Then the number goes down again, slowly, to about twice what it works on.
"""

from __future__ import annotations

import math
from typing import Final

START: Final = 4
MOST: Final = 256
"""Most at once where nobody says how many."""
_QUEUE_FACTOR: Final = 3.0
_LEAST_WAIT: Final = 0.05


class Governor:
    """The number for one server."""

    def __init__(self, ceiling: int | None = None) -> None:
        self._heeds_queue = ceiling is None
        self._ceiling = MOST if ceiling is None else ceiling
        self._limit = float(min(START, self._ceiling))
        self._slow_start = True
        self._quickest = math.inf
        self._most_used = 0
        self._since = 0
        self.round = 0
        """Counts the cuts; a request carries the round it was sent in."""

    @property
    def limit(self) -> int:
        """Most requests at once, now."""
        return int(self._limit)

    def lower_ceiling(self, slots: int) -> None:
        """Take a server's word for how many it works on at once."""
        self._ceiling = max(1, min(self._ceiling, slots))
        self._limit = min(self._limit, self._ceiling)

    def finished(self, in_flight: int, ttft: float | None, total: float | None) -> None:
        """A reply came whole, `in_flight` being on their way then, itself among them."""
        if ttft is not None and total is not None and self._heeds_queue:
            self._quickest = min(self._quickest, ttft)
            if ttft > max(total / 2, _QUEUE_FACTOR * self._quickest, _LEAST_WAIT):
                self._slow_start = False
                self._limit = max(1.0, self._limit - 1 / self._limit)
                return
        # Who does not use what there is needs no more. What was used is the most of this round: replies come in bursts, and
        # while one lasts, less is on its way.
        self._most_used = max(self._most_used, in_flight)
        self._since += 1
        if self._slow_start and 2 * self._most_used > self.limit:
            self._limit = min(self._ceiling, self._limit + 1.0)
        elif self._most_used >= self.limit:
            self._limit = min(self._ceiling, self._limit + 1 / self._limit)
        if self._since >= self.limit:
            self._since = self._most_used = 0

    def refused(self, sent_in_round: int, writing: int) -> None:
        """The server refused a request, while it was writing `writing` others."""
        if sent_in_round == self.round:
            self.round += 1
            self._slow_start = False
            self._limit = max(1.0, min(self._limit, max(writing, self._limit / 2)))

    def restart(self) -> None:
        """Begin anew: the server was gone."""
        self._limit, self._slow_start = 1.0, True
