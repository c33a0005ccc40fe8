"""The answer in sentences: which size solves the most at each budget, whether that survives harder rungs, how sure."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from isocost.records import Regime

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from isocost.records import Unit
    from isocost.study.answering.result import BestPart, ChangePart, CrossingPart

SURE = 0.95
"""Probability from which a best model is called sure."""
_SIGNS = {"seconds": "s", "joules": "J"}
_FLOPS = ((1e10, 1e12, "TFLOP"), (1e7, 1e9, "GFLOP"), (0.0, 1e6, "MFLOP"))
"""From which amount on, in what, and its name; a hundredth of a TFLOP is still told in TFLOP."""
REGIME_WORDS = {
    Regime.single: "with one answer a problem",
    Regime.oracle: "if the hidden tests choose among samples (coverage, which nobody can deploy)",
    Regime.selected: "with a selector's choice among samples",
}
"""How a sentence says a regime."""


def amount(value: float, unit: Unit) -> str:
    """A budget for people.

    >>> from isocost.records import Unit
    >>> amount(2.18e12, Unit.flops), amount(2.06e8, Unit.flops), amount(0.5, Unit.seconds)
    ('2.18 TFLOP', '0.206 GFLOP', '0.5 s')
    >>> amount(5234.0, Unit.tokens), amount(12, Unit.dollars)
    ('5,234 tokens', '12 dollars')
    """
    scale, name = 1.0, _SIGNS.get(unit.value, unit.value.replace("_", "·"))
    if unit.value == "flops":
        scale, name = next((scale, name) for least, scale, name in _FLOPS if value >= least)
    told = value / scale
    return f"{told:,.0f} {name}" if told >= 1000.0 else f"{told:.3g} {name}"


def answers(
    best: Sequence[BestPart], crossings: Sequence[CrossingPart], changes: Sequence[ChangePart]
) -> tuple[str, ...]:
    """Sentences for each regime and rung: the best model from budget to budget, and what that becomes higher up."""
    sentences = []
    for (regime, rung), parts in groupby(best, key=lambda part: (part.regime, part.rung)):
        spans = [_span(span) for span in _spans(list(parts))]
        if spans:
            doubt = any(span.in_doubt for span in spans)
            told = f"; in doubt: in less than {SURE:.0%} of draws at every budget of the stretch" if doubt else ""
            told += "; by law: beyond the samples at hand" if any(span.by_law for span in spans) else ""
            words = ", ".join(span.words for span in spans)
            sentences.append(f"Rung {rung}, {REGIME_WORDS[regime]}, the most is solved by {words}{told}.")
    sentences += _overtakings(crossings)
    sentences += [_change(change) for change in changes if "γ" in change.form]
    return tuple(sentences)


def _spans(parts: list[BestPart]) -> Iterator[list[BestPart]]:
    """Each stretch of budgets in which one model is the best."""
    for model, stretch in groupby(parts, key=lambda part: part.model):
        if model is not None:
            yield list(stretch)


class _Span(NamedTuple):
    """One stretch of budgets in words, and which of them are explained after the last."""

    words: str
    in_doubt: bool
    by_law: bool


def _span(parts: list[BestPart]) -> _Span:
    """One stretch: up to which budget, what is solved there, by what, and whether the draws agree anywhere in it."""
    last = parts[-1]
    agreed = max(part.probability or 0.0 for part in parts) >= SURE
    solved = "nothing"
    if last.solved is not None and last.solved_low is not None and last.solved_high is not None:
        solved = f"{last.solved:.0%} [{100 * last.solved_low:.0f}, {100 * last.solved_high:.0f}]"
    by_law = last.within is not None and last.within < 1.0
    marks = f"{', by law' if by_law else ''}{'' if agreed else ', in doubt'}"
    return _Span(f"{last.model} up to {amount(last.budget, last.unit)} ({solved}{marks})", not agreed, by_law)


def _overtakings(crossings: Sequence[CrossingPart]) -> list[str]:
    """How many pairs of sizes change places, and how sure that is."""
    sentences = []
    wanted = [part for part in crossings if part.what == "overtakes"]
    for (regime, rung), parts in groupby(wanted, key=lambda part: (part.regime, part.rung)):
        pairs = list(parts)
        there = [part for part in pairs if part.budget is not None]
        sure = [part for part in there if part.existence >= SURE]
        ends = f", in {len(sure)} of these in at least {SURE:.0%} of draws" if there else ""
        sentences.append(
            f"Rung {rung}, {REGIME_WORDS[regime]}: within these budgets the larger overtakes the smaller in {len(there)} of "
            f"{len(pairs)} {'pair' if len(pairs) == 1 else 'pairs'} of sizes{ends}."
        )
    return sentences


def _change(change: ChangePart) -> str:
    low, high = change.change.low, change.change.high
    towards = "falls" if change.change.value < 0 else "rises"
    sure = "" if low > 0 or high < 0 else "; 0 is inside the interval, so neither direction is shown"
    return (
        f"{change.family}: from rung {change.rung} to rung {change.to_rung} the cost of a solved problem {towards} with "
        f"size by {change.change.value:+.3f} in γ [{low:+.3f}, {high:+.3f}]{sure}."
    )
