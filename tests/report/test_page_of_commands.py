"""Pages that commands end with, opened in a real browser: of a study of models served for real, and of the demo."""

from __future__ import annotations

from pathlib import Path

import pytest
from selenium.webdriver import Chrome
from tests.cli.command import isocost
from tests.report.report_parts import asked_for, console, open_page

from isocost.backends.random_gguf import write_random_gguf
from isocost.records import Architecture

SIZES = {"small": (1, 32), "large": (2, 64)}
"""Layers and width of two models of random weights."""


def _require_quiet(browser: Chrome, page: Path) -> None:
    """All charts are drawn, the console is empty, nothing is asked for, and nothing scrolls sideways, wide and narrow."""
    for width in (1280, 390):
        asked_for(browser)
        console(browser)
        open_page(browser, page, width=width)
        shown = "[...document.querySelectorAll('figure[data-figure]')].filter((one) => one.offsetParent)"
        assert browser.execute_script(f"return {shown}.length") > 2
        assert browser.execute_script(f"return {shown}.filter((one) => !one.dataset.drawn).length") == 0
        sideways = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert browser.execute_script(sideways) == 0
        assert console(browser) == []
        assert asked_for(browser) == [page.as_uri()]


@pytest.mark.slow
def test_a_study_of_real_servers_ends_with_a_page(browser: Chrome, tmp_path: Path) -> None:
    """`isocost run` starts and stops the models by turns, takes their shapes from their files, and its page can be read."""
    for name, (layers, hidden) in SIZES.items():
        shape = Architecture(
            layers=layers, hidden=hidden, heads=hidden // 16, kv_heads=1, head_dim=16, ffn=2 * hidden, vocab=2048,
            tied=False, attention_bias=True,
        )  # fmt: skip
        write_random_gguf(tmp_path / f"{name}.gguf", shape, context_tokens=8192)
    done = isocost(
        "run", "-m", "small.gguf", "-m", "large.gguf", "--ladder", "steps", "--limit", "4", "-n", "2", "--max-tokens", "24",
        "--context-tokens", "4096", "--concurrency", "2", "--out", "study", "--json", cwd=tmp_path,
    )  # fmt: skip
    assert done.code == 0, done.err
    result = done.document["result"]
    assert {part["name"] for part in result["models"]} == SIZES.keys()
    assert result["unit"] == "flops"
    bases = {(part["unit"], part["basis"]) for part in result["costs"]}
    assert {("flops", "modelled"), ("tokens", "measured"), ("seconds", "measured")} <= bases
    assert len(done.document["runs"]) == 6
    _require_quiet(browser, tmp_path / "study" / "report.html")


@pytest.mark.slow
def test_the_demo_ends_with_a_page(browser: Chrome, tmp_path: Path) -> None:
    """What `make demo` writes is a page that can be read."""
    done = isocost("demo", "--out", "published", cwd=tmp_path)
    assert done.code == 0, done.err
    assert "report.html" in done.out
    _require_quiet(browser, tmp_path / "published" / "report.html")
