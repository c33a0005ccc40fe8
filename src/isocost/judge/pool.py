"""The pool: one judge process for each core, kept busy, and replaced when it looks wrong.

Nothing a program does may end a run. A judge process that dies or hangs is killed with all below it and replaced;
the programs that it had not answered for are judged again, one at a time; one that does it a second time gets its
verdict from that: `time_limit` if it hung, `sandbox_error` if the process died.
"""

from __future__ import annotations

import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections import OrderedDict, deque
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import msgspec

from isocost.errors import SandboxUnavailableError
from isocost.judge import wire
from isocost.judge.limits import limits_for
from isocost.records import Isolation, LimitPolicy, Outcome

BATCH = 4
"""Programs that a worker is handed at once."""
PATIENCE_SECONDS = 30.0
"""Silence after which a worker counts as hung; one at work gives a sign of life each second."""
_LISTEN_SECONDS = 1.0
_ATTEMPTS = 2


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to do: judge a program, or (`source` is None) ask the reference for its values."""

    token: int
    suite: wire.Suite
    source: str | None


class Pool:
    """A context that holds the workers.

    Raises SandboxUnavailableError when no worker starts.
    """

    def __init__(self, isolation: Isolation, policy: LimitPolicy, workers: int | None = None) -> None:
        self._isolation = isolation
        self._policy = policy
        self.workers = workers or len(os.sched_getaffinity(0))
        self._hands: list[_Hand] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the workers and all below them."""
        for hand in self._hands:
            hand.close()
        self._hands = []

    def answers(self, works: Iterator[Work]) -> Iterator[wire.Judged | wire.Expected]:
        """Do the work, in about the order in which it comes, and yield answers as they arrive.

        Works are pulled as workers get free, so an endless iterator is fine.
        """
        again: deque[Work] = deque()
        attempts: dict[int, int] = {}
        batch, exhausted = _pull(works)
        if not batch:
            return
        with selectors.DefaultSelector() as selector:
            for _ in range(self.workers - len(self._hands)):
                self._hands.append(_Hand(self._isolation, self._policy))
            for hand in self._hands:
                selector.register(hand.channel, hand.interest(), hand)
            self._hands[0].give(batch)
            while True:
                for hand in self._hands:
                    while hand.wants_more() and not (exhausted and not again):
                        batch = [again.popleft()] if again and not hand.outstanding else []
                        if not batch and again:
                            break  # what is judged again is judged alone
                        if not batch:
                            batch, exhausted = _pull(works)
                        if batch:
                            hand.give(batch)
                if not any(hand.outstanding for hand in self._hands) and exhausted and not again:
                    return
                for hand in self._hands:
                    selector.modify(hand.channel, hand.interest(), hand)
                for key, events in selector.select(timeout=_LISTEN_SECONDS):
                    hand = key.data
                    if events & selectors.EVENT_WRITE:
                        hand.push()
                    if not events & selectors.EVENT_READ:
                        continue
                    answers = hand.read()
                    if answers is not None:
                        yield from answers
                        continue
                    yield from self._bury(hand, selector, again, attempts, hung=False)
                for hand in list(self._hands):
                    if hand.overdue():
                        yield from self._bury(hand, selector, again, attempts, hung=True)

    def _bury(
        self,
        hand: _Hand,
        selector: selectors.BaseSelector,
        again: deque[Work],
        attempts: dict[int, int],
        *,
        hung: bool,
    ) -> Iterator[wire.Judged | wire.Expected]:
        """Replace a worker; judge again what it had not answered for, or give that up."""
        selector.unregister(hand.channel)
        orphans = list(hand.outstanding.values())
        hand.close()
        place = self._hands.index(hand)
        self._hands[place] = fresh = _Hand(self._isolation, self._policy)
        selector.register(fresh.channel, fresh.interest(), fresh)
        for work in orphans:
            attempts[work.token] = attempts.get(work.token, 0) + 1
            if attempts[work.token] < _ATTEMPTS or len(orphans) > 1:
                again.append(work)
            else:
                yield self._given_up(work, hung=hung)

    def _given_up(self, work: Work, *, hung: bool) -> wire.Judged | wire.Expected:
        reason = "the tests did not come to an end" if hung else "the judge process died, twice"
        if work.source is None:
            return wire.Expected(token=work.token, values=None, reason=reason)
        return wire.Judged(
            token=work.token,
            outcome=Outcome.time_limit if hung else Outcome.sandbox_error,
            detail=reason,
            channel=work.suite.tests.channel,
            facts=None,
            limits=limits_for(self._policy),
            calls=0,
        )


