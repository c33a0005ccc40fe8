from __future__ import annotations

import csv
import json
import os
import shutil
from pathlib import Path

import duckdb
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from tests.cli.command import answer, isocost, reference, write_rows

from isocost.benchmarks import load
from isocost.study.hub_results import DATASETS, _quoted
from isocost.study.sample_table import COLUMNS

OUTCOMES = [
    ("Steps/0", "passed"), ("Steps/0", "passed"), ("Steps/1", "wrong_answer"), ("Steps/2", "runtime_error"),
    ("Steps/3", "no_program"), ("Steps/4", "syntax_error"), ("Steps/5", "passed"),
]  # fmt: skip


def test_table_is_the_same_in_every_format(judged: Path, tmp_path: Path) -> None:
    """CSV, Parquet and JSONL hold the same rows: one for each sample and test set, in the run's order."""
    for ending in ("csv", "parquet", "jsonl"):
        done = isocost("export", "run", "--to", tmp_path / f"run.{ending}", cwd=judged)
        assert (done.code, done.err) == (0, "")
        assert done.out == f"{tmp_path / f'run.{ending}'}: 7 rows, {ending}\n"
    with (tmp_path / "run.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["problem_id"], row["outcome"]) for row in rows] == OUTCOMES
    assert rows[1]["rules"].split()[0] == "fence"
    assert list(rows[0]) == list(COLUMNS)
    lines = [json.loads(line) for line in (tmp_path / "run.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [line["sample_id"] for line in lines] == [row["sample_id"] for row in rows]
    assert lines[3]["detail"] == rows[3]["detail"]
    with duckdb.connect() as database:
        found = database.execute("SELECT * FROM read_parquet(?)", [str(tmp_path / "run.parquet")])
        names = [column[0] for column in found.description or []]
        assert [dict(zip(names, row, strict=True)) for row in found.fetchall()] == lines


def test_facts_are_those_of_the_run(judged: Path, tmp_path: Path) -> None:
    """Each row carries the facts of its own execution, joined by sample and test set."""
    isocost("export", "run", "--to", tmp_path / "run.jsonl", cwd=judged)
    executions = [json.loads(line) for line in (judged / "run" / "executions.jsonl").read_text().splitlines()]
    expected = {item["sample_id"]: item for item in executions}
    for line in (tmp_path / "run.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        facts = expected[row["sample_id"]]
        for name in ("program_sha256", "cpu_seconds", "wall_seconds", "memory_bytes", "exit_code", "calls", "cached"):
            assert row[name] == facts[name]
        assert row["rules"].split() == facts["rules"]


def test_eval_results_in_the_shape_of_evalplus(judged: Path, tmp_path: Path) -> None:
    """`.json` is EvalPlus's eval_results.json: by task, draws in order, each with its program and its status."""
    done = isocost("export", "run", "--to", tmp_path / "run_eval_results.json", cwd=judged)
    assert (done.code, done.out.endswith(": 7 samples, eval-results\n")) == (0, True), done.err
    written = json.loads((tmp_path / "run_eval_results.json").read_bytes())
    assert list(written) == ["date", "hash", "eval"]
    assert written["hash"] == load("steps").info.sha256
    assert list(written["eval"]) == [f"Steps/{number}" for number in range(6)]
    assert [item["base_status"] for results in written["eval"].values() for item in results] == [
        "pass", "pass", "fail", "fail", "fail", "fail", "pass",
    ]  # fmt: skip
    assert written["eval"]["Steps/0"][1] == {
        "task_id": "Steps/0", "solution": reference("Steps/0"), "base_status": "pass", "plus_status": None,
        "base_fail_tests": [], "plus_fail_tests": [],
    }  # fmt: skip


def test_eval_results_spell_mbpp_as_evalplus_does(data_dir: Path, tmp_path: Path) -> None:
    """A run of mbpp-plus gives ids `Mbpp/n` and a status for base and for plus inputs."""
    solution = load("mbpp-plus", data_dir=data_dir).problems["MBPP/2"].reference
    rows = [
        {"task_id": "Mbpp/2", "solution": text} for text in (solution, "def similar_elements(a, b):\n    return 1\n")
    ]
    write_rows(tmp_path / "samples.jsonl", rows)
    words = ("--data-dir", data_dir)
    done = isocost("judge", "samples.jsonl", "-b", "mbpp-plus", "--partial", "-o", "run", *words, cwd=tmp_path)
    assert done.code == 0, done.err
    isocost("export", "run", "--to", "out.json", *words, cwd=tmp_path)
    results = json.loads((tmp_path / "out.json").read_bytes())["eval"]["Mbpp/2"]
    assert [(item["base_status"], item["plus_status"]) for item in results] == [("pass", "pass"), ("fail", "fail")]
    absent = isocost("export", "run", "--to", "again.json", cwd=tmp_path)
    assert absent.code == 2
    assert "MbppPlus" in absent.complaint


def test_nothing_is_written_over_unasked(judged: Path, tmp_path: Path) -> None:
    """A file that is there stays as it is, unless --force is given."""
    target = tmp_path / "run.csv"
    target.write_text("mine")
    done = isocost("export", "run", "--to", target, cwd=judged)
    assert done.code == 2
    assert "--force" in done.complaint
    assert target.read_text() == "mine"
    assert isocost("export", "run", "--to", target, "--force", cwd=judged).code == 0
    assert target.read_text().startswith("sample_id,")


@pytest.mark.parametrize("name", ["run.xls", "nowhere/run.csv", "folder"])
def test_what_cannot_be_written_leaves_nothing(name: str, judged: Path, tmp_path: Path) -> None:
    """An ending without a format, a missing folder, a folder for a file: one line, and no file is left behind."""
    (tmp_path / "folder").mkdir()
    done = isocost("export", "run", "--to", tmp_path / name, "--force", cwd=judged)
    assert done.code == 2
    assert done.complaint
    assert [path.name for path in tmp_path.rglob("*")] == ["folder"]


def test_broken_run_leaves_no_file(judged: Path, tmp_path: Path) -> None:
    """A journal with a broken line is named, and nothing appears where the export was to go."""
    shutil.copytree(judged / "run", tmp_path / "run")
    with (tmp_path / "run" / "executions.jsonl").open("ab") as file:
        file.write(b"broken\n{}\n")
    for name in ("out.csv", "out.json"):
        done = isocost("export", "run", "--to", name, cwd=tmp_path)
        assert (done.code, "executions.jsonl' line 8" in done.complaint) == (2, True)
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_unfinished_run_in_a_folder_with_an_odd_name(judged: Path, tmp_path: Path) -> None:
    """A torn last line is passed over, a sample without verdict has empty cells, and `[x]*` is a name, no pattern."""
    run = tmp_path / "it's [x]*"
    shutil.copytree(judged / "run", run)
    for name in ("executions.jsonl", "verdicts.jsonl"):
        lines = (run / name).read_bytes().splitlines(keepends=True)
        (run / name).write_bytes(b"".join(lines[:3]) + lines[3][:20])
    done = isocost("export", run, "--to", tmp_path / "o'ut.jsonl", cwd=tmp_path)
    assert done.code == 0, done.err
    rows = [json.loads(line) for line in (tmp_path / "o'ut.jsonl").read_text(encoding="utf-8").splitlines()]
    judged_ids = {json.loads(line)["sample_id"] for line in (run / "verdicts.jsonl").read_bytes().splitlines()[:3]}
    assert [row["problem_id"] for row in rows] == [problem_id for problem_id, _ in OUTCOMES]
    assert {row["sample_id"] for row in rows if row["outcome"] is not None} == judged_ids
    done = isocost("export", run, "--to", tmp_path / "out.json", cwd=tmp_path)
    assert (done.code, done.err) == (0, "note: 4 samples left out: this format has no word for what was not judged\n")


def test_jsonl_format_by_name(judged: Path, tmp_path: Path) -> None:
    """`--format` decides, whatever the file is called."""
    assert isocost("export", "run", "--to", tmp_path / "x.txt", "--format", "jsonl", cwd=judged).code == 0
    assert json.loads((tmp_path / "x.txt").read_text().splitlines()[0])["model"] == "tiny"


def test_samples_of_another_problem_are_not_mixed(tmp_path: Path) -> None:
    """Equal programs for two problems stay two rows, each with its own verdict."""
    write_rows(tmp_path / "s.jsonl", [answer("Steps/0", reference("Steps/0")), answer("Steps/1", reference("Steps/0"))])
    isocost("judge", "s.jsonl", "-b", "steps", "--partial", "-o", "run", cwd=tmp_path)
    isocost("export", "run", "--to", "x.jsonl", cwd=tmp_path)
    rows = [json.loads(line) for line in (tmp_path / "x.jsonl").read_text().splitlines()]
    assert [(row["problem_id"], row["outcome"] == "passed") for row in rows] == [("Steps/0", True), ("Steps/1", False)]


def test_what_is_no_file_is_left_alone(judged: Path, tmp_path: Path) -> None:
    """A device or a pipe does not become a file, also with --force and behind a link; a link's target is written over."""
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "link.csv").symlink_to("pipe.csv")
    for name in ("pipe.csv", "link.csv"):
        done = isocost("export", "run", "--to", tmp_path / name, "--force", cwd=judged)
        assert done.code == 2
        assert "it is a device or a pipe, and no file" in done.complaint
        assert (tmp_path / "pipe.csv").is_fifo()
    (tmp_path / "target.csv").write_text("old")
    (tmp_path / "other.csv").symlink_to("target.csv")
    assert isocost("export", "run", "--to", tmp_path / "other.csv", "--force", cwd=judged).code == 0
    assert (tmp_path / "other.csv").is_symlink()
    assert (tmp_path / "target.csv").read_text().startswith("sample_id,")
    assert len(list(tmp_path.iterdir())) == 4


def test_entry_for_the_hub(judged: Path, tmp_path: Path) -> None:
    """`.yaml` is a list with one entry as the Hub documents it: data set, task, value in percent, date, source, notes."""
    place = tmp_path / "own.yaml"
    words = (
        "--dataset",
        "me/own",
        "--task",
        "steps",
        "--source-url",
        "https://example.org/a?b#c",
        "--source-name",
        "x: 'y'",
    )
    done = isocost("export", "run", "--to", place, *words, cwd=judged)
    assert (done.code, done.out) == (0, f"{place}: 7 samples, hub-results\n")
    assert "nothing was sent" in done.err
    (entry,) = yaml.safe_load(place.read_bytes())
    made = json.loads((judged / "run" / "manifest.json").read_bytes())["created"]
    notes = entry.pop("notes")
    assert entry == {
        "dataset": {"id": "me/own", "task_id": "steps"}, "value": 33.33, "date": made,
        "source": {"url": "https://example.org/a?b#c", "name": "x: 'y'"},
    }  # fmt: skip
    assert notes.startswith("pass@1 in percent, 95% interval [")
    assert "6 problems, 7 samples, 22 problems left out; steps 1;" in notes


def test_entry_for_the_hub_needs_what_it_says(judged: Path, tmp_path: Path) -> None:
    """An unknown data set, a source without address, and words for the Hub in another format are refused."""
    for words, said in (
        ((), "--dataset OWNER/NAME"),
        (("--dataset", "me/own", "--source-name", "x"), "--source-url URL"),
    ):
        done = isocost("export", "run", "--to", tmp_path / "own.yml", *words, cwd=judged)
        assert (done.code, said in done.complaint) == (2, True)
    done = isocost("export", "run", "--to", tmp_path / "own.csv", "--dataset", "me/own", cwd=judged)
    assert (done.code, "for hub-results, not for csv" in done.complaint) == (2, True)
    assert list(tmp_path.iterdir()) == []
    assert all(name.count("/") == 1 for name in DATASETS.values())


@given(st.text(st.characters() | st.sampled_from("\"'\\:#-\n\t\x85\u2028\ufeff\x00\x7f😀")))
def test_any_text_is_one_text_in_yaml(text: str) -> None:
    """Whatever a text holds, YAML reads the same text; a lone surrogate, which it cannot say, becomes U+FFFD."""
    expected = "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text)
    assert yaml.safe_load(f"- a: {_quoted(text)}\n  b: 1\n") == [{"a": expected, "b": 1}]


def test_the_hubs_entry_has_a_place_of_its_own(judged: Path, tmp_path: Path) -> None:
    """`--eval-results` alone writes into the run's `.eval_results` folder; without any place the ways to name one are told."""
    shutil.copytree(judged / "run", tmp_path / "run")
    done = isocost("export", "run", "--eval-results", "--dataset", "me/own", cwd=tmp_path)
    assert done.code == 0, done.err
    (place,) = (tmp_path / "run" / ".eval_results").iterdir()
    (entry,) = yaml.safe_load(place.read_bytes())
    assert entry["dataset"]["id"] == "me/own"
    assert "type --to FILE" in isocost("export", "run", cwd=judged).complaint
