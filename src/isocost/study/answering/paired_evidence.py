"""What only paired problems can tell: neighbouring sizes compared, and each model from a rung to a harder one."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from isocost.analysis.panel import Key, Panel
from isocost.analysis.rungs import rung_step
from isocost.benchmarks.unfair import unfair_problems
from isocost.metrics.comparison import adjusted, compare_values
from isocost.records import Tally
from isocost.study.answering.result import DropPart

if TYPE_CHECKING:
    from collections.abc import Sequence

    from isocost.records import Comparison
    from isocost.study.answering.run_tallies import RungTallies


def comparisons_of(
    panel: Panel, order: Sequence[str], *, seed: int, draws: int, level: float
) -> tuple[Comparison, ...]:
    """Compare each size with the next one on each rung, larger minus smaller; one rung is one family for Holm."""
    found: list[Comparison] = []
    for rung in panel.rungs:
        names = [name for name in order if Key(name, rung) in panel.cells]
        family = []
        for smaller, larger in pairwise(names):
            small, large = panel.cells[Key(smaller, rung)], panel.cells[Key(larger, rung)]
            family.append(
                compare_values(
                    large.c / large.n,
                    small.c / small.n,
                    names=(larger, smaller),
                    what=f"pass@1 at rung {rung}",
                    ids=panel.base_ids,
                    strata=panel.strata,
                    samples=int(large.n.sum() + small.n.sum()),
                    rng=np.random.default_rng(seed),
                    draws=draws,
                    level=level,
                )
            )
        found += adjusted(family) if family else []
    return tuple(found)


def drops_of(
    runs: Sequence[tuple[str, Sequence[RungTallies]]], *, seed: int, draws: int, level: float
) -> Iterator[DropPart]:
    """Each model from its lowest rung to each harder one; once more without unfair problems, where there are any."""
    by_model: dict[str, dict[int, list[RungTallies]]] = {}
    for model, rungs in runs:
        for part in rungs:
            by_model.setdefault(model, {}).setdefault(part.rung, []).append(part)
    unfair = frozenset(unfair_problems())
    for model, by_rung in by_model.items():
        low, *higher = sorted(by_rung)
        base = [
            Tally(problem_id=part.base_of[name], n=tally.n, c=tally.c)
            for part in by_rung[low]
            for name, tally in part.tallies.items()
        ]
        for rung in higher:
            harder = [tally for part in by_rung[rung] for tally in part.tallies.values()]
            base_of = {name: base_id for part in by_rung[rung] for name, base_id in part.base_of.items()}
            for exclude in dict.fromkeys((frozenset[str](), unfair.intersection(base_of))):
                yield _drop(model, low, rung, base, harder, base_of, exclude, seed, draws, level)


def _drop(
    model: str,
    low: int,
    rung: int,
    base: list[Tally],
    harder: list[Tally],
    base_of: dict[str, str],
    exclude: frozenset[str],
    seed: int,
    draws: int,
    level: float,
) -> DropPart:
    step = rung_step(
        base, harder, base_of=base_of, model=model, rungs=(f"rung {low}", f"rung {rung}"), exclude=exclude,
        stratum_of={tally.problem_id: tally.problem_id.partition("/")[0] for tally in base},
        rng=np.random.default_rng(seed), draws=draws, level=level,
    )  # fmt: skip
    table = step.table
    return DropPart(
        model=model,
        rung=low,
        to_rung=rung,
        problems=table.problems,
        both=table.both,
        only_base=table.only_base,
        only_harder=table.only_harder,
        neither=table.neither,
        drop=step.drop.difference,
        excluding=len(step.excluded),
    )
