"""Runs of a study judged while they grow: one pool of judge processes for all, and what each run has come to so far."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Self

import msgspec

from isocost.benchmarks import Benchmark, load
from isocost.judge.pool import Pool
from isocost.records import Isolation, JudgePolicy, LimitPolicy
from isocost.sandbox import levels
from isocost.store.cache import VerdictCache
from isocost.store.run import Run
from isocost.study.judge_request import judge_policy
from isocost.study.judging import Judging, Progress
from isocost.study.summary import Summary, summarise

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from isocost.records import Manifest
    from isocost.study.generating.planned import PlannedRun
    from isocost.study.running.study_file import JudgingWanted

REST_SECONDS = 2.0
"""Samples are gathered for at least so long before they are judged, and ten times as long as looking for them takes."""


class JudgedRuns:
    """Judges runs, again and again; a context manager that holds the pool and the cache.

    `policy` is how all of them are judged.
    """

    def __init__(self, wanted: JudgingWanted, *, unsafe: bool, data_dir: Path | None, seed: int) -> None:
        """Raises SandboxUnavailableError where nothing good enough locks programs in: before anything is spent."""
        limits = LimitPolicy(cpu_seconds=wanted.cpu_seconds, memory_bytes=wanted.memory_mib << 20)
        demand = None if wanted.isolation is None else Isolation(wanted.isolation)
        isolation = levels.choose(limits, demand=demand, unsafe=unsafe)
        self._wanted = wanted
        self._data_dir = data_dir
        self._seed = seed
        self.policy: JudgePolicy = judge_policy(wanted.extraction, limits, isolation)
        self._pool = Pool(isolation, limits, wanted.workers)
        self._cache = VerdictCache()
        self._benchmarks: dict[str, Benchmark] = {}
        self._due_at: dict[Path, float] = {}
        self.watch: Callable[[PlannedRun, Progress], None] = lambda _run, _progress: None
        """Called after each verdict, with the run that it is in."""
        self.summaries: dict[Path, Summary] = {}
        """What each run has come to, as of its last judging, by folder."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the judge processes."""
        self._pool.close()
        self._cache.close()

    def of(self, manifest: Manifest) -> Manifest:
        """The same manifest, which says how the run is judged."""
        return msgspec.structs.replace(manifest, judging=self.policy)

    def judge(self, planned: PlannedRun, run: Run, *, in_time: bool = False) -> None:
        """Judge what has no verdict yet; `in_time` leaves it for later where it was done a moment ago.

        Raises what `Judging.run` raises.
        """
        begun = time.monotonic()
        if in_time and begun < self._due_at.get(run.folder, 0.0):
            return
        run.commit()
        if not in_time or len(run.samples) * self._test_sets(planned) > len(run.verdicts):
            Judging(
                run, self._benchmark(planned), extraction=self._wanted.extraction, cache=self._cache,
                progress=lambda progress: self.watch(planned, progress),
            ).run(self._pool)  # fmt: skip
            self.summaries[run.folder] = summarise(run, planned.prompts, seed=self._seed)
        took = time.monotonic() - begun
        self._due_at[run.folder] = time.monotonic() + max(REST_SECONDS, 10.0 * took)

    def judge_folder(self, planned: PlannedRun) -> Summary:
        """Judge a run that nobody holds open. Raises as `judge`, and what `Run.open` raises."""
        with Run.open(planned.folder, self.of(planned.manifest)) as run:
            self.judge(planned, run)
        return self.summaries[planned.folder]

    def _benchmark(self, planned: PlannedRun) -> Benchmark:
        """The benchmark, cut to the problems that are asked."""
        if planned.asked_for not in self._benchmarks:
            self._benchmarks[planned.asked_for] = load(planned.asked_for, data_dir=self._data_dir)
        whole = self._benchmarks[planned.asked_for]
        return dataclasses.replace(whole, problems={name: whole.problems[name] for name in planned.prompts})

    def _test_sets(self, planned: PlannedRun) -> int:
        problems = self._benchmark(planned).problems
        return max((len(problem.tests) for problem in problems.values()), default=0)
