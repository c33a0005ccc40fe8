"""How fast isocost judges, beside three peers, on the same programs and in one pass.

    python -m bench.judge_speed [--benchmark mbpp-pro] [--rounds 5] [--workers 2] [--limit N]

The contenders take turns inside each round, and each round begins with another one, so that a machine that warms up,
slows down or is busy meets all of them alike. What counts is the ratio of the medians; programs per second only say
how large the machine is. Reads the benchmark files from the folder that ISOCOST_DATA names.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

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
from isocost.records import LimitPolicy, Outcome
from isocost.sandbox import levels


class Isocost:
    """isocost's own pool: tests in another process than the program, the strongest isolation that holds here.

    Its processes are started once, like the bare forkers are; tests are compiled anew in every round.
    """

    def __init__(self, workers: int) -> None:
        policy = LimitPolicy()
        self.isolation = levels.choose(policy)
        self._pool = Pool(self.isolation, policy, workers)
        self._problems = {name: load(name).problems for name in SELF_INVOKING}
        self._round = 0
        self(load_programs("mbpp-pro", Path(os.environ["ISOCOST_DATA"]))[: 2 * workers], workers)  # starts it

    def __call__(self, programs: Sequence[Program], workers: int) -> Passed:  # noqa: ARG002 (a pool has its workers)
        """Judge every program once."""
        self._round += 1
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


CONTENDERS: dict[str, Contender] = {
    "(a) python file.py, in turn": python_per_program_in_turn,
    "(a) python file.py, pool": python_per_program,
    "(b) process and Manager": manager_per_program,
    "(c) bare fork, the limit": bare_fork,
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
    ours = lanes["isocost"].median_seconds if "isocost" in lanes else None
    rows = [f"{'contender':<30} {'median s':>9} {'min-max s':>15} {'programs/s':>11} {'isocost/it':>11} {'failed':>7}"]
    for name, lane in lanes.items():
        median = lane.median_seconds
        spread = f"{min(lane.seconds):.2f}-{max(lane.seconds):.2f}"
        ratio = f"{median / ours:.2f}x" if ours else "-"
        rows.append(
            f"{name:<30} {median:>9.2f} {spread:>15} {programs / median:>11.1f} {ratio:>11} {len(lane.failed):>7}"
        )
    rows += [f"  {name}: failed {sorted(lane.failed)[:10]}" for name, lane in lanes.items() if lane.failed]
    return "\n".join(rows)


def main() -> int:
    """Race on each benchmark that is asked for and print a table for each; 2 if the data is not there."""
    parser = argparse.ArgumentParser(prog="python -m bench.judge_speed", description="judging speed beside three peers")
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
    isocost = Isocost(given.workers)
    contenders = {"isocost": isocost} | CONTENDERS
    print(f"isolation {isocost.isolation}, channel separate")
    for benchmark in given.benchmark or list(SELF_INVOKING):
        programs = load_programs(benchmark, Path(folder))[: given.limit]
        print(f"\n{benchmark}: {len(programs)} references", flush=True)
        print(table(race(contenders, programs, given.workers, given.rounds), len(programs)), flush=True)
    isocost.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
