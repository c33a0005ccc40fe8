"""`scores.jsonl`: what selectors said of a run's samples, and what their saying so cost; read by analysis.

One JSON object a line: `sample_id`, `selector`, `score` (the higher the better), and `costs`, an object of units with
what the selector used for this sample. A selector needs a score for every sample of the run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from isocost.errors import RunMismatchError
from isocost.records import Record, Unit

if TYPE_CHECKING:
    from isocost.store.run import Run

NAME = "scores.jsonl"


class Score(Record, frozen=True):
    """What one selector says of one sample."""

    sample_id: str
    """The sample."""
    selector: str
    """Name of the selector."""
    score: float
    """The higher, the sooner the sample is chosen; samples of equal score are drawn by lot."""
    costs: dict[Unit, float] = msgspec.field(default_factory=dict)
    """What the selector used for this sample; a unit that is not named was not used."""


def scores_of_run(run: Run) -> dict[str, dict[str, Score]]:
    """Scores by selector and sample id; empty where the run has no `scores.jsonl`.

    Raises RunMismatchError for a broken line, a sample scored twice, or one that is not in the run or has no score.
    """
    path = run.folder / NAME
    if not path.exists():
        return {}
    found: dict[str, dict[str, Score]] = {}
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        try:
            score = msgspec.json.decode(line, type=Score)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise RunMismatchError(f"{NAME}, line {number}: {error}; expected sample_id, selector, score") from None
        of_selector = found.setdefault(score.selector, {})
        if score.sample_id in of_selector or score.sample_id not in run.samples:
            what = "is scored twice" if score.sample_id in of_selector else "is not in this run"
            raise RunMismatchError(
                f"{NAME}, line {number}: sample {score.sample_id!r} {what}; one score for each sample"
            )
        of_selector[score.sample_id] = score
    for selector, scores in found.items():
        missing = sorted(str(name) for name in run.samples.keys() - scores.keys())
        if missing:
            raise RunMismatchError(
                f"{NAME}: {selector} has no score for {len(missing)} samples, {missing[0]!r} the first; score them all"
            )
    return found
