"""Whether verdicts hang on how busy the machine is: recorded samples are judged alone, then beside endless loops.

    python -m bench.under_load [--times 3] [--all] [--only NAME] [--workers 2] [--spinners 2]

All recorded samples but the file with 100 for each problem (`--all` takes it too), each different program once, no
cache. Bar: no verdict changes, but of programs that use more than half of their CPU or wall limit, alone or under
load; those are listed. Exit 1 where another one changes. Reads the folders that ISOCOST_DATA and ISOCOST_SAMPLES
name; wants an otherwise idle machine, and takes about seven times as long as judging once.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from bench.recorded_expected import load_expected
from bench.recorded_programs import RecordedProgram, judge_all, narrowed, read_recorded

from isocost.judge import wire
from isocost.judge.pool import Pool
from isocost.records import LimitPolicy
from isocost.sandbox import levels

HALF = 0.5


def main() -> int:
    """Judge alone and under load, and print what changed; 1 where that is not a matter of limits, 2 without the data."""
    parser = argparse.ArgumentParser(prog="python -m bench.under_load", description="verdicts on a busy machine")
    parser.add_argument("--times", type=int, default=3, help="judgings under load")
    parser.add_argument("--all", action="store_true", help="the file with 100 samples for each problem too")
    parser.add_argument("--only", action="append", metavar="NAME", help="files whose name holds this")
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--spinners", type=int, default=len(os.sched_getaffinity(0)), help="endless loops beside it")
    given = parser.parse_args()
    folder = os.environ.get("ISOCOST_SAMPLES")
    if not folder or not os.environ.get("ISOCOST_DATA"):
        print("set ISOCOST_DATA and ISOCOST_SAMPLES to the folders of benchmarks and recorded samples", file=sys.stderr)
        return 2
    isolation = levels.choose(LimitPolicy())
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, isolation {isolation}", flush=True)
    with Pool(isolation, LimitPolicy(), given.workers) as pool:
        programs = list(read_recorded(narrowed(load_expected(), given.only), Path(folder), pool, many=given.all))
        alone = _judged("alone", programs, pool)
        loaded = []
        for number in range(1, given.times + 1):
            with _spinners(given.spinners):
                loaded.append(_judged(f"under load, {number}", programs, pool))
    near = changed = 0
    for place, program in enumerate(programs):
        answers = [alone[place], *(answers[place] for answers in loaded)]
        outcomes = [item.outcome.value for item in answers]
        most = max(map(_share_of_limit, answers))
        if most > HALF:
            near += 1
            print(f"near its limit: {program.place}: {most:.2f} of it; {' '.join(outcomes)}")
        elif len(set(outcomes)) > 1:
            changed += 1
            print(f"FAULT {program.place}: {most:.2f} of its limit; {' '.join(outcomes)}; {answers[-1].detail}")
    print(
        f"{len(programs)} programs, {near} that use more than half their limit, {changed} others whose verdict changes"
    )
    return 1 if changed else 0


def _judged(name: str, programs: list[RecordedProgram], pool: Pool) -> list[wire.Judged]:
    begun = time.perf_counter()
    answers = judge_all(pool, ((program.suite, program.source) for program in programs))
    passed = sum(item.outcome.value == "passed" for item in answers)
    print(f"{name}: {len(programs)} programs, {passed} pass, {time.perf_counter() - begun:.1f} s", flush=True)
    return answers


def _share_of_limit(judged: wire.Judged) -> float:
    """The larger of the shares of its CPU and of its wall limit that a program used; what was not run used none."""
    if judged.facts is None:
        return 0.0
    cpu = judged.facts.cpu_seconds / judged.limits.cpu_seconds
    return max(cpu, judged.facts.wall_seconds / judged.limits.wall_seconds)


@contextlib.contextmanager
def _spinners(count: int) -> Iterator[None]:
    started = [subprocess.Popen([sys.executable, "-S", "-c", "while True: pass"]) for _ in range(count)]
    try:
        yield
    finally:
        for process in started:
            process.kill()
        for process in started:
            process.wait()


if __name__ == "__main__":
    sys.exit(main())
