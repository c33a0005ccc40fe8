"""`isocost generate` with a real engine on this machine: its windows have what the machine counts."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.command import isocost

from isocost.backends.random_gguf import write_random_gguf
from isocost.cost.parameters import architecture_of
from isocost.study.profiling.shapes import TINY, sweep_models


def test_a_window_has_the_memory_of_the_engine(tmp_path: Path) -> None:
    """Peak memory of the server's own process, above its weights; spin and steal; joules, or why there are none."""
    path = write_random_gguf(tmp_path / "tiny.gguf", architecture_of(sweep_models(TINY)[0]))
    words = ("-m", str(path), "-b", "steps", "--limit", "3", "--max-tokens", "8")
    done = isocost("generate", *words, "--json", cwd=tmp_path)
    assert done.code == 0, done.err
    (run,) = done.document["runs"]
    (line,) = (tmp_path / run["run"] / "windows.jsonl").read_text(encoding="utf-8").splitlines()
    window = json.loads(line)
    assert window["memory_bytes"] > path.stat().st_size
    assert window["memory_scope"].startswith("resident, 1 process")
    assert window["spin_seconds"] > 0.0
    assert {name for name, value in window.items() if value is None} <= window["absent"].keys()
