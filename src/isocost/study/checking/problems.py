"""The problems of a run: too few, all or none solved, or not to be solved from their prompt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from isocost.benchmarks.unfair import audited, unfair_problems
from isocost.metrics.intervals import wilson_of_mean
from isocost.metrics.power import discordant_variance, minimal_detectable_difference
from isocost.study.checking.finding import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from isocost.study.checking.facts import Facts, StudyFacts

DISCORDANT = 0.29
"""Supposed share of problems that just one of two models solves: 47 of 164, of the recorded verdicts of Qwen2.5-Coder
1.5B and 7B on HumanEval."""
FEW_WARNING, FEW_SERIOUS = 0.15, 0.30
"""Smallest differences shown (80% power): neighbouring sizes of a family are rarely further apart than the first."""
SATURATED = 0.05
"""How near to 0 or 1 a pass rate is saturated."""


def few_problems(study: StudyFacts) -> Iterator[Finding]:
    """Problems so few that only a huge difference between models would show; told once for all runs of a benchmark."""
    alike: dict[tuple[str, int], list[Facts]] = {}
    for facts in study.runs:
        if facts.summary.problems:
            alike.setdefault((facts.manifest.benchmark.name, facts.summary.problems), []).append(facts)
    for (benchmark, problems), runs in alike.items():
        least = minimal_detectable_difference(problems, discordant_variance(DISCORDANT))
        if least < FEW_WARNING:
            continue
        alone = runs[0] if len(runs) == 1 else None
        yield Finding(
            severity=Severity.serious if least >= FEW_SERIOUS else Severity.warning, check="few_problems",
            run=alone.folder if alone else None, model=alone.model if alone else None,
            what=f"{problems} problems of {benchmark} are scored: between two models that disagree on {DISCORDANT:.0%} of "
            f"them, only a difference of {100 * least:.1f} points or more would show (80% power)",
            remedy="judge more problems (`isocost plan --wanted 0.05` says how many); more samples of the same problems "
            "help less",
        )  # fmt: skip


def saturated(facts: Facts) -> Iterator[Finding]:
    """Rungs on which the model solves nearly all or nearly nothing: no difference can show there."""
    for rung, tallies in facts.tallies.items():
        if not tallies:
            continue
        mean = sum(tally.c / tally.n for tally in tallies.values()) / len(tallies)
        if SATURATED < mean < 1.0 - SATURATED:
            continue
        low, high = wilson_of_mean(mean, len(tallies))
        end = "nearly nothing" if mean <= SATURATED else "nearly everything"
        other = "an easier" if mean <= SATURATED else "a harder"
        yield Finding(
            severity=Severity.warning, check="saturated", run=facts.folder, model=facts.model,
            what=f"rung {rung} of {facts.manifest.benchmark.name}: the model solves {end}, {mean:.1%} "
            f"[{100 * low:.1f}, {100 * high:.1f}] of {len(tallies)} problems",
            remedy=f"compare on {other} rung (`isocost benchmarks` lists them); here no difference can show",
        )  # fmt: skip


def unfair_included(facts: Facts) -> Iterator[Finding]:
    """Published problems that no model can be expected to solve from their prompt, and that are in the score."""
    if facts.manifest.benchmark.sha256 not in audited().values():
        return
    known = unfair_problems()
    scored = {name for tallies in facts.tallies.values() for name in tallies}
    ids = tuple(name for name in known if name in scored)
    if ids:
        solved = sum(facts.tallies[facts.manifest.benchmark.rung][name].c > 0 for name in ids)
        yield Finding(
            severity=Severity.warning, check="unfair_included", run=facts.folder, model=facts.model, ids=ids,
            what=f"{len(ids)} of {facts.summary.problems} problems never name in their prompt what is tested ({solved} "
            f"were solved all the same): {', '.join(ids)}",
            remedy="say so beside the score; `isocost analyse` gives the drop between rungs without them",
        )  # fmt: skip
