"""From a run folder of samples to a judged one: in place, into another folder, while it grows."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from tests.study.judge_parts import WRONG, benchmark_file, judge, request, right, samples_file, verdicts

from isocost.errors import RunMismatchError, UsageError
from isocost.store.run import Run
from isocost.study.judge_file import judge_file


@pytest.fixture(autouse=True)
def _fresh_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ISOCOST_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def unjudged(tmp_path: Path) -> Path:
    """A run folder that holds samples of three problems of four, and no word on how they are to be judged."""
    made, folder = tmp_path / "made", tmp_path / "generated"
    judge(samples_file(tmp_path, [(0, right(0)), (1, WRONG), (2, right(2))]), benchmark_file(tmp_path), made)
    source = Run.read(made)
    with Run.open(folder, msgspec.structs.replace(source.manifest, judging=None, samples_sha256=None)) as run:
        for sample in source.samples.read():
            run.samples.append(sample)
    return folder


def test_a_run_of_samples_is_judged_in_place(tmp_path: Path, unjudged: Path) -> None:
    """The folder gets verdicts and says from then on how it is judged; what lacks a sample is counted."""
    judged = judge_file(request(unjudged, tmp_path / "tiny.jsonl", None, model=None))
    assert (judged.summary.problems, judged.summary.passed, judged.summary.missing) == (3, 2, 1)
    assert judged.summary.run == str(unjudged)
    assert Run.read(unjudged).judging.extraction.startswith("auto/")
    before = (unjudged / "verdicts.jsonl").read_bytes()
    judge_file(request(unjudged, tmp_path / "tiny.jsonl", None, model=None))
    assert (unjudged / "verdicts.jsonl").read_bytes() == before


def test_a_judged_run_is_judged_otherwise_elsewhere(tmp_path: Path, unjudged: Path) -> None:
    """Another extraction is refused in the same folder, and goes into another one with the same samples."""
    benchmark = tmp_path / "tiny.jsonl"
    judge_file(request(unjudged, benchmark, None, model=None))
    with pytest.raises(RunMismatchError, match=r"judging.extraction is 'auto/\d+' there and 'raw/\d+' here"):
        judge_file(request(unjudged, benchmark, None, model=None, extraction="raw"))
    other = tmp_path / "other"
    judge_file(request(unjudged, benchmark, other, model=None, extraction="raw"))
    assert verdicts(other).keys() == verdicts(unjudged).keys()


def test_a_run_says_its_model_itself(tmp_path: Path, unjudged: Path) -> None:
    """Another name for its model is refused with both."""
    with pytest.raises(UsageError, match=r"holds samples of 'tiny-1B', and --model says 'other'"):
        judge_file(request(unjudged, tmp_path / "tiny.jsonl", None, model="other"))
