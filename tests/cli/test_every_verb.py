from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.command import isocost

import isocost as package
from isocost.cli.app import VERBS

HEAVY = ["numpy", "scipy", "duckdb", "huggingface_hub", "rich.progress", "sqlite3"]


@pytest.mark.parametrize("verb", VERBS)
def test_help_says_what_a_verb_does(verb: str, tmp_path: Path) -> None:
    """`isocost VERB --help` ends with 0, names each option with a sentence, and touches nothing."""
    done = isocost(verb, "--help", cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(f"Usage: isocost {verb}")
    options = [line.strip("│ ").strip() for line in done.out.splitlines() if line.startswith("│") and "--" in line]
    assert not [line for line in options if line.startswith("--") and len(line.split()) < 3]
    assert list(tmp_path.iterdir()) == []


def test_help_lists_the_verbs(tmp_path: Path) -> None:
    """`isocost --help` names every verb with what it does."""
    done = isocost("--help", cwd=tmp_path)
    assert done.code == 0
    for verb, text in VERBS.items():
        assert f"│ {verb} " in done.out
        assert text.split()[0] in done.out


def test_version(tmp_path: Path) -> None:
    """`isocost --version` prints the version and nothing else."""
    assert isocost("--version", cwd=tmp_path) == (0, f"{package.__version__}\n", "")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["frob"], "Unknown command"),
        (["judge"], "SAMPLES"),
        (["judge", "samples.jsonl"], "--benchmark"),
        (["judge", "samples.jsonl", "-b", "steps", "--limit", "x"], '"x"'),
        (["judge", "samples.jsonl", "-b", "steps", "--isolation", "some"], '"some"'),
        (["judge", "nowhere.jsonl", "-b", "steps"], "nowhere.jsonl"),
        (["judge", "samples.jsonl", "-b", "stepz"], "did you mean steps"),
        (["judge", "samples.jsonl", "-b", "humaneval"], "HumanEval.jsonl.gz"),
        (["show", "nowhere"], "nowhere"),
        (["show"], "RUN"),
        (["show", "nowhere", "--format", "html"], '"html"'),
        (["check", "nowhere"], "nowhere"),
        (["check"], "RUNS"),
        (["check", "samples.jsonl"], "is no result of this isocost"),
        (["export", "nowhere", "--to", "x.csv"], "nowhere"),
        (["export", "nowhere"], "--to"),
        (["doctor", "--frob"], "--frob"),
        (["benchmarks", "one"], "one"),
        (["demo", "--cpu", "3"], "--cpu"),
        (["demo", "--seed=-1"], "--seed"),
        (["demo", "--draws", "0"], "--draws"),
        (["demo", "--draws", "1000000000"], "--draws"),
        (["analyse", "nowhere", "--seed=-1"], "--seed"),
    ],
)
def test_what_cannot_be_used_is_one_line(words: list[str], said: str, tmp_path: Path) -> None:
    """Bad usage and input end with 2, nothing on stdout, and one line on stderr that names what was wrong."""
    (tmp_path / "samples.jsonl").write_text('{"task_id": "Steps/0", "completion": "x"}\n')
    done = isocost(*words, cwd=tmp_path)
    assert done.code == 2
    assert said in done.complaint
    assert [path.name for path in tmp_path.iterdir()] == ["samples.jsonl"]


def test_nothing_heavy_is_loaded_for_help(tmp_path: Path) -> None:
    """Neither `isocost --help` nor the import of isocost loads numpy, DuckDB or the like."""
    code = (
        "import sys\nfrom isocost.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        f"print('loaded:', *(name for name in {HEAVY} if name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1].split() == ["loaded:"]


def test_reader_that_leaves_is_no_fault(judged: Path) -> None:
    """`isocost show … | head -1` is quiet: a closed pipe is not an error."""
    command = f"'{sys.executable}' -m isocost show run --outcome passed --json | head -1"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], cwd=judged, capture_output=True, check=False)
    assert (done.stdout, done.stderr) == (b"{\n", b"")
    assert done.returncode == 0


def test_terminal_without_a_character_gets_it_escaped(judged: Path) -> None:
    """Where stdout cannot say a character, it is written out, and the command goes on."""
    done = isocost("show", "run", "--problem", "Steps/0", cwd=judged, env={"PYTHONIOENCODING": "ascii"})
    assert done.code == 0
    assert "\\u2500" in done.out
