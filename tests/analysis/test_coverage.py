"""Expected pass@k by the posterior: against integration, exact products and the limits it must have."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import poch
from scipy.stats import beta

from isocost.analysis.beta_binomial import fit_beta_binomial
from isocost.analysis.coverage import expected_coverage, expected_pass_at
from isocost.analysis.log_gamma import log_rising
from isocost.errors import DomainError

shapes = st.floats(0.05, 50.0)


@st.composite
def cases(draw: st.DrawFn) -> tuple[int, int, float, float]:
    """(n, c, a, b)."""
    n = draw(st.integers(1, 200))
    return n, draw(st.integers(0, n)), draw(shapes), draw(shapes)


def exact(k: int, n: int, c: int, a: Fraction, b: Fraction) -> Fraction:
    """1 − Π_{j<k} (b + n − c + j) / (a + b + n + j), in whole numbers."""
    left = Fraction(1)
    for j in range(k):
        left *= (b + n - c + j) / (a + b + n + j)
    return 1 - left


@settings(deadline=None, max_examples=60)
@given(cases(), st.floats(0.5, 300.0))
def test_is_the_integral_over_the_posterior(case: tuple[int, int, float, float], k: float) -> None:
    """Numerical integration of 1 − (1 − p)^k under Beta(a + c, b + n − c) agrees, real k among them."""
    n, c, a, b = case
    # The posterior's quantiles as the variable, so that no peak is missed.
    posterior = beta(a + c, b + n - c)
    integral, _ = quad(lambda share: 1 - (1 - posterior.ppf(share)) ** k, 0, 1, limit=200)
    assert float(expected_pass_at(k, n, c, a, b)) == pytest.approx(integral, abs=2e-6)


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 40), st.integers(0, 40), st.integers(1, 300), st.integers(1, 99), st.integers(1, 99))
def test_is_exact_to_rounding(n: int, c: int, k: int, a: int, b: int) -> None:
    """Against whole numbers the error is below 1e-13 of the value."""
    c = min(c, n)
    wanted = float(exact(k, n, c, Fraction(a, 16), Fraction(b, 16)))
    assert float(expected_pass_at(k, n, c, a / 16, b / 16)) == pytest.approx(wanted, rel=1e-13, abs=0)


def test_keeps_its_digits_at_a_million_samples_and_at_the_boundaries() -> None:
    """Tiny a, a + b of a million, and k of a million: still the exact product, where differences of ln Γ lose digits."""
    a, b = Fraction(1, 2**20), Fraction(2**20)
    for k in (1, 10, 3000):
        wanted = float(exact(k, 10, 0, a, b))
        assert float(expected_pass_at(k, 10, 0, float(a), float(b))) == pytest.approx(wanted, rel=1e-11)
    half = Fraction(1, 2)
    wanted = float(1 - exact(1_000, 10, 0, half, half))
    assert 1 - float(expected_pass_at(1e6, 10, 0, 0.5, 0.5)) == pytest.approx(wanted * 0.0317, rel=0.01)  # as k^−½
    assert float(expected_pass_at(1e6, 10, 0, 1.0, 1.0)) == pytest.approx(1e6 / (1e6 + 11), rel=1e-14)


@settings(deadline=None)
@given(cases())
def test_at_one_sample_it_is_the_shrunken_share(case: tuple[int, int, float, float]) -> None:
    """For k = 1 it is (a + c)/(a + b + n), between c/n and a/(a + b); for k = 0 it is 0."""
    n, c, a, b = case
    one = float(expected_pass_at(1, n, c, a, b))
    assert one == pytest.approx((a + c) / (a + b + n), rel=1e-12)
    low, high = sorted([c / n, a / (a + b)])
    assert low - 1e-12 <= one <= high + 1e-12
    assert float(expected_pass_at(0, n, c, a, b)) == 0.0


@settings(deadline=None)
@given(cases(), st.floats(0.0, 1e6), st.floats(0.0, 1e6))
def test_grows_with_k_and_with_c(case: tuple[int, int, float, float], k: float, more: float) -> None:
    """More samples, or one more pass, never lower it; it is a probability."""
    n, c, a, b = case
    here, further = (float(share) for share in expected_pass_at([k, k + more], n, c, a, b))
    assert 0.0 <= here <= further + 1e-12 <= 1.0 + 1e-12
    if c < n:
        assert float(expected_pass_at(k, n, c + 1, a, b)) >= here - 1e-12


@settings(deadline=None)
@given(st.floats(1e-3, 1e3), st.floats(0.0, 20.0))
def test_log_rising_agrees_with_the_factorial_of_another_library(x: float, d: float) -> None:
    """Γ(x + d)/Γ(x) is scipy's Pochhammer symbol."""
    assert float(np.exp(log_rising(x, d))) == pytest.approx(float(poch(x, d)), rel=1e-11)


def test_coverage_is_the_weighted_mean_over_problems() -> None:
    """Rows of weights and of (a, b) go together; equal tallies are worked out once without a trace."""
    rng = np.random.default_rng(4)
    n, c = np.array([10, 10, 10, 20, 20, 10]), np.array([0, 3, 3, 0, 20, 10])
    weights = rng.integers(0, 4, size=(5, 3, 6)).astype(float) + 0.5
    a, b = rng.uniform(0.2, 2.0, size=(2, 5, 3))
    ks = [1, 12.5, 1000]
    got = expected_coverage(ks, n, c, a, b, weights)
    assert got.shape == (5, 3, 3)
    for at, k in enumerate(ks):
        shares = expected_pass_at(k, n, c, a[..., None], b[..., None])
        assert got[..., at] == pytest.approx((shares * weights).sum(-1) / weights.sum(-1))
    assert expected_coverage(3, n, c, 0.5, 0.5).shape == (1,)


def test_foretells_coverage_that_it_has_not_seen() -> None:
    """From 10 of 200 samples it comes within 2 points of the true coverage at 200, where the plug-in is more than 5 off."""
    rng = np.random.default_rng(8)
    gaps, plug_in_gaps = [], []
    for _ in range(50):
        p = rng.beta(0.4, 0.8, size=378)
        c = rng.binomial(10, p)
        n = np.full(378, 10)
        fit = fit_beta_binomial(n, c)
        truth = float((1 - (1 - p) ** 200).mean())
        gaps.append(float(expected_coverage([200], n, c, fit.a, fit.b)[0]) - truth)
        plug_in_gaps.append(float((1 - (1 - c / 10) ** 200).mean()) - truth)
    assert abs(np.mean(gaps)) < 0.02
    assert np.mean(plug_in_gaps) < -0.05


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((-1, 10, 3, 1, 1), "k at index () is -1.0, expected a finite number of at least 0;"),
        (([1, np.inf], 10, 3, 1, 1), "k at index (1,) is inf, expected"),
        ((1, 10, 11, 1, 1), "c at index () is 11, expected an integer from 0 to n = 10;"),
        ((1, 10, 3, 0, 1), "a at index () is 0.0, expected a finite number above 0;"),
        ((1, 10, 3, 1, [1, np.nan]), "b at index (1,) is nan, expected a finite number above 0;"),
    ],
)
def test_outside_the_domain_is_refused_in_one_line(arguments: tuple[object, ...], says: str) -> None:
    """A number out of range is refused with its place."""
    with pytest.raises(DomainError) as caught:
        expected_pass_at(*arguments)  # type: ignore[arg-type]
    assert str(caught.value).startswith(says)
