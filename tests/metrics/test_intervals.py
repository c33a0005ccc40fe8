"""Wilson's and the Beta(1, 1) interval: against scipy, by what defines them, by symmetry and by exact coverage."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta, binom, binomtest

from isocost.errors import DomainError
from isocost.metrics.intervals import beta_interval, wilson, wilson_of_mean

Interval = Callable[[int, int, float], tuple[float, float]]

BOTH = pytest.mark.parametrize("interval", [wilson, beta_interval])

LEVELS = st.floats(0.01, 0.9999)


@st.composite
def outcomes(draw: st.DrawFn, most: int = 5_000) -> tuple[int, int]:
    """(successes, n)."""
    n = draw(st.integers(1, most))
    return draw(st.integers(0, n)), n


@settings(deadline=None)
@given(outcomes(), LEVELS)
def test_wilson_agrees_with_scipy(sn: tuple[int, int], level: float) -> None:
    """The ends are those of scipy's score interval."""
    theirs = binomtest(*sn).proportion_ci(level, method="wilson")
    assert wilson(*sn, level) == pytest.approx((theirs.low, theirs.high), rel=1e-9, abs=1e-12)


@settings(deadline=None)
@given(outcomes(), LEVELS)
def test_wilson_ends_are_where_the_score_test_turns(sn: tuple[int, int], level: float) -> None:
    """At each end x, (p̂ − x)² n = z² x(1 − x): the observed share is just z standard errors away."""
    successes, n = sn
    z = NormalDist().inv_cdf((1 + level) / 2)
    for end in wilson(successes, n, level):
        assert (successes / n - end) ** 2 * n == pytest.approx(z * z * end * (1 - end), rel=1e-6, abs=1e-12)


@pytest.mark.parametrize("n", [1, 7, 164, 10**9])
def test_wilson_keeps_its_digits_at_the_edges(n: int) -> None:
    """With no success the ends are 0 and z²/(n + z²), exactly 0 and to full precision; mirrored with no failure."""
    z2 = NormalDist().inv_cdf(0.975) ** 2
    low, high = wilson(0, n)
    assert low == 0.0
    assert high == pytest.approx(z2 / (n + z2), rel=1e-14)
    low, high = wilson(n, n)
    assert low == pytest.approx(n / (n + z2), rel=1e-14)
    assert high == 1.0


def test_wilson_of_rare_successes_keeps_its_digits() -> None:
    """One success in 10⁹ has a lower end that the textbook form of the formula loses to cancellation."""
    z2 = Fraction(NormalDist().inv_cdf(0.975)) ** 2
    root = Fraction(math.isqrt(int((z2 * z2 + 4 * z2 * (1 - Fraction(1, 10**9))) * 10**60)), 10**30)
    exact = (2 + z2 - root) / (2 * (10**9 + z2))
    assert wilson(1, 10**9)[0] == pytest.approx(float(exact), rel=1e-13)


@settings(deadline=None)
@given(outcomes(), LEVELS)
def test_wilson_of_mean_is_wilson_where_the_sum_is_whole(sn: tuple[int, int], level: float) -> None:
    """The two differ in what they accept, not in what they say."""
    successes, n = sn
    assert wilson_of_mean(successes / n, n, level) == pytest.approx(wilson(successes, n, level), rel=1e-12, abs=1e-15)


