"""How far a study is: for each model and benchmark what was sampled, judged and passed, and what it took so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

from isocost.records import Estimate, Record

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from isocost.study.generating.asked import AskedRun
    from isocost.study.summary import Summary


class Cell(Record, frozen=True):
    """One model on one benchmark."""

    model: str
    """The model."""
    benchmark: str
    """The benchmark."""
    wanted: int
    """Samples wanted."""
    samples: int
    """Samples that are there."""
    judged: int
    """Samples judged, those not scored by a fault of ours among them."""
    pass_at_1: Estimate | None
    """pass@1 of those judged so far; None before the first."""


class StudyProgress(Record, frozen=True):
    """A study at one moment."""

    stage: str
    """`asking`, `judging` or `analysing`."""
    cells: tuple[Cell, ...]
    """Each model on each benchmark."""
    tokens: int
    """Tokens spent on all samples at hand, as far as they are known."""
    dollars: float | None
    """Dollars spent, where prices are given."""
    seconds: float
    """Wall-clock seconds of this call."""
    rate: float | None
    """Samples a second of this call; None before the first."""
    left_seconds: float | None
    """Seconds until all is asked, if it goes on as it went; None where that cannot be said."""
    judging: str | None
    """The run that is being judged, and how far; None where nothing is."""


def study_progress(
    stage: str,
    runs: Sequence[AskedRun],
    summaries: Mapping[Path, Summary],
    *,
    tokens: int,
    dollars: float | None,
    seconds: float,
    judging: str | None = None,
) -> StudyProgress:
    """Put together what is known of a study at this moment."""
    cells = []
    for run in runs:
        summary = summaries.get(run.planned.folder)
        cells.append(
            Cell(
                model=run.planned.manifest.model,
                benchmark=run.planned.benchmark,
                wanted=run.total,
                samples=run.done,
                judged=0 if summary is None else summary.samples + summary.unscored_samples,
                pass_at_1=None if summary is None else summary.pass_at.get("1"),
            )
        )
    new = sum(run.new for run in runs)
    rate = new / seconds if new and seconds > 0.0 else None
    left = sum(cell.wanted - cell.samples for cell in cells)
    return StudyProgress(
        stage=stage, cells=tuple(cells), tokens=tokens, dollars=dollars, seconds=seconds, rate=rate,
        left_seconds=None if rate is None else left / rate, judging=judging,
    )  # fmt: skip
