"""Evidence from published scores of one series by one source, joined with isocost's own cost model.

A published score is a share of problems, not a verdict for each: models cannot be paired. Each draw takes new counts from
the binomial distribution of each score, models apart. As models mostly solve the same problems, intervals of differences
are wider than paired ones would be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from isocost.analysis.curves import budget_grid
from isocost.analysis.panel import Key
from isocost.analysis.panel_curves import Curve
from isocost.cost.architectures import model as known_model
from isocost.cost.costing import cost_columns
from isocost.errors import InputError
from isocost.metrics.bootstrap import DRAWS
from isocost.metrics.intervals import wilson_of_mean
from isocost.records import Basis, Estimate, Regime, Unit
from isocost.study.answering.efficiencies import BATCH, efficiency_of
from isocost.study.answering.evidence import Efficiency, Evidence, Seen
from isocost.study.answering.result import ModelPart

if TYPE_CHECKING:
    from isocost.cost.devices import Device
    from isocost.records import ModelSpec
    from isocost.study.published.rows import Ladder, PublishedAccuracy

RUNG_OF: Final = {
    "HumanEval": 0, "MBPP": 0, "MBPP-original": 0, "HumanEval+": 1, "MBPP+": 1, "BigCodeBench-Full-Complete": 0,
}  # fmt: skip
"""Rung of a published benchmark; those that are not here are left out, as BigCodeBench-Hard, which is a choice of problems
and no harder version of the same ones."""
PROBLEMS_UNTOLD: Final = {"MBPP-original": 500, "MBPP": 378, "MBPP+": 378}
"""Problems of a benchmark where a source does not say."""


class Request:
    """Tokens of the typical request that published scores are joined with: means over recorded ones."""

    def __init__(self, prompt: float, completion: float) -> None:
        self.prompt = prompt
        """Tokens of the prompt."""
        self.completion = completion
        """Tokens of the completion."""


def evidence_of_ladder(
    ladder: Ladder, request: Request, device: Device, *, unit: Unit = Unit.flops, seed: int = 0, draws: int = DRAWS,
    level: float = 0.95,
) -> Evidence | None:  # fmt: skip
    """Make evidence of one ladder; None where fewer than two of its models have a known shape."""
    specs = _known(ladder.models)
    if len(specs) < 2:
        return None
    order = sorted(specs, key=lambda name: specs[name].parameters)
    cells = _cells(ladder.rows, order)
    rng = np.random.default_rng(seed)
    seen = {}
    for key, rows in cells.items():
        column = cost_columns(specs[key.model], request.prompt, request.completion, assumed=True, device=device)[unit]
        seen[key] = _seen(rows, float(column.prompt), float(column.completion), rng, draws, level)
    problems = max(one.estimate.problems for one in seen.values())
    budgets = _budgets(seen)
    efficiencies = {name: efficiency_of(specs[name], device) for name in order}
    missing = [name for name in ladder.models if name not in specs]
    return Evidence(
        study=f"{ladder.series} ({', '.join(b for b in ladder.benchmarks if b in RUNG_OF)}; {ladder.source_key})",
        models=tuple(
            ModelPart(name=name, family=ladder.series, parameters=specs[name].parameters) for name in order
        ),
        problems=problems,
        left_out={},
        seen=seen,
        paired=False,
        unit=unit,
        budgets=budgets,
        curves={Regime.single: {key: _step(one, budgets) for key, one in seen.items()}},
        efficiency={name: one for name, one in efficiencies.items() if isinstance(one, Efficiency)},
        efficiency_note=f"modelled for {device.name}: throughput at batch {BATCH}, latency and memory at 1",
        caveats=tuple(_caveats(ladder, missing)),
        seed=seed,
        level=level,
    )  # fmt: skip


def _known(names: tuple[str, ...]) -> dict[str, ModelSpec]:
    found = {}
    for name in names:
        try:
            found[name] = known_model(name)
        except InputError:
            continue
    return found


def _cells(rows: tuple[PublishedAccuracy, ...], order: list[str]) -> dict[Key, list[PublishedAccuracy]]:
    """Rows of each model and rung; benchmarks of one rung are pooled by their numbers of problems."""
    cells: dict[Key, list[PublishedAccuracy]] = {}
    for name in order:
        for row in rows:
            if row.model == name and row.benchmark in RUNG_OF:
                cells.setdefault(Key(name, RUNG_OF[row.benchmark]), []).append(row)
    return cells


def _seen(
    rows: list[PublishedAccuracy], prompt: float, completion: float, rng: np.random.Generator, draws: int, level: float
) -> Seen:
    counts = np.array([row.problems or PROBLEMS_UNTOLD[row.benchmark] for row in rows])
    shares = np.array([float(row.percent) / 100.0 for row in rows])
    total = int(counts.sum())
    value = float((counts * shares).sum() / total)
    low, high = wilson_of_mean(value, total, level)
    return Seen(
        estimate=Estimate(
            value=value, low=low, high=high, level=level, method="wilson", problems=total, samples=total
        ),
        draws=rng.binomial(counts, shares, size=(draws, counts.size)).sum(axis=1) / total,
        benchmarks=tuple(row.benchmark for row in rows),
        per_problem=1,
        prompt=prompt,
        completion=completion,
        basis=Basis.modelled,
        cost_draws=np.full(draws, prompt + completion),
    )  # fmt: skip


def _budgets(seen: dict[Key, Seen]) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    costs = [one.cost for one in seen.values() if one.cost is not None]
    return budget_grid(min(costs) / 1.5, max(costs) * 1.5, 60)


def _step(one: Seen, budgets: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> Curve:
    """The curve of a cost that is the same for all problems: nothing below it, the score from it on."""
    affords = (budgets >= (one.cost or 0.0)).astype(np.float64)
    return Curve(
        values=affords * one.estimate.value,
        draws=affords * one.draws[:, None],
        within=np.ones(budgets.size),
        affording=affords,
    )


def _caveats(ladder: Ladder, missing: list[str]) -> list[str]:
    found = [
        f"{ladder.series}: source {ladder.source_key} ({ladder.firmness}). {ladder.why}",
        "published scores are shares: models are drawn apart, so intervals of differences are wider than paired ones",
        "published scores are greedy: they say nothing of several samples a problem (k > 1)",
        "costs are modelled for one typical request, the same for all models and rungs",
    ]
    if missing:
        found.append(f"left out, for their shape is not known: {', '.join(missing)}")
    return found
