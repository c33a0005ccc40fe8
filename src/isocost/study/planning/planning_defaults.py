"""What a plan supposes where nothing is said: figures from the records that ship with isocost, or said to be assumed."""

from __future__ import annotations

import functools

import numpy as np

from isocost.analysis.planning import Assumptions
from isocost.records import Record
from isocost.study.published.figures import published_pass_at_k, recorded_tallies

ASSUMED_CORRELATION = 0.8
"""Correlation of the chances of neighbouring sizes: no record at hand holds several samples of two sizes."""

_PAIR = ("Qwen2.5-Coder-1.5B", "Qwen2.5-Coder-7B")


class Supposed(Record, frozen=True):
    """A figure that a plan rests on."""

    name: str
    """`accuracy`, `spread` or `correlation`."""
    value: float
    """The figure."""
    origin: str
    """Where it comes from."""


@functools.cache
def supposed_by_default() -> tuple[Supposed, ...]:
    """The figures, to two digits, each with where it comes from.

    accuracy: mean share of HumanEval that Qwen2.5-Coder 1.5B and 7B solve by their recorded verdicts. spread: Var(x) /
    (a·(1 − a)), with Var(x) = 2a − pass@2 − a², since pass@2 = 1 − mean (1 − x)²; a mean over the six models of arXiv
    2404.00725 on HumanEval. correlation: assumed, and held against the share of problems that one answer each tells
    apart in the records.

    >>> [(one.name, one.value) for one in supposed_by_default()]
    [('accuracy', 0.53), ('spread', 0.47), ('correlation', 0.8)]
    """
    small, large = (_passed(model) for model in _PAIR)
    accuracy = round(float((small.mean() + large.mean()) / 2.0), 2)
    spread = round(float(np.mean(_spreads())), 2)
    told = Assumptions(accuracy=accuracy, spread=spread, correlation=ASSUMED_CORRELATION).discordant()
    seen = float((small != large).mean())
    return (
        Supposed(
            name="accuracy",
            value=accuracy,
            origin=f"recorded greedy verdicts of Qwen2.5-Coder 1.5B ({small.mean():.0%}) and 7B ({large.mean():.0%}) "
            "on HumanEval",
        ),
        Supposed(
            name="spread",
            value=spread,
            origin=f"pass@1 and pass@2 of 6 models on HumanEval, arXiv 2404.00725 ({min(_spreads()):.2f} to "
            f"{max(_spreads()):.2f})",
        ),
        Supposed(
            name="correlation",
            value=ASSUMED_CORRELATION,
            origin=f"assumed; one answer each then tells {told:.0%} of problems apart, the recorded verdicts of 1.5B "
            f"and 7B do {seen:.0%}",
        ),
    )


def _passed(model: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    tallies = sorted(recorded_tallies(model, "humaneval", "base"), key=lambda tally: tally.problem_id)
    return np.array([float(tally.c) for tally in tallies])


def _spreads() -> list[float]:
    shares: dict[str, dict[int, float]] = {}
    for row in published_pass_at_k():
        if row.benchmark == "HumanEval":
            shares.setdefault(row.model, {})[row.k] = row.pass_at_k_percent / 100.0
    return [(2.0 * by_k[1] - by_k[2] - by_k[1] ** 2) / (by_k[1] * (1.0 - by_k[1])) for by_k in shares.values()]
