"""`isocost check` as a user meets it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.command import isocost
from tests.study.checked_runs import checked_run, sound, with_first

from isocost.study.checking.finding import Finding
from isocost.study.checking.findings import Checked


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run folders: two that are sound, one whose completions were cut, one by a hostile model."""
    folder = tmp_path_factory.mktemp("runs")
    checked_run(folder / "large", sound(solved=90))
    checked_run(folder / "small", sound(solved=30), model="1.5B")
    checked_run(folder / "cut", list(with_first(sound(), 20, finish_reason="length")), model="3B")
    checked_run(folder / "hostile", sound(100, solved=50), model="\x1b[31m\u202e7B")
    return folder


def test_nothing_serious_is_fine(runs: Path) -> None:
    """Sound runs end with 0, and it is said that nothing was found."""
    done = isocost("check", "large", "small", cwd=runs)
    assert (done.code, done.err) == (0, "")
    assert done.out == "17 checks of 2 runs: nothing was found that speaks against the figures\n"


def test_something_serious_is_no(runs: Path) -> None:
    """A run that was cut ends with 1: severity and check, what was seen with its number, and what to do."""
    done = isocost("check", "cut", cwd=runs)
    assert (done.code, done.err) == (1, "")
    lines = done.out.splitlines()
    assert lines[0] == "serious  truncated"
    assert lines[1].strip().startswith("cut (3B): 20 of 120 completions ended at the token limit")
    assert lines[2].strip().startswith("→ generate again with a higher max_tokens")
    assert lines[-1] == "17 checks of 1 run: 1 serious, 0 warnings, 0 notes"


def test_check_as_json(runs: Path) -> None:
    """One document with the documented fields, and the same exit code."""
    done = isocost("check", ".", "--json", cwd=runs)
    assert (done.code, done.err) == (1, "")
    assert list(done.document) == list(Checked.__struct_fields__)
    assert sorted(done.document["runs"]) == ["cut", "hostile", "large", "small"]
    assert list(done.document["findings"][0]) == list(Finding.__struct_fields__)


def test_a_model_cannot_write_to_the_terminal(runs: Path) -> None:
    """Names that somebody else chose are escaped in every form."""
    for form in ("table", "markdown", "latex", "json"):
        done = isocost("check", "hostile", "--format", form, cwd=runs)
        assert all(char.isprintable() or char == "\n" for char in done.out)
        assert "7B" in done.out
