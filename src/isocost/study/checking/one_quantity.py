"""Throughput and latency that are one quantity: a ratio that multiplies both counts speed twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from isocost.study.checking.finding import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from isocost.study.checking.facts import Facts, SampleFacts, StudyFacts

ALIKE = 0.005
"""Relative difference below which total seconds are no measurement beside tokens × seconds per token."""
MOST = 0.95
"""Share of timed samples for which that holds."""
FORMS_WITH_BOTH = ("paper", "anchored")
"""Forms of PER that multiply throughput and latency."""


def one_quantity(study: StudyFacts) -> Iterator[Finding]:
    """Timings whose total is computed from tokens, and results whose PER multiplies throughput and latency."""
    for facts in study.runs:
        yield from _timings(facts)
    for name, result in study.results.items():
        used = [part for part in result.per if part.form in FORMS_WITH_BOTH and part.value is not None]
        if used:
            forms = " and ".join(dict.fromkeys(part.form for part in used))
            models = len({part.model for part in used})
            yield Finding(
                severity=Severity.warning, check="one_quantity", run=name, model=None,
                what=f"PER {forms} of {models} models multiplies throughput and latency, which both follow from the "
                f"seconds for each token ({used[0].note}): speed counts twice",
                remedy="rank by the isocost curves, cost per solved problem or the budgeted form; else show the ratio "
                "without one of the two beside it",
            )  # fmt: skip
    for name, why in study.unread.items():
        yield Finding(
            severity=Severity.note, check="one_quantity", run=name, model=None,
            what=f"whether its PER counts speed twice could not be seen: {why}",
            remedy="make it anew with `isocost analyse`",
        )  # fmt: skip


def _timings(facts: Facts) -> Iterator[Finding]:
    if facts.windows and all(window.most_in_flight == 1 for window in facts.windows):
        yield Finding(
            severity=Severity.note, check="one_quantity", run=facts.folder, model=facts.model,
            what=f"all {len(facts.windows)} measured windows had one sample in flight: throughput from them is the inverse "
            "of latency",
            remedy="measure throughput in windows with several in flight before a ratio has both",
        )  # fmt: skip
    told = [alike for sample in facts.samples if (alike := _computed(sample)) is not None]
    if told and sum(told) >= MOST * len(told):
        yield Finding(
            severity=Severity.warning, check="one_quantity", run=facts.folder, model=facts.model,
            what=f"total seconds are tokens × seconds per token, within {ALIKE:.1%}, for {sum(told)} of {len(told)} timed "
            "samples, and no time to the first token stands beside them: throughput and latency are one quantity",
            remedy="measure time to first token and end-to-end seconds of each request, and throughput over a window "
            "with several in flight",
        )  # fmt: skip


def _computed(sample: SampleFacts) -> bool | None:
    """Whether total seconds say no more than tokens and seconds per token; None where one of the three is absent."""
    timing, usage = sample.timing, sample.usage
    if timing is None or usage is None or not usage.completion_tokens:
        return None
    if timing.total_seconds is None or timing.tpot_seconds is None or timing.total_seconds <= 0.0:
        return None
    gap = abs(timing.total_seconds - usage.completion_tokens * timing.tpot_seconds)
    return not timing.ttft_seconds and gap <= ALIKE * timing.total_seconds
