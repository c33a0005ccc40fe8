"""The bootstrap over problems: its distribution, its reproducibility, its fallback and what it refuses."""

from __future__ import annotations

import math
import tracemalloc
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, bootstrap

from isocost.errors import DomainError
from isocost.metrics import bootstrap as room
from isocost.metrics.bootstrap import bootstrap_mean, has_spread
from isocost.metrics.intervals import wilson_of_mean

SHARES = st.lists(st.integers(0, 20).map(lambda c: c / 20), min_size=1, max_size=60)


@pytest.mark.parametrize(("solved", "problems"), [(3, 30), (50, 100), (140, 164)])
def test_means_of_zeros_and_ones_are_binomial(solved: int, problems: int) -> None:
    """Resampled shares of solved problems follow Binomial(P, s/P)/P; with many draws the ends are its quantiles."""
    values = [1.0] * solved + [0.0] * (problems - solved)
    ends = bootstrap_mean(values, rng=np.random.default_rng(1), draws=40_000)
    quantiles = binom.ppf([0.025, 0.975], problems, solved / problems) / problems
    assert ends == pytest.approx(tuple(quantiles), abs=1.01 / problems)


@pytest.mark.parametrize("values", [[0.0, 1.0, 1.0], [0.0, 0.3, 1.0], [0.1, 0.2, 0.4, 0.9]])
@pytest.mark.parametrize("level", [0.6, 0.8, 0.95])
def test_equals_the_enumeration_of_all_resamples(values: list[float], level: float) -> None:
    """For a few problems, the ends are the quantiles over all P^P equally likely resamples."""
    means = [math.fsum(resample) / len(values) for resample in product(values, repeat=len(values))]
    quantiles = np.quantile(means, [(1 - level) / 2, (1 + level) / 2], method="inverted_cdf")
    ends = bootstrap_mean(values, rng=np.random.default_rng(1), draws=40_000, level=level)
    assert ends == pytest.approx(tuple(quantiles), rel=1e-12)


def test_agrees_with_scipy() -> None:
    """With many draws the ends are those of scipy's percentile bootstrap, up to the noise of drawing."""
    values = np.random.default_rng(2).beta(0.5, 0.5, size=164)
    theirs = bootstrap(
        (values,), np.mean, n_resamples=20_000, method="percentile", rng=np.random.default_rng(3)
    ).confidence_interval
    ends = bootstrap_mean(values, rng=np.random.default_rng(4), draws=20_000)
    assert ends == pytest.approx((theirs.low, theirs.high), abs=0.003)


def test_is_the_normal_interval_where_that_holds() -> None:
    """For many problems of middling values the ends are 1.96 standard errors away from the mean."""
    values = np.random.default_rng(5).uniform(size=2_000)
    low, high = bootstrap_mean(values, rng=np.random.default_rng(6), draws=20_000)
    reach = 1.959964 * values.std() / math.sqrt(values.size)
    assert low == pytest.approx(values.mean() - reach, abs=0.03 * reach)
    assert high == pytest.approx(values.mean() + reach, abs=0.03 * reach)


@settings(deadline=None, max_examples=60)
@given(SHARES, st.integers(0, 2**32))
def test_stays_among_the_values_and_around_the_mean(values: list[float], seed: int) -> None:
    """It has width, holds the mean, and stays in [0, 1]; where values differ, it stays between the extreme ones."""
    low, high = bootstrap_mean(values, rng=np.random.default_rng(seed), draws=200)
    assert 0.0 <= low < high <= 1.0
    assert low <= math.fsum(values) / len(values) <= high
    if has_spread(values):
        assert min(values) - 1e-15 <= low
        assert high <= max(values) + 1e-15


@settings(deadline=None, max_examples=30)
@given(SHARES, st.integers(0, 2**32), st.randoms(use_true_random=False))
def test_the_seed_decides_and_the_order_does_not(values: list[float], seed: int, random: object) -> None:
    """The same values and seed give the same ends to the bit, in whatever order the values come."""
    ends = bootstrap_mean(values, rng=np.random.default_rng(seed), draws=100)
    shuffled = list(values)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert bootstrap_mean(shuffled, rng=np.random.default_rng(seed), draws=100) == ends


@settings(deadline=None, max_examples=30)
@given(SHARES.filter(has_spread), st.integers(0, 2**32))
def test_halved_values_give_halved_ends(values: list[float], seed: int) -> None:
    """The interval scales with its values."""
    low, high = bootstrap_mean(values, rng=np.random.default_rng(seed), draws=100)
    halves = [value / 2 for value in values]
    assert bootstrap_mean(halves, rng=np.random.default_rng(seed), draws=100) == (low / 2, high / 2)


