from __future__ import annotations

import json
import shutil
from pathlib import Path

from tests.cli.command import answer, isocost, reference, write_rows
from tests.cli.conftest import HOSTILE

from isocost.judge.extraction import RULES


def test_summary_is_what_judge_said(judged: Path) -> None:
    """`show RUN --json` says what `judge --json` said, but for the seconds."""
    words = ("judge", "samples.jsonl", "-b", "steps", "--partial", "--model", "tiny", "-o", "run", "--json")
    said = isocost(*words, cwd=judged).document
    del said["seconds"]
    assert isocost("show", "run", "--json", cwd=judged).document == said


def test_summary_for_people(judged: Path) -> None:
    """`show RUN` has pass@1 with its interval, the outcomes, channel and isolation, and what was left out."""
    done = isocost("show", "run", cwd=judged)
    assert (done.code, done.err) == (0, "")
    for words in ("pass@1", "[95% interval]", "wrong_answer", "channel separate", "22 problems without a sample"):
        assert words in done.out


def test_extraction_counts_each_rule(judged: Path) -> None:
    """`--extraction` says for every rule how many programs it changed, and how many programs none changed."""
    use = isocost("show", "run", "--extraction", "--json", cwd=judged).document["extraction"]
    programs = {rule["rule"]: rule["programs"] for rule in use["rules"]}
    assert programs.keys() == RULES.keys()
    assert programs["fence"] == 4
    assert programs["stem_left_out"] == 3
    assert (use["programs"], use["no_program"]) == (7, 1)
    lines = isocost("show", "run", "--extraction", cwd=judged).out.splitlines()
    assert lines[0].startswith("extraction auto/")
    assert [line for line in lines if line.split()[:2] == ["fence", "4"] and RULES["fence"] in line]


def test_problem_in_any_spelling_that_its_benchmark_accepts(judged: Path, data_dir: Path, tmp_path: Path) -> None:
    """`--problem` takes aliases, and shows every sample of the problem with its program."""
    shown = isocost("show", "run", "--problem", "Steps/0", "--json", cwd=judged).document["selected"]
    assert [item["sample"]["draw"] for item in shown["samples"]] == [0, 1]
    programs = [item["program"] for item in shown["samples"]]
    assert programs[0].endswith(reference("Steps/0"))
    assert programs[1] == reference("Steps/0")
    write_rows(tmp_path / "samples.jsonl", [answer("MBPP/11", "def remove_Occ(s, ch):\n    return s\n")])
    isocost("judge", "samples.jsonl", "-b", "mbpp", "--partial", "-o", "run", "--data-dir", data_dir, cwd=tmp_path)
    for name in ("MBPP/11", "Mbpp/11", "11"):
        done = isocost("show", "run", "--problem", name, "--json", cwd=tmp_path)
        assert done.document["selected"]["total"] == 1, done.err


def test_sample_by_the_beginning_of_its_id(judged: Path) -> None:
    """`--sample` takes an id or its beginning; one that begins several is refused with what to type."""
    all_ids = [json.loads(line)["id"] for line in (judged / "run" / "samples.jsonl").read_text().splitlines()]
    done = isocost("show", "run", "--sample", all_ids[2][:12], cwd=judged)
    assert done.code == 0
    assert all_ids[2] in done.out
    assert "wrong_answer" in done.out
    assert "limit 1024 MiB of address space" in done.out
    many = isocost("show", "run", "--sample", "", cwd=judged)
    assert many.code == 2
    assert many.complaint


def test_outcome_lists_samples(judged: Path) -> None:
    """`--outcome` lists the samples with that outcome, one a line, and says how many more there are."""
    done = isocost("show", "run", "--outcome", "passed", "--limit", "2", cwd=judged)
    assert [line.split()[3] for line in done.out.splitlines()[1:3]] == ["passed", "passed"]
    assert "1 more samples" in done.out
    none = isocost("show", "run", "--outcome", "memory_limit", cwd=judged)
    assert (none.code, "no sample of the run is like that" in none.out) == (0, True)


def test_text_of_a_model_cannot_move_the_cursor(judged: Path) -> None:
    """Completion, program, output and detail of a hostile sample are shown escaped, on stdout and in JSON alike."""
    for words in (["--problem", "Steps/2"], ["--problem", "Steps/2", "--json"], ["--outcome", "runtime_error"]):
        done = isocost("show", "run", *words, cwd=judged)
        assert done.code == 0
        assert all(char.isprintable() or char in "\n\t" for char in done.out)
    people = isocost("show", "run", "--problem", "Steps/2", cwd=judged).out
    assert "\\x1b]0;owned\\x07" in people
    assert "\\u202egnp.exe" in people
    shown = isocost("show", "run", "--problem", "Steps/2", "--json", cwd=judged).document["selected"]["samples"][0]
    assert shown["sample"]["completion"].endswith(HOSTILE)


