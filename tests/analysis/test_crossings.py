"""Crossings of curves, against walking along them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isocost.analysis.crossings import existing, overtakes, reach
from isocost.errors import DomainError

SHARES = st.lists(st.integers(0, 20).map(lambda n: n / 20), min_size=2, max_size=8)


def _walk(budgets: np.ndarray, height: list[float], step: int = 4000) -> tuple[np.ndarray, np.ndarray]:
    logs = np.union1d(np.linspace(np.log(budgets[0]), np.log(budgets[-1]), step), np.log(budgets))
    return np.exp(logs), np.interp(logs, np.log(budgets), height)


@given(SHARES, st.integers(1, 20))
def test_reach_is_the_first_budget_at_which_the_share_is_there(shares: list[float], twentieths: int) -> None:
    """A walk along the curve finds the same place, or the same absence."""
    share = twentieths / 20
    budgets = np.geomspace(1.0, 100.0, len(shares))
    found = reach(budgets, np.array(shares), share).item()
    walked, height = _walk(budgets, shares)
    there = np.flatnonzero(height >= share - 1e-12)
    if not there.size:
        assert np.isnan(found)
    else:
        assert found == pytest.approx(walked[there[0]], rel=0.01)


@given(st.integers(2, 8).flatmap(lambda n: st.tuples(*[st.lists(st.integers(0, 20), min_size=n, max_size=n)] * 2)))
def test_overtaking_is_the_last_time_the_larger_comes_from_behind(curves: tuple[list[int], list[int]]) -> None:
    """Behind just before, not behind after, ahead at the end; and absent where that never happens."""
    larger, smaller = (np.array(curve) / 20 for curve in curves)
    budgets = np.geomspace(1.0, 100.0, larger.size)
    found = overtakes(budgets, larger, smaller).item()
    gap = larger - smaller
    if gap[-1] <= 0 or not (gap < 0).any():
        assert np.isnan(found)
        return
    walked, height = _walk(budgets, gap.tolist())
    behind = walked[height < -1e-9]
    assert found == pytest.approx(behind[-1], rel=0.01)


def test_draws_are_kept_apart_and_unknown_ends_are_left_out() -> None:
    """Each draw has its own crossing; budgets at which a curve is not known do not count as its end."""
    budgets = np.array([1.0, 10.0, 100.0, 1000.0])
    larger = np.array([[0.0, 0.3, 0.9, np.nan], [0.0, 0.1, 0.2, np.nan]])
    smaller = np.array([[0.2, 0.4, 0.6, np.nan], [0.2, 0.4, 0.6, 0.7]])
    found = overtakes(budgets, larger, smaller)
    assert found[0] == pytest.approx(10 * 10**0.25)
    assert np.isnan(found[1])


def test_an_interval_is_conditional_on_existence() -> None:
    """Ends come from the draws in which it exists; with fewer than 40 of them there is none."""
    draws = np.concatenate([np.linspace(1.0, 2.0, 100), np.full(300, np.nan)])
    crossing = existing(1.5, draws)
    assert crossing.existence == 0.25
    assert crossing.low == pytest.approx(1.025)
    assert crossing.high == pytest.approx(1.975)
    rare = existing(float("nan"), np.concatenate([np.ones(39), np.full(300, np.nan)]))
    assert (rare.value, rare.low, rare.high) == (None, None, None)


def test_a_share_is_no_percentage() -> None:
    """40 instead of 0.4 is named."""
    with pytest.raises(DomainError, match=r"40% is 0\.4"):
        reach(np.array([1.0, 2.0]), np.array([0.0, 1.0]), 40)
