"""From a file of recorded samples to a judged run folder and its summary; run folders go to `judge_run`."""

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
from isocost.judge.pool import Pool
from isocost.records import Isolation, Manifest, Problem
from isocost.sandbox import levels
from isocost.store import host
from isocost.store.cache import VerdictCache
from isocost.store.hashing import content_id
from isocost.store.manifest_file import SCHEMA_VERSION
from isocost.store.run import Run
from isocost.study.judge_request import JudgedFile, JudgeRequest, first_problems, judge_policy, require_sense
from isocost.study.judge_run import judge_run
from isocost.study.judging import Judging, Progress
from isocost.study.recorded import RecordedSamples, read_samples, require_complete
from isocost.study.summary import summarise


def judge_file(request: JudgeRequest, progress: Callable[[Progress], None] = lambda _: None) -> JudgedFile:
    """Judge a file of recorded samples, or the samples of a run folder, or go on where an earlier call stopped.

    Raises InputError for what cannot be used, SandboxUnavailableError where nothing good enough locks programs in.
    """
    require_sense(request)
    if not request.samples.exists():
        raise SamplesError(f"no samples file at {str(request.samples)!r}; type the path of a .jsonl or .jsonl.gz file")
    if request.samples.is_dir():
        return judge_run(request, progress)
    if request.benchmark is None:
        raise UsageError(f"{str(request.samples)!r} says no benchmark; add --benchmark NAME (`isocost benchmarks`)")
    begun = time.monotonic()
    benchmark = load(request.benchmark, data_dir=request.data_dir)
    recorded = read_samples(request.samples, benchmark, model=request.model)
    problems = first_problems(benchmark, request.limit)
    if request.limit is None:
        require_complete(recorded, partial=request.partial)
    isolation = levels.choose(request.policy, demand=request.isolation, unsafe=request.unsafe)
    manifest = _manifest(request, benchmark, recorded, isolation)
    cache = VerdictCache() if request.cache else VerdictCache.disabled()
    try:
        with Run.open(request.out or _default_folder(manifest), manifest) as run:
            _keep_samples(run, recorded, problems)
            part = dataclasses.replace(benchmark, problems=problems)
            with Pool(isolation, request.policy, request.workers) as pool:
                Judging(run, part, extraction=request.extraction, cache=cache, progress=progress).run(pool)
            summary = summarise(run, problems, seed=request.seed)
            notes = [*run.repaired, *([cache.note] if cache.note else [])]
    finally:
        cache.close()
    return JudgedFile(summary=summary, seconds=time.monotonic() - begun, notes=tuple(notes))


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
        judging=judge_policy(request.extraction, request.policy, isolation),
    )


def _default_folder(manifest: Manifest) -> Path:
    """A name that is the same for the same request, and readable."""
    free: dict[str, object] = {"created": "", "git_commit": None, "host": {}, "isocost_version": ""}
    identity = content_id(msgspec.to_builtins(manifest) | free)[:8]
    words = re.sub(r"[^a-z0-9.]+", "-", f"{manifest.benchmark.name} {manifest.model}".lower()).strip("-.")
    return Path("runs") / f"{words[:80]}-{identity}"