@settings(deadline=None)
@given(outcomes(), LEVELS)
def test_beta_interval_agrees_with_scipy(sn: tuple[int, int], level: float) -> None:
    """The ends are quantiles of Beta(1 + s, 1 + n − s)."""
    successes, n = sn
    theirs = beta.ppf([(1 - level) / 2, (1 + level) / 2], 1 + successes, 1 + n - successes)
    assert beta_interval(successes, n, level) == pytest.approx(tuple(theirs), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(("successes", "n"), [(0, 1), (1, 1), (0, 12), (3, 12), (6, 12), (12, 12), (33, 164)])
def test_beta_interval_leaves_equal_tails(successes: int, n: int) -> None:
    """The posterior puts 2.5% below and 2.5% above, by P(Beta(1 + s, 1 + n − s) ≤ x) = P(Binomial(n + 1, x) > s)."""

    def posterior_below(x: float) -> float:
        share = Fraction(x)
        below = sum(math.comb(n + 1, j) * share**j * (1 - share) ** (n + 1 - j) for j in range(successes + 1, n + 2))
        return float(below)

    low, high = beta_interval(successes, n)
    assert posterior_below(low) == pytest.approx(0.025, rel=1e-10)
    assert posterior_below(high) == pytest.approx(0.975, rel=1e-10)


@BOTH
@settings(deadline=None)
@given(sn=outcomes(), level=LEVELS)
def test_failures_mirror_successes(interval: Interval, sn: tuple[int, int], level: float) -> None:
    """Counting failures instead of successes mirrors the interval at ½."""
    successes, n = sn
    low, high = interval(successes, n, level)
    mirrored_low, mirrored_high = interval(n - successes, n, level)
    assert (1 - mirrored_high, 1 - mirrored_low) == pytest.approx((low, high), rel=1e-9, abs=1e-12)


@BOTH
@settings(deadline=None)
@given(sn=outcomes(), level=LEVELS)
def test_has_width_and_stays_inside(interval: Interval, sn: tuple[int, int], level: float) -> None:
    """0 ≤ low < high ≤ 1, for no success and no failure too."""
    low, high = interval(*sn, level)
    assert 0.0 <= low < high <= 1.0


@settings(deadline=None)
@given(outcomes(), LEVELS)
def test_wilson_holds_the_observed_share(sn: tuple[int, int], level: float) -> None:
    """The observed share is never outside; Beta(1, 1) has no such promise at 0% and 100%."""
    successes, n = sn
    low, high = wilson(successes, n, level)
    assert low <= successes / n <= high
    assert beta_interval(0, n, 0.95)[0] > 0.0


@BOTH
@settings(deadline=None)
@given(sn=outcomes(), level=LEVELS, wider=LEVELS)
def test_widens_with_the_level(interval: Interval, sn: tuple[int, int], level: float, wider: float) -> None:
    """A higher level gives an interval that holds the other one."""
    level, wider = sorted((level, wider))
    inner, outer = interval(*sn, level), interval(*sn, wider)
    assert outer[0] <= inner[0] + 1e-12
    assert inner[1] <= outer[1] + 1e-12


@BOTH
@settings(deadline=None)
@given(sn=outcomes(), level=LEVELS)
def test_moves_up_with_each_success(interval: Interval, sn: tuple[int, int], level: float) -> None:
    """One success more raises both ends."""
    successes, n = sn
    if successes < n:
        low, high = interval(successes, n, level)
        next_low, next_high = interval(successes + 1, n, level)
        assert low < next_low
        assert high < next_high + 1e-15


@BOTH
@pytest.mark.parametrize("n", [20, 164, 542])
def test_covers_on_average_what_it_says(interval: Interval, n: int) -> None:
    """Summed exactly over all outcomes: coverage averages 95% over shares, and never dips to 88% between 2% and 98%."""
    successes = np.arange(n + 1)
    ends = np.array([interval(int(s), n, 0.95) for s in successes])
    shares = np.linspace(0.02, 0.98, 385)[:, None]
    inside = (ends[:, 0] <= shares) & (shares <= ends[:, 1])
    coverage = (binom.pmf(successes, n, shares) * inside).sum(axis=1)
    assert coverage.mean() == pytest.approx(0.95, abs=0.005)
    assert coverage.min() > 0.88


def test_levels_next_to_0_and_1_are_levels_too() -> None:
    """The narrowest and the widest level that a float can say neither crash nor leave [0, 1]."""
    for successes in (0, 3, 6):
        for level in (5e-324, 1e-17, math.nextafter(1.0, 0.0)):
            low, high = wilson(successes, 6, level)
            assert 0.0 <= low <= successes / 6 <= high <= 1.0


@BOTH
@pytest.mark.parametrize(
    ("successes", "n", "level", "says"),
    [
        (0, 0, 0.95, "n is 0, expected an integer of at least 1; an interval needs at least one problem"),
        (1, True, 0.95, "n is True, expected an integer of at least 1;"),
        (-1, 4, 0.95, "successes is -1, expected an integer from 0 to n = 4; count each problem once"),
        (5, 4, 0.95, "successes is 5, expected an integer from 0 to n = 4;"),
        (0.5, 4, 0.95, "successes is 0.5, expected an integer from 0 to n = 4;"),
        (1, 4, 0, "level is 0, expected a number between 0 and 1, both excluded; for 95% give level=0.95"),
        (1, 4, 1.0, "level is 1.0, expected"),
        (1, 4, 95, "level is 95, expected"),
        (1, 4, math.nan, "level is nan, expected"),
        (1, 4, True, "level is True, expected"),
        (1, 4, "95%", "level is '95%', expected"),
    ],
)
def test_outside_the_domain_is_refused_with_the_range(
    interval: Interval, successes: int, n: int, level: float, says: str
) -> None:
    """A count or a level out of range is refused in one line that shows it and what is allowed."""
    with pytest.raises(DomainError) as caught:
        interval(successes, n, level)
    assert str(caught.value).startswith(says)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("mean", [-0.01, 1.01, 50.0, math.nan, math.inf])
def test_wilson_of_mean_wants_a_share(mean: float) -> None:
    """A mean in per cent, or none at all, is refused."""
    with pytest.raises(DomainError, match=r"mean is .*, expected a number from 0 to 1; give shares, not per cent"):
        wilson_of_mean(mean, 10)
