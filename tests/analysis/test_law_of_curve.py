"""The law of a curve, whose draws are straightened, against refitting it exactly on every draw."""

from __future__ import annotations

import numpy as np
import pytest

from isocost.analysis.beta_binomial import fit_beta_binomial
from isocost.analysis.coverage import expected_pass_at
from isocost.analysis.law_of_curve import BetaBinomialLaw, beta_binomial_law
from isocost.analysis.panel import Cell, Row
from isocost.analysis.resampling import cluster_weights


@pytest.mark.parametrize("samples", [5, 20])
def test_draws_are_close_to_exact_refits(samples: int) -> None:
    """Each draw's share is within 1 point of an exact refit, and the interval's ends within half a point."""
    rng = np.random.default_rng(samples)
    chance = rng.beta(0.4, 0.8, 164)
    passed = rng.binomial(samples, chance)
    cell = Cell([Row(f"MBPP/{i}", samples, int(c)) for i, c in enumerate(passed)])
    weights = cluster_weights(["MBPP"] * 164, rng=rng, draws=200)
    k = np.tile(np.array([samples + 1, 4 * samples, 50 * samples]), (164, 1))
    value, drawn = beta_binomial_law(cell, k, weights)
    whole = fit_beta_binomial(cell.n, cell.c)
    exact = expected_pass_at(k, cell.n[:, None], cell.c[:, None], whole.a, whole.b).mean(axis=0)
    assert value == pytest.approx(exact)
    each = fit_beta_binomial(cell.n, cell.c, weights)
    refitted = np.stack([
        weights[d] @ expected_pass_at(k, cell.n[:, None], cell.c[:, None], each.a[d], each.b[d]) / 164
        for d in range(200)
    ])  # fmt: skip
    assert np.abs(drawn - refitted).max() < 0.01
    assert (
        np.abs(np.quantile(drawn, [0.025, 0.975], axis=0) - np.quantile(refitted, [0.025, 0.975], axis=0)).max() < 0.005
    )


def test_fits_are_kept_for_the_same_tallies_and_draws() -> None:
    """Asked again at other budgets, as in another unit, the law that keeps its fits says what fits made anew say."""
    rng = np.random.default_rng(3)
    cells = [Cell([Row(f"MBPP/{i}", 5, int(c)) for i, c in enumerate(rng.binomial(5, 0.4, 60))]) for _ in range(2)]
    law = BetaBinomialLaw()
    for seed in (1, 2):
        weights = cluster_weights(["MBPP"] * 60, rng=np.random.default_rng(seed), draws=50)
        for cell in cells:
            for k in (np.tile([0, 6, 40], (60, 1)), np.tile([7, 9], (60, 1))):
                for kept, anew in zip(law(cell, k, weights), beta_binomial_law(cell, k, weights), strict=True):
                    assert kept.tolist() == anew.tolist()


def test_problems_that_need_no_law_add_nothing() -> None:
    """Where k is 0, as for problems whose samples suffice, the contribution is 0 in the value and in every draw."""
    cell = Cell([Row(f"MBPP/{i}", 4, i % 5) for i in range(20)])
    weights = cluster_weights(["MBPP"] * 20, rng=np.random.default_rng(1), draws=10)
    value, drawn = beta_binomial_law(cell, np.zeros((20, 2), dtype=np.int64), weights)
    assert value.tolist() == [0.0, 0.0]
    assert (drawn == 0.0).all()


@pytest.mark.parametrize("passed", [0, 4])
def test_where_nothing_or_everything_passed_there_is_no_law(passed: int) -> None:
    """The curve ends where samples do not suffice: rates of 0 or of 1 alone say nothing of how rates differ."""
    cell = Cell([Row(f"MBPP/{i}", 4, passed) for i in range(20)])
    weights = cluster_weights(["MBPP"] * 20, rng=np.random.default_rng(1), draws=10)
    k = np.zeros((20, 2), dtype=np.int64)
    k[3, 1] = 9
    value, drawn = beta_binomial_law(cell, k, weights)
    assert value[0] == 0.0
    assert np.isnan(value[1])
    assert np.isnan(drawn[:, 1]).all()
    assert (drawn[:, 0] == 0.0).all()
