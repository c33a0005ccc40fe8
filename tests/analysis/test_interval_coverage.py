"""Intervals hold the truth of simulated studies: the bench of that name, scaled down."""

from __future__ import annotations

import pytest
from bench.interval_coverage import coverage_of
from bench.simulated_studies import truth_of

FIGURES = {
    "pass@1", "paired difference", "solved(B)", "budget to reach 50%", "overtaking", "γ, rung 0", "γ, rung 2",
    "γ, rung 2 − rung 0",
}  # fmt: skip


@pytest.mark.parametrize(("samples", "studies"), [(1, 60), (10, 40)])
def test_intervals_hold_the_truth(samples: int, studies: int) -> None:
    """The 95% interval of each figure holds the truth in 95% of the studies, less 3.5 standard deviations of so few."""
    truth = truth_of(samples, 20_000)
    seen = coverage_of(164, samples, range(studies), truth)
    reported = {figure: record for (figure, _), record in seen.items() if record.reported}
    assert reported.keys() >= FIGURES
    least = 0.95 - 3.5 * (0.95 * 0.05 / studies) ** 0.5
    assert {figure for figure, record in reported.items() if record.covered < least} == set()
    assert all(len(record.held) >= 0.95 * studies for record in reported.values())
