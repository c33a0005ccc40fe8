"""Each check, where it has something to say and where it has not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.study.checked_runs import checked_run, sound, with_first
from tests.study.compared_runs import PLUS, PRO, firsts, run_of

from isocost.benchmarks.unfair import unfair_problems
from isocost.errors import UsageError
from isocost.judge.ending import breaks_off
from isocost.records import (
    Channel,
    Conditions,
    Isolation,
    LimitHit,
    LimitPolicy,
    Outcome,
    SamplingParams,
    Timing,
    Usage,
    Window,
)
from isocost.store.run import Run
from isocost.study.answering.analysing import write_result
from isocost.study.answering.result import PerPart, Result
from isocost.study.checking.finding import Finding, Severity
from isocost.study.checking.findings import check_paths, findings
from isocost.study.checking.registry import CHECKS
from isocost.study.judge_file import judge_file
from isocost.study.judge_request import JudgeRequest
from isocost.study.published.study import published_study


def found(check: str, *runs: Run) -> list[Finding]:
    """What one check says."""
    return [one for one in findings(runs) if one.check == check]


def only(check: str, *runs: Run) -> Finding:
    """The one thing that a check says."""
    (one,) = found(check, *runs)
    return one


def test_sound_runs_give_no_finding(tmp_path: Path) -> None:
    """Two runs with nothing amiss, far enough apart, give no finding at all."""
    large = checked_run(tmp_path / "large", sound(solved=90))
    small = checked_run(tmp_path / "small", sound(solved=30), model="1.5B")
    assert findings([large, small]) == ()


def test_every_check_has_a_name_of_its_own() -> None:
    """Each check has one name, and looks at a run or at a study."""
    assert len({check.name for check in CHECKS}) == len(CHECKS)
    assert all((check.of_run is None) != (check.of_study is None) for check in CHECKS)


def test_truncation_as_the_backend_told(tmp_path: Path) -> None:
    """`finish_reason` length is counted, with those that failed; a few are a warning, many are serious."""
    told = sound(solved=119)
    many = only("truncated", checked_run(tmp_path / "a", list(with_first(told[::-1], 12, finish_reason="length"))))
    assert (many.severity, len(many.ids)) == (Severity.serious, 12)
    assert many.what == "12 of 120 completions ended at the token limit (finish_reason), 1 of them did not pass"
    few = only("truncated", checked_run(tmp_path / "b", list(with_first(told, 2, finish_reason="length"))))
    assert few.severity is Severity.warning
    assert not found("truncated", checked_run(tmp_path / "c", list(with_first(told, 120, finish_reason="stop"))))


def test_truncation_that_could_not_be_seen_is_a_note(tmp_path: Path) -> None:
    """Without `finish_reason` and without the benchmark's file it is said that, and why, nothing could be seen."""
    told = list(with_first(sound(), 3, outcome=Outcome.syntax_error))
    one = only("truncated", checked_run(tmp_path / "a", told))
    assert one.severity is Severity.note
    assert one.what.startswith("whether 3 programs that do not compile were cut short could not be seen: this run was")


@pytest.mark.parametrize(
    ("source", "cut"),
    [
        ("def f(x):\n    return (x +", True),
        ('def f():\n    """What it d', True),
        ("def f(x):\n    for y in x", True),
        ("def f(x):\n    if x ==", True),
        ("def f(x):\n    return 'ab", True),
        ("def f(x):\n", True),
        ("def f(x):\n    return x\n", False),
        ("def f(x):\n    return x\n```\n", False),
        ("def f(x):\n    return x\nHope this helps!\n", False),
        ("x = [1, 2\ny = 3\nz = 4\n", False),
        ("def f(:\n    return 1\n", False),
        ("x = '\0'", False),
        ("(" * 3_000, False),
        ("(" * 300_000, False),
        ("", False),
    ],
    ids=lambda value: repr(value)[:24],
)
def test_what_breaks_off(source: str, cut: bool) -> None:
    """A text is cut where more text could have made it whole; wrong before its end, or right, it is not."""
    assert breaks_off(source) is cut


def test_programs_that_were_not_found(tmp_path: Path) -> None:
    """Answers without a program: a few are none of our business, 2% a warning, 10% serious."""
    none = Outcome.no_program
    seen = {
        count: found("no_program", checked_run(tmp_path / str(count), list(with_first(sound(), count, outcome=none))))
        for count in (1, 3, 12)
    }
    assert [[one.severity for one in told] for told in seen.values()] == [[], [Severity.warning], [Severity.serious]]
    assert seen[12][0].what == "no program was found in 12 of 120 answers (10.0%)"


