"""Two runs compared: on what, by which numbers, and when not at all."""

from __future__ import annotations

import math
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest
from tests.study.compared_runs import HUMAN_EVAL, PLUS, PRO, firsts, run_of

from isocost.errors import DomainError, RunMismatchError, UsageError
from isocost.records import Isolation, LimitPolicy, SamplingParams
from isocost.study.comparing.comparable import Pairing, pairing
from isocost.study.comparing.runs import compare_runs
from isocost.study.comparing.words import difference_sentence
from isocost.study.published.figures import recorded_tallies


def test_two_models_on_one_benchmark(tmp_path: Path) -> None:
    """The difference is of the shared problems, joined by id; the p value is the exact binomial one of scipy."""
    small = run_of(tmp_path / "small", "1.5B", firsts(20, 60))
    large = run_of(tmp_path / "large", "7B", firsts(35, 62) | {"HumanEval/3": [False]})
    found = compare_runs(large, small)
    (part,) = found.rungs
    seen = part.comparison
    assert (found.kind, part.rung, part.rung_b, part.only_a, part.only_b) == (Pairing.models, 0, 0, 2, 0)
    assert (seen.a, seen.b, seen.a_better, seen.b_better) == ("7B", "1.5B", 15, 1)
    assert seen.difference.value == pytest.approx(14 / 60)
    assert seen.difference.problems == 60
    assert seen.p_value == pytest.approx(binomtest(15, 16).pvalue)
    assert seen.p_adjusted == pytest.approx(seen.p_value)
    assert (part.solved_a.value, part.solved_b.value) == pytest.approx((34 / 60, 20 / 60))
    assert part.solved_a.low < seen.value_a < part.solved_a.high
    assert part.sentence == difference_sentence(seen, "shared problems of humaneval, rung 0")
    assert part.sentence.startswith("7B solves 23.3 points more than 1.5B [")
    assert (found.differing, found.notes) == ((), ())


def test_turning_the_two_around_turns_the_signs(tmp_path: Path) -> None:
    """The second against the first has the same numbers with the other sign, and is said to solve less."""
    small = run_of(tmp_path / "small", "1.5B", firsts(20, 60))
    large = run_of(tmp_path / "large", "7B", firsts(35, 60))
    one, other = (compare_runs(*pair).rungs[0] for pair in ((large, small), (small, large)))
    assert one.comparison.difference.value == -other.comparison.difference.value
    assert one.comparison.difference.low == pytest.approx(-other.comparison.difference.high)
    assert one.comparison.p_value == other.comparison.p_value
    assert other.sentence.startswith("1.5B solves 25.0 points less than 7B [")


def test_each_rung_that_both_have(tmp_path: Path) -> None:
    """Runs of base and plus tests are compared at rung 0 and rung 1, the p values adjusted for two comparisons."""
    names = [f"MBPP/{number}" for number in range(40)]
    runs = [
        run_of(
            tmp_path / model, model,
            {name: [{"base": n < base, "plus": n < plus}] for n, name in enumerate(names)}, benchmark=PLUS,
        )
        for model, base, plus in (("7B", 30, 20), ("1.5B", 22, 18))
    ]  # fmt: skip
    found = compare_runs(runs[0], runs[1])
    assert [(part.rung, round(40 * part.comparison.difference.value)) for part in found.rungs] == [(0, 8), (1, 2)]
    raw, adjusted = ([getattr(part.comparison, key) for part in found.rungs] for key in ("p_value", "p_adjusted"))
    assert adjusted == pytest.approx([min(1.0, 2 * raw[0]), max(2 * raw[0], raw[1])])


def test_one_model_on_two_rungs(tmp_path: Path) -> None:
    """Base against Pro is joined by base problem, whatever the ids are; unfair problems are named in a note."""
    base = run_of(tmp_path / "base", "7B", firsts(40, 50))
    pro = run_of(tmp_path / "pro", "7B", firsts(20, 60, "HumanEvalPro/"), benchmark=PRO)
    found = compare_runs(base, pro)
    (part,) = found.rungs
    assert (found.kind, part.rung, part.rung_b, part.only_a, part.only_b) == (Pairing.rungs, 0, 2, 0, 10)
    assert part.comparison.difference.value == pytest.approx(20 / 50)
    assert part.comparison.a == "7B on humaneval"
    assert (part.solved_a.value, part.solved_b.value) == pytest.approx((40 / 50, 20 / 50))
    assert {(one.problems, one.method) for one in (part.solved_a, part.solved_b)} == {(50, "wilson")}
    assert "base problems that rung 0 and rung 2 share" in part.sentence
    assert [note for note in found.notes if note.startswith("8 problems, as HumanEvalPro/14")]


