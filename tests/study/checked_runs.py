"""Parts of the tests of checking: run folders in which one thing is amiss, without anything being run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.study.compared_runs import manifest_with

from isocost.records import (
    BenchmarkInfo,
    Channel,
    Execution,
    Isolation,
    Limits,
    Outcome,
    Sample,
    Verdict,
    Window,
)
from isocost.store.run import Run

BENCHMARK = BenchmarkInfo(name="own", version="1", sha256="0" * 64, rung=0, problems=120)
LIMITS = Limits(cpu_seconds=10, wall_seconds=30.0, memory_bytes=1 << 30, scratch_bytes=1 << 20, output_bytes=1 << 16)

Told = dict[str, Any]
"""What is told of one sample: fields of Sample, Execution and Verdict; `passed` says the outcome in short."""


def sound(count: int = 120, *, solved: int = 60) -> list[Told]:
    """One sample for each of so many problems, the first so many of which pass, with nothing amiss."""
    return [{"problem_id": f"Own/{number}", "passed": number < solved} for number in range(count)]


def checked_run(
    folder: Path, told: Sequence[Told], *, model: str = "7B", windows: Sequence[Window] = (), **changes: object
) -> Run:
    """A run of these samples; `changes` are fields of its manifest, or of how it is judged."""
    made = manifest_with({"model": model, "benchmark": BENCHMARK} | changes)
    with Run.open(folder, made) as run:
        for window in windows:
            run.windows.append(window)
        for number, one in enumerate(told):
            sample, execution, verdict = _records(number, one, model)
            run.samples.append(sample)
            if one.get("judged", True):
                run.executions.append(execution)
                run.verdicts.append(verdict)
    return Run.read(folder)


def _records(number: int, one: Told, model: str) -> tuple[Sample, Execution, Verdict]:
    outcome = one.get("outcome", Outcome.passed if one.get("passed", True) else Outcome.wrong_answer)
    sampled: Told = {"params": None, "completion": f"text {number}"} | _of(Sample, one)
    sample = Sample(id=f"{number}", prompt_id=None, model=model, draw=0, **sampled)
    ran: Told = {
        "program_sha256": "0" * 64, "rules": (), "limits": LIMITS, "cpu_seconds": 0.1, "wall_seconds": 0.1,
    } | _of(Execution, one)  # fmt: skip
    execution = Execution(sample_id=sample.id, tests="base", **ran)
    verdict = Verdict(
        problem_id=sample.problem_id, sample_id=sample.id, tests="base", outcome=outcome, detail=one.get("detail"),
        channel=one.get("channel", Channel.separate), isolation=Isolation.contained,
    )  # fmt: skip
    return sample, execution, verdict


def _of(record: type[Sample | Execution], one: Told) -> Told:
    return {name: value for name, value in one.items() if name in record.__struct_fields__}


def with_first(told: list[Told], count: int, **changes: object) -> Iterator[Told]:
    """The samples, the first so many of them changed."""
    yield from (one | changes if number < count else one for number, one in enumerate(told))
