"""`isocost generate`: models in, run folders out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.command import isocost, write_rows
from tests.study.generating_parts import samples

RIGHT = "good=scripted:right"


def test_two_models_on_a_ladder(tmp_path: Path) -> None:
    """One run folder for each model and benchmark, a table of what is in them, and what to type next, which works."""
    words = ("generate", "-m", RIGHT, "-m", "bad=scripted:wrong", "-b", "steps", "-b", "steps-pro", "-n", "2")
    done = isocost(*words, "-o", "runs/s", cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    lines = [line.split() for line in done.out.splitlines()]
    assert lines[1][:7] == ["good", "0", "steps", "28", "56", "of", "56"]
    assert {path.name for path in (tmp_path / "runs" / "s").iterdir()} == {
        "steps-good", "steps-pro-good", "steps-bad", "steps-pro-bad",
    }  # fmt: skip
    assert lines[-1][:3] == ["next:", "isocost", "judge"]
    judged = isocost("judge", lines[-1][3], "--json", cwd=tmp_path)
    assert judged.document["passed"] == 56
    shown = isocost("show", "runs/s/steps-pro-good", "--json", cwd=tmp_path)
    assert (shown.document["samples"], shown.document["unjudged_samples"]) == (0, 56)
    again = isocost(*words, "-o", "runs/s", "--json", cwd=tmp_path)
    assert [run["new"] for run in again.document["runs"]] == [0, 0, 0, 0]


def test_json_is_one_document(tmp_path: Path) -> None:
    """With all that the table says, and the settings that were taken."""
    document = isocost("generate", "-m", RIGHT, "-b", "steps", "--limit", "3", "--json", cwd=tmp_path).document
    (run,) = document["runs"]
    assert (run["model"], run["benchmark"], run["rung"], run["samples"], run["wanted"]) == ("good", "steps", 0, 3, 3)
    assert run["params"] == {"temperature": 0.0, "max_tokens": 1024}
    found = samples(tmp_path / run["run"]).values()
    assert run["prompt_tokens"] == sum(sample.usage.prompt_tokens or 0 for sample in found if sample.usage)
    assert (document["stopped"], document["failures"]) == (None, {})


def test_the_same_command_finds_its_folder(tmp_path: Path) -> None:
    """Without --out the folder's name follows from what is asked, not from how much of it."""
    first = isocost("generate", "-m", RIGHT, "-b", "steps", "-n", "2", "--limit", "3", "--json", cwd=tmp_path).document
    more = isocost("generate", "-m", RIGHT, "-b", "steps", "-n", "3", "--json", cwd=tmp_path).document
    other = isocost("generate", "-m", RIGHT, "-b", "steps", "-n", "3", "--seed", "1", "--json", cwd=tmp_path).document
    assert first["out"] == more["out"] != other["out"]
    assert more["runs"][0]["new"] == 3 * 28 - 6


def test_a_prompt_and_a_script_of_your_own(tmp_path: Path) -> None:
    """Files that a user wrote: a template, a benchmark, and answers to it; the prompt is what the template makes."""
    (tmp_path / "mine.toml").write_text(
        'name = "mine"\nform = "completion"\ntext = "# $entry_point\\n$prompt\\n"\nstop = ["#"]\n'
    )
    rows = [{
        "task_id": "Own/1", "prompt": "def f(x):\n", "entry_point": "f", "canonical_solution": "    return x\n",
        "test": "def check(c):\n    assert c(1) == 1\n",
    }]  # fmt: skip
    write_rows(tmp_path / "own.jsonl", rows)
    write_rows(tmp_path / "answers.jsonl", [{"task_id": "own/1", "completion": "    return x\n# that was it"}])
    done = isocost(
        "generate",
        "-m",
        "m=scripted:answers.jsonl",
        "-b",
        "own.jsonl",
        "--prompt",
        "mine.toml",
        "-o",
        "out",
        cwd=tmp_path,
    )
    assert done.code == 0, done.err
    (sample,) = samples(tmp_path / "out" / "own-m").values()
    assert (sample.completion, sample.finish_reason) == ("    return x\n", "stop")
    prompt = json.loads((tmp_path / "out" / "own-m" / "prompts.jsonl").read_text())
    assert (prompt["text"], prompt["template"], prompt["form"]) == ("# f\ndef f(x):\n", "mine", "completion")
    judged = isocost("judge", "out/own-m", "-b", "own.jsonl", "--json", cwd=tmp_path)
    assert judged.document["passed"] == 1


