"""Isocost curves, against enumerating subsets of samples and exact arithmetic."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isocost.analysis.best_size import best_at_each
from isocost.analysis.curves import affordable, budget_grid, lookup, oracle_table, single_table
from isocost.analysis.panel import Key, Panel, Row
from isocost.analysis.panel_curves import Curve, common_budgets, panel_curves
from isocost.analysis.resampling import cluster_weights
from isocost.analysis.spending import spend_in_sequence
from isocost.errors import DomainError, RunMismatchError, UsageError
from isocost.records import Regime

COSTS = st.integers(1, 400).map(lambda cents: Fraction(cents, 100))


@given(st.lists(COSTS, min_size=1, max_size=5), COSTS, COSTS, st.booleans())
def test_affordable_counts_are_those_of_exact_arithmetic(
    budgets: list[Fraction], prompt: Fraction, completion: Fraction, shared: bool
) -> None:
    """Samples are counted as fractions say, however floats round: 0.3 buys three of 0.1."""
    counts = affordable([float(b) for b in budgets], [float(prompt)], [float(completion)], prompt_shared=shared)
    for budget, count in zip(budgets, counts[0].tolist(), strict=True):
        exact = (budget - prompt) / completion if shared else budget / (prompt + completion)
        assert count == max(0, math.floor(exact))


@given(st.lists(st.integers(1, 6).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))), min_size=1, max_size=4))
def test_oracle_table_is_the_share_of_subsets_that_hold_a_pass(tallies: list[tuple[int, int]]) -> None:
    """Each entry equals a count over all k-subsets; beyond the samples there is nothing."""
    table = oracle_table([n for n, _ in tallies], [c for _, c in tallies])
    for row, (n, c) in zip(table, tallies, strict=True):
        assert row[0] == 0.0
        for k in range(1, table.shape[1]):
            if k > n:
                assert math.isnan(row[k])
                continue
            subsets = list(itertools.combinations([True] * c + [False] * (n - c), k))
            assert row[k] == pytest.approx(sum(any(subset) for subset in subsets) / len(subsets))


def test_one_answer_buys_no_second() -> None:
    """In the regime `single` a budget beyond one sample changes nothing; one below it solves nothing."""
    values = lookup(single_table([1, 4], [1, 1]), np.array([[0, 1, 7], [0, 1, 7]]), first_only=True)
    assert values.tolist() == [[0.0, 1.0, 1.0], [0.0, 0.25, 0.25]]


def test_what_cannot_be_spent_is_refused() -> None:
    """Costs of 0 or below, and budgets that are none, are named."""
    with pytest.raises(DomainError, match="a problem that costs nothing"):
        affordable([1.0], [0.0], [0.0])
    with pytest.raises(DomainError, match="completion holds a cost below 0"):
        affordable([1.0], [1.0], [-1.0])
    assert affordable([0.5, 1.0], [1.0], [0.0])[0].tolist() == [0, 2**53]
    with pytest.raises(DomainError, match=r"budgets holds -1\.0"):
        affordable([-1.0], [0.0], [1.0])
    with pytest.raises(DomainError, match="prompt holds a cost below 0"):
        affordable([1.0], [-0.5], [1.0])
    with pytest.raises(DomainError, match="0 < low < high"):
        budget_grid(2.0, 1.0)


def _panel(rng: np.random.Generator, problems: int = 6, samples: int = 4) -> Panel:
    cells = {}
    for model, size in (("small", 1.0), ("large", 4.0)):
        rows = [
            Row(f"MBPP/{i}", samples, int(rng.integers(samples + 1)), 0.5 * size, size * float(rng.uniform(1, 2)))
            for i in range(problems)
        ]
        cells[Key(model, 0)] = rows
    return Panel(cells)


def test_curves_are_means_over_problems_of_what_each_can_afford() -> None:
    """Values and draws equal going through problems one by one, by hand."""
    panel = _panel(np.random.default_rng(3))
    budgets = common_budgets(panel, Regime.oracle, 9)
    weights = cluster_weights(panel.strata, rng=np.random.default_rng(5), draws=50)
    for key, curve in panel_curves(panel, Regime.oracle, budgets, weights).items():
        cell = panel.cells[key]
        assert cell.prompt is not None
        assert cell.completion is not None
        for place, budget in enumerate(budgets):
            ks = [max(0, int((budget - p) / c + 1e-9)) for p, c in zip(cell.prompt, cell.completion, strict=True)]
            enough = all(k <= n for k, n in zip(ks, cell.n, strict=True))
            assert (curve.within[place] == 1.0) == enough
            if not enough:
                assert math.isnan(curve.values[place])
                continue
            solved = [
                0.0 if k == 0 else 1 - math.comb(int(n - c), k) / math.comb(int(n), k)
                for k, n, c in zip(ks, cell.n, cell.c, strict=True)
            ]
            assert curve.values[place] == pytest.approx(np.mean(solved))
            assert curve.draws[:, place] == pytest.approx(weights @ np.array(solved) / panel.problems)


def test_a_panel_joins_by_identity() -> None:
    """Rows in another order give the same panel; what not all cells share is left out and counted."""
    rows = [Row(f"HumanEval/{i}", 2, i % 3, 1.0, 2.0) for i in range(5)]
    one = Panel({Key("a", 0): rows, Key("b", 0): rows[:4]})
    other = Panel({Key("a", 0): rows[::-1], Key("b", 0): rows[:4]})
    assert one.base_ids == other.base_ids == ("HumanEval/0", "HumanEval/1", "HumanEval/2", "HumanEval/3")
    assert one.cells[Key("a", 0)].c.tolist() == other.cells[Key("a", 0)].c.tolist()
    assert one.left_out == {Key("a", 0): 1, Key("b", 0): 0}
    with pytest.raises(RunMismatchError, match="twice"):
        Panel({Key("a", 0): [rows[0], rows[0]]})
    with pytest.raises(DomainError, match="no base problem is shared"):
        Panel({Key("a", 0): rows[:2], Key("b", 0): rows[3:]})


def test_selected_needs_a_selector() -> None:
    """The regime `selected` without a selector's table is refused by name."""
    panel = _panel(np.random.default_rng(3))
    weights = cluster_weights(panel.strata, rng=np.random.default_rng(5), draws=50)
    with pytest.raises(UsageError, match="no selector's scores for small at rung 0"):
        panel_curves(panel, Regime.selected, budget_grid(1, 2, 2), weights)


