"""The command as a user meets it: a process of its own, and samples for it that need nothing but `steps`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

from isocost.benchmarks import load

ISOCOST = (sys.executable, "-m", "isocost")
LONGEST = 100  # seconds; only a command that hangs comes near


class Done(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """The one JSON document on stdout."""
        value = json.loads(self.out)
        assert isinstance(value, dict)
        return value

    @property
    def complaint(self) -> str:
        """The one line on stderr, where nothing is on stdout."""
        assert self.out == ""
        (line,) = self.err.splitlines()
        assert line.startswith("isocost: ")
        return line


def isocost(*words: str | Path, cwd: Path, env: dict[str, str] | None = None, longest: float = LONGEST) -> Done:
    """Run `isocost` with these words; ISOCOST_CACHE is a fresh folder already, by the tests' own fixture."""
    done = subprocess.run(
        [*ISOCOST, *map(str, words)], cwd=cwd, env=plain_environment() | (env or {}), stdin=subprocess.DEVNULL,
        capture_output=True, check=False, timeout=longest,
    )  # fmt: skip
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())


def plain_environment() -> dict[str, str]:
    """Our environment without what says where data lies: a test names its folder by --data-dir."""
    return {name: value for name, value in os.environ.items() if name not in {"ISOCOST_DATA", "COLUMNS"}} | {
        "ISOCOST_OFFLINE": "1"
    }


def write_rows(path: Path, rows: list[dict[str, Any]]) -> Path:
    """Write rows as JSONL."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def answer(problem_id: str, completion: str) -> dict[str, Any]:
    """A row with a completion that is to be read."""
    return {"task_id": problem_id, "completion": completion}


def reference(problem_id: str) -> str:
    """The reference solution of a problem of `steps`, as a whole program."""
    return load("steps").problems[problem_id].reference


def entry_point(problem_id: str) -> str:
    """The function that the tests of a problem of `steps` call."""
    return load("steps").problems[problem_id].entry_point
