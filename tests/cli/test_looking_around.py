from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from tests.cli.command import isocost

from isocost.benchmarks import names
from isocost.records import Outcome
from isocost.sandbox import levels


def test_benchmarks_without_any_file(tmp_path: Path) -> None:
    """With no file at hand every benchmark is listed all the same: three are shipped, the others say what they want."""
    done = isocost("benchmarks", "--json", cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    seen = {item["name"]: item for item in done.document["benchmarks"]}
    assert list(seen) == list(names())
    assert {name for name, item in seen.items() if item["place"]} == {"steps", "steps-pro", "steps-deep"}
    assert seen["humaneval"]["problems"] is None
    people = isocost("benchmarks", cwd=tmp_path).out
    assert "not here: HumanEval.jsonl.gz" in people
    assert "ISOCOST_DATA" in people


def test_benchmarks_with_a_broken_file(tmp_path: Path) -> None:
    """A file that cannot be read is said to be so, and the others are listed."""
    (tmp_path / "mbpp.jsonl").write_bytes(b"\0junk\x1b[31m\n")
    done = isocost("benchmarks", "--data-dir", tmp_path, cwd=tmp_path)
    assert done.code == 0
    assert "cannot be read" in done.out
    assert "shipped with isocost" in done.out
    assert "\x1b" not in done.out


def test_benchmarks_at_hand(data_dir: Path, tmp_path: Path) -> None:
    """With files at hand it says where, which version, how many problems, and how many run apart from the program."""
    done = isocost("benchmarks", "--json", "--channels", "--data-dir", data_dir, cwd=tmp_path)
    seen = {item["name"]: item for item in done.document["benchmarks"]}
    assert seen["humaneval"]["place"] == str(data_dir / "HumanEval.jsonl.gz")
    assert {name: seen[name]["channels"] for name in ("humaneval", "humaneval-pro", "mbpp-pro")} == {
        "humaneval": {"separate": 164}, "humaneval-pro": {"separate": 164}, "mbpp-pro": {"separate": 378},
    }  # fmt: skip
    assert seen["mbpp"]["channels"]["separate"] >= 0.98 * 974


def test_doctor_says_what_holds(tmp_path: Path) -> None:
    """`doctor` probes each level, names the one that judge takes, and ends with 0 or, if there is none, with 3."""
    done = isocost("doctor", "--json", cwd=tmp_path, env={"ISOCOST_CACHE": str(tmp_path / "not" / "there")})
    told = done.document
    holding = [level["level"] for level in told["levels"] if level["holds"]]
    assert told["takes"] == (holding[0] if holding else None)
    assert done.code == (0 if holding else 3)
    for level in told["levels"]:
        if level["holds"]:
            assert level["contained"] == level["probes"] == len(levels.PROBES)
            assert level["escaped"] == []
    assert told["cache"] == {"folder": str(tmp_path / "not" / "there"), "exists": False, "writable": True, "bytes": 0}
    assert list(tmp_path.iterdir()) == []


def test_doctor_for_people(tmp_path: Path) -> None:
    """For people it is tables, with how to get the files that are missing."""
    done = isocost("doctor", cwd=tmp_path)
    assert done.code in {0, 3}
    assert "judge takes: " in done.out
    assert "probes contained" in done.out
    assert "MbppPlus-v0.1.0.jsonl: https://" in done.out


@pytest.mark.slow
def test_demo_finds_every_outcome_as_expected(tmp_path: Path) -> None:
    """`demo` passes every reference of the ladder, and gives each wrong program its known outcome."""
    done = isocost("demo", "--steps", "-o", "shown", "--json", cwd=tmp_path)
    told = done.document
    assert [item for rung in told["rungs"] for item in rung["differences"]] == []
    assert (done.code, told["as_expected"]) == (0, told["programs"])
    for rung in told["rungs"]:
        assert rung["reference"]["passed"] == rung["reference"]["samples"] == rung["reference"]["problems"]
        assert rung["wrong"]["outcomes"] == rung["expected"]
    found = {outcome for rung in told["rungs"] for outcome in rung["wrong"]["outcomes"]}
    assert found >= {Outcome.wrong_answer, Outcome.runtime_error, Outcome.time_limit, Outcome.memory_limit}

    # A verdict that is not the expected one is told, and ends the demonstration with 1.
    run = tmp_path / "shown" / "steps.wrong"
    lines = [json.loads(line) for line in (run / "verdicts.jsonl").read_text().splitlines()]
    lines[0]["outcome"] = "passed"
    (run / "verdicts.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    again = isocost("demo", "--steps", "-o", "shown", cwd=tmp_path)
    assert again.code == 1
    assert f"{told['programs'] - 1} of {told['programs']} outcomes are as expected" in again.out
    assert lines[0]["sample_id"] in again.out

    # A folder that holds something else is not touched.
    shutil.rmtree(run)
    run.mkdir()
    (run / "letter.txt").write_text("mine")
    other = isocost("demo", "--steps", "-o", "shown", cwd=tmp_path)
    assert (other.code, "not empty" in other.complaint) == (2, True)
