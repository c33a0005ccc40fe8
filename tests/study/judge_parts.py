"""Parts of the tests of judging: a small benchmark, samples for it, and calls of the library."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import msgspec

from isocost.records import Execution, LimitPolicy, Verdict
from isocost.store.run import Run
from isocost.study.judge_file import judge_file
from isocost.study.judge_request import JudgedFile, JudgeRequest

POLICY = LimitPolicy(cpu_seconds=1.0, wall_factor=2.0)
WRONG, FAILS = "def f(x):\n    return 'no'\n", "def f(x):\n    raise KeyError\n"


def benchmark_file(folder: Path, size: int = 4) -> Path:
    """A benchmark in HumanEval's shape: problem n asks for x + n."""
    path = folder / "tiny.jsonl"
    rows = [
        {
            "task_id": f"Tiny/{number}",
            "prompt": f'def f(x):\n    """Add {number}."""\n',
            "entry_point": "f",
            "canonical_solution": f"    return x + {number}\n",
            "test": f"def check(candidate):\n    assert candidate(1) == {1 + number}\n    assert candidate(9) == {9 + number}",
        }
        for number in range(size)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def samples_file(folder: Path, rows: Iterable[tuple[int, str]]) -> Path:
    """Whole programs for problems, by number."""
    path = folder / "samples.jsonl"
    lines = [json.dumps({"task_id": f"Tiny/{number}", "solution": source}) + "\n" for number, source in rows]
    path.write_text("".join(lines))
    return path


def right(number: int, remark: str = "") -> str:
    """A program that solves a problem; a remark makes it another one."""
    return f"def f(x):\n    return x + {number}\n" + (f"# {remark}\n" if remark else "")


def request(samples: Path, benchmark: Path | str, out: Path | None, **changes: object) -> JudgeRequest:
    """What a user asks for, with tight limits."""
    asked = JudgeRequest(
        samples=samples, benchmark=str(benchmark), model="tiny-1B", out=out, policy=POLICY, workers=2, partial=True
    )
    return msgspec.structs.replace(asked, **changes)


def judge(samples: Path, benchmark: Path | str, out: Path, **changes: object) -> JudgedFile:
    """Judge a file."""
    return judge_file(request(samples, benchmark, out, **changes))


def verdicts(folder: Path) -> dict[tuple[str, str], Verdict]:
    """A run's verdicts by sample and test set; reading raises for a key that stands twice."""
    return {(verdict.sample_id, verdict.tests): verdict for verdict in Run.read(folder).verdicts.read()}


def executions(folder: Path) -> dict[tuple[str, str], Execution]:
    """A run's executions, likewise."""
    return {(item.sample_id, item.tests): item for item in Run.read(folder).executions.read()}
