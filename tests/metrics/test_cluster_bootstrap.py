"""The cluster bootstrap: against going through all draws, and what must move together."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isocost.errors import DomainError
from isocost.metrics.cluster_bootstrap import cluster, cluster_mean_draws, cluster_standard_error


def test_draws_have_the_distribution_of_all_draws() -> None:
    """The mean and spread of many draws are those of every draw there is, clusters whole, strata apart."""
    ids, strata = ["a", "a", "b", "c", "d", "e", "e", "e"], ["x", "x", "x", "x", "y", "y", "y", "y"]
    values = np.array([0.1, 0.9, 0.4, 1.0, 0.0, 0.2, 0.3, 1.0])
    members = {i: [j for j, other in enumerate(ids) if other == i] for i in set(ids)}
    every = []
    for x_part, y_part in product(product("abc", repeat=3), product("de", repeat=2)):
        picked = [j for i in (*x_part, *y_part) for j in members[i]]
        every.append(values[picked].mean())
    drawn = cluster_mean_draws(values, cluster(ids, strata), rng=np.random.default_rng(1), draws=40_000)
    assert set(np.round(drawn, 9)) <= set(np.round(every, 9))
    assert drawn.mean() == pytest.approx(np.mean(every), abs=0.004)
    assert drawn.std() == pytest.approx(np.std(every), abs=0.003)


def test_columns_move_together() -> None:
    """The difference of two columns' draws is the draws of their difference: that is what pairs them."""
    rng = np.random.default_rng(2)
    table, groups = rng.random((50, 2)), cluster([f"p{i // 2}" for i in range(50)])
    both = cluster_mean_draws(table, groups, rng=np.random.default_rng(3), draws=300)
    one = cluster_mean_draws(table[:, 0] - table[:, 1], groups, rng=np.random.default_rng(3), draws=300)
    assert (both[:, 0] - both[:, 1]).tolist() == pytest.approx(one.tolist(), abs=1e-12)


def test_order_and_blocks_are_of_no_influence() -> None:
    """Problems in another order give the same draws; so do draws made in one block or in several."""
    rng = np.random.default_rng(4)
    ids = [f"p{i}" for i in range(2000)]
    values, order = rng.random(2000), rng.permutation(2000)
    first = cluster_mean_draws(values, cluster(ids), rng=np.random.default_rng(5), draws=1200)
    shuffled = cluster([ids[i] for i in order])
    again = cluster_mean_draws(values[order], shuffled, rng=np.random.default_rng(5), draws=1200)
    assert first.tolist() == again.tolist()
    fewer = cluster_mean_draws(values, cluster(ids), rng=np.random.default_rng(5), draws=10)
    assert fewer.tolist() == pytest.approx(first[:10].tolist(), abs=1e-12)


@settings(deadline=None)
@given(st.lists(st.floats(0.0, 1.0), min_size=2, max_size=30))
def test_standard_error_without_clusters_is_the_textbook_one(values: list[float]) -> None:
    """One problem in each cluster: √(s²/n)."""
    error = cluster_standard_error(values, cluster([str(i) for i in range(len(values))]))
    assert error == pytest.approx(np.std(values, ddof=1) / np.sqrt(len(values)), abs=1e-12)


def test_standard_error_with_clusters_is_the_published_sum() -> None:
    """One stratum: the sum over all pairs of a cluster (Miller, eq. 4), times m/(m − 1)."""
    rng = np.random.default_rng(6)
    ids = [f"p{i}" for i in rng.integers(12, size=40)]
    values = rng.random(40)
    centred = values - values.mean()
    pairs = sum(centred[i] * centred[j] for i in range(40) for j in range(40) if ids[i] == ids[j])
    m = len(set(ids))
    assert cluster_standard_error(values, cluster(ids)) == pytest.approx(np.sqrt(pairs * m / (m - 1)) / 40)
    assert cluster_standard_error([0.5], cluster(["a"])) is None


def test_what_cannot_be_grouped_is_refused() -> None:
    """No problems, a base id in two benchmarks, or values of other problems are refused."""
    with pytest.raises(DomainError, match="0 base ids and 0 strata"):
        cluster([])
    with pytest.raises(DomainError, match="base id 'a' is in strata 'x' and 'y', expected one"):
        cluster(["a", "a"], ["x", "y"])
    with pytest.raises(DomainError, match="1 base ids and 2 strata"):
        cluster(["a"], ["x", "y"])
    with pytest.raises(DomainError, match="values has shape \\(3,\\), expected 2 problems"):
        cluster_mean_draws([1, 2, 3], cluster(["a", "b"]), rng=np.random.default_rng(0), draws=10)
    with pytest.raises(DomainError, match="values has shape"):
        cluster_standard_error([1, 2, 3], cluster(["a", "b"]))