def test_extraction_that_changed_many(tmp_path: Path) -> None:
    """Mending rules on 5% of programs are a warning, unwrapping ones on many a note; a few are neither."""
    mended = only("extraction_changed", checked_run(tmp_path / "a", list(with_first(sound(), 6, rules=("tail_cut",)))))
    assert (mended.severity, mended.what) == (
        Severity.warning,
        "extraction mended 6 of 120 programs (5.0%): tail_cut 6",
    )
    wrapped = checked_run(tmp_path / "b", list(with_first(sound(), 120, rules=("fence", "stem_left_out"))))
    assert only("extraction_changed", wrapped).severity is Severity.note
    assert not found("extraction_changed", checked_run(tmp_path / "c", list(with_first(sound(), 5, rules=("fence",)))))


def test_programs_near_a_limit(tmp_path: Path) -> None:
    """Those just below a limit are a warning, or serious; those ended at one alone are a note; others are none."""
    below = list(with_first(sound(), 1, cpu_seconds=8.5))
    assert only("near_limits", checked_run(tmp_path / "a", below)).severity is Severity.warning
    by_wall = list(with_first(sound(), 3, wall_seconds=25.0))
    assert only("near_limits", checked_run(tmp_path / "b", by_wall)).severity is Severity.serious
    stopped = with_first(sound(), 2, cpu_seconds=10.1, limit=LimitHit.cpu, outcome=Outcome.time_limit)
    one = only("near_limits", checked_run(tmp_path / "c", list(stopped)))
    assert (one.severity, one.ids) == (Severity.note, ("0", "1"))
    assert "0 of 120 executions ended by themselves within 20% below a time limit, and at one were ended: 2" in one.what
    waits = with_first(sound(), 2, cpu_seconds=0.1, wall_seconds=30.1, limit=LimitHit.wall, outcome=Outcome.time_limit)
    assert "(2 by the wall clock" in only("near_limits", checked_run(tmp_path / "d", list(waits))).what
    assert not found("near_limits", checked_run(tmp_path / "e", list(with_first(sound(), 9, cpu_seconds=7.9))))
    assert not found("near_limits", checked_run(tmp_path / "f", list(with_first(sound(), 9, limits=None))))


def test_faults_of_ours(tmp_path: Path) -> None:
    """One `sandbox_error` whose problem has other samples is a warning; a problem that left the mean is serious."""
    fault = {"outcome": Outcome.sandbox_error, "detail": "no numpy here"}
    again = checked_run(tmp_path / "a", [*sound(), {"problem_id": "Own/0"} | fault])
    one = only("sandbox_errors", again)
    assert (one.severity, one.ids) == (Severity.warning, ("120",))
    assert "1 of 121 samples" in one.what
    assert one.what.endswith("no numpy here")
    lost = only("sandbox_errors", checked_run(tmp_path / "b", list(with_first(sound(), 1, **fault))))
    assert lost.severity is Severity.serious
    assert "1 problems left the mean" in lost.what


def test_samples_and_problems_that_are_not_in_the_score(tmp_path: Path) -> None:
    """A sample without verdict is serious; problems without a sample are a warning, many of them serious."""
    one = only("unjudged", checked_run(tmp_path / "a", list(with_first(sound(), 2, judged=False))))
    assert (one.severity, one.ids) == (Severity.serious, ("0", "1"))
    few = only("without_sample", checked_run(tmp_path / "b", sound(119)))
    assert (few.severity, few.what[:9]) == (Severity.warning, "1 of 120 ")
    assert only("without_sample", checked_run(tmp_path / "c", sound(110))).severity is Severity.serious


def test_sampling_that_looks_deterministic(tmp_path: Path) -> None:
    """Equal samples at a temperature above 0 or unknown are serious if always, a note if mostly; greedy ones are fine."""
    hot, greedy = SamplingParams(temperature=0.8), SamplingParams(temperature=0.0)
    for name, params, severity in (("hot", hot, "serious"), ("unknown", None, "serious"), ("greedy", greedy, None)):
        told = [one | {"completion": one["problem_id"], "params": params} for one in sound() * 3]
        seen = found("deterministic_sampling", checked_run(tmp_path / name, told))
        assert [one.severity.value for one in seen] == ([] if severity is None else [severity])
    half = [one | {"completion": f"{draw * (number % 2)} {number}", "params": hot}
            for draw in range(3) for number, one in enumerate(sound())]  # fmt: skip
    one = only("deterministic_sampling", checked_run(tmp_path / "half", half))
    assert (one.severity, len(one.ids)) == (Severity.note, 60)
    assert "60 of 120 problems that have several (temperature 0.8)" in one.what
    assert not found("deterministic_sampling", checked_run(tmp_path / "one", sound()))


