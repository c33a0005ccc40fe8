"""Discrimination: against going through all pairs, and scipy's Mann-Whitney statistic."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from isocost.errors import DomainError
from isocost.metrics.discrimination import auc, pairwise_accuracy

SAMPLES = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 1)), max_size=25)


def pairs_of(samples: list[tuple[int, int]]) -> list[float]:
    """One entry for each pair of a passed and a failed sample: 1 if in order, ½ if tied."""
    good, bad = [s for s, p in samples if p], [s for s, p in samples if not p]
    return [0.5 if g == b else float(g > b) for g in good for b in bad]


@settings(deadline=None)
@given(SAMPLES)
def test_auc_is_the_mean_over_all_pairs(samples: list[tuple[int, int]]) -> None:
    """It is the share of pairs in order, ties one half, and U/(m·n) of scipy; None without a pair."""
    seen, pairs = auc([s for s, _ in samples], [p for _, p in samples]), pairs_of(samples)
    assert seen == (pytest.approx(sum(pairs) / len(pairs)) if pairs else None)
    if pairs:
        good, bad = [s for s, p in samples if p], [s for s, p in samples if not p]
        assert seen == pytest.approx(stats.mannwhitneyu(good, bad).statistic / len(pairs))


@settings(deadline=None)
@given(st.dictionaries(st.text("ab", max_size=3), SAMPLES, max_size=5))
def test_pairwise_accuracy_pairs_within_a_problem(problems: dict[str, list[tuple[int, int]]]) -> None:
    """Pairs are made within each problem and pooled."""
    scores = {i: [s for s, _ in samples] for i, samples in problems.items()}
    passed = {i: [p for _, p in samples] for i, samples in problems.items()}
    pairs = [pair for samples in problems.values() for pair in pairs_of(samples)]
    assert pairwise_accuracy(scores, passed) == (pytest.approx(sum(pairs) / len(pairs)) if pairs else None)


def test_what_is_no_score_or_verdict_is_refused() -> None:
    """NaN, other verdicts, other shapes and other problems are refused."""
    for scores, passed in (([math.nan], [1]), ([1.0], [2]), ([1.0], [1, 0])):
        with pytest.raises(DomainError):
            auc(scores, passed)
    with pytest.raises(DomainError, match="expected the same problems"):
        pairwise_accuracy({"a": [1.0]}, {"b": [1]})
