"""Ranks over draws, models left out, the Pareto front: against enumeration and on cases with a known answer."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import rankdata

from isocost.analysis.axes import Axis
from isocost.analysis.per import Scores, anchored_per, paper_per
from isocost.analysis.ranking import coupling, leave_one_out, mid_ranks, pareto_front, ranking
from isocost.errors import DomainError

if TYPE_CHECKING:
    from numpy.typing import NDArray

FEW_VALUES = st.integers(0, 3)  # so that ties are common


@st.composite
def grids(draw: st.DrawFn) -> NDArray[np.float64]:
    """Scores of up to five models in up to six draws."""
    models = draw(st.integers(1, 5))
    row = st.lists(FEW_VALUES, min_size=models, max_size=models)
    return np.array(draw(st.lists(row, min_size=1, max_size=6)), dtype=np.float64)


@given(grids())
def test_mid_ranks_are_scipys(scores: NDArray[np.float64]) -> None:
    """Ranks from the highest, ties averaged, as scipy's `rankdata` of the negative scores gives them."""
    assert mid_ranks(scores).tolist() == rankdata(-scores, axis=-1).tolist()


@given(grids())
def test_rank_1_probability_is_counted_and_shared(scores: NDArray[np.float64]) -> None:
    """Each draw gives one point, shared by those that are equally best; the interval's ends are ranks that occurred."""
    found = ranking(scores)
    assert found is not None
    points = np.zeros(scores.shape[1])
    for row in scores:
        best = [i for i, score in enumerate(row) if score == max(row)]
        points[best] += 1 / len(best)
    assert found.rank_1.tolist() == pytest.approx((points / len(scores)).tolist())
    assert found.rank_1.sum() == pytest.approx(1.0)
    ranks = mid_ranks(scores)
    for model in range(scores.shape[1]):
        assert {found.low[model], found.high[model]} <= set(ranks[:, model])
        assert found.low[model] <= np.median(ranks[:, model]) <= found.high[model]


def test_draws_without_scores_are_left_out_and_counted() -> None:
    """A masked draw is no draw; where all are masked there is no ranking."""
    scores = paper_per([[0.2, 0.6], [0.5, 0.5]], [9.0, 5.0], [1.0, 3.0], [1.0, 2.0])
    found = ranking(scores)
    assert found is not None
    assert (found.draws, found.absent) == (1, 1)
    assert ranking(scores[1:]) is None


@st.composite
def measured(draw: st.DrawFn) -> dict[Axis, NDArray[np.float64]]:
    """Up to six models on one to three axes, ties common."""
    models = draw(st.integers(1, 6))
    axes = draw(st.sets(st.sampled_from(list(Axis)), min_size=1, max_size=3))
    column = st.lists(FEW_VALUES, min_size=models, max_size=models)
    return {axis: np.array(draw(column), dtype=np.float64) + 1.0 for axis in sorted(axes)}


@given(measured())
def test_pareto_front_is_found_by_brute_force(axes: dict[Axis, NDArray[np.float64]]) -> None:
    """A model is off the front exactly when another is at least as good everywhere and better somewhere."""
    front = pareto_front(axes)
    signed = [values if axis.more_is_better else -values for axis, values in axes.items()]
    dominated = {
        mine
        for mine, other in permutations(range(len(front)), 2)
        if all(v[other] >= v[mine] for v in signed) and any(v[other] > v[mine] for v in signed)
    }
    assert {i for i, on in enumerate(front) if not on} == dominated
    assert front.any()
    draws = pareto_front({axis: np.stack([values, values]) for axis, values in axes.items()})
    assert draws.tolist() == [front.tolist()] * 2


ACCURACY = np.array([0.38, 0.58, 0.80, 0.81, 0.92])
THROUGHPUT = np.array([7927.0, 4417.0, 1738.0, 151.0, 48.0])
MEMORY = np.array([1024.0, 3072.0, 8192.0, 8192.0, 17920.0])
LATENCY = np.array([0.15, 0.25, 0.69, 3.74, 2.79])


def paper(kept: NDArray[np.intp]) -> Scores:
    """The paper's PER of the models kept."""
    return paper_per(ACCURACY[kept], THROUGHPUT[kept], MEMORY[kept], LATENCY[kept])


def test_leaving_a_model_out_upsets_the_papers_order_and_not_the_anchored_one() -> None:
    """Without the largest model the third of five falls to 0; under an anchored PER nobody moves."""
    found = leave_one_out(paper, 5)
    assert found is not None
    assert found.moves[4] is not None
    third = found.moves[4][2]
    assert third is not None
    assert third > 0
    assert found.moves[4][4] is None
    assert (found.inversions[4] or 0) > 0

    half = {Axis.accuracy: 0.5, Axis.memory: 0.5}
    anchor = {Axis.accuracy: 0.5, Axis.memory: 4096.0}
    steady = leave_one_out(
        lambda kept: anchored_per({Axis.accuracy: ACCURACY[kept], Axis.memory: MEMORY[kept]}, anchor, half), 5
    )
    assert steady is not None
    assert steady.inversions == (0,) * 5
    assert steady.best_changes == (False,) * 5


def test_absent_scores_are_absent_when_left_out() -> None:
    """Where the others have no PER without a model, what changes is absent; where the whole set has none, all is."""
    memory = np.array([1.0, 2.0, 2.0])

    def score(kept: NDArray[np.intp]) -> Scores:
        return paper_per(ACCURACY[kept], THROUGHPUT[kept], memory[kept], LATENCY[kept])

    found = leave_one_out(score, 3)
    assert found is not None
    assert found.moves[0] is None
    assert found.inversions[0] is None
    assert found.best_changes[0] is None
    assert found.inversions[1] is not None
    memory[0] = 2.0
    assert leave_one_out(score, 3) is None


def test_throughput_and_latency_that_say_the_same_are_pointed_at() -> None:
    """Latency = 1/throughput is a warning; unrelated axes are none; no spread has no correlation."""
    same = coupling(THROUGHPUT, 1.0 / THROUGHPUT)
    assert same is not None
    assert same.correlation == pytest.approx(-1.0)
    assert same.warning is not None
    apart = coupling([1.0, 2.0, 3.0, 4.0], [1.0, 9.0, 9.0, 1.0])
    assert apart is not None
    assert apart.warning is None
    assert coupling([1.0, 1.0, 1.0], [1.0, 2.0, 3.0]) is None


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: ranking([0.1, 0.2]), "scores has shape (2,), expected (draws, models);"),
        (lambda: ranking([[0.1, np.inf]]), "scores holds a number that is not finite,"),
        (lambda: ranking([[0.1]], level=95), "level is 95, expected a number between 0 and 1"),
        (lambda: leave_one_out(paper, 2), "models is 2, expected at least 3;"),
        (lambda: coupling([1.0, 2.0], [1.0, 2.0, 3.0]), "throughput and latency have shapes (2,) and (3,),"),
    ],
)
def test_outside_the_domain_is_refused(call: object, says: str) -> None:
    """One line says what was wrong, which value, and what is allowed."""
    assert callable(call)
    with pytest.raises(DomainError) as caught:
        call()
    assert str(caught.value).startswith(says)
