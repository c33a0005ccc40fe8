"""Comparisons: joined by id, the same whatever the order, turned round with the models, and honest at the ends."""

from __future__ import annotations

import math

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isocost.errors import DomainError
from isocost.metrics.cluster_bootstrap import cluster
from isocost.metrics.comparison import adjusted, compare_tallies, compare_values
from isocost.metrics.paired_interval import paired_interval
from isocost.metrics.paired_tests import mcnemar_exact
from isocost.records import Comparison, Tally


def tallies(counts: list[int], n: int, start: int = 0) -> list[Tally]:
    """Tallies of problems HumanEval/start, …"""
    return [Tally(problem_id=f"HumanEval/{start + i}", n=n, c=c) for i, c in enumerate(counts)]


def compare(a: list[Tally], b: list[Tally], **more: object) -> Comparison:
    """Compare with a seed and few draws."""
    rng = np.random.default_rng(7)
    return compare_tallies(a, b, names=("A", "B"), rng=rng, draws=400, flips=400, **more)  # type: ignore[arg-type]


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1)), min_size=1, max_size=60))
def test_single_verdicts(pairs: list[tuple[int, int]]) -> None:
    """One sample each: the means, the discordant counts and McNemar's exact test, straight from the pairs."""
    a, b = [x for x, _ in pairs], [y for _, y in pairs]
    seen = compare(tallies(a, 1), tallies(b, 1))
    only_a, only_b = sum(x > y for x, y in pairs), sum(x < y for x, y in pairs)
    assert (seen.a_better, seen.b_better) == (only_a, only_b)
    assert (seen.method, seen.p_value) == ("mcnemar-exact", mcnemar_exact(only_a, only_b))
    assert seen.value_a == pytest.approx(sum(a) / len(a))
    assert seen.difference.value == pytest.approx((only_a - only_b) / len(pairs))
    assert -1.0 <= seen.difference.low <= seen.difference.value + 1e-12
    assert seen.difference.value - 1e-12 <= seen.difference.high <= 1.0
    assert seen.difference.low < seen.difference.high
    assert seen.p_adjusted is None


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=2, max_size=40), st.randoms())
def test_order_is_of_no_influence_and_swapping_turns_the_sign(pairs: list[tuple[int, int]], mix: object) -> None:
    """Tallies in any order give the same record; with the models swapped all signs turn."""
    a, b = tallies([x for x, _ in pairs], 5), tallies([y for _, y in pairs], 5)
    seen, swapped = compare(a, b), compare(b, a)
    mix.shuffle(a)  # type: ignore[attr-defined]
    assert compare(a, b) == seen
    assert swapped.difference.value == pytest.approx(-seen.difference.value)
    assert (swapped.a_better, swapped.b_better) == (seen.b_better, seen.a_better)
    assert swapped.minimal_detectable_difference == pytest.approx(seen.minimal_detectable_difference)
    assert seen.difference.samples == 10 * len(pairs)


def test_problems_are_joined_by_id() -> None:
    """Only problems that both have enter, and the record says how many."""
    seen = compare(tallies([5, 1, 2], 5, start=8), tallies([0, 5, 1, 2], 10, start=9))
    assert (seen.difference.problems, seen.difference.samples) == (2, 30)
    assert seen.value_a == pytest.approx((1 / 5 + 2 / 5) / 2)
    assert seen.value_b == pytest.approx((0 + 5 / 10) / 2)


def test_clusters_widen_what_depends() -> None:
    """Problems that come in fours with one answer are worth a quarter of as many: the interval is about twice as wide."""
    rng = np.random.default_rng(3)
    a = np.repeat(rng.integers(2, size=60), 4).tolist()
    b = np.repeat(rng.integers(2, size=60), 4).tolist()
    base_of = {f"HumanEval/{i}": f"base/{i // 4}" for i in range(240)}
    alone, together = compare(tallies(a, 1), tallies(b, 1)), compare(tallies(a, 1), tallies(b, 1), base_of=base_of)
    width = [seen.difference.high - seen.difference.low for seen in (alone, together)]
    assert width[1] / width[0] == pytest.approx(2.0, abs=0.35)
    assert together.method == "sign-flip"  # McNemar's test supposes independent problems
    assert together.minimal_detectable_difference == pytest.approx(
        2.0 * (alone.minimal_detectable_difference or 0.0), rel=0.02
    )


def test_strata_keep_each_benchmark_its_share() -> None:
    """Where all difference is between benchmarks, drawing within them leaves none to draw: Wilson's limit, not a point."""
    a, b = tallies([1] * 50 + [0] * 50, 1), tallies([0] * 100, 1)
    stratum_of = {f"HumanEval/{i}": "first" if i < 50 else "second" for i in range(100)}
    seen = compare(a, b, stratum_of=stratum_of).difference
    assert seen.method == "wilson-no-spread"
    assert seen.low < 0.5 < seen.high
    assert compare(a, b).difference.method == "tango"


