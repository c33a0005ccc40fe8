"""Studies from start to result: asked, judged while they grow, analysed, checked; resumed where they were stopped."""

from __future__ import annotations

import json
import os
import re
import signal
import threading
from pathlib import Path

import pytest
from tests.study.running_parts import MODELS, result_of, run_small, small_study, texts_of

from isocost.backends.options import BackendOptions
from isocost.cli.study_progress import plain_line
from isocost.errors import RunMismatchError, UsageError
from isocost.records import Regime
from isocost.store.run import Run
from isocost.study.running import pipeline
from isocost.study.running.asking import Place
from isocost.study.running.progress import StudyProgress
from isocost.study.running.study_file import Caps
from isocost.study.running.study_run import forecast_study, run_study


@pytest.fixture(autouse=True)
def _fresh_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ISOCOST_CACHE", str(tmp_path / "cache"))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a study that nothing disturbed."""
    folder = tmp_path_factory.mktemp("whole") / "study"
    run_small(small_study(), folder)
    return folder


def test_a_study_ends_with_an_answer(whole: Path) -> None:
    """Every sample is judged, curves are there for one answer and for coverage, costs are counted, modelled and measured."""
    result = result_of(whole)
    assert {part["model"] for part in result["solved"]} == {"Qwen2.5-Coder-0.5B", "Qwen2.5-Coder-7B"}
    assert {part["regime"] for part in result["curves"]} == {Regime.single, Regime.oracle}
    whole_result = json.loads((whole / "result.json").read_bytes())
    bases = {(part["unit"], part["basis"]) for part in whole_result["costs"]}
    assert bases == {("flops", "modelled"), ("tokens", "measured"), ("seconds", "measured")}
    assert {part["unit"] for part in whole_result["curves"]} == {"flops", "tokens", "seconds"}
    assert result["unit"] == "flops"
    runs = [Run.read(path.parent) for path in sorted(whole.glob("*/manifest.json"))]
    assert len(runs) == 4
    for run in runs:
        assert len(run.judged()) == len(run.samples) == 24
        assert run.manifest.spec is not None
        assert run.manifest.generation is not None


def test_running_again_asks_and_judges_nothing(whole: Path) -> None:
    """The same study in the same folder comes to the same result, and no journal grows."""
    before, result = _sizes(whole), result_of(whole)
    run_small(small_study(), whole)
    assert _sizes(whole) == before
    assert result_of(whole) == result


def test_a_part_now_and_the_rest_later_is_the_same(tmp_path: Path, whole: Path) -> None:
    """One model first, then one benchmark, then all: the result is that of a study done at once."""
    study, folder = small_study(), tmp_path / "study"
    first = run_small(study, folder, "Qwen2.5-Coder-7B", "steps")
    assert [path.name for path in first.ran.runs] == ["steps-qwen2.5-coder-7b"]
    run_small(study, folder, "steps-pro")
    run_small(study, folder)
    assert result_of(folder) == result_of(whole)
    with pytest.raises(UsageError, match="'steps-prp' is no model and no benchmark here; did you mean 'steps-pro'"):
        run_small(study, folder, "steps-prp")


def test_another_model_under_the_same_name_is_refused(tmp_path: Path) -> None:
    """A run holds the answers of one model: what is served under its name may not change, where it is served may."""
    folder = tmp_path / "study"
    run_small(small_study("a=scripted:steps?right=0.3", benchmarks=("steps",)), folder)
    run_small(small_study("a=scripted:steps?right=0.3&wait=0.001", benchmarks=("steps",)), folder)
    with pytest.raises(
        RunMismatchError, match=r"generation.served is 'scripted:steps\?right=0.3' there and 'scripted:steps"
    ):
        run_small(small_study("a=scripted:steps?right=0.9", benchmarks=("steps",)), folder)


def test_a_cap_stops_and_a_higher_one_goes_on(tmp_path: Path, whole: Path) -> None:
    """What was asked until then is judged and analysed; the same study with more to spend ends as one without a cap."""
    folder = tmp_path / "study"
    stopped = run_small(small_study(caps=Caps(tokens=6000)), folder)
    assert stopped.ran.stopped is not None
    assert stopped.result is not None
    assert 0 < len(texts_of(folder)) < len(texts_of(whole))
    run_small(small_study(), folder)
    assert texts_of(folder) == texts_of(whole)
    assert result_of(folder) == result_of(whole)


