from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
from tests.cli.command import ISOCOST, LONGEST, answer, entry_point, isocost, plain_environment, reference, write_rows


def _contents(folder: Path) -> dict[str, bytes]:
    """What a run folder holds; its lock names the process that opened it last."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != ".lock"}


def test_json_is_one_document(judged: Path) -> None:
    """`judge --json` prints one document with the run, the counts and pass@k with its interval, and nothing else."""
    done = isocost(
        "judge", "samples.jsonl", "-b", "steps", "--partial", "--model", "tiny", "-o", "run", "--json", cwd=judged
    )
    told = done.document
    assert (done.code, done.err) == (0, "")
    assert {key: told[key] for key in ("run", "benchmark", "model", "problems", "samples", "passed", "missing")} == {
        "run": "run", "benchmark": "steps", "model": "tiny", "problems": 6, "samples": 7, "passed": 3, "missing": 22,
    }  # fmt: skip
    assert told["outcomes"] == {
        "passed": 3, "wrong_answer": 1, "runtime_error": 1, "syntax_error": 1, "no_program": 1,
    }  # fmt: skip
    assert told["pass_at"]["1"]["low"] < told["pass_at"]["1"]["value"] < told["pass_at"]["1"]["high"]
    assert told["channel"] == "separate"
    assert told["isolation"] in {"strong", "contained"}
    assert told["seconds"] > 0


def test_missing_problems_want_partial(judged: Path, tmp_path: Path) -> None:
    """A file that lacks problems is refused, with --partial as what to type; nothing is made."""
    done = isocost("judge", judged / "samples.jsonl", "-b", "steps", "-o", tmp_path / "run", cwd=tmp_path)
    assert done.code == 2
    assert "--partial" in done.complaint
    assert not (tmp_path / "run").exists()


def test_another_file_into_the_same_run_is_refused(judged: Path, tmp_path: Path) -> None:
    """A run folder takes no samples of another file, and the differing field is named."""
    before = _contents(judged / "run")
    write_rows(tmp_path / "other.jsonl", [answer("Steps/0", "    return 1\n")])
    done = isocost("judge", "other.jsonl", "-b", "steps", "--partial", "-o", judged / "run", cwd=tmp_path)
    assert done.code == 2
    assert "samples_sha256" in done.complaint
    assert _contents(judged / "run") == before


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        (b"junk\n" * 1000, 1, "999 more lines"),
        (b'{"task_id": "Steps/0", "completion": "x"}\n' + b"\0" * 400 + b"\n", 2, ""),
        (b'{"task_id": "Steps/0", "completion": "x"}\n{"task_id": "Steps/1", "completion": "'
         + b"x" * 50_000_000 + b'"}\n', 2, "bytes"),
        (b'{"task_id": "Steps/0", "completion": "x"}\n{"task_id": "HumanEval/0", "completion": "x"}\n', 2,
         "--benchmark humaneval"),
        (b'{"task_id": "Steps/0", "completion": "x"}\n\x1b[31mred\x07\n', 2, ""),
    ],
    ids=["junk", "nul", "50 MB line", "another benchmark", "control characters"],
)  # fmt: skip
def test_junk_is_refused_with_its_line(content: bytes, line: int, reason: str, judged: Path, tmp_path: Path) -> None:
    """A broken file is named with its line and why, in one line that fits a terminal; a standing run stays as it is."""
    (tmp_path / "junk.jsonl").write_bytes(content)
    before = _contents(judged / "run")
    words = ("judge", "junk.jsonl", "-b", "steps", "--partial")
    for out in (judged / "run", tmp_path / "new"):
        done = isocost(*words, "-o", out, cwd=tmp_path)
        assert done.code == 2
        assert f"junk.jsonl, line {line}: " in done.complaint
        assert reason in done.complaint
        assert len(done.complaint) < 1000
        assert done.complaint.isprintable()
    assert _contents(judged / "run") == before
    assert [path.name for path in tmp_path.iterdir()] == ["junk.jsonl"]


def test_junk_of_every_kind_names_the_first_fault(tmp_path: Path) -> None:
    """A file with 1,000 junk lines, NUL bytes, a 50 MB line and foreign ids: one error, for the first fault."""
    parts = [b"junk\n" * 1000, b"\0\0\0\n", b'"' + b"y" * 50_000_000 + b'"\n', b'{"task_id": "MBPP/1"}\n']
    (tmp_path / "junk.jsonl").write_bytes(b'{"task_id": "Steps/0", "completion": "x"}\n' + b"".join(parts))
    done = isocost("judge", "junk.jsonl", "-b", "steps", "--partial", cwd=tmp_path)
    assert done.code == 2
    assert "junk.jsonl, line 2: " in done.complaint
    assert [path.name for path in tmp_path.iterdir()] == ["junk.jsonl"]


def test_interrupt_ends_with_130_and_the_same_command_goes_on(tmp_path: Path) -> None:
    """Ctrl-C: one line, exit 130, whole verdicts kept. The same command again judges the rest, and nothing twice."""
    name = entry_point("Steps/0")
    busy = "import time\nwhile time.process_time() < 0.4:\n    pass\n"
    rows = [answer("Steps/0", f"{busy}def {name}(*args):\n    return {number}\n") for number in range(6)]
    rows.append(answer("Steps/1", reference("Steps/1")))
    write_rows(tmp_path / "samples.jsonl", rows)
    words = ("judge", "samples.jsonl", "-b", "steps", "--partial", "--workers", "1", "-o", "run", "--json")
    verdicts = tmp_path / "run" / "verdicts.jsonl"
    process = subprocess.Popen(
        [*ISOCOST, *words], cwd=tmp_path, env=plain_environment(), start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    until = time.monotonic() + LONGEST
    while not (verdicts.exists() and verdicts.stat().st_size) and process.poll() is None and time.monotonic() < until:
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: everybody in the foreground gets it
    out, err = process.communicate(timeout=LONGEST)
    assert (process.returncode, out) == (130, b"")
    assert err.decode().splitlines() == ["isocost: interrupted; run the same command again to go on from here"]
    before = verdicts.read_bytes()
    assert 0 < before.count(b"\n") < len(rows)
    shown = isocost("show", "run", "--json", cwd=tmp_path).document
    assert shown["unjudged_samples"] == len(rows) - before.count(b"\n")

    done = isocost(*words, cwd=tmp_path)
    assert (done.code, done.document["samples"], done.document["passed"]) == (0, len(rows), 1)
    assert verdicts.read_bytes().startswith(before)
    ids = [json.loads(line)["sample_id"] for line in verdicts.read_bytes().splitlines()]
    assert len(ids) == len(set(ids)) == len(rows)


def test_second_judging_writes_nothing(judged: Path) -> None:
    """The same command again finds all verdicts, says the same, and leaves the run as it is."""
    before = _contents(judged / "run")
    done = isocost("judge", "samples.jsonl", "-b", "steps", "--partial", "--model", "tiny", "-o", "run", cwd=judged)
    assert done.code == 0
    assert "run: run" in done.out
    assert _contents(judged / "run") == before


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--cpu-seconds", "0"), ("--cpu-seconds", "-5"), ("--cpu-seconds", "nan"), ("--cpu-seconds", "inf"),
        ("--cpu-seconds", "1e30"), ("--memory-mib", "0"), ("--memory-mib", "-5"), ("--memory-mib", "99999999999999"),
        ("--seed", "-1"), ("--seed", "99999999999999999999"), ("--workers", "0"), ("--limit", "-1"),
    ],
)  # fmt: skip
def test_a_number_that_means_nothing_is_refused_in_one_line(
    option: str, value: str, judged: Path, tmp_path: Path
) -> None:
    """Exit 2, the option and the value named, and no folder made."""
    out = tmp_path / "run"
    done = isocost("judge", "samples.jsonl", "-b", "steps", "--partial", "-o", out, option, value, cwd=judged)
    assert done.code == 2
    assert done.complaint.startswith(f"isocost: {option} ")
    assert not out.exists()