def test_pass_at_k_is_compared_too(tmp_path: Path) -> None:
    """Each k has a line; a k above the samples of a problem is refused, naming the problem."""
    one = {f"HumanEval/{n}": [True, n < 10, False] for n in range(20)}
    other = {f"HumanEval/{n}": [n < 10, False, False] for n in range(20)}
    runs = run_of(tmp_path / "a", "7B", one), run_of(tmp_path / "b", "1.5B", other)
    found = compare_runs(*runs, ks=(1, 3, 1))
    assert [part.comparison.what for part in found.rungs] == ["pass@1", "pass@3"]
    assert found.rungs[1].comparison.difference.value == pytest.approx(0.5)
    assert "within 3 tries" in found.rungs[1].sentence
    second = found.rungs[0].solved_b
    assert second.value == pytest.approx(1 / 6)
    assert (second.problems, second.samples, second.method) == (20, 60, "bootstrap")
    assert second.low < second.value < second.high
    with pytest.raises(DomainError, match=r"n = 3, expected at least k = 4"):
        compare_runs(*runs, ks=(4,))


@settings(deadline=None, max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=12))
def test_difference_is_the_mean_over_problems(
    tmp_path_factory: pytest.TempPathFactory, counts: list[tuple[int, int]]
) -> None:
    """Whatever the verdicts are, the difference is the plain mean of c/n differences, and lies in its interval."""
    folder = tmp_path_factory.mktemp("runs")
    runs = [
        run_of(folder / str(side), f"m{side}",
               {f"HumanEval/{n}": [draw < pair[side] for draw in range(3)] for n, pair in enumerate(counts)})
        for side in (0, 1)
    ]  # fmt: skip
    seen = compare_runs(*runs, draws=200).rungs[0].comparison
    assert seen.difference.value == pytest.approx(math.fsum((a - b) / 3 for a, b in counts) / len(counts))
    assert seen.difference.low - 1e-9 <= seen.difference.value <= seen.difference.high + 1e-9


def test_same_seed_same_numbers(tmp_path: Path) -> None:
    """A seed fixes everything; another one moves the interval's ends, and nothing that was counted."""
    runs = run_of(tmp_path / "a", "7B", firsts(30, 60)), run_of(tmp_path / "b", "1.5B", firsts(20, 60))
    assert compare_runs(*runs, seed=3) == compare_runs(*runs, seed=3)
    assert compare_runs(*runs).rungs[0].comparison.p_value == compare_runs(*runs, seed=3).rungs[0].comparison.p_value


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"limits": LimitPolicy(cpu_seconds=9.0)}, r"limits\.cpu_seconds is 4\.0 and 9\.0"),
        ({"extraction": "raw/1"}, r"extraction is 'auto/1' and 'raw/1'"),
        ({"isolation": Isolation.strong}, r"isolation is 'contained' and 'strong'"),
        ({"judge": "2 python 3.13"}, r"judge is '1 python 3\.11\.7' and '2 python 3\.13'"),
        ({"shared": ("HumanEval/0",)}, r"channel is 'shared on 0 of 9 problems' and 'shared on 1 of 9 problems'"),
    ],
)
def test_runs_made_differently_need_a_word(changes: dict[str, object], named: str, tmp_path: Path) -> None:
    """What differs is named with both values; on request it is compared all the same, and stays named."""
    one = run_of(tmp_path / "a", "7B", firsts(5, 9))
    other = run_of(tmp_path / "b", "1.5B", firsts(3, 9), **changes)  # type: ignore[arg-type]
    with pytest.raises(RunMismatchError, match=named):
        compare_runs(one, other)
    found = compare_runs(one, other, anyway=True)
    assert len(found.differing) == 1
    assert found.rungs[0].comparison.difference.value == pytest.approx(2 / 9)


