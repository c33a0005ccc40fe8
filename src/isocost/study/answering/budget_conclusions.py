"""Conclusions: from evidence to the parts of a result. Each is made on the data and on every draw alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from isocost.analysis.best_size import best_at_each
from isocost.analysis.crossings import existing, overtakes, reach
from isocost.analysis.panel import Key
from isocost.records import Regime
from isocost.study.answering.evidence import Spent
from isocost.study.answering.result import BestPart, CostPart, CrossingPart, CurvePart, SolvedPart

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from isocost.analysis.crossings import Crossing
    from isocost.analysis.panel_curves import Curve
    from isocost.records import Unit
    from isocost.study.answering.evidence import Evidence, Seen

SHARES = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
"""Shares for which the budget that reaches them is given."""


def solved_parts(evidence: Evidence) -> Iterator[SolvedPart]:
    """pass@1 of every model on every rung."""
    for rung in evidence.rungs:
        for model, seen in evidence.on(rung).items():
            least, alike = seen.per_problem, seen.estimate.samples == seen.per_problem * seen.estimate.problems
            one = alike and least == 1
            yield SolvedPart(
                model=model,
                rung=rung,
                benchmarks=seen.benchmarks,
                estimand="one sample a problem" if one else f"mean of {least} samples{'' if alike else ' or more'}",
                pass_at_1=seen.estimate,
            )


def cost_parts(evidence: Evidence) -> Iterator[CostPart]:
    """Mean cost of a sample, and cost per solved problem = Σ attempt costs / Σ expected solves, one attempt a problem.

    Where a cost was both measured and modelled, the one that budgets are made of comes first.
    """
    for rung in evidence.rungs:
        for model, seen in evidence.on(rung).items():
            if seen.prompt is None or seen.completion is None or seen.cost_draws is None or seen.basis is None:
                continue
            first = Spent(prompt=seen.prompt, completion=seen.completion, basis=seen.basis, cost_draws=seen.cost_draws)
            for spent in (first, seen.beside):
                if spent is not None and evidence.unit is not None:
                    yield _cost(evidence, model, rung, evidence.unit, seen, spent)


def _cost(evidence: Evidence, model: str, rung: int, unit: Unit, seen: Seen, spent: Spent) -> CostPart:
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.divide(spent.prompt + spent.completion, seen.estimate.value) if seen.estimate.value else np.inf
        draws = spent.cost_draws / seen.draws
    return CostPart(
        model=model,
        rung=rung,
        unit=unit,
        prompt=spent.prompt,
        completion=spent.completion,
        basis=spent.basis,
        per_solved=evidence.estimated(float(ratio), draws, seen.estimate.samples),
    )


def curve_parts(evidence: Evidence) -> Iterator[CurvePart]:
    """Every isocost curve with its band."""
    for regime, curves in evidence.curves.items():
        for key, curve in curves.items():
            assert evidence.budgets is not None and evidence.unit is not None  # noqa: S101, PT018 (curves have both)
            low, high = curve.interval(evidence.problems, evidence.level)
            yield CurvePart(
                model=key.model,
                rung=key.rung,
                regime=regime,
                unit=evidence.unit,
                budgets=tuple(evidence.budgets.tolist()),
                solved=_or_none(curve.values),
                low=_or_none(low),
                high=_or_none(high),
                within=tuple(curve.within.tolist()),
                law=evidence.law if regime is Regime.oracle and (curve.within < 1.0).any() else None,
                in_sequence=None if curve.in_sequence is None else _or_none(curve.in_sequence),
            )


def best_parts(evidence: Evidence) -> Iterator[BestPart]:
    """The best model at each budget, for each rung and regime."""
    for regime, rung, curves in _by_rung(evidence):
        assert evidence.budgets is not None and evidence.unit is not None  # noqa: S101, PT018 (curves have both)
        found = best_at_each(evidence.budgets, curves, evidence.level)
        ends = {name: curve.interval(evidence.problems, evidence.level) for name, curve in curves.items()}
        for place, (budget, best) in enumerate(zip(evidence.budgets.tolist(), found, strict=True)):
            lead = (None, None, None) if best is None or best.lead is None else best.lead
            yield BestPart(
                rung=rung,
                regime=regime,
                unit=evidence.unit,
                budget=budget,
                model=None if best is None else best.model,
                solved=None if best is None else best.solved,
                solved_low=None if best is None else float(ends[best.model][0][place]),
                solved_high=None if best is None else float(ends[best.model][1][place]),
                probability=None if best is None else best.probability,
                within=None if best is None else float(curves[best.model].within[place]),
                runner_up=None if best is None else best.runner_up,
                lead=lead[0],
                lead_low=lead[1],
                lead_high=lead[2],
            )


def crossing_parts(evidence: Evidence) -> Iterator[CrossingPart]:
    """Budgets to reach shares, and budgets at which a larger model overtakes a smaller one, both of known size."""
    budgets = evidence.budgets
    for regime, rung, curves in _by_rung(evidence):
        assert budgets is not None  # noqa: S101 (curves have budgets)
        for model, curve in curves.items():
            for share in SHARES:
                value, draws = reach(budgets, curve.values, share), reach(budgets, curve.draws, share)
                crossing = existing(value.item(), draws, evidence.level)
                if crossing.existence > 0.0:
                    yield _crossing("reaches", model, None, share, rung, regime, evidence, crossing)
        sizes = {model.name: model.parameters for model in evidence.models}
        names = [name for name in curves if sizes[name] is not None]
        for place, smaller in enumerate(names):
            for larger in (name for name in names[place + 1 :] if sizes[name] != sizes[smaller]):
                big, small = curves[larger], curves[smaller]
                value = overtakes(budgets, big.values, small.values)
                crossing = existing(value.item(), overtakes(budgets, big.draws, small.draws), evidence.level)
                yield _crossing("overtakes", larger, smaller, None, rung, regime, evidence, crossing)


def _crossing(
    what: str,
    model: str,
    other: str | None,
    share: float | None,
    rung: int,
    regime: Regime,
    evidence: Evidence,
    crossing: Crossing,
) -> CrossingPart:
    assert evidence.unit is not None  # noqa: S101 (curves have a unit)
    return CrossingPart(
        what=what,
        model=model,
        other=other,
        share=share,
        rung=rung,
        regime=regime,
        unit=evidence.unit,
        budget=crossing.value,
        low=crossing.low,
        high=crossing.high,
        existence=crossing.existence,
    )


def _by_rung(evidence: Evidence) -> Iterator[tuple[Regime, int, dict[str, Curve]]]:
    """Curves of each regime and rung, by model in rising size."""
    for regime, curves in evidence.curves.items():
        for rung in evidence.rungs:
            here = {m.name: curves[Key(m.name, rung)] for m in evidence.models if Key(m.name, rung) in curves}
            if here:
                yield regime, rung, here


def _or_none(values: NDArray[np.float64]) -> tuple[float | None, ...]:
    return tuple(None if np.isnan(value) else float(value) for value in values)
