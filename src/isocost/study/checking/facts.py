"""What the checks look at, gathered once: of each run its numbers, of each sample the little that a check needs."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import msgspec

from isocost.benchmarks import Benchmark
from isocost.errors import InputError
from isocost.judge.ending import breaks_off
from isocost.records import Execution, JudgePolicy, Manifest, Outcome, Sample, Tally, Timing, Usage, Window
from isocost.store.cache import VerdictCache
from isocost.store.hashing import text_sha256
from isocost.store.run import Run
from isocost.study.answering.result import Result
from isocost.study.answering.run_tallies import BASE_TESTS
from isocost.study.benchmark_of_run import benchmark_of
from isocost.study.programs import ProgramReader
from isocost.study.showing import policy_of
from isocost.study.summary import Summary, combined, summarise


class SampleFacts(NamedTuple):
    """What is looked at of one sample."""

    id: str
    """Its id."""
    problem_id: str
    """Its problem."""
    temperature: float | None
    """Its temperature; None where that is not known."""
    text: str
    """Hash of its completion."""
    finish_reason: str | None
    """Why it ended; None where that is not known."""
    usage: Usage | None
    """Tokens; None where they are not known."""
    timing: Timing | None
    """Seconds; None where they are not known."""


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What is looked at of one run."""

    folder: str
    """Its folder."""
    manifest: Manifest
    """Its manifest."""
    summary: Summary
    """Its numbers."""
    samples: tuple[SampleFacts, ...]
    """Its samples, in the run's order."""
    outcomes: dict[str, Outcome]
    """By sample id, over all test sets; samples that were not judged are not in it."""
    executions: tuple[Execution, ...]
    """Its executions, their output left out."""
    tallies: dict[int, dict[str, Tally]]
    """By rung and problem id. A run of stronger tests tells of rung 0, too, by the base tests alone."""
    shared: frozenset[str]
    """Problems whose tests ran in the program's own process."""
    windows: tuple[Window, ...]
    """Measured windows; none where samples were recorded elsewhere."""
    broken_off: tuple[str, ...] | None
    """Samples whose program does not compile because it breaks off at its end; None where that could not be seen."""
    why_unseen: str | None
    """Why it could not be seen."""

    @property
    def model(self) -> str:
        """The run's model."""
        return self.manifest.model

    @property
    def timed(self) -> bool:
        """Whether seconds were measured of a window or a sample."""
        timings = (sample.timing for sample in self.samples if sample.timing is not None)
        told = ((timing.ttft_seconds, timing.tpot_seconds, timing.total_seconds) for timing in timings)
        return bool(self.windows) or any(seconds != (None, None, None) for seconds in told)

    @property
    def judging(self) -> JudgePolicy | None:
        """How it was judged; None where it was not yet."""
        return self.manifest.judging


class StudyFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What is looked at together."""

    runs: tuple[Facts, ...]
    """The runs."""
    results: dict[str, Result]
    """What analysis made of them, by file."""
    unread: dict[str, str]
    """Files that should be results and cannot be read, each with the reason."""

    def by_benchmark(self) -> list[list[Facts]]:
        """Runs on the same data, together."""
        groups: dict[str, list[Facts]] = {}
        for facts in self.runs:
            groups.setdefault(facts.manifest.benchmark.sha256, []).append(facts)
        return list(groups.values())


def facts_of(run: Run, *, data_dir: Path | None = None) -> Facts:
    """Gather the facts of a run; the benchmark's file is needed only to see which programs break off.

    Raises RunMismatchError for a broken line.
    """
    seen: dict[tuple[str, str], dict[str, Outcome]] = {}
    shared = set()
    for verdict in run.verdicts.read():
        seen.setdefault((verdict.problem_id, verdict.sample_id), {})[verdict.tests] = verdict.outcome
        if verdict.channel.value == "shared":
            shared.add(verdict.problem_id)
    names = frozenset(name for tests in seen.values() for name in tests)
    outcomes = {sample: combined(tests.values()) for (_, sample), tests in seen.items() if len(tests) == len(names)}
    samples = []
    doubtful = []
    for sample in run.samples.read():
        samples.append(_sample_facts(sample))
        if outcomes.get(sample.id) is Outcome.syntax_error and sample.finish_reason is None:
            doubtful.append(sample)
    broken_off, why_unseen = _broken_off(run, doubtful, data_dir)
    rungs = {run.manifest.benchmark.rung: names}
    if run.manifest.benchmark.rung == 1 and BASE_TESTS in names and len(names) > 1:
        rungs = {0: frozenset({BASE_TESTS})} | rungs
    return Facts(
        folder=str(run.folder),
        manifest=run.manifest,
        summary=summarise(run),
        samples=tuple(samples),
        outcomes=outcomes,
        executions=tuple(msgspec.structs.replace(one, output="") for one in run.executions.read()),
        tallies={rung: _tallies(seen, wanted) for rung, wanted in rungs.items()},
        shared=frozenset(shared),
        windows=tuple(run.windows.read()),
        broken_off=broken_off,
        why_unseen=why_unseen,
    )


def _sample_facts(sample: Sample) -> SampleFacts:
    return SampleFacts(
        id=sample.id,
        problem_id=sample.problem_id,
        temperature=None if sample.params is None else sample.params.temperature,
        text=text_sha256(sample.completion),
        finish_reason=sample.finish_reason,
        usage=sample.usage,
        timing=sample.timing,
    )


def _tallies(seen: dict[tuple[str, str], dict[str, Outcome]], wanted: frozenset[str]) -> dict[str, Tally]:
    passed: dict[str, list[bool]] = {}
    for (problem_id, _), tests in seen.items():
        if wanted <= tests.keys():
            outcome = combined(tests[name] for name in wanted)
            if outcome is not Outcome.sandbox_error:
                passed.setdefault(problem_id, []).append(outcome is Outcome.passed)
    return {name: Tally(problem_id=name, n=len(told), c=sum(told)) for name, told in passed.items()}


def _broken_off(run: Run, doubtful: list[Sample], data_dir: Path | None) -> tuple[tuple[str, ...] | None, str | None]:
    """Read the programs once more, as they were judged, and see how they end."""
    if not doubtful:
        return (), None
    try:
        benchmark = benchmark_of(run, data_dir=data_dir)
        reader = ProgramReader(run, policy_of(run), VerdictCache.disabled())
    except InputError as error:
        return None, str(error)
    return tuple(_ids_broken_off(benchmark, reader, doubtful)), None


def _ids_broken_off(benchmark: Benchmark, reader: ProgramReader, doubtful: list[Sample]) -> Iterable[str]:
    for sample in doubtful:
        source = reader.read(benchmark.problems[sample.problem_id], [sample])[sample.id].source
        if source is not None and breaks_off(source):
            yield sample.id
