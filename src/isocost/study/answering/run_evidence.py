"""Evidence from run folders: tallies and costs of several runs, joined into one panel for each unit of cost.

The base problems, the draws and all that knows no cost are the same in every unit, and are made once.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from isocost.analysis.law_of_curve import BetaBinomialLaw
from isocost.analysis.panel import Key, Panel, Row
from isocost.analysis.resampling import cluster_weights, means
from isocost.analysis.rungs import outcome_shares
from isocost.records import Basis, Outcome, Unit
from isocost.study.answering.cell_seen import seen_of_cell
from isocost.study.answering.efficiencies import efficiencies_of
from isocost.study.answering.evidence import Evidence, Seen, Spent
from isocost.study.answering.paired_evidence import comparisons_of, drops_of
from isocost.study.answering.regimes import curves_of
from isocost.study.answering.result import ModelPart, OutcomePart
from isocost.study.answering.runs_read import AnalysisRequest, RunRead, common_unit, further_units, read_runs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from isocost.records import ModelSpec
    from isocost.study.answering.regimes import Regimes


def evidence_of_runs(request: AnalysisRequest) -> list[Evidence]:
    """Read the runs and make evidence of them: one in each unit that every model has, that of the answer first.

    Raises what `read_runs` and `common_unit` raise, and DomainError where no base problem is shared by all.
    """
    reads = read_runs(request)
    unit = common_unit(reads, request.unit)
    specs = {read.model: read.costs.spec for read in reads}
    order = sorted(specs, key=lambda name: _size(specs[name]))
    panel = _panel(reads, unit, order)
    weights = cluster_weights(panel.strata, rng=np.random.default_rng(request.seed), draws=request.draws)
    law = BetaBinomialLaw()
    regimes = curves_of(panel, weights, reads, unit, request, law_of=law)
    efficiencies, note = efficiencies_of(reads, request.pricing.device)
    how = {"seed": request.seed, "draws": request.draws}
    first = Evidence(
        study=", ".join(dict.fromkeys(read.run.manifest.benchmark.name for read in reads)),
        models=tuple(_model(name, specs[name]) for name in order),
        problems=panel.problems,
        left_out={f"{key.model} @ rung {key.rung}": count for key, count in panel.left_out.items() if count},
        seen=_seen(panel, reads, weights, unit, request),
        paired=True,
        unit=unit,
        budgets=regimes.budgets,
        curves=regimes.curves,
        law=regimes.law,
        efficiency=efficiencies,
        efficiency_note=note,
        outcomes=tuple(_outcomes(reads)),
        drops=tuple(drops_of([(read.model, read.rungs) for read in reads], level=request.level, **how)),
        comparisons=comparisons_of(panel, order, level=request.level, **how),
        caveats=tuple(dict.fromkeys(_caveats(panel, reads, regimes, unit, request))),
        seed=request.seed,
        level=request.level,
    )
    units = [] if unit is None else further_units(reads, unit)
    return [first, *(_in_unit(first, further, reads, order, weights, request, law) for further in units)]


def _in_unit(
    first: Evidence,
    unit: Unit,
    reads: list[RunRead],
    order: list[str],
    weights: NDArray[np.float64],
    request: AnalysisRequest,
    law: BetaBinomialLaw,
) -> Evidence:
    """The same evidence with its costs in another unit."""
    panel = _panel(reads, unit, order)
    regimes = curves_of(panel, weights, reads, unit, request, law_of=law, further=True)
    seen = {}
    for key, cell in panel.cells.items():
        assert cell.prompt is not None and cell.completion is not None  # noqa: S101, PT018 (a unit that all have)
        seen[key] = replace(
            first.seen[key], prompt=float(cell.prompt.mean()), completion=float(cell.completion.mean()),
            basis=_basis(reads, key, unit), cost_draws=means(cell.prompt + cell.completion, weights), beside=None,
        )  # fmt: skip
    return replace(
        first, unit=unit, seen=_with_beside(seen, panel, reads, weights, unit), budgets=regimes.budgets,
        curves=regimes.curves, law=regimes.law,
    )  # fmt: skip


def _basis(reads: list[RunRead], key: Key, unit: Unit | None) -> Basis | None:
    return next((read.costs.basis.get(unit) for read in reads if read.model == key.model), None) if unit else None


def _with_beside(
    seen: dict[Key, Seen], panel: Panel, reads: list[RunRead], weights: NDArray[np.float64], unit: Unit | None
) -> dict[Key, Seen]:
    """What is seen with seconds of the other basis beside them, where every problem has both."""
    if unit is not Unit.seconds:
        return seen
    found: dict[Key, dict[str, tuple[float, float]]] = {}
    for read in reads:
        for part in read.rungs:
            of_base = found.setdefault(Key(read.model, part.rung), {})
            of_base.update({part.base_of[name]: read.costs.beside[name] for name in part.tallies if read.costs.beside})
    changed = dict(seen)
    for key, of_base in found.items():
        if not all(name in of_base for name in panel.base_ids):
            continue
        rows = np.array([of_base[name] for name in panel.base_ids])
        other = Basis.modelled if seen[key].basis is Basis.measured else Basis.measured
        spent = Spent(
            prompt=float(rows[:, 0].mean()), completion=float(rows[:, 1].mean()), basis=other,
            cost_draws=means(rows.sum(axis=1), weights),
        )  # fmt: skip
        changed[key] = replace(seen[key], beside=spent)
    return changed


def _panel(reads: list[RunRead], unit: Unit | None, order: list[str]) -> Panel:
    rows: dict[Key, list[Row]] = {}
    for read in reads:
        costs = {} if unit is None else read.costs.of_problem.get(unit, {})
        for part in read.rungs:
            cell = rows.setdefault(Key(read.model, part.rung), [])
            for problem, tally in part.tallies.items():
                prompt, completion = costs.get(problem, (None, None))
                cell.append(Row(part.base_of[problem], tally.n, tally.c, prompt, completion))
    return Panel({key: rows[key] for name in order for key in sorted(rows) if key.model == name})


def _seen(
    panel: Panel, reads: list[RunRead], weights: NDArray[np.float64], unit: Unit | None, request: AnalysisRequest
) -> dict[Key, Seen]:
    names: dict[Key, list[str]] = {}
    for read in reads:
        for part in read.rungs:
            names.setdefault(Key(read.model, part.rung), []).append(part.benchmark)
    seen = {
        key: seen_of_cell(
            panel.base_ids, cell, weights, benchmarks=tuple(sorted(names[key])), basis=_basis(reads, key, unit),
            level=request.level, seed=request.seed, draws=request.draws,
        )
        for key, cell in panel.cells.items()
    }  # fmt: skip
    return _with_beside(seen, panel, reads, weights, unit)


def _outcomes(reads: list[RunRead]) -> Iterator[OutcomePart]:
    told: dict[Key, dict[str, list[Outcome]]] = {}
    for read in reads:
        for part in read.rungs:
            here = told.setdefault(Key(read.model, part.rung), {})
            here.update({problem: list(of.values()) for problem, of in part.outcomes.items()})
    for key, outcomes in sorted(told.items()):
        shares = outcome_shares(outcomes)
        yield OutcomePart(model=key.model, rung=key.rung, shares=shares.shares, unscored=shares.sandbox_errors)


def _size(spec: ModelSpec | None) -> float:
    return float("inf") if spec is None else float(spec.parameters)


def _model(name: str, spec: ModelSpec | None) -> ModelPart:
    family = None if spec is None or not spec.family else f"{spec.family} {spec.kind}".strip()
    return ModelPart(name=name, family=family, parameters=None if spec is None else spec.parameters)


def _caveats(
    panel: Panel, reads: list[RunRead], regimes: Regimes, unit: Unit | None, request: AnalysisRequest
) -> Iterator[str]:
    for read in reads:
        yield from read.costs.caveats
    if unit is None:
        yield "no unit is known for every model, so that there are no budgets: only shares solved are compared"
    if len(panel.rungs) == 1:
        yield "one rung alone says nothing of whether the answer survives when the problems get harder"
    for key, cell in panel.cells.items():
        if cell.n.min() < cell.n.max():
            yield (
                f"problems of {key.model} at rung {key.rung} have {cell.n.min()} to {cell.n.max()} samples: a number that "
                "depends on what was seen biases the shares"
            )
    for read in reads:
        unscored = {
            sample
            for part in read.rungs
            for told in part.outcomes.values()
            for sample, outcome in told.items()
            if outcome is Outcome.sandbox_error
        }
        if unscored:
            yield f"{len(unscored)} samples of {str(read.run.folder)!r} failed by a fault of ours and are left out"
    if all(int(cell.n.max()) == 1 for cell in panel.cells.values()):
        yield "one sample a problem says nothing of what several samples would solve (k > 1)"
    if regimes.law is not None:
        yield f"past the samples at hand curves go on by the {regimes.law} law, for all problems but the share `by samples`"
    if regimes.selector is not None:
        yield f"the regime `selected` is that of {regimes.selector}, whose cost is charged"
    levels = {read.run.judging.isolation.value for read in reads}
    if len(levels) > 1:
        yield f"runs were judged in different isolation: {', '.join(sorted(levels))}"
    hosts = {str(read.run.manifest.host.get("processor")) for read in reads}
    if len(hosts) > 1:
        yield f"runs were judged on different processors: {', '.join(sorted(hosts))}"
    caches = frozenset[bool | None]().union(*(read.costs.caches for read in reads))
    if request.prompt_shared is None and True in caches and len(caches) > 1:
        yield "prompts could come from a cache in some runs only: every sample is charged the reading of its own"
    small = [name for name, count in panel.left_out.items() if count]
    if small:
        yield f"only the {panel.problems} base problems that all models and rungs share are compared"
