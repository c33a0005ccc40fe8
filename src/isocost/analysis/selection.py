"""Selection: scores by which one of a problem's samples is chosen, what each charges, and what choosing so solves.

A selector turns what is known of the samples into scores; the sample with the highest is chosen, and ties count as
chosen at random. Problems may have different numbers of samples, so everything is keyed by problem id: values are flat,
one for each sample. Nothing is run and no model asked here; the inputs come from who did (`study`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from isocost.errors import DomainError
from isocost.metrics.domain import checked_count, shown
from isocost.metrics.rank_score import rank_score

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Columns = Mapping[str, ArrayLike]
    Scores = dict[str, NDArray[np.float64]]


class Selector(StrEnum):
    """The known selectors; the value is the name that results carry."""

    first = "first"
    log_probability = "log-probability"
    visible_tests = "visible-tests"
    agreement = "agreement"
    soft_score = "soft-score"


CHARGES: dict[Selector, str] = {
    Selector.first: "nothing beyond the one sample taken: further samples need not be drawn",
    Selector.log_probability: "nothing where the backend reports log-probabilities; else a forward pass over each sample",
    Selector.visible_tests: "for each sample, the seconds of running the tests that the prompt shows",
    Selector.agreement: "for each sample, the seconds of running it on the generated inputs; the inputs, if a model wrote them",
    Selector.soft_score: "for each sample, the discriminator's prompt and reasoning, in its own tokens, FLOPs and seconds",
}
"""What each selector charges to the budget, on top of drawing the samples."""


def first_sample(draws: Columns) -> Scores:
    """Score −draw: of the samples at hand the one drawn first. The floor that a selector has to beat.

    Charges: `CHARGES[Selector.first]`. Its expected rank-score over random orders is pass@1; for one recorded order the
    score depends on that order.

    >>> {i: s.tolist() for i, s in first_sample({"MBPP/11": [0, 1, 2]}).items()}
    {'MBPP/11': [0.0, -1.0, -2.0]}
    """
    return {problem_id: 0.0 - column for problem_id, column in _numbers("draws", draws, low=0.0).items()}


def mean_log_probability(totals: Columns, tokens: Columns) -> Scores:
    """Mean token log-probability of each sample, (1/l)·Σ log p(w_i | w_<i, prompt), the prompt's own tokens left out.

    Charges: `CHARGES[Selector.log_probability]`. A sample without tokens scores −inf. The source discards samples that
    were cut off before their end; give them a total of −inf for that.

    Source: M. Hassid et al. (2024), arXiv 2404.00725, eq. 7 (there with the sign turned, lowest first).

    Args:
        totals: Σ log p of each sample, natural logarithm, at most 0.
        tokens: tokens of each sample.

    >>> {i: s.tolist() for i, s in mean_log_probability({"MBPP/11": [-8.0, -9.0]}, {"MBPP/11": [16, 36]}).items()}
    {'MBPP/11': [-0.5, -0.25]}
    """
    sums, lengths = _numbers("totals", totals, high=0.0), _numbers("tokens", tokens, low=0.0)
    _check_joined(sums, lengths, "totals", "tokens")
    scores: Scores = {}
    for problem_id, column in sums.items():
        length = lengths[problem_id]
        scores[problem_id] = np.where(length > 0, column / np.maximum(length, 1.0), -np.inf)
    return scores


def visible_tests(passed: Columns) -> Scores:
    """Score: how many of the tests that the prompt shows a sample passes.

    Charges: `CHARGES[Selector.visible_tests]`. Only tests that the prompt shows may be counted, never those that judge
    the sample, or the regime is `oracle` under another name. MBPP's prompt shows all of its tests: there it is.

    >>> {i: s.tolist() for i, s in visible_tests({"HumanEval/0": [2, 0, 1]}).items()}
    {'HumanEval/0': [2.0, 0.0, 1.0]}
    """
    return _numbers("passed", passed, low=0.0)


def agreement(signatures: Mapping[str, Sequence[Hashable | None]]) -> Scores:
    """Score: how many samples of the problem give the same outputs on generated inputs, the sample itself included.

    A signature is any hashable value that is equal for samples whose outputs on all inputs are equal (a tuple of their
    texts, or a hash). None, for a sample that gave no outputs, agrees with nothing and scores 0.

    Charges: `CHARGES[Selector.agreement]`. The score depends on which samples are at hand: computed from all n, it is a
    little kinder to k < n samples than agreement among those k alone would be.

    Source: Y. Li et al. (2022), arXiv 2203.07814 (AlphaCode), clustering by outputs on generated inputs.

    >>> {i: s.tolist() for i, s in agreement({"MBPP/11": ["x", "y", "x", None, None]}).items()}
    {'MBPP/11': [2.0, 1.0, 2.0, 0.0, 0.0]}
    """
    scores: Scores = {}
    for problem_id, column in signatures.items():
        sizes = Counter(signature for signature in column if signature is not None)
        scores[problem_id] = np.array([0.0 if s is None else sizes[s] for s in column], dtype=np.float64)
    return scores


def soft_score(p_true: Columns, p_false: Columns) -> Scores:
    """Discriminator's soft score p_true / (p_true + p_false), of the two words that its verdict could be.

    Where it gave neither (both 0: no verdict came within its tokens) the score is ½, no information.

    Charges: `CHARGES[Selector.soft_score]`.

    Source: M. F. Anjum (2025), arXiv 2505.03786, which takes the word's share of the whole vocabulary and a fixed value
    below all scores for a missing verdict; normalised over the two words here, so that both ends mean the same.

    Args:
        p_true: probability of `true` at the verdict's place, 0 to 1.
        p_false: probability of `false` at the same place.

    >>> scores = soft_score({"MBPP/11": [0.6, 0.1, 0.0]}, {"MBPP/11": [0.2, 0.4, 0.0]})
    >>> {i: s.round(4).tolist() for i, s in scores.items()}
    {'MBPP/11': [0.75, 0.2, 0.5]}
    """
    yes, no = _numbers("p_true", p_true, low=0.0, high=1.0), _numbers("p_false", p_false, low=0.0, high=1.0)
    _check_joined(yes, no, "p_true", "p_false")
    scores: Scores = {}
    for problem_id, column in yes.items():
        both = column + no[problem_id]
        scores[problem_id] = np.where(both > 0.0, column / np.where(both > 0.0, both, 1.0), 0.5)
    return scores


def solved_selected(scores: Columns, passed: Columns, k: Mapping[str, int]) -> dict[str, float]:
    """Expected share solved of each problem, when the selector picks among k samples; k may differ by problem.

    It is `rank_score` of each problem; 0.0 where the budget buys no sample (k = 0). The selector's own cost has to be
    in the k already: k_i = floor((B − prompt_i) / (completion_i + selector_i)).

    Args:
        scores: scores of each problem's samples.
        passed: verdicts of the same samples, 0 or 1.
        k: samples that the budget buys for each problem, 0 to n.

    Raises:
        DomainError: the three are not of the same problems or samples, or k above a problem's n (the text names it).

    >>> scores, passed = {"a": [3, 2, 1], "b": [1, 1]}, {"a": [0, 1, 1], "b": [1, 0]}
    >>> {i: round(share, 4) for i, share in solved_selected(scores, passed, {"a": 2, "b": 1}).items()}
    {'a': 0.3333, 'b': 0.5}
    >>> solved_selected(scores, passed, {"a": 0, "b": 2})
    {'a': 0.0, 'b': 0.5}
    """
    table = {problem_id: np.asarray(column, dtype=np.float64) for problem_id, column in scores.items()}
    verdicts = {problem_id: np.asarray(column) for problem_id, column in passed.items()}
    _check_joined(table, verdicts, "scores", "passed")
    if k.keys() != table.keys():
        raise DomainError(f"k is of {len(k)} problems, scores of {len(table)}, expected the same; join them by id")
    groups: dict[int, list[str]] = {}
    solved = dict.fromkeys(table, 0.0)
    for problem_id, column in table.items():
        what, bound = f"k of problem {shown(problem_id)}", f"n = {column.size}"
        if checked_count(
            what, k[problem_id], 0, column.size, bound=bound, hint="score more samples or lower the budget"
        ):
            groups.setdefault(column.size, []).append(problem_id)
    for ids in groups.values():
        shares = rank_score(
            np.stack([table[i] for i in ids]), np.stack([verdicts[i] for i in ids]), np.array([int(k[i]) for i in ids])
        )
        solved.update(zip(ids, shares.tolist(), strict=True))
    return solved


def _numbers(name: str, columns: Columns, *, low: float = -np.inf, high: float = np.inf) -> Scores:
    """The columns as flat arrays of numbers from `low` to `high`."""
    found: Scores = {}
    for problem_id, column in columns.items():
        values = np.asarray(column, dtype=np.float64)
        inside = (values >= low) & (values <= high)  # false for NaN
        if values.ndim != 1 or not inside.all():
            seen = f"shape {values.shape}" if values.ndim != 1 else shown(float(values[int(np.argmin(inside))]))
            raise DomainError(
                f"{name} of problem {shown(problem_id)}: {seen}, expected one number for each sample, "
                f"from {low:g} to {high:g}; leave out samples without one"
            )
        found[problem_id] = values
    return found


def _check_joined(a: Mapping[str, NDArray[np.float64]], b: Mapping[str, NDArray[np.float64]], x: str, y: str) -> None:
    """Refuse two columns that are not of the same problems and samples."""
    for problem_id in sorted(a.keys() | b.keys()):
        shapes = [column[problem_id].shape if problem_id in column else None for column in (a, b)]
        if shapes[0] != shapes[1]:
            raise DomainError(
                f"problem {shown(problem_id)}: {x} has shape {shapes[0]} and {y} {shapes[1]}, expected the same samples; "
                "join them by sample id"
            )
