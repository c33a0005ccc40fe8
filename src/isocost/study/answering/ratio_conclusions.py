"""Conclusions on ratios: the three forms of PER on every draw, the Pareto front, and what leaving a model out changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from isocost.analysis.axes import Axis
from isocost.analysis.per import anchored_per, budgeted_per, paper_per
from isocost.analysis.ranking import leave_one_out, pareto_front, ranking
from isocost.study.answering.result import PerPart, StandingPart

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from isocost.records import Unit
    from isocost.study.answering.evidence import Evidence, Seen

WEIGHTS = {Axis.accuracy: 0.25, Axis.throughput: 0.25, Axis.memory: 0.25, Axis.latency: 0.25}
"""Weights of the anchored ratio: those of the paper's form."""


def per_parts(evidence: Evidence) -> Iterator[PerPart]:
    """The three forms of PER on each rung, over the models whose efficiency is known; the last over those with costs."""
    for rung in evidence.rungs:
        seen = {name: one for name, one in evidence.on(rung).items() if name in evidence.efficiency}
        if len(seen) > 1:
            yield from _ratios(evidence, rung, seen)
        yield from budgeted_parts(evidence, rung)


def _ratios(evidence: Evidence, rung: int, seen: dict[str, Seen]) -> Iterator[PerPart]:
    names = list(seen)
    others = _other_axes(evidence, names)
    reference = names[0]
    anchor = {axis: values[0] for axis, values in others.items()}
    solved = np.array([one.estimate.value for one in seen.values()])
    drawn = np.stack([one.draws for one in seen.values()], axis=-1)
    for form, note in (
        ("paper", f"relative to these {len(names)} models; {evidence.efficiency_note}"),
        ("anchored", f"relative to {reference}, weights ¼ each; {evidence.efficiency_note}"),
    ):
        scores = []
        for accuracy in (solved, drawn):
            wide = {axis: np.broadcast_to(values, accuracy.shape) for axis, values in others.items()}
            if form == "paper":
                scores.append(paper_per(accuracy, wide[Axis.throughput], wide[Axis.memory], wide[Axis.latency]))
            else:
                base = {Axis.accuracy: accuracy[..., 0], **anchor}
                scores.append(anchored_per({Axis.accuracy: accuracy, **wide}, base, WEIGHTS))
        yield from _with_ranks(evidence, form, rung, names, scores[0], scores[1], note)


def budgeted_parts(evidence: Evidence, rung: int) -> Iterator[PerPart]:
    """Solved problems for each unit of budget, where the dearest model can afford one sample of every problem."""
    priced = {name: one for name, one in evidence.on(rung).items() if one.cost is not None}
    if len(priced) < 2 or evidence.unit is None:
        return
    for regime, curves in evidence.curves.items():
        here = {key.model: curve for key, curve in curves.items() if key.rung == rung}
        names = [name for name in priced if name in here]
        place = int(np.argmax(np.all([here[name].affording == 1.0 for name in names], axis=0)))
        values = np.array([here[name].values[place] for name in names])
        if np.isnan(values).any() or evidence.budgets is None:
            continue
        budget = float(evidence.budgets[place])
        drawn = np.stack([here[name].draws[:, place] for name in names], axis=-1)
        note = f"regime {regime.value}, budget {budget:.4g} {evidence.unit.value} a problem"
        yield from _with_ranks(
            evidence,
            "budgeted",
            rung,
            names,
            budgeted_per(values, budget),
            budgeted_per(drawn, budget),
            note,
            evidence.unit,
        )


def _with_ranks(
    evidence: Evidence,
    form: str,
    rung: int,
    names: list[str],
    values: NDArray[np.float64],
    drawn: NDArray[np.float64],
    note: str,
    unit: Unit | None = None,
) -> Iterator[PerPart]:
    ranks = ranking(drawn, evidence.level)
    masked, all_drawn = np.ma.asarray(values), np.ma.filled(np.ma.asarray(drawn), np.nan)
    for place, name in enumerate(names):
        there = all_drawn[:, place][~np.isnan(all_drawn[:, place])]
        tail = (1.0 - evidence.level) / 2.0
        ends = np.quantile(there, [tail, 1.0 - tail]) if there.size else None
        absent = bool(np.ma.getmaskarray(masked)[place])
        yield PerPart(
            form=form,
            rung=rung,
            model=name,
            value=None if absent else float(masked[place]),
            low=None if ends is None else float(ends[0]),
            high=None if ends is None else float(ends[1]),
            first=None if ranks is None else float(ranks.rank_1[place]),
            note=note,
            unit=unit,
        )


def standing_parts(evidence: Evidence) -> Iterator[StandingPart]:
    """Which models no other beats, and for which the best of the others depends on their being there."""
    for rung in evidence.rungs:
        seen = {name: one for name, one in evidence.on(rung).items() if name in evidence.efficiency}
        if len(seen) < 2:
            continue
        solved = np.array([one.estimate.value for one in seen.values()])
        axes = {Axis.accuracy: solved, **_other_axes(evidence, list(seen))}
        front = pareto_front(axes)

        def paper(kept: NDArray[np.intp], axes: dict[Axis, NDArray[np.float64]] = axes) -> NDArray[np.float64]:
            part = {axis: values[kept] for axis, values in axes.items()}
            return paper_per(part[Axis.accuracy], part[Axis.throughput], part[Axis.memory], part[Axis.latency])

        def anchored(kept: NDArray[np.intp], axes: dict[Axis, NDArray[np.float64]] = axes) -> NDArray[np.float64]:
            part = {axis: values[kept] for axis, values in axes.items()}
            return anchored_per(part, {axis: values[0] for axis, values in axes.items()}, WEIGHTS)

        many = len(seen)  # of two models, one left alone has no rank
        stable = {
            "paper": leave_one_out(paper, many) if many > 2 else None,
            "anchored": leave_one_out(anchored, many) if many > 2 else None,
        }
        for place, name in enumerate(seen):
            yield StandingPart(
                rung=rung,
                model=name,
                pareto=bool(front[place]),
                without_it={form: None if one is None else one.best_changes[place] for form, one in stable.items()},
            )


def _other_axes(evidence: Evidence, names: list[str]) -> dict[Axis, NDArray[np.float64]]:
    known = [evidence.efficiency[name] for name in names]
    return {
        Axis.throughput: np.array([one.tokens_per_second for one in known]),
        Axis.memory: np.array([one.memory_bytes for one in known]),
        Axis.latency: np.array([one.milliseconds_per_token for one in known]),
    }
