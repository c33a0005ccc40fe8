"""What one cell of a panel comes to: pass@1 with its interval, its draws, and its mean costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from isocost.analysis.resampling import means
from isocost.metrics.pass_at_k import mean_pass_at_k
from isocost.records import Tally
from isocost.study.answering.evidence import Seen

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from isocost.analysis.panel import Cell
    from isocost.records import Basis


def seen_of_cell(
    ids: tuple[str, ...],
    cell: Cell,
    weights: NDArray[np.float64],
    *,
    benchmarks: tuple[str, ...],
    basis: Basis | None,
    level: float,
    seed: int,
    draws: int,
) -> Seen:
    """Sum up one model on one rung; `ids` are the panel's base ids, `weights` the draws of all cells."""
    tallies = [Tally(problem_id=name, n=int(n), c=int(c)) for name, n, c in zip(ids, cell.n, cell.c, strict=True)]
    rng = np.random.default_rng(seed)
    priced = cell.prompt is not None and cell.completion is not None
    return Seen(
        estimate=mean_pass_at_k(tallies, 1, level=level, rng=rng, draws=draws),
        draws=means(cell.c / cell.n, weights),
        benchmarks=benchmarks,
        per_problem=int(cell.n.min()),
        prompt=None if cell.prompt is None or not priced else float(cell.prompt.mean()),
        completion=None if cell.completion is None or not priced else float(cell.completion.mean()),
        basis=basis if priced else None,
        cost_draws=None
        if cell.prompt is None or cell.completion is None
        else means(cell.prompt + cell.completion, weights),
    )
