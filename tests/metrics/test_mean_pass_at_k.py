"""The mean of pass@k over problems: its value, which interval it takes, and what it refuses."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isocost.errors import DomainError, UsageError
from isocost.metrics.bootstrap import bootstrap_mean
from isocost.metrics.intervals import wilson, wilson_of_mean
from isocost.metrics.pass_at_k import mean_pass_at_k, pass_at_k, pass_at_k_array
from isocost.records import Estimate, Tally


def tallies_of(rows: list[tuple[int, int]]) -> list[Tally]:
    """One tally for each (n, c)."""
    return [Tally(problem_id=f"HumanEval/{i}", n=n, c=c) for i, (n, c) in enumerate(rows)]


@st.composite
def sampled(draw: st.DrawFn) -> list[Tally]:
    """Tallies of 1 to 40 problems with 2 to 30 samples each."""
    totals = draw(st.lists(st.integers(2, 30), min_size=1, max_size=40))
    return tallies_of([(n, draw(st.integers(0, n))) for n in totals])


def test_one_sample_per_problem_takes_wilson() -> None:
    """72 of 164 problems solved greedily: the share, Wilson's interval, both counts, and no randomness wanted."""
    estimate = mean_pass_at_k(tallies_of([(1, 1)] * 72 + [(1, 0)] * 92), 1)
    low, high = wilson(72, 164)
    assert estimate == Estimate(
        value=72 / 164, low=low, high=high, level=0.95, method="wilson", problems=164, samples=164
    )


def test_several_samples_take_the_bootstrap_over_problems() -> None:
    """The interval is the bootstrap of the problems' values with the same seed, and says so."""
    rows = [(20, i % 21) for i in range(100)]
    estimate = mean_pass_at_k(tallies_of(rows), 5, rng=np.random.default_rng(3), level=0.9, draws=500)
    values = [pass_at_k(n, c, 5) for n, c in rows]
    assert (estimate.low, estimate.high) == bootstrap_mean(values, rng=np.random.default_rng(3), level=0.9, draws=500)
    assert (estimate.method, estimate.level, estimate.problems, estimate.samples) == ("bootstrap", 0.9, 100, 2000)


@settings(deadline=None, max_examples=60)
@given(sampled(), st.data())
def test_value_is_the_mean_over_problems(tallies: list[Tally], data: st.DataObject) -> None:
    """Each problem weighs the same, however many samples it has, and the interval holds the value."""
    k = data.draw(st.integers(1, min(tally.n for tally in tallies)))
    estimate = mean_pass_at_k(tallies, k, rng=np.random.default_rng(0), draws=200)
    assert estimate.value == math.fsum(pass_at_k(tally.n, tally.c, k) for tally in tallies) / len(tallies)
    assert 0.0 <= estimate.low <= estimate.value <= estimate.high <= 1.0
    assert estimate.low < estimate.high


@settings(deadline=None, max_examples=30)
@given(sampled(), st.randoms(use_true_random=False))
def test_order_of_problems_has_no_influence(tallies: list[Tally], random: object) -> None:
    """The same tallies in another order give the same estimate to the bit."""
    shuffled = list(tallies)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    first = mean_pass_at_k(tallies, 2, rng=np.random.default_rng(5), draws=100)
    assert mean_pass_at_k(shuffled, 2, rng=np.random.default_rng(5), draws=100) == first


@pytest.mark.parametrize(("c", "value"), [(0, 0.0), (10, 1.0), (5, 0.5)])
def test_problems_that_all_agree_get_an_interval_with_width(c: int, value: float) -> None:
    """At 0%, at 100% and wherever all problems have one value, Wilson on the number of problems stands in."""
    estimate = mean_pass_at_k(tallies_of([(10, c)] * 164), 1, rng=np.random.default_rng(0))
    assert (estimate.value, estimate.method) == (value, "wilson-no-spread")
    assert (estimate.low, estimate.high) == wilson_of_mean(value, 164)
    assert estimate.low < estimate.high


def test_a_single_problem_is_wide_open() -> None:
    """One problem says next to nothing about others, however many samples it has."""
    estimate = mean_pass_at_k(tallies_of([(1000, 500)]), 1, rng=np.random.default_rng(0))
    assert estimate.method == "wilson-no-spread"
    assert estimate.high - estimate.low > 0.85


