"""The selector that costs nothing: the mean log-probability that the engine gave with each sample, as `scores.jsonl`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from isocost.analysis.selection import Selector
from isocost.store.disk import disk_error, replace_file
from isocost.study.answering.selector_scores import NAME, Score

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from isocost.store.run import Run

_CUT_OFF = "length"
_LOWEST = -1e9
"""Score of a sample that was cut off: below any log-probability, and still a number that JSON can hold."""


def write_log_probabilities(run: Run) -> bool:
    """Score every sample of a run by its mean token log-probability; what other selectors said is kept.

    A sample that was cut off at its longest is chosen last, as in arXiv 2404.00725, which discards it. Nothing is
    charged: the engine gave the numbers while it wrote. Where one sample has none, nothing is scored, and what was
    scored before is taken back: a selector without a score for every sample cannot choose.

    Returns whether the run is scored. Raises UsageError or OwnFaultError where the file cannot be written.
    """
    lines = list(_of_others(run.folder / NAME))
    scores: list[Score] = []
    for sample in run.samples.read():
        if sample.logprob is None:
            scores = []
            break
        value = _LOWEST if sample.finish_reason == _CUT_OFF else sample.logprob
        scores.append(Score(sample_id=sample.id, selector=Selector.log_probability.value, score=value))
    lines += [msgspec.json.encode(score) + b"\n" for score in scores]
    if lines or (run.folder / NAME).exists():
        try:
            replace_file(run.folder / NAME, lines)
        except OSError as error:
            raise disk_error(run.folder / NAME, error) from error
    return bool(scores)


class _OfSelector(msgspec.Struct):
    """The one member that says whose line it is."""

    selector: str


def _of_others(path: Path) -> Iterator[bytes]:
    if not path.exists():
        return
    for line in path.read_bytes().splitlines(keepends=True):
        try:
            ours = msgspec.json.decode(line, type=_OfSelector).selector == Selector.log_probability.value
        except (msgspec.MsgspecError, UnicodeDecodeError):
            ours = False  # somebody's broken line: reading it will say so
        if not ours:
            yield line
