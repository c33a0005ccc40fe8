"""Studies of a server that is killed and started again under them."""

from __future__ import annotations

import json
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.cli.command import plain_environment
from tests.study.running_parts import result_of, texts_of

from isocost.benchmarks import load

STUDY = """\
models = [
  {{address = "Qwen2.5-Coder-0.5B={url}#scripted", kind = "instruct"}},
  {{address = "Qwen2.5-Coder-7B={url}#scripted", kind = "instruct", prompt = "cot"}},
]
benchmarks = ["steps"]
samples = 4
max_tokens = 512
concurrency = 4
[judging]
cpu_seconds = 1.0
workers = 2
[analysis]
draws = 200
"""


def _script(folder: Path) -> Path:
    """Right answers to every second problem."""
    problems = list(load("steps").problems.values())[::2]
    rows = [
        {"contains": problem.prompt.strip().splitlines()[-1], "completion": f"```python\n{problem.reference}\n```"}
        for problem in problems
    ]
    path = folder / "script.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@contextmanager
def _server(folder: Path, port: int = 0, tpot_ms: float = 1.0) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server in a process of its own, with its address; killed in the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", "isocost.backends.scripted.http_server", "--port", str(port), "--tpot-ms", str(tpot_ms),
         "--script", _script(folder), "--with-parent"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield process, process.stdout.readline().strip()
    finally:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        assert isinstance(port, int)
        return port


def _start(folder: Path, url: str) -> subprocess.Popen[bytes]:
    (folder / "study.toml").write_text(STUDY.format(url=url))
    with (folder / "complaints").open("wb") as complaints:
        return subprocess.Popen(
            [sys.executable, "-m", "isocost", "run", "study.toml", "--out", "study"], cwd=folder, env=plain_environment(),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=complaints,
        )  # fmt: skip


@pytest.mark.slow
def test_a_server_that_is_killed_and_started_again_changes_nothing(tmp_path: Path) -> None:
    """Three times in the middle of a study the server is gone for a moment: samples and result are the undisturbed ones."""
    whole, disturbed = tmp_path / "whole", tmp_path / "disturbed"
    for folder in (whole, disturbed):
        folder.mkdir()
    with _server(whole) as (_, url):
        assert _start(whole, url).wait(timeout=100) == 0, (whole / "complaints").read_text()
    port, moments = _free_port(), random.Random(5)
    study, kills = None, 0
    for _ in range(3):
        with _server(disturbed, port, tpot_ms=6.0) as (_, url):
            study = study or _start(disturbed, url)
            time.sleep(moments.uniform(0.8, 1.5))
            kills += study.poll() is None
    assert study is not None
    with _server(disturbed, port):
        assert study.wait(timeout=100) == 0, (disturbed / "complaints").read_text()
    assert kills == 3, "the study was over before the server was killed: nothing is shown"
    assert texts_of(disturbed / "study") == texts_of(whole / "study")
    assert result_of(disturbed / "study") == result_of(whole / "study")
    assert any(part["pass_at_1"]["value"] > 0.0 for part in result_of(whole / "study")["solved"])
