"""A run in numbers: who is in the mean, who is not, and what stands beside it."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.store.run_parts import manifest

from isocost.errors import DomainError
from isocost.records import Channel, Execution, Isolation, Outcome, Sample, Verdict
from isocost.store.run import Run
from isocost.study.summary import combined, summarise

Row = tuple[str, str, Outcome]
"""A problem, a test set, an outcome."""


def _run(folder: Path, samples: Iterable[Iterable[Row]], *, shared: tuple[str, ...] = ()) -> Run:
    """A run with these samples, each given by the verdicts on it."""
    with Run.open(folder, manifest()) as run:
        for draw, rows in enumerate(samples):
            for number, (problem, tests, outcome) in enumerate(rows):
                name = f"sample {draw}"
                if number == 0:
                    run.samples.append(_sample(name, problem, draw))
                channel = Channel.shared if problem in shared else Channel.separate
                run.executions.append(
                    Execution(sample_id=name, problem_id=problem, tests=tests, program_sha256=None, rules=())
                )
                run.verdicts.append(_verdict(name, problem, tests, outcome, channel))
    return Run.read(folder)


def _sample(name: str, problem: str, draw: int) -> Sample:
    return Sample(
        id=name, problem_id=problem, prompt_id=None, model="m", params=None, draw=draw, completion="", whole=True
    )


def _verdict(name: str, problem: str, tests: str, outcome: Outcome, channel: Channel) -> Verdict:
    detail = "no room" if outcome is Outcome.sandbox_error else None
    return Verdict(
        sample_id=name,
        problem_id=problem,
        tests=tests,
        outcome=outcome,
        detail=detail,
        channel=channel,
        isolation=Isolation.strong,
    )


def _base(*outcomes: tuple[str, Outcome]) -> list[list[Row]]:
    return [[(problem, "base", outcome)] for problem, outcome in outcomes]


P, W, E = Outcome.passed, Outcome.wrong_answer, Outcome.sandbox_error


def test_pass_at_k_is_of_problems_not_of_samples(tmp_path: Path) -> None:
    """A problem with many samples weighs as much as one with few; `passed` counts samples."""
    run = _run(tmp_path / "run", _base(("a", P), ("a", P), ("a", P), ("b", W)))
    summary = summarise(run)
    assert (summary.problems, summary.samples, summary.passed) == (2, 4, 3)
    assert summary.pass_at["1"].value == pytest.approx(0.5)
    assert set(summary.pass_at) == {"1"}
    assert summary.outcomes == {"passed": 3, "wrong_answer": 1}


def test_our_own_faults_leave_the_mean_and_are_counted(tmp_path: Path) -> None:
    """`sandbox_error` is never scored; a problem that has nothing else leaves the mean, and both counts stand beside it."""
    summary = summarise(_run(tmp_path / "run", _base(("a", P), ("a", E), ("b", E), ("c", W))))
    assert (summary.problems, summary.samples, summary.passed) == (2, 2, 1)
    assert (summary.unscored_samples, summary.unscored_problems) == (2, 1)
    assert summary.sandbox_errors == {"no room": 2}
    assert summary.outcomes["sandbox_error"] == 2


def test_nothing_scored_has_no_estimate(tmp_path: Path) -> None:
    """No number is made of nothing."""
    summary = summarise(_run(tmp_path / "run", _base(("a", E))))
    assert summary.pass_at == {}
    assert summary.problems == 0
    empty = summarise(_run(tmp_path / "empty", []))
    assert empty.pass_at == {}
    assert empty.outcomes == {}


def test_a_text_without_a_program_counts_as_a_failure(tmp_path: Path) -> None:
    """`no_program` is the model's."""
    summary = summarise(_run(tmp_path / "run", _base(("a", Outcome.no_program), ("b", P))))
    assert summary.problems == 2
    assert summary.pass_at["1"].value == pytest.approx(0.5)


def test_a_sample_passes_when_all_its_test_sets_do(tmp_path: Path) -> None:
    """Base and plus: counted apart, and together for the sample."""
    rows = [
        [("a", "base", P), ("a", "plus", P)],
        [("b", "base", P), ("b", "plus", W)],
        [("c", "base", W), ("c", "plus", W)],
    ]
    summary = summarise(_run(tmp_path / "run", rows))
    assert summary.passed_by_tests == {"base": 2, "plus": 1}
    assert summary.passed == 1
    assert summary.outcomes == {"passed": 1, "wrong_answer": 2}


def test_a_sample_that_is_half_judged_is_not_scored(tmp_path: Path) -> None:
    """Where judging stopped between two test sets, the sample waits."""
    rows = [[("a", "base", P), ("a", "plus", P)], [("b", "base", P)]]
    summary = summarise(_run(tmp_path / "run", rows))
    assert (summary.samples, summary.passed) == (1, 1)


def test_problems_that_were_not_asked_for_are_left_out(tmp_path: Path) -> None:
    """A run that has more than the problems at hand is summed up on those."""
    run = _run(tmp_path / "run", _base(("a", P), ("b", W), ("c", E)), shared=("b",))
    summary = summarise(run, {"a": None, "d": None})
    assert (summary.problems, summary.samples, summary.passed, summary.missing) == (1, 1, 1, 1)
    assert summary.outcomes == {"passed": 1}
    assert summary.channel == "separate"
    assert summary.sandbox_errors == {}


def test_channels_are_counted_by_problem(tmp_path: Path) -> None:
    """`mixed` where problems differ; a problem with a shared test set is shared."""
    run = _run(tmp_path / "run", _base(("a", P), ("a", W), ("b", P)), shared=("b",))
    summary = summarise(run)
    assert summary.channel == "mixed"
    assert summary.channels == {"separate": 1, "shared": 1}


def test_the_same_run_gives_the_same_numbers(tmp_path: Path) -> None:
    """Seeded: with several samples a problem the interval comes from a bootstrap, twice the same."""
    draws = [("a", P), ("a", W), ("b", W), ("b", W), ("c", P), ("c", P)]
    run = _run(tmp_path / "run", _base(*draws))
    assert summarise(run, seed=3) == summarise(run, seed=3)
    assert summarise(run).pass_at["1"].method == "bootstrap"
    with pytest.raises(DomainError):
        summarise(run, level=1.0)


def test_k_needs_as_many_samples_of_every_problem(tmp_path: Path) -> None:
    """pass@10 is reported where the poorest scored problem has ten samples."""
    many = [("a", P if number % 2 else W) for number in range(10)]
    assert set(summarise(_run(tmp_path / "ten", _base(*many))).pass_at) == {"1", "10"}
    assert set(summarise(_run(tmp_path / "nine", _base(*many, ("b", W)))).pass_at) == {"1"}


@given(st.lists(st.sampled_from(Outcome), min_size=1, max_size=4))
@settings(deadline=None)
def test_combined_outcome(outcomes: list[Outcome]) -> None:
    """Passed only if all passed; ours only if no test set found a fault of the model's; whatever the order."""
    found = combined(outcomes)
    assert (found is P) == all(outcome is P for outcome in outcomes)
    blamed = [outcome for outcome in outcomes if outcome not in (P, E)]
    assert found in (blamed or [E, P])
    for order in itertools.permutations(outcomes):
        assert (combined(order) in (P, E)) == (found in (P, E))
