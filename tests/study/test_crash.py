"""Kill -9 at any moment, then the same command again: the result of an undisturbed run, and nothing judged twice."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.study.judge_parts import executions, verdicts

from isocost.benchmarks import load

KILLS = 10
_SCRIPT = """
import json, sys
from pathlib import Path
from isocost.study.judge_file import judge_file
from isocost.study.judge_request import JudgeRequest

samples, benchmark, out, cache = sys.argv[1:]
last = None
def progress(step):
    global last
    last = step
judged = judge_file(
    JudgeRequest(samples=Path(samples), benchmark=benchmark, model="m", out=Path(out), workers=2, cache=cache == "yes"),
    progress,
)
print(json.dumps({"judged": last.total if last else 0, "passed": judged.summary.passed}))
"""


class _Command:
    """The same command, again and again, each time in a process group of its own."""

    def __init__(self, samples: Path, benchmark: str, out: Path, *, cache: bool) -> None:
        self.out = out
        self._line = [sys.executable, "-c", _SCRIPT, str(samples), benchmark, str(out), "yes" if cache else "no"]
        self._environment = os.environ | {"ISOCOST_CACHE": str(out.parent / f"cache of {out.name}")}

    def finish(self) -> dict[str, int]:
        """Run to the end."""
        done = subprocess.run(self._line, env=self._environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        found: dict[str, int] = json.loads(done.stdout)
        return found

    def killed_after(self, seconds: float) -> set[str]:
        """Kill the whole group after so many seconds; the processes that belonged to it, as pid and start time."""
        process = subprocess.Popen(
            self._line,
            env=self._environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        time.sleep(seconds)
        below = _below(process.pid)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return below

    def judged(self) -> dict[tuple[str, str], object]:
        """Verdicts on the disk, with all they say."""
        if not (self.out / "manifest.json").exists():
            return {}
        return dict(verdicts(self.out))


def _below(pid: int) -> set[str]:
    """A process and all below it, now."""
    found = {_name(pid)}
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found |= _below(int(child))
    return found


def _name(pid: int) -> str:
    try:
        return f"{pid} {Path(f'/proc/{pid}/stat').read_text().rpartition(')')[2].split()[19]}"
    except OSError:
        return f"{pid} gone"


def _alive(names: set[str]) -> set[str]:
    return {name for name in names if not name.endswith("gone") and _name(int(name.split()[0])) == name}


def _assert_all_end(names: set[str]) -> None:
    end = time.monotonic() + 20
    while (left := _alive(names)) and time.monotonic() < end:
        time.sleep(0.05)
    assert not left, f"processes outlive their judge: {left}"


def _survives(samples: Path, benchmark: str, folder: Path, *, cache: bool, wanted: int, seed: int) -> None:
    draw = random.Random(seed)
    undisturbed = _Command(samples, benchmark, folder / "undisturbed", cache=False)
    begun = time.monotonic()
    expected = undisturbed.finish()
    span = time.monotonic() - begun
    assert expected["judged"] == wanted
    disturbed = _Command(samples, benchmark, folder / "disturbed", cache=cache)
    before: dict[tuple[str, str], object] = {}
    lines = b""
    for _ in range(KILLS):
        _assert_all_end(disturbed.killed_after(draw.uniform(0.2, 1.0 + span / KILLS)))
        after = disturbed.judged()
        assert before.items() <= after.items(), "a verdict was lost or judged again"
        before = after
        if after:
            text = (disturbed.out / "verdicts.jsonl").read_bytes()
            assert text.startswith(lines), "what was written once was written over"
            lines = text[: text.rfind(b"\n") + 1]
    last = disturbed.finish()
    assert last["judged"] == wanted - len(before), "what had a verdict was judged again"
    assert last["passed"] == expected["passed"]
    final = disturbed.judged()
    assert before.items() <= final.items()
    assert _outcomes(disturbed.out) == _outcomes(undisturbed.out)
    assert executions(disturbed.out).keys() == final.keys()
    assert disturbed.finish()["judged"] == 0


def _outcomes(folder: Path) -> dict[tuple[str, str], str]:
    return {key: verdict.outcome.value for key, verdict in verdicts(folder).items()}


def _many_samples(path: Path, count: int) -> Path:
    """Right and wrong programs for the problems of `steps`, no two alike."""
    problems = list(load("steps").problems.values())
    with path.open("w") as lines:
        for number in range(count):
            problem = problems[number % len(problems)]
            wrong = f"def {problem.entry_point}(*_):\n    return {number}\n"
            source = (wrong if number % 3 == 0 else problem.reference) + f"\n# {number}\n"
            lines.write(json.dumps({"task_id": problem.id, "solution": source}) + "\n")
    return path


@pytest.mark.slow
@pytest.mark.parametrize("cache", [True, False])
def test_kills_lose_and_double_nothing(tmp_path: Path, cache: bool) -> None:
    """Ten kills of the whole group during 3,000 samples: same result, no verdict lost or doubled, no process left."""
    samples = _many_samples(tmp_path / "samples.jsonl", 3000)
    _survives(samples, "steps", tmp_path, cache=cache, wanted=3000, seed=int(cache))
    run = executions(tmp_path / "disturbed")
    assert not any(item.cached for item in run.values()), "no program was alike, and none was judged twice"


@pytest.mark.slow
def test_kills_during_real_samples(tmp_path: Path, samples_dir: Path, data_dir: Path) -> None:
    """The same with 16,400 recorded samples of one model."""
    assert data_dir.is_dir()
    samples = samples_dir / "codegen-16b.n100.humaneval.jsonl.gz"
    _survives(samples, "humaneval", tmp_path, cache=True, wanted=16_400, seed=7)


def test_one_kill_in_the_middle(tmp_path: Path) -> None:
    """The short form: one kill after the first verdicts, and all processes gone."""
    samples = _many_samples(tmp_path / "samples.jsonl", 600)
    command = _Command(samples, "steps", tmp_path / "run", cache=False)
    process = subprocess.Popen(
        command._line, env=command._environment, start_new_session=True, stdout=subprocess.DEVNULL
    )
    journal = tmp_path / "run" / "verdicts.jsonl"
    end = time.monotonic() + 60
    while not (journal.exists() and journal.stat().st_size) and time.monotonic() < end and process.poll() is None:
        time.sleep(0.01)
    below = _below(process.pid)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    _assert_all_end(below)
    before = command.judged()
    assert before
    assert command.finish()["judged"] == 600 - len(before)
    assert before.items() <= command.judged().items()
    assert len(command.judged()) == 600
