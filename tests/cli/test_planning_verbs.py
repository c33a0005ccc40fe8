"""`compare`, `plan` and `models` as a user meets them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.command import isocost
from tests.cost.gguf_writer import gguf, qwen2
from tests.study.compared_runs import PRO, firsts, run_of

from isocost.records import LimitPolicy
from isocost.study.comparing.runs import Compared
from isocost.study.planning.model_survey import ModelSeen
from isocost.study.planning.study_plan import StudyPlan


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """Run folders: two models on HumanEval, one of them on its Pro version too, and one with another limit."""
    run_of(tmp_path / "small", "1.5B", firsts(60, 164))
    run_of(tmp_path / "large", "7B", firsts(100, 164))
    run_of(tmp_path / "pro", "7B", firsts(70, 164, "HumanEvalPro/"), benchmark=PRO)
    run_of(tmp_path / "slow", "1.5B", firsts(60, 164), limits=LimitPolicy(cpu_seconds=9.0))
    run_of(tmp_path / "hostile", "\x1b[31m7B", firsts(60, 164))
    return tmp_path


def test_compare_says_it_in_a_sentence(runs: Path) -> None:
    """A table, a sentence with difference, interval, p value and what would not show; nothing on stderr."""
    done = isocost("compare", "large", "small", cwd=runs)
    assert (done.code, done.err) == (0, "")
    assert "7B solves 24.4 points more than 1.5B [" in done.out
    assert "on 164 shared problems of humaneval, rung 0 (p < 0.0001); true differences below" in done.out
    rungs = isocost("compare", "large", "pro", cwd=runs)
    assert rungs.code == 0
    assert "7B on humaneval solves 18.3 points more than 7B on humaneval-pro [" in rungs.out
    assert rungs.err.startswith("note: 10 problems, as HumanEvalPro/112, never name")


def test_compare_as_json(runs: Path) -> None:
    """One document with the documented fields; level, draws and seed are taken."""
    words = ("--json", "--seed", "5", "--draws", "500", "--level", "0.9")
    done = isocost("compare", "large", "small", *words, cwd=runs)
    assert (done.code, done.err) == (0, "")
    document = done.document
    assert list(document) == list(Compared.__struct_fields__)
    assert (document["seed"], document["draws"], document["level"]) == (5, 500, 0.9)
    assert document["rungs"][0]["comparison"]["difference"]["level"] == 0.9


def test_compare_refuses_what_differs(runs: Path) -> None:
    """Another limit ends with 2 and both values; --anyway compares and warns; other problems are never compared."""
    done = isocost("compare", "large", "slow", cwd=runs)
    assert done.code == 2
    assert "limits.cpu_seconds is 4.0 and 9.0" in done.complaint
    assert "--anyway" in done.complaint
    done = isocost("compare", "large", "slow", "--anyway", cwd=runs)
    assert (done.code, done.err) == (0, "warning: compared all the same: limits.cpu_seconds is 4.0 and 9.0\n")
    done = isocost("compare", "small", "pro", "--anyway", cwd=runs)
    assert (done.code, "other problems, which no option makes comparable" in done.complaint) == (2, True)


def test_a_model_cannot_write_to_the_terminal(runs: Path) -> None:
    """The name of a model, which a file of samples may give, is shown escaped."""
    done = isocost("compare", "large", "hostile", cwd=runs)
    assert done.code == 0
    assert "\x1b" not in done.out
    assert "\\x1b[31m7B" in done.out


def test_plan_prints_its_assumptions(tmp_path: Path) -> None:
    """What is supposed comes first, with where it comes from; then costs, differences, and ways to the wanted one."""
    words = ("--sizes", "1.5", "7", "--problems", "164", "542", "--wanted", "0.05", "--correlation", "0.9")
    done = isocost("plan", *words, cwd=tmp_path)
    assert done.code == 0
    lines = done.out.splitlines()
    assert lines[0].startswith("accuracy     0.53: recorded greedy verdicts")
    assert lines[2] == "correlation  0.9: as given"
    assert "to show 5 points between neighbours:" in lines
    assert done.err.startswith("note: seconds are a lower bound")
    assert "dollars" not in done.out
    assert list(tmp_path.iterdir()) == []


def test_plan_as_json_with_prices(tmp_path: Path) -> None:
    """One document with the documented fields; dollars where a price table is given."""
    (tmp_path / "prices.toml").write_text('date = "2026-01-31"\nsource = "x"\n[devices."H200"]\nhour = 3.6\n')
    words = ("--prices", "prices.toml", "--device", "h200", "--json", "--samples", "2")
    document = isocost("plan", *words, cwd=tmp_path).document
    assert list(document) == list(StudyPlan.__struct_fields__)
    (study,) = document["studies"]
    assert study["cost"]["dollars"] == pytest.approx(study["cost"]["seconds"] * 3.6 / 3600)
    assert (document["wanted"], document["ways"]) == (None, [])


def test_models_listed_and_in_full(tmp_path: Path) -> None:
    """A line for each known model; one by its name or its file in full; the same as JSON."""
    done = isocost("models", cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    assert "Qwen2.5-Coder-7B     Qwen2.5-Coder    7,615,616,512" in done.out
    listed = isocost("models", "--json", cwd=tmp_path).document["models"]
    assert list(listed[0]) == list(ModelSeen.__struct_fields__)
    one = isocost("models", "qwen/qwen2.5-coder-7b-instruct", cwd=tmp_path)
    assert "weights at bf16  15.23 GB" in one.out
    values, tensors = qwen2()
    (tmp_path / "tiny.gguf").write_bytes(gguf(values, tensors))
    document = isocost("models", "tiny.gguf", "--json", cwd=tmp_path).document
    assert (document["name"], document["architecture"]["layers"]) == ("tiny", 2)
    assert "name             tiny" in isocost("models", "tiny.gguf", cwd=tmp_path).out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["compare", "one"], "B"),
        (["compare", "nowhere", "nowhere"], "nowhere"),
        (["plan", "--wanted", "5"], "for 5 points give 0.05"),
        (["plan", "--sizes", "7"], "one size has no neighbour"),
        (["plan", "--sizes", "7", "8"], "no model of 8B"),
        (["plan", "--device", "H100-SMX"], "did you mean H100-SXM"),
        (["plan", "--benchmark", "humaneval"], "type --problems"),
        (["plan", "--prices", "nowhere.toml"], "nowhere.toml"),
        (["models", "CodeLlama-35B"], "did you mean CodeLlama-34B"),
        (["models", "nowhere/config.json"], "nowhere/config.json"),
        (["models", "broken.json"], "broken.json"),
    ],
)
def test_what_cannot_be_used_is_one_line(words: list[str], said: str, tmp_path: Path) -> None:
    """Bad input ends with 2, nothing on stdout, and one line that says what to type instead."""
    (tmp_path / "broken.json").write_text(json.dumps([1]))
    done = isocost(*words, cwd=tmp_path)
    assert (done.code, said in done.complaint) == (2, True), done.complaint
