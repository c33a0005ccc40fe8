"""`isocost run` as a user meets it."""

from __future__ import annotations

import select
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.cli.command import isocost

STUDY = """\
models = ["a=scripted:steps?right=0.3", "b=scripted:steps?right=0.9"]
benchmarks = ["steps"]
samples = 2
limit = 6
[judging]
cpu_seconds = 1.0
[analysis]
draws = 100
unit = "tokens"
"""


def test_a_study_ends_with_a_report(tmp_path: Path) -> None:
    """The answer is printed with where all of it lies, nothing goes to stderr, and the page is written."""
    (tmp_path / "two.toml").write_text(STUDY)
    done = isocost("run", "two.toml", cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    assert "Rung 0, with one answer a problem, the most is solved by" in done.out
    assert done.out.endswith("report: runs/two/report.html\n")
    assert (tmp_path / "runs" / "two" / "report.html").read_text().startswith("<!doctype html>")
    again = isocost("run", "two.toml", "--json", cwd=tmp_path).document
    assert [len(again["runs"]), again["stopped"], again["failures"]] == [2, None, {}]
    assert again["result"]["unit"] == "tokens"


def test_a_study_needs_no_file(tmp_path: Path) -> None:
    """Models and a ladder can be typed; what a dry run says is one JSON document, and nothing is written."""
    words = ("--model", "a=scripted:right", "--model", "b=scripted:wrong", "--ladder", "steps", "--limit", "2")
    document = isocost("run", *words, "--dry-run", "--json", cwd=tmp_path).document
    assert document["samples"] == 2 * 3 * 2
    assert list(tmp_path.iterdir()) == []


def test_mistakes_are_one_line(tmp_path: Path) -> None:
    """No models, an unknown ladder, an absent file: what was seen, and what to type."""
    (tmp_path / "two.toml").write_text(STUDY)
    for words, says in (
        (("--ladder", "steps"), "models is missing, expected at least one"),
        (
            ("--model", "a=scripted:right", "--ladder", "stepz"),
            "ladder is 'stepz', expected one of humaneval, mbpp, steps",
        ),
        (("--model", "a=scripted:right"), "ladder is missing"),
        (("absent.toml",), "absent.toml: cannot be read"),
        (("two.toml", "--only", "c"), "--only 'c' is no model and no benchmark here"),
        (("two.toml", "--samples", "0"), "samples is 0, expected a whole number from 1 on"),
    ):
        done = isocost("run", *words, cwd=tmp_path)
        assert done.code == 2, words
        assert says in done.complaint, words


def test_a_cap_is_told_and_is_no_failure(tmp_path: Path) -> None:
    """A study that spent what it may ends with 0 and a warning that says how to go on."""
    (tmp_path / "two.toml").write_text(STUDY + "[caps]\ntokens = 2000\n")
    done = isocost("run", "two.toml", cwd=tmp_path)
    assert done.code == 0
    assert (
        "caps.tokens 2,000 is reached, before all was asked; with a higher cap the same command goes on from here"
        in done.err
    )


def test_an_interrupt_is_heard_at_once_and_a_second_one_stops(tmp_path: Path) -> None:
    """The first Ctrl-C says that it waits; the second ends with 130, also where the shell had interrupts ignored."""
    (tmp_path / "two.toml").write_text(
        STUDY.replace("right=0.9", "right=0.9&wait=60").replace("right=0.3", "right=0.3&wait=60")
    )
    words = [sys.executable, "-m", "isocost", "run", "two.toml"]
    with subprocess.Popen(
        ["/bin/sh", "-c", 'trap "" INT; exec "$@"', "sh", *words], cwd=tmp_path, stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stderr is not None
        while not list(tmp_path.glob("runs/two/*/prompts.jsonl")):
            time.sleep(0.05)
        heard = False
        while not heard:  # the handler is there a moment after the folders are
            running.send_signal(signal.SIGINT)
            heard = bool(select.select([running.stderr], [], [], 0.5)[0])
        assert running.stderr.readline().startswith("interrupted: what is in flight is waited for and judged")
        running.send_signal(signal.SIGINT)
        assert running.stderr.read() == "isocost: interrupted; run the same command again to go on from here\n"
    assert running.returncode == 130


def test_a_study_that_came_to_nothing_says_so(tmp_path: Path) -> None:
    """Where a cap lets nothing be asked, no table is promised and no page is named."""
    (tmp_path / "two.toml").write_text(STUDY + "[caps]\nhours = 1e-9\n")
    done = isocost("run", "two.toml", cwd=tmp_path)
    assert (done.code, done.out) == (0, "study: runs/two; nothing was judged, so there is no answer yet\n")
    assert "caps.hours 1e-09 is reached, before all was asked; the same command goes on from here" in done.err