def test_a_target_width_judges_between_batches(tmp_path: Path) -> None:
    """The table says what was reached; the run is judged then."""
    done = isocost(
        "generate", "-m", RIGHT, "-b", "steps", "-n", "2", "--target-width", "0.2", "-o", "out", cwd=tmp_path
    )
    assert done.code == 0, done.err
    assert "100.0% [" in done.out
    assert isocost("show", "out/steps-good", "--json", cwd=tmp_path).document["passed"] == 56


def test_a_cap_ends_well(tmp_path: Path) -> None:
    """Exit 0, a warning that says which cap and how to go on; the same with prices from a file."""
    words = ("generate", "-m", RIGHT, "-b", "steps", "-n", "3", "-o", "out")
    done = isocost(*words, "--max-tokens-total", "9000", cwd=tmp_path)
    assert done.code == 0
    assert done.err.startswith("warning: --max-tokens-total 9,000 is reached, before all was asked; the same command")
    (tmp_path / "prices.toml").write_text(
        'date = "2026-01-01"\nsource = "made up"\n[models."good"]\ninput = 1.0\noutput = 2.0\n'
    )
    done = isocost(*words, "--max-dollars", "0.02", "--prices", "prices.toml", "--json", cwd=tmp_path)
    assert done.code == 0
    assert 0.01 < done.document["dollars"] <= 0.02
    assert isocost(*words, cwd=tmp_path).err == ""


def test_a_model_that_is_gone_is_one_line(tmp_path: Path) -> None:
    """Exit 2 after the table of what came, and the line says how to go on."""
    done = isocost("generate", "-m", "m=scripted:right?gone=15", "-b", "steps", "-o", "out", cwd=tmp_path)
    assert done.code == 2
    (line,) = done.err.splitlines()
    assert line.startswith("isocost: m: scripted: m is gone at request 15")
    assert line.endswith("what came is kept, and the same command goes on")
    assert "of 28" in done.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["-b", "steps"], "--model"),
        (["-m", "scripted:right"], "--benchmark"),
        (["-m", "nonsense", "-b", "steps"], "'nonsense' is no model; expected http://HOST/v1#MODEL"),
        (["-m", "scripted:right", "-b", "stepz"], "did you mean steps"),
        (["-m", "scripted:right", "-b", "steps", "-n", "0"], "--samples 0 makes no sense"),
        (["-m", "scripted:right", "-b", "steps", "-n", "2", "--temperature", "0"], "type --samples 1, or a --temperature"),
        (["-m", "scripted:right", "-b", "steps", "--kind", "bass"], "--kind 'bass' is none"),
        (["-m", "scripted:right", "-b", "steps", "--prompt", "none.toml"], "none.toml: cannot be read"),
        (["-m", "scripted:right", "-b", "humaneval"], "HumanEval.jsonl.gz"),
        (["-m", "scripted:none.jsonl", "-b", "steps"], "none.jsonl: no such file"),
        (["-m", "scripted:right?x=1", "-b", "steps"], "'x=1' is no knob"),
        (["-m", "replay:none.jsonl", "-b", "steps"], "none.jsonl: no such file"),
        (["-m", "scripted:right", "-b", "steps", "--prompt", "who=chat"], "--prompt names 'who', which is no model here"),
        (["-m", "scripted:right", "-b", "steps", "--spec", "right=none.json"], "none.json"),
        (["-m", "scripted:right", "-b", "steps", "--max-dollars", "1"], "type --prices FILE"),
        (["-m", "scripted:right", "-b", "steps", "--out", "taken"], "taken"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_one_line(words: list[str], said: str, tmp_path: Path) -> None:
    """Exit 2, nothing on stdout, one line that says what to type."""
    (tmp_path / "taken").write_text("a file")
    done = isocost("generate", *words, cwd=tmp_path)
    assert done.code == 2
    assert said in done.complaint


def test_what_a_model_is_called_cannot_move_the_cursor(tmp_path: Path) -> None:
    """Names that were typed are escaped before they reach the terminal."""
    done = isocost("generate", "-m", "\x1b[2Jm=scripted:right", "-b", "steps", "--limit", "1", cwd=tmp_path)
    assert done.code == 0, done.err
    assert "\x1b" not in done.out + done.err
