"""rank-score@k: against enumeration of subsets and of orders, exact fractions, and what it must be at its ends."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isocost.errors import DomainError
from isocost.metrics.pass_at_k import pass_at_k
from isocost.metrics.rank_score import rank_score


@st.composite
def samples(draw: st.DrawFn, most: int = 7) -> tuple[list[int], list[int], int]:
    """Scores with many ties, verdicts, and k."""
    n = draw(st.integers(1, most))
    scores = draw(st.lists(st.integers(0, 3), min_size=n, max_size=n))
    passed = draw(st.lists(st.integers(0, 1), min_size=n, max_size=n))
    return scores, passed, draw(st.integers(1, n))


def as_published(passed: list[int], k: int) -> Fraction:
    """The paper's eq. 4 in whole numbers, for verdicts sorted best first."""
    n = len(passed)
    terms = (math.comb(n - i, k - 1) * passed[i - 1] for i in range(1, n - k + 2))
    return Fraction(sum(terms), math.comb(n, k))


@settings(deadline=None, max_examples=80)
@given(samples(most=6))
def test_ties_are_the_average_over_all_orders_of_the_tied(case: tuple[list[int], list[int], int]) -> None:
    """It is the published formula, averaged over every order that agrees with the scores."""
    scores, passed, k = case
    n = len(scores)
    orders = [o for o in permutations(range(n)) if all(scores[o[i]] >= scores[o[i + 1]] for i in range(n - 1))]
    mean = sum((as_published([passed[i] for i in order], k) for order in orders), Fraction(0)) / len(orders)
    assert float(rank_score(scores, passed, k)) == pytest.approx(float(mean), rel=1e-13, abs=1e-15)


@settings(deadline=None, max_examples=150)
@given(samples())
def test_equals_choosing_the_best_of_every_subset(case: tuple[list[int], list[int], int]) -> None:
    """It is the share of k-subsets whose best sample passes, one of those tied at the top being taken at random."""
    scores, passed, k = case
    total = Fraction(0)
    subsets = list(combinations(range(len(scores)), k))
    for subset in subsets:
        top = [i for i in subset if scores[i] == max(scores[j] for j in subset)]
        total += Fraction(sum(passed[i] for i in top), len(top))
    assert float(rank_score(scores, passed, k)) == pytest.approx(float(total / len(subsets)), rel=1e-13, abs=1e-15)


@settings(deadline=None)
@given(samples(most=40))
def test_between_no_selector_and_an_oracle(case: tuple[list[int], list[int], int]) -> None:
    """Verdicts as scores give pass@k; equal scores, or k = 1, give c/n; the worst selector gives what is left over."""
    scores, passed, k = case
    n, c = len(passed), sum(passed)
    oracle = pass_at_k(n, c, k)
    value = float(rank_score(scores, passed, k))
    assert float(rank_score(passed, passed, k)) == pytest.approx(oracle, abs=1e-13)
    assert float(rank_score([7] * n, passed, k)) == pytest.approx(c / n, abs=1e-13)
    assert float(rank_score(scores, passed, 1)) == pytest.approx(c / n, abs=1e-13)
    assert 1.0 - pass_at_k(n, n - c, k) - 1e-13 <= value <= oracle + 1e-13


@pytest.mark.parametrize(("n", "k"), [(2000, 1), (2000, 2), (2000, 1000), (2000, 1999), (2000, 2000), (1500, 37)])
def test_is_exact_for_large_n(n: int, k: int) -> None:
    """Up to n = 2,000 it is within 1e-12, relative, of the exact fraction, where binomials are beyond all floats."""
    rng = np.random.default_rng(n + k)
    passed = (rng.random(n) < 0.01).astype(int)
    passed[-1] = 1
    exact = as_published(passed.tolist(), k)
    value = Fraction(float(rank_score(-np.arange(n), passed, k)))
    assert abs(value - exact) <= Fraction(1, 10**12) * exact


def test_a_table_is_each_problem_by_itself() -> None:
    """Problems in a table, each with k of its own or with a k for each budget, are what each is alone."""
    rng = np.random.default_rng(5)
    scores, passed = rng.integers(4, size=(6, 9)), rng.integers(2, size=(6, 9))
    ks = rng.integers(1, 10, size=(6, 4))
    table = rank_score(scores, passed, ks)
    assert table.shape == (6, 4)
    for i in range(6):
        assert rank_score(scores[i], passed[i], ks[i]).tolist() == pytest.approx(table[i].tolist(), abs=1e-15)
    assert rank_score(scores, passed, ks[:, 0]).tolist() == table[:, 0].tolist()
    assert rank_score(scores, passed, 3).shape == (6,)
    assert rank_score(scores[0], passed[0], 3).shape == ()


def test_order_of_the_samples_is_of_no_influence() -> None:
    """Samples in another order give the same value, ties or not."""
    rng = np.random.default_rng(6)
    scores, passed = rng.integers(3, size=30), rng.integers(2, size=30)
    order = rng.permutation(30)
    assert float(rank_score(scores, passed, 7)) == pytest.approx(float(rank_score(scores[order], passed[order], 7)))


@pytest.mark.parametrize(
    ("scores", "passed", "k", "says"),
    [
        ([1, 2], [0, 1], 3, "rank-score@k: k is 3, expected an integer from 1 to n = 2;"),
        ([1, 2], [0, 1], 0, "rank-score@k: k is 0, expected"),
        ([1, 2], [0, 1], 1.0, "rank-score@k: k has dtype float64, expected integers;"),
        ([1, 2], [0, 2], 1, "rank-score@k: a verdict is 2, expected 0 or 1;"),
        ([1, math.nan], [0, 1], 1, "rank-score@k: a score is nan, expected a number;"),
        ([1, 2], [0], 1, "rank-score@k: scores has shape (2,) and passed (1,), expected the same"),
        ([], [], 1, "rank-score@k: scores has shape (0,)"),
        ([[1, 2], [1, 2]], [[0, 1], [1, 1]], [1, 1, 1], "rank-score@k: k has shape (3,), expected (), (2,)"),
    ],
)
def test_outside_the_domain_is_refused(scores: object, passed: object, k: object, says: str) -> None:
    """What is no table of scores, verdicts or k is refused in one line."""
    with pytest.raises(DomainError) as caught:
        rank_score(scores, passed, k)  # type: ignore[arg-type]
    assert str(caught.value).startswith(says)
    assert "\n" not in str(caught.value)
