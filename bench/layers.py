"""What each layer of the sandbox costs for one program, in microseconds: the layers are put on one after the other.

    python -m bench.layers [--rounds 7] [--limit N] [--benchmark mbpp-pro]

Each row is a zygote of isocost's own with the layers up to there, the others made to do nothing; it runs the
references of MBPP Pro with their tests in the program's process, one after the other, so that only the layer differs.
The last row is the whole of isocost's way at `strong`: tests apart, programs compiled beforehand. Rows take turns
inside each round, and each round begins with another one. Wall clock is from program to program; CPU time is that of
this process, of the zygote, and of the programs (not that of compiling beforehand, on another core). No bar: exit 1 only where a reference fails. Reads the folder that
ISOCOST_DATA names; wants an idle machine, and a minute or two.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

from bench.peers import SELF_INVOKING, load_programs

from isocost.benchmarks import load
from isocost.judge import suite as suites
from isocost.judge import tester
from isocost.judge.limits import limits_for
from isocost.records import CodeTests, Isolation, LimitPolicy
from isocost.sandbox import fork_server
from isocost.sandbox.compiler import Compiler
from isocost.sandbox.fork_server import ForkServer, ProgramEnded

POLICY = LimitPolicy()
LIMITS = limits_for(POLICY)

_NOTHING = "lambda *_, **__: None"
LAYERS: dict[str, tuple[str, ...]] = {
    "rlimits": (f"rlimits.lower = rlimits.bound = {_NOTHING}",),
    "privileges": (f"privileges.drop = privileges.become = {_NOTHING}",),
    "Landlock": (f"landlock.restrict = {_NOTHING}",),
    "seccomp": (f"seccomp.install = seccomp.ChildFilter.add = {_NOTHING}",),
}
"""The layers of `contained` in the order in which they are put on, each with what makes it do nothing."""
_BOOT = (
    "import sys; sys.path.insert(0, sys.argv[2]); "
    "from isocost.sandbox.jail import landlock, privileges, rlimits, seccomp, zygote; {}; zygote.main()"
)
_LETTER_OF_SUCCESS = "d"

Job = tuple[str, str, suites.Suite]
"""A program's text, its tests as text, and its tests made ready."""


@dataclass(kw_only=True)
class Row:
    """One configuration, and what was measured of it: microseconds for each program, a number for each round."""

    run: Callable[[Sequence[Job]], float]
    """Runs every program; gives the CPU seconds of the programs themselves."""
    server: ForkServer
    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)


def main() -> int:
    """Measure, and print a table; 1 where a reference fails, 2 if the data is not there."""
    parser = argparse.ArgumentParser(prog="python -m bench.layers", description="cost of each layer of the sandbox")
    parser.add_argument("--benchmark", choices=sorted(SELF_INVOKING), default="mbpp-pro")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--limit", type=int, default=None, help="only the first N programs")
    given = parser.parse_args()
    if not os.environ.get("ISOCOST_DATA"):
        print("ISOCOST_DATA is not set; set it to the folder that holds mbpp_pro.json", file=sys.stderr)
        return 2
    jobs = _jobs(given.benchmark, given.limit)
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {given.rounds} rounds, {len(jobs)} programs")
    with contextlib.ExitStack() as stack:
        rows = _rows(stack)
        for row in rows.values():
            row.run(jobs[:20])  # the pages are there
        names = list(rows)
        for number in range(given.rounds):
            shift = number % len(names)
            for name in names[shift:] + names[:shift]:
                _measure(rows[name], jobs)
    print(_table(rows))
    return 0


def _jobs(benchmark: str, limit: int | None) -> list[Job]:
    problems = load(benchmark).problems
    jobs: list[Job] = []
    for program in load_programs(benchmark, Path(os.environ["ISOCOST_DATA"]))[:limit]:
        tests = problems[program.id].tests["base"]
        assert isinstance(tests, CodeTests)
        jobs.append((program.solution, f"{tests.prelude}\n{tests.source}", suites.prepare(tests)))
    return jobs


