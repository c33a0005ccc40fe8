"""Differences between models that as many problems do not show."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from isocost.metrics.power import PairedVariance, minimal_detectable_difference, required_problems
from isocost.study.checking.finding import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from isocost.records import Tally
    from isocost.study.checking.facts import Facts, StudyFacts


def difference_not_shown(study: StudyFacts) -> Iterator[Finding]:
    """Runs next to each other in the ranking whose difference is smaller than the smallest that would show."""
    for group in study.by_benchmark():
        for rung in sorted({rung for facts in group for rung in facts.tallies}):
            ranked = sorted((facts for facts in group if facts.tallies.get(rung)), key=lambda one: -_mean(one, rung))
            for better, worse in pairwise(ranked):
                yield from _pair(better, worse, rung)


def _pair(better: Facts, worse: Facts, rung: int) -> Iterator[Finding]:
    first, second = better.tallies[rung], worse.tallies[rung]
    shared = sorted(first.keys() & second.keys())
    if len(shared) < 2:
        return
    gaps = np.array([_share(first[name]) - _share(second[name]) for name in shared])
    variance = PairedVariance(between=min(1.0, float(gaps.var(ddof=1))), within_a=0.0, within_b=0.0)
    least = minimal_detectable_difference(len(shared), variance)
    gap = abs(float(gaps.mean()))
    if gap >= least:
        return
    needed = f"about {required_problems(gap, variance):,} problems" if gap else "no number of problems"
    yield Finding(
        severity=Severity.warning, check="difference_not_shown", run=None, model=None,
        what=f"rung {rung} of {better.manifest.benchmark.name}: {_name(better, worse)} and {_name(worse, better)} are "
        f"{100 * gap:.1f} points apart on {len(shared)} shared problems, and only a difference of {100 * least:.1f} "
        "points or more would show (80% power)",
        remedy=f"do not rank these two; {needed} with as much spread would show such a difference (`isocost compare` "
        "gives its interval)",
    )  # fmt: skip


def _name(one: Facts, other: Facts) -> str:
    return one.model if one.model != other.model else f"{one.model} ({one.folder})"


def _mean(facts: Facts, rung: int) -> float:
    tallies = facts.tallies[rung].values()
    return sum(_share(tally) for tally in tallies) / len(tallies)


def _share(tally: Tally) -> float:
    return tally.c / tally.n
