"""Every reference solution and every recorded sample as a program with its test set, each different one once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec
from bench.recorded_expected import Expected

from isocost.benchmarks import Benchmark, load
from isocost.judge import wire
from isocost.judge.extraction import extract
from isocost.judge.identity import tests_key
from isocost.judge.pool import Pool, Work
from isocost.store.cache import VerdictCache
from isocost.study.expected_values import with_expected_values
from isocost.study.judging import missing_modules
from isocost.study.recorded import read_samples


class RecordedProgram(NamedTuple):
    """A program and the test set that judges it."""

    place: str
    """Where it is from: file or benchmark, problem and draw, and the test set's name."""
    suite: wire.Suite
    """The test set, its expected values filled in."""
    source: str
    """The program, as extraction `auto` reads it."""
    samples: int
    """Samples of the file that are this program."""


def narrowed(expected: Expected, only: Iterable[str] | None) -> Expected:
    """Keep the files and benchmarks whose name holds one of these texts; all of them without any."""
    if only is None:
        return expected
    parts = tuple(only)
    return msgspec.structs.replace(
        expected,
        references=[item for item in expected.references if any(part in item.benchmark for part in parts)],
        files=[item for item in expected.files if any(part in item.file for part in parts)],
    )


def read_references(expected: Expected, pool: Pool) -> Iterator[RecordedProgram]:
    """Every reference solution with each of its test sets; those whose modules this machine lacks are left out."""
    for item in expected.references:
        benchmark = load(item.benchmark)
        suites = _suites(benchmark, benchmark.problems, pool)
        for (problem_id, name), suite in suites.items():
            reference = benchmark.problems[problem_id].reference
            yield RecordedProgram(f"{item.benchmark} reference {problem_id} {name}", suite, reference, 1)


def read_recorded(expected: Expected, folder: Path, pool: Pool, *, many: bool) -> Iterator[RecordedProgram]:
    """Every recorded sample with each of its problem's test sets; `many` takes the file with 100 for each problem too.

    Samples without a program, and those of problems whose modules this machine lacks, are left out.
    """
    files = [(item.file, item.benchmark) for item in expected.files]
    if many:
        files.append((expected.many.file, expected.many.benchmark))
    for file, name in files:
        benchmark = load(name)
        samples = read_samples(folder / file, benchmark).samples
        suites = _suites(benchmark, dict.fromkeys(sample.problem_id for sample in samples), pool)
        found: dict[tuple[str, str, str], tuple[int, int]] = {}
        for sample in samples:
            problem = benchmark.problems[sample.problem_id]
            source = extract(
                sample.completion, stem=problem.stem, entry_point=problem.entry_point, whole=sample.whole
            ).source
            for tests in problem.tests if source is not None else ():
                if (problem.id, tests) in suites:
                    draw, times = found.get((problem.id, tests, source or ""), (sample.draw, 0))
                    found[problem.id, tests, source or ""] = draw, times + 1
        for (problem_id, tests, source), (draw, times) in found.items():
            yield RecordedProgram(f"{file} {problem_id}/{draw} {tests}", suites[problem_id, tests], source, times)


def judge_all(pool: Pool, works: Iterable[tuple[wire.Suite, str]]) -> list[wire.Judged]:
    """Judge programs; answers in the order of the programs."""
    answers: dict[int, wire.Judged] = {}
    numbered = (Work(token=token, suite=suite, source=source) for token, (suite, source) in enumerate(works))
    for answer in pool.answers(numbered):
        assert isinstance(answer, wire.Judged)
        answers[answer.token] = answer
    return [answers[token] for token in range(len(answers))]


def _suites(
    benchmark: Benchmark, problem_ids: Iterable[str] | Mapping[str, object], pool: Pool
) -> dict[tuple[str, str], wire.Suite]:
    suites = {}
    for problem_id in problem_ids:
        problem = benchmark.problems[problem_id]
        if missing_modules(problem):
            continue
        for name, tests in problem.tests.items():
            key = tests_key(tests, problem.reference)
            suites[problem_id, name] = wire.Suite(key=key, tests=tests, reference=problem.reference)
    with VerdictCache() as cache:  # for expected values alone, some of which take a minute
        return with_expected_values(suites, pool, cache)
