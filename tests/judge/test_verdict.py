"""Judgement: each outcome from what the tests saw and what the sandbox reports."""

from __future__ import annotations

import pytest

from isocost.judge import verdict
from isocost.judge.tester import Finding
from isocost.records import LimitHit, Outcome
from isocost.sandbox.fork_server import Facts


def _facts(*, limit: LimitHit | None = None, signal: int | None = None, exit_code: int | None = None) -> Facts:
    return Facts(
        exit_code=exit_code,
        signal=signal,
        cpu_seconds=0.5,
        wall_seconds=0.6,
        memory_bytes=1 << 20,
        limit=limit,
        output="",
        leftovers=0,
    )


@pytest.mark.parametrize(
    "finding, facts, outcome",
    [
        (Finding(passed=True), _facts(), Outcome.passed),
        (Finding(passed=True), _facts(limit=LimitHit.cpu), Outcome.passed),
        (Finding(failed_test=True), _facts(limit=LimitHit.cpu), Outcome.wrong_answer),
        (Finding(failed_test=True), _facts(exit_code=0), Outcome.wrong_answer),
        (Finding(compiled=False, raised="SyntaxError"), _facts(), Outcome.syntax_error),
        (Finding(out_of_time=True), _facts(), Outcome.time_limit),
        (Finding(raised="MemoryError"), _facts(), Outcome.memory_limit),
        (Finding(raised="ValueError"), _facts(), Outcome.runtime_error),
        (Finding(raised="ValueError"), _facts(limit=LimitHit.wall), Outcome.runtime_error),
        (Finding(raised="OSError"), _facts(limit=LimitHit.output), Outcome.output_limit),
        (Finding(ended=True), _facts(limit=LimitHit.cpu), Outcome.time_limit),
        (Finding(ended=True), _facts(limit=LimitHit.wall), Outcome.time_limit),
        (Finding(ended=True), _facts(limit=LimitHit.memory), Outcome.memory_limit),
        (Finding(ended=True), _facts(limit=LimitHit.output), Outcome.output_limit),
        (Finding(ended=True), _facts(signal=11), Outcome.runtime_error),
        (Finding(ended=True), _facts(exit_code=0), Outcome.runtime_error),
        (Finding(ended=True), _facts(), Outcome.runtime_error),
    ],
)
def test_outcome(finding: Finding, facts: Facts, outcome: Outcome) -> None:
    """A test that did not hold comes first; a program that was gone is judged by what ended it."""
    assert verdict.decide(finding, facts)[0] is outcome


def test_only_a_finding_that_says_so_passes() -> None:
    """Nothing in the facts makes a pass, and only a pass has nothing to explain."""
    for ended in (True, False):
        for limit in (None, *LimitHit):
            for exit_code in (None, 0):
                outcome, detail = verdict.decide(Finding(ended=ended), _facts(limit=limit, exit_code=exit_code))
                assert outcome is not Outcome.passed
                assert detail
    assert verdict.decide(Finding(passed=True), _facts())[1] is None


def test_details_name_the_end() -> None:
    """The line for people says which signal or status ended the program."""
    assert verdict.decide(Finding(ended=True), _facts(signal=11))[1] == "killed by signal 11"
    assert "exit status 3" in str(verdict.decide(Finding(ended=True), _facts(exit_code=3))[1])
