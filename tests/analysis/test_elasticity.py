"""γ, the elasticity of the cost per solved problem: identities, absent models, and its change between rungs."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import linregress

from isocost.analysis.elasticity import change_between_rungs, fit_elasticity
from isocost.errors import DomainError

SIZES = np.array([0.5, 1.5, 3.0, 7.0, 14.0, 32.0])
six = st.lists(st.floats(1e-3, 1e6), min_size=6, max_size=6).map(np.array)


@given(six)
def test_is_the_regression_of_an_independent_library(cost: np.ndarray) -> None:
    """The linregress of scipy on logarithms has the same slope and intercept."""
    fit, theirs = fit_elasticity(SIZES, cost), linregress(np.log(SIZES), np.log(cost))
    assert float(fit.gamma) == pytest.approx(theirs.slope, rel=1e-9, abs=1e-9)
    assert float(fit.intercept) == pytest.approx(theirs.intercept, rel=1e-9, abs=1e-9)
    assert (bool(fit.exists), int(fit.models)) == (True, 6)


@given(six, st.lists(st.floats(1e-3, 1.0), min_size=6, max_size=6).map(np.array))
def test_is_the_elasticity_of_cost_minus_that_of_accuracy(cost: np.ndarray, share: np.ndarray) -> None:
    """γ of C/p is γ of C minus γ of p."""
    gammas = [float(fit_elasticity(SIZES, values).gamma) for values in (cost / share, cost, share)]
    assert gammas[0] == pytest.approx(gammas[1] - gammas[2], abs=1e-9)


@given(six, st.floats(1e-3, 1e9), st.floats(1e-3, 1e9))
def test_units_of_size_and_cost_do_not_matter(cost: np.ndarray, of_size: float, of_cost: float) -> None:
    """γ has no unit."""
    other = fit_elasticity(SIZES * of_size, cost * of_cost)
    assert float(other.gamma) == pytest.approx(float(fit_elasticity(SIZES, cost).gamma), abs=1e-8)


def test_cost_in_proportion_to_size_at_equal_shares_is_one() -> None:
    """If all solve the same and cost goes with N, a solved problem costs as N: γ = 1."""
    assert float(fit_elasticity(SIZES, 3.0 * SIZES).gamma) == pytest.approx(1.0)


def test_a_model_that_solved_nothing_is_absent_from_its_row_alone() -> None:
    """Infinite cost leaves the row's fit to the others, and no fit where fewer than 4 sizes are left."""
    cost = np.tile(SIZES**0.5, (3, 1))
    cost[1, 0] = math.inf
    cost[2, :3] = math.inf
    fit = fit_elasticity(SIZES, cost)
    assert fit.exists.tolist() == [True, True, False]
    assert fit.models.tolist() == [6, 5, 3]
    assert fit.gamma[:2] == pytest.approx([0.5, 0.5])
    assert math.isnan(fit.gamma[2])
    assert math.isnan(fit.intercept[2])


def test_twins_are_one_size_of_the_four() -> None:
    """Five models of three sizes are refused; four sizes of which one has lost both twins give no fit."""
    with pytest.raises(DomainError, match="holds 3 different sizes"):
        fit_elasticity([1, 1, 2, 4, 4], [1, 1, 2, 4, 4])
    fit = fit_elasticity([1, 2, 4, 8, 8], [[1, 2, 4, 8, math.inf], [1, 2, 4, math.inf, math.inf]])
    assert fit.exists.tolist() == [True, False]


def test_change_is_each_rung_minus_the_one_before() -> None:
    """Draws × rungs give draws × (rungs − 1), existing where both rungs do."""
    gamma = np.array([[0.9, 0.7, 0.4], [0.8, np.nan, 0.5]])
    change = change_between_rungs(gamma, np.isfinite(gamma))
    assert change.change[0] == pytest.approx([-0.2, -0.3])
    assert change.exists.tolist() == [[True, True], [False, False]]


@pytest.mark.parametrize(
    ("sizes", "cost", "says"),
    [
        ([1, 2, 4], [1, 2, 4], "sizes holds 3 different sizes, expected at least 4;"),
        ([1, 2, 4, 8], [1, 2, 4], "cost_per_solved has shape (3,), expected a last axis of 4 models"),
        ([1, 2, 4, 8], [1, 2, 4, 0], "cost_per_solved at index (3,) is 0.0, expected a number above 0, or infinity"),
        ([1, 2, 4, 8], [[1, 2, math.nan, 3]], "cost_per_solved at index (0, 2) is nan, expected"),
    ],
)
def test_outside_the_domain_is_refused_in_one_line(sizes: object, cost: object, says: str) -> None:
    """What has no logarithm is refused with its place."""
    with pytest.raises(DomainError) as caught:
        fit_elasticity(sizes, cost)  # type: ignore[arg-type]
    assert str(caught.value).startswith(says)


def test_one_rung_has_no_change() -> None:
    """One rung, or a mask of another shape, is refused."""
    with pytest.raises(DomainError, match="expected a last axis of at least 2 rungs"):
        change_between_rungs([0.3], [True])
    with pytest.raises(DomainError, match="exists has shape"):
        change_between_rungs([0.3, 0.4], [True])
