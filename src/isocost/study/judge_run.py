"""From a run folder that holds samples to the same folder judged, or to another one with the samples judged otherwise."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from isocost.errors import UsageError
from isocost.judge.pool import Pool
from isocost.sandbox import levels
from isocost.store.cache import VerdictCache
from isocost.store.run import Run
from isocost.study.benchmark_of_run import benchmark_of
from isocost.study.judge_request import JudgedFile, JudgeRequest, first_problems, judge_policy
from isocost.study.judging import Judging, Progress
from isocost.study.summary import summarise


def judge_run(request: JudgeRequest, progress: Callable[[Progress], None] = lambda _: None) -> JudgedFile:
    """Judge the samples that a run folder holds, in place, or into `request.out` where that is another folder.

    Problems that have no sample there are counted, and need no `partial`: a run may be judged while it grows.

    Raises InputError for what cannot be used, SandboxUnavailableError where nothing good enough locks programs in.
    """
    begun = time.monotonic()
    source = Run.read(request.samples)
    if request.model not in {None, source.manifest.model}:
        raise UsageError(
            f"{str(request.samples)!r} holds samples of {source.manifest.model!r}, and --model says {request.model!r}; "
            "leave --model out"
        )
    benchmark = benchmark_of(source, request.benchmark, data_dir=request.data_dir)
    problems = first_problems(benchmark, request.limit)
    isolation = levels.choose(request.policy, demand=request.isolation, unsafe=request.unsafe)
    manifest = msgspec.structs.replace(
        source.manifest, judging=judge_policy(request.extraction, request.policy, isolation)
    )
    folder = request.out or request.samples
    cache = VerdictCache() if request.cache else VerdictCache.disabled()
    try:
        with Run.open(folder, manifest) as run:
            if not _same(folder, request.samples):
                _copy(source, run)
            part = dataclasses.replace(benchmark, problems=problems)
            with Pool(isolation, request.policy, request.workers) as pool:
                Judging(run, part, extraction=request.extraction, cache=cache, progress=progress).run(pool)
            summary = summarise(run, problems, seed=request.seed)
            notes = [*run.repaired, *([cache.note] if cache.note else [])]
    finally:
        cache.close()
    return JudgedFile(summary=summary, seconds=time.monotonic() - begun, notes=tuple(notes))


def _same(one: Path, other: Path) -> bool:
    return one.resolve() == other.resolve()


def _copy(source: Run, run: Run) -> None:
    """Take over what was generated, and is not there yet."""
    for prompt in source.prompts.read():
        if prompt.id not in run.prompts:
            run.prompts.append(prompt)
    for window in source.windows.read():
        if window.id not in run.windows:
            run.windows.append(window)
    for sample in source.samples.read():
        if sample.id not in run.samples:
            run.samples.append(sample)
    run.commit()
