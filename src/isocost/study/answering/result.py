"""`result.json`: what analysis made of a study, field by field; the report, the command line and every test read this.

A number stands with its interval, or with the reason why there is none. Absent is null.
"""

from __future__ import annotations

from isocost.records import Basis, Comparison, Estimate, Outcome, Record, Regime, Unit

RESULT_SCHEMA = 2
"""Raised with every change of the fields below."""


class ModelPart(Record, frozen=True):
    """A model that was compared."""

    name: str
    """Its name."""
    family: str | None
    """Models of one family share a recipe; null where it is not known."""
    parameters: int | None
    """All its parameters; null where its architecture is not known."""


class SolvedPart(Record, frozen=True):
    """How much one model solves on one rung, with one sample a problem."""

    model: str
    """The model."""
    rung: int
    """The rung."""
    benchmarks: tuple[str, ...]
    """The benchmarks that the problems come from."""
    estimand: str
    """`one sample a problem` or `mean of n samples`: two estimands, not to be compared with each other."""
    pass_at_1: Estimate
    """Expected share of problems solved by one sample."""


class CostPart(Record, frozen=True):
    """What one sample costs on average. Of two with the same model, rung and unit, budgets are made of the first."""

    model: str
    """The model."""
    rung: int
    """The rung."""
    unit: Unit
    """The unit."""
    prompt: float
    """Mean cost of reading the prompt."""
    completion: float
    """Mean cost of writing a completion."""
    basis: Basis
    """Where the figures come from."""
    per_solved: Estimate | None
    """Cost of one sample of every problem, divided by the problems it is expected to solve; null if it solves none, or too few for an interval."""


class CurvePart(Record, frozen=True):
    """An isocost curve: expected share of problems solved at each budget."""

    model: str
    """The model."""
    rung: int
    """The rung."""
    regime: Regime
    """How an answer is chosen."""
    unit: Unit
    """Unit of the budgets."""
    budgets: tuple[float, ...]
    """What each problem may spend."""
    solved: tuple[float | None, ...]
    """Expected share solved; null beyond what the samples at hand tell."""
    low: tuple[float | None, ...]
    """Lower ends."""
    high: tuple[float | None, ...]
    """Upper ends."""
    within: tuple[float, ...]
    """Share of problems whose samples suffice for the budget; below 1 the rest is by `law`."""
    law: str | None
    """The law that goes on past the samples at hand; null if none does."""
    in_sequence: tuple[float | None, ...] | None
    """Share solved when recorded samples are spent one after the other, each at its own cost; null but for `oracle`."""


class BestPart(Record, frozen=True):
    """The best model at one budget."""

    rung: int
    """The rung."""
    regime: Regime
    """The regime."""
    unit: Unit
    """Unit of the budget."""
    budget: float
    """What each problem may spend."""
    model: str | None
    """The model that solves the most of those that are known at this budget; null where none solves anything."""
    solved: float | None
    """Share that it solves."""
    solved_low: float | None
    """Lower end of the share."""
    solved_high: float | None
    """Upper end of the share."""
    probability: float | None
    """Share of draws in which it is the best."""
    within: float | None
    """Share of problems whose samples suffice for it at this budget; below 1 the rest is by the curve's `law`."""
    runner_up: str | None
    """The next best."""
    lead: float | None
    """Its lead over the next best."""
    lead_low: float | None
    """Lower end of the lead."""
    lead_high: float | None
    """Upper end of the lead."""


class CrossingPart(Record, frozen=True):
    """A budget at which something happens, its interval conditional on existence."""

    what: str
    """`reaches` a share, or `overtakes` another model."""
    model: str
    """The model that reaches or overtakes."""
    other: str | None
    """The model that is overtaken; null for `reaches`."""
    share: float | None
    """The share that is reached; null for `overtakes`."""
    rung: int
    """The rung."""
    regime: Regime
    """The regime."""
    unit: Unit
    """Unit of the budget."""
    budget: float | None
    """The budget; null where it does not happen within the budgets of the curves."""
    low: float | None
    """Lower end."""
    high: float | None
    """Upper end."""
    existence: float
    """Share of draws in which it happens."""


class PerPart(Record, frozen=True):
    """A Performance-Efficiency Ratio of one model among those compared."""

    form: str
    """`paper`, `anchored` or `budgeted`."""
    rung: int
    """The rung."""
    model: str
    """The model."""
    value: float | None
    """The ratio; null where a normalisation is 0/0."""
    low: float | None
    """Lower end."""
    high: float | None
    """Upper end."""
    first: float | None
    """Share of draws in which it is the highest."""
    note: str
    """What it is relative to: the set, the reference and the weights, or the budget."""
    unit: Unit | None = None
    """Unit of the budget; null but for `budgeted`."""


