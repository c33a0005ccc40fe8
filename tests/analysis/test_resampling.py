"""The paired cluster bootstrap, against counting by hand."""

from __future__ import annotations

import itertools
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isocost.analysis.resampling import cluster_weights, means, percentile_interval, share_interval
from isocost.errors import DomainError


@given(st.lists(st.sampled_from(["HumanEval", "MBPP", "Own"]), min_size=1, max_size=30), st.integers(0, 2**32 - 1))
def test_each_draw_takes_as_many_of_each_benchmark_as_there_are(strata: list[str], seed: int) -> None:
    """A draw's counts are whole, not negative, and add up to the size of each stratum."""
    weights = cluster_weights(strata, rng=np.random.default_rng(seed), draws=20)
    assert (weights >= 0).all()
    assert (weights == np.round(weights)).all()
    for name, size in Counter(strata).items():
        members = [place for place, stratum in enumerate(strata) if stratum == name]
        assert (weights[:, members].sum(axis=1) == size).all()


def test_draws_are_as_likely_as_all_ways_to_pick() -> None:
    """Counts of three problems come as often as enumerating all 27 ways to pick three of them says."""
    weights = cluster_weights(["HumanEval"] * 3, rng=np.random.default_rng(7), draws=200_000)
    seen = Counter(map(tuple, weights.astype(int).tolist()))
    wanted = Counter(
        tuple(picks.count(problem) for problem in range(3)) for picks in itertools.product(range(3), repeat=3)
    )
    for counts, ways in wanted.items():
        assert seen[counts] / 200_000 == pytest.approx(ways / 27, abs=0.005)


@given(st.integers(1, 12), st.integers(1, 4), st.integers(0, 2**32 - 1))
def test_weighing_is_picking(problems: int, columns: int, seed: int) -> None:
    """The weighted mean equals the mean of the rows that the draw picked."""
    rng = np.random.default_rng(seed)
    values = rng.random((problems, columns, 2))
    weights = cluster_weights(["A"] * problems, rng=rng, draws=5)
    drawn = means(values, weights)
    for draw in range(5):
        picks = np.repeat(np.arange(problems), weights[draw].astype(int))
        assert np.allclose(drawn[draw], values[picks].mean(axis=0))


def test_percentiles_need_enough_draws_and_a_level() -> None:
    """At 95% fewer than 40 draws leave the tails empty; a level of 95 is a slip of the pen."""
    with pytest.raises(DomainError, match="an integer of at least 40"):
        percentile_interval(np.zeros((39, 1)))
    with pytest.raises(DomainError, match="between 0 and 1"):
        percentile_interval(np.zeros((100, 1)), 95)
    with pytest.raises(DomainError, match="0 base problems"):
        cluster_weights([], rng=np.random.default_rng(0))


def test_a_share_without_spread_has_an_interval_of_some_width() -> None:
    """At 0% and 100% the interval is Wilson's; elsewhere it is the percentiles of the draws."""
    draws = np.column_stack([np.zeros(100), np.ones(100), np.linspace(0.4, 0.6, 100)])
    low, high = share_interval(np.array([0.0, 1.0, 0.5]), draws, 164)
    assert low[0] == 0.0
    assert 0.0 < high[0] < 0.03
    assert 0.97 < low[1] < 1.0
    assert (low[2], high[2]) == pytest.approx((0.405, 0.595))
