"""The three forms of PER: what each depends on, what it does not, and where it has no value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isocost.analysis.axes import Axis
from isocost.analysis.per import anchored_per, budgeted_per, paper_per
from isocost.errors import DomainError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Table = dict[Axis, NDArray[np.float64]]

PAPER = (Axis.accuracy, Axis.throughput, Axis.memory, Axis.latency)
POSITIVE = st.floats(1e-3, 1e6)


@st.composite
def tables(draw: st.DrawFn, least: int = 2) -> Table:
    """Two to eight models on the four axes of the paper."""
    models = draw(st.integers(least, 8))
    column = st.lists(POSITIVE, min_size=models, max_size=models)
    shares = st.lists(st.floats(0.0, 1.0), min_size=models, max_size=models)
    return {axis: np.array(draw(shares if axis is Axis.accuracy else column)) for axis in PAPER}


@st.composite
def weights(draw: st.DrawFn) -> dict[Axis, float]:
    """Positive weights that sum to 1."""
    parts = draw(st.lists(st.integers(1, 20), min_size=4, max_size=4))
    return {axis: part / sum(parts) for axis, part in zip(PAPER, parts, strict=True)}


REFERENCE = {Axis.accuracy: 0.4, Axis.throughput: 300.0, Axis.memory: 14.0, Axis.latency: 2.0}


def by_hand(table: Table) -> list[float | None]:
    """The paper's formula, one model and one axis at a time."""
    models = len(table[Axis.accuracy])
    if any(max(values) == min(values) for values in table.values()):
        return [None] * models
    scores: list[float | None] = []
    for i in range(models):
        product = 1.0
        for axis, values in table.items():
            share = (values[i] - min(values)) / (max(values) - min(values))
            product *= share if axis.more_is_better else 1.0 - share
        scores.append(max(product, 0.0) ** 0.25)
    return scores


def paper(table: Table) -> list[float | None]:
    """`paper_per` of a table."""
    scores: list[float | None] = paper_per(**{axis.value: values for axis, values in table.items()}).tolist()
    return scores


@given(tables(least=1))
def test_paper_per_is_the_formula(table: Table) -> None:
    """Each model's PER is the geometric mean of its four normalised values; a set with 0/0 has none at all."""
    expected = by_hand(table)
    assert [score is None for score in paper(table)] == [score is None for score in expected]
    # 1 − share loses digits where the range is wide; the fourth root makes a difference of 1e-16 one of 1e-4.
    for score, wanted in zip(paper(table), expected, strict=True):
        if score is not None and wanted is not None:
            assert score**4 == pytest.approx(wanted**4, abs=1e-9)


def test_paper_per_changes_when_a_model_joins() -> None:
    """A model that is nobody's competitor turns the order of two others round, and gives a third one 0."""
    small = {
        Axis.accuracy: np.array([0.38, 0.58, 0.80, 0.81]),
        Axis.throughput: np.array([7927.0, 4417.0, 1738.0, 151.0]),
        Axis.memory: np.array([1024.0, 3072.0, 8192.0, 8100.0]),
        Axis.latency: np.array([0.15, 0.25, 0.69, 3.74]),
    }
    large = {Axis.accuracy: 0.92, Axis.throughput: 48.0, Axis.memory: 17920.0, Axis.latency: 2.79}
    joined = {axis: np.append(values, large[axis]) for axis, values in small.items()}
    alone, together = paper(small), paper(joined)
    assert alone[2] == 0.0  # the largest memory of the four
    assert together[2] is not None
    assert together[2] > 0.5
    assert alone != together[:4]


@given(tables(), st.data())
def test_paper_per_does_not_see_units(table: Table, data: st.DataObject) -> None:
    """Counting an axis in another unit (times a power of two, so that floats agree) leaves it as it is."""
    axis = data.draw(st.sampled_from(PAPER))
    factor = 2.0 ** data.draw(st.integers(-10, 10))
    assert paper(table | {axis: table[axis] * factor}) == pytest.approx(paper(table))


def test_paper_per_of_draws_is_row_by_row() -> None:
    """Accuracies of several draws are scored beside speeds that do not move; one draw with 0/0 is absent alone."""
    accuracy = np.array([[0.2, 0.6, 0.7], [0.5, 0.5, 0.5], [0.3, 0.9, 0.4]])
    speeds = [900.0, 500.0, 100.0], [1.0, 3.0, 14.0], [1.0, 2.0, 9.0]
    scores = paper_per(accuracy, *speeds)
    assert scores.shape == (3, 3)
    assert scores.tolist()[1] == [None, None, None]
    for draw in (0, 2):
        assert scores.tolist()[draw] == paper_per(accuracy[draw], *speeds).tolist()
    assert np.isnan(scores.data[1]).all()


@given(tables(), weights())
def test_anchored_per_does_not_see_the_set(table: Table, shares: dict[Axis, float]) -> None:
    """Whichever model is taken out, the others keep their PER to the bit."""
    whole = anchored_per(table, REFERENCE, shares)
    models = len(whole)
    for left_out in range(models):
        kept = [i for i in range(models) if i != left_out]
        part = anchored_per({axis: values[kept] for axis, values in table.items()}, REFERENCE, shares)
        assert part.tolist() == whole[kept].tolist()


