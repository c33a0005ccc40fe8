"""Judges 100,000 programs in one go, and looks whether anything gets slower or larger.

    python -m bench.soak [--programs 100000] [--workers 2]

The programs are the references of MBPP Pro, over and over; one in twenty is another one that has to fail: it exits,
raises, answers wrongly, prints a megabyte, fills its scratch folder, leaves threads, or asks for too much memory.
Another process watches the tree of the judging one, four times a second.

Bars: each verdict is the right one; the rate over the last tenth is at least 0.95 of that over the first; memory,
open files and processes of the last tenth are not above those of the second (the first one fills the caches); the
peak memory of all processes is at most 200 MB. Exit 1 where one is missed. Reads the folder that ISOCOST_DATA names.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from bench.peers import load_programs
from bench.process_tree import Look, measured

from isocost.benchmarks import load
from isocost.judge import wire
from isocost.judge.pool import Pool, Work
from isocost.records import CodeTests, LimitPolicy, Outcome
from isocost.sandbox import levels

LAST_TO_FIRST = 0.95
GROWTH = 1.03  # of memory: medians of two tenths differ by a little chance
PEAK_BYTES = 200 * 10**6
_LOOK_SECONDS = 0.25
_ODD_ONE_IN = 20
_ADD = CodeTests(source="assert add(1, 2) == 3\nassert add(2, 40) == 42\n", prelude="", calls=("add",))

ODD: dict[str, tuple[str, Outcome]] = {
    "exits": ("raise SystemExit", Outcome.runtime_error),
    "is killed": ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", Outcome.runtime_error),
    "does not compile": ("def f(:", Outcome.syntax_error),
    "prints a megabyte": ("print('x' * (1 << 20))\ndef add(a, b): return a + b", Outcome.passed),
    "answers wrongly": ("def add(a, b): return a - b", Outcome.wrong_answer),
    "leaves files": (
        "for n in range(50):\n    open(str(n), 'w').write('x' * 5000)\ndef add(a, b): return a + b",
        Outcome.passed,
    ),
    "leaves threads": (
        (
            "import threading, time\n"
            "for _ in range(8):\n    threading.Thread(target=time.sleep, args=(99,), daemon=True).start()\n"
            "def add(a, b): return a + b"
        ),
        Outcome.passed,
    ),
    "wants memory": ("x = bytearray(1 << 31)", Outcome.memory_limit),
}
"""What each odd program does, its text, and its right outcome."""


def main() -> int:
    """Soak, and print a table; 1 where a bar is missed, 2 if the data is not there."""
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description="a hundred thousand programs in one go")
    parser.add_argument("--programs", type=int, default=100_000)
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--judge", action="store_true", help=argparse.SUPPRESS)  # the process that is watched
    given = parser.parse_args()
    if not os.environ.get("ISOCOST_DATA"):
        print("ISOCOST_DATA is not set; set it to the folder that holds mbpp_pro.json", file=sys.stderr)
        return 2
    if given.judge:
        print(json.dumps(_judge(given.programs, given.workers)))
        return 0
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {given.workers} workers", flush=True)
    command = [sys.executable, "-m", "bench.soak", "--judge"]
    command += ["--programs", str(given.programs), "--workers", str(given.workers)]
    found = measured(command, os.environ, _LOOK_SECONDS)
    told = json.loads(found.output)
    ends = told["tenths"]
    tenths = [[item for item in found.looks if low < item.seconds <= high] for low, high in _pairs(told["begun"], ends)]
    if not all(tenths):
        print(f"{given.programs} programs are too few to look at each tenth of them; say more", file=sys.stderr)
        return 2
    print(_table(ends, told["begun"], given.programs, tenths))
    faults = list(told["wrong"])
    faults += _growth(tenths) + _slower(ends, told["begun"])
    if found.peak_bytes > PEAK_BYTES:
        faults.append(f"peak memory {found.peak_bytes / 1e6:.0f} MB, expected at most {PEAK_BYTES / 1e6:.0f}")
    print(f"peak of all processes {found.peak_bytes / 1e6:.0f} MB (shared pages once)")
    for fault in faults:
        print(f"FAULT {fault}")
    return 1 if faults else 0


# --- the process that judges -----------------------------------------------------------------------------------------


def _judge(count: int, workers: int) -> dict[str, object]:
    """Judge; when it began and when each tenth was done, in seconds since this process started, and wrong verdicts."""
    references = load_programs("mbpp-pro", Path(os.environ["ISOCOST_DATA"]))
    problems = load("mbpp-pro").problems
    suites = [wire.Suite(key=item.id, tests=problems[item.id].tests["base"], reference=item.solution)
              for item in references]  # fmt: skip
    adds = wire.Suite(key="add", tests=_ADD, reference="def add(a, b): return a + b")
    odd = list(ODD.values())

    def works() -> Iterator[Work]:
        for token in range(count):
            if token % _ODD_ONE_IN == 0:
                yield Work(token=token, suite=adds, source=odd[token // _ODD_ONE_IN % len(odd)][0])
            else:
                place = token % len(references)
                yield Work(token=token, suite=suites[place], source=references[place].solution)

    tenths: list[float] = []
    wrong: list[str] = []
    with Pool(levels.choose(LimitPolicy()), LimitPolicy(), workers) as pool:
        first = (Work(token=token, suite=adds, source=adds.reference) for token in range(10 * workers))
        for _ in pool.answers(first):  # so that the start of the workers is not a part of the first tenth
            pass
        started = _seconds_since_start()
        for done, answer in enumerate(pool.answers(works()), 1):
            assert isinstance(answer, wire.Judged)
            token = answer.token
            place = token // _ODD_ONE_IN % len(odd)
            right = Outcome.passed if token % _ODD_ONE_IN else odd[place][1]
            if answer.outcome is not right:
                name = references[token % len(references)].id if token % _ODD_ONE_IN else list(ODD)[place]
                wrong.append(f"program {token} ({name}): {answer.outcome}, expected {right}; {answer.detail}")
            if done * 10 // count > len(tenths):
                tenths.append(_seconds_since_start())
    return {"begun": started, "tenths": tenths, "wrong": wrong[:20]}


def _seconds_since_start() -> float:
    ticks = int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19])
    return time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")


# --- what came of it -------------------------------------------------------------------------------------------------


def _pairs(begun: float, ends: list[float]) -> list[tuple[float, float]]:
    return list(zip([begun, *ends[:-1]], ends, strict=True))


def _table(ends: list[float], begun: float, programs: int, tenths: list[list[Look]]) -> str:
    rows = [f"{'tenth':>5} {'programs/s':>11} {'memory MB':>10} {'open files':>11} {'processes':>10}"]
    for number, ((low, high), looks) in enumerate(zip(_pairs(begun, ends), tenths, strict=True), 1):
        memory, files, processes = _typical(looks)
        rate = programs / 10 / (high - low)
        rows.append(f"{number:>5} {rate:>11.1f} {memory / 1e6:>10.1f} {files:>11.0f} {processes:>10.0f}")
    return "\n".join(rows)


def _typical(looks: list[Look]) -> tuple[float, float, float]:
    """Medians: a program that runs at the moment comes and goes."""
    return (
        statistics.median(item.pss_bytes for item in looks),
        statistics.median(item.descriptors for item in looks),
        statistics.median(item.processes for item in looks),
    )


def _growth(tenths: list[list[Look]]) -> list[str]:
    early, late = _typical(tenths[1]), _typical(tenths[-1])
    bounds = (GROWTH * early[0], early[1] + 1, early[2] + 1)  # one for the program that happens to run
    names = ("memory", "open files", "processes")
    return [
        f"{name}: {new:.0f} in the last tenth, {old:.0f} in the second"
        for name, old, new, bound in zip(names, early, late, bounds, strict=True)
        if new > bound
    ]


def _slower(ends: list[float], begun: float) -> list[str]:
    pairs = _pairs(begun, ends)
    first, last = (high - low for low, high in (pairs[0], pairs[-1]))
    print(f"rate of the last tenth: {first / last:.3f} of the first")
    return [f"the last tenth is {first / last:.3f} as fast as the first, expected {LAST_TO_FIRST}"] * (
        first / last < LAST_TO_FIRST
    )


if __name__ == "__main__":
    sys.exit(main())
