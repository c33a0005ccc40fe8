"""What a run's verdicts come to: tallies, pass@k with intervals, outcomes, and what was left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable

import msgspec

from isocost.records import Channel, Estimate, Outcome, Tally, Verdict
from isocost.store.run import Run

PASS_AT = (1, 10, 100)
"""Values of k that are reported, where every scored problem has as many samples."""


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """A run in numbers."""

    run: str
    """The run's folder."""
    benchmark: str
    """The benchmark's name."""
    model: str
    """The model's name."""
    problems: int
    """Problems scored."""
    samples: int
    """Samples scored."""
    passed: int
    """Samples that passed every test set of their problem."""
    pass_at: dict[str, Estimate]
    """pass@k by k; empty when nothing was scored."""
    passed_by_tests: dict[str, int]
    """Samples that passed, by test set."""
    outcomes: dict[str, int]
    """Samples by outcome, the unscored among them."""
    channel: str | None
    """`separate`, `shared`, or `mixed` where problems differ; None when nothing was judged."""
    channels: dict[str, int]
    """Problems by channel."""
    isolation: str | None
    """How well programs were locked in; None where the run was not judged yet."""
    missing: int
    """Problems of the benchmark without any sample in the run; they are not in the mean."""
    unjudged_samples: int
    """Samples without a verdict by every test set, where judging was interrupted; they are not in the mean."""
    unscored_samples: int
    """Samples whose judging failed by our own fault; they are not in the mean."""
    unscored_problems: int
    """Problems that have samples and no scored one; they are not in the mean."""
    sandbox_errors: dict[str, int]
    """Reasons of `sandbox_error`, most frequent first, with their numbers."""


def summarise(run: Run, only: Collection[str] | None = None, *, seed: int = 0, level: float = 0.95) -> Summary:
    """Sum up a run from what stands in its folder; the benchmark's files are not needed.

    With `only`, a set of problem ids, what the run has on other problems is left out.

    Raises DomainError for a level outside (0, 1), RunMismatchError for a broken line.
    """
    seen = _Seen(verdict for verdict in run.verdicts.read() if only is None or verdict.problem_id in only)
    outcomes = seen.outcomes()
    samples = (sample for sample in run.samples.read() if only is None or sample.problem_id in only)
    problem_of = {sample.id: sample.problem_id for sample in samples}
    counts: dict[str, Counter[bool]] = {}
    for sample_id, outcome in outcomes.items():
        if outcome is not Outcome.sandbox_error:
            counts.setdefault(problem_of[sample_id], Counter())[outcome is Outcome.passed] += 1
    tallies = [Tally(problem_id=name, n=n.total(), c=n[True]) for name, n in counts.items()]
    with_samples = set(problem_of.values())
    table = Counter(outcome.value for outcome in outcomes.values())
    channels = Counter(channel.value for channel in seen.channel_of.values())
    return Summary(
        run=str(run.folder),
        benchmark=run.manifest.benchmark.name,
        model=run.manifest.model,
        problems=len(tallies),
        samples=sum(tally.n for tally in tallies),
        passed=sum(tally.c for tally in tallies),
        pass_at=_estimates(tallies, seed, level),
        passed_by_tests=dict(seen.passed_by_tests),
        outcomes={outcome.value: table[outcome.value] for outcome in Outcome if table[outcome.value]},
        channel=next(iter(channels), None) if len(channels) < 2 else "mixed",
        channels=dict(channels),
        isolation=None if run.manifest.judging is None else run.manifest.judging.isolation.value,
        missing=(run.manifest.benchmark.problems if only is None else len(only)) - len(with_samples),
        unjudged_samples=len(problem_of) - len(outcomes),
        unscored_samples=table[Outcome.sandbox_error.value],
        unscored_problems=len(with_samples) - len(tallies),
        sandbox_errors=dict(seen.reasons.most_common()),
    )


def combined(outcomes: Iterable[Outcome]) -> Outcome:
    """One outcome for a sample from those of its test sets: a fault of the model's outweighs one of ours.

    >>> combined([Outcome.passed, Outcome.wrong_answer]).value
    'wrong_answer'
    """
    seen = list(outcomes)
    for outcome in seen:
        if outcome not in (Outcome.passed, Outcome.sandbox_error):
            return outcome
    return Outcome.sandbox_error if Outcome.sandbox_error in seen else Outcome.passed


class _Seen:
    """What the verdicts of a run say, by sample, problem and test set."""

    def __init__(self, verdicts: Iterable[Verdict]) -> None:
        self.channel_of: dict[str, Channel] = {}
        """Channel by problem; `shared` where one of its test sets is."""
        self.passed_by_tests: Counter[str] = Counter()
        """Samples that passed, by test set."""
        self.reasons: Counter[str] = Counter()
        """Reasons of `sandbox_error`."""
        self._of_sample: dict[str, dict[str, Outcome]] = {}
        self._tests: dict[str, None] = {}
        for verdict in verdicts:
            self._of_sample.setdefault(verdict.sample_id, {})[verdict.tests] = verdict.outcome
            self._tests[verdict.tests] = None
            self.passed_by_tests[verdict.tests] += verdict.outcome is Outcome.passed
            if verdict.channel is Channel.shared or verdict.problem_id not in self.channel_of:
                self.channel_of[verdict.problem_id] = verdict.channel
            if verdict.outcome is Outcome.sandbox_error:
                self.reasons[verdict.detail or "no reason was given"] += 1

    def outcomes(self) -> dict[str, Outcome]:
        """One outcome for each sample that was judged by every test set; all problems of a benchmark have the same."""
        return {
            sample: combined(seen[name] for name in self._tests)
            for sample, seen in self._of_sample.items()
            if len(seen) == len(self._tests)
        }


def _estimates(tallies: list[Tally], seed: int, level: float) -> dict[str, Estimate]:
    if not tallies:
        return {}
    import numpy as np

    from isocost.metrics.pass_at_k import mean_pass_at_k

    fewest = min(tally.n for tally in tallies)
    return {
        str(k): mean_pass_at_k(tallies, k, level=level, rng=np.random.default_rng(seed)) for k in PASS_AT if k <= fewest
    }
