"""Generating: what is asked, in which order, what is written down, and that it goes on where it stopped."""

from __future__ import annotations

import json
from contextlib import nullcontext
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from tests.study.generating_parts import asked, fill, samples, texts, windows

from isocost.backends.address import parse_address
from isocost.errors import BackendError, RunMismatchError, SamplesError, UsageError
from isocost.records import Sample, SamplingParams, Timing, Usage
from isocost.store.hashing import sample_id
from isocost.store.run import Run
from isocost.study.generating.draws import draw_seed
from isocost.study.generating.generating import Generating
from isocost.study.generating.planned import plan_runs, supposed, template_of
from isocost.study.generating.turn import Pace
from isocost.study.judge_file import judge_file
from isocost.study.judge_request import JudgeRequest


def test_every_sample_is_whole(tmp_path: Path) -> None:
    """Each has its prompt, its draw's own seed, tokens, seconds and window, and a reason for each field that is None."""
    fill(asked(tmp_path))
    run = Run.read(tmp_path / "steps-tiny")
    prompts = {prompt.id: prompt for prompt in run.prompts.read()}
    found = samples(run.folder)
    assert len(found) == 4 * 28
    assert len(prompts) == 28
    for sample in found.values():
        assert sample.prompt_id is not None
        assert prompts[sample.prompt_id].problem_id == sample.problem_id
        assert sample.params is not None
        assert sample.params.seed == draw_seed(0, sample.problem_id, sample.draw)
        assert sample.id == sample_id(sample.problem_id, sample.prompt_id, "tiny", sample.params, sample.draw)
        assert sample.window in windows(run.folder)
        none = {name for name in ("finish_reason", "logprob") if getattr(sample, name) is None}
        for part, record in (("usage", sample.usage), ("timing", sample.timing), ("params", sample.params)):
            assert isinstance(record, Usage | Timing | SamplingParams)
            none |= {f"{part}.{name}" for name in record.__struct_fields__ if getattr(record, name) is None}
        assert set(sample.absent) == none
        assert sample.absent["logprob"] == "not asked for; type --logprobs"


def test_the_manifest_says_how_it_was_asked(tmp_path: Path) -> None:
    """Template with its hash, form, and parameters with the run's seed; how it is judged is settled later."""
    fill(asked(tmp_path, seed=7, temperature=0.6))
    manifest = Run.read(tmp_path / "steps-pro-tiny").manifest
    assert manifest.generation is not None
    assert manifest.judging is None
    assert manifest.samples_sha256 is None
    assert (manifest.generation.template, manifest.generation.form.value) == ("chat", "chat")
    assert manifest.generation.params == SamplingParams(temperature=0.6, top_p=0.95, max_tokens=1024, seed=7)


def test_windows_say_what_was_done_in_them(tmp_path: Path) -> None:
    """A window's samples, tokens and samples in flight are those of its samples, on all benchmarks together."""
    fill(asked(tmp_path))
    both = list(samples(tmp_path / "steps-tiny").values()) + list(samples(tmp_path / "steps-pro-tiny").values())
    there = windows(tmp_path / "steps-tiny") | windows(tmp_path / "steps-pro-tiny")
    assert sum(window.samples for window in there.values()) == len(both)
    for window in there.values():
        own = [sample for sample in both if sample.window == window.id]
        assert window.samples == len(own)
        assert window.completion_tokens == sum(sample.usage.completion_tokens or 0 for sample in own if sample.usage)
        in_flight = sum(sample.timing.total_seconds or 0 for sample in own if sample.timing)
        assert window.mean_in_flight == pytest.approx(in_flight / window.seconds)
        assert window.most_in_flight == 8
        assert window.conditions.backend == "scripted"
        assert window.conditions.host["cores"]
        for name in ("memory_bytes", "joules", "steal_share", "spin_seconds"):
            assert getattr(window, name) is not None or window.absent[name]


def test_models_and_rungs_advance_together(tmp_path: Path) -> None:
    """At any moment each model has begun at most one draw more than another, and rungs go down evenly."""
    request = asked(tmp_path, "a=scripted:right", "b=scripted:right")
    seen: list[tuple[int, int]] = []
    with Generating(request) as generating:
        for _step in generating.steps():
            done = {name: sum(run.done for run in generating.runs if run.planned.address.name == name) for name in "ab"}
            seen.append((done["a"], done["b"]))
            low, high = (
                sum(run.done for run in generating.runs if run.planned.benchmark == name)
                for name in ("steps", "steps-pro")
            )
            assert abs(low - high) <= 20
    assert seen[-1] == (224, 224)
    assert max(abs(a - b) for a, b in seen) <= 56 + 8


