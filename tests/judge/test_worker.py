"""A judge process whose own helpers are lost: no verdict is, and no reference is blamed for it."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.judge.judge_parts import POLICY, cases, code, suite_of

from isocost.errors import SandboxError
from isocost.judge import wire, worker
from isocost.judge.inbox import Inbox
from isocost.records import Isolation, LimitPolicy, Outcome


@pytest.fixture
def pair(level: Isolation) -> Iterator[tuple[worker._Worker, socket.socket, socket.socket]]:
    """A judge process's inside, in this process, and both ends of its channel."""
    ours, theirs = socket.socketpair()
    opened = worker._Worker(theirs, wire.Setup(isolation=level, policy=POLICY))
    yield opened, ours, theirs
    opened.close()
    ours.close()
    theirs.close()


def _answers(ours: socket.socket) -> list[wire.Judged | wire.Expected]:
    reader = wire.Reader(ours)
    found: list[wire.Judged | wire.Expected] = []
    while reader.fill():
        pass
    while (body := reader.next()) is not None:
        message = wire.from_worker(body)
        if isinstance(message, wire.Done):
            found += message.answers
    return found


def _serve(
    parts: tuple[worker._Worker, socket.socket, socket.socket], items: list[wire.Suite | wire.Task | wire.Expect]
) -> dict[int, wire.Judged | wire.Expected]:
    opened, ours, theirs = parts
    ours.sendall(wire.framed(wire.Batch(items=items)))
    ours.shutdown(socket.SHUT_WR)
    opened.serve(Inbox(wire.Reader(theirs)))
    theirs.shutdown(socket.SHUT_WR)
    answers = _answers(ours)
    assert len({answer.token for answer in answers}) == len(answers)
    return {answer.token: answer for answer in answers}


def test_a_compiler_that_cannot_be_replaced_costs_no_verdict(
    pair: tuple[worker._Worker, socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Programs are then compiled by their own processes."""

    def refuses(_isolation: Isolation, _policy: LimitPolicy) -> None:
        raise SandboxError("no process can be made")

    monkeypatch.setattr(worker, "Compiler", refuses)
    pair[0]._compiler.close()
    suites = [suite_of(code(f"assert f(1) == {token}")) for token in range(6)]
    items: list[wire.Suite | wire.Task | wire.Expect] = []
    for token, suite in enumerate(suites):
        source = f"def f(x): return {token}\n".encode()
        items += [suite, wire.Task(token=token, suite=suite.key, source=source)]
    found = _serve(pair, items)
    assert [answer.outcome for answer in found.values() if isinstance(answer, wire.Judged)] == [Outcome.passed] * 6


def test_a_sandbox_lost_under_a_reference_is_replaced(
    pair: tuple[worker._Worker, socket.socket, socket.socket],
) -> None:
    """The reference is asked again, once, and its values are those that it gives."""
    below = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
    for pid in below:
        with contextlib.suppress(OSError):
            if b"jail" in Path(f"/proc/{pid}/cmdline").read_bytes():
                os.kill(int(pid), signal.SIGKILL)
    suite = suite_of(cases([[1], [2]]), "def f(x): return (x,)")
    answer = _serve(pair, [suite, wire.Expect(token=0, suite=suite.key)])[0]
    assert isinstance(answer, wire.Expected)
    assert (answer.values, answer.reason) == ('[{"t":[1]},{"t":[2]}]', None)
