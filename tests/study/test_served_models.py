"""Two models of random weights, served for real by llama.cpp: from the problems to judged runs, a result and a report."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
import pytest
from tests.cli.command import isocost

from isocost.backends.random_gguf import write_random_gguf
from isocost.records import Architecture, Sample, Window
from isocost.store.run import Run

SMALL = Architecture(
    layers=1, hidden=32, heads=2, kv_heads=1, head_dim=16, ffn=64, vocab=2048, tied=False, attention_bias=True
)
LARGE = Architecture(
    layers=2, hidden=64, heads=4, kv_heads=2, head_dim=16, ffn=128, vocab=2048, tied=False, attention_bias=True
)
PARTS = ("usage", "timing", "params")
NEEDS_DATA = pytest.mark.skipif("ISOCOST_DATA" not in os.environ, reason="ISOCOST_DATA is not set (benchmark files)")


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two GGUF files of different size."""
    folder = tmp_path_factory.mktemp("models")
    write_random_gguf(folder / "small.gguf", SMALL, context_tokens=8192)
    write_random_gguf(folder / "large.gguf", LARGE, context_tokens=8192)
    return folder


def _require_reasons(record: msgspec.Struct, absent: dict[str, str], prefix: str = "") -> None:
    """Each field is there, or None with a reason."""
    for name in record.__struct_fields__:
        value = getattr(record, name)
        if value is None:
            assert absent.get(prefix + name), f"{prefix}{name} is None without a reason"
        elif name in PARTS:
            _require_reasons(value, absent, f"{name}.")


@pytest.mark.slow
@NEEDS_DATA
def test_real_servers_answer_a_whole_benchmark(models: Path, tmp_path: Path) -> None:
    """HumanEval Pro, two models, four samples each: every field is there or says why not, and all of it is judged."""
    data = ("--data-dir", os.environ["ISOCOST_DATA"])
    asked = isocost(
        "generate", "-m", models / "small.gguf", "-m", models / "large.gguf", "-b", "humaneval-pro", "-n", "4",
        "--max-tokens", "16", "--context-tokens", "4096", "--concurrency", "4", "--kind", "base", "--out", "runs", *data,
        cwd=tmp_path, longest=600,
    )  # fmt: skip
    assert asked.code == 0, asked.err
    for name in ("small", "large"):
        folder = tmp_path / "runs" / f"humaneval-pro-{name}"
        run = Run.read(folder)
        samples: list[Sample] = list(run.samples.read())
        assert len({sample.id for sample in samples}) == len(samples) == 164 * 4
        for sample in samples:
            _require_reasons(sample, sample.absent)
            assert sample.usage is not None
            assert sample.usage.prompt_tokens
            assert sample.usage.cached_tokens == 0, "reading a prompt is measured, so none may come from a cache"
        windows: dict[str, Window] = {window.id: window for window in run.windows.read()}
        assert {sample.window for sample in samples} == windows.keys()
        for window in windows.values():
            _require_reasons(window, window.absent)
        judged = isocost("judge", folder, "--json", *data, cwd=tmp_path).document
        assert judged["samples"] == sum(judged["outcomes"].values()) == 164 * 4
        shown = isocost("show", folder, *data, cwd=tmp_path)
        assert shown.code == 0
        assert "pass@1" in shown.out


@pytest.mark.slow
def test_a_study_of_real_servers_ends_with_a_report(models: Path, tmp_path: Path) -> None:
    """`isocost run` starts and stops the models by turns, takes their shapes from their files, and writes the page."""
    done = isocost(
        "run", "-m", models / "small.gguf", "-m", models / "large.gguf", "--ladder", "steps", "--limit", "4", "-n", "2",
        "--max-tokens", "24", "--context-tokens", "4096", "--concurrency", "2", "--out", "study", "--json", cwd=tmp_path,
    )  # fmt: skip
    assert done.code == 0, done.err
    result = done.document["result"]
    assert {part["name"] for part in result["models"]} == {"small", "large"}
    assert result["unit"] == "flops"
    bases = {(part["unit"], part["basis"]) for part in result["costs"]}
    assert {("flops", "modelled"), ("tokens", "measured"), ("seconds", "measured")} <= bases
    assert all(
        "; measured: tokens over seconds of windows" in part["note"] for part in result["per"] if part["unit"] is None
    )
    assert len(done.document["runs"]) == 6
    page = (tmp_path / "study" / "report.html").read_text(encoding="utf-8")
    assert page.rstrip().endswith("</html>")
