"""Rungs: the base × harder table, the paired drop, exclusions, and outcome shares."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isocost.analysis.rungs import RungStep, outcome_shares, rung_step
from isocost.benchmarks.unfair import unfair_problems
from isocost.errors import DomainError
from isocost.records import Outcome, Tally

BASE_OF = {f"HumanEvalPro/{i}": f"HumanEval/{i}" for i in range(164)}


def base(counts: list[int], n: int = 1) -> list[Tally]:
    """Tallies of HumanEval/0, …"""
    return [Tally(problem_id=f"HumanEval/{i}", n=n, c=c) for i, c in enumerate(counts)]


def pro(counts: list[int], n: int = 1) -> list[Tally]:
    """Tallies of HumanEvalPro/0, …"""
    return [Tally(problem_id=f"HumanEvalPro/{i}", n=n, c=c) for i, c in enumerate(counts)]


def step(lower: list[Tally], upper: list[Tally], **more: object) -> RungStep:
    """A step with a seed and few draws."""
    rng, base_of = np.random.default_rng(7), more.pop("base_of", BASE_OF)
    return rung_step(lower, upper, base_of=base_of, model="7B", rng=rng, draws=200, **more)  # type: ignore[arg-type]


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1)), min_size=1, max_size=164))
def test_the_table_counts_pairs(pairs: list[tuple[int, int]]) -> None:
    """With one sample the four shares are counts; the drop is only base less only harder; discordant counts agree."""
    seen = step(base([b for b, _ in pairs]), pro([h for _, h in pairs]))
    n, table = len(pairs), seen.table
    counts = [table.both * n, table.only_base * n, table.only_harder * n, table.neither * n]
    assert counts == pytest.approx([pairs.count(kind) for kind in ((1, 1), (1, 0), (0, 1), (0, 0))])
    assert seen.drop.difference.value == pytest.approx(table.only_base - table.only_harder)
    assert (seen.drop.a_better, seen.drop.b_better) == (round(counts[1]), round(counts[2]))
    assert seen.drop.method == "mcnemar-exact"
    solved = sum(b for b, _ in pairs)
    assert seen.kept == (pytest.approx(pairs.count((1, 1)) / solved) if solved else None)


def test_several_samples_give_expected_shares() -> None:
    """With n > 1 a share is the mean of the product of rates, as if one sample of each were drawn; they add up to 1."""
    seen = step(base([4, 1], 4), pro([1, 2], 2)).table
    assert seen.both == pytest.approx((1.0 * 0.5 + 0.25 * 1.0) / 2)
    assert seen.only_base == pytest.approx((1.0 * 0.5 + 0.0) / 2)
    assert seen.both + seen.only_base + seen.only_harder + seen.neither == pytest.approx(1.0)


def test_several_harder_problems_of_a_base_weigh_as_one() -> None:
    """A base problem with two harder ones counts once, with their mean."""
    upper = [Tally(problem_id="x", n=1, c=1), Tally(problem_id="y", n=1, c=0), Tally(problem_id="z", n=1, c=0)]
    seen = step(base([1, 1]), upper, base_of={"x": "HumanEval/0", "y": "HumanEval/0", "z": "HumanEval/1"})
    assert seen.table.problems == 2
    assert seen.drop.value_b == pytest.approx(0.25)
    assert seen.drop.difference.samples == 5


def test_unfair_problems_leave_both_rungs() -> None:
    """Without the ten problems of the audit list both means are over the same 154 base problems."""
    unfair = unfair_problems("humaneval-pro")
    counts = [0 if f"HumanEvalPro/{i}" in unfair else 1 for i in range(164)]
    everything, without = step(base([1] * 164), pro(counts)), step(base([1] * 164), pro(counts), exclude=unfair)
    assert everything.drop.difference.value == pytest.approx(10 / 164)
    assert everything.excluded == ()
    assert (without.drop.difference.value, without.drop.difference.problems) == (0.0, 154)
    assert (without.excluded, without.unmatched_base) == (tuple(sorted(unfair)), 10)


def test_what_does_not_match_is_counted() -> None:
    """Base problems without a harder one, and harder ones without a base tally, are left out and counted."""
    seen = step(base([1, 0, 1]), [*pro([1]), Tally(problem_id="HumanEvalPro/99", n=1, c=1)])
    assert (seen.table.problems, seen.unmatched_base, seen.unmatched_harder) == (1, 2, 1)


def test_rungs_that_do_not_join_are_refused() -> None:
    """No shared base problem, or a harder one without a base id, or a base id without a benchmark."""
    with pytest.raises(
        DomainError, match="7B: 1 base and 1 harder problems, expected at least 1 base problem in common"
    ):
        step(base([1]), [Tally(problem_id="HumanEvalPro/99", n=1, c=1)])
    with pytest.raises(DomainError, match="problem 'HumanEvalPro/0' has no base id"):
        step(base([1]), pro([1]), base_of={})
    with pytest.raises(DomainError, match="base problem 'HumanEval/0' has no stratum"):
        step(base([1]), pro([1]), stratum_of={})


def test_outcome_shares_weigh_problems_the_same() -> None:
    """`passed` is the mean pass@1, our own faults are counted apart, and a problem without a scored sample leaves."""
    seen = outcome_shares({
        "a": [Outcome.passed] * 3 + [Outcome.wrong_answer],
        "b": [Outcome.time_limit, Outcome.sandbox_error],
        "c": [Outcome.sandbox_error],
        "d": [],
    })  # fmt: skip
    assert seen.shares[Outcome.passed] == pytest.approx(0.375)
    assert seen.shares[Outcome.time_limit] == pytest.approx(0.5)
    assert sum(seen.shares.values()) == pytest.approx(1.0)
    assert Outcome.sandbox_error not in seen.shares
    assert (seen.problems, seen.samples, seen.unscored_problems, seen.sandbox_errors) == (2, 5, 2, 2)
    with pytest.raises(DomainError, match="1 problems and no scored sample"):
        outcome_shares({"a": [Outcome.sandbox_error]})
