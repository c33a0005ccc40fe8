"""Judges the whole attack corpus at one level, and tells what came of it; also as a program, for other users.

`python -m tests.attacks.judging LEVEL` writes a `Run` as JSON. It needs isocost and msgspec, and no test runner.
"""

from __future__ import annotations

import collections
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import msgspec
from tests.attacks import corpus
from tests.attacks.canaries import Canaries

from isocost.judge import wire
from isocost.judge.pool import Pool, Work
from isocost.records import Isolation, LimitPolicy
from isocost.sandbox import levels
from isocost.sandbox.jail import kernel

CORPUS = corpus.load()
HURRIED = LimitPolicy(cpu_seconds=1, wall_factor=2)
"""Limits of most programs here: many of them are there to run into one."""
SENTINELS = 2  # after each program: jobs use two output files in turn, and either may hold a note
_ORPHANS_SECONDS = 5.0

Judged = wire.Judged


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """The whole corpus, judged at one level; or why it was not."""

    does_not_start: str | None = None
    """Why the level does not start here."""
    does_not_hold: str | None = None
    """What escapes from it, so that no attack was run."""
    chosen: Isolation | None = None
    """The level that is taken here if none is demanded."""
    verdicts: dict[str, Judged] = {}
    after: dict[str, list[Judged]] = {}
    """Verdicts of the sentinels that were judged right after each program, in the same judge process."""
    touched: list[str] = []
    orphans: set[int] = set()

    def of(self, group: str) -> dict[str, Judged]:
        """Verdicts of one group."""
        return {name: judged for name, judged in self.verdicts.items() if CORPUS[name].group == group}


def judge_corpus(level: Isolation) -> Run:
    """Judge the corpus at a level that holds; run no attack where it does not."""
    report = levels.probe(level, LimitPolicy(), whole=True)
    if not report.starts:
        return Run(does_not_start=report.reason)
    if not report.holds:
        return Run(does_not_hold=str(report))
    attacks = [attack for attack in CORPUS.values() if level is Isolation.strong or not attack.needs_strong]
    kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 1)  # what loses its parent below us becomes our child, and is seen
    try:
        with Canaries() as canaries:
            verdicts, after = _judge(level, attacks, canaries)
            end = time.monotonic() + _ORPHANS_SECONDS
            while canaries.orphans() and time.monotonic() < end:
                time.sleep(0.05)
            return Run(
                chosen=levels.choose(LimitPolicy()),
                verdicts=verdicts,
                after=after,
                touched=canaries.touched(),
                orphans=canaries.orphans(),
            )
    finally:
        kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 0)


def _judge(
    level: Isolation, attacks: list[corpus.Attack], canaries: Canaries
) -> tuple[dict[str, Judged], dict[str, list[Judged]]]:
    verdicts: dict[str, Judged] = {}
    after: dict[str, list[Judged]] = collections.defaultdict(list)
    for policy, chosen in (
        (HURRIED, [attack for attack in attacks if not attack.default_limits]),
        (LimitPolicy(), [attack for attack in attacks if attack.default_limits]),
    ):
        halves = [half for half in (chosen[::2], chosen[1::2]) if half]
        # A pool of one worker each, so that who comes after whom is sure.
        with ThreadPoolExecutor(len(halves)) as threads:
            for first, rest in threads.map(partial(_judge_in_order, level, policy, canaries), halves):
                verdicts |= first
                after |= rest
    return verdicts, after


def _judge_in_order(
    level: Isolation, policy: LimitPolicy, canaries: Canaries, attacks: list[corpus.Attack]
) -> tuple[dict[str, Judged], dict[str, list[Judged]]]:
    sentinel = CORPUS[corpus.SENTINEL].source
    step = 1 + SENTINELS

    def works() -> Iterator[Work]:
        for number, attack in enumerate(attacks):
            yield Work(token=step * number, suite=corpus.TASK, source=attack.aimed_at(canaries.targets))
            for place in range(1, step):
                yield Work(token=step * number + place, suite=corpus.TASK, source=sentinel)

    verdicts: dict[str, Judged] = {}
    after: dict[str, list[Judged]] = collections.defaultdict(list)
    with Pool(level, policy, workers=1) as pool:
        for answer in pool.answers(works()):
            assert isinstance(answer, Judged)
            name = attacks[answer.token // step].name
            if answer.token % step:
                after[name].append(answer)
            else:
                verdicts[name] = answer
    return verdicts, after


if __name__ == "__main__":
    sys.stdout.buffer.write(msgspec.json.encode(judge_corpus(Isolation(sys.argv[1]))))
