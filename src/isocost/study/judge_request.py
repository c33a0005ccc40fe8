"""What is to be judged, and how, and what came of it: the same for files of samples and for run folders."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from isocost.benchmarks import Benchmark
from isocost.errors import UsageError
from isocost.judge.identity import judge_name
from isocost.records import Isolation, JudgePolicy, LimitPolicy, Problem
from isocost.study.programs import ExtractionPolicy, policy_name
from isocost.study.summary import Summary

MOST_CPU_SECONDS = 1_000_000
MOST_MEMORY_MIB = 1 << 24


class JudgeRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be judged, and how."""

    samples: Path
    """File of recorded samples, or a run folder."""
    benchmark: str | None = None
    """Name of a benchmark, or a file in the shape of one; None takes that of the run folder."""
    model: str | None = None
    """Name of the model; None takes it from the file."""
    out: Path | None = None
    """Run folder; None is the one judged, or makes a name in `runs/` from a file, so that the same request finds it."""
    extraction: ExtractionPolicy = "auto"
    """How programs are read out of completions."""
    partial: bool = False
    """Whether problems may lack samples."""
    limit: int | None = None
    """Judge the first so many problems only."""
    policy: LimitPolicy = LimitPolicy()
    """Limits of each program."""
    isolation: Isolation | None = None
    """Isolation to insist on; None takes the strongest that holds here."""
    unsafe: bool = False
    """Whether programs may run with less than `contained`."""
    workers: int | None = None
    """Judge processes; None is one for each core."""
    seed: int = 0
    """Seed of the bootstrap."""
    data_dir: Path | None = None
    """Where benchmark files are looked for first."""
    cache: bool = True
    """Whether verdicts of earlier runs may be used, and this one's kept."""


class JudgedFile(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it."""

    summary: Summary
    """The run in numbers."""
    seconds: float
    """Wall-clock seconds, all included."""
    notes: tuple[str, ...]
    """Things a reader should know; one line each."""


def require_sense(request: JudgeRequest) -> None:
    """Refuse numbers that mean nothing. Raises UsageError."""
    if request.limit is not None and request.limit < 1:
        raise UsageError(f"--limit {request.limit} leaves nothing to judge; type a number from 1 on")
    if request.workers is not None and request.workers < 1:
        raise UsageError(f"--workers {request.workers} can do nothing; type a number from 1 on")
    if not 0 < request.policy.cpu_seconds <= MOST_CPU_SECONDS:  # nor NaN
        given = f"--cpu-seconds {request.policy.cpu_seconds}"
        raise UsageError(f"{given} is no limit; type a number above 0, and {MOST_CPU_SECONDS} at most")
    if not 1 <= request.policy.memory_bytes >> 20 <= MOST_MEMORY_MIB:
        raise UsageError(
            f"--memory-mib {request.policy.memory_bytes >> 20} is no limit; type a number from 1 to {MOST_MEMORY_MIB}"
        )
    if not 0 <= request.seed < 1 << 63:
        raise UsageError(f"--seed {request.seed} is no seed; type a whole number from 0 to {(1 << 63) - 1}")


def first_problems(benchmark: Benchmark, limit: int | None) -> Mapping[str, Problem]:
    """The first so many problems by id, in the benchmark's order; all where there is no limit."""
    if limit is None:
        return benchmark.problems
    return {name: benchmark.problems[name] for name in list(benchmark.problems)[:limit]}


def judge_policy(extraction: ExtractionPolicy, limits: LimitPolicy, isolation: Isolation) -> JudgePolicy:
    """How this judge judges, as manifests carry it."""
    return JudgePolicy(extraction=policy_name(extraction), limits=limits, judge=judge_name(), isolation=isolation)
