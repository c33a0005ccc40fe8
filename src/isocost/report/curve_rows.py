"""Rows that the charts of budgets draw: points of curves, overtaking points, and stretches of the best model."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from itertools import groupby, pairwise
from math import log, sqrt
from typing import TYPE_CHECKING

from isocost.report.figure_specs import SURENESS

if TYPE_CHECKING:
    from isocost.study.answering.result import BestPart, CurvePart, Result

Row = Mapping[str, str | int | float | None]
"""A row of a figure: a value for each column."""


def curve_rows(result: Result, names: dict[str, str]) -> Iterator[Row]:
    """One row for each known point; the seam between samples and law belongs to both, so that a line has no gap."""
    for curve in result.curves:
        rows = zip(curve.budgets, curve.solved, curve.low, curve.high, curve.within, strict=True)
        before: Row | None = None
        for budget, solved, low, high, within in rows:
            if solved is None:
                continue
            row: Row = {
                "regime": curve.regime.value, "rung": str(curve.rung), "unit": curve.unit.value,
                "model": names[curve.model], "budget": budget, "solved": solved, "low": low, "high": high,
                "by": "samples" if within == 1.0 else "law",
            }  # fmt: skip
            if before is not None and before["by"] != row["by"]:
                yield {**before, "by": row["by"]}
            yield row
            before = row


def overtaking_rows(result: Result, names: dict[str, str]) -> Iterator[Row]:
    """Where each size overtakes the next smaller one, at the height of its curve there; other pairs are in the table."""
    curves = {(curve.model, curve.rung, curve.regime, curve.unit): curve for curve in result.curves}
    neighbours = {(large.name, small.name) for small, large in pairwise(result.models)}
    for part in result.crossings:
        curve = curves.get((part.model, part.rung, part.regime, part.unit))
        if part.budget is None or curve is None or (part.model, part.other) not in neighbours:
            continue
        share = _at(curve, part.budget)
        if share is not None and part.other is not None:
            yield {
                "regime": part.regime.value, "rung": str(part.rung), "unit": part.unit.value,
                "larger": names[part.model], "smaller": names[part.other], "budget": part.budget, "low": part.low,
                "high": part.high, "existence": part.existence, "share": share,
            }  # fmt: skip


def seen_best(result: Result, names: dict[str, str]) -> Iterator[Row]:
    """Stripes of one model and one sureness, from half-way to the budget before to half-way to the one after."""
    grouped = groupby(result.best, key=lambda part: (part.regime, part.rung, part.unit))
    for (regime, rung, unit), group in grouped:
        parts = list(group)
        budgets = [part.budget for part in parts]
        edges = [budgets[0], *(sqrt(one * other) for one, other in pairwise(budgets)), budgets[-1]]
        stripes = groupby(zip(parts, pairwise(edges), strict=True), key=lambda item: (item[0].model, _sure(item[0])))
        for (model, sure), stripe in stripes:
            ends = [end for _, pair in stripe for end in pair]
            if model is not None:
                yield {
                    "regime": regime.value, "rung": f"rung {rung}", "unit": unit.value, "model": names[model],
                    "from": ends[0], "to": ends[-1], "sure": sure,
                }  # fmt: skip


def _sure(part: BestPart) -> str:
    return next(words for words, least in SURENESS.items() if (part.probability or 0.0) >= least)


def _at(curve: CurvePart, budget: float) -> float | None:
    """Height of a curve between two budgets of its grid, straight in the logarithm."""
    place = bisect_left(curve.budgets, budget)
    if place == len(curve.budgets) or place == 0 or curve.budgets[place] == budget:
        return curve.solved[min(place, len(curve.budgets) - 1)]
    low, high = curve.solved[place - 1], curve.solved[place]
    if low is None or high is None:
        return low if high is None else high
    left, right = curve.budgets[place - 1], curve.budgets[place]
    return low + (high - low) * log(budget / left) / log(right / left)