def test_a_turn_is_long_enough_not_to_run_empty(tmp_path: Path) -> None:
    """By the usual pace a turn takes at least its seconds and sixteen flights, and ends with a draw; by a clock of ours."""
    request = asked(tmp_path, "a=scripted:right", "b=scripted:right", samples=8)
    now = [0.0]

    def clock() -> float:
        now[0] += 0.01
        return now[0]

    for flights, least, draws in ((16.0, 0.0, 3), (0.0, 0.0, 1), (0.0, 1e9, 8)):
        out = tmp_path / f"{flights} {least}"
        pace = Pace(least=least, flights=flights, most=1e10, starts=0.0)
        with Generating(msgspec.structs.replace(request, out=out), pace=pace, clock=clock) as generating:
            steps = list(generating.steps())
        turns = [step.done for step in steps if step.turn_over]
        # 56 problems a draw, 8 in flight: sixteen flights are 128 requests, reached in the third draw.
        assert turns[0] in range(56 * draws, 56 * draws + 9)


def test_what_is_there_is_not_asked_again(tmp_path: Path) -> None:
    """The same request adds nothing; more samples add draws and leave the others as they are."""
    fill(asked(tmp_path, samples=2))
    before = texts(tmp_path / "steps-tiny")
    lines = (tmp_path / "steps-tiny" / "samples.jsonl").read_bytes()
    generating, _ = fill(asked(tmp_path, samples=2))
    assert [run.new for run in generating.runs] == [0, 0]
    generating, _ = fill(asked(tmp_path, samples=5))
    assert [run.new for run in generating.runs] == [3 * 28, 3 * 28]
    after = texts(tmp_path / "steps-tiny")
    assert before.items() <= after.items()
    assert (tmp_path / "steps-tiny" / "samples.jsonl").read_bytes().startswith(lines)
    (tmp_path / "whole").mkdir()
    fill(asked(tmp_path / "whole", samples=5))
    assert texts(tmp_path / "whole" / "steps-tiny") == after


def test_a_limit_can_be_lifted(tmp_path: Path) -> None:
    """The first problems of each benchmark now, the rest later, in the same folder."""
    generating, _ = fill(asked(tmp_path, limit=3))
    assert [run.total for run in generating.runs] == [12, 12]
    generating, _ = fill(asked(tmp_path))
    assert [run.new for run in generating.runs] == [100, 100]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"temperature": 0.2}, "generation.params.temperature"),
        ({"seed": 1}, "generation.params.seed"),
        ({"prompts": {"": "cot"}}, "generation.template"),
        ({"max_tokens": 77}, "generation.params.max_tokens"),
        ({"samples": 1}, "generation.params.temperature is 0.8 there and 0.0 here"),
    ],
)
def test_another_way_of_asking_is_refused(tmp_path: Path, change: dict[str, object], field: str) -> None:
    """Samples of two ways do not stand in one run, greedy ones and drawn ones least of all; the field is named."""
    fill(asked(tmp_path, limit=1))
    with pytest.raises(RunMismatchError) as caught:
        fill(asked(tmp_path, limit=1, **change))
    assert field in str(caught.value)


def test_greedy_answers_have_no_seed(tmp_path: Path) -> None:
    """One sample is greedy by default, and its id is the same under every seed of the command."""
    fill(asked(tmp_path / "a", samples=1))
    fill(asked(tmp_path / "b", samples=1, seed=9))
    there = samples(tmp_path / "a" / "steps-tiny")
    assert there.keys() == samples(tmp_path / "b" / "steps-tiny").keys()
    (sample, *_) = there.values()
    assert sample.params == SamplingParams(temperature=0.0, max_tokens=1024)
    assert sample.absent["params.seed"] == "greedy: nothing is drawn"


def test_draws_have_seeds_of_their_own() -> None:
    """A seed follows from run seed, problem and draw, fits into 31 bits, and hardly ever comes twice."""
    seeds = [draw_seed(run, f"P/{problem}", draw) for run in range(3) for problem in range(20) for draw in range(50)]
    assert all(0 <= seed < 1 << 31 for seed in seeds)
    assert len(set(seeds)) == len(seeds)


def test_a_model_that_is_gone_does_not_stop_the_others(tmp_path: Path) -> None:
    """What it gave is kept, the others go on, and the same command asks for what is missing."""
    gone = parse_address("tiny=scripted:right?gone=30")
    request = asked(tmp_path, "other=scripted:right", models=(gone, parse_address("other=scripted:right")))
    generating, _ = fill(request)
    assert set(generating.failures) == {"tiny"}
    assert isinstance(generating.failures["tiny"], BackendError)
    done = {run.planned.folder.name: (run.done, run.total) for run in generating.runs}
    assert done["steps-other"] == (112, 112)
    kept = texts(tmp_path / "steps-tiny")
    assert 0 < len(kept) < 112
    generating, _ = fill(asked(tmp_path, "tiny=scripted:right", "other=scripted:right"))
    assert not generating.failures
    assert kept.items() <= texts(tmp_path / "steps-tiny").items()
    assert all(run.done == run.total for run in generating.runs)