def test_an_interrupt_lets_what_is_in_flight_come_in(tmp_path: Path, whole: Path) -> None:
    """The first one ends the asking: what came is judged, and the rest comes when the study is run again."""
    folder = tmp_path / "study"
    slow = [f"{model}&wait=0.02" for model in MODELS]

    def interrupt(progress: StudyProgress) -> None:
        if progress.stage == "asking" and not sent:
            sent.append(True)
            os.kill(os.getpid(), signal.SIGINT)

    sent: list[bool] = []
    assert threading.current_thread() is threading.main_thread()
    ran = run_study(small_study(*slow), Place(folder=folder), BackendOptions(), progress=interrupt)
    assert ran.ran.stopped == "interrupted"
    assert ran.result is not None or len(texts_of(folder)) > 0
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    run_small(small_study(*slow), folder)
    assert texts_of(folder) == texts_of(whole)
    assert result_of(folder) == result_of(whole)


def test_a_model_that_fails_at_once_does_not_keep_the_others_waiting(tmp_path: Path) -> None:
    """Also where it is asked first, and nothing came of anybody yet."""
    ran = run_small(small_study(f"{MODELS[0]}&gone=1", MODELS[1], benchmarks=("steps",)), tmp_path / "study")
    assert list(ran.ran.failures) == ["Qwen2.5-Coder-0.5B"]
    assert [len(Run.read(folder).samples) for folder in ran.ran.runs] == [24]


def test_a_model_that_fails_does_not_keep_the_others_waiting(tmp_path: Path) -> None:
    """The other's samples are all there and analysed, and the failure is told; later the study ends as it should."""
    folder = tmp_path / "study"
    ran = run_small(small_study(MODELS[0], f"{MODELS[1]}&gone=9"), folder)
    assert list(ran.ran.failures) == ["Qwen2.5-Coder-7B"]
    small = [summary for name, summary in ran.ran.summaries.items() if name.endswith("0.5b")]
    assert [summary.samples for summary in small] == [24, 24]


def test_samples_grow_until_intervals_are_narrow(tmp_path: Path) -> None:
    """With a target width, each run gets batches for all its problems until its interval is as narrow, or samples end."""
    folder = tmp_path / "study"
    study = small_study(MODELS[1], samples=2, target_width=0.4, benchmarks=("steps",), limit=20)
    ran = run_small(study, folder)
    (summary,) = ran.ran.summaries.values()
    estimate = summary.pass_at["1"]
    draws = {sample.draw for sample in Run.read(next(folder.glob("steps-*"))).samples.read()}
    assert estimate.high - estimate.low <= 0.4 or len(draws) == 128
    assert summary.samples == 20 * len(draws)
    assert len(draws) % 2 == 0


def test_log_probabilities_make_a_deployable_choice(tmp_path: Path) -> None:
    """Where they are asked for and given, the regime `selected` is there; where a backend gives none, it is not."""
    folder = tmp_path / "study"
    ran = run_small(small_study(logprobs=True, benchmarks=("steps",)), folder)
    assert ran.result is not None
    regimes = {part.regime for part in ran.result.curves}
    scored = all((path.parent / "scores.jsonl").exists() for path in folder.glob("*/manifest.json"))
    assert (Regime.selected in regimes) == scored


def test_judging_is_seen_while_it_lasts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each verdict may be told, with the run that it is in: judging may take as long as asking did."""
    monkeypatch.setattr(pipeline, "SHOW_SECONDS", 0.0)
    told: list[StudyProgress] = []
    study = small_study(MODELS[0], benchmarks=("steps",))
    run_study(study, Place(folder=tmp_path / "study"), BackendOptions(), progress=told.append)
    judging = [progress.judging for progress in told if progress.judging]
    assert judging
    found = re.fullmatch(r"Qwen2\.5-Coder-0\.5B on steps, (\d+) of (\d+) verdicts", judging[-1])
    assert found is not None
    assert found[1] == found[2]
    assert all(progress.stage == "judging" for progress in told if progress.judging)
    assert plain_line(next(one for one in told if one.judging)).startswith("judging: ")


def test_a_forecast_asks_nothing(tmp_path: Path) -> None:
    """Nothing is written, and the numbers of samples are those of the study."""
    folder = tmp_path / "study"
    made = forecast_study(small_study(), Place(folder=folder), BackendOptions())
    assert made.samples == 2 * 2 * 8 * 3
    assert made.flops is not None
    assert not folder.exists()


def _sizes(folder: Path) -> dict[str, int]:
    return {str(path.relative_to(folder)): path.stat().st_size for path in folder.glob("*/*.jsonl")}


def test_an_interval_that_stays_too_wide_is_told(tmp_path: Path) -> None:
    """Two problems are few however many samples they have: the width that was reached stands beside the one wanted."""
    study = small_study(MODELS[1], samples=128, target_width=0.01, benchmarks=("steps",), limit=2)
    ran = run_small(study, tmp_path / "study")
    (told,) = ran.ran.notes
    assert told.startswith("Qwen2.5-Coder-7B on steps: the interval is ")
    assert "wide with 128 samples a problem, and 0.01 was wanted" in told
