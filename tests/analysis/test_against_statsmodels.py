"""Estimators held against statsmodels, which was written by others."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from isocost.analysis.scaling import fit_logit, fit_power
from isocost.metrics.intervals import wilson
from isocost.metrics.multiplicity import holm
from isocost.metrics.paired_tests import mcnemar_exact

with warnings.catch_warnings():  # what a library warns of while it is imported is not ours
    warnings.simplefilter("ignore")
    import statsmodels.api as sm
    from statsmodels.stats.contingency_tables import mcnemar
    from statsmodels.stats.multitest import multipletests
    from statsmodels.stats.proportion import proportion_confint

SIZES = np.array([0.5, 1.5, 3.0, 7.0, 14.0])


@pytest.mark.parametrize("seed", range(5))
def test_both_forms_of_scaling_are_binomial_regressions(seed: int) -> None:
    """Logit p = α + β·ln N is a binomial model with logit link; −ln p = A·N^−ν one of failures, complementary log-log."""
    rng = np.random.default_rng(seed)
    trials = 164
    passed = rng.binomial(trials, 1.0 / (1.0 + np.exp(-(0.2 + 0.5 * np.log(SIZES)))))
    design = sm.add_constant(np.log(SIZES))
    counts = np.column_stack([passed, trials - passed])
    logit = sm.GLM(counts, design, family=sm.families.Binomial()).fit()
    ours = fit_logit(SIZES, passed, trials)
    assert (float(ours.alpha), float(ours.beta)) == pytest.approx(tuple(logit.params), rel=1e-5)
    # p = exp(−exp(ln A − ν·ln N)): the share of failures is 1 − exp(−exp(·)).
    family = sm.families.Binomial(link=sm.families.links.CLogLog())
    power = sm.GLM(counts[:, ::-1], design, family=family).fit()
    law = fit_power(SIZES, passed, trials)
    assert (float(law.log_A), -float(law.nu)) == pytest.approx(tuple(power.params), rel=1e-4)


@pytest.mark.parametrize(("successes", "n"), [(0, 164), (1, 164), (82, 164), (377, 378), (378, 378)])
def test_wilson(successes: int, n: int) -> None:
    """Wilson's interval, at the ends too."""
    assert wilson(successes, n) == pytest.approx(proportion_confint(successes, n, method="wilson"), abs=1e-12)


@pytest.mark.parametrize(("only_a", "only_b"), [(0, 0), (3, 9), (34, 9), (12, 12)])
def test_mcnemar(only_a: int, only_b: int) -> None:
    """The exact test of discordant pairs."""
    theirs = mcnemar([[5, only_a], [only_b, 7]], exact=True).pvalue
    assert mcnemar_exact(only_a, only_b) == pytest.approx(theirs)


def test_holm() -> None:
    """Adjusted p values of a family."""
    p = [0.001, 0.04, 0.03, 0.5, 0.012]
    assert holm(p).tolist() == pytest.approx(multipletests(p, method="holm")[1].tolist())
