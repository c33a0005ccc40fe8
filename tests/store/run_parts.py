"""Records for the tests of run folders, and a real writer process that works through a fixed amount of them.

As a program: `python -m tests.store.run_parts FOLDER COUNT BATCH [BYTES]` opens or resumes the run, judges what is missing of
COUNT samples in batches of BATCH, and prints each batch's last number once it is committed. BYTES limits file size.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import isocost
from isocost.errors import IsocostError
from isocost.records import (
    BenchmarkInfo,
    Channel,
    Execution,
    Isolation,
    JudgePolicy,
    LimitPolicy,
    Manifest,
    Outcome,
    Sample,
    Verdict,
)
from isocost.store.manifest_file import SCHEMA_VERSION
from isocost.store.run import Judged, Run


def manifest() -> Manifest:
    """A manifest of a small run."""
    return Manifest(
        schema_version=SCHEMA_VERSION,
        isocost_version="0.1.0",
        git_commit=None,
        created="2026-01-01T00:00:00Z",
        host={"machine": "here", "cores": 2},
        model="some-model",
        benchmark=BenchmarkInfo(name="humaneval", version="1", sha256="0" * 64, rung=0, problems=164),
        samples_sha256=None,
        judging=JudgePolicy(
            extraction="auto/1", limits=LimitPolicy(), judge="1 python 3.11.7", isolation=Isolation.contained
        ),
    )


def sample(number: int) -> Sample:
    """Sample `number`, with a text that needs care."""
    return Sample(
        id=str(number),
        problem_id=f"HumanEval/{number % 164}",
        prompt_id=None,
        model="some-model",
        params=None,
        draw=number // 164,
        completion=f"    return {number}\n\u2028" + "\ud800" * (number % 7 == 0),
    )


def execution(number: int) -> Execution:
    """What happened when sample `number` ran."""
    return Execution(
        sample_id=str(number),
        problem_id=f"HumanEval/{number % 164}",
        tests="base",
        program_sha256="0" * 64,
        rules=(),
        exit_code=0,
        output="x" * (number % 500),
    )


def verdict(number: int) -> Verdict:
    """Judgement of sample `number`."""
    return Verdict(
        sample_id=str(number),
        problem_id=f"HumanEval/{number % 164}",
        tests="base",
        outcome=Outcome.passed,
        detail=None,
        channel=Channel.separate,
        isolation=Isolation.contained,
    )


def start_writer(folder: Path, *rest: int) -> subprocess.Popen[str]:
    """Start this file as a program, the committed numbers on a pipe."""
    return start_python("-m", __name__, folder, *rest)


def start_python(*arguments: object) -> subprocess.Popen[str]:
    """Start Python with isocost and these parts at hand, its output on a pipe."""
    places = [str(Path(isocost.__file__).parents[1]), str(Path(__file__).parents[2])]
    return subprocess.Popen(
        [sys.executable, *map(str, arguments)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(places)},
    )


def write(folder: Path, count: int, batch: int) -> None:
    """Do what is missing, as a judge does."""
    with Run.open(folder, manifest()) as run:
        for number in range(count):
            if str(number) not in run.samples:
                run.samples.append(sample(number))
        run.commit()
        done = run.judged()
        todo = [number for number in range(count) if Judged(str(number), "base") not in done]
        for start in range(0, len(todo), batch):
            for number in todo[start : start + batch]:
                run.executions.append(execution(number))
            for number in reversed(todo[start : start + batch]):
                run.verdicts.append(verdict(number))
            run.commit()
            sys.stdout.write(f"{todo[start : start + batch][-1]}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    if len(sys.argv) > 4:
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[4]), int(sys.argv[4])))
    try:
        write(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
    except IsocostError as error:
        sys.stdout.write(f"{type(error).__name__}: {error}\n")
        sys.exit(error.exit_code)
