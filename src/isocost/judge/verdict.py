"""Judgement: one outcome from what the sandbox reports and what the tests saw. Nothing else decides `passed`."""

from __future__ import annotations

from isocost.judge.tester import Finding
from isocost.records import LimitHit, Outcome
from isocost.sandbox.fork_server import Facts

_BY_LIMIT = {
    LimitHit.cpu: Outcome.time_limit,
    LimitHit.wall: Outcome.time_limit,
    LimitHit.memory: Outcome.memory_limit,
    LimitHit.output: Outcome.output_limit,
}


def decide(finding: Finding, facts: Facts) -> tuple[Outcome, str | None]:
    """Give the outcome, and one line on why.

    A test that did not hold is a wrong answer even if the program hit a limit afterwards; a program that was gone
    before the tests were through is judged by what ended it.
    """
    if finding.passed:
        return Outcome.passed, None
    if not finding.compiled:
        return Outcome.syntax_error, finding.detail
    if finding.failed_test:
        return Outcome.wrong_answer, finding.detail
    if finding.out_of_time:
        return Outcome.time_limit, finding.detail
    if finding.raised == "MemoryError":
        return Outcome.memory_limit, finding.detail
    if facts.limit is not None and (finding.ended or facts.limit is LimitHit.output):
        return _BY_LIMIT[facts.limit], f"{facts.limit} limit after {facts.cpu_seconds:.1f} s of CPU"
    if finding.raised is not None:
        return Outcome.runtime_error, finding.detail
    if facts.signal is not None:
        return Outcome.runtime_error, f"killed by signal {facts.signal}"
    if facts.exit_code is not None:
        return Outcome.runtime_error, f"ended with exit status {facts.exit_code} before the tests were through"
    return Outcome.runtime_error, "said something that is no answer"
