"""Power: the published examples, the inverses of one another, unbiased parts, and a simulated study."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isocost.errors import DomainError
from isocost.metrics.power import (
    PairedVariance,
    _noise,
    detectable,
    discordant_variance,
    minimal_detectable_difference,
    paired_variance,
    required_problems,
    required_samples,
)

VARIANCES = st.builds(
    PairedVariance, between=st.floats(0.001, 0.5), within_a=st.floats(0.0, 0.25), within_b=st.floats(0.0, 0.25)
)


@pytest.mark.parametrize(
    ("problems", "points"), [(164, (6.9, 9.8, 12.0)), (378, (4.6, 6.4, 7.9)), (542, (3.8, 5.4, 6.6))]
)
def test_binary_differences_of_the_benchmarks_at_hand(problems: int, points: tuple[float, float, float]) -> None:
    """At 80% power and discordant shares of .1, .2 and .3: 6.9, 9.8 and 12.0 points on 164 problems, and so on."""
    shares = (0.1, 0.2, 0.3)
    seen = [100 * minimal_detectable_difference(problems, discordant_variance(share)) for share in shares]
    assert tuple(round(x, 1) for x in seen) == points


def test_the_example_of_the_source() -> None:
    """Miller (2024): ω² = 1/9, no noise of samples, a difference of 3 points takes 969 problems."""
    assert required_problems(0.03, PairedVariance(between=1 / 9, within_a=0.0, within_b=0.0)) == 969


@settings(deadline=None)
@given(VARIANCES, st.integers(1, 50), st.floats(0.005, 0.5), st.sampled_from([0.9, 0.95, 0.99]))
def test_required_problems_is_the_fewest(variance: PairedVariance, k: int, delta: float, level: float) -> None:
    """As many problems as required show the difference; one fewer does not."""
    n = required_problems(delta, variance, samples_a=k, samples_b=k, level=level)
    slack = 1e-9
    assert minimal_detectable_difference(n, variance, samples_a=k, samples_b=k, level=level) <= delta + slack
    if n > 1:
        assert minimal_detectable_difference(n - 1, variance, samples_a=k, samples_b=k, level=level) > delta - slack


@settings(deadline=None)
@given(VARIANCES, st.integers(20, 1000), st.floats(0.02, 0.3))
def test_required_samples_is_the_fewest_or_none(variance: PairedVariance, problems: int, delta: float) -> None:
    """As many samples as required show the difference and one fewer does not; None where a million would not either."""
    k = required_samples(delta, problems, variance)
    if k is None:
        assert minimal_detectable_difference(problems, variance, samples_a=10**6, samples_b=10**6) > delta - 1e-9
        return
    assert minimal_detectable_difference(problems, variance, samples_a=k, samples_b=k) <= delta + 1e-9
    if k > 1:
        assert minimal_detectable_difference(problems, variance, samples_a=k - 1, samples_b=k - 1) > delta - 1e-9


def test_a_difference_of_that_size_is_shown_with_that_power() -> None:
    """In 4,000 simulated studies whose true difference is the minimal detectable one, about 80% are significant."""
    rng = np.random.default_rng(8)
    problems, samples, studies = 200, 4, 4000
    # Chances .3 ± .2 and .3 ± .2 + δ with independent signs: ω² = .08, σ² of each from its own chances.
    low, high = 0.1, 0.5
    guess = 0.09
    within_a = (low * (1 - low) + high * (1 - high)) / 2
    within_b = ((low + guess) * (1 - low - guess) + (high + guess) * (1 - high - guess)) / 2
    variance = PairedVariance(between=0.08, within_a=within_a, within_b=within_b)
    delta = minimal_detectable_difference(problems, variance, samples_a=samples, samples_b=samples)
    x = rng.choice([low, high], size=(2, studies, problems))
    a = rng.binomial(samples, x[0]) / samples
    b = rng.binomial(samples, x[1] + delta) / samples
    d = b - a
    z = d.mean(axis=1) / (d.std(axis=1, ddof=1) / math.sqrt(problems))
    assert (z > 1.959964).mean() == pytest.approx(0.8, abs=0.03)


@settings(deadline=None)
@given(st.integers(2, 30), st.floats(0.0, 1.0))
def test_noise_of_samples_is_estimated_without_bias(n: int, x: float) -> None:
    """Averaged over the binomial distribution of c, n/(n − 1)·x̂(1 − x̂) is x·(1 − x)."""
    c = np.arange(n + 1)
    chances = np.array([math.comb(n, i) * x**i * (1 - x) ** (n - i) for i in c])
    assert float(chances @ _noise(np.full(n + 1, float(n)), c.astype(float))) == pytest.approx(x * (1 - x), abs=1e-9)


def test_parts_are_found_again() -> None:
    """From tallies of 20,000 simulated problems with known chances, ω² and σ² come back."""
    rng = np.random.default_rng(9)
    x = rng.random((2, 20_000))
    seen = paired_variance(np.full(20_000, 5), rng.binomial(5, x[0]), np.full(20_000, 3), rng.binomial(3, x[1]))
    assert seen.between == pytest.approx(1 / 6, abs=0.006)  # two independent uniform chances
    assert seen.within_a == pytest.approx(1 / 6, abs=0.004)
    assert seen.within_b == pytest.approx(1 / 6, abs=0.004)


@pytest.mark.parametrize("power", [0.2, 1.0, math.nan, "80%"])
def test_a_power_that_is_none_is_refused(power: object) -> None:
    """Power is from 0.5 to below 1."""
    with pytest.raises(DomainError, match=r"power is .*, expected a number from 0.5 to below 1"):
        detectable(0.1, power=power)  # type: ignore[arg-type]


def test_numbers_outside_the_domain_are_refused() -> None:
    """Variances, differences, shares, tallies and counts are refused with the range that is allowed."""
    with pytest.raises(DomainError, match=r"within_a is 0.3, expected a variance from 0 to 0.25"):
        PairedVariance(between=0.1, within_a=0.3, within_b=0.0)
    with pytest.raises(
        DomainError, match=r"difference is 5, expected a number above 0 up to 1; for 5 points give 0.05"
    ):
        required_problems(5, discordant_variance(0.1))
    with pytest.raises(DomainError, match="discordant is 20, expected a share"):
        discordant_variance(20)
    with pytest.raises(DomainError, match="n = 1 and c = 1, expected n of at least 2"):
        paired_variance([2, 1], [1, 1], [2, 2], [1, 1])
    with pytest.raises(DomainError, match="standard_error is nan"):
        detectable(math.nan)
