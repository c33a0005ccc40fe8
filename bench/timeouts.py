"""Judges programs that never end, and holds the time it takes against the time that their limits allow.

    python -m bench.timeouts [--programs 200] [--workers 2] [--only busy]

Busy loops get 1 s of CPU, sleepers 1 s of wall clock; so many of them on so many workers take, at best, programs × 1 s
/ workers. Bar: at most 1.15 times that for each of the two kinds, and a verdict of `time_limit` for every program, by
the limit that it was to hit. Exit 1 where that is missed. Needs no data, and for each kind 100 s and an idle machine:
with fewer free cores than workers, busy loops cannot get their CPU time in time.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from typing import NamedTuple

from isocost.judge import wire
from isocost.judge.pool import Pool, Work
from isocost.records import CodeTests, Isolation, LimitHit, LimitPolicy, Outcome
from isocost.sandbox import levels

MOST = 1.15
_SUITE = wire.Suite(
    key="one", tests=CodeTests(source="assert f() == 1\n", prelude="", calls=("f",)), reference="def f(): return 1"
)


class Kind(NamedTuple):
    """A way never to end."""

    sources: tuple[str, ...]
    """Programs, in turn."""
    policy: LimitPolicy
    """With it, each of them ends after a second."""
    limit: LimitHit
    """The limit that ends it."""


KINDS = {
    "busy": Kind(
        (
            "while True: pass",
            (
                "def f():\n    while True:\n        try:\n            n = 0\n            while True: n += 1\n"
                "        except BaseException: pass"
            ),
            (
                "import signal\nfor n in range(1, 32):\n    if n not in (9, 19): signal.signal(n, signal.SIG_IGN)\n"
                "def f():\n    while True: pass"
            ),
            "def f(): return sum(range(10 ** 12))",
        ),
        LimitPolicy(cpu_seconds=1.0, wall_factor=3.0),
        LimitHit.cpu,
    ),
    "sleepers": Kind(
        (
            "import time\ntime.sleep(1000)",
            "import time\ndef f(): time.sleep(1000)",
            "import threading\ndef f():\n    lock = threading.Lock()\n    lock.acquire()\n    lock.acquire()",
            "import select\ndef f(): select.select([], [], [])",
        ),
        LimitPolicy(cpu_seconds=1.0, wall_factor=1.0),
        LimitHit.wall,
    ),
}


def main() -> int:
    """Judge each kind and print a table; 1 where the bar is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.timeouts", description="programs that never end")
    parser.add_argument("--programs", type=int, default=200)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", choices=sorted(KINDS))
    given = parser.parse_args()
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {given.workers} workers")
    isolation = levels.choose(LimitPolicy())
    print(f"isolation {isolation}, {given.programs} programs of each kind")
    print(
        f"{'kind':<10} {'seconds':>8} {'ideal':>7} {'seconds/ideal':>14} {'longest wall s':>15} {'mean CPU s':>11} {'wrong':>6}",
        flush=True,
    )
    faults = []
    for name in KINDS if given.only is None else [given.only]:
        faults += _race(name, isolation, given.programs, given.workers)
    for fault in faults:
        print(f"FAULT {fault}")
    return 1 if faults else 0


def _race(name: str, isolation: Isolation, programs: int, workers: int) -> list[str]:
    kind = KINDS[name]
    with Pool(isolation, kind.policy, workers) as pool:
        sound = (Work(token=token, suite=_SUITE, source=_SUITE.reference) for token in range(10 * workers))
        list(pool.answers(sound))  # the workers are there
        begun = time.perf_counter()
        works = (
            Work(token=token, suite=_SUITE, source=kind.sources[token % len(kind.sources)]) for token in range(programs)
        )
        answers = [answer for answer in pool.answers(works) if isinstance(answer, wire.Judged)]
        seconds = time.perf_counter() - begun
    wrong = [
        f"{name}, program {item.token}: {item.outcome} by {item.facts and item.facts.limit}, expected time_limit by {kind.limit}"
        for item in answers
        if item.outcome is not Outcome.time_limit or item.facts is None or item.facts.limit is not kind.limit
    ]
    ideal = programs * 1.0 / workers
    cpu = sum(item.facts.cpu_seconds for item in answers if item.facts is not None) / programs
    longest = max((item.facts.wall_seconds for item in answers if item.facts is not None), default=0.0)
    print(
        f"{name:<10} {seconds:>8.2f} {ideal:>7.1f} {seconds / ideal:>14.3f} {longest:>15.2f} {cpu:>11.2f} {len(wrong):>6}",
        flush=True,
    )
    slow = [f"{name}: {seconds / ideal:.3f} times the ideal time, expected {MOST}"] if seconds > MOST * ideal else []
    return slow + wrong[:10]


if __name__ == "__main__":
    sys.exit(main())
