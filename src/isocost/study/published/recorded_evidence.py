"""Evidence from recorded verdicts that ship with isocost: two sizes of one family, problem by problem.

Qwen2.5-Coder-1.5B and 7B base answered the same problems of HumanEval and MBPP once each, greedily; the verdicts by base
and by stronger tests are those of their authors' records. Being paired, two sizes are compared far more sharply than by
published shares.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from isocost.analysis.panel import Key, Panel, Row
from isocost.analysis.panel_curves import common_budgets, panel_curves
from isocost.analysis.resampling import cluster_weights
from isocost.cost.architectures import model as known_model
from isocost.cost.costing import cost_columns
from isocost.metrics.bootstrap import DRAWS
from isocost.records import Basis, Regime, Unit
from isocost.study.answering.cell_seen import seen_of_cell
from isocost.study.answering.efficiencies import BATCH, efficiency_of
from isocost.study.answering.evidence import Evidence
from isocost.study.answering.paired_evidence import comparisons_of
from isocost.study.answering.result import ModelPart
from isocost.study.published.figures import recorded_tasks

if TYPE_CHECKING:
    from isocost.cost.devices import Device

CHARS_PER_TOKEN: Final = 3.0
"""Characters of a token, since the records do not count tokens; a round figure for code, and an assumption."""


def typical_request() -> tuple[float, float]:
    """Mean tokens of prompt and completion over the recorded tasks of both models, estimated from characters."""
    tasks = recorded_tasks()
    prompt = sum(task.prompt_chars for task in tasks) / len(tasks)
    completion = sum(task.completion_chars for task in tasks) / len(tasks)
    return prompt / CHARS_PER_TOKEN, completion / CHARS_PER_TOKEN


def evidence_of_records(
    device: Device, *, unit: Unit = Unit.flops, seed: int = 0, draws: int = DRAWS, level: float = 0.95
) -> Evidence:
    """Make evidence of the recorded tallies: rung 0 by the base tests, rung 1 by all tests."""
    tasks = recorded_tasks()
    names = list(dict.fromkeys(task.model for task in tasks))
    specs = {name: known_model(name) for name in names}
    rows: dict[Key, list[Row]] = {}
    for task in tasks:
        tokens = (max(1.0, chars / CHARS_PER_TOKEN) for chars in (task.prompt_chars, task.completion_chars))
        cost = cost_columns(specs[task.model], *tokens, assumed=True, device=device)[unit]
        for rung, passed in ((0, task.c_base), (1, min(task.c_base, task.c_plus))):
            row = Row(task.problem_id, task.n, passed, float(cost.prompt), float(cost.completion))
            rows.setdefault(Key(task.model, rung), []).append(row)
    order = sorted(names, key=lambda name: specs[name].parameters)
    panel = Panel({Key(name, rung): rows[Key(name, rung)] for name in order for rung in (0, 1)})
    weights = cluster_weights(panel.strata, rng=np.random.default_rng(seed), draws=draws)
    budgets = common_budgets(panel, Regime.single)
    benchmarks = {0: ("humaneval", "mbpp"), 1: ("humaneval-plus", "mbpp-plus")}
    efficiencies = {name: efficiency_of(spec, device) for name, spec in specs.items()}
    return Evidence(
        study="Qwen2.5-Coder base, recorded verdicts on HumanEval and MBPP with base and stronger tests",
        models=tuple(
            ModelPart(name=name, family="Qwen2.5-Coder base", parameters=specs[name].parameters) for name in order
        ),
        problems=panel.problems,
        left_out={},
        seen={
            key: seen_of_cell(
                panel.base_ids, cell, weights, benchmarks=benchmarks[key.rung], basis=Basis.modelled, level=level,
                seed=seed, draws=draws,
            )
            for key, cell in panel.cells.items()
        },
        paired=True,
        unit=unit,
        budgets=budgets,
        curves={Regime.single: panel_curves(panel, Regime.single, budgets, weights)},
        efficiency={name: one for name, one in efficiencies.items() if one is not None},
        efficiency_note=f"modelled for {device.name}: throughput at batch {BATCH}, latency and memory at 1",
        comparisons=comparisons_of(panel, order, seed=seed, draws=draws, level=level),
        caveats=(
            f"tokens are estimated: {CHARS_PER_TOKEN:g} characters each, for prompt and completion",
            "one greedy sample a problem says nothing of several samples (k > 1)",
            "verdicts are the recorders': `isocost judge` differs from them on a few tasks, each with its reason",
        ),
        seed=seed,
        level=level,
    )  # fmt: skip
