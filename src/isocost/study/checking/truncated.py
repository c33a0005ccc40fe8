"""Completions that were cut short: such a sample fails by the token limit, not by the model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from isocost.records import Outcome
from isocost.study.checking.finding import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from isocost.study.checking.facts import Facts

CUT = frozenset({"length", "max_tokens", "max_length"})
"""Words of backends for a completion that hit the token limit."""
SERIOUS = 0.05
"""Share of samples from which the pass rate is that of the limit as much as that of the model."""


def truncated(facts: Facts) -> Iterator[Finding]:
    """Samples that say so by `finish_reason`; where that is absent, those whose program breaks off, as inferred."""
    told = [sample.id for sample in facts.samples if sample.finish_reason in CUT]
    total = len(facts.samples)
    if told:
        failed = sum(facts.outcomes.get(name) is not Outcome.passed for name in told)
        yield _finding(
            facts, told, f"{len(told)} of {total} completions ended at the token limit (finish_reason), {failed} of them "
            "did not pass",
        )  # fmt: skip
    silent = sum(sample.finish_reason is None for sample in facts.samples)
    wrong = sum(
        facts.outcomes.get(sample.id) is Outcome.syntax_error
        for sample in facts.samples
        if sample.finish_reason is None
    )
    if facts.broken_off:
        yield _finding(
            facts, list(facts.broken_off),
            f"{len(facts.broken_off)} of {total} completions seem cut short (inferred: {wrong} programs do not compile, "
            f"and {len(facts.broken_off)} of them break off at their end; {silent} samples do not say why they ended)",
        )  # fmt: skip
    if facts.broken_off is None:
        yield Finding(
            severity=Severity.note, check="truncated", run=facts.folder, model=facts.model,
            what=f"whether {wrong} programs that do not compile were cut short could not be seen: {facts.why_unseen}",
            remedy="name the benchmark's folder with --data-dir, or record finish_reason with the samples",
        )  # fmt: skip


def _finding(facts: Facts, ids: list[str], what: str) -> Finding:
    share = len(ids) / len(facts.samples)
    return Finding(
        severity=Severity.serious if share >= SERIOUS else Severity.warning, check="truncated", run=facts.folder,
        model=facts.model, what=what, ids=tuple(ids),
        remedy="generate again with a higher max_tokens, the same for all models; until then read the pass rate as a "
        "lower bound",
    )  # fmt: skip