def test_unfair_problems_are_named(tmp_path: Path) -> None:
    """The ten of HumanEval Pro are named where they are scored; other data of that name were not audited."""
    pro = run_of(tmp_path / "pro", "7B", firsts(80, 164, "HumanEvalPro/"), benchmark=PRO)
    one = only("unfair_included", pro)
    assert one.ids == tuple(unfair_problems("humaneval-pro"))
    assert len(one.ids) == 10
    assert all(name in one.what for name in one.ids)
    other = msgspec.structs.replace(PRO, sha256="f" * 64)
    assert not found("unfair_included", run_of(tmp_path / "x", "7B", firsts(80, 164, "HumanEvalPro/"), benchmark=other))


def test_saturated_rungs(tmp_path: Path) -> None:
    """A rung that is nearly always or nearly never solved is named with its interval, base tests by themselves."""
    full = only("saturated", checked_run(tmp_path / "a", sound(solved=119)))
    assert full.what == "rung 0 of own: the model solves nearly everything, 99.2% [95.4, 99.9] of 120 problems"
    assert "nearly nothing" in only("saturated", checked_run(tmp_path / "b", sound(solved=2))).what
    plus = run_of(
        tmp_path / "plus", "7B", {f"MBPP/{n}": [{"base": True, "plus": n < 50}] for n in range(100)}, benchmark=PLUS
    )
    assert [one.what.split(" of ")[0] for one in found("saturated", plus)] == ["rung 0"]


def test_few_problems(tmp_path: Path) -> None:
    """Few problems are a warning with what would show, very few are serious; 120 are enough."""
    assert only("few_problems", checked_run(tmp_path / "few", sound(10, solved=5))).severity is Severity.serious
    one = only("few_problems", checked_run(tmp_path / "some", sound(60, solved=30)))
    assert one.severity is Severity.warning
    assert "60 problems of own are scored" in one.what
    assert "19.5 points" in one.what
    assert not found("few_problems", checked_run(tmp_path / "enough", sound()))
    several = [checked_run(tmp_path / name, sound(10, solved=5)) for name in ("a", "b")]
    assert only("few_problems", *several).run is None, "runs of one benchmark are told of once"


def test_differences_that_do_not_show(tmp_path: Path) -> None:
    """Neighbours in the ranking that are closer than what would show are named, with the problems it takes; others not."""
    sides = {
        "7B": [n < 60 for n in range(120)],
        "3B": [5 < n < 62 for n in range(120)],
        "0.5B": [n < 9 for n in range(120)],
    }
    runs = [
        checked_run(
            tmp_path / model, [one | {"passed": ok} for one, ok in zip(sound(), told, strict=True)], model=model
        )
        for model, told in sides.items()
    ]
    one = only("difference_not_shown", *runs)
    assert one.severity is Severity.warning
    assert one.what.startswith("rung 0 of own: 7B and 3B are 3.3 points apart on 120 shared problems")
    assert "about 467 problems" in one.remedy
    same = [checked_run(tmp_path / name, sound(), model=name) for name in ("a", "b")]
    assert not found("difference_not_shown", *same)  # no spread: nothing can be said
    assert not found("difference_not_shown", runs[0])


def test_runs_that_were_made_differently(tmp_path: Path) -> None:
    """Other limits, extraction or judge are serious, each with both values."""
    plain = checked_run(tmp_path / "a", sound(solved=90))
    changes: dict[str, Any] = {"limits": LimitPolicy(cpu_seconds=9.0), "extraction": "raw/1", "judge": "2 python 3.13"}
    other = checked_run(tmp_path / "b", sound(solved=30), model="1.5B", **changes)
    seen = found("made_differently", plain, other)
    assert [one.severity for one in seen] == [Severity.serious] * 3
    assert seen[0].what.startswith("limits.cpu_seconds differs: 4 in")
    assert "; 9 in" in seen[0].what
    scratch = checked_run(tmp_path / "c", sound(solved=30), model="1.5B", limits=LimitPolicy(scratch_bytes=1))
    assert len(found("made_differently", plain, scratch)) == 1


def test_mixed_isolation(tmp_path: Path) -> None:
    """Levels that differ are a warning, a run judged unsafe is serious."""
    runs = [
        checked_run(tmp_path / level, sound(solved=solved), model=level, isolation=level)
        for level, solved in ((Isolation.strong, 30), (Isolation.contained, 60), (Isolation.unsafe, 90))
    ]
    assert only("mixed_isolation", *runs[:2]).severity is Severity.warning
    assert not found("mixed_isolation", runs[0])
    assert [one.severity.value for one in found("mixed_isolation", runs[2])] == ["serious"]


