"""When generating stops: caps, and an interval that is narrow enough."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path

import pytest
from tests.study.generating_parts import asked, fill, samples

from isocost.backends.options import BackendOptions
from isocost.benchmarks import load
from isocost.cost.prices import PriceTable, TokenPrice
from isocost.errors import UsageError
from isocost.records import Estimate
from isocost.study.generating.generate import generate, raise_failures
from isocost.study.generating.generating import Generating
from isocost.study.generating.growing import Growing
from isocost.study.generating.planned import PlannedRun
from isocost.study.generating.request import Caps
from isocost.study.judge_file import judge_file
from isocost.study.judge_request import JudgeRequest

PRICES = PriceTable(
    date="2026-01-01", source="made up", models={"tiny": TokenPrice(input=100.0, output=1000.0)}, devices={}
)


def _spent(out: Path) -> int:
    return sum(
        (sample.usage.prompt_tokens or 0) + (sample.usage.completion_tokens or 0)
        for folder in out.iterdir()
        for sample in samples(folder).values()
        if sample.usage
    )


def test_a_cap_on_tokens_holds_and_is_resumable(tmp_path: Path) -> None:
    """It counts what all models and earlier commands spent, is used up and not overrun, and can be raised."""
    models = ("a=scripted:steps?right=0.5", "b=scripted:steps?right=0.5")
    generating = Generating(asked(tmp_path, *models))
    for cap in (20_000, 40_000):
        generating, _ = fill(asked(tmp_path, *models, caps=Caps(tokens=cap)))
        assert generating.stopped == f"--max-tokens-total {cap:,} is reached"
        assert cap * 0.9 <= _spent(tmp_path) <= cap
        assert generating.spending.tokens == _spent(tmp_path)
    done = Counter(run.planned.address.name for run in generating.runs for _ in range(run.done))
    assert abs(done["a"] - done["b"]) <= 56 + 8, "one model used up what was meant for both"
    again, steps = fill(asked(tmp_path, *models, caps=Caps(tokens=40_000)))
    assert again.stopped is not None
    assert sum(run.new for run in again.runs) == 0
    generating, _ = fill(asked(tmp_path, *models))
    assert generating.stopped is None
    assert all(run.done == run.total for run in generating.runs)
    assert steps == []


def test_a_cap_on_dollars_holds(tmp_path: Path) -> None:
    """By the table's price for what was read and what was written."""
    generating, _ = fill(asked(tmp_path, caps=Caps(dollars=5.0, prices=PRICES)))
    assert generating.stopped == "--max-dollars 5 is reached"
    found = [sample for folder in tmp_path.iterdir() for sample in samples(folder).values()]
    dollars = sum(
        100e-6 * (sample.usage.prompt_tokens or 0) + 1000e-6 * (sample.usage.completion_tokens or 0)
        for sample in found
        if sample.usage
    )
    assert generating.spending.dollars == pytest.approx(dollars)
    assert 4.5 <= dollars <= 5.0


def test_a_cap_on_hours_is_by_the_clock(tmp_path: Path) -> None:
    """It ends the asking, not what is in flight; the clock is ours here, and each look at it takes a second."""
    now = [0.0]

    def clock() -> float:
        now[0] += 1.0
        return now[0]

    with Generating(asked(tmp_path, caps=Caps(hours=0.05)), clock=clock) as generating:
        list(generating.steps())
    assert generating.stopped == "--max-hours 0.05 is reached"
    assert 0 < sum(run.done for run in generating.runs) < 224


def test_a_cap_that_cannot_be_held_is_refused(tmp_path: Path) -> None:
    """Without prices, without tokens, without a number: one line that says what to type."""
    with pytest.raises(UsageError, match=r"--max-dollars needs prices; type --prices FILE"):
        fill(asked(tmp_path, caps=Caps(dollars=1.0)))
    with pytest.raises(UsageError, match=r"price table has no tokens of 'other' and no device"):
        fill(asked(tmp_path, "other=scripted:right", caps=Caps(dollars=1.0, prices=PRICES)))
    with pytest.raises(UsageError, match=r"--max-hours nan leaves nothing to do"):
        fill(asked(tmp_path, caps=Caps(hours=float("nan"))))
    (tmp_path / "plain.jsonl").write_text('{"task_id": "Steps/0", "completion": "pass"}\n')
    request = asked(
        tmp_path / "out", f"plain=replay:{tmp_path / 'plain.jsonl'}", benchmarks=("steps",), samples=1, limit=1,
        caps=Caps(tokens=5),
    )  # fmt: skip
    with pytest.raises(UsageError, match=r"--max-tokens-total cannot be held: plain does not say how many tokens"):
        fill(request)
    assert len(samples(tmp_path / "out" / "steps-plain")) == 1, "what came is kept all the same"


def _judge(planned: PlannedRun) -> Estimate | None:
    return judge_file(JudgeRequest(samples=planned.folder, workers=2)).summary.pass_at.get("1")


