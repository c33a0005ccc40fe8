"""Conclusions on size: fits within a family, and how their slopes change from rung to rung."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from isocost.analysis.elasticity import fit_elasticity
from isocost.analysis.fit_inputs import FEWEST_SIZES
from isocost.analysis.scaling import Form, fit_logit, fit_power
from isocost.analysis.size_left_out import leave_one_size_out
from isocost.errors import UsageError
from isocost.study.answering.result import ChangePart, FitPart

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from isocost.study.answering.evidence import Evidence, Seen

FORMS = {
    "logit": "logit p = α + β·ln N",
    "power": "−ln p = A·N^−ν",
    "gamma": "ln(cost per solved) = a + γ·ln N",
}
"""The forms by the names that `--fit` takes."""

Slope = tuple[float, "NDArray[np.float64]", float, float | None]
"""Slope, its draws, intercept, and error of the size left out."""


def fit_parts(evidence: Evidence, wanted: str | None = None) -> tuple[list[FitPart], list[ChangePart]]:
    """Fit each form to each family on each rung, and take differences from each rung to the next.

    Raises UsageError when a form is asked for by name and no family has sizes enough for it.
    """
    fits: list[FitPart] = []
    slopes: dict[tuple[str, str], dict[int, Slope]] = {}
    for family in sorted({model.family for model in evidence.models if model.family is not None}):
        for rung in evidence.rungs:
            for form in FORMS if wanted is None else (wanted,):
                part, slope = _fit(evidence, family, rung, form)
                fits.append(part)
                if slope is not None:
                    slopes.setdefault((family, form), {})[rung] = slope
    if wanted is not None and not any(fit.slope for fit in fits):
        reasons = "; ".join(sorted({fit.reason for fit in fits if fit.reason})) or "no model has a known size"
        raise UsageError(f"no fit of {FORMS[wanted]} can be made: {reasons}; leave out --fit for a result without one")
    return fits, list(_changes(evidence, slopes))


def _fit(evidence: Evidence, family: str, rung: int, form: str) -> tuple[FitPart, Slope | None]:
    here = evidence.on(rung)
    members = [
        (model.parameters / 1e9, here[model.name])
        for model in evidence.models
        if model.family == family and model.parameters is not None and model.name in here
    ]
    sizes = np.array([size for size, _ in members])
    seen = [one for _, one in members]
    reason = _why_not(sizes, seen, form)
    slope = None if reason is not None else (_elasticity(sizes, seen) if form == "gamma" else _curve(sizes, seen, form))
    estimate = None
    if slope is not None:
        estimate = evidence.estimated(slope[0], slope[1], sum(one.estimate.samples for one in seen))
        if estimate is None:
            reason = "the slope exists in too few draws: too little is solved, or everything is"
    part = FitPart(
        family=family,
        rung=rung,
        form=FORMS[form],
        slope=estimate,
        intercept=slope[2] if slope is not None and estimate is not None else None,
        left_out_error=slope[3] if slope is not None and estimate is not None else None,
        sizes=tuple(sizes.tolist()),
        reason=reason,
    )
    return part, slope if estimate is not None else None


def _why_not(sizes: NDArray[np.float64], seen: list[Seen], form: str) -> str | None:
    different = np.unique(sizes).size
    if different < FEWEST_SIZES:
        return f"{different} {'size' if different == 1 else 'sizes'}, and a fit needs at least {FEWEST_SIZES}"
    if form == "gamma" and any(one.cost is None for one in seen):
        return "not every model has a cost"
    return None


def _curve(sizes: NDArray[np.float64], seen: list[Seen], form: str) -> Slope:
    trials = np.array([float(one.estimate.problems) for one in seen])
    passed = np.array([one.estimate.value for one in seen]) * trials
    drawn = np.stack([one.draws for one in seen], axis=-1) * trials
    error = float(leave_one_size_out(sizes, passed, trials, Form(form)).mean_absolute_error)
    if form == "logit":
        fit, fits = fit_logit(sizes, passed, trials), fit_logit(sizes, drawn, trials)
        return float(fit.beta), np.where(fits.exists, fits.beta, np.nan), float(fit.alpha), error
    law, laws = fit_power(sizes, passed, trials), fit_power(sizes, drawn, trials)
    return float(law.nu), np.where(laws.exists, laws.nu, np.nan), float(law.log_A), error


def _elasticity(sizes: NDArray[np.float64], seen: list[Seen]) -> Slope:
    with np.errstate(divide="ignore"):
        costs = np.array([one.cost or 0.0 for one in seen]) / np.array([one.estimate.value for one in seen])
        drawn = np.stack([one.cost_draws / one.draws for one in seen if one.cost_draws is not None], axis=-1)
    fit, fits = fit_elasticity(sizes, costs), fit_elasticity(sizes, drawn)
    return float(fit.gamma), fits.gamma, float(fit.intercept), None


def _changes(evidence: Evidence, slopes: dict[tuple[str, str], dict[int, Slope]]) -> Iterator[ChangePart]:
    for (family, form), by_rung in slopes.items():
        rungs = sorted(by_rung)
        for low, high in pairwise(rungs):
            change = evidence.estimated(
                by_rung[high][0] - by_rung[low][0], by_rung[high][1] - by_rung[low][1],
                sum(seen.estimate.samples for rung in (low, high) for seen in evidence.on(rung).values()),
            )  # fmt: skip
            if change is not None:
                yield ChangePart(family=family, form=FORMS[form], rung=low, to_rung=high, change=change)