def _rows(stack: contextlib.ExitStack) -> dict[str, Row]:
    rows: dict[str, Row] = {}

    def started(name: str, level: Isolation, off: Sequence[str]) -> ForkServer:
        boot = _BOOT.format("; ".join(line for layer in off for line in LAYERS[layer]) or "pass")
        with mock.patch.object(fork_server, "_BOOT", boot):
            server = ForkServer(level, POLICY)
        stack.callback(server.close)
        rows[name] = Row(run=lambda jobs: _inside(server, jobs), server=server)
        return server

    layers = list(LAYERS)
    started("fork + exec() alone", Isolation.contained, layers)
    for place, layer in enumerate(layers, 1):
        whole = " = contained" if place == len(layers) else ""
        started(f"+ {layer}{whole}", Isolation.contained, layers[place:])
    strong = started("+ namespaces = strong", Isolation.strong, ())
    compiler = Compiler(Isolation.strong, POLICY)
    stack.callback(compiler.close)
    rows["tests apart, compiled before"] = Row(run=lambda jobs: _apart(strong, compiler, jobs), server=strong)
    return rows


def _inside(server: ForkServer, jobs: Sequence[Job]) -> float:
    """Run programs with their tests in their process."""
    cpu = 0.0
    for source, tests, _suite in jobs:
        conversation = server.begin(source, LIMITS, tests=tests)
        try:
            letter, text = conversation.receive()
        except ProgramEnded:
            letter, text = "", "it ended"
        facts = conversation.facts()
        if letter != _LETTER_OF_SUCCESS:
            raise SystemExit(f"a reference fails: {text}; {facts}")
        cpu += facts.cpu_seconds
    return cpu


def _apart(server: ForkServer, compiler: Compiler, jobs: Sequence[Job]) -> float:
    """Run programs as a judge process does."""
    cpu = 0.0
    for place, (source, _tests, suite) in enumerate(jobs):
        if place == 0:
            compiler.submit(source)
        compiled = compiler.result()
        if place + 1 < len(jobs):
            compiler.submit(jobs[place + 1][0])
        finding, conversation = tester.run(server, suite, compiled or source, LIMITS)
        facts = conversation.facts()
        if not finding.passed:
            raise SystemExit(f"a reference fails: {finding}; {facts}")
        cpu += facts.cpu_seconds
    return cpu


def _measure(row: Row, jobs: Sequence[Job]) -> None:
    zygote = row.server._adopted or (row.server._started and row.server._started.pid)  # noqa: SLF001 (no public word)
    assert zygote
    before, ours, begun = _run_seconds(zygote), time.process_time(), time.perf_counter()
    programs = row.run(jobs)
    seconds = time.perf_counter() - begun
    cpu = programs + (time.process_time() - ours) + (_run_seconds(zygote) - before)
    row.wall.append(1e6 * seconds / len(jobs))
    row.cpu.append(1e6 * cpu / len(jobs))


def _run_seconds(pid: int) -> float:
    """Time that a process with one thread has been on a processor, to the nanosecond."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


def _table(rows: dict[str, Row]) -> str:
    lines = [
        f"{'µs for each program':<30} {'wall median':>12} {'min':>8} {'+ median':>9} {'CPU median':>11} {'min':>8} {'+ median':>9}"
    ]
    last: Row | None = None
    for name, row in rows.items():
        wall, cpu = statistics.median(row.wall), statistics.median(row.cpu)
        more = ["", ""] if last is None else [
            f"{wall - statistics.median(last.wall):+.0f}", f"{cpu - statistics.median(last.cpu):+.0f}"
        ]  # fmt: skip
        lines.append(
            f"{name:<30} {wall:>12.0f} {min(row.wall):>8.0f} {more[0]:>9} {cpu:>11.0f} {min(row.cpu):>8.0f} {more[1]:>9}"
        )
        last = row
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