def test_other_problems_are_never_compared(tmp_path: Path) -> None:
    """Other data of a benchmark, another benchmark, another rung of another model: refused, also with `anyway`."""
    one = run_of(tmp_path / "a", "7B", firsts(5, 9))
    newer = msgspec.structs.replace(HUMAN_EVAL, sha256="f" * 64, version="2")
    for name, model, benchmark in (("b", "1.5B", newer), ("c", "7B", newer), ("d", "1.5B", PRO)):
        other = run_of(tmp_path / name, model, firsts(3, 9), benchmark=benchmark)
        with pytest.raises(RunMismatchError, match="which no option makes comparable"):
            compare_runs(one, other, anyway=True)


def test_runs_without_a_shared_problem_or_score(tmp_path: Path) -> None:
    """Nothing in common, nothing scored, or one folder twice: each is said."""
    one = run_of(tmp_path / "a", "7B", firsts(5, 9))
    other = run_of(tmp_path / "b", "1.5B", {"HumanEval/100": [True]})
    nothing = run_of(tmp_path / "c", "1.5B", {"HumanEval/0": [None]})
    with pytest.raises(RunMismatchError, match="share no scored problem"):
        compare_runs(one, other)
    with pytest.raises(RunMismatchError, match="no scored sample"):
        compare_runs(one, nothing)
    with pytest.raises(UsageError, match="given twice"):
        pairing(one, one)
    with pytest.raises(UsageError, match="expected at least one k"):
        compare_runs(one, other, ks=())


def test_what_a_reader_should_know_is_noted(tmp_path: Path) -> None:
    """Faults of ours, other numbers of samples, and other sampling stand beside the numbers; two runs of one model have
    names that tell them apart.
    """
    greedy, hot = SamplingParams(temperature=0.0), SamplingParams(temperature=0.8)
    one = run_of(tmp_path / "greedy", "7B", firsts(5, 9) | {"HumanEval/8": [None]}, params=greedy)
    other = run_of(tmp_path / "hot", "7B", firsts(5, 9, times=4), params=hot)
    found = compare_runs(one, other)
    assert [word for note in found.notes for word in ("fault of ours", "1 and 4", "temperature 0.8") if word in note]
    assert len(found.notes) == 3
    assert found.rungs[0].only_b == 1
    assert (found.rungs[0].comparison.a, found.rungs[0].comparison.b) == ("7B (greedy)", "7B (hot)")


def test_no_difference_is_said_as_such(tmp_path: Path) -> None:
    """Where interval and test don't agree on a difference, the sentence claims none."""
    runs = run_of(tmp_path / "a", "7B", firsts(5, 9)), run_of(tmp_path / "b", "1.5B", firsts(5, 9))
    (part,) = compare_runs(*runs).rungs
    assert part.comparison.minimal_detectable_difference is None
    assert part.sentence.startswith("7B and 1.5B are not told apart on 9 shared problems")
    assert "cannot be said what would show" in part.sentence
    runs = runs[0], run_of(tmp_path / "c", "1.5B", firsts(4, 9))
    assert "are not told apart" in compare_runs(*runs).rungs[0].sentence


def test_recorded_verdicts_of_two_sizes(tmp_path: Path) -> None:
    """The recorded verdicts of Qwen2.5-Coder on HumanEval, as runs: 7B solves 29 problems more than 1.5B, and it shows."""
    runs = [
        run_of(
            tmp_path / size, f"{size}B",
            {tally.problem_id: [bool(tally.c)]
             for tally in recorded_tallies(f"Qwen2.5-Coder-{size}B", "humaneval", "base")},
        )
        for size in ("7", "1.5")
    ]  # fmt: skip
    seen = compare_runs(*runs).rungs[0].comparison
    assert (seen.a_better, seen.b_better, seen.difference.problems) == (38, 9, 164)
    assert seen.difference.value == pytest.approx(29 / 164)
    assert seen.p_value == pytest.approx(binomtest(38, 47).pvalue)
    assert 0.09 < seen.difference.low < 29 / 164 < seen.difference.high < 0.27
