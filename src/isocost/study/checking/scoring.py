"""What is not in a score: faults of ours, samples that were not judged, problems without a sample."""

from __future__ import annotations

from typing import TYPE_CHECKING

from isocost.records import Outcome
from isocost.study.checking.finding import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from isocost.study.checking.facts import Facts

OUR_FAULTS_SERIOUS = 0.01
"""Share of samples lost by our own fault that moves a score by as much."""
MISSING_SERIOUS = 0.05
"""Share of problems without a sample: who left them out may have chosen them."""
REASON_CHARS = 200
"""Characters of a reason that are shown."""


def sandbox_errors(facts: Facts) -> Iterator[Finding]:
    """Samples that failed by our own fault: they left the mean."""
    summary = facts.summary
    if not summary.unscored_samples:
        return
    ids = tuple(name for name, outcome in facts.outcomes.items() if outcome is Outcome.sandbox_error)
    share = summary.unscored_samples / len(facts.outcomes)
    reason = next(iter(summary.sandbox_errors), "no reason was given")[:REASON_CHARS]
    yield Finding(
        severity=Severity.serious if share >= OUR_FAULTS_SERIOUS or summary.unscored_problems else Severity.warning,
        check="sandbox_errors", run=facts.folder, model=facts.model, ids=ids,
        what=f"{summary.unscored_samples} of {len(facts.outcomes)} samples are not scored by a fault of ours, and "
        f"{summary.unscored_problems} problems left the mean; most often: {reason}",
        remedy="mend what the reason names (`isocost doctor` helps) and give the same `isocost judge` again: it tries "
        "these once more",
    )  # fmt: skip


def unjudged(facts: Facts) -> Iterator[Finding]:
    """Samples without a verdict: judging was interrupted, or is still at work."""
    ids = tuple(sample.id for sample in facts.samples if sample.id not in facts.outcomes)
    if ids:
        yield Finding(
            severity=Severity.serious, check="unjudged", run=facts.folder, model=facts.model, ids=ids,
            what=f"{len(ids)} of {len(facts.samples)} samples are not judged yet; the score is of the others",
            remedy="give the same `isocost judge` again: it goes on with them",
        )  # fmt: skip


def without_sample(facts: Facts) -> Iterator[Finding]:
    """Problems of the benchmark that have no sample: they left the mean, and easy ones may have stayed."""
    missing, problems = facts.summary.missing, facts.manifest.benchmark.problems
    if missing > 0:
        yield Finding(
            severity=Severity.serious if missing >= MISSING_SERIOUS * problems else Severity.warning,
            check="without_sample", run=facts.folder, model=facts.model,
            what=f"{missing} of {problems} problems of {facts.manifest.benchmark.name} have no sample; the score is of "
            f"the other {problems - missing}",
            remedy="generate samples for them, or call the score one of a part of the benchmark",
        )  # fmt: skip
