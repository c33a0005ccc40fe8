"""Sampling that looks deterministic: n equal samples are one sample, and pass@k or a curve over k says nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from isocost.study.checking.finding import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from isocost.study.checking.facts import Facts

NOTE = 0.5
"""Share of problems with equal samples from which it is worth a note."""


def deterministic_sampling(facts: Facts) -> Iterator[Finding]:
    """Problems with several samples at a temperature above 0, or an unknown one, whose texts are all equal."""
    texts: dict[str, list[str]] = {}
    temperatures = set()
    for sample in facts.samples:
        if sample.temperature != 0.0:
            texts.setdefault(sample.problem_id, []).append(sample.text)
            temperatures.add("unknown" if sample.temperature is None else f"{sample.temperature:g}")
    several = {name: found for name, found in texts.items() if len(found) > 1}
    same = tuple(name for name, found in several.items() if len(set(found)) == 1)
    if not same or len(same) < NOTE * len(several):
        return
    every = len(same) == len(several)
    yield Finding(
        severity=Severity.serious if every else Severity.note, check="deterministic_sampling", run=facts.folder,
        model=facts.model, ids=same,
        what=f"all samples are equal for {len(same)} of {len(several)} problems that have several (temperature "
        f"{', '.join(sorted(temperatures))})",
        remedy="check that the server honours temperature and seed, and that each draw has a seed of its own; "
        "until then count one sample a problem and report pass@1 only"
        if every
        else "raise the temperature if pass@k for larger k is wanted; few samples are new ones",
    )  # fmt: skip