def test_a_model_that_cannot_be_had_leaves_nothing_behind(tmp_path: Path) -> None:
    """One that does not start ends it before a folder is made; one that is needed no more is not started."""
    models = ("a=scripted:right", f"b=replay:{tmp_path / 'none.jsonl'}")
    with pytest.raises(SamplesError, match=r"none.jsonl: no such file"):
        fill(asked(tmp_path / "out", *models))
    assert not (tmp_path / "out").exists()
    fill(asked(tmp_path / "out", "a=scripted:right", "b=scripted:right"))
    generating, _ = fill(asked(tmp_path / "out", *models))
    assert [run.new for run in generating.runs] == [0, 0, 0, 0]


def test_recorded_samples_are_asked_like_a_model(tmp_path: Path) -> None:
    """A run can be made of another one's samples, whose tokens and seconds come along."""
    fill(asked(tmp_path / "a", benchmarks=("steps",)))
    recorded = tmp_path / "a" / "steps-tiny" / "samples.jsonl"
    fill(asked(tmp_path / "b", f"again=replay:{recorded}", benchmarks=("steps",)))

    def facts(folder: Path) -> dict[tuple[str, int], tuple[object, ...]]:
        return {
            (sample.problem_id, sample.draw): (sample.completion, sample.usage, sample.timing)
            for sample in samples(folder).values()
        }

    assert facts(tmp_path / "b" / "steps-again") == facts(tmp_path / "a" / "steps-tiny")
    rows = [{"task_id": f"Steps/{number}", "completion": "pass"} for number in range(28)]
    (tmp_path / "plain.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    fill(asked(tmp_path / "c", f"plain=replay:{tmp_path / 'plain.jsonl'}", benchmarks=("steps",), samples=1))
    (sample, *_) = samples(tmp_path / "c" / "steps-plain").values()
    assert sample.absent["usage.prompt_tokens"] == sample.absent["timing.clock"] == "recorded without"
    (window,) = windows(tmp_path / "c" / "steps-plain").values()
    assert window.completion_tokens is None
    assert window.absent["completion_tokens"]


def test_the_result_is_judged_like_any_other(tmp_path: Path) -> None:
    """A model that is always right passes all, on every rung and in both forms; one that never is passes none."""
    for form, models in (
        ("chat", ("good=scripted:right", "bad=scripted:wrong")),
        ("completion", ("good=scripted:right",)),
    ):
        request = asked(tmp_path / form, *models, samples=2, prompts={"": form}, limit=4)
        generating, _ = fill(msgspec.structs.replace(request, benchmarks=("steps", "steps-pro", "steps-deep")))
        for run in generating.runs:
            summary = judge_file(JudgeRequest(samples=run.planned.folder)).summary
            assert summary.passed == (8 if run.planned.address.name == "good" else 0)


def test_raw_programs_begin_with_the_stem(tmp_path: Path) -> None:
    """With raw extraction a program is the problem's stem and the completion, whatever else the prompt said."""
    for prompt in ("completion", "paper"):
        fill(
            asked(tmp_path / prompt, "good=scripted:right", samples=1, prompts={"": prompt}, benchmarks=("steps-pro",))
        )
        run = tmp_path / prompt / "steps-pro-good"
        assert judge_file(JudgeRequest(samples=run, extraction="raw")).summary.passed == 28


def test_kinds_choose_the_template(tmp_path: Path) -> None:
    """What is said of a model, else its name, else what is known of it; where nothing is, a note says what was supposed."""

    def template(address: str, **changes: object) -> tuple[str, int]:
        request = asked(tmp_path, address, **changes)
        return template_of(request.models[0], request), len(supposed(request))

    assert template("hf:Qwen/Qwen2.5-Coder-0.5B-Instruct") == ("chat", 0)
    assert template("small=hf:Qwen/Qwen2.5-Coder-0.5B-Instruct") == ("chat", 0)
    assert template("hf:Qwen/Qwen2.5-Coder-0.5B") == ("completion", 0)
    assert template("m=http://127.0.0.1:1/v1#bigcode/starcoder2-3b") == ("completion", 0)
    assert template("hf:a/unheard-of") == ("completion", 1)
    assert template("hf:a/unheard-of", kinds={"unheard-of": "instruct"}) == ("chat", 0)
    assert template("hf:a/unheard-of", kinds={"": "instruct"}) == ("chat", 0)
    assert template("hf:a/unheard-of", prompts={"": "cot"}) == ("cot", 0)
    assert template("scripted:right", prompts={"": "cot", "right": "paper"}) == ("paper", 0)
    base = parse_address("hf:Qwen/Qwen2.5-Coder-0.5B")
    (planned,) = plan_runs(asked(tmp_path, models=(base,), benchmarks=("steps",)))
    assert planned.manifest.generation is not None
    assert planned.manifest.generation.template == "completion"
    assert planned.manifest.spec is not None
    assert (planned.manifest.spec.parameters, planned.manifest.spec.kind) == (494_032_768, "base")
    (planned,) = plan_runs(asked(tmp_path, models=(base,), benchmarks=("steps",), kinds={"": "instruct"}))
    assert planned.manifest.spec is not None
    assert planned.manifest.spec.kind == "instruct"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"temperature": 0.0}, r"--temperature 0 gives one answer to each problem, and --samples 4 asks for more"),
        ({"temperature": 0.0, "samples": 1, "target_width": 0.1}, r"--target-width 0.1 asks for more"),
        ({"samples": 0}, r"--samples 0 makes no sense"),
        ({"temperature": float("nan")}, r"--temperature nan is none"),
        ({"top_p": 0.0}, r"--top-p 0 is no share"),
        ({"limit": -1}, r"--limit -1 makes no sense"),
        ({"seed": -1}, r"--seed -1 is no seed"),
        ({"target_width": 2.0}, r"--target-width 2 is none"),
        ({"benchmarks": ("steps", "steps")}, r"--benchmark steps stands twice"),
        ({"kinds": {"": "bass"}}, r"--kind 'bass' is none"),
        ({"kinds": {"who": "base"}}, r"--kind names 'who', which is no model here; expected one of tiny"),
        ({"prompts": {"": "chatt"}}, r"no prompt template is called 'chatt'; did you mean chat\?"),
        ({"prompts": {"": "paper"}}, r"'paper' has no text for problems that are the start of a program"),
        ({"benchmarks": ("stepz",)}, r"did you mean steps"),
    ],
)
def test_what_makes_no_sense_is_refused(tmp_path: Path, changes: dict[str, object], told: str) -> None:
    """In one line, before a folder is made."""
    with pytest.raises(UsageError, match=told):
        fill(asked(tmp_path / "out", **changes))
    assert not (tmp_path / "out").exists()


