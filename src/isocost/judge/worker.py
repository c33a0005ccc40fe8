"""A judge process: one for each core, trusted, with the tests in it and one locked-in zygote below it.

`python -m isocost.judge.worker FD` serves batches that arrive on a socket until it closes. The next program is
started before the last one's facts are read, so that the zygote ends the one and forks the other without waiting.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
import time
from collections import OrderedDict

from isocost import values
from isocost.errors import SandboxError
from isocost.judge import suite as suites
from isocost.judge import tester, verdict, wire
from isocost.judge.inbox import Inbox
from isocost.judge.limits import REFERENCE, Need, limits_for
from isocost.judge.pulse import Pulse
from isocost.records import Channel, LimitHit, LimitPolicy, Limits, Outcome
from isocost.sandbox.compiler import Compiler
from isocost.sandbox.fork_server import Conversation, Facts, ForkServer

_FLUSH_SECONDS = 0.2
_FLUSH_ANSWERS = 4
_ROUNDS = 3
_MARGIN_SECONDS = 60.0


def main() -> None:
    """Serve until the pool hangs up."""
    channel = socket.socket(fileno=int(sys.argv[1]))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the pool decides when to stop
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 1)  # tests may print
    reader = wire.Reader(channel)
    setup = _await(reader)
    if setup is None:
        return  # the pool changed its mind
    assert isinstance(setup, wire.Setup)  # noqa: S101 (the pool's first word)
    try:
        worker = _Worker(channel, setup)
    except SandboxError as error:
        channel.sendall(wire.framed(wire.Failed(reason=str(error))))
        return
    with contextlib.closing(worker), contextlib.suppress(BrokenPipeError, ConnectionResetError):  # the pool hung up
        worker.serve(Inbox(reader))


def _await(reader: wire.Reader) -> wire.ToWorker | None:
    while (body := reader.next()) is None:
        if not reader.fill():
            return None
    return wire.to_worker(body)


class _Worker:
    def __init__(self, channel: socket.socket, setup: wire.Setup) -> None:
        self._setup = setup
        self._server = ForkServer(setup.isolation, setup.policy)
        self._compiler = Compiler(setup.isolation, setup.policy)
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._answers: list[wire.Judged | wire.Expected] = []
        self._pending: _Pending | None = None
        self._flushed = time.monotonic()
        self._pulse = Pulse(channel)

    def serve(self, inbox: Inbox) -> None:
        """Do what comes, in order, until the pool hangs up; a program is compiled while the one before it runs."""
        submitted: wire.Task | None = None
        while True:
            if inbox.empty():
                self._settle()
                self._flush()
            item = inbox.take()
            if item is None:
                return
            if isinstance(item, wire.Suite):
                self._known[item.key] = _Known(item)
                if len(self._known) > wire.SUITES_KEPT:
                    self._known.popitem(last=False)
            elif isinstance(item, wire.Task):
                if submitted is not item:
                    self._submit(item)
                compiled, submitted = self._compiled(), inbox.next_task()
                if submitted is not None:
                    self._submit(submitted)
                self._judge(item, compiled)
            else:
                self._expect(item)
            if len(self._answers) >= _FLUSH_ANSWERS or time.monotonic() - self._flushed > _FLUSH_SECONDS:
                self._flush()

    def close(self) -> None:
        self._server.close()
        self._compiler.close()

    def _judge(self, task: wire.Task, compiled: bytes | None) -> None:
        """Judge one program; its facts are read when the next one has begun."""
        known = self._known[task.suite]
        limits = known.limits(self._setup.policy)
        self._allow(limits)
        try:
            finding, conversation = tester.run(self._server, known.suite, compiled or _text(task), limits)
            self._settle()
        except SandboxError:
            self._judge_alone(task, known)
            return
        self._pending = _Pending(task, known, finding, conversation)
        if known.need is None and (finding.ended or finding.raised == "MemoryError"):
            self._settle()  # at once: it may have hit a limit that the reference solution's own need would widen

    def _submit(self, task: wire.Task) -> None:
        try:
            self._compiler.submit(_text(task))
        except SandboxError:
            self._compiler.close()
            with contextlib.suppress(SandboxError):  # without one, this text is left to its own process
                self._compiler = Compiler(self._setup.isolation, self._setup.policy)

    def _compiled(self) -> bytes | None:
        """The code of the task submitted last; None where its own process has to compile it."""
        return self._compiler.result()

    def _settle(self) -> None:
        """Read the facts of the last program, and give its verdict."""
        pending, self._pending = self._pending, None
        if pending is None:
            return
        try:
            self._conclude(pending)
        except SandboxError:
            self._judge_alone(pending.task, pending.known)

    def _judge_alone(self, task: wire.Task, known: _Known) -> None:
        """Judge a program in a fresh sandbox, because the one before was lost while it was there, or next to it."""
        pending, self._pending = self._pending, None
        if pending is not None:
            self._judge_alone(pending.task, pending.known)
        limits = known.limits(self._setup.policy)
        self._allow(limits)
        try:
            self._server.close()
            self._server = ForkServer(self._setup.isolation, self._setup.policy)
            finding, conversation = tester.run(self._server, known.suite, _text(task), limits)
            self._conclude(_Pending(task, known, finding, conversation))
        except SandboxError as error:
            self._answer(task, known, tester.Finding(detail=str(error)), None, limits)

    def _conclude(self, pending: _Pending) -> None:
        known = pending.known
        finding, facts, limits = pending.finding, pending.conversation.facts(), pending.conversation.limits
        if finding.out_of_time and not finding.calls:
            # A program that is late is ended by its wall limit first: the sandbox was, emptying the scratch before it.
            raise SandboxError("the program was not started in time")
        if known.need is None and _hit_a_scaled_limit(finding, facts):
            known.need = self._need_of_reference(known)
            wider = known.limits(self._setup.policy)
            if wider != limits:
                limits = wider
                self._allow(limits)
                finding, conversation = tester.run(self._server, known.suite, _text(pending.task), limits)
                facts = conversation.facts()
        self._answer(pending.task, known, finding, facts, limits)

    def _answer(
        self, task: wire.Task, known: _Known, finding: tester.Finding, facts: Facts | None, limits: Limits
    ) -> None:
        if facts is None:
            outcome, detail = Outcome.sandbox_error, finding.detail
        else:
            outcome, detail = verdict.decide(finding, facts)
        self._answers.append(
            wire.Judged(
                token=task.token,
                outcome=outcome,
                detail=detail,
                channel=known.channel,
                facts=facts,
                limits=limits,
                calls=finding.calls,
            )
        )

    def _need_of_reference(self, known: _Known) -> Need:
        """Measure what the reference solution uses on this machine, now."""
        limits = limits_for(REFERENCE)
        self._allow(limits)
        _finding, conversation = tester.run(self._server, known.suite, known.reference, limits)
        facts = conversation.facts()
        return Need(facts.cpu_seconds, facts.memory_bytes)

    def _expect(self, question: wire.Expect) -> None:
        self._settle()
        known = self._known[question.suite]
        assert isinstance(known.suite, suites.CaseSuite)  # noqa: S101 (only such tests have expected values)
        limits = limits_for(REFERENCE)
        answer = None
        for again in (False, True):  # as a program is: the sandbox may have been lost while the reference was there
            self._allow(limits)
            try:
                if again:
                    self._server.close()
                    self._server = ForkServer(self._setup.isolation, self._setup.policy)
                found, facts = tester.answers(self._server, known.suite, known.reference, limits)
                known.need = Need(facts.cpu_seconds, facts.memory_bytes)
                answer = wire.Expected(token=question.token, values=values.dumps(found), reason=None)
                break
            except (SandboxError, ValueError) as error:
                answer = wire.Expected(token=question.token, values=None, reason=str(error))
        assert answer is not None  # noqa: S101 (either way)
        self._answers.append(answer)

    def _allow(self, limits: Limits) -> None:
        """Tell the pulse how long what comes now may take: a program, run again where a call was not foreseen."""
        self._pulse.allow(_ROUNDS * limits.wall_seconds + _MARGIN_SECONDS)

    def _flush(self) -> None:
        if not self._answers:
            return
        self._pulse.send(wire.Done(answers=self._answers))
        self._answers = []
        self._flushed = time.monotonic()


class _Known:
    """A test set, compiled when it is first used."""

    def __init__(self, suite: wire.Suite) -> None:
        self._tests = suite.tests
        self._suite: suites.Suite | None = None
        self.reference = suite.reference
        self.channel: Channel = suite.tests.channel
        self.need: Need | None = None

    @property
    def suite(self) -> suites.Suite:
        if self._suite is None:
            self._suite = suites.prepare(self._tests)
        return self._suite

    def limits(self, policy: LimitPolicy) -> Limits:
        return limits_for(policy, self.need)


class _Pending:
    """A program whose tests are through and whose facts have not been read."""

    def __init__(self, task: wire.Task, known: _Known, finding: tester.Finding, conversation: Conversation) -> None:
        self.task = task
        self.known = known
        self.finding = finding
        self.conversation = conversation


def _hit_a_scaled_limit(finding: tester.Finding, facts: Facts) -> bool:
    if finding.raised == "MemoryError":
        return True
    return finding.ended and facts.limit in (LimitHit.cpu, LimitHit.wall, LimitHit.memory)


def _text(task: wire.Task) -> str:
    return task.source.decode("utf-8", "surrogatepass")


if __name__ == "__main__":
    main()
