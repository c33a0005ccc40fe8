"""How much one side of a comparison solves, on the problems that both have, with its own interval."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from isocost.metrics.bootstrap import bootstrap_mean
from isocost.metrics.pass_at_k import mean_pass_at_k, pass_at_k_array
from isocost.records import Estimate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from isocost.records import Tally


def solved(
    tallies: Sequence[Sequence[Tally]], values: Sequence[float], k: int, *, seed: int, level: float, draws: int
) -> Estimate:
    """Mean pass@k over problems, or over base problems where several problems stand upon one.

    The interval is that of `mean_pass_at_k`; over means of several problems it is the bootstrap's. It answers for one side
    alone: whether two sides differ is told by the paired difference, not by whether these intervals overlap.

    Args:
        tallies: the tallies behind each value, at least one.
        values: pass@k of each problem, or the mean over those of a base problem.
        k: samples allowed.
        seed: seed of the bootstrap, used afresh.
        level: nominal coverage.
        draws: draws of the bootstrap.
    """
    rng = np.random.default_rng(seed)
    if all(len(several) == 1 for several in tallies):
        return mean_pass_at_k([several[0] for several in tallies], k, level=level, rng=rng, draws=draws)
    low, high = bootstrap_mean(values, rng=rng, draws=draws, level=level)
    return Estimate(
        value=math.fsum(values) / len(values), low=low, high=high, level=float(level), method="bootstrap",
        problems=len(values), samples=sum(tally.n for several in tallies for tally in several),
    )  # fmt: skip


def mean_pass(tallies: Sequence[Tally], k: int) -> float:
    """Mean of pass@k over the problems that stand upon one base problem."""
    return float(pass_at_k_array([tally.n for tally in tallies], [tally.c for tally in tallies], k).mean())