def test_models_need_names_of_their_own(tmp_path: Path) -> None:
    """Two of the same name, or whose folders would be the same, are refused."""
    with pytest.raises(UsageError, match=r"two models are called 'tiny'"):
        fill(asked(tmp_path, "tiny=scripted:right", "tiny=scripted:wrong"))
    with pytest.raises(UsageError, match=r"'a b' on steps and 'a-b' on steps would share the folder 'steps-a-b'"):
        fill(asked(tmp_path, "a b=scripted:right", "a-b=scripted:wrong"))


@pytest.mark.parametrize("fails", [False, True])
def test_who_leaves_in_the_middle_keeps_what_came(tmp_path: Path, fails: bool) -> None:
    """Whoever stops looking, or fails between two steps, has whole samples, one window over them, and can go on."""
    with pytest.raises(LookupError) if fails else nullcontext(), Generating(asked(tmp_path)) as generating:
        steps = generating.steps()
        for step in steps:
            if step.done >= 30 and fails:
                raise LookupError("of the caller")
            if step.done >= 30:
                break
    kept = samples(tmp_path / "steps-tiny") | samples(tmp_path / "steps-pro-tiny")
    assert len(kept) >= 30
    (window,) = (windows(tmp_path / "steps-tiny") | windows(tmp_path / "steps-pro-tiny")).values()
    assert window.samples == len(kept)
    generating, _ = fill(asked(tmp_path))
    assert sum(run.new for run in generating.runs) == 224 - len(kept)


def test_odd_text_is_kept_as_it_came(tmp_path: Path) -> None:
    """Control characters, NUL bytes and lone surrogates of an answer come back from the disk as they were."""
    fill(asked(tmp_path, "odd=scripted:right?garbled=1", benchmarks=("steps",), samples=1))
    for sample in samples(tmp_path / "steps-odd").values():
        assert isinstance(sample, Sample)
        assert "\ud800" in sample.completion
        assert "\x00" in sample.completion


def test_requests_go_down_draw_by_draw(tmp_path: Path) -> None:
    """Within a model the draws come one after the other, each down all benchmarks evenly."""
    with Generating(asked(tmp_path)) as generating:
        places = sorted(item.place for run in generating.runs for item in run.todo())
        assert len(places) == 224
        assert all(before <= after for before, after in pairwise(places))
        firsts = [next(iter(run.todo())) for run in generating.runs]
        assert {item.draw for item in firsts} == {0}
