"""Estimators over tallies, arrays and numbers: pass@k, intervals of a share, the bootstrap over problems.

Nothing is imported here, so that `import isocost` stays light: take each estimator from the file that it lives in,
as in `from isocost.metrics.pass_at_k import mean_pass_at_k`.
"""
