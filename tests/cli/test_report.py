"""`isocost report` as a user meets it: from a result and its runs to one page, and one line where that cannot be."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from tests.cli.command import isocost


@pytest.fixture(scope="module")
def analysed(judged: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `result.json` and `report.html` of one judged run."""
    folder = tmp_path_factory.mktemp("analysed")
    done = isocost("analyse", judged / "run", "--draws", "100", "--out", folder / "result.json", cwd=folder)
    assert done.code == 0, done.err
    assert "report: " in done.out.splitlines()[-1]
    return folder


def test_analysing_leaves_a_page_beside_the_result(analysed: Path) -> None:
    """`analyse` writes `report.html` beside `result.json`, and says where; the samples are in it."""
    page = (analysed / "report.html").read_text(encoding="utf-8")
    assert "7 samples, being unpacked" in page
    assert '<table data-name="runs">' in page


def test_a_result_and_its_runs_become_a_page(analysed: Path, judged: Path) -> None:
    """A folder or a file, with the runs that are named; without them, no samples are in the page."""
    done = isocost("report", analysed, "--out", analysed / "bare.html", "--json", cwd=analysed)
    assert (done.code, done.document["runs"]) == (0, 0)
    assert 'id="samples"' not in (analysed / "bare.html").read_text(encoding="utf-8")
    done = isocost("report", "result.json", judged / "run", "-o", "whole.html", cwd=analysed)
    assert done.code == 0
    assert done.out.startswith("report: whole.html")
    assert 'id="samples"' in (analysed / "whole.html").read_text(encoding="utf-8")


def test_runs_beside_the_result_are_taken(judged: Path, tmp_path: Path) -> None:
    """A result in the folder of its runs needs no other word."""
    shutil.copytree(judged / "run", tmp_path / "run")
    assert isocost("analyse", ".", "--draws", "100", cwd=tmp_path).code == 0
    done = isocost("report", ".", "--json", "-o", "again.html", cwd=tmp_path)
    assert done.document == {"report": "again.html", "bytes": (tmp_path / "again.html").stat().st_size, "runs": 1}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "expected the result.json that isocost analyse or demo wrote"),
        ("{", "is not a result"),
        ('{"schema_version": 1}', "is not a result"),
        ('{"schema_version": 99}', "install the isocost that wrote it"),
        ('{"schema_version": 99, "ladders": []}', "install the isocost that wrote it"),
    ],
)
def test_what_is_no_result_is_refused_in_one_line(tmp_path: Path, content: str | None, said: str) -> None:
    """Absent, broken, of another kind, or of a newer isocost: exit code 2, and what to do."""
    if content is not None:
        (tmp_path / "result.json").write_text(content, encoding="utf-8")
    done = isocost("report", tmp_path, cwd=tmp_path)
    assert done.code == 2
    assert said in done.complaint
    assert not (tmp_path / "report.html").exists()


def test_the_demonstration_ends_with_a_page(tmp_path: Path) -> None:
    """`demo` says where its page is, and it holds the same study as its result."""
    done = isocost("demo", "--out", tmp_path / "shown", "--draws", "100", cwd=tmp_path)
    assert done.code == 0
    assert f"report: {tmp_path / 'shown' / 'report.html'}" in done.out
    result = json.loads((tmp_path / "shown" / "result.json").read_bytes())
    page = (tmp_path / "shown" / "report.html").read_text(encoding="utf-8")
    again = isocost("report", tmp_path / "shown", "--json", "-o", tmp_path / "again.html", cwd=tmp_path)
    assert again.document["bytes"] == len(page.encode())
    assert all(ladder["study"] in page for ladder in result["ladders"])


def test_a_result_that_names_a_model_it_does_not_list_is_refused(analysed: Path, tmp_path: Path) -> None:
    """Changed by hand: the field, what it says, and what was expected, in one line."""
    document = json.loads((analysed / "result.json").read_bytes())
    document["solved"][0]["model"] = "<b>another"
    (tmp_path / "result.json").write_text(json.dumps(document))
    done = isocost("report", tmp_path, cwd=tmp_path)
    assert done.code == 2
    assert "solved[0].model is '<b>another', expected one of its models" in done.complaint
