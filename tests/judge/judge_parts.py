"""Parts of the judge's tests: test sets, works, and what is asked of a pool."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from isocost import values
from isocost.judge import wire
from isocost.judge.identity import tests_key
from isocost.judge.pool import Pool, Work
from isocost.records import CaseTests, Channel, CodeTests, LimitPolicy, Problem, Tests

POLICY = LimitPolicy(cpu_seconds=1.0, wall_factor=2.0, memory_bytes=256 << 20, scratch_bytes=4 << 20)
"""Tight, so that programs which run into a limit do so soon."""


def code(source: str, *, calls: tuple[str, ...] = ("f",), prelude: str = "", shared: bool = False) -> CodeTests:
    """Tests that are statements."""
    channel = Channel.shared if shared else Channel.separate
    return CodeTests(source=source, prelude=prelude, calls=calls, channel=channel)


def cases(inputs: list[list[object]], expected: list[object] | None = None, *, oracle: str = "equal") -> CaseTests:
    """Tests that are inputs."""
    text = None if expected is None else values.dumps(expected)
    return CaseTests(entry_point="f", inputs=values.dumps(inputs), expected=text, oracle=oracle)


def suite_of(tests: Tests, reference: str = "def f(x): return x") -> wire.Suite:
    """A test set as workers get it."""
    return wire.Suite(key=tests_key(tests, reference), tests=tests, reference=reference)


def works(programs: Iterable[tuple[wire.Suite, str]]) -> list[Work]:
    """One work for each program; tokens are places in the list."""
    return [Work(token=token, suite=suite, source=source) for token, (suite, source) in enumerate(programs)]


def judged(pool: Pool, asked: list[Work]) -> dict[int, wire.Judged]:
    """The pool's answers by token; each token must be answered exactly once."""
    found: dict[int, wire.Judged] = {}
    for answer in pool.answers(iter(asked)):
        assert isinstance(answer, wire.Judged)
        assert answer.token not in found, "answered twice"
        found[answer.token] = answer
    assert found.keys() == {work.token for work in asked}
    return found


def reference_works(problems: Mapping[str, Problem]) -> tuple[list[Work], list[str]]:
    """The reference of each problem against each of its test sets, and the problem's id for each token."""
    programs, names = [], []
    for problem in problems.values():
        for tests in problem.tests.values():
            programs.append((suite_of(tests, problem.reference), problem.reference))
            names.append(problem.id)
    return works(programs), names