def test_growing_goes_on_until_the_interval_is_narrow(tmp_path: Path) -> None:
    """In equal batches for all problems, until pass@1 is as narrow as asked for, judged for real."""
    models = ("easy=scripted:right", "hard=scripted:steps?right=0.5&spread=0")
    request = asked(tmp_path, *models, benchmarks=("steps",), samples=2, target_width=0.2)
    generated = generate(request, judge=_judge)
    by_model = {run.model: run for run in generated.runs}
    assert by_model["easy"].samples == 2 * 28
    assert by_model["hard"].samples > 2 * 28
    for run in generated.runs:
        assert run.pass_at_1 is not None
        assert run.pass_at_1.high - run.pass_at_1.low <= 0.2
        drawn = Counter(sample.problem_id for sample in samples(Path(run.run)).values())
        assert set(drawn.values()) == {run.samples // 28}
        assert run.samples // 28 % 2 == 0
        assert run.new == run.samples
    again = generate(request, judge=_judge)
    assert [run.new for run in again.runs] == [0, 0]
    assert [run.pass_at_1 for run in again.runs] == [run.pass_at_1 for run in generated.runs]


def test_growing_has_an_end(tmp_path: Path) -> None:
    """`most_samples` ends it where the interval stays wide, and a note says so; few problems are not made up for."""
    seen: list[int] = []

    def judge(planned: PlannedRun) -> Estimate:
        drawn = Counter(sample.problem_id for sample in samples(planned.folder).values())
        assert len(set(drawn.values())) == 1, "every problem has as many samples"
        seen.append(drawn["Steps/0"])
        return Estimate(
            value=0.5, low=0.2, high=0.8, level=0.95, method="made up", problems=28, samples=sum(drawn.values())
        )

    request = asked(tmp_path, benchmarks=("steps",), samples=3, target_width=0.1, most_samples=8)
    generated = generate(request, judge=judge)
    assert seen == [3, 6, 8]
    assert any("0.600 wide with 8 samples a problem" in line for line in generated.notes)


def test_growing_goes_on_with_a_batch_that_was_begun(tmp_path: Path) -> None:
    """A run that stopped in the middle of a batch is filled up to whole batches before it is judged."""
    request = asked(tmp_path, benchmarks=("steps",), samples=4, caps=Caps(tokens=50_000), target_width=0.5)
    looked: list[int] = []

    def judge(planned: PlannedRun) -> Estimate:
        looked.append(len(samples(planned.folder)))
        wide = looked[-1] < 400
        return Estimate(
            value=0.5, low=0.0 if wide else 0.4, high=0.6, level=0.95, method="made up", problems=28, samples=1
        )

    first = Growing(request, judge)
    list(first.steps())
    assert first.last is not None
    assert first.last.stopped is not None
    there = len(samples(tmp_path / "steps-tiny"))
    assert there > 112
    assert there % 28
    looked.clear()
    list(Growing(asked(tmp_path, benchmarks=("steps",), samples=4, target_width=0.5), judge).steps())
    assert looked[0] == -(-there // 112) * 112
    assert looked[-1] == 448


def test_failures_are_told_in_one_line(tmp_path: Path) -> None:
    """After all that could be done was done."""
    generated = generate(asked(tmp_path, "c=scripted:right", "a=scripted:right?gone=3", "b=scripted:right?gone=3"))
    assert {run.model: run.samples == run.wanted for run in generated.runs} == {"a": False, "b": False, "c": True}
    with pytest.raises(
        Exception, match=r"^a: scripted: a is gone at request 3.* \(and 1 more models\); what came is kept"
    ):
        raise_failures(generated)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (BackendOptions(stall_seconds=-1.0), r"--stall -1 leaves no time"),
        (BackendOptions(deadline_seconds=math.nan), r"--deadline nan leaves no time"),
        (BackendOptions(threads=-5), r"--threads -5 computes nothing"),
        (BackendOptions(context_tokens=0), r"--context-tokens 0 computes nothing"),
    ],
)
def test_options_that_make_no_sense_are_refused(tmp_path: Path, options: BackendOptions, told: str) -> None:
    """Before a model is started with them."""
    with pytest.raises(UsageError, match=told):
        fill(asked(tmp_path / "out", options=options))


def test_what_is_told_is_of_what_was_asked_for(tmp_path: Path) -> None:
    """A command for fewer problems than the folder holds tells the tokens of those alone."""
    whole = generate(asked(tmp_path, benchmarks=("steps",)))
    part = generate(asked(tmp_path, benchmarks=("steps",), limit=3))
    (run,) = part.runs
    first = list(load("steps").problems)[:3]
    there = [sample.usage for sample in samples(Path(run.run)).values() if sample.problem_id in first]
    assert (run.samples, run.new) == (12, 0) == (len(there), 0)
    assert run.completion_tokens == sum(usage.completion_tokens or 0 for usage in there if usage is not None)
    assert run.completion_tokens < (whole.runs[0].completion_tokens or 0)
