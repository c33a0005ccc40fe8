"""A turn: one model is asked, on all its benchmarks at once, until it is another one's turn; one measured window."""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import Final, NamedTuple

from isocost.backends.backend import Backend, Reply, Request
from isocost.records import Conditions, Sample
from isocost.study.generating.asked import Asked, AskedRun, require_all
from isocost.study.generating.metering import Meter
from isocost.study.generating.spending import Spending
from isocost.study.generating.windows import Moment, OpenWindow

COMMIT_SECONDS: Final = 0.5
"""Longest time for which a sample waits to be written while others come."""
COMMIT_SHARE: Final = 0.1
"""Share of the time that writing may take: where answers come slowly, each is written at once."""


class Step(NamedTuple):
    """Samples were written to the disk."""

    model: str
    """Whose they are."""
    done: int
    """Samples of all runs that are there."""
    total: int
    """Samples of all runs that are wanted."""
    tokens: int
    """Tokens of prompts and completions spent so far, as far as they are known."""
    turn_over: bool
    """Whether the model's turn is over: nothing is in flight, and nobody's clock runs."""


class Pace(NamedTuple):
    """How long a turn lasts where other models wait.

    From the `least` seconds on, and once `flights` times as many were asked for as were in flight at once, it ends with the
    draw that is being asked for; after the `most` seconds it ends anywhere.
    """

    least: float = 2.0
    """The shortest window that energy is read over."""
    flights: float = 16.0
    """At the end of a turn an engine runs empty, which costs it about half the time of one flight."""
    most: float = 120.0
    """What a kill can take from the measured windows, and how far models may drift apart."""
    starts: float = 10.0
    """The seconds are at least this many times those that starting the model took."""

    def of(self, start_seconds: float) -> Pace:
        """The pace of a model that takes so long to start."""
        least = max(self.least, self.starts * start_seconds)
        return self._replace(least=least, most=max(self.most, 4.0 * least))


class Queue:
    """What is still to be asked of one model: all its benchmarks, draw by draw, evenly down each."""

    def __init__(self, runs: Sequence[AskedRun]) -> None:
        self._source = heapq.merge(*(run.todo() for run in runs), key=lambda asked: asked.place)
        self._next: Asked | None = next(self._source, None)

    @property
    def draw(self) -> int | None:
        """Draw of the next one; None where nothing is left."""
        return None if self._next is None else self._next.draw

    def pop(self) -> Asked | None:
        """Take the next one; None where nothing is left."""
        taken = self._next
        if taken is not None:
            self._next = next(self._source, None)
        return taken


class Turn:
    """One turn; `committed` runs it and yields after each batch that is on the disk."""

    def __init__(
        self,
        model: str,
        queue: Queue,
        backend: Backend,
        spending: Spending,
        meter: Meter,
        *,
        pace: Pace,
        others: bool,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`others` says whether other models wait; where none does, only the longest time ends a turn."""
        self._model = model
        self._queue = queue
        self._backend = backend
        self._spending = spending
        self._meter = meter
        self._pace = pace
        self._others = others
        self._clock = clock
        self._in_flight: dict[str, Asked] = {}
        self._most_in_flight = 0
        self._samples: list[Sample] = []
        self._runs: dict[int, AskedRun] = {}
        self._window: OpenWindow | None = None
        self._conditions: Conditions
        self._begun: Moment
        self._committed_at = clock()
        self._commit_seconds = 0.0

    def committed(self) -> Generator[None]:
        """Ask, and yield each time samples were written.

        However it ends, what came whole is written. Raises what the backend raises, and OwnFaultError for a full disk.
        """
        self._conditions = self._backend.conditions()
        self._meter.begin()
        self._begun = Moment.now()
        replies = self._backend.replies(self._requests())
        try:
            for reply in replies:
                self._take(reply)
                if self._due():
                    self._commit()
                    yield
            require_all(self._in_flight, self._model)
        finally:
            close = getattr(replies, "close", None)
            try:
                if close is not None:
                    close()
            finally:
                self._finish()

    def _requests(self) -> Iterator[Request]:
        """Give one request after the other while the turn lasts and no cap is reached."""
        begun, count = self._clock(), 0
        while self._spending.over(len(self._in_flight)) is None:
            asked = self._queue.pop()
            if asked is None:
                return
            self._in_flight[asked.request.id] = asked
            self._most_in_flight = max(self._most_in_flight, len(self._in_flight))
            count += 1
            yield asked.request
            if self._over(self._clock() - begun, count, asked.draw):
                return

    def _over(self, seconds: float, asked: int, draw: int) -> bool:
        if seconds >= self._pace.most:
            return True
        drained = seconds >= self._pace.least and asked >= self._pace.flights * self._most_in_flight
        return self._others and drained and self._queue.draw != draw

    def _take(self, reply: Reply) -> None:
        asked = self._in_flight.pop(reply.id)
        if self._window is None:
            self._window = OpenWindow(self._model, reply.id, self._begun)
        sample = asked.run.take(asked, reply, self._window.id)
        self._runs[id(asked.run)] = asked.run
        self._samples.append(sample)
        self._spending.add(self._model, sample)

    def _due(self) -> bool:
        waited = self._clock() - self._committed_at
        return waited >= min(COMMIT_SECONDS, self._commit_seconds / COMMIT_SHARE)

    def _commit(self) -> None:
        begun = self._clock()
        for run in self._runs.values():
            run.run.commit()
        self._committed_at = self._clock()
        self._commit_seconds = self._committed_at - begun

    def _finish(self) -> None:
        """Write what is whole, and the window over it."""
        readings = self._meter.end()
        if self._window is not None:
            window = self._window.close(self._samples, self._conditions, readings, most_asked=self._most_in_flight)
            for run in self._runs.values():
                run.run.windows.append(window)
            self._commit()
            self._spending.add_window(self._model, window)