def test_mixed_channel(tmp_path: Path) -> None:
    """Tests in the program's own process are a note; where two runs differ in it, a warning names the problems."""
    plain = checked_run(tmp_path / "a", sound(solved=90))
    shared = checked_run(tmp_path / "b", list(with_first(sound(solved=30), 3, channel=Channel.shared)), model="1.5B")
    assert [one.severity.value for one in found("mixed_channel", plain, shared)] == ["warning", "note"]
    assert found("mixed_channel", plain, shared)[0].ids == ("Own/0", "Own/1", "Own/2")
    assert [one.severity.value for one in found("mixed_channel", shared)] == ["note"]
    assert not found("mixed_channel", plain)


def test_hosts_that_differ(tmp_path: Path) -> None:
    """Other machines are serious where seconds were measured, else a note; another kernel is no other machine."""
    there = {"machine": "there", "cores": 2, "kernel": "x"}
    plain = checked_run(tmp_path / "a", sound(solved=90))
    other = checked_run(tmp_path / "b", sound(solved=30), model="1.5B", host=there)
    one = only("hosts_differ", plain, other)
    assert (one.severity, one.what.startswith("host machine differs: here in")) == (Severity.note, True)
    timing = Timing(total_seconds=1.0)
    timed = [
        checked_run(
            tmp_path / f"t{place}", [one | {"timing": timing} for one in sound(solved=60)], model=place, host=host
        )
        for place, host in (("1.5B", there), ("7B", {"machine": "here", "cores": 2}))
    ]
    assert only("hosts_differ", *timed).severity is Severity.serious
    assert not found("hosts_differ", other, checked_run(tmp_path / "k", sound(), host=there | {"kernel": "y"}))


def window(in_flight: int = 8, **conditions: object) -> Window:
    """A measured window, with these conditions."""
    usual: dict[str, Any] = {"host": {"machine": "x"}, "backend": "vllm", "device": "H100", "dtype": "bf16"}
    return Window(
        id=str(conditions), started=0.0, seconds=10.0, samples=120, conditions=Conditions(**usual | conditions),
        most_in_flight=in_flight,
    )  # fmt: skip


def test_devices_that_differ(tmp_path: Path) -> None:
    """Conditions of measured windows are compared: another device is serious, another type of weights a warning, what is
    not known is nothing; windows of one run on two devices are told together.
    """
    runs = {
        name: checked_run(tmp_path / name, sound(solved=30 * place), model=name, windows=windows, host={"machine": name})
        for place, (name, windows) in enumerate({
            "a": [window()], "b": [window(device=None), window(device="cpu")], "c": [window(dtype="q4_0", engine="v")],
            "d": [window(host={"machine": "x", "kernel": "y"})],
        }.items())
    }  # fmt: skip
    one = only("hosts_differ", runs["a"], runs["b"])
    assert (one.severity, one.what.split(" in ")[0]) == (Severity.serious, "device differs: H100")
    assert only("hosts_differ", runs["a"], runs["c"]).severity is Severity.warning
    assert not found("hosts_differ", runs["a"], runs["d"])
    both = checked_run(tmp_path / "both", sound(), model="e", windows=[window(), window(device="cpu")])
    assert "H100 and cpu in" in only("hosts_differ", runs["a"], both).what


def test_windows_with_one_in_flight(tmp_path: Path) -> None:
    """Throughput from windows with one sample in flight is the inverse of latency: a note; with several it is not."""
    one = only("one_quantity", checked_run(tmp_path / "a", sound(), windows=[window(in_flight=1)]))
    assert (one.severity, "inverse of latency" in one.what) == (Severity.note, True)
    assert not found("one_quantity", checked_run(tmp_path / "b", sound(), windows=[window()]))


def test_run_that_was_not_judged_yet(tmp_path: Path) -> None:
    """A run of samples alone has nothing that speaks for or against it but that they are not judged."""
    made = checked_run(tmp_path / "a", [one | {"judged": False} for one in sound()], judging=None)
    judged = checked_run(tmp_path / "b", sound(), model="1.5B")
    (one,) = findings([made, judged])
    assert (one.check, len(one.ids)) == ("unjudged", 120)


