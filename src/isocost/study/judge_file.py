"""From a file of recorded samples to a judged run folder and its summary."""

from __future__ import annotations

import dataclasses
import re
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from isocost import __version__
from isocost.benchmarks import Benchmark, load
from isocost.errors import SamplesError, UsageError
from isocost.judge.identity import judge_name
from isocost.records import Isolation, JudgePolicy, LimitPolicy, Manifest, Problem
from isocost.sandbox import levels
from isocost.store.cache import VerdictCache
from isocost.store.hashing import content_id
from isocost.store.manifest_file import SCHEMA_VERSION
from isocost.store.run import Run
from isocost.study import host
from isocost.study.judging import Judging, Progress
from isocost.study.programs import ExtractionPolicy, policy_name
from isocost.study.recorded import RecordedSamples, read_samples, require_complete
from isocost.study.summary import Summary, summarise

_MOST_CPU_SECONDS = 1_000_000
_MOST_MEMORY_MIB = 1 << 24


class JudgeRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be judged, and how."""

    samples: Path
    """File of recorded samples."""
    benchmark: str
    """Name of a benchmark, or a file in the shape of one."""
    model: str | None = None
    """Name of the model; None takes it from the file."""
    out: Path | None = None
    """Run folder; None makes a name in `runs/` from what is judged, so that the same request finds it again."""
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


def judge_file(request: JudgeRequest, progress: Callable[[Progress], None] = lambda _: None) -> JudgedFile:
    """Judge a file of recorded samples, or go on where an earlier call stopped.

    Raises InputError for what cannot be used, SandboxUnavailableError where nothing good enough locks programs in.
    """
    begun = time.monotonic()
    _require_sense(request)
    if not request.samples.exists():
        raise SamplesError(f"no samples file at {str(request.samples)!r}; type the path of a .jsonl or .jsonl.gz file")
    benchmark = load(request.benchmark, data_dir=request.data_dir)
    recorded = read_samples(request.samples, benchmark, model=request.model)
    problems = _first(benchmark, request.limit)
    if request.limit is None:
        require_complete(recorded, partial=request.partial)
    isolation = levels.choose(request.policy, demand=request.isolation, unsafe=request.unsafe)
    manifest = _manifest(request, benchmark, recorded, isolation)
    cache = VerdictCache() if request.cache else VerdictCache.disabled()
    try:
        with Run.open(request.out or _default_folder(manifest), manifest) as run:
            _keep_samples(run, recorded, problems)
            part = dataclasses.replace(benchmark, problems=problems)
            judging = Judging(run, part, extraction=request.extraction, cache=cache, progress=progress)
            judging.run(request.workers)
            summary = summarise(run, problems, seed=request.seed)
            notes = [*run.repaired, *([cache.note] if cache.note else [])]
    finally:
        cache.close()
    return JudgedFile(summary=summary, seconds=time.monotonic() - begun, notes=tuple(notes))


def _require_sense(request: JudgeRequest) -> None:
    """Refuse numbers that mean nothing. Raises UsageError."""
    if request.limit is not None and request.limit < 1:
        raise UsageError(f"--limit {request.limit} leaves nothing to judge; type a number from 1 on")
    if request.workers is not None and request.workers < 1:
        raise UsageError(f"--workers {request.workers} can do nothing; type a number from 1 on")
    if not 0 < request.policy.cpu_seconds <= _MOST_CPU_SECONDS:  # nor NaN
        given = f"--cpu-seconds {request.policy.cpu_seconds}"
        raise UsageError(f"{given} is no limit; type a number above 0, and {_MOST_CPU_SECONDS} at most")
    if not 1 <= request.policy.memory_bytes >> 20 <= _MOST_MEMORY_MIB:
        raise UsageError(
            f"--memory-mib {request.policy.memory_bytes >> 20} is no limit; type a number from 1 to {_MOST_MEMORY_MIB}"
        )
    if not 0 <= request.seed < 1 << 63:
        raise UsageError(f"--seed {request.seed} is no seed; type a whole number from 0 to {(1 << 63) - 1}")


def _first(benchmark: Benchmark, limit: int | None) -> Mapping[str, Problem]:
    if limit is None:
        return benchmark.problems
    return {name: benchmark.problems[name] for name in list(benchmark.problems)[:limit]}


def _keep_samples(run: Run, recorded: RecordedSamples, problems: Mapping[str, Problem]) -> None:
    """Write down the samples that are not in the run yet."""
    for prompt in recorded.prompts:
        if prompt.id not in run.prompts:
            run.prompts.append(prompt)
    for sample in recorded.samples:
        if sample.problem_id in problems and sample.id not in run.samples:
            run.samples.append(sample)
    run.commit()


def _manifest(request: JudgeRequest, benchmark: Benchmark, recorded: RecordedSamples, isolation: Isolation) -> Manifest:
    return Manifest(
        schema_version=SCHEMA_VERSION,
        isocost_version=__version__,
        git_commit=host.git_commit(),
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        host=host.describe(),
        model=recorded.model,
        benchmark=benchmark.info,
        samples_sha256=recorded.sha256,
        judging=JudgePolicy(
            extraction=policy_name(request.extraction),
            limits=request.policy,
            judge=judge_name(),
            isolation=isolation,
        ),
    )


def _default_folder(manifest: Manifest) -> Path:
    """A name that is the same for the same request, and readable."""
    free: dict[str, object] = {"created": "", "git_commit": None, "host": {}, "isocost_version": ""}
    identity = content_id(msgspec.to_builtins(manifest) | free)[:8]
    words = re.sub(r"[^a-z0-9.]+", "-", f"{manifest.benchmark.name} {manifest.model}".lower()).strip("-.")
    return Path("runs") / f"{words[:80]}-{identity}"