class StandingPart(Record, frozen=True):
    """How one model stands among those whose efficiency is known: the Pareto front, and whether PER depends on it."""

    rung: int
    """The rung."""
    model: str
    """The model."""
    pareto: bool
    """Whether no other is as good on every axis (accuracy, throughput, memory, latency) and better on one."""
    without_it: dict[str, bool | None]
    """For each form of PER: whether the best of the others changes when this model leaves the set; null if undefined."""


class OutcomePart(Record, frozen=True):
    """How the samples of one model on one rung ended, each problem weighing the same."""

    model: str
    """The model."""
    rung: int
    """The rung."""
    shares: dict[Outcome, float]
    """Share of each outcome among scored samples."""
    unscored: int
    """Samples that failed by our own fault; in no share."""


class FitPart(Record, frozen=True):
    """A fit over sizes within a family, or the reason why there is none."""

    family: str
    """The family."""
    rung: int
    """The rung."""
    form: str
    """`logit p = α + β·ln N`, `−ln p = A·N^−ν`, or `ln(cost per solved) = a + γ·ln N`."""
    slope: Estimate | None
    """β, ν or γ; null without a fit."""
    intercept: float | None
    """α, ln A or a."""
    left_out_error: float | None
    """Mean absolute error in p of a size predicted from the others; null for γ, and without a fit."""
    sizes: tuple[float, ...]
    """Sizes that entered, in billions of parameters."""
    reason: str | None
    """Why there is no fit; null if there is one."""


class ChangePart(Record, frozen=True):
    """How a slope changes from one rung to the next."""

    family: str
    """The family."""
    form: str
    """As in the fits."""
    rung: int
    """The rung."""
    to_rung: int
    """The harder rung."""
    change: Estimate
    """Slope at the harder rung, less that at the other."""


class DropPart(Record, frozen=True):
    """One model on a rung and on a harder one, problem by problem."""

    model: str
    """The model."""
    rung: int
    """The rung."""
    to_rung: int
    """The harder rung."""
    problems: int
    """Base problems on both rungs."""
    both: float
    """Expected share of them solved on both."""
    only_base: float
    """Solved on the lower rung only."""
    only_harder: float
    """Solved on the harder one only."""
    neither: float
    """Solved on neither."""
    drop: Estimate
    """Share solved on the lower rung, less that on the harder one."""
    excluding: int
    """Problems left out as unfair; 0 where all are in."""


class Result(Record, frozen=True):
    """All of it."""

    schema_version: int
    """Version of these fields."""
    isocost_version: str
    """Version that made it."""
    created: str
    """UTC time, ISO 8601."""
    study: str
    """What was analysed."""
    answer: tuple[str, ...]
    """The answer in sentences, each with its uncertainty."""
    caveats: tuple[str, ...]
    """What can not be concluded, and why."""
    unit: Unit | None
    """Unit of the answer and of γ, and the first of each list; null where no unit is known for every model."""
    level: float
    """Nominal coverage of all intervals."""
    draws: int
    """Draws of the bootstrap."""
    seed: int
    """Its seed."""
    problems: int
    """Base problems that all models and rungs share."""
    left_out: dict[str, int]
    """Problems left out because not all share them, by `model @ rung`."""
    models: tuple[ModelPart, ...]
    """The models, by rising size."""
    solved: tuple[SolvedPart, ...] = ()
    """pass@1 of each model on each rung."""
    costs: tuple[CostPart, ...] = ()
    """Costs of a sample, in each unit that all models have."""
    curves: tuple[CurvePart, ...] = ()
    """Isocost curves, in each of these units."""
    best: tuple[BestPart, ...] = ()
    """The best model at each budget."""
    crossings: tuple[CrossingPart, ...] = ()
    """Budgets to reach a share, and budgets at which a larger model overtakes a smaller one."""
    per: tuple[PerPart, ...] = ()
    """Performance-Efficiency Ratios."""
    standing: tuple[StandingPart, ...] = ()
    """How each model stands among the others."""
    outcomes: tuple[OutcomePart, ...] = ()
    """How samples ended."""
    fits: tuple[FitPart, ...] = ()
    """Fits over sizes."""
    changes: tuple[ChangePart, ...] = ()
    """How slopes change from rung to rung."""
    drops: tuple[DropPart, ...] = ()
    """Each model on two rungs."""
    comparisons: tuple[Comparison, ...] = ()
    """Neighbouring sizes compared, adjusted for their number."""
