"""Judging: recorded samples in, a run folder with executions and verdicts out; resumable at any moment.

What is done is known by id alone: a sample and a test set that have a verdict in the folder are left alone, and a
program that was judged before, in this run or another, is not run again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

import msgspec

from isocost.benchmarks import Benchmark
from isocost.judge import wire
from isocost.judge.identity import module_version, tests_key, verdict_key
from isocost.judge.pool import Pool, Work
from isocost.records import (
    Channel,
    Execution,
    Isolation,
    LimitPolicy,
    Limits,
    Outcome,
    Problem,
    Program,
    Sample,
    Verdict,
)
from isocost.sandbox.fork_server import Facts
from isocost.store.cache import Namespace, VerdictCache
from isocost.store.hashing import text_sha256
from isocost.store.run import Judged, Run
from isocost.study.expected_values import with_expected_values
from isocost.study.programs import ExtractionPolicy, ProgramReader

COMMIT_SECONDS = 0.5
"""What a kill at any moment can lose: verdicts of so many seconds."""
_COMMIT_RECORDS = 2000
_NEVER_CACHED = frozenset({Outcome.sandbox_error, Outcome.time_limit})


class Ruling(msgspec.Struct, frozen=True, kw_only=True):
    """One verdict on one program, before it is written down for each sample that has it."""

    outcome: Outcome
    detail: str | None
    channel: Channel
    facts: Facts | None
    limits: Limits | None
    calls: int


class Progress(NamedTuple):
    """How far judging is."""

    done: int
    """Verdicts written."""
    total: int
    """Verdicts wanted."""
    passed: int
    """Verdicts that are `passed`, of those done."""


class Judging:
    """One judging of a run's samples, in a pool that others may use before and after; call `run` once."""

    def __init__(
        self,
        run: Run,
        benchmark: Benchmark,
        *,
        extraction: ExtractionPolicy,
        cache: VerdictCache,
        progress: Callable[[Progress], None] = lambda _: None,
    ) -> None:
        self._run = run
        self._benchmark = benchmark
        self._reader = ProgramReader(run, extraction, cache)
        self._cache = cache
        self._progress = progress
        self._policy: LimitPolicy = run.judging.limits
        self._isolation: Isolation = run.judging.isolation
        self._tokens: dict[int, tuple[str, list[_Waiting]]] = {}
        self._next_token = 0
        self._fresh: dict[str, bytes] = {}
        self._uncommitted = 0
        self._committed_at = time.monotonic()
        self._done = self._total = self._passed = 0

    def run(self, pool: Pool) -> None:
        """Judge what has no verdict yet, or only one that is our own fault. No worker is started where there is none.

        Raises SandboxUnavailableError when the sandbox does not start, OwnFaultError when a reference solution fails.
        """
        self._forget_our_faults()
        todo = self._todo()
        self._total = sum(len(waiting) for waiting in todo.values())
        if not todo:
            return
        try:
            suites = self._suites(pool, todo)
            for answer in pool.answers(self._works(todo, suites)):
                assert isinstance(answer, wire.Judged)  # noqa: S101 (no other question was asked)
                self._take(answer)
        finally:
            self._commit()

    # --- what is to be done

    def _forget_our_faults(self) -> None:
        """Judge again what failed by our own fault, but for the want of a module that is still wanting."""
        problems = self._benchmark.problems
        ours = {
            Judged(verdict.sample_id, verdict.tests)
            for verdict in self._run.verdicts.read()
            if verdict.outcome is Outcome.sandbox_error
            and verdict.problem_id in problems
            and not missing_modules(problems[verdict.problem_id])
        }
        if ours:
            self._run.forget(ours)

    def _todo(self) -> dict[str, list[tuple[Sample, str]]]:
        """Pairs of sample and test set without a verdict, by problem, in the benchmark's order.

        Samples of problems that the benchmark does not have here, because it was cut short, are left alone.
        """
        judged = self._run.judged()
        waiting: dict[str, list[tuple[Sample, str]]] = {}
        for sample in self._run.samples.read():
            if sample.problem_id not in self._benchmark.problems:
                continue
            for name in self._benchmark.problems[sample.problem_id].tests:
                if (sample.id, name) not in judged:
                    waiting.setdefault(sample.problem_id, []).append((sample, name))
        return {problem: waiting[problem] for problem in self._benchmark.problems if problem in waiting}

    def _suites(self, pool: Pool, todo: dict[str, list[tuple[Sample, str]]]) -> dict[tuple[str, str], wire.Suite]:
        """Test sets of the problems at hand, their expected values filled in."""
        suites: dict[tuple[str, str], wire.Suite] = {}
        for problem_id, pairs in todo.items():
            problem = self._benchmark.problems[problem_id]
            if missing_modules(problem):
                continue
            for name in dict.fromkeys(name for _sample, name in pairs):
                tests = problem.tests[name]
                key = tests_key(tests, problem.reference)
                suites[problem_id, name] = wire.Suite(key=key, tests=tests, reference=problem.reference)
        return with_expected_values(suites, pool, self._cache)

    def _works(
        self, todo: dict[str, list[tuple[Sample, str]]], suites: dict[tuple[str, str], wire.Suite]
    ) -> Iterator[Work]:
        """Programs to run, problem by problem, each once; what needs no run is written down on the way."""
        for problem_id, pairs in todo.items():
            problem = self._benchmark.problems[problem_id]
            programs = self._reader.read(problem, [sample for sample, _name in pairs])
            groups: dict[str, list[_Waiting]] = {}
            for sample, name in pairs:
                waiting = _Waiting(sample, name, programs[sample.id])
                instead = self._without_run(problem, name, waiting.program)
                if instead is not None:
                    self._write(waiting, instead, cached=False)
                    continue
                source = waiting.program.source or ""
                key = verdict_key(source, suites[problem_id, name].key, self._policy, self._isolation)
                groups.setdefault(key, []).append(waiting)
            known = self._cache.get_many(list(groups), Namespace.verdicts)
            for key, members in groups.items():
                if key in known:
                    ruling = msgspec.json.decode(known[key], type=Ruling)
                    for waiting in members:
                        self._write(waiting, ruling, cached=True)
                    continue
                token = self._next_token
                self._next_token += 1
                self._tokens[token] = (key, members)
                first = members[0]
                yield Work(token=token, suite=suites[problem_id, first.tests], source=first.program.source)
            self._commit_if_due()

    def _without_run(self, problem: Problem, name: str, program: Program) -> Ruling | None:
        """The ruling where there is nothing to run, or nothing to run it with."""
        missing = missing_modules(problem)
        if missing:
            detail = f"this machine lacks {', '.join(missing)}, which the benchmark itself imports for this problem"
            outcome = Outcome.sandbox_error
        elif program.source is None:
            outcome, detail = Outcome.no_program, "no program was found in the text"
        else:
            return None
        channel = problem.tests[name].channel
        return Ruling(outcome=outcome, detail=detail, channel=channel, facts=None, limits=None, calls=0)

    # --- what was found

    def _take(self, answer: wire.Judged) -> None:
        """Write an answer down for every sample that has this program."""
        key, members = self._tokens.pop(answer.token)
        ruling = Ruling(
            outcome=answer.outcome,
            detail=answer.detail,
            channel=answer.channel,
            facts=answer.facts,
            limits=answer.limits,
            calls=answer.calls,
        )
        if answer.outcome not in _NEVER_CACHED:
            self._fresh[key] = msgspec.json.encode(ruling)
        for number, waiting in enumerate(members):
            self._write(waiting, ruling, cached=number > 0)
        self._commit_if_due()

    def _write(self, waiting: _Waiting, ruling: Ruling, *, cached: bool) -> None:
        sample, tests, program = waiting
        facts = ruling.facts
        execution = Execution(
            sample_id=sample.id,
            problem_id=sample.problem_id,
            tests=tests,
            program_sha256=None if program.source is None else text_sha256(program.source),
            rules=program.rules,
            limits=ruling.limits,
            calls=ruling.calls,
            cached=cached,
        )
        if facts is not None:
            execution = msgspec.structs.replace(
                execution,
                exit_code=facts.exit_code,
                signal=facts.signal,
                cpu_seconds=facts.cpu_seconds,
                wall_seconds=facts.wall_seconds,
                memory_bytes=facts.memory_bytes,
                limit=facts.limit,
                output=facts.output,
            )
        self._run.executions.append(execution)
        self._run.verdicts.append(
            Verdict(
                sample_id=sample.id,
                problem_id=sample.problem_id,
                tests=tests,
                outcome=ruling.outcome,
                detail=ruling.detail,
                channel=ruling.channel,
                isolation=self._isolation,
            )
        )
        self._done += 1
        self._passed += ruling.outcome is Outcome.passed
        self._uncommitted += 1

    def _commit_if_due(self) -> None:
        late = time.monotonic() - self._committed_at > COMMIT_SECONDS
        if self._uncommitted >= _COMMIT_RECORDS or (late and self._uncommitted):
            self._commit()

    def _commit(self) -> None:
        self._run.commit()
        self._cache.put_many(self._fresh)
        self._fresh = {}
        self._uncommitted = 0
        self._committed_at = time.monotonic()
        self._progress(Progress(self._done, self._total, self._passed))


class _Waiting(NamedTuple):
    """A sample that waits for a verdict."""

    sample: Sample
    tests: str
    program: Program


def missing_modules(problem: Problem) -> list[str]:
    """Third-party modules that the benchmark's own code imports for this problem and this machine lacks."""
    return [name for name in problem.modules if module_version(name) is None]
