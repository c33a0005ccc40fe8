"""Tango's interval, against its definition worked out by brute force, and how often it holds the truth."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from isocost.errors import DomainError
from isocost.metrics.intervals import wilson
from isocost.metrics.paired_score import tango

COUNTS = st.integers(2, 60).flatmap(
    lambda n: st.integers(0, n).flatmap(lambda b: st.tuples(st.just(n), st.just(b), st.integers(0, n - b)))
)


def score_by_search(delta: float, b: int, c: int, n: int) -> float:
    """The score at a difference, its nuisance parameter found by searching for the likeliest one."""

    def surprise(q: float) -> float:
        shares = ((q + delta, b), (q, c), (1.0 - delta - 2.0 * q, n - b - c))
        return -sum(count * math.log(max(share, 1e-300)) for share, count in shares if count)

    low, high = max(0.0, -delta), (1.0 - delta) / 2.0
    q = float(minimize_scalar(surprise, bounds=(low, high), method="bounded", options={"xatol": 1e-12}).x)
    return (b - c - n * delta) / math.sqrt(n * (2.0 * q + delta - delta * delta))


@settings(deadline=None)
@given(COUNTS)
def test_at_the_ends_the_score_test_is_about_to_reject(counts: tuple[int, int, int]) -> None:
    """With the likeliest nuisance parameter found by search, the score is ±z at each end that is not at ±1."""
    n, b, c = counts
    low, high = tango(b, c, n)
    assert -1.0 <= low <= (b - c) / n <= high <= 1.0
    if low > -0.999:
        assert score_by_search(low, b, c, n) == pytest.approx(1.959964, abs=2e-3)
    if high < 0.999:
        assert score_by_search(high, b, c, n) == pytest.approx(-1.959964, abs=2e-3)


@given(COUNTS)
def test_swapping_the_two_turns_the_interval_around(counts: tuple[int, int, int]) -> None:
    """What A leads B by is what B lags A by."""
    n, b, c = counts
    low, high = tango(b, c, n)
    assert tango(c, b, n) == pytest.approx((-high, -low), abs=1e-9)


@pytest.mark.parametrize("n", [1, 10, 164])
def test_without_discordant_problems_it_is_wilsons_limit(n: int) -> None:
    """Nothing that differs: as far to both sides as Wilson's upper limit for none of n."""
    upper = wilson(0, n)[1]
    assert tango(0, 0, n) == pytest.approx((-upper, upper), abs=1e-9)


@pytest.mark.parametrize(("only_a", "only_b"), [(0.05, 0.0), (0.04, 0.01), (0.1, 0.05), (0.01, 0.01)])
def test_it_holds_the_truth_where_few_differ(only_a: float, only_b: float) -> None:
    """Summed over all outcomes of 164 problems, a 95% interval holds the true difference with chance 94 to 97%."""
    n, covered = 164, 0.0
    log_factorial = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, n + 1)))])
    for b in range(50):
        for c in range(35 if only_b else 1):
            rest = n - b - c
            log_chance = log_factorial[n] - log_factorial[b] - log_factorial[c] - log_factorial[rest]
            log_chance += b * math.log(only_a) + rest * math.log(1.0 - only_a - only_b)
            log_chance += c * math.log(only_b) if c else 0.0
            if log_chance > -18.0:
                low, high = tango(b, c, n)
                covered += math.exp(log_chance) * (low <= only_a - only_b <= high)
    assert 0.94 <= covered <= 0.97


@pytest.mark.parametrize(("only_a", "only_b", "n"), [(-1, 0, 5), (3, 3, 5), (0, 0, 0), (1.0, 0, 5)])
def test_counts_that_cannot_be_are_refused(only_a: int, only_b: int, n: int) -> None:
    """More discordant problems than problems, negative and fractional counts are named."""
    with pytest.raises(DomainError, match="expected an integer"):
        tango(only_a, only_b, n)
