"""Windows: what they say of time where the samples' own times are whole, and where they are not."""

from __future__ import annotations

import time

import pytest

from isocost.records import Clock, Conditions, Sample, Timing, Usage, Window
from isocost.study.generating.metering import Readings
from isocost.study.generating.windows import Moment, OpenWindow

CONDITIONS = Conditions(host={"machine": "here"}, backend="openai")


def _sample(number: int, started: float | None, seconds: float | None) -> Sample:
    return Sample(
        id=str(number), problem_id="P/0", prompt_id=None, params=None, model="m", draw=number, completion="",
        usage=Usage(completion_tokens=10), timing=Timing(clock=Clock.client, started=started, total_seconds=seconds),
    )  # fmt: skip


def _window(begun: Moment, *samples: Sample) -> Window:
    return OpenWindow("m", "0", begun).close(samples, CONDITIONS, Readings(), most_asked=3)


def _ago(seconds: float) -> Moment:
    now = Moment.now()
    return Moment(now.wall - seconds, now.steady - seconds)


def test_overlapping_samples_do_not_add_up() -> None:
    """Three samples of two seconds, side by side: a window of two and a half seconds, in which 2.4 were in flight."""
    begun = _ago(10.0)
    starts = (begun.wall + 1.0, begun.wall + 1.25, begun.wall + 1.5)
    window = _window(begun, *(_sample(number, start, 2.0) for number, start in enumerate(starts)))
    assert window.seconds == pytest.approx(2.5, abs=1e-3)
    assert window.most_in_flight == 3
    assert window.mean_in_flight == pytest.approx(2.4, abs=1e-2)
    assert window.started == starts[0]


def test_a_sample_without_text_does_not_shorten_the_window() -> None:
    """Nobody knows when it was made: the window is then as long as all since the first request, and says so."""
    begun = _ago(10.0)
    window = _window(begun, _sample(0, begun.wall + 8.0, 2.0), _sample(1, begun.wall, None))
    assert 10.0 <= window.seconds < 60.0
    assert window.started == begun.wall
    assert (window.most_in_flight, window.mean_in_flight) == (3, None)
    assert "not every sample says" in window.absent["mean_in_flight"]


def test_a_wall_clock_that_is_set_does_not_stretch_the_window() -> None:
    """An hour that a clock was moved by is in no window."""
    now = Moment.now()
    window = _window(
        Moment(now.wall - 3610.0, now.steady - 10.0),
        _sample(0, now.wall - 3610.0, 2.0),
        _sample(1, time.time() - 2.0, 1.0),
    )
    assert 10.0 <= window.seconds < 60.0
    assert window.absent["mean_in_flight"] == "the wall clock was set while it lasted"
