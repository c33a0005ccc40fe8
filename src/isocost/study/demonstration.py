"""A demonstration on isocost's own ladder: its references, which must pass, and wrong programs with known outcomes."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

import msgspec

from isocost.benchmarks import Benchmark, load
from isocost.errors import UsageError
from isocost.records import LimitPolicy, Outcome
from isocost.store.disk import disk_error
from isocost.store.run import Run
from isocost.study.judge_file import judge_file
from isocost.study.judge_request import JudgeRequest
from isocost.study.judging import Progress
from isocost.study.summary import Summary

LADDER = ("steps", "steps-pro", "steps-deep")
"""The benchmarks of the ladder, the lowest rung first."""

POLICY = LimitPolicy(cpu_seconds=1.0)
"""Shorter than by default: some wrong programs do not end, and nobody wants to wait for them."""


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """A program whose outcome is not the expected one."""

    problem_id: str
    """The problem it answers."""
    sample_id: str
    """Its sample in the run folder."""
    run: str
    """The run folder."""
    why: str
    """What is wrong with the program, as its author says."""
    expected: Outcome
    """The outcome that a judge should come to."""
    found: Outcome
    """The outcome that this one came to."""
    detail: str | None
    """What the judge says of it."""


class RungShown(msgspec.Struct, frozen=True, kw_only=True):
    """One benchmark of the ladder, judged twice."""

    benchmark: str
    """Its name."""
    rung: int
    """Its rung."""
    reference: Summary
    """The run of its reference solutions."""
    wrong: Summary
    """The run of the wrong programs, a few right ones among them."""
    expected: dict[str, int]
    """Wrong programs by the outcome that is expected of them."""
    differences: tuple[Difference, ...]
    """Programs, of either run, whose outcome is another."""


class Demonstration(msgspec.Struct, frozen=True, kw_only=True):
    """What was shown."""

    folder: str
    """Folder of the runs and of the files of samples that they were made from."""
    rungs: tuple[RungShown, ...]
    """The ladder, the lowest rung first."""
    programs: int
    """Programs judged."""
    as_expected: int
    """Programs whose outcome is the expected one."""
    seconds: float
    """Wall-clock seconds, all included."""


class _Row(msgspec.Struct):
    """A line of `wrong.jsonl`."""

    task_id: str
    solution: str
    why: str
    outcome: Outcome


def demonstrate(
    out: Path | None = None, *, unsafe: bool = False, progress: Callable[[Progress], None] = lambda _: None
) -> Demonstration:
    """Judge the ladder that ships with isocost; the runs go below `out`, by default a new folder in `runs/`.

    No verdict is taken from a cache. Raises what `judge_file` raises, and UsageError when `out` cannot be written.
    """
    begun = time.monotonic()
    folder = out if out is not None else Path("runs") / f"demo-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise disk_error(folder, error) from error
    rungs = tuple(_rung(load(name), folder, unsafe, progress) for name in LADDER)
    programs = sum(sum(table.values()) for rung in rungs for table in (rung.reference.outcomes, rung.wrong.outcomes))
    return Demonstration(
        folder=str(folder),
        rungs=rungs,
        programs=programs,
        as_expected=programs - sum(len(rung.differences) for rung in rungs),
        seconds=round(time.monotonic() - begun, 3),
    )


def _rung(benchmark: Benchmark, folder: Path, unsafe: bool, progress: Callable[[Progress], None]) -> RungShown:
    references = [
        _Row(task_id=problem.id, solution=problem.reference, why="a reference solution", outcome=Outcome.passed)
        for problem in benchmark.problems.values()
    ]
    wrong = [row for row in _wrong() if row.task_id in benchmark.problems]
    runs = {}
    differences: list[Difference] = []
    for model, rows in (("reference", references), ("wrong programs", wrong)):
        name = f"{benchmark.info.name}.{model.partition(' ')[0]}"
        samples = folder / f"{name}.jsonl"
        _write(samples, rows)
        request = JudgeRequest(
            samples=samples, benchmark=benchmark.info.name, model=model, out=folder / name, partial=True,
            policy=POLICY, unsafe=unsafe, cache=False,
        )  # fmt: skip
        runs[model] = judge_file(request, progress).summary
        differences += _differences(Run.read(folder / name), rows)
    expected = [row.outcome.value for row in wrong]
    return RungShown(
        benchmark=benchmark.info.name,
        rung=benchmark.info.rung,
        reference=runs["reference"],
        wrong=runs["wrong programs"],
        expected={outcome: expected.count(outcome) for outcome in Outcome if outcome in expected},
        differences=tuple(differences),
    )


def _wrong() -> list[_Row]:
    data = resources.files("isocost").joinpath("data", "steps", "wrong.jsonl").read_bytes()
    return [msgspec.json.decode(line, type=_Row) for line in data.splitlines()]


def _write(path: Path, rows: list[_Row]) -> None:
    """Write a file of samples that anyone may judge again by hand."""
    lines = [msgspec.json.encode({"task_id": row.task_id, "solution": row.solution}) + b"\n" for row in rows]
    try:
        path.write_bytes(b"".join(lines))
    except OSError as error:
        raise disk_error(path, error) from error


def _differences(run: Run, rows: list[_Row]) -> list[Difference]:
    """Hold each verdict against what is expected of its program, joined by problem and text."""
    expected = {(row.task_id, row.solution): row for row in rows}
    row_of = {sample.id: expected.get((sample.problem_id, sample.completion)) for sample in run.samples.read()}
    differences = []
    for verdict in run.verdicts.read():
        row = row_of[verdict.sample_id]
        if row is None:
            raise UsageError(f"{str(run.folder)!r} holds other programs than the demonstration's; give another --out")
        if verdict.outcome is not row.outcome:
            differences.append(
                Difference(
                    problem_id=verdict.problem_id, sample_id=verdict.sample_id, run=str(run.folder), why=row.why,
                    expected=row.outcome, found=verdict.outcome, detail=verdict.detail,
                )
            )  # fmt: skip
    return differences