def test_lone_surrogate_is_shown(judged: Path) -> None:
    """A lone surrogate in a completion, which has no UTF-8, stops neither form of `show`."""
    assert "\\ud800" in isocost("show", "run", "--problem", "Steps/5", cwd=judged).out
    shown = isocost("show", "run", "--problem", "Steps/5", "--json", cwd=judged).document["selected"]["samples"][0]
    assert "\ud800" in shown["sample"]["completion"]


def test_long_text_is_cut(tmp_path: Path) -> None:
    """A completion beyond 10,000 characters is cut for people, with how much was left out, and whole in JSON."""
    text = reference("Steps/0") + "#" * 50_000
    write_rows(tmp_path / "samples.jsonl", [answer("Steps/0", text)])
    isocost("judge", "samples.jsonl", "-b", "steps", "--partial", "-o", "run", cwd=tmp_path)
    out = isocost("show", "run", "--problem", "Steps/0", cwd=tmp_path).out
    assert len(out) < 25_000
    assert f"… {len(text) - 10_000:,} more characters" in out
    shown = isocost("show", "run", "--problem", "Steps/0", "--json", cwd=tmp_path).document["selected"]["samples"][0]
    assert shown["sample"]["completion"] == text


def test_run_is_shown_without_its_benchmark(judged: Path, tmp_path: Path) -> None:
    """Of a run on a local file that is gone, all is shown but programs; --benchmark brings these back."""
    rows = [{"task_id": "Own/0", "prompt": 'def one():\n    """Return 1."""\n', "entry_point": "one",
             "canonical_solution": "    return 1\n", "test": "def check(candidate):\n    assert candidate() == 1\n"}]  # fmt: skip
    problems = write_rows(tmp_path / "own.jsonl", rows)
    write_rows(tmp_path / "samples.jsonl", [answer("Own/0", "    return 1\n")])
    done = isocost("judge", "samples.jsonl", "-b", "own.jsonl", "-o", "run", "--json", cwd=tmp_path)
    assert done.document["passed"] == 1
    away = tmp_path / "away.jsonl"
    problems.rename(away)
    assert isocost("show", "run", "--json", cwd=tmp_path).document["passed"] == 1
    words = ("show", "run", "--problem", "Own/0", "--json")
    (shown,) = isocost(*words, cwd=tmp_path).document["selected"]["samples"]
    assert shown["program"] is None
    assert "--benchmark FILE" in shown["program_note"]
    (shown,) = isocost(*words, "-b", away, cwd=tmp_path).document["selected"]["samples"]
    assert shown["program"] == rows[0]["prompt"] + "    return 1\n"
    away.write_bytes(away.read_bytes() + b"\n")
    changed = isocost(*words, "-b", away, cwd=tmp_path)
    assert changed.code == 2
    assert "SHA-256" in changed.complaint
    shutil.copytree(judged / "run", tmp_path / "else")
    assert isocost("show", "else", "--problem", "Own/0", cwd=tmp_path).code == 2


def test_broken_run_is_named_with_its_line(judged: Path, tmp_path: Path) -> None:
    """A broken line in a journal is named with file and line; a run of a newer version is refused."""
    run = tmp_path / "run"
    shutil.copytree(judged / "run", run)
    lines = (run / "verdicts.jsonl").read_bytes().splitlines(keepends=True)
    (run / "verdicts.jsonl").write_bytes(lines[0] + b"broken\n" + b"".join(lines[1:]))
    done = isocost("show", "run", cwd=tmp_path)
    assert done.code == 2
    assert "verdicts.jsonl' line 2" in done.complaint
    manifest = json.loads((run / "manifest.json").read_bytes())
    (run / "manifest.json").write_text(json.dumps(manifest | {"schema_version": 99}))
    done = isocost("show", "run", cwd=tmp_path)
    assert (done.code, "schema version 99" in done.complaint) == (2, True)


def test_a_study_is_no_run_and_its_runs_are_named(judged: Path, tmp_path: Path) -> None:
    """A folder that holds runs is refused with the path of one of them."""
    shutil.copytree(judged / "run", tmp_path / "study" / "one")
    done = isocost("show", "study", cwd=tmp_path)
    assert done.code == 2
    assert done.complaint.endswith("it has no manifest.json; it holds 1: type one of them, as study/one")
