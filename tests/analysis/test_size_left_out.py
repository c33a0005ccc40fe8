"""Leaving one size out: against a plain loop over refits, and on curves of which one form is the true one."""

from __future__ import annotations

import numpy as np
import pytest

from isocost.analysis.scaling import Form, fit_logit, fit_power
from isocost.analysis.size_left_out import compare_forms, leave_one_size_out
from isocost.errors import DomainError

SIZES = np.array([7.0, 0.5, 32.0, 1.5, 14.0, 3.0])


@pytest.mark.parametrize("form", Form)
def test_is_the_loop_over_fits_without_one_size(form: Form) -> None:
    """Each prediction is that of the fit to the other models; the smallest and largest size are marked as reached for."""
    passed = np.array([[100.0, 30, 150, 60, 120, 90], [60, 5, 90, 20, 75, 40]])
    left_out = leave_one_size_out(SIZES, passed, 164, form)
    for model in range(6):
        others = np.arange(6) != model
        if form is Form.logit:
            logit = fit_logit(SIZES[others], passed[:, others], 164)
            expected = 1 / (1 + np.exp(-(logit.alpha + logit.beta * np.log(SIZES[model]))))
        else:
            power = fit_power(SIZES[others], passed[:, others], 164)
            expected = np.exp(-np.exp(power.log_A - power.nu * np.log(SIZES[model])))
        assert left_out.predicted[:, model] == pytest.approx(expected, abs=1e-9)
    error = left_out.predicted - passed / 164
    assert left_out.error == pytest.approx(error)
    assert left_out.extrapolated.tolist() == [False, True, True, False, False, False]
    assert left_out.mean_absolute_error == pytest.approx(np.abs(error).mean(axis=1))
    assert left_out.inner_mean_absolute_error == pytest.approx(np.abs(error[:, [0, 3, 4, 5]]).mean(axis=1))
    assert left_out.exists.all()


def test_models_of_one_size_leave_together() -> None:
    """A twin does not foretell its twin: with its shares changed, the prediction of the other stays."""
    sizes = [1.0, 2, 4, 8, 8]
    one = leave_one_size_out(sizes, [20, 40, 60, 80, 90], 100, Form.logit)
    other = leave_one_size_out(sizes, [20, 40, 60, 80, 10], 100, Form.logit)
    assert float(one.predicted[3]) == float(one.predicted[4]) == float(other.predicted[3])
    assert one.extrapolated.tolist() == [True, False, False, True, True]


@pytest.mark.parametrize("form", Form)
def test_the_true_form_has_no_error_and_wins(form: Form) -> None:
    """On shares that lie on one form's curve, that form foretells each exactly and the other does not."""
    x = np.log(SIZES)
    p = 1 / (1 + np.exp(1.0 - 0.8 * x)) if form is Form.logit else np.exp(-np.exp(0.3 - 0.6 * x))
    compared = compare_forms(SIZES, 1000 * p, 1000)
    right, wrong = (compared.logit, compared.power) if form is Form.logit else (compared.power, compared.logit)
    assert float(right.mean_absolute_error) == pytest.approx(0.0, abs=1e-7)
    assert float(wrong.mean_absolute_error) > 0.005
    assert (float(compared.difference) < 0) == (form is Form.logit)


def test_a_draw_without_a_maximum_raises_nothing() -> None:
    """Where leaving out one size leaves separated counts, the pulled fit predicts and the mask says so."""
    left_out = leave_one_size_out([1, 2, 4, 8, 16], [0, 0, 1, 50, 49], 50, Form.logit)
    assert left_out.exists.tolist() == [True, True, True, True, False]
    assert np.isfinite(left_out.predicted).all()


def test_fewer_than_four_sizes_are_refused() -> None:
    """Three sizes are refused, as for the fit itself."""
    with pytest.raises(DomainError, match="sizes holds 3 different sizes, expected at least 4"):
        compare_forms([1, 2, 4], [1, 2, 3], 9)
