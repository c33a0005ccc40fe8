"""Coverage at equal budgets from published pass@k: Code Llama 7B to 70B on HumanEval and MBPP (arXiv 2404.00725).

A budget of B FLOPs (or seconds) buys B / cost samples of each size, all problems alike, and pass@k says what they solve
if the hidden tests choose among them. Between two k of the table pass@k is taken as straight in ln k; past its ends a
curve has no value. The law −ln c = a·k^−b is fitted beside it, with the residuals that it has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from isocost.analysis.coverage_law import fit_power_of_k
from isocost.analysis.curves import budget_grid
from isocost.cost.architectures import model as known_model
from isocost.cost.flops import forward_flops
from isocost.records import Record, Unit
from isocost.study.published.figures import published_costs, published_pass_at_k

if TYPE_CHECKING:
    from numpy.typing import NDArray

TOKENS = 128
"""Tokens for which the source counts FLOPs."""


class CoverageCurve(Record, frozen=True):
    """What one size covers at each budget."""

    model: str
    """The model."""
    benchmark: str
    """The benchmark."""
    unit: Unit
    """Unit of the budgets."""
    cost: float
    """Cost of one sample: FLOPs of 128 tokens by isocost's own cost model, or the source's seconds."""
    budgets: tuple[float, ...]
    """What each problem may spend."""
    solved: tuple[float | None, ...]
    """Share of problems covered; null outside the table's k."""
    law_a: float
    """a of −ln c = a·k^−b."""
    law_b: float
    """b of it."""
    law_residual: float
    """Largest deviation of the law from the table, in shares."""


class CoverageLead(Record, frozen=True):
    """Whether small sizes hold their own at equal budgets."""

    benchmark: str
    """The benchmark."""
    unit: Unit
    """Unit of the budgets."""
    small: tuple[str, ...]
    """The smaller models."""
    large: tuple[str, ...]
    """The larger ones."""
    budgets: int
    """Budgets at which one of each has a value."""
    ahead: int
    """Budgets at which the best of the smaller ones is at or above every larger one."""
    least: float
    """The smallest lead, in shares; below 0 where a larger one is ahead."""
    most: float
    """The largest lead."""


def coverage_curves(points: int = 60) -> tuple[CoverageCurve, ...]:
    """Make the curves of each Code Llama size on each benchmark, in FLOPs and in seconds."""
    rows = published_pass_at_k()
    curves = []
    for benchmark in dict.fromkeys(row.benchmark for row in rows):
        for unit in (Unit.flops, Unit.seconds):
            costs = _costs(unit)
            table = {
                name: [
                    (row.k, row.pass_at_k_percent / 100.0)
                    for row in rows
                    if (row.model, row.benchmark) == (name, benchmark)
                ]
                for name in costs
            }
            highest = max(costs[name] * max(k for k, _ in table[name]) for name in costs)
            budgets = budget_grid(min(costs.values()), highest, points)
            curves += [_curve(name, benchmark, unit, costs[name], table[name], budgets) for name in costs]
    return tuple(curves)


def coverage_leads(
    curves: tuple[CoverageCurve, ...], small: tuple[str, ...], large: tuple[str, ...]
) -> tuple[CoverageLead, ...]:
    """Hold the best of the small sizes against every large one, at each budget that both can be read at."""
    found = []
    for benchmark, unit in dict.fromkeys((curve.benchmark, curve.unit) for curve in curves):
        here = {c.model: _values(c) for c in curves if (c.benchmark, c.unit) == (benchmark, unit)}
        best = np.fmax.reduce([here[name] for name in small])
        rival = np.fmax.reduce([here[name] for name in large])
        gaps = (best - rival)[~np.isnan(best - rival)]
        found.append(
            CoverageLead(
                benchmark=benchmark, unit=unit, small=small, large=large, budgets=int(gaps.size),
                ahead=int((gaps >= 0.0).sum()), least=float(gaps.min()), most=float(gaps.max()),
            )
        )  # fmt: skip
    return tuple(found)


def normalised_flops() -> dict[str, tuple[float, float]]:
    """FLOPs of 128 tokens relative to 7B, by size: isocost's own model, and what the source prints.

    >>> {name: round(ours, 2) for name, (ours, _) in normalised_flops().items()}
    {'Code Llama 7B': 1.0, 'Code Llama 13B': 1.94, 'Code Llama 34B': 5.06, 'Code Llama 70B': 10.39}
    """
    ours = _costs(Unit.flops)
    return {row.model: (ours[row.model] / ours["Code Llama 7B"], row.flops_normalised) for row in published_costs()}


def _costs(unit: Unit) -> dict[str, float]:
    if unit is Unit.seconds:
        return {row.model: row.wall_seconds_1000_samples / 1000.0 for row in published_costs()}
    found = {}
    for row in published_costs():
        shape = known_model(row.model).architecture
        assert shape is not None  # noqa: S101 (a known model has a shape)
        found[row.model] = float(forward_flops(shape, TOKENS, logits=TOKENS))
    return found


def _curve(
    name: str, benchmark: str, unit: Unit, cost: float, table: list[tuple[int, float]], budgets: NDArray[np.float64]
) -> CoverageCurve:
    ks, shares = (np.array(column, dtype=np.float64) for column in zip(*sorted(table), strict=True))
    bought = budgets / cost * (1.0 + 1e-9)
    inside = (bought >= ks[0]) & (bought <= ks[-1] * (1.0 + 2e-9))
    values = np.interp(np.log(bought), np.log(ks), shares)
    law = fit_power_of_k(ks, shares)
    return CoverageCurve(
        model=name,
        benchmark=benchmark,
        unit=unit,
        cost=cost,
        budgets=tuple(budgets.tolist()),
        solved=tuple(float(v) if ok else None for v, ok in zip(values, inside, strict=True)),
        law_a=float(law.a),
        law_b=float(law.b),
        law_residual=float(law.max_residual) / 100.0,
    )


def _values(curve: CoverageCurve) -> NDArray[np.float64]:
    return np.array([np.nan if value is None else value for value in curve.solved])
