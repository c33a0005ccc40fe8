"""`scores.jsonl` by the engine's own log-probabilities."""

from __future__ import annotations

from pathlib import Path

import msgspec
from tests.store.run_parts import manifest, sample

from isocost.records import Sample
from isocost.store.run import Run
from isocost.study.answering.selector_scores import scores_of_run
from isocost.study.log_probability_scores import write_log_probabilities


def _run(folder: Path, *samples: Sample) -> Run:
    with Run.open(folder, manifest()) as run:
        for one in samples:
            run.samples.append(one)
    return Run.read(folder)


def _sample(number: int, logprob: float | None, finish: str = "stop") -> Sample:
    return msgspec.structs.replace(sample(number), logprob=logprob, finish_reason=finish)


def test_samples_are_scored_and_cut_off_ones_come_last(tmp_path: Path) -> None:
    """The higher the log-probability the better; a sample that was cut off is below all others; nothing is charged."""
    run = _run(tmp_path / "run", _sample(0, -0.5), _sample(1, -0.1, "length"), _sample(2, -9.0))
    assert write_log_probabilities(run)
    scores = scores_of_run(run)["log-probability"]
    assert sorted(scores, key=lambda name: -scores[name].score) == ["0", "2", "1"]
    assert all(score.costs == {} for score in scores.values())


def test_other_selectors_are_kept_and_nothing_stands_twice(tmp_path: Path) -> None:
    """Scoring again replaces our own lines alone."""
    run = _run(tmp_path / "run", _sample(0, -0.5))
    (run.folder / "scores.jsonl").write_text('{"sample_id": "0", "selector": "mine", "score": 3}\n')
    write_log_probabilities(run)
    write_log_probabilities(run)
    assert {name: of["0"].score for name, of in scores_of_run(run).items()} == {"mine": 3, "log-probability": -0.5}


def test_a_sample_without_one_leaves_the_run_unscored(tmp_path: Path) -> None:
    """A selector that cannot judge every sample does not choose; no file is made, and an old one is taken back."""
    folder = tmp_path / "run"
    run = _run(folder, _sample(0, -0.5))
    assert write_log_probabilities(run)
    run = _run(folder, _sample(1, None))
    assert not write_log_probabilities(run)
    assert scores_of_run(run) == {}
    bare = _run(tmp_path / "bare", _sample(0, None))
    assert not write_log_probabilities(bare)
    assert not (bare.folder / "scores.jsonl").exists()
