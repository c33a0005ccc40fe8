"""How well each form of p(N) foretells a size it has not seen: the comparison of forms, never by R²."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from isocost.analysis.binomial_line import fit_binomial_line
from isocost.analysis.fit_inputs import checked_counts, checked_sizes
from isocost.analysis.scaling import Form

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, eq=False)
class SizeLeftOut:
    """Predictions of each model by the fit to all models of other sizes."""

    form: Form
    """The form that was fitted."""
    predicted: NDArray[np.float64]
    """Predicted share, shape (..., models)."""
    error: NDArray[np.float64]
    """Predicted minus observed share, shape (..., models); × 100 gives points."""
    exists: NDArray[np.bool_]
    """Shape (..., models): whether the fit that predicts this model has a maximum; where not, it is the pulled one."""
    extrapolated: NDArray[np.bool_]
    """Shape (models,): the smallest and the largest size, which the fit to the others has to reach out for."""
    mean_absolute_error: NDArray[np.float64]
    """Mean of |error| over all models, shape (...)."""
    inner_mean_absolute_error: NDArray[np.float64]
    """Mean of |error| over the models that are not extrapolated, shape (...)."""


@dataclass(frozen=True, eq=False)
class FormComparison:
    """Both forms, held against the same counts."""

    logit: SizeLeftOut
    """Of logit p = α + β·ln N."""
    power: SizeLeftOut
    """Of −ln p = A·N^−ν."""
    difference: NDArray[np.float64]
    """Mean absolute error of the logit form minus that of the power form, shape (...): below 0, logit is nearer."""


def leave_one_size_out(sizes: ArrayLike, passed: ArrayLike, trials: ArrayLike, form: Form) -> SizeLeftOut:
    """Leave out one size, fit the form to the others, predict the share at the size left out; once for each size.

    All models of one size leave together, or the twin left behind would give the answer away. The errors hold the noise
    of the observed share too: √(p(1 − p)/trials) is the least that even the true curve would show. With 4 sizes each
    fit has 3 to go by.

    Args:
        sizes: shape (models,), at least 4 different.
        passed: shape (..., models), as for `fit_logit`.
        trials: shape (..., models) or broadcast to it.
        form: which form to fit.

    Raises:
        DomainError: as for `fit_logit`.

    >>> left_out = leave_one_size_out([0.5, 1.5, 3, 7, 14], [40, 70, 85, 105, 120], 164, Form.logit)
    >>> (100 * left_out.error).round(1).tolist()
    [3.5, -2.7, -0.4, 0.6, 1.0]
    >>> left_out.extrapolated.tolist()
    [True, False, False, False, True]
    """
    row = checked_sizes(sizes)
    passes, total = checked_counts(passed, trials, row.size)
    different, size_of = np.unique(row, return_inverse=True)
    kept = size_of != np.arange(different.size)[:, np.newaxis]  # (sizes left out, models)
    x = np.log(row)
    line = fit_binomial_line(x, passes[..., np.newaxis, :] * kept, total[..., np.newaxis, :] * kept, form.link)
    predicted = form.link.share(line.intercept[..., size_of] + line.slope[..., size_of] * x)
    error = predicted - passes / total
    extrapolated = (row == different[0]) | (row == different[-1])
    return SizeLeftOut(
        form=form,
        predicted=predicted,
        error=error,
        exists=line.exists[..., size_of],
        extrapolated=extrapolated,
        mean_absolute_error=np.abs(error).mean(axis=-1),
        inner_mean_absolute_error=np.abs(error[..., ~extrapolated]).mean(axis=-1),
    )


def compare_forms(sizes: ArrayLike, passed: ArrayLike, trials: ArrayLike) -> FormComparison:
    """`leave_one_size_out` of both forms, and the difference of their mean absolute errors.

    With a handful of sizes the difference is often smaller than its own noise: give bootstrap draws as a leading axis and
    name a better form only where the interval of `difference` leaves out 0.

    Raises:
        DomainError: as for `fit_logit`.

    >>> compared = compare_forms([0.5, 1.5, 3, 7, 14], [40, 70, 85, 105, 120], 164)
    >>> [round(100 * float(form.mean_absolute_error), 2) for form in (compared.logit, compared.power)]
    [1.63, 0.88]
    """
    logit = leave_one_size_out(sizes, passed, trials, Form.logit)
    power = leave_one_size_out(sizes, passed, trials, Form.power)
    return FormComparison(logit=logit, power=power, difference=logit.mean_absolute_error - power.mean_absolute_error)
