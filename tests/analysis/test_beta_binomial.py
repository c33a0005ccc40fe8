"""The Beta of solve rates: against scipy's likelihood and maximiser, at its boundaries, and under weights."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.special import betaln, expit
from scipy.stats import betabinom

from isocost.analysis.beta_binomial import LEAST_TOTAL, MOST_TOTAL, Boundary, fit_beta_binomial
from isocost.errors import DomainError


def log_likelihood(n: np.ndarray, c: np.ndarray, weights: np.ndarray, a: float, b: float) -> float:
    """Of the weighted tallies, with the coefficients, by scipy."""
    return float((weights * betabinom.logpmf(c, n, a, b)).sum())


@st.composite
def tallies(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Problems with 1 to 30 samples, not all of them one, and weights as a draw of the bootstrap has."""
    n = draw(st.lists(st.integers(1, 30), min_size=4, max_size=25))
    assume(max(n) > 1)
    c = [draw(st.integers(0, samples)) for samples in n]
    weights = [draw(st.integers(0, 4)) for _ in n]
    assume(sum(weights) > 0)
    return np.array(n), np.array(c), np.array(weights, dtype=float)


@settings(deadline=None, max_examples=100)
@given(tallies())
def test_no_other_place_is_likelier(data: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    """The simplex of scipy on scipy's own likelihood finds nothing higher from three starts, whether or not inside."""
    n, c, weights = data
    fit = fit_beta_binomial(n, c, weights)
    assume(int(fit.boundary) not in {Boundary.unanimous, Boundary.one_sample})
    best = log_likelihood(n, c, weights, float(fit.a), float(fit.b))
    for start in ([0.0, 0.0], [2.0, 3.0], [-2.0, -1.0]):
        found = minimize(
            lambda log: -log_likelihood(n, c, weights, *np.exp(np.clip(log, -12.0, 12.0))), start, method="Nelder-Mead"
        )
        assert -found.fun <= best + 1e-3  # a + b ends at MOST_TOTAL, where scipy's gamma functions have lost digits
    if fit.exists and float(fit.a + fit.b) < 100:
        start = [np.log(float(fit.a)) + 0.2, np.log(float(fit.b)) - 0.2]
        found = minimize(
            lambda log: -log_likelihood(n, c, weights, *np.exp(log)),
            start,
            method="Nelder-Mead",
            options={"xatol": 1e-8, "fatol": 1e-12, "maxiter": 2000},
        )
        assert -found.fun == pytest.approx(best, abs=1e-7)
        assert np.exp(found.x) == pytest.approx([float(fit.a), float(fit.b)], rel=1e-2)


def test_no_place_of_a_wide_grid_is_likelier() -> None:
    """Over 2,400 sparse weightings of 8 sets of tallies, always-or-never ones among them, a grid finds nothing higher."""
    rng = np.random.default_rng(1)
    mean, total = (grid.ravel() for grid in np.meshgrid(expit(np.linspace(-8, 8, 41)), np.exp(np.linspace(-8, 13, 43))))
    a, b = (mean * total)[:, np.newaxis], ((1 - mean) * total)[:, np.newaxis]
    for most in (2, 2, 5, 5, 12, 12, 60, 60):
        n = rng.integers(2, most + 1, size=12)
        n[:2] = 1
        c = np.where(rng.random(12) < 0.5, rng.choice([0, 1], size=12) * n, rng.integers(0, n + 1))
        weights = (rng.integers(0, 5, size=(300, 12)) * (rng.random((300, 12)) < 0.4)).astype(float)
        weights = weights[weights.sum(axis=1) > 0]
        fit = fit_beta_binomial(n, c, weights)
        grid = (weights @ (betaln(a + c, b + n - c) - betaln(a, b)).T).max(axis=1)
        at, bt = fit.a[:, np.newaxis], fit.b[:, np.newaxis]
        ours = (weights * (betaln(at + c, bt + n - c) - betaln(at, bt))).sum(axis=1)
        estimated = np.isin(fit.boundary, (Boundary.none, Boundary.binomial, Boundary.all_or_nothing))
        assert (ours - grid)[estimated].min() > -1e-3


def test_recovers_the_beta_it_was_drawn_from() -> None:
    """Over 400 simulated benchmarks of 378 problems with 10 samples the median estimates are within 5% of the truth."""
    rng = np.random.default_rng(11)
    for a, b in ((0.4, 0.9), (0.2, 2.0), (3.0, 1.5)):
        fits = [fit_beta_binomial(np.full(378, 10), rng.binomial(10, rng.beta(a, b, size=378))) for _ in range(400)]
        assert all(bool(fit.exists) for fit in fits)
        assert float(np.median([fit.a for fit in fits])) == pytest.approx(a, rel=0.05)
        assert float(np.median([fit.b for fit in fits])) == pytest.approx(b, rel=0.05)


@settings(deadline=None, max_examples=50)
@given(tallies())
def test_passes_and_failures_change_places(data: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    """Counting failures swaps a and b, at the boundaries too."""
    n, c, weights = data
    one, other = fit_beta_binomial(n, c, weights), fit_beta_binomial(n, n - c, weights)
    assert int(one.boundary) == int(other.boundary)
    assert [float(one.a), float(one.b)] == pytest.approx([float(other.b), float(other.a)], rel=1e-4)


@settings(deadline=None, max_examples=50)
@given(tallies(), st.integers(2, 5))
def test_a_weight_is_a_repetition(data: tuple[np.ndarray, np.ndarray, np.ndarray], times: int) -> None:
    """Weights do what repeating the problems does, and a common factor changes nothing inside."""
    n, c, weights = data
    one = fit_beta_binomial(n, c, weights)
    drawn = np.repeat(np.arange(n.size), weights.astype(int))
    assume(int(n[drawn].max()) > 1)
    other = fit_beta_binomial(n[drawn], c[drawn])
    assert int(one.boundary) == int(other.boundary)
    assert [float(one.a), float(one.b)] == pytest.approx([float(other.a), float(other.b)], rel=1e-4)
    if one.exists:
        more = fit_beta_binomial(n, c, times * weights)
        assert [float(one.a), float(one.b)] == pytest.approx([float(more.a), float(more.b)], rel=1e-3)


def test_rows_of_weights_are_fitted_one_by_one() -> None:
    """A block of draws × rungs gives what each row gives alone; blocks are worked on in parts without a trace."""
    rng = np.random.default_rng(2)
    n, c = np.full(40, 300), rng.binomial(300, rng.beta(0.5, 0.8, size=40))
    weights = rng.multinomial(40, np.full(40, 1 / 40), size=(300, 3)).astype(float)
    fit = fit_beta_binomial(n, c, weights)
    assert fit.a.shape == fit.b.shape == fit.boundary.shape == (300, 3)
    for index in ((0, 0), (150, 1), (299, 2)):
        alone = fit_beta_binomial(n, c, weights[index])
        assert [float(fit.a[index]), float(fit.b[index])] == pytest.approx([float(alone.a), float(alone.b)], rel=1e-6)


@pytest.mark.parametrize("passes", [0, 10])
def test_unanimous_tallies_have_no_estimate_and_say_so(passes: int) -> None:
    """Nothing passed, or everything did: the mean is half a sample away from the end, a + b is 1."""
    fit = fit_beta_binomial(np.full(20, 10), np.full(20, passes))
    a, b = (float(fit.a), float(fit.b)) if passes == 0 else (float(fit.b), float(fit.a))
    assert int(fit.boundary) == Boundary.unanimous
    assert not fit.exists
    assert a == pytest.approx(0.5 / 201)
    assert a + b == pytest.approx(1.0)


@pytest.mark.parametrize("c", [[5] * 10, [4, 5, 6] * 3, [3, 4, 5, 5, 6]])
def test_tallies_that_vary_no_more_than_one_rate_allows(c: list[int]) -> None:
    """Variance at or below the binomial's puts a + b at its upper bound, with the pooled rate as the mean."""
    fit = fit_beta_binomial(np.full(len(c), 10), c)
    assert int(fit.boundary) == Boundary.binomial
    assert float(fit.a + fit.b) == pytest.approx(MOST_TOTAL)
    assert float(fit.a / (fit.a + fit.b)) == pytest.approx(np.mean(c) / 10)


def test_problems_that_are_always_or_never_solved() -> None:
    """The sum a + b is at its lower bound, with the share of solved problems as the mean."""
    n = np.array([10] * 7 + [40, 1, 2])  # however many samples it has, a problem counts once
    fit = fit_beta_binomial(n, np.where(np.arange(10) < 7, 0, n))
    assert int(fit.boundary) == Boundary.all_or_nothing
    assert float(fit.a + fit.b) == pytest.approx(LEAST_TOTAL)
    assert float(fit.a / (fit.a + fit.b)) == pytest.approx(0.3)
    likeliest = log_likelihood(n, np.where(np.arange(10) < 7, 0, n), np.ones(10), float(fit.a), float(fit.b))
    assert likeliest == pytest.approx(7 * np.log(0.7) + 3 * np.log(0.3), abs=1e-4)


def test_a_draw_of_single_samples_only() -> None:
    """A row that weighs only problems with one sample knows the mean alone, and raises nothing."""
    fit = fit_beta_binomial([1, 1, 1, 10, 10], [0, 1, 0, 3, 9], [[1, 1, 1, 0, 0], [1, 1, 1, 1, 1]])
    assert fit.boundary.tolist() == [Boundary.one_sample, Boundary.none]
    assert [float(fit.a[0]), float(fit.b[0])] == pytest.approx([1 / 3, 2 / 3])


@pytest.mark.parametrize(
    ("n", "c", "weights", "says"),
    [
        ([1, 1], [0, 1], None, "n is 1 for every problem, expected at least 2 samples of some problem;"),
        ([], [], None, "n has shape (0,), expected one count for each of at least 1 problem;"),
        ([[3, 3]], [[1, 1]], None, "n has shape (1, 2), expected one count"),
        ([3, 0], [1, 0], None, "n at index (1,) is 0, expected at least 1;"),
        ([3, 3], [1, 4], None, "c at index (1,) is 4, expected an integer from 0 to n = 3;"),
        ([3, 3], [1.0, 2.0], None, "c has dtype float64, expected integers;"),
        ([3, 3], [1, 2, 3], None, "n has shape (2,) and c (3,), expected one shape;"),
        ([3, 3], [1, 2], [1, 1, 1], "weights has shape (3,), expected a last axis of 2 problems as in n;"),
        ([3, 3], [1, 2], [[1, 1], [1, -1]], "weights at index (1, 1) is -1.0, expected a finite number of at least 0;"),
        ([3, 3], [1, 2], [[1, 1], [0, 0]], "weights at index (1,) are all 0, expected some problem to weigh more;"),
    ],
)
def test_outside_the_domain_is_refused_in_one_line(n: object, c: object, weights: object, says: str) -> None:
    """What cannot be fitted is refused with the value seen and what was expected."""
    with pytest.raises(DomainError) as caught:
        fit_beta_binomial(n, c, weights)  # type: ignore[arg-type]
    assert str(caught.value).startswith(says)
    assert "\n" not in str(caught.value)
