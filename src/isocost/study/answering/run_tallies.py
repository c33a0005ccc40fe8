"""Tallies of a run by base problem and rung, from what stands in its folder.

A run judged with base and stronger tests (`mbpp-plus`) tells of two rungs: rung 0 by the base tests alone, and its own
rung by all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from isocost.benchmarks import load
from isocost.benchmarks.catalogue import ENTRIES
from isocost.errors import RunMismatchError
from isocost.records import Outcome, Tally
from isocost.study.benchmark_of_run import benchmark_of
from isocost.study.summary import combined

if TYPE_CHECKING:
    from isocost.store.run import Run

BASE_TESTS = "base"
"""Test set that stands for rung 0 where a run of a higher rung has it beside others."""


class RungTallies(NamedTuple):
    """One model's tallies on one rung."""

    rung: int
    """The rung."""
    benchmark: str
    """The benchmark that was judged."""
    tallies: dict[str, Tally]
    """By problem id."""
    base_of: dict[str, str]
    """From a problem's id to its base id."""
    outcomes: dict[str, dict[str, Outcome]]
    """By problem id and sample id; those that failed by our own fault among them, which no tally has."""

    def passed(self, problem: str) -> dict[str, bool]:
        """By sample id: whether it passed, of those that were scored."""
        told = self.outcomes[problem].items()
        return {sample: out is Outcome.passed for sample, out in told if out is not Outcome.sandbox_error}


def tallies_of_run(run: Run, *, data_dir: Path | None = None) -> tuple[RungTallies, ...]:
    """Sum up a run's verdicts, for each rung that they tell of, the lowest first.

    Samples whose judging failed by our own fault, or is not finished, are not in any tally.

    Raises RunMismatchError when nothing in the run is scored, and what `benchmark_of` raises where a local file is
    needed to know which base problems its problems descend from.
    """
    info = run.manifest.benchmark
    verdicts: dict[tuple[str, str], dict[str, Outcome]] = {}
    for verdict in run.verdicts.read():
        verdicts.setdefault((verdict.problem_id, verdict.sample_id), {})[verdict.tests] = verdict.outcome
    names = {name for seen in verdicts.values() for name in seen}
    descent = _descent(run, data_dir)
    rungs: list[tuple[int, frozenset[str]]] = [(info.rung, frozenset(names))]
    if info.rung == 1 and BASE_TESTS in names and len(names) > 1:
        rungs.insert(0, (0, frozenset({BASE_TESTS})))
    found = []
    for rung, wanted in rungs:
        outcomes: dict[str, dict[str, Outcome]] = {}
        for (problem_id, sample_id), seen in sorted(verdicts.items()):  # by id: journals are in order of arrival
            if wanted <= seen.keys():
                outcomes.setdefault(problem_id, {})[sample_id] = combined(seen[name] for name in wanted)
        part = RungTallies(rung, info.name, {}, {}, outcomes)
        for name in outcomes:
            passed = part.passed(name)
            if passed:
                part.tallies[name] = Tally(problem_id=name, n=len(passed), c=sum(passed.values()))
                part.base_of[name] = descent(name)
        found.append(part)
    if not any(part.tallies for part in found):
        raise RunMismatchError(
            f"{str(run.folder)!r} has no scored sample; judge it first, or see `isocost show` for why"
        )
    return tuple(found)


def _descent(run: Run, data_dir: Path | None) -> Callable[[str], str]:
    """How to get from a problem's id to its base id."""
    entry = ENTRIES.get(run.manifest.benchmark.name)
    if entry is not None and not entry.shipped:
        return entry.base_id
    if run.manifest.benchmark.rung == 0:
        return str
    benchmark = load(run.manifest.benchmark.name) if entry is not None else benchmark_of(run, data_dir=data_dir)
    return lambda name: benchmark.problems[name].base_id