@given(tables(), weights(), st.sampled_from(PAPER), st.floats(1e-6, 1e6))
def test_anchored_per_does_not_see_units(table: Table, shares: dict[Axis, float], axis: Axis, factor: float) -> None:
    """Model and reference in another unit: the same PER, where both can be written as floats of full precision."""
    table = table | {Axis.accuracy: np.where(table[Axis.accuracy] < 1e-6, 0.0, table[Axis.accuracy])}
    other = anchored_per(table | {axis: table[axis] * factor}, REFERENCE | {axis: REFERENCE[axis] * factor}, shares)
    assert other.tolist() == pytest.approx(anchored_per(table, REFERENCE, shares).tolist(), rel=1e-9)


@given(tables(), weights())
def test_anchored_per_is_zero_only_where_nothing_was_solved(table: Table, shares: dict[Axis, float]) -> None:
    """A model that is the worst on every axis but solves something has a PER above 0."""
    table = table | {Axis.accuracy: np.where(table[Axis.accuracy] < 1e-6, 0.0, table[Axis.accuracy])}
    scores = anchored_per(table, REFERENCE, shares)
    assert ((scores.data == 0.0) == (table[Axis.accuracy] == 0.0)).all()


@given(tables(), weights())
def test_anchored_per_of_the_reference_is_one(table: Table, shares: dict[Axis, float]) -> None:
    """Measured by itself a model has PER 1; PER is the weighted geometric mean of the ratios."""
    table = table | {Axis.accuracy: np.maximum(table[Axis.accuracy], 0.01)}
    reference = {axis: float(values[0]) for axis, values in table.items()}
    scores = anchored_per(table, reference, shares).tolist()
    assert scores[0] == pytest.approx(1.0)
    product = 1.0
    for axis, values in table.items():
        product *= (values[1] / reference[axis]) ** (shares[axis] if axis.more_is_better else -shares[axis])
    assert scores[1] == pytest.approx(product)


def test_a_reference_that_solved_nothing_measures_nothing() -> None:
    """In the draws in which the reference solved nothing, ratios to it are absent; in the others they are not."""
    half = {Axis.accuracy: 0.5, Axis.cost: 0.5}
    axes = {Axis.accuracy: np.array([[0.4, 0.0], [0.4, 0.2]]), Axis.cost: np.array([1.0, 4.0])}
    scores = anchored_per(axes, {Axis.accuracy: [0.0, 0.4], Axis.cost: 1.0}, half)
    assert scores.tolist()[0] == [None, None]
    assert scores.tolist()[1] == pytest.approx([1.0, (0.5 / 4.0) ** 0.5])


@given(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=6), POSITIVE)
def test_budgeted_per_ranks_as_solved_does(solved: list[float], budget: float) -> None:
    """At one budget it is `solved` on another scale."""
    scores = budgeted_per(solved, budget)
    assert (scores * budget).tolist() == pytest.approx(solved)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: paper_per([0.1, 0.2], [1.0], [1.0, 2.0], [1.0, 2.0]), "axes have lengths {'accuracy': 2, 'through"),
        (lambda: paper_per([0.1, np.nan], [1, 2], [1, 2], [1, 2]), "accuracy[1] is nan, expected a finite number of"),
        (lambda: paper_per(np.array([0.1, None]), [1, 2], [1, 2], [1, 2]), "accuracy has dtype object, expected an array of"),
        (lambda: paper_per([0.1, 0.2], [1, 2], [1, -2], [1, 2]), "memory[1] is -2.0, expected a finite number above 0"),
        (lambda: paper_per([], [], [], []), "accuracy has shape (0,), expected at least 1 value;"),
        (lambda: paper_per(0.1, 1, 1, 1), "axes have lengths {'accuracy': 0,"),
        (lambda: paper_per([[0.1]] * 2, [[1]] * 3, [1], [1]), "axes have shapes {'accuracy': (2, 1),"),
        (lambda: anchored_per({}, {}, {}), "axes holds 0 axes, expected at least 1;"),
        (lambda: anchored_per({Axis.cost: [1]}, {}, {Axis.cost: 1.0}), "reference has axes [], expected"),
        (lambda: anchored_per({Axis.cost: [1]}, {Axis.cost: 1}, {Axis.cost: -1.0}), "weight of cost is -1.0, expected"),
        (lambda: anchored_per({Axis.cost: [1]}, {Axis.cost: 0}, {Axis.cost: 1.0}), "reference cost is 0.0, expected"),
        (lambda: anchored_per({Axis.cost: [1]}, {Axis.cost: 1}, {Axis.cost: 0.9}), "weights sum to 0.9, expected 1;"),
        (lambda: budgeted_per([0.5], 0.0), "budget is 0.0, expected a finite number above 0"),
        (lambda: budgeted_per([-0.5], 1.0), "solved[0] is -0.5, expected a finite number of at least 0"),
    ],
)  # fmt: skip
def test_outside_the_domain_is_refused(call: object, says: str) -> None:
    """One line says what was wrong, which value, and what is allowed."""
    assert callable(call)
    with pytest.raises(DomainError) as caught:
        call()
    assert str(caught.value).startswith(says)
    assert "\n" not in str(caught.value)
