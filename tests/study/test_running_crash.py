"""Studies that are killed: run again, they end as one that nothing disturbed."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.cli.command import plain_environment
from tests.study.running_parts import result_of, texts_of

STUDY = """\
models = ["Qwen2.5-Coder-0.5B=scripted:steps?right=0.3&wait={wait}", "Qwen2.5-Coder-7B=scripted:steps?right=0.8&wait={wait}"]
benchmarks = ["steps", "steps-pro"]
samples = 4
seed = 3
[judging]
cpu_seconds = 1.0
workers = 2
[analysis]
draws = 200
"""


def _start(folder: Path, wait: float) -> subprocess.Popen[bytes]:
    (folder / "study.toml").write_text(STUDY.format(wait=wait))
    with (folder / "complaints").open("wb") as complaints:
        return subprocess.Popen(
            [sys.executable, "-m", "isocost", "run", "study.toml", "--out", "study"], cwd=folder, env=plain_environment(),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=complaints,
        )  # fmt: skip


def _finish(folder: Path) -> None:
    assert _start(folder, 0.0).wait(timeout=100) == 0, (folder / "complaints").read_text()


@pytest.mark.slow
def test_a_study_killed_at_random_moments_ends_as_an_undisturbed_one(tmp_path: Path) -> None:
    """Killed five times while it asks and judges, the study has the same samples, each once, and the same result."""
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    for folder in (whole, killed):
        folder.mkdir()
    _finish(whole)
    moments = random.Random(4)
    ended_early = 0
    for _ in range(5):
        process = _start(killed, 1.0)
        time.sleep(moments.uniform(0.5, 2.0))
        ended_early += process.poll() is not None
        process.kill()
        process.wait()
    assert ended_early == 0, "a kill came too late to show anything"
    _finish(killed)
    assert texts_of(killed / "study") == texts_of(whole / "study")
    assert result_of(killed / "study") == result_of(whole / "study")
    assert (killed / "study" / "report.html").stat().st_size > 0
