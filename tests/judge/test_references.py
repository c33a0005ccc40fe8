"""Reference solutions through the judge: all of them pass, tests run apart from them, and their calls are foreseen."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import msgspec
import pytest
from tests.judge.judge_parts import judged, reference_works

from isocost.benchmarks import Benchmark, load
from isocost.judge import tester, wire
from isocost.judge.limits import limits_for
from isocost.judge.pool import Pool, Work
from isocost.judge.suite import CodeSuite, prepare
from isocost.records import CaseTests, Channel, Isolation, LimitPolicy, Outcome
from isocost.sandbox.fork_server import ForkServer

POLICY = LimitPolicy()
FAIL_FROM_3_12 = {"MBPPPro/36", "MBPPPro/117", "MBPPPro/260"} if sys.version_info >= (3, 12) else set()
SHARED_BY_NEED = 3
"""Problems of MBPP whose tests build or look at objects that cannot cross."""
SLOW_REFERENCES = ("MBPP/255", "MBPP/599")


@pytest.fixture
def pool(level: Isolation) -> Pool:
    """A pool with the limits that users get by default."""
    return Pool(level, LimitPolicy(), 2)


def _benchmark(name: str, request: pytest.FixtureRequest) -> Benchmark:
    folder: Path | None = None if name.startswith("steps") else request.getfixturevalue("data_dir")
    return load(name, data_dir=folder)


@pytest.mark.slow
@pytest.mark.parametrize(
    "name, shared",
    [
        ("humaneval", 0),
        ("humaneval-pro", 0),
        ("mbpp-pro", 0),
        ("mbpp", SHARED_BY_NEED),
        ("steps", 0),
        ("steps-pro", 0),
        ("steps-deep", 0),
    ],
)
def test_references_pass(name: str, shared: int, pool: Pool, request: pytest.FixtureRequest) -> None:
    """Each reference solution passes its own tests, with no verdict that a program in one process could forge."""
    asked, names = reference_works(_benchmark(name, request).problems)
    with pool:
        answers = judged(pool, asked)
    failed = {names[token]: answer.detail for token, answer in answers.items() if answer.outcome is not Outcome.passed}
    assert failed.keys() == (FAIL_FROM_3_12 if name == "mbpp-pro" else set()), failed
    channels = Counter(answer.channel for answer in answers.values())
    assert channels == Counter({Channel.separate: len(asked) - shared, Channel.shared: shared})


@pytest.mark.slow
def test_references_of_mbpp_plus_pass_on_base_and_plus(data_dir: Path, pool: Pool) -> None:
    """Values that a reference gave once are what it gives again, by each task's own rule.

    Two tasks with inputs of minutes are left out: `python -m bench.recorded_scores` judges all 399.
    """
    problems = load("mbpp-plus", data_dir=data_dir).problems
    some = {name: problem for name, problem in problems.items() if name not in SLOW_REFERENCES}
    assert len(some) == 397
    asked, names = reference_works(some)
    with pool:
        questions = [msgspec.structs.replace(work, source=None) for work in asked]
        found = {answer.token: answer for answer in pool.answers(iter(questions))}
        answers = judged(pool, [_with_expected(work, found[work.token]) for work in asked])
    failed = {(names[t], a.outcome, a.detail) for t, a in answers.items() if a.outcome is not Outcome.passed}
    assert not failed


def _with_expected(work: Work, answer: wire.Judged | wire.Expected) -> Work:
    assert isinstance(answer, wire.Expected)
    assert answer.values is not None, answer.reason
    tests = work.suite.tests
    assert isinstance(tests, CaseTests)
    filled = msgspec.structs.replace(tests, expected=answer.values)
    suite = msgspec.structs.replace(work.suite, key=f"{work.suite.key} with values", tests=filled)
    return msgspec.structs.replace(work, suite=suite)


@pytest.mark.slow
@pytest.mark.parametrize(
    "name, each, fully",
    [
        ("humaneval", 1, 0.92),
        ("humaneval-pro", 1, 1.0),
        ("mbpp-pro", 1, 0.99),
        ("mbpp", 7, 0.99),
        ("steps", 1, 0.6),
        ("steps-pro", 1, 0.5),
    ],
)
def test_calls_are_foreseen_as_they_are_made(
    name: str, each: int, fully: float, level: Isolation, request: pytest.FixtureRequest
) -> None:
    """No call is foreseen that the reference's tests do not make, and for most problems every call is foreseen."""
    problems = _benchmark(name, request).problems
    server = ForkServer(level, LimitPolicy())
    complete = total = 0
    for problem in list(problems.values())[::each]:
        for tests in problem.tests.values():
            suite = prepare(tests)
            if not isinstance(suite, CodeSuite):
                continue
            total += 1
            conversation = server.begin(problem.reference, limits_for(LimitPolicy()), ahead=suite.ahead)
            finding = tester._code(suite, conversation, suite.foreseen)  # raises where one was foreseen wrongly
            assert finding.calls >= len(suite.foreseen), problem.id
            complete += finding.calls == len(suite.foreseen)
    server.close()
    assert complete / total >= fully, f"{complete} of {total}"