@settings(deadline=None, max_examples=30)
@given(SHARES, st.integers(0, 2**32))
def test_widens_with_the_level(values: list[float], seed: int) -> None:
    """On the same draws, the 99% interval holds the 90% interval."""
    inner = bootstrap_mean(values, rng=np.random.default_rng(seed), level=0.9, draws=300)
    outer = bootstrap_mean(values, rng=np.random.default_rng(seed), level=0.99, draws=300)
    assert outer[0] <= inner[0]
    assert inner[1] <= outer[1]


def test_blocks_of_draws_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawn in small blocks or in one, the same seed gives the same ends to the bit."""
    values = np.linspace(0.0, 1.0, 101)
    whole = bootstrap_mean(values, rng=np.random.default_rng(8), draws=1_000)
    for cells in (1, 101 * 7, 101 * 999):
        monkeypatch.setattr(room, "_CELLS", cells)
        assert bootstrap_mean(values, rng=np.random.default_rng(8), draws=1_000) == whole


def test_memory_is_bounded_whatever_the_draws() -> None:
    """20,000 draws of 2,000 problems would fill 320 MB of indices at once; less than a tenth of it is in use."""
    values = np.linspace(0.0, 1.0, 2_000)
    tracemalloc.start()
    bootstrap_mean(values, rng=np.random.default_rng(9), draws=20_000)
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak_bytes < 32e6


@pytest.mark.parametrize("value", [0.0, 1.0, 0.5, 1 / 3])
@pytest.mark.parametrize("problems", [1, 2, 164])
def test_values_without_spread_fall_back_to_wilson(value: float, problems: int) -> None:
    """Where all problems have one value, the ends are Wilson's on the number of problems, and rounding is no spread."""
    values = np.full(problems, value)
    values[0] = math.nextafter(value, 0.5)
    assert not has_spread(values)
    low, high = bootstrap_mean(values, rng=np.random.default_rng(0))
    assert (low, high) == pytest.approx(wilson_of_mean(value, problems), abs=1e-12)
    assert low < high


@pytest.mark.parametrize(
    ("problems", "a", "b", "least", "most"),
    [(164, 0.5, 0.5, 0.92, 0.98), (10, 0.5, 0.5, 0.87, 0.95), (164, 0.02, 2.0, 0.80, 0.92)],
)
def test_coverage_is_what_the_docstring_says(problems: int, a: float, b: float, least: float, most: float) -> None:
    """Over 600 simulated benchmarks it holds the true mean about 95% of the time; with few or rare ones, less."""
    rng = np.random.default_rng(11)
    hits = 0
    for _ in range(600):
        values = rng.binomial(10, rng.beta(a, b, size=problems)) / 10
        low, high = bootstrap_mean(values, rng=rng, draws=400)
        hits += low <= a / (a + b) <= high
    assert least <= hits / 600 <= most


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ([], "values has shape (0,), expected one value for each of at least 1 problem; give a flat array"),
        (0.5, "values has shape (), expected"),
        ([[0.5, 0.5]], "values has shape (1, 2), expected"),
        ([0.5, 1.5], "values[1] is 1.5, expected a share from 0 to 1; leave out problems that have no value"),
        ([-1e-9, 2.0], "values[0] is -1e-09, expected a share from 0 to 1;"),
        ([0.5, 0.5, math.nan], "values[2] is nan, expected a share from 0 to 1;"),
    ],
)
def test_refuses_what_are_not_shares_of_problems(values: object, says: str) -> None:
    """No values, a table of them, one outside [0, 1] or none: refused, the first wrong one shown."""
    for refusing in (lambda: bootstrap_mean(values, rng=np.random.default_rng(0)), lambda: has_spread(values)):  # type: ignore[arg-type]
        with pytest.raises(DomainError) as caught:
            refusing()
        assert str(caught.value).startswith(says)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("draws", "level", "says"),
    [
        (39, 0.95, "draws is 39, expected an integer of at least 40; at level 0.95 fewer leave the tails empty"),
        (199, 0.99, "draws is 199, expected an integer of at least 200; at level 0.99"),
        (2000.0, 0.95, "draws is 2000.0, expected an integer of at least 40;"),
        (2000, 1.0, "level is 1.0, expected a number between 0 and 1, both excluded;"),
    ],
)
def test_refuses_too_few_draws_and_no_level(draws: int, level: float, says: str) -> None:
    """A tail that no draw can fall into has no quantile; refused even where the fallback would not draw."""
    for values in ([0.0, 1.0], [1.0]):
        with pytest.raises(DomainError) as caught:
            bootstrap_mean(values, rng=np.random.default_rng(0), draws=draws, level=level)
        assert str(caught.value).startswith(says)


@pytest.mark.parametrize(("draws", "level"), [(20, 0.9), (40, 0.95), (200, 0.99), (2_000, 0.999)])
def test_takes_the_fewest_draws_that_fill_the_tails(draws: int, level: float) -> None:
    """2 / (1 − level) draws are enough, whatever floats make of that quotient."""
    low, high = bootstrap_mean([0.0, 1.0], rng=np.random.default_rng(0), draws=draws, level=level)
    assert low < high
