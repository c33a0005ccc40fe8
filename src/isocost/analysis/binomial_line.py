"""A line in ln N under a link, fitted by binomial likelihood to passes and trials, for many rows of counts at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from isocost.analysis.least_squares import least_squares_line

if TYPE_CHECKING:
    from numpy.typing import NDArray

_STEPS: Final = 200
"""Newton steps, halved ones counted; ordinary counts take 3 to 8."""

_SMALL: Final = 1e-8
"""A step that moves no point by more than this is the last: Newton's error after it is of the order of its square."""

_LONGEST: Final = 8.0
"""Most that one step may move a point, in the units of the link."""

_PULL: Final = 2.0
"""Artificial trials of a pulled fit, over all models together: one for each parameter."""


class Link(Protocol):
    """How the line gives a probability, and what the likelihood and its two derivatives are at a point of the line."""

    def share(self, eta: NDArray[np.float64]) -> NDArray[np.float64]:
        """Probability of a pass where the line stands at `eta`."""

    def height(self, share: NDArray[np.float64]) -> NDArray[np.float64]:
        """Inverse of `share`."""

    def pieces(
        self, eta: NDArray[np.float64], passed: NDArray[np.float64], failed: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Log-likelihood passed·ln p + failed·ln(1 − p), its slope in eta, and minus its curvature in eta (at least 0)."""


class Logit:
    """ln(p / (1 − p)) = eta."""

    def share(self, eta: NDArray[np.float64]) -> NDArray[np.float64]:
        """The share p = 1 / (1 + e^−eta)."""
        small = np.exp(-np.abs(eta))
        return np.where(eta >= 0.0, 1.0, small) / (1.0 + small)

    def height(self, share: NDArray[np.float64]) -> NDArray[np.float64]:
        """ln(p / (1 − p))."""
        return np.log(share) - np.log1p(-share)

    def pieces(
        self, eta: NDArray[np.float64], passed: NDArray[np.float64], failed: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """As the protocol says; nothing overflows, whatever eta."""
        small = np.exp(-np.abs(eta))
        less, more = small / (1.0 + small), 1.0 / (1.0 + small)
        up = eta >= 0.0
        p, q = np.where(up, more, less), np.where(up, less, more)
        value = passed * np.minimum(eta, 0.0) - failed * np.maximum(eta, 0.0) - (passed + failed) * np.log1p(small)
        return value, passed * q - failed * p, (passed + failed) * (less * more)


class LogLog:
    """ln(−ln p) = eta: a straight line here is a power law of −ln p."""

    def share(self, eta: NDArray[np.float64]) -> NDArray[np.float64]:
        """The share p = exp(−e^eta)."""
        return np.exp(-np.exp(np.minimum(eta, 700.0)))

    def height(self, share: NDArray[np.float64]) -> NDArray[np.float64]:
        """ln(−ln p)."""
        return np.log(-np.log(share))

    def pieces(
        self, eta: NDArray[np.float64], passed: NDArray[np.float64], failed: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """As the protocol says, with t = −ln p = e^eta; concave in eta, as ln(1 − exp(−e^eta)) is."""
        t = np.exp(np.clip(eta, -600.0, 600.0))
        failing = -np.expm1(-t)
        odds = t * np.exp(-t) / failing  # t·p / (1 − p)
        # t / (1 − p) − 1, which cancels where t is small
        excess = np.where(t < 1e-5, t / 2.0, t / failing - 1.0)
        value = failed * np.log(failing) - passed * t
        return value, failed * odds - passed * t, passed * t + failed * odds * excess


@dataclass(frozen=True, eq=False)
class BinomialLine:
    """Lines of shape (...): one for each row of counts."""

    intercept: NDArray[np.float64]
    """Height of the line at x = 0, in the units of the link."""
    slope: NDArray[np.float64]
    """Rise of the line per unit of x."""
    log_likelihood: NDArray[np.float64]
    """Σ passed·ln p + failed·ln(1 − p) at the line, without the binomial coefficients, which no line changes."""
    exists: NDArray[np.bool_]
    """Whether the likelihood has a maximum; where it has none, the line is the pulled one."""


def fit_binomial_line(
    x: NDArray[np.float64], passed: NDArray[np.float64], trials: NDArray[np.float64], link: Link
) -> BinomialLine:
    """Maximum of Σ_m passed_m·ln p_m + (trials_m − passed_m)·ln(1 − p_m) with p_m = share(intercept + slope·x_m).

    Both links make it concave, so that a maximum is the only one. Newton's method finds it; a step that lowers the
    likelihood is halved.

    **Where there is no maximum.** It exists unless passes and failures are separated in x: every pass stands at or above
    every failure, or every pass at or below (nothing passed and everything passed among them). Then the likelihood grows
    as the line gets steeper, without end. Such a row, and one whose maximum is too far out to be found, has `exists`
    False and the line of a *pulled* fit: `_PULL` artificial trials in all, spread evenly over the models, passed at the
    pooled rate (Σ passed + ½) / (Σ trials + 1). It is finite and leans towards slope 0. It is a convention: say in how
    many draws it had to be used. Source of the idea: C. Clogg and others (1991), J. Am. Stat. Assoc. 86, 68-78.

    Args:
        x: shape (models,), at least two of them different among the models that have trials.
        passed: shape (..., models), in [0, trials]; may be fractions.
        trials: shape (..., models), at least 0; a model with 0 is absent from that row.
        link: how the line gives a probability.
    """
    lead, models = passed.shape[:-1], passed.shape[-1]
    passes, total = passed.reshape(-1, models), trials.reshape(-1, models)
    centre = float(x.mean())
    x = x - centre
    exists = ~_separated(x, passes > 0.0, total - passes > 0.0)
    line, value = np.empty((passes.shape[0], 2)), np.empty(passes.shape[0])
    rows = np.flatnonzero(exists)
    line[rows], value[rows], found = _maximise(x, passes[rows], total[rows] - passes[rows], link)
    exists[rows[~found]] = False
    rows = np.flatnonzero(~exists)
    if rows.size:
        more_passes, more_total = _pulled(passes[rows], total[rows])
        line[rows], _, _ = _maximise(x, more_passes, more_total - more_passes, link)
        eta = line[rows, :1] + line[rows, 1:] * x
        value[rows] = link.pieces(eta, passes[rows], total[rows] - passes[rows])[0].sum(axis=-1)
    return BinomialLine(
        intercept=(line[:, 0] - line[:, 1] * centre).reshape(lead),
        slope=line[:, 1].reshape(lead),
        log_likelihood=value.reshape(lead),
        exists=exists.reshape(lead),
    )


def _separated(x: NDArray[np.float64], some_pass: NDArray[np.bool_], some_fail: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether one x stands between all passes on one side and all failures on the other, itself allowed both."""
    lowest_pass = np.where(some_pass, x, np.inf).min(axis=-1)
    highest_pass = np.where(some_pass, x, -np.inf).max(axis=-1)
    lowest_fail = np.where(some_fail, x, np.inf).min(axis=-1)
    highest_fail = np.where(some_fail, x, -np.inf).max(axis=-1)
    separated: NDArray[np.bool_] = (lowest_pass >= highest_fail) | (highest_pass <= lowest_fail)
    return separated


def _pulled(
    passed: NDArray[np.float64], trials: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Counts with the artificial trials added, at the models that have trials."""
    present = trials > 0.0
    extra = _PULL * present / present.sum(axis=-1, keepdims=True)
    rate = (passed.sum(axis=-1, keepdims=True) + 0.5) / (trials.sum(axis=-1, keepdims=True) + 1.0)
    return passed + extra * rate, trials + extra


def _maximise(
    x: NDArray[np.float64], passed: NDArray[np.float64], failed: NDArray[np.float64], link: Link
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """Lines (rows, 2) at the maximum, the likelihood there, and whether it was found; a row that is done is left alone."""
    trials = passed + failed
    shares = (passed + 0.5) / (trials + 1.0)
    line = np.stack(least_squares_line(x, link.height(shares), trials), axis=-1)
    values, found = np.full(len(line), -np.inf), np.zeros(len(line), dtype=bool)
    # Of each row still at work: the best line so far, the likelihood there, and the step to try from it.
    live, best, value = np.arange(len(line)), line, values.copy()
    step, scale = np.zeros_like(line), np.ones(len(line))
    for _ in range(_STEPS):
        if live.size == 0:
            break
        here = best + scale[:, np.newaxis] * step
        new, score, information = link.pieces(here[:, :1] + here[:, 1:] * x, passed[live], failed[live])
        new_value = new.sum(axis=-1)
        better = new_value >= value - 1e-13 * (1.0 + np.abs(value))
        last = better & np.isfinite(value) & (_reach(x, step) * scale <= _SMALL)
        best = np.where(better[:, np.newaxis], here, best)
        value = np.where(better, new_value, value)
        step = np.where(better[:, np.newaxis], _newton(x, score, information), step)
        scale = np.where(better, 1.0, scale / 2.0)
        line[live], values[live], found[live] = best, value, last
        keep = ~last
        live, best, value, step, scale = live[keep], best[keep], value[keep], step[keep], scale[keep]
    return line, values, found


def _newton(
    x: NDArray[np.float64], score: NDArray[np.float64], information: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Newton's step (rows, 2), shortened where it would move a point too far."""
    total = np.maximum(information.sum(axis=-1), 1e-200)
    mean = (information * x).sum(axis=-1) / total
    off_mean = x - mean[:, np.newaxis]
    spread = np.maximum((information * off_mean**2).sum(axis=-1), 1e-200)
    slope = (score * off_mean).sum(axis=-1) / spread
    step = np.stack([score.sum(axis=-1) / total - slope * mean, slope], axis=-1)
    return step * np.minimum(1.0, _LONGEST / np.maximum(_reach(x, step), 1e-200))[:, np.newaxis]


def _reach(x: NDArray[np.float64], step: NDArray[np.float64]) -> NDArray[np.float64]:
    """Most that a step moves any point of the line; |line| is largest at an end of x."""
    ends = np.array([x.min(), x.max()])
    reach: NDArray[np.float64] = np.abs(step[:, :1] + step[:, 1:] * ends).max(axis=-1)
    return reach
