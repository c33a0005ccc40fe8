"""How long the fits over bootstrap draws take, beside the same fits one draw at a time.

    python -m bench.analysis_fits

2,000 draws × 3 rungs × 6 sizes at 542 problems × 20 samples; simulated tallies, one seed. The loop is timed on 100 of
the draws and counted up. Seconds are of the processor, all threads together. Prints a table.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from isocost.analysis.beta_binomial import fit_beta_binomial
from isocost.analysis.coverage import expected_coverage
from isocost.analysis.coverage_law import fit_power_of_k
from isocost.analysis.elasticity import fit_elasticity
from isocost.analysis.scaling import fit_logit, fit_power
from isocost.analysis.size_left_out import compare_forms

DRAWS, LOOPED, PROBLEMS, SAMPLES = 2000, 100, 542, 20
SIZES = np.array([0.5, 1.5, 3.0, 7.0, 14.0, 32.0])
KS = np.geomspace(SAMPLES, 1000, 20)


def main() -> None:
    """Time each fit at once and draw by draw."""
    rng = np.random.default_rng(0)
    weights = rng.multinomial(PROBLEMS, np.full(PROBLEMS, 1 / PROBLEMS), size=DRAWS).astype(float)
    mean = 1 / (1 + np.exp(0.5 + np.array([0.0, 0.4, 1.2])[:, None] - 0.6 * np.log(SIZES)))
    rates = rng.beta(0.8 * mean[..., None], 0.8 * (1 - mean[..., None]), size=(3, 6, PROBLEMS))
    passed = rng.binomial(SAMPLES, rates)
    n = np.full(PROBLEMS, SAMPLES)
    counts = np.einsum("dp,rmp->drm", weights, passed)
    trials = np.full(6, float(PROBLEMS * SAMPLES))
    coverage = 1 - np.exp(-0.3 * np.log(np.arange(2, 22)) * (counts / trials)[..., None])
    cost = SIZES * trials / counts

    def beta_binomial(rows: slice) -> None:
        for rung in range(3):
            for model in range(6):
                fit_beta_binomial(n, passed[rung, model], weights[rows])

    def extrapolated(rows: slice) -> None:
        for rung in range(3):
            for model in range(6):
                tallies = n, passed[rung, model]
                fit = fit_beta_binomial(*tallies, weights[rows])
                expected_coverage(KS, *tallies, fit.a, fit.b, weights[rows])

    timed: dict[str, Callable[[slice], object]] = {
        "fit_logit": lambda rows: fit_logit(SIZES, counts[rows], trials),
        "fit_power": lambda rows: fit_power(SIZES, counts[rows], trials),
        "compare_forms": lambda rows: compare_forms(SIZES, counts[rows], trials),
        "fit_elasticity": lambda rows: fit_elasticity(SIZES, cost[rows]),
        "fit_power_of_k (20 k)": lambda rows: fit_power_of_k(np.arange(1, 21), coverage[rows]),
        "fit_beta_binomial (18 calls)": beta_binomial,
        "and expected_coverage at 20 k": extrapolated,
    }
    print(f"{'':<32}{'at once, s':>12}{'looped, s':>12}{'ratio':>8}")
    for name, fit in timed.items():
        start = time.process_time()
        fit(slice(None))
        middle = time.process_time()
        for draw in range(LOOPED):
            fit(slice(draw, draw + 1))
        once, looped = middle - start, (time.process_time() - middle) * DRAWS / LOOPED
        print(f"{name:<32}{once:>12.3f}{looped:>12.1f}{looped / once:>8.0f}")


if __name__ == "__main__":
    main()
