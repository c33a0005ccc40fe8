"""Sharing a window's device time: equal to what counting moment by moment gives, and adding up to it."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isocost.cost.device_time import device_time
from isocost.errors import DomainError

SPANS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 12), st.integers(0, 12)), min_size=1, max_size=12)
"""Start, time to the first token, and time after it, of each sample, in whole moments."""


@given(spans=SPANS, devices=st.integers(1, 4), since=st.sampled_from([0.0, 1.7e9]))
def test_shares_are_what_counting_gives(spans: list[tuple[int, int, int]], devices: int, since: float) -> None:
    """Each moment is divided among the samples in flight in it; the shares add up to the moments in which one was."""
    prompt, completion = [Fraction(0)] * len(spans), [Fraction(0)] * len(spans)
    busy = 0
    for moment in range(60):
        flying = [place for place, (start, read, wrote) in enumerate(spans) if start <= moment < start + read + wrote]
        busy += bool(flying)
        for place in flying:
            part = prompt if moment < spans[place][0] + spans[place][1] else completion
            part[place] += Fraction(devices, len(flying))
    starts = [since + start for start, _, _ in spans]
    firsts = [since + start + read for start, read, _ in spans]
    ends = [since + start + read + wrote for start, read, wrote in spans]
    found = device_time(starts, firsts, ends, devices)
    assert found.prompt.tolist() == pytest.approx([float(one) for one in prompt], abs=1e-9)
    assert found.completion.tolist() == pytest.approx([float(one) for one in completion], abs=1e-9)
    assert float(found.prompt.sum() + found.completion.sum()) == pytest.approx(devices * busy)


def test_a_first_token_outside_its_span_is_taken_as_the_nearer_end() -> None:
    """Clocks that disagree by a little do not make negative shares."""
    assert device_time([1.0], [0.5], [3.0]).completion.tolist() == [2.0]
    assert device_time([1.0], [9.0], [3.0]).prompt.tolist() == [2.0]


def test_times_that_make_no_sense_are_refused() -> None:
    """An end before its start, a time that is no number, no device; no sample at all is fine."""
    for times in (([1.0], [1.0], [0.0]), ([float("nan")], [0.0], [1.0]), ([0.0], [float("inf")], [1.0])):
        with pytest.raises(DomainError, match="ends before it starts, or a time is no number"):
            device_time(*times)
    with pytest.raises(DomainError, match="devices is 0"):
        device_time([0.0], [0.0], [1.0], 0)
    assert device_time([], [], []).prompt.size == 0
