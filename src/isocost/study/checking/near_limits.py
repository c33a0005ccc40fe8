"""Programs that ended near a time limit, on either side: on another machine their verdicts may be others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from isocost.records import LimitHit
from isocost.study.checking.finding import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from isocost.records import Execution
    from isocost.study.checking.facts import Facts

NEAR = 0.2
"""How far from a limit is near: 20%."""
SERIOUS = 0.02
"""Share of executions, of those just below a limit, from which the score hangs on the machine."""
IDLE = 0.5
"""Share of its CPU seconds below which a program that the wall clock ended was waiting, or the machine was busy."""
TIME = frozenset({LimitHit.cpu, LimitHit.wall})
"""Limits of time."""


def near_limits(facts: Facts) -> Iterator[Finding]:
    """Executions that ended by themselves within 20% below a limit of time, and those that were ended at one.

    Those ended at a limit are endless loops as a rule; alone they are a note.
    """
    ended = [one for one in facts.executions if one.limit in TIME]
    below = [one for one in facts.executions if one.limit is None and _used(one) >= 1.0 - NEAR]
    if not below and not ended:
        return
    total = len(facts.executions)
    severity = Severity.note
    if below:
        severity = Severity.serious if len(below) >= SERIOUS * total else Severity.warning
    idle = sum(one.limit is LimitHit.wall and _of_cpu(one) < IDLE for one in ended)
    waited = f" ({idle} by the wall clock, with less than half of their CPU time used)" if idle else ""
    yield Finding(
        severity=severity, check="near_limits", run=facts.folder, model=facts.model,
        ids=tuple(dict.fromkeys(one.sample_id for one in (*below, *ended))),
        what=f"{len(below)} of {total} executions ended by themselves within {NEAR:.0%} below a time limit, and at one "
        f"were ended: {len(ended)}{waited}",
        remedy="judge again with a higher --cpu-seconds, all runs alike, on an idle machine (fewer --workers), and see "
        "whether the score moves",
    )  # fmt: skip


def _used(one: Execution) -> float:
    """The larger of the shares of CPU and wall-clock seconds that were used; 0 where that is not known."""
    if one.limits is None:
        return 0.0
    wall = 0.0 if one.wall_seconds is None else one.wall_seconds / one.limits.wall_seconds
    return max(_of_cpu(one), wall)


def _of_cpu(one: Execution) -> float:
    if one.limits is None or one.cpu_seconds is None:
        return 0.0
    return one.cpu_seconds / one.limits.cpu_seconds
