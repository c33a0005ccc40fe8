"""Fits of p(N): against an independent maximiser, closed forms, known truths, and what must not change them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from isocost.analysis.binomial_line import Logit, LogLog, fit_binomial_line
from isocost.analysis.elasticity import change_between_rungs
from isocost.analysis.scaling import Form, LogitFit, PowerFit, fit_logit, fit_power
from isocost.errors import DomainError

SIZES = np.array([0.5, 1.5, 3.0, 7.0, 14.0, 32.0])


@st.composite
def tallies(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Sizes, passes and trials of 4 to 7 models; shares of 0 and 1 among them, sizes in any order."""
    sizes = draw(st.lists(st.floats(0.1, 100.0), min_size=4, max_size=7, unique_by=lambda size: round(np.log(size), 1)))
    trials = draw(st.lists(st.integers(1, 400), min_size=len(sizes), max_size=len(sizes)))
    passed = [draw(st.integers(0, n)) for n in trials]
    return np.array(sizes), np.array(passed, dtype=float), np.array(trials, dtype=float)


def share(form: Form, intercept: float, slope: float, sizes: np.ndarray) -> np.ndarray:
    """The share p(N) as the formula stands, slope in ln N of the link."""
    line = intercept + slope * np.log(sizes)
    return np.asarray(1.0 / (1.0 + np.exp(-line)) if form is Form.logit else np.exp(-np.exp(line)))


def log_likelihood(
    form: Form, intercept: float, slope: float, sizes: np.ndarray, passed: np.ndarray, trials: np.ndarray
) -> float:
    """Binomial log-likelihood without the coefficients; in logarithms, for 1 − p cancels where p is next to 1."""
    line = np.clip(intercept + slope * np.log(sizes), -600.0, 600.0)
    if form is Form.logit:
        log_p, log_q = -np.logaddexp(0.0, -line), -np.logaddexp(0.0, line)
    else:
        log_p, log_q = -np.exp(line), np.log(-np.expm1(-np.exp(line)))
    return float((passed * log_p + (trials - passed) * log_q).sum())


