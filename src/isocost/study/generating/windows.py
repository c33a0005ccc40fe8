"""Windows: the stretch of time in which one model wrote, made of its samples' own times and of what a meter read.

A window's samples may be of several benchmarks, for a model is asked all of them at once; the window then stands in each of
these runs. A sample whose window is not in its run was made in one that a kill cut short.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Final, NamedTuple, Self

import msgspec

from isocost.records import Conditions, Sample, Window
from isocost.store import host
from isocost.store.hashing import content_id
from isocost.study.generating.metering import Readings

CLOCK_SET_SECONDS: Final = 0.5
"""The wall clock and the one that nobody sets may drift so far apart in a window; further, and the former was set."""


class Moment(NamedTuple):
    """A moment by two clocks."""

    wall: float
    """Seconds since 1970, UTC."""
    steady: float
    """Seconds of a clock that nobody sets."""

    @classmethod
    def now(cls) -> Self:
        """This one."""
        return cls(time.time(), time.monotonic())


class OpenWindow:
    """A window that goes on since `begun`, when nothing was asked yet."""

    def __init__(self, model: str, first_sample: str, begun: Moment) -> None:
        self._begun = begun
        self.id = content_id(["window", model, first_sample, begun.wall])
        """Its id, which samples carry before it is over."""

    def close(
        self, samples: Sequence[Sample], conditions: Conditions, readings: Readings, *, most_asked: int
    ) -> Window:
        """Make the record.

        Times are the samples' own where all have them, else those of our own clock since it began; then `most_asked`, the
        number of requests that were out at once, stands for that of samples in flight.
        """
        now = Moment.now()
        own = now.steady - self._begun.steady
        was_set = abs(now.wall - self._begun.wall - own) > CLOCK_SET_SECONDS
        spans = None if was_set else _spans(samples)
        absent = dict(readings.absent)
        mean = None
        started, seconds, most = self._begun.wall, own, None
        if spans is not None:
            started = min(start for start, _ in spans)
            seconds = max(end for _, end in spans) - started
            most = _most_at_once(spans)
        if spans is None or seconds <= 0.0:
            untold = "not every sample says when it was made, and how long that took"
            absent["mean_in_flight"] = "the wall clock was set while it lasted" if was_set else untold
        else:
            mean = sum(end - start for start, end in spans) / seconds
        written = [None if sample.usage is None else sample.usage.completion_tokens for sample in samples]
        tokens = None if None in written else sum(count for count in written if count is not None)
        if tokens is None:
            absent["completion_tokens"] = "not every sample says how many it has"
        if not conditions.host:
            conditions = msgspec.structs.replace(conditions, host=host.describe())
        return Window(
            id=self.id, started=started, seconds=seconds, samples=len(samples), conditions=conditions,
            completion_tokens=tokens, most_in_flight=most or most_asked, mean_in_flight=mean,
            memory_bytes=readings.memory_bytes, memory_scope=readings.memory_scope, joules=readings.joules,
            energy_scope=readings.energy_scope, steal_share=readings.steal_share, spin_seconds=readings.spin_seconds,
            clocks_mhz=readings.clocks_mhz, absent=absent,
        )  # fmt: skip


def _spans(samples: Sequence[Sample]) -> list[tuple[float, float]] | None:
    """Start and end of each sample, by the wall clock; None where one does not say them."""
    spans = []
    for sample in samples:
        timing = sample.timing
        if timing is None or timing.started is None or timing.total_seconds is None:
            return None
        spans.append((timing.started, timing.started + timing.total_seconds))
    return spans or None


def _most_at_once(spans: list[tuple[float, float]]) -> int:
    """Most spans that overlap; one that ends as another begins does not overlap it."""
    events = sorted([(end, -1) for _, end in spans] + [(start, 1) for start, _ in spans])
    now = most = 0
    for _, change in events:
        now += change
        most = max(most, now)
    return max(most, 1)