def _pull(works: Iterator[Work]) -> tuple[list[Work], bool]:
    batch = []
    for work in works:
        batch.append(work)
        if len(batch) == BATCH:
            return batch, False
    return batch, True


class _Hand:
    """One worker process, seen from the pool."""

    def __init__(self, isolation: Isolation, policy: LimitPolicy) -> None:
        self.outstanding: dict[int, Work] = {}
        self._told: OrderedDict[str, None] = OrderedDict()
        self._silence, self._looked = 0.0, time.monotonic()
        self.channel, theirs = socket.socketpair()
        environment = os.environ | {
            "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
            "PYTHONHASHSEED": "0",
            "OPENBLAS_NUM_THREADS": "1",  # or it reserves address space for each core, which tests must not run out of
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "isocost.judge.worker", str(theirs.fileno())],
            pass_fds=(theirs.fileno(),),
            stdin=subprocess.DEVNULL,
            env=environment,
        )
        theirs.close()
        self._reader = wire.Reader(self.channel)
        self._unsent = bytearray(wire.framed(wire.Setup(isolation=isolation, policy=policy)))
        self.channel.setblocking(False)  # a worker may be sending too: neither end may wait for the other

    def interest(self) -> int:
        """Events to wait for."""
        return selectors.EVENT_READ | (selectors.EVENT_WRITE if self._unsent else 0)

    def push(self) -> None:
        """Send what the worker will take."""
        try:
            while self._unsent:
                del self._unsent[: self.channel.send(memoryview(self._unsent)[: 1 << 18])]
        except BlockingIOError:
            return
        except OSError:
            self._unsent.clear()  # it is gone; reading will tell

    def wants_more(self) -> bool:
        """Whether to hand over another batch: while one is worked on, the next one waits there."""
        return len(self.outstanding) <= BATCH

    def give(self, works: list[Work]) -> None:
        """Hand over a batch, with the test sets that the worker has not seen."""
        items: list[wire.Suite | wire.Task | wire.Expect] = []
        for work in works:
            key = work.suite.key
            if key not in self._told:
                self._told[key] = None
                if len(self._told) > wire.SUITES_KEPT:
                    self._told.popitem(last=False)
                items.append(work.suite)
            if work.source is None:
                items.append(wire.Expect(token=work.token, suite=key))
            else:
                items.append(
                    wire.Task(token=work.token, suite=key, source=work.source.encode("utf-8", "surrogatepass"))
                )
            self.outstanding[work.token] = work
        if len(self.outstanding) == len(works):
            self._silence = 0.0
        self._unsent += wire.framed(wire.Batch(items=items))
        self.push()

    def read(self) -> list[wire.Judged | wire.Expected] | None:
        """Answers that have arrived; None when the worker is gone. Raises SandboxUnavailableError if it never was."""
        if not self._reader.fill():
            return None
        self._silence = 0.0
        answers: list[wire.Judged | wire.Expected] = []
        while (body := self._reader.next()) is not None:
            message = wire.from_worker(body)
            if isinstance(message, wire.Failed):
                raise SandboxUnavailableError(message.reason)
            if isinstance(message, wire.Alive):
                continue
            answers += [answer for answer in message.answers if self.outstanding.pop(answer.token, None) is not None]
        return answers

    def overdue(self) -> bool:
        """Whether it has given no sign of life for too long; to be asked often."""
        now = time.monotonic()
        # What counts is time in which we listened: we may have been stopped ourselves, and it with us.
        self._silence += min(now - self._looked, 2 * _LISTEN_SECONDS)
        self._looked = now
        return bool(self.outstanding) and self._silence > PATIENCE_SECONDS

    def close(self) -> None:
        """End it and all below it."""
        self.channel.close()
        try:
            self._process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