def fitted(
    form: Form, sizes: np.ndarray, passed: np.ndarray, trials: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Intercept, slope in ln N of the link, mask and likelihood, whatever the form."""
    fit = fit_logit(sizes, passed, trials) if form is Form.logit else fit_power(sizes, passed, trials)
    if isinstance(fit, LogitFit):
        return fit.alpha, fit.beta, fit.exists, fit.log_likelihood
    return fit.log_A, -fit.nu, fit.exists, fit.log_likelihood


@pytest.mark.parametrize("form", Form)
@settings(deadline=None, max_examples=150)
@given(data=tallies())
def test_is_the_maximum_that_another_maximiser_finds(
    form: Form, data: tuple[np.ndarray, np.ndarray, np.ndarray]
) -> None:
    """The simplex of scipy, started at our estimate and beside it, finds nothing higher and comes back to the same place."""
    sizes, passed, trials = data
    intercept, slope, exists, best = fitted(form, sizes, passed, trials)
    assume(bool(exists))
    assert log_likelihood(form, float(intercept), float(slope), sizes, passed, trials) == pytest.approx(best, abs=1e-6)
    middle = float(np.log(sizes).mean())

    def minus(line: np.ndarray) -> float:
        return -log_likelihood(form, line[0] - line[1] * middle, line[1], sizes, passed, trials)

    found = minimize(
        minus,
        [float(intercept + slope * middle) + 0.3, 0.7 * float(slope)],
        method="Nelder-Mead",
        options={"xatol": 1e-9, "fatol": 1e-11, "maxiter": 4000},
    )
    assert -found.fun <= float(best) + 1e-6
    assume(-found.fun >= float(best) - 1e-8)  # the simplex itself gave up early where the likelihood is a narrow ridge
    ours, theirs = (
        share(form, float(intercept), float(slope), sizes),
        share(form, found.x[0] - found.x[1] * middle, found.x[1], sizes),
    )
    assert theirs == pytest.approx(ours, abs=2e-4)


@pytest.mark.parametrize(("form", "link"), [(Form.logit, Logit()), (Form.power, LogLog())])
@settings(deadline=None)
@given(st.integers(1, 99), st.integers(1, 99))
def test_goes_through_two_points(form: Form, link: Logit | LogLog, first: int, second: int) -> None:
    """With two models the line has a closed form: it meets both shares."""
    assume(first != second)
    x, passed = np.log(np.array([0.5, 7.0])), np.array([first, second], dtype=float)
    line = fit_binomial_line(x, passed, np.full(2, 100.0), link)
    heights = np.log(passed / (100.0 - passed)) if form is Form.logit else np.log(-np.log(passed / 100.0))
    slope = (heights[1] - heights[0]) / (x[1] - x[0])
    assert bool(line.exists)
    assert float(line.slope) == pytest.approx(slope, rel=1e-7, abs=1e-9)
    assert float(line.intercept) == pytest.approx(heights[0] - slope * x[0], rel=1e-7, abs=1e-7)


@pytest.mark.parametrize("form", Form)
def test_finds_the_curve_that_the_shares_lie_on(form: Form) -> None:
    """Shares exactly on a curve give that curve back, from 0.03% to 99.9% solved and with fractional passes."""
    for intercept, slope in ((-1.0, 0.7), (0.4, -0.5), (2.0, 1.0), (-4.0, 1.1)):
        slope_here = slope if form is Form.logit else -slope
        passed = 164 * share(form, intercept, slope_here, SIZES)
        got = fitted(form, SIZES, passed, np.full(6, 164.0))
        assert bool(got[2])
        assert [float(got[0]), float(got[1])] == pytest.approx([intercept, slope_here], abs=1e-7)


@pytest.mark.parametrize("form", Form)
def test_recovers_a_known_slope_on_average(form: Form) -> None:
    """Over 2,000 simulated studies of 378 problems the mean estimate is within 1% of the truth."""
    rng = np.random.default_rng(5)
    slope = 0.6 if form is Form.logit else -0.4
    p = share(form, -0.6, slope, SIZES)
    passed = rng.binomial(378, p, size=(2000, 6)).astype(float)
    got = fitted(form, SIZES, passed, np.full(6, 378.0))
    assert bool(got[2].all())
    assert float(got[1].mean()) == pytest.approx(slope, rel=0.01)


@pytest.mark.parametrize("form", Form)
@settings(deadline=None)
@given(data=tallies(), scale=st.floats(1e-3, 1e9))
def test_the_unit_of_size_moves_the_intercept_only(
    form: Form, data: tuple[np.ndarray, np.ndarray, np.ndarray], scale: float
) -> None:
    """N in billions or in units: same slope, same likelihood; the intercept moves by slope × ln(scale)."""
    sizes, passed, trials = data
    intercept, slope, exists, best = fitted(form, sizes, passed, trials)
    other = fitted(form, sizes * scale, passed, trials)
    assert bool(other[2]) == bool(exists)
    assume(bool(exists))
    assert float(other[1]) == pytest.approx(float(slope), rel=1e-5, abs=1e-7)
    moved = float(intercept) - float(slope) * float(np.log(scale))
    assert float(other[0]) == pytest.approx(moved, rel=1e-5, abs=1e-5)
    assert float(other[3]) == pytest.approx(float(best), abs=1e-7)


@pytest.mark.parametrize("form", Form)
@settings(deadline=None)
@given(data=tallies(), times=st.integers(2, 9))
def test_duplicating_all_counts_changes_nothing(
    form: Form, data: tuple[np.ndarray, np.ndarray, np.ndarray], times: int
) -> None:
    """The estimate goes by shares and relative weights; doubled counts double the likelihood and nothing else."""
    sizes, passed, trials = data
    intercept, slope, exists, best = fitted(form, sizes, passed, trials)
    assume(bool(exists))
    other = fitted(form, sizes, passed * times, trials * times)
    assert [float(other[0]), float(other[1])] == pytest.approx([float(intercept), float(slope)], rel=1e-5, abs=1e-6)
    assert float(other[3]) == pytest.approx(times * float(best), rel=1e-9)


@settings(deadline=None)
@given(data=tallies())
def test_passes_and_failures_change_places(data: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    """Counting failures instead turns the signs of the logit fit, pulled fits among them."""
    sizes, passed, trials = data
    one, other = fit_logit(sizes, passed, trials), fit_logit(sizes, trials - passed, trials)
    assert bool(one.exists) == bool(other.exists)
    assert float(one.beta) == pytest.approx(-float(other.beta), rel=1e-5, abs=1e-6)


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize(
    "passed",
    [
        [0, 0, 0, 0, 0, 0],
        [50, 50, 50, 50, 50, 50],
        [0, 0, 0, 50, 50, 50],
        [50, 50, 0, 0, 0, 0],
        [0, 0, 20, 50, 50, 50],
        [0, 0, 0, 0, 0, 1],
        [49, 50, 50, 50, 50, 50],
    ],
)
def test_without_a_maximum_the_fit_is_pulled_and_says_so(form: Form, passed: list[int]) -> None:
    """Nothing solved, all solved, or a threshold between sizes: finite, on the right side of ½, `exists` False."""
    _, slope, exists, best = fitted(form, SIZES, np.array(passed, dtype=float), np.full(6, 50.0))
    fit = fit_logit(SIZES, passed, 50) if form is Form.logit else fit_power(SIZES, passed, 50)
    predicted = fit.predict(SIZES)
    assert not exists
    assert np.isfinite(slope)
    assert np.isfinite(best)
    assert ((predicted > 0.0) & (predicted < 1.0)).all()
    assert np.abs(predicted - np.array(passed) / 50).max() < 0.5
    if len(set(passed)) == 1:
        assert float(slope) == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("form", Form)
def test_one_pass_on_the_wrong_side_is_enough_for_a_maximum(form: Form) -> None:
    """The mask is exact: separation is broken by a single sample."""
    passed = np.array([0, 1, 20, 50, 50, 50], dtype=float)
    assert bool(fitted(form, SIZES, passed, np.full(6, 50.0))[2])


@pytest.mark.parametrize("form", Form)
def test_rounding_of_weighted_sums_does_not_make_a_pass(form: Form) -> None:
    """1e-14 passes of 50 are none, and 50 + 1e-14 are all."""
    passed = np.array([1e-14, 0, 0, 50 - 1e-14, 50 + 1e-14, 50])
    assert not fitted(form, SIZES, passed, np.full(6, 50.0))[2]


@pytest.mark.parametrize("form", Form)
def test_leading_axes_are_fitted_one_by_one(form: Form) -> None:
    """A block of draws × rungs gives what each row gives alone, rows without a maximum among them."""
    rng = np.random.default_rng(3)
    passed = rng.binomial(40, np.linspace(0.0, 0.5, 6), size=(5, 3, 6)).astype(float)
    passed[0, 0], passed[1, 1] = 0.0, 40.0
    trials = np.full(6, 40.0)
    block = fitted(form, SIZES, passed, trials)
    assert block[0].shape == (5, 3)
    for index in np.ndindex(5, 3):
        alone = fitted(form, SIZES, passed[index], trials)
        for together, single in zip(block, alone, strict=True):
            assert float(together[index]) == pytest.approx(float(single), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("form", Form)
def test_two_models_of_one_size_count_as_their_sum(form: Form) -> None:
    """Points above one size enter the likelihood as one point with added counts would; they are one size of the four."""
    twins = fitted(form, np.array([1.0, 2, 4, 8, 8]), np.array([10.0, 14, 20, 28, 22]), np.full(5, 40.0))
    summed = fitted(form, np.array([1.0, 2, 4, 8]), np.array([10.0, 14, 20, 50]), np.array([40.0, 40, 40, 80]))
    assert [float(a) for a in twins] == pytest.approx([float(a) for a in summed], rel=1e-7)
    with pytest.raises(DomainError, match="holds 3 different sizes, expected at least 4"):
        fitted(form, np.array([1.0, 2, 8, 8]), np.full(4, 10.0), np.full(4, 40.0))


def test_change_between_rungs_is_the_interaction_of_the_joint_model() -> None:
    """One likelihood with an intercept and slope for each rung, maximised by scipy, has our slopes and their difference."""
    passed = np.array([[60.0, 90, 110, 130, 140, 150], [20, 45, 70, 100, 115, 135]])
    fit = fit_logit(SIZES, passed, 164)
    x = np.log(SIZES)

    def minus(theta: np.ndarray) -> float:
        easy, harder = theta[0] + theta[1] * x, theta[0] + theta[2] + (theta[1] + theta[3]) * x
        line = np.stack([easy, harder])
        return float((164 * np.logaddexp(0.0, line) - passed * line).sum())

    found = minimize(minus, np.zeros(4), method="BFGS", options={"gtol": 1e-6})
    change = change_between_rungs(fit.beta, fit.exists)
    assert float(change.change[0]) == pytest.approx(found.x[3], abs=1e-4)
    assert bool(change.exists[0])


@pytest.mark.parametrize("fit", [fit_logit([1, 2, 4, 8], [5, 6, 8, 9], 10), fit_power([1, 2, 4, 8], [5, 6, 8, 9], 10)])
def test_predicts_inside_the_sizes_only(fit: LogitFit | PowerFit) -> None:
    """Between the smallest and the largest size, ends included; beyond them it is refused with the range."""
    assert fit.predict([1.0, 3.0, 8.0]).shape == (3,)
    assert fit.predict(3.0).shape == (1,)
    for beyond in (0.99, 8.01, float("nan")):
        with pytest.raises(DomainError, match=r"expected a size from 1\.0 to 8\.0; a fit says nothing beyond"):
            fit.predict([2.0, beyond])


@pytest.mark.parametrize(
    ("sizes", "passed", "trials", "says"),
    [
        ([1, 2, 4], [1, 1, 1], 2, "sizes holds 3 different sizes, expected at least 4;"),
        ([], [], 2, "sizes holds 0 different sizes"),
        ([1, 2, 4, -8], [1] * 4, 2, "sizes[3] is -8.0, expected a positive finite number of parameters;"),
        ([1, 2, float("nan"), 8], [1] * 4, 2, "sizes[2] is nan"),
        ([[1, 2, 4, 8]], [1] * 4, 2, "sizes has shape (1, 4), expected one size for each model"),
        ([1, 2, 4, 8], [1] * 5, 2, "passed has shape (5,), expected a last axis of 4 models"),
        ([1, 2, 4, 8], 1, 2, "passed has shape (), expected a last axis of 4 models"),
        (
            [1, 2, 4, 8],
            [1] * 4,
            [2] * 3,
            "passed has shape (4,) and trials (3,), expected shapes that can be broadcast",
        ),
        ([1, 2, 4, 8], [1, 1, 3, 1], 2, "passed at index (2,) is 3.0, expected a number from 0 to trials = 2.0;"),
        ([1, 2, 4, 8], [[1] * 4, [1, -1, 1, 1]], 2, "passed at index (1, 1) is -1.0, expected"),
        ([1, 2, 4, 8], [1, float("nan"), 1, 1], 2, "passed at index (1,) is nan, expected"),
        ([1, 2, 4, 8], [0] * 4, [2, 2, 0, 2], "trials at index (2,) is 0.0, expected a positive finite number;"),
    ],
)
def test_outside_the_domain_is_refused_in_one_line(sizes: object, passed: object, trials: object, says: str) -> None:
    """What cannot be fitted is refused with the value seen and what was expected, by both forms."""
    for fit in (fit_logit, fit_power):
        with pytest.raises(DomainError) as caught:
            fit(sizes, passed, trials)  # type: ignore[arg-type]
        assert str(caught.value).startswith(says)
        assert "\n" not in str(caught.value)