def test_throughput_and_latency_that_are_one_quantity(tmp_path: Path) -> None:
    """Total seconds that are computed from tokens are a warning; measured ones are not, nor are absent ones."""
    usage = Usage(completion_tokens=100)

    def run(name: str, timing: Timing | None) -> Run:
        return checked_run(tmp_path / name, [one | {"usage": usage, "timing": timing} for one in sound()])

    computed = only("one_quantity", run("a", Timing(tpot_seconds=0.01, total_seconds=1.0)))
    assert (computed.severity, "for 120 of 120 timed samples" in computed.what) == (Severity.warning, True)
    assert not found("one_quantity", run("b", Timing(ttft_seconds=0.2, tpot_seconds=0.01, total_seconds=1.19)))
    assert not found("one_quantity", run("c", Timing(total_seconds=1.0)))
    assert not found("one_quantity", run("d", None))


def result_with(forms: tuple[str, ...]) -> Result:
    """A result with these forms of PER."""
    parts = tuple(
        PerPart(form=form, rung=0, model=model, value=0.5, low=0.4, high=0.6, first=0.5, note="at batch 32")
        for form in forms
        for model in ("7B", "1.5B")
    )
    return Result(
        schema_version=1, isocost_version="0", created="2026-01-01", study="own", answer=(), caveats=(), unit=None,
        level=0.95, draws=10, seed=0, problems=120, left_out={}, models=(), per=parts,
    )  # fmt: skip


def test_results_whose_ratio_counts_speed_twice(tmp_path: Path) -> None:
    """PER of paper and anchored form is named, the budgeted one is not; a result beside runs is found by itself."""
    checked_run(tmp_path / "runs" / "a", sound())
    place = tmp_path / "runs" / "result.json"
    place.write_bytes(msgspec.json.encode(result_with(("paper", "anchored"))))
    for paths in ([tmp_path / "runs"], [place], [tmp_path / "runs", place]):
        checked = check_paths(paths)
        assert [(one.check, one.run) for one in checked.findings] == [("one_quantity", str(place))]
        assert checked.findings[0].what.startswith("PER paper and anchored of 2 models multiplies")
    place.write_bytes(msgspec.json.encode(result_with(("budgeted",))))
    assert check_paths([place]).findings == ()


def test_result_of_the_demonstration(tmp_path: Path) -> None:
    """Of the published study each ladder is looked at, by its file or by the folder that holds nothing else."""
    write_result(published_study(draws=100), tmp_path / "result.json")
    checked = check_paths([tmp_path])
    assert checked == check_paths([tmp_path / "result.json"])
    assert len(checked.results) > 3
    assert {(one.check, one.severity) for one in checked.findings} == {("one_quantity", Severity.warning)}


def test_what_is_no_run_and_no_result(tmp_path: Path) -> None:
    """A file that is no result is refused; a broken result beside runs is a note."""
    checked_run(tmp_path / "runs" / "a", sound())
    place = tmp_path / "runs" / "result.json"
    place.write_text("{}")
    with pytest.raises(UsageError, match="is no result of this isocost"):
        check_paths([place])
    (one,) = check_paths([tmp_path / "runs"]).findings
    assert (one.severity, one.check, "could not be seen" in one.what) == (Severity.note, "one_quantity", True)
    with pytest.raises(UsageError, match="is no run folder and holds none"):
        check_paths([tmp_path / "nowhere"])


def test_the_most_serious_comes_first(tmp_path: Path) -> None:
    """Findings are in order of weight, and counted by it."""
    told = list(with_first(sound(solved=120), 12, finish_reason="length"))
    told = list(with_first(told, 120, rules=("fence",)))
    checked_run(tmp_path / "a", told)
    checked = check_paths([tmp_path / "a"])
    assert [one.severity.value for one in checked.findings] == ["serious", "warning", "note"]
    assert (checked.serious, checked.warnings, checked.notes) == (1, 1, 1)
    assert checked.checks == tuple(check.name for check in CHECKS)


def test_recorded_run_of_qwen(tmp_path: Path, samples_dir: Path, data_dir: Path) -> None:
    """Qwen3.5-9B on HumanEval Pro, judged raw: 56 programs do not compile, 55 break off; the ten unfair ones are named."""
    request = JudgeRequest(
        samples=samples_dir / "qwen3.5-9b-mlx-4bit.humaneval_pro.jsonl", benchmark="humaneval-pro", extraction="raw",
        out=tmp_path / "run", data_dir=data_dir,
    )  # fmt: skip
    judge_file(request)
    checked = check_paths([tmp_path / "run"], data_dir=data_dir)
    by_check = {one.check: one for one in checked.findings}
    cut = by_check["truncated"]
    assert (cut.severity, len(cut.ids)) == (Severity.serious, 55)
    assert "inferred: 56 programs do not compile, and 55 of them break off at their end" in cut.what
    assert by_check["unfair_included"].ids == tuple(unfair_problems("humaneval-pro"))
    assert checked.serious == 1
