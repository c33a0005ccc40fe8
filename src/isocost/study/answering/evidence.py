"""Evidence: what conclusions are drawn from, whether it comes from run folders or from published figures.

Every figure has its value on the whole data and its values on the same resampled data, draw for draw, so that whatever
is made of it can be made on each draw too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from isocost.errors import UsageError
from isocost.metrics.domain import checked_level
from isocost.records import Basis, Estimate, Regime, Unit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from isocost.analysis.panel import Key
    from isocost.analysis.panel_curves import Curve
    from isocost.records import Comparison
    from isocost.study.answering.result import DropPart, ModelPart, OutcomePart

FEWEST_DRAWS = 40
"""A quantity that exists in fewer draws has no interval."""
MOST_DRAWS = 100_000
"""More than any interval needs, and what memory holds."""


def checked_draws(draws: int, seed: int, level: float) -> None:
    """Refuse draws too few for the level or more than memory holds, and a seed below 0. Raises UsageError."""
    least = ceil(2.0 / (1.0 - level) - 1e-6)
    if not least <= draws <= MOST_DRAWS:
        allowed = (
            f"from {least} to {MOST_DRAWS}" if least <= MOST_DRAWS else f"at least {least}: choose a lower --level"
        )
        raise UsageError(f"--draws is {draws}, expected {allowed} at a level of {level:g}; 2000 is the default")
    if seed < 0:
        raise UsageError(f"--seed is {seed}, expected a whole number from 0 on; 0 is the default")


@dataclass(frozen=True, kw_only=True)
class Spent:
    """What one sample costs on average, by one basis."""

    prompt: float
    """Mean cost of reading the prompt."""
    completion: float
    """Mean cost of writing one completion."""
    basis: Basis
    """Where the costs come from."""
    cost_draws: NDArray[np.float64]
    """Shape (draws,): mean cost of one sample, prompt and completion, on resampled data."""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One model on one rung."""

    estimate: Estimate
    """Share of problems solved by one sample."""
    draws: NDArray[np.float64]
    """Shape (draws,): the same on resampled data."""
    benchmarks: tuple[str, ...]
    """Benchmarks that the problems come from."""
    per_problem: int
    """Samples of each problem; the least, where they differ."""
    prompt: float | None = None
    """Mean cost of reading the prompt; None where no cost is known."""
    completion: float | None = None
    """Mean cost of writing one completion."""
    basis: Basis | None = None
    """Where the costs come from."""
    cost_draws: NDArray[np.float64] | None = None
    """Shape (draws,): mean cost of one sample, prompt and completion, on resampled data."""
    beside: Spent | None = None
    """The same cost of another basis, where it was both measured and modelled; no budget is made of it."""

    @property
    def cost(self) -> float | None:
        """Mean cost of one sample."""
        return None if self.prompt is None or self.completion is None else self.prompt + self.completion


@dataclass(frozen=True, kw_only=True)
class Efficiency:
    """What the three axes beside accuracy are for one model, in a paper's sense of the words."""

    tokens_per_second: float
    """Throughput."""
    milliseconds_per_token: float
    """Latency."""
    memory_bytes: float
    """Memory."""


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """A whole study."""

    study: str
    """What is analysed."""
    models: tuple[ModelPart, ...]
    """By rising size; models whose size is not known come last."""
    problems: int
    """Base problems."""
    left_out: Mapping[str, int]
    """Problems that not all share, by `model @ rung`."""
    seen: Mapping[Key, Seen]
    """Each model on each rung."""
    paired: bool
    """Whether one draw holds the same problems for all models, or the models are drawn apart."""
    unit: Unit | None
    """Unit of costs; None where none is known."""
    budgets: NDArray[np.float64] | None = None
    """Shape (budgets,), in that unit."""
    curves: Mapping[Regime, Mapping[Key, Curve]] = field(default_factory=dict)
    """Curves at these budgets."""
    law: str | None = None
    """Law that goes on past the samples at hand, in the regime `oracle`."""
    efficiency: Mapping[str, Efficiency] = field(default_factory=dict)
    """By model, for those whose efficiency is known."""
    efficiency_note: str = ""
    """Where efficiency comes from."""
    outcomes: tuple[OutcomePart, ...] = ()
    """How samples ended, by model and rung."""
    drops: tuple[DropPart, ...] = ()
    """Each model on two rungs."""
    comparisons: tuple[Comparison, ...] = ()
    """Neighbouring sizes."""
    caveats: tuple[str, ...] = ()
    """What the evidence can not carry."""
    seed: int = 0
    """Seed of the draws."""
    level: float = 0.95
    """Nominal coverage."""

    @property
    def draws(self) -> int:
        """Number of draws."""
        return next(iter(self.seen.values())).draws.size

    @property
    def rungs(self) -> list[int]:
        """Rungs, the lowest first."""
        return sorted({key.rung for key in self.seen})

    def on(self, rung: int) -> dict[str, Seen]:
        """The models seen on one rung, by rising size."""
        by_name = {key.model: seen for key, seen in self.seen.items() if key.rung == rung}
        return {model.name: by_name[model.name] for model in self.models if model.name in by_name}

    def estimated(self, value: float, draws: NDArray[np.float64], samples: int) -> Estimate | None:
        """Give a number its percentile interval over the draws in which it exists; None where they are too few."""
        there = draws[np.isfinite(draws)]
        if not np.isfinite(value) or there.size < FEWEST_DRAWS or there.size < 0.975 * draws.size:
            return None
        tail = (1.0 - checked_level(self.level)) / 2.0
        low, high = np.quantile(there, [tail, 1.0 - tail])
        return Estimate(
            value=float(value), low=float(low), high=float(high), level=self.level,
            method="bootstrap" if self.paired else "binomial", problems=self.problems, samples=samples,
        )  # fmt: skip
