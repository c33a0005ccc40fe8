"""How fast isocost judges, beside five peers, on the same programs and in one pass.

    python -m bench.judge_speed [--benchmark mbpp-pro] [--rounds 5] [--workers 2] [--limit N]

The contenders take turns inside each round, and each round begins with another one, so that a machine that warms up,
slows down or is busy meets all of them alike. What counts is the ratio of the medians; programs per second only say
how large the machine is. Reads the benchmark files from the folder that ISOCOST_DATA names. Exit 1 where a bar is missed,
on MBPP Pro, or a reference solution fails. Wants an idle machine and some minutes.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import platform
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from bench.peer_shared_memory import shared_memory_per_program
from bench.peer_zygote import BareZygotes
from bench.peers import (
    SELF_INVOKING,
    Contender,
    Passed,
    Program,
    bare_fork,
    load_programs,
    manager_per_program,
    python_per_program,
    python_per_program_in_turn,
)

from isocost.benchmarks import load
from isocost.judge import wire
from isocost.judge.pool import Pool, Work
from isocost.records import Isolation, LimitPolicy, Outcome
from isocost.sandbox import levels

_WARM_ROUNDS = 2
"""Rounds before the race, so that either worker has met every problem."""
ONCE, CACHED = "isocost, problems seen once", "isocost, tests cached"
IN_TURN, FILES, MANAGER = "(a) python file.py, in turn", "(a) python file.py, pool", "(b) process and Manager"
LIMIT, SHARED_MEMORY, ZYGOTE = "(c) bare fork, the limit", "(d) process, shared memory", "(e) bare zygote"


class Bar(NamedTuple):
    """How many times as fast as a peer isocost has to be."""

    ours: str
    peer: str
    times: float


BARS = {
    "mbpp-pro": (
        Bar(ONCE, FILES, 3.5),
        Bar(ONCE, MANAGER, 5.0),
        Bar(ONCE, LIMIT, 0.60),
        Bar(ONCE, ZYGOTE, 0.65),
        Bar(CACHED, FILES, 4.0),
        Bar(CACHED, MANAGER, 7.0),
        Bar(CACHED, SHARED_MEMORY, 2.3),
        Bar(CACHED, ZYGOTE, 0.75),
    )
}
"""By benchmark. HumanEval Pro has none: two of its programs compute for half a second, whoever judges them."""


class Isocost:
    """isocost's own pool: tests in another process than the program, the strongest isolation that holds here.

    Its processes are started once, like the bare forkers are. With `fresh`, tests have a new name in every round and
    are prepared anew, as for a problem seen once; without it they are known from earlier rounds.
    """

    def __init__(self, isolation: Isolation, workers: int, *, fresh: bool) -> None:
        policy = LimitPolicy()
        self._pool = Pool(isolation, policy, workers)
        self._problems = {name: load(name).problems for name in SELF_INVOKING}
        self._fresh = fresh
        self._round = 0
        self(load_programs("mbpp-pro", Path(os.environ["ISOCOST_DATA"]))[: 2 * workers], workers)  # starts it

    def __call__(self, programs: Sequence[Program], workers: int) -> Passed:  # noqa: ARG002 (a pool has its workers)
        """Judge every program once."""
        self._round += self._fresh
        works = (self._work(token, program) for token, program in enumerate(programs))
        answers = list(self._pool.answers(works))
        return {
            programs[item.token].id: isinstance(item, wire.Judged) and item.outcome is Outcome.passed
            for item in answers
        }

    def close(self) -> None:
        """End the pool."""
        self._pool.close()

    def _work(self, token: int, program: Program) -> Work:
        problems = next(found for found in self._problems.values() if program.id in found)
        problem = problems[program.id]
        suite = wire.Suite(key=f"{program.id} {self._round}", tests=problem.tests["base"], reference=problem.reference)
        return Work(token=token, suite=suite, source=program.solution)


PEERS: dict[str, Contender] = {
    IN_TURN: python_per_program_in_turn,
    FILES: python_per_program,
    MANAGER: manager_per_program,
    LIMIT: bare_fork,
    SHARED_MEMORY: shared_memory_per_program,
}


@dataclass(kw_only=True)
class Lane:
    """What one contender did: seconds of each round, and the ids that did not pass."""

    seconds: list[float] = field(default_factory=list)
    failed: set[str] = field(default_factory=set)

    @property
    def median_seconds(self) -> float:
        """Median over the rounds."""
        return statistics.median(self.seconds)


def race(contenders: dict[str, Contender], programs: Sequence[Program], workers: int, rounds: int) -> dict[str, Lane]:
    """Run every contender once per round, each round beginning with another one."""
    lanes = {name: Lane() for name in contenders}
    order = list(contenders)
    for number in range(rounds):
        shift = number % len(order)
        for name in order[shift:] + order[:shift]:
            begun = time.perf_counter()
            passed = contenders[name](programs, workers)
            lanes[name].seconds.append(time.perf_counter() - begun)
            lanes[name].failed |= {program.id for program in programs if not passed[program.id]}
    return lanes


def table(lanes: dict[str, Lane], programs: int) -> str:
    """One row per contender: median seconds, spread, programs per second, and how many times isocost is faster."""
    head = f"{'contender':<28} {'median s':>9} {'min-max s':>15} {'programs/s':>11}"
    rows = [f"{head} {'once/it':>9} {'cached/it':>10} {'failed':>7}"]
    for name, lane in lanes.items():
        median = lane.median_seconds
        spread = f"{min(lane.seconds):.2f}-{max(lane.seconds):.2f}"
        ratios = [f"{median / lanes[ours].median_seconds:.2f}x" for ours in (ONCE, CACHED)]
        rows.append(
            f"{name:<28} {median:>9.2f} {spread:>15} {programs / median:>11.1f} {ratios[0]:>9} {ratios[1]:>10} "
            f"{len(lane.failed):>7}"
        )
    rows += [f"  {name}: failed {sorted(lane.failed)[:10]}" for name, lane in lanes.items() if lane.failed]
    return "\n".join(rows)


def missed(lanes: dict[str, Lane], bars: Sequence[Bar]) -> list[str]:
    """Bars that were not reached, and contenders with which a reference solution failed."""
    faults = [f"{name}: {len(lane.failed)} references failed" for name, lane in lanes.items() if lane.failed]
    for bar in bars:
        times = lanes[bar.peer].median_seconds / lanes[bar.ours].median_seconds
        if times < bar.times:
            faults.append(f"{bar.ours} is {times:.2f} times as fast as {bar.peer}, expected {bar.times}")
    return faults


def main() -> int:
    """Race on each benchmark that is asked for and print a table for each; 2 if the data is not there."""
    parser = argparse.ArgumentParser(prog="python -m bench.judge_speed", description="judging speed beside five peers")
    parser.add_argument("--benchmark", action="append", choices=sorted(SELF_INVOKING), help="default: both")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--limit", type=int, default=None, help="only the first N programs")
    given = parser.parse_args()

    folder = os.environ.get("ISOCOST_DATA")
    if not folder:
        print("ISOCOST_DATA is not set; set it to the folder that holds mbpp_pro.json", file=sys.stderr)
        return 2
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {given.workers} workers, {given.rounds} rounds")
    isolation = levels.choose(LimitPolicy())
    print(f"isolation {isolation}, channel separate")
    faults = []
    with (
        contextlib.closing(Isocost(isolation, given.workers, fresh=True)) as once,
        contextlib.closing(Isocost(isolation, given.workers, fresh=False)) as cached,
        BareZygotes(given.workers) as zygotes,
    ):
        contenders = {ONCE: once, CACHED: cached} | PEERS | {ZYGOTE: zygotes}
        for benchmark in given.benchmark or list(SELF_INVOKING):
            programs = load_programs(benchmark, Path(folder))[: given.limit]
            for _ in range(_WARM_ROUNDS):
                cached(programs, given.workers)
            lanes = race(contenders, programs, given.workers, given.rounds)
            print(f"\n{benchmark}: {len(programs)} references\n{table(lanes, len(programs))}", flush=True)
            faults += [f"{benchmark}: {fault}" for fault in missed(lanes, BARS.get(benchmark, ()))]
    for fault in faults:
        print(f"FAULT {fault}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