def test_solved_in_all_attempts_or_none_is_still_a_bootstrap_over_problems() -> None:
    """Ten equal answers per problem count as one: the interval is about that of one answer per problem."""
    repeated = mean_pass_at_k(tallies_of([(10, 10)] * 82 + [(10, 0)] * 82), 1, rng=np.random.default_rng(0), draws=4000)
    once = mean_pass_at_k(tallies_of([(1, 1)] * 82 + [(1, 0)] * 82), 1)
    assert repeated.method == "bootstrap"
    assert repeated.high - repeated.low == pytest.approx(once.high - once.low, rel=0.05)


@pytest.mark.parametrize(
    ("rows", "k", "says"),
    [
        ([], 1, "tallies holds 0 problems, expected at least 1;"),
        ([(5, 1), (3, 1)], 4, "pass@k of problem 'HumanEval/1': k is 4, expected an integer from 1 to n = 3; score"),
        ([(5, 1), (0, 0)], 1, "pass@k of problem 'HumanEval/1': n is 0, expected an integer of at least 1; leave out"),
        ([(5, 6)], 1, "pass@k of problem 'HumanEval/0': c is 6, expected an integer from 0 to n = 5;"),
        ([(5, 1)], 0, "pass@k of problem 'HumanEval/0': k is 0, expected an integer from 1 to n = 5;"),
        ([(5, 1)], True, "pass@k of problem 'HumanEval/0': k is True, expected an integer from 1 to n = 5;"),
    ],
)
def test_refuses_what_has_no_pass_at_k(rows: list[tuple[int, int]], k: int, says: str) -> None:
    """No tallies, a count out of range, more samples asked than a problem has: refused, the problem named."""
    with pytest.raises(DomainError) as caught:
        mean_pass_at_k(tallies_of(rows), k, rng=np.random.default_rng(0))
    assert str(caught.value).startswith(says)
    assert "\n" not in str(caught.value)


def test_refuses_a_problem_that_is_there_twice() -> None:
    """Two tallies of one problem would weigh it twice."""
    tallies = [*tallies_of([(5, 1), (5, 2)]), Tally(problem_id="HumanEval/1", n=5, c=0)]
    with pytest.raises(DomainError, match=r"holds problem 'HumanEval/1' 2 times, expected one tally"):
        mean_pass_at_k(tallies, 1, rng=np.random.default_rng(0))


def test_a_bootstrap_wants_a_generator() -> None:
    """Without a source of randomness, several samples a problem are refused, with what to type."""
    with pytest.raises(
        UsageError, match=r"rng is None, .* 20 samples of 2 problems .* pass rng=numpy\.random\.default"
    ):
        mean_pass_at_k(tallies_of([(10, 1), (10, 2)]), 1)


def test_level_and_draws_are_checked() -> None:
    """A level or a number of draws out of range is refused in either kind of interval."""
    with pytest.raises(DomainError, match=r"level is 95, expected a number between 0 and 1"):
        mean_pass_at_k(tallies_of([(1, 1)]), 1, level=95)
    with pytest.raises(DomainError, match=r"draws is 39, expected an integer of at least 40"):
        mean_pass_at_k(tallies_of([(2, 1), (2, 2)]), 1, rng=np.random.default_rng(0), draws=39)


def test_covers_the_true_mean_about_as_often_as_it_says() -> None:
    """Over 600 simulated runs of 164 problems with 10 samples, the 95% interval of pass@5 holds the truth 92 to 98%."""
    rng = np.random.default_rng(20_210_707)
    truth = 1 - math.exp(math.lgamma(1) + math.lgamma(5.5) - math.lgamma(0.5) - math.lgamma(6))  # Beta(½, ½): E(1−p)⁵
    hits = 0
    for _ in range(600):
        c = rng.binomial(10, rng.beta(0.5, 0.5, size=164))
        low, high = bootstrap_mean(pass_at_k_array(10, c, 5), rng=rng, draws=400)
        hits += low <= truth <= high
    assert 0.92 <= hits / 600 <= 0.98