def test_the_best_model_is_the_one_most_draws_agree_on() -> None:
    """Value, probability and lead, counted by hand; equal models share a draw."""
    nothing = np.zeros(2)
    small = Curve(values=np.array([0.0, 0.5]), draws=np.array([[0.0, 0.5]] * 3 + [[0.0, 0.7]]), within=nothing,
                  affording=np.ones(2))  # fmt: skip
    large = Curve(values=np.array([0.0, 0.6]), draws=np.array([[0.0, 0.6]] * 2 + [[0.0, 0.5], [0.0, 0.6]]),
                  within=nothing, affording=np.ones(2))  # fmt: skip
    none, best = best_at_each(np.array([1.0, 2.0]), {"small": small, "large": large})
    assert none is None
    assert best is not None
    assert (best.model, best.runner_up) == ("large", "small")
    assert best.probability == pytest.approx(2.5 / 4)
    assert best.lead is not None
    assert best.lead[0] == pytest.approx(0.1)


@given(
    st.lists(st.tuples(st.booleans(), st.integers(1, 5)), min_size=1, max_size=4), st.integers(0, 3), st.integers(1, 30)
)
def test_spending_in_sequence_is_an_average_over_orders(
    samples: list[tuple[bool, int]], prompt: int, budget: int
) -> None:
    """The chance equals the share of all orders in which the first pass comes within the budget."""
    orders = list(itertools.permutations(samples))
    solved = 0
    out = False
    for order in orders:
        spent = prompt
        for passed, cost in order:
            spent += cost
            if passed:
                solved += spent <= budget
                break
        else:
            out = out or spent < budget
    chance = spend_in_sequence(
        [[passed for passed, _ in samples]], [[float(cost) for _, cost in samples]], [float(prompt)], [float(budget)],
        rng=np.random.default_rng(7), orders=3000,
    )[0, 0]  # fmt: skip
    if out:
        assert math.isnan(chance)
    else:
        assert chance == pytest.approx(solved / len(orders), abs=0.06)
