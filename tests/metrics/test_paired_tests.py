"""McNemar's and the sign-flip test: against scipy, against each other and against enumeration."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from isocost.errors import DomainError
from isocost.metrics.paired_tests import mcnemar_exact, sign_flip


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 400), st.integers(0, 400))
def test_mcnemar_is_the_two_sided_binomial_test(only_a: int, only_b: int) -> None:
    """It is scipy's exact binomial test of a fair coin; 1 where no problem is discordant."""
    wanted = stats.binomtest(only_a, only_a + only_b).pvalue if only_a + only_b else 1.0
    assert mcnemar_exact(only_a, only_b) == pytest.approx(float(wanted), rel=1e-9)
    assert mcnemar_exact(only_a, only_b) == mcnemar_exact(only_b, only_a)


def test_mcnemar_holds_for_counts_beyond_floats() -> None:
    """2^d is beyond all floats from d = 1,024 on; the quotient is not."""
    assert 0.0 < mcnemar_exact(4_900, 5_100) < 0.05
    assert mcnemar_exact(5_000, 5_000) == 1.0


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from([-1.0, -0.7, -0.3, -0.1, 0.0, 0.1, 0.2, 0.3, 1.0]), max_size=9))
def test_sign_flip_is_the_share_of_all_patterns(sums: list[float]) -> None:
    """With few clusters p is the share of all sign patterns whose total is at least as far from 0 as the one seen."""
    seen = abs(math.fsum(sums))
    totals = [
        abs(math.fsum(s * x for s, x in zip(signs, sums, strict=True))) for signs in product((1, -1), repeat=len(sums))
    ]
    share = sum(total >= seen - 1e-9 for total in totals) / len(totals)
    p_value, exact = sign_flip(sums, rng=np.random.default_rng(0))
    assert exact
    assert p_value == pytest.approx(share)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 12), st.integers(0, 12), st.integers(0, 5))
def test_sign_flip_of_single_verdicts_is_mcnemar(only_a: int, only_b: int, same: int) -> None:
    """With one sample each, gone through in full, the two tests are one."""
    sums = [1.0] * only_a + [-1.0] * only_b + [0.0] * same
    p_value, exact = sign_flip(sums, rng=np.random.default_rng(0), flips=2**24)
    assert exact
    assert p_value == pytest.approx(mcnemar_exact(only_a, only_b), rel=1e-12)


def test_drawn_patterns_come_near_the_exact_value() -> None:
    """Drawn patterns give p within their own error of scipy's permutation test, and never 0."""
    values = np.random.default_rng(3).normal(0.12, 0.5, size=60)
    drawn, exact = sign_flip(values, rng=np.random.default_rng(4), flips=40_000)
    peer = stats.permutation_test(
        (values,), np.sum, permutation_type="samples", n_resamples=40_000, rng=np.random.default_rng(5)
    ).pvalue
    assert not exact
    assert drawn == pytest.approx(float(peer), abs=5 * math.sqrt(2 * drawn * (1 - drawn) / 40_000))
    assert sign_flip([1.0] * 60, rng=np.random.default_rng(0), flips=1000) == (1 / 1001, False)


def test_order_of_the_clusters_is_of_no_influence() -> None:
    """The same sums in another order give the same p value with the same seed."""
    values = np.random.default_rng(3).normal(0.1, 0.5, size=80)
    backwards = sign_flip(values[::-1], rng=np.random.default_rng(4))
    assert sign_flip(values, rng=np.random.default_rng(4)) == backwards


def test_level_is_kept_under_exchangeability() -> None:
    """Of 400 studies without a true difference, about 5% at most reach p ≤ 0.05 (bound at 3.5 standard errors)."""
    rng = np.random.default_rng(11)
    chances = rng.random((400, 40))
    differences = (rng.binomial(5, chances) - rng.binomial(5, chances)) / 5
    reached = sum(sign_flip(row, rng=rng, flips=400)[0] <= 0.05 for row in differences)
    assert reached <= 400 * 0.05 + 3.5 * math.sqrt(400 * 0.05 * 0.95)


@pytest.mark.parametrize("sums", [[[1.0]], [math.nan, 1.0], [math.inf]])
def test_sums_that_are_none_are_refused(sums: list[float]) -> None:
    """Another shape, or a sum that is not finite, is refused."""
    with pytest.raises(DomainError, match="sums"):
        sign_flip(sums, rng=np.random.default_rng(0))


def test_counts_that_are_none_are_refused() -> None:
    """A negative count, or a share in place of a count, is refused with what was expected."""
    with pytest.raises(DomainError, match="only_b is -1, expected an integer of at least 0"):
        mcnemar_exact(3, -1)
    with pytest.raises(DomainError, match=r"only_a is 0\.5"):
        mcnemar_exact(0.5, 1)  # type: ignore[arg-type]
    with pytest.raises(DomainError, match="flips is 10, expected an integer of at least 100"):
        sign_flip([1.0], rng=np.random.default_rng(0), flips=10)