def test_the_method_follows_the_differences() -> None:
    """Single verdicts on problems of their own have Tango's interval; shared base problems and shares a bootstrap."""
    a, b = tallies([1] * 30 + [0] * 70, 1), tallies([0] * 80 + [1] * 20, 1)
    assert compare(a, b).difference.method == "tango"
    base_of = {f"HumanEval/{i}": f"HumanEval/{i // 2}" for i in range(100)}
    assert compare(a, b, base_of=base_of).difference.method == "cluster-bootstrap"
    assert compare(tallies([1, 2] * 50, 2), b).difference.method == "cluster-bootstrap"


@pytest.mark.parametrize(("n", "value"), [(164, 0.0), (164, 1.0), (378, -1.0), (1, 0.0), (20, 0.4)])
def test_no_spread_has_a_width(n: int, value: float) -> None:
    """Equal differences have an interval around them that is no point, within [−1, 1], narrower with more problems."""
    low, high, method = paired_interval([value] * n, cluster([str(i) for i in range(n)]), rng=np.random.default_rng(0))
    wider = paired_interval(
        [value] * (n // 2 + 1), cluster([str(i) for i in range(n // 2 + 1)]), rng=np.random.default_rng(0)
    )
    assert method == "wilson-no-spread"
    assert -1.0 <= low <= value <= high <= 1.0
    assert 0.0 < high - low <= wider[1] - wider[0] + 1e-12


def test_no_discordant_problem_says_so() -> None:
    """Two models that agree everywhere: p is 1, and what could be detected is not known."""
    seen = compare(tallies([1, 0, 1], 1), tallies([1, 0, 1], 1))
    assert (seen.p_value, seen.minimal_detectable_difference, seen.a_better, seen.b_better) == (1.0, None, 0, 0)


def test_interval_covers_the_true_difference() -> None:
    """In 600 simulated studies of 164 problems, 5 samples each, a 95% interval holds the truth in 92 to 98%."""
    rng = np.random.default_rng(21)
    groups = cluster([str(i) for i in range(164)])
    held = 0
    for _ in range(600):
        x = rng.beta(0.6, 0.6, size=164)
        y = np.clip(x + rng.normal(0.0, 0.2, size=164), 0.0, 1.0)
        d = (rng.binomial(5, x) - rng.binomial(5, y)) / 5
        low, high, _ = paired_interval(d, groups, rng=rng, draws=400)
        held += low <= 0.0 <= high  # x is symmetric about ½, and so is y: the true difference is 0
    assert 0.92 <= held / 600 <= 0.98


def test_a_family_is_adjusted_by_holm() -> None:
    """Each comparison of a family gets its adjusted p value; nothing else changes."""
    wide = compare(tallies([1] * 12 + [0] * 8, 1), tallies([0] * 20, 1))
    narrow = compare(tallies([1] * 6 + [0] * 14, 1), tallies([0] * 20, 1))
    family = adjusted([narrow, wide])
    assert [seen.p_adjusted for seen in family] == pytest.approx([narrow.p_value, 2 * wide.p_value])
    assert msgspec.structs.replace(family[0], p_adjusted=None) == narrow
    assert adjusted([]) == ()


def test_what_cannot_be_compared_is_refused() -> None:
    """No shared problem, a problem twice, too few samples for k, a missing base id, values that are no shares."""
    with pytest.raises(DomainError, match="A has 1 problems and B 1, expected at least 1 in common"):
        compare(tallies([1], 1), tallies([1], 1, start=5))
    with pytest.raises(DomainError, match="problem 'HumanEval/0' has 2 tallies, expected one"):
        compare([*tallies([1], 1), *tallies([1], 1)], tallies([1], 1))
    with pytest.raises(DomainError, match="problem 'HumanEval/0' has n = 1, expected at least k = 2"):
        compare(tallies([1], 1), tallies([1], 1), k=2)
    with pytest.raises(DomainError, match="problem 'HumanEval/0' has no base id"):
        compare(tallies([1], 1), tallies([1], 1), base_of={})
    with pytest.raises(DomainError, match="problem 'HumanEval/0' has no stratum"):
        compare(tallies([1], 1), tallies([1], 1), stratum_of={})
    rng = np.random.default_rng(0)
    with pytest.raises(DomainError, match="a\\[1\\] is nan, expected a number from 0 to 1"):
        compare_values([0.0, math.nan], [0.0, 1.0], names=("A", "B"), what="x", ids=["p", "q"], samples=4, rng=rng)
    with pytest.raises(DomainError, match="b has shape \\(1,\\), expected \\(2,\\)"):
        compare_values([0.0, 1.0], [0.0], names=("A", "B"), what="x", ids=["p", "q"], samples=3, rng=rng)
    with pytest.raises(DomainError, match="draws is 10, expected an integer of at least 40"):
        compare_tallies(tallies([1], 1), tallies([0], 1), names=("A", "B"), rng=rng, draws=10)
