"""From a samples file to a judged run folder: what is accepted, what is refused, and where things lie."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.study.judge_parts import WRONG, benchmark_file, judge, request, right, samples_file, verdicts

from isocost.errors import DataNotFoundError, InputError, RunMismatchError, SamplesError, UsageError
from isocost.judge.identity import judge_name
from isocost.records import LimitPolicy
from isocost.store.run import Run
from isocost.study.judge_file import judge_file


@pytest.fixture(autouse=True)
def _fresh_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ISOCOST_CACHE", str(tmp_path / "cache"))


def _all(folder: Path) -> Path:
    return samples_file(folder, [(0, right(0)), (1, right(1)), (2, WRONG), (3, right(3))])


def test_a_file_is_judged_into_a_folder(tmp_path: Path) -> None:
    """The folder holds the manifest, the samples and their verdicts; the summary says the same."""
    judged = judge(_all(tmp_path), benchmark_file(tmp_path), tmp_path / "run")
    assert (judged.summary.problems, judged.summary.passed) == (4, 3)
    assert judged.summary.run == str(tmp_path / "run")
    assert judged.notes == ()
    run = Run.read(tmp_path / "run")
    assert run.manifest.model == "tiny-1B"
    assert run.judging.judge == judge_name()
    assert run.judging.limits.cpu_seconds == 1
    assert len(list(run.samples.read())) == 4


@pytest.mark.parametrize("order", [(None, 2), (2, None), (3, 1), (1, 3)])
def test_a_limit_may_change_between_calls(tmp_path: Path, order: tuple[int | None, int | None]) -> None:
    """First a part and then the whole, or the other way round: each call sums up just what it was asked for."""
    benchmark, samples = benchmark_file(tmp_path), _all(tmp_path)
    for limit in order:
        judged = judge(samples, benchmark, tmp_path / "run", limit=limit)
        wanted = 4 if limit is None else limit
        assert judged.summary.problems == wanted
        assert judged.summary.missing == 0
    assert len(verdicts(tmp_path / "run")) == max(4 if limit is None else limit for limit in order)


def test_a_cut_judges_no_more_than_was_asked(tmp_path: Path) -> None:
    """Samples of other problems that the run holds without verdicts stay as they are."""
    benchmark, samples, folder = benchmark_file(tmp_path), _all(tmp_path), tmp_path / "run"
    judge(samples, benchmark, folder)
    with Run.open(folder, Run.read(folder).manifest) as run:
        run.forget(run.judged())
    judge(samples, benchmark, folder, limit=1)
    assert len(verdicts(folder)) == 1


def test_missing_samples_have_to_be_allowed(tmp_path: Path) -> None:
    """A file that lacks samples is refused, naming how many; with `partial` they are counted beside the mean."""
    benchmark, samples = benchmark_file(tmp_path), samples_file(tmp_path, [(0, right(0))])
    with pytest.raises(InputError, match="3"):
        judge(samples, benchmark, tmp_path / "run", partial=False)
    assert not (tmp_path / "run").exists()
    judged = judge(samples, benchmark, tmp_path / "run")
    assert (judged.summary.problems, judged.summary.missing) == (1, 3)


@pytest.mark.parametrize("change", [{"limit": 0}, {"limit": -3}, {"workers": 0}])
def test_numbers_that_make_no_sense_are_refused(tmp_path: Path, change: dict[str, int]) -> None:
    """With the value seen, and nothing written."""
    with pytest.raises(UsageError, match=str(next(iter(change.values())))):
        judge(_all(tmp_path), benchmark_file(tmp_path), tmp_path / "run", **change)
    assert not (tmp_path / "run").exists()


def test_files_that_are_not_there_are_named(tmp_path: Path) -> None:
    """Samples or benchmark."""
    with pytest.raises(SamplesError, match=r"nowhere\.jsonl"):
        judge(tmp_path / "nowhere.jsonl", benchmark_file(tmp_path), tmp_path / "run")
    with pytest.raises((UsageError, DataNotFoundError), match=r"nowhere\.jsonl"):
        judge(_all(tmp_path), tmp_path / "nowhere.jsonl", tmp_path / "run")


def test_a_run_is_not_mixed_with_other_settings(tmp_path: Path) -> None:
    """Other limits, another extraction, another model or other samples: refused with the field and both values."""
    benchmark, samples, run = benchmark_file(tmp_path), _all(tmp_path), tmp_path / "run"
    judge(samples, benchmark, run)
    before = (run / "verdicts.jsonl").read_bytes()
    for change, field in (
        ({"policy": LimitPolicy(cpu_seconds=2.0)}, "limits.cpu_seconds"),
        ({"extraction": "raw"}, "extraction"),
        ({"model": "other-2B"}, "model"),
    ):
        with pytest.raises(RunMismatchError, match=field):
            judge(samples, benchmark, run, **change)
    samples_file(tmp_path, [(0, WRONG), (1, WRONG), (2, WRONG), (3, WRONG)])
    with pytest.raises(RunMismatchError, match="samples_sha256"):
        judge(samples, benchmark, run)
    assert (run / "verdicts.jsonl").read_bytes() == before


def test_the_default_folder_is_the_same_for_the_same_request(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a name the folder lies in `runs/`, and the same command finds it again; other settings take another."""
    monkeypatch.chdir(tmp_path)
    asked = request(_all(tmp_path), benchmark_file(tmp_path), None)
    first, second = judge_file(asked), judge_file(asked)
    assert first.summary == second.summary
    assert Path(first.summary.run).parent == Path("runs")
    assert Path(first.summary.run).name.startswith("tiny-tiny-1b-")
    raw = request(_all(tmp_path), benchmark_file(tmp_path), None, extraction="raw")
    assert judge_file(raw).summary.run != first.summary.run


def test_a_torn_run_is_mended_and_says_so(tmp_path: Path) -> None:
    """The tail that a crash left is cut off, with a note, and judged again."""
    benchmark, samples, run = benchmark_file(tmp_path), _all(tmp_path), tmp_path / "run"
    whole = judge(samples, benchmark, run)
    path = run / "verdicts.jsonl"
    path.write_bytes(path.read_bytes()[:-20])
    mended = judge(samples, benchmark, run)
    assert mended.notes
    assert mended.summary == whole.summary
