"""Planning: its parts agree with simulated verdicts, with each other, and with the formulas they come from."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isocost.analysis.planning import Assumptions, comparisons_of, plan_option, plan_options, requirement
from isocost.errors import DomainError

SUPPOSED = st.builds(
    Assumptions, accuracy=st.floats(0.05, 0.95), spread=st.floats(0.05, 1.0), correlation=st.floats(-0.5, 0.95)
)


@settings(deadline=None)
@given(SUPPOSED)
def test_one_sample_each_is_the_binary_form(supposed: Assumptions) -> None:
    """With one sample each, the variance of the difference is the discordant share (equal accuracies: no δ²)."""
    assert supposed.variance().of_problem(1, 1) == pytest.approx(supposed.discordant(), abs=1e-12)


def test_variance_is_that_of_simulated_verdicts() -> None:
    """Chances drawn with a known spread and correlation give differences of the variance that is planned with."""
    rng = np.random.default_rng(5)
    problems, samples = 200_000, 3
    common = rng.random(problems)
    x = np.stack([np.where(rng.random(problems) < 0.7, common, rng.random(problems)) for _ in range(2)])
    supposed = Assumptions(accuracy=0.5, spread=1 / 3, correlation=float(np.corrcoef(x)[0, 1]))
    d = (rng.binomial(samples, x[0]) - rng.binomial(samples, x[1])) / samples
    assert d.var() == pytest.approx(supposed.variance().of_problem(samples, samples), rel=0.02)


@settings(deadline=None)
@given(SUPPOSED, st.integers(2, 6), st.integers(1, 3), st.integers(50, 600), st.integers(1, 20))
def test_an_option_says_no_more_than_it_can(
    supposed: Assumptions, sizes: int, rungs: int, problems: int, samples: int
) -> None:
    """The first step of Holm is never easier than the last; more problems, and more samples, never show less."""
    option = plan_option(sizes, problems, samples, supposed, rungs=rungs)
    assert option.comparisons == (sizes - 1) * rungs
    assert option.total_samples == sizes * rungs * problems * samples
    assert option.detectable_first >= option.detectable_last
    assert plan_option(sizes, problems + 1, samples, supposed, rungs=rungs).detectable_first < option.detectable_first
    more = plan_option(sizes, problems, samples + 1, supposed, rungs=rungs)
    assert more.detectable_first <= option.detectable_first + 1e-12
    assert option.shows is None


@settings(deadline=None)
@given(SUPPOSED, st.floats(0.02, 0.4), st.integers(2, 6), st.integers(1, 20))
def test_what_is_required_shows_the_difference(supposed: Assumptions, delta: float, sizes: int, samples: int) -> None:
    """A study of the required problems, or of the required samples, shows the wanted difference."""
    need = requirement(delta, supposed, sizes=sizes, problems=542, samples=samples)
    slack = delta * (1 + 1e-9)
    assert plan_option(sizes, need.problems, samples, supposed).detectable_first <= slack
    if need.samples_needed is not None:
        assert plan_option(sizes, 542, need.samples_needed, supposed).detectable_first <= slack
    else:
        assert plan_option(sizes, 542, 10**6, supposed).detectable_first > delta * (1 - 1e-6)


def test_options_are_sorted_by_what_they_take() -> None:
    """Every pair of problems and samples is there once, the cheapest first, and says whether it shows what is wanted."""
    supposed = Assumptions(accuracy=0.5, spread=0.7, correlation=0.8)
    options = plan_options(4, [164, 378, 542], [1, 5], supposed, rungs=2, wanted=0.06)
    assert sorted((o.problems, o.samples) for o in options) == [(n, k) for n in (164, 378, 542) for k in (1, 5)]
    assert [o.total_samples for o in options] == sorted(o.total_samples for o in options)
    assert all(o.shows == (o.detectable_first <= 0.06) for o in options)


def test_what_cannot_be_planned_is_refused() -> None:
    """One size, no numbers to choose from, and assumptions that cannot be are refused with what is allowed."""
    supposed = Assumptions(accuracy=0.5, spread=0.7, correlation=0.8)
    with pytest.raises(DomainError, match="sizes is 1, expected an integer of at least 2"):
        comparisons_of(1)
    with pytest.raises(DomainError, match="0 numbers of problems and 1 of samples"):
        plan_options(3, [], [1], supposed)
    with pytest.raises(DomainError, match="samples_a is 0"):
        plan_option(3, 164, 0, supposed)
    with pytest.raises(
        DomainError, match="wanted difference is 5, expected a number above 0 up to 1; for 5 points give"
    ):
        requirement(5, supposed, sizes=3, problems=164, samples=1)
    for wrong in ({"accuracy": 1.0}, {"accuracy": 50}, {"spread": -0.1}, {"correlation": 1.1}, {"spread": math.nan}):
        with pytest.raises(DomainError, match=f"{next(iter(wrong))} is"):
            Assumptions(**{"accuracy": 0.5, "spread": 0.5, "correlation": 0.5, **wrong})
