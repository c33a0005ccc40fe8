"""Selection: what each selector scores, ragged problems joined by id, and what choosing solves."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isocost.analysis.selection import (
    CHARGES,
    Selector,
    agreement,
    first_sample,
    mean_log_probability,
    soft_score,
    solved_selected,
    visible_tests,
)
from isocost.errors import DomainError
from isocost.metrics.pass_at_k import pass_at_k
from isocost.metrics.rank_score import rank_score


def test_every_selector_says_what_it_charges() -> None:
    """Each of the known selectors has a sentence on its cost."""
    assert set(CHARGES) == set(Selector)


def test_first_sample_prefers_the_earliest_draw() -> None:
    """Of any samples at hand the one drawn first has the highest score, whatever the order they come in."""
    scores = first_sample({"a": [2, 0, 1], "b": [5]})
    assert int(np.argmax(scores["a"])) == 1
    assert scores["b"].tolist() == [-5.0]


def test_log_probability_is_a_mean_and_an_empty_sample_is_last() -> None:
    """A long sample is not punished for its length; one without tokens, or cut off (−inf), is chosen last."""
    scores = mean_log_probability({"a": [-2.0, -20.0, 0.0, -math.inf]}, {"a": [4, 40, 0, 9]})["a"]
    assert scores.tolist() == [-0.5, -0.5, -math.inf, -math.inf]


@settings(deadline=None)
@given(st.lists(st.none() | st.sampled_from(["x", "y", (1, 2)]), max_size=12))
def test_agreement_counts_equals(signatures: list[object]) -> None:
    """A score is the number of samples with the same outputs; a sample without outputs scores 0."""
    scores = agreement({"a": signatures})["a"].tolist()
    assert scores == [0 if s is None else sum(s == other for other in signatures) for s in signatures]


@settings(deadline=None)
@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_soft_score_is_fair_to_both_words(p_true: float, p_false: float) -> None:
    """Swapping the two words turns the score into 1 minus it; no verdict is ½."""
    score = float(soft_score({"a": [p_true]}, {"a": [p_false]})["a"][0])
    swapped = float(soft_score({"a": [p_false]}, {"a": [p_true]})["a"][0])
    assert 0.0 <= score <= 1.0
    assert score + swapped == pytest.approx(1.0)


def test_solved_is_each_problem_by_itself() -> None:
    """Problems of different numbers of samples and of k get the rank-score that each has alone, by id."""
    rng = np.random.default_rng(1)
    sizes = {f"p{i}": int(rng.integers(1, 6)) for i in range(30)}
    scores = {i: rng.integers(3, size=n) for i, n in sizes.items()}
    passed = {i: rng.integers(2, size=n) for i, n in sizes.items()}
    k = {i: int(rng.integers(0, n + 1)) for i, n in sizes.items()}
    solved = solved_selected(scores, dict(reversed(passed.items())), k)
    assert list(solved) == list(sizes)
    for i in sizes:
        wanted = float(rank_score(scores[i], passed[i], k[i])) if k[i] else 0.0
        assert solved[i] == pytest.approx(wanted, abs=1e-15)


def test_a_selector_that_knows_all_reaches_the_oracle() -> None:
    """With the hidden verdicts as scores it solves pass@k: the regime `oracle` is its upper end."""
    passed = {"a": [0, 1, 0, 0], "b": [0, 0, 0]}
    solved = solved_selected(passed, passed, {"a": 2, "b": 3})
    assert solved == pytest.approx({"a": pass_at_k(4, 1, 2), "b": 0.0})


def test_what_does_not_join_is_refused() -> None:
    """Other problems, other samples, a k above n and impossible inputs are refused, with the problem's id."""
    with pytest.raises(DomainError, match="problem 'b': scores has shape None and passed \\(1,\\)"):
        solved_selected({"a": [1.0]}, {"a": [1], "b": [1]}, {"a": 1})
    with pytest.raises(DomainError, match="k is of 0 problems, scores of 1"):
        solved_selected({"a": [1.0]}, {"a": [1]}, {})
    with pytest.raises(DomainError, match="k of problem 'a' is 2, expected an integer from 0 to n = 1"):
        solved_selected({"a": [1.0]}, {"a": [1]}, {"a": 2})
    with pytest.raises(DomainError, match="problem 'a': totals has shape \\(2,\\) and tokens \\(1,\\)"):
        mean_log_probability({"a": [-1.0, -2.0]}, {"a": [3]})
    with pytest.raises(DomainError, match=r"totals of problem 'a': 0\.5, expected one number for each sample"):
        mean_log_probability({"a": [0.5]}, {"a": [3]})
    with pytest.raises(DomainError, match="passed of problem 'a': nan"):
        visible_tests({"a": [math.nan]})
    with pytest.raises(DomainError, match=r"p_true of problem 'a': 1\.5"):
        soft_score({"a": [1.5]}, {"a": [0.0]})
