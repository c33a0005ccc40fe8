"""Costs that were measured: shares of windows in real and in written runs, beside what a model of costs says."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest
from tests.study.compared_runs import HUMAN_EVAL, PRO, run_of
from tests.study.running_parts import run_small, small_study

from isocost.cost.devices import device
from isocost.cost.prices import read_prices
from isocost.records import (
    Basis,
    Clock,
    Conditions,
    Generation,
    PromptForm,
    Regime,
    Sample,
    SamplingParams,
    Timing,
    Unit,
    Window,
)
from isocost.store.run import Run
from isocost.study.answering.analysing import analyse
from isocost.study.answering.result import CostPart, Result
from isocost.study.answering.runs_read import AnalysisRequest
from isocost.study.answering.sample_costs import Pricing
from isocost.study.answering.window_shares import measured_of_runs

SMALL, LARGE = "Qwen2.5-Coder-1.5B", "Qwen2.5-Coder-7B"
SLOWER = {SMALL: 1.0, LARGE: 3.0}
PROBLEMS = 12
CARD = "NVIDIA H100 80GB HBM3"
ASKED = Generation(
    template="plain", template_sha256="0" * 64, form=PromptForm.completion,
    params=SamplingParams(temperature=0.8, top_p=1.0, max_tokens=50, seed=0),
    served="llamacpp:some.gguf",
)  # fmt: skip


def _window(model: str, **changes: object) -> Window:
    """The one window of a model: four samples a problem on two benchmarks, each second two in flight; 100 J a second."""
    conditions = Conditions(host={"processor": "here", "cores": 2}, backend="llamacpp", device=CARD, prompt_cache=False)
    seconds = PROBLEMS * 8.0 * SLOWER[model]
    window = Window(
        id=f"window of {model}", started=1e9, seconds=seconds, samples=PROBLEMS * 8, conditions=conditions,
        completion_tokens=PROBLEMS * 8 * 50, most_in_flight=2, memory_bytes=int(1e9 * SLOWER[model]),
        memory_scope="GPU board", joules=100.0 * seconds, energy_scope="GPU board only",
    )  # fmt: skip
    return msgspec.structs.replace(window, **changes)


def _study(
    folder: Path, *, windows: dict[str, Window] | None = None, untimed: Sequence[str] = (), models: Sequence[str] = (SMALL, LARGE)
) -> Path:  # fmt: skip
    """Runs of two models on two rungs. Pairs of samples are in flight at once for 2 seconds (6 of the large model)."""
    given = {model: _window(model) for model in models} if windows is None else windows
    for model in models:
        for place, benchmark in enumerate((HUMAN_EVAL, PRO)):
            name = "HumanEval" if benchmark is HUMAN_EVAL else "HumanEvalPro"

            def made(problem: str, draw: int, model: str = model, place: int = place) -> tuple[str, Timing | None]:
                number = int(problem.rpartition("/")[2])
                start = 1e9 + SLOWER[model] * 2.0 * (number * 4 + place * 2 + draw // 2)
                total, first = 2.0 * SLOWER[model], 0.5 * SLOWER[model]
                timing = Timing(
                    clock=Clock.engine, started=start, ttft_seconds=first, tpot_seconds=(total - first) / 49, total_seconds=total
                )  # fmt: skip
                return f"window of {model}", None if f"{problem} {draw}" in untimed else timing

            passed = {f"{name}/{i}": [(i + d + len(model)) % 3 > place for d in range(4)] for i in range(PROBLEMS)}
            run_of(
                folder / f"{model} {name}", model, passed, benchmark=benchmark, tokens=lambda _p, _d: (100, 50), made=made,
                windows=[given[model]] if model in given else [], generation=ASKED,
            )  # fmt: skip
    return folder


def _analysed(*runs: Path, unit: Unit | None = None, **pricing: object) -> Result:
    return analyse(AnalysisRequest(runs=runs, unit=unit, draws=100, pricing=Pricing(**pricing)))  # type: ignore[arg-type]


def _costs(result: Result, model: str, unit: Unit, rung: int = 0) -> list[CostPart]:
    return [part for part in result.costs if (part.model, part.unit, part.rung) == (model, unit, rung)]


def _each(result: Result, model: str, unit: Unit) -> tuple[float, float]:
    part = _costs(result, model, unit)[0]
    return part.prompt, part.completion


def test_real_windows_are_shared_out_to_the_last_second(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All samples of a study's windows together cost the time in which one was in flight, whatever runs they are in."""
    monkeypatch.setenv("ISOCOST_CACHE", str(tmp_path / "cache"))
    ran = run_small(small_study(), tmp_path / "study")
    runs = [Run.read(path) for path in ran.ran.runs]
    measured = measured_of_runs(runs)
    assert set(measured.runs) == {run.folder for run in runs}
    assert [measured.cut, measured.elsewhere, measured.untimed, measured.unsplit] == [{}, {}, {}, {}]
    spent: dict[str, float] = {}
    spans: dict[str, list[tuple[float, float]]] = {}
    for run in runs:
        for sample in run.samples.read():
            assert sample.window is not None
            share = measured.runs[run.folder].shares[sample.id]
            spent[sample.window] = spent.get(sample.window, 0.0) + share.prompt + share.completion
            spans.setdefault(sample.window, []).append(_span(sample))
    assert spent == pytest.approx({name: _covered(some) for name, some in spans.items()}, rel=1e-5)
    windows = {window.id: window for run in runs for window in run.windows.read()}
    assert sum(spent.values()) <= sum(window.seconds for window in windows.values()) * (1 + 1e-5)
    assert ran.result is not None
    assert [part.basis for part in _costs(ran.result, "Qwen2.5-Coder-7B", Unit.seconds)] == [Basis.measured]
    assert any("what device" in caveat and "is not known" in caveat for caveat in ran.result.caveats)
    alone = _analysed(*(run.folder for run in runs if run.manifest.benchmark.rung == 0))
    assert any("in none of these runs" in caveat for caveat in alone.caveats)


def _span(sample: Sample) -> tuple[float, float]:
    timing = sample.timing
    assert timing is not None
    assert timing.started is not None
    assert timing.total_seconds is not None
    return timing.started, timing.started + timing.total_seconds


def _covered(spans: list[tuple[float, float]]) -> float:
    """How long at least one of the spans lasted."""
    total, end = 0.0, float("-inf")
    for start, stop in sorted(spans):
        total += max(0.0, stop - max(start, end))
        end = max(end, stop)
    return total


def test_what_was_measured_is_charged(tmp_path: Path) -> None:
    """Two in flight share the seconds, the joules, the memory and the dollars of the hour, split at the first token."""
    prices = tmp_path / "prices.toml"
    prices.write_text(f'date = "2026-01-31"\nsource = "a test"\n[devices."{CARD}"]\nhour = 3.6\n')
    result = _analysed(_study(tmp_path / "study"), prices=read_prices(prices))
    for model, slower in SLOWER.items():
        assert _each(result, model, Unit.seconds) == pytest.approx((0.25 * slower, 0.75 * slower))
        assert _each(result, model, Unit.joules) == pytest.approx((25.0 * slower, 75.0 * slower))
        assert _each(result, model, Unit.dollars) == pytest.approx((0.00025 * slower, 0.00075 * slower))
    bases = {part.unit: part.basis for part in result.costs}
    assert bases == {
        Unit.flops: Basis.modelled, Unit.tokens: Basis.measured, Unit.seconds: Basis.measured, Unit.dollars: Basis.priced,
        Unit.joules: Basis.modelled,
    }  # fmt: skip
    units = [Unit.flops, Unit.tokens, Unit.seconds, Unit.dollars, Unit.joules]
    for parts in (result.curves, result.best, result.crossings, result.costs):
        assert list(dict.fromkeys(part.unit for part in parts)) == units
    assert list(dict.fromkeys(part.unit for part in result.per if part.form == "budgeted")) == units
    assert any("what they are of: GPU board only" in caveat for caveat in result.caveats)
    in_bytes = _analysed(tmp_path / "study", unit=Unit.byte_seconds)
    assert _each(in_bytes, LARGE, Unit.byte_seconds) == pytest.approx((3e9 * 0.75, 3e9 * 2.25))
    assert in_bytes.curves[0].unit is Unit.byte_seconds


def test_a_measured_efficiency_is_that_of_windows(tmp_path: Path) -> None:
    """Where every model has windows, PER is of measured throughput, latency and memory, and says so."""
    result = _analysed(_study(tmp_path / "study"), device=device("A100-80GB"))
    anchored = {part.model: part for part in result.per if part.form == "anchored" and part.rung == 0}
    assert "measured: tokens over seconds of windows with up to 2 in flight" in anchored[LARGE].note
    solved = {part.model: part.pass_at_1.value for part in result.solved if part.rung == 0}
    ratio = (solved[LARGE] / solved[SMALL] / 27) ** 0.25  # a third of the speed, twice, and three times the memory
    assert anchored[LARGE].value == pytest.approx(ratio)
    bare = {model: _window(model, memory_bytes=None, memory_scope=None) for model in SLOWER}
    other = _analysed(_study(tmp_path / "bare", windows=bare), device=device("A100-80GB"))
    assert all("modelled for A100-80GB" in part.note for part in other.per if part.unit is None)


def test_measured_and_modelled_stand_side_by_side(tmp_path: Path) -> None:
    """With a device seconds are told twice; budgets are made of the measured ones, which come first."""
    result = _analysed(_study(tmp_path / "study"), device=device("A100-80GB"), unit=Unit.seconds)
    for model, slower in SLOWER.items():
        measured, modelled = _costs(result, model, Unit.seconds)
        assert (measured.basis, modelled.basis) == (Basis.measured, Basis.modelled)
        assert measured.prompt + measured.completion == pytest.approx(slower)
        assert 0.0 < modelled.prompt + modelled.completion < slower
        assert measured.per_solved is not None
        assert modelled.per_solved is not None
    curve = next(part for part in result.curves if part.model == LARGE and part.regime is Regime.single)
    first = next(budget for budget, solved in zip(curve.budgets, curve.solved, strict=True) if solved)
    assert first == pytest.approx(3.0, rel=0.1)


def test_one_model_without_windows_has_all_modelled(tmp_path: Path) -> None:
    """Measured seconds are not held against modelled ones: both are modelled, and what was measured stands beside."""
    _study(tmp_path / "study", models=[SMALL])
    passed = {f"HumanEval/{i}": [i % 2 == 0] * 4 for i in range(PROBLEMS)}
    run_of(tmp_path / "study" / "recorded", LARGE, passed, tokens=lambda _p, _d: (100, 50))
    result = _analysed(tmp_path / "study", device=device("A100-80GB"))
    assert [part.basis for part in _costs(result, SMALL, Unit.seconds)] == [Basis.modelled, Basis.measured]
    assert [part.basis for part in _costs(result, LARGE, Unit.seconds)] == [Basis.modelled]
    assert any(f"not for {LARGE}: no budget is of measured seconds" in caveat for caveat in result.caveats)
    assert Unit.joules not in {part.unit for part in result.costs}
    assert {part.unit for part in _analysed(tmp_path / "study").curves} == {Unit.flops, Unit.tokens}


def test_a_window_that_a_kill_cut_short_is_not_lost(tmp_path: Path) -> None:
    """Its samples share their own times; their joules are those of a device-second of the model's other windows."""
    whole = _analysed(_study(tmp_path / "whole"))
    _study(tmp_path / "cut")
    cut = tmp_path / "cut" / f"{LARGE} HumanEvalPro"
    lines = (cut / "samples.jsonl").read_text().replace(f"window of {LARGE}", "one that was cut short")
    (cut / "samples.jsonl").write_text(lines)
    (cut / "windows.jsonl").unlink()
    result = _analysed(tmp_path / "cut")
    assert any(
        caveat.startswith(f"{4 * PROBLEMS} samples of {LARGE} were made in a window that a kill")
        for caveat in result.caveats
    )
    assert _costs(result, LARGE, Unit.seconds, 2) == _costs(whole, LARGE, Unit.seconds, 2)
    assert _costs(result, LARGE, Unit.joules, 2)[0].prompt == pytest.approx(75.0)
    assert _costs(result, LARGE, Unit.joules, 2)[0].completion == pytest.approx(225.0)
    assert any("in none of these runs" in caveat for caveat in result.caveats)


def test_a_copy_of_a_run_changes_no_share(tmp_path: Path) -> None:
    """A sample that stands in two folders was made once; two samples of one id that were made apart are two."""
    folder = _study(tmp_path / "study", models=[SMALL])
    runs = [Run.read(folder / f"{SMALL} {name}") for name in ("HumanEval", "HumanEvalPro")]
    copied = shutil.copytree(runs[0].folder, tmp_path / "copy")
    alone, both = measured_of_runs(runs), measured_of_runs([*runs, Run.read(copied)])
    assert both.runs[copied].shares == both.runs[runs[0].folder].shares == alone.runs[runs[0].folder].shares
    assert both.elsewhere == {}
    text = (runs[1].folder / "samples.jsonl").read_text()
    (runs[1].folder / "samples.jsonl").write_text(text.replace('"id":"HumanEvalPro/', '"id":"HumanEval/'))
    assert measured_of_runs([Run.read(run.folder) for run in runs]).elsewhere == {}


def test_where_energy_or_times_are_missing_so_are_their_costs(tmp_path: Path) -> None:
    """Without joules in one model's window there is no budget of joules; a sample without times leaves its run unmeasured."""
    without = {SMALL: _window(SMALL), LARGE: _window(LARGE, joules=None, absent={"joules": "no counter"})}
    units = {part.unit for part in _analysed(_study(tmp_path / "joules", windows=without)).curves}
    assert units == {Unit.flops, Unit.tokens, Unit.seconds}
    result = _analysed(_study(tmp_path / "times", untimed=["HumanEval/0 0"]))
    assert {part.unit for part in result.curves} == {Unit.flops, Unit.tokens}
    assert any("1 of 48 samples of" in caveat and "seconds are not measured" in caveat for caveat in result.caveats)


def test_prompts_are_charged_as_the_windows_say(tmp_path: Path) -> None:
    """Each sample pays for its prompt unless a cache was on; a flag overrides; what was measured is charged as it was."""
    _study(tmp_path / "plain")
    cached = {
        model: msgspec.structs.replace(
            _window(model), conditions=msgspec.structs.replace(_window(model).conditions, prompt_cache=True)
        )
        for model in SLOWER
    }
    _study(tmp_path / "cached", windows=cached)

    def all_four(folder: Path, unit: Unit, *, model: str = SMALL, shared: bool | None = None) -> float:
        """The budget that buys all four samples of the dearest problem: where the curves end."""
        request = AnalysisRequest(runs=(folder,), unit=unit, draws=100, prompt_shared=shared, extrapolate=False)
        parts = [
            part
            for part in analyse(request).curves
            if (part.model, part.rung, part.regime) == (model, 0, Regime.oracle)
        ]
        curve = next(part for part in parts if part.unit is unit)
        return max(budget for budget, solved in zip(curve.budgets, curve.solved, strict=True) if solved is not None)

    for folder, shared, tokens in (
        ("plain", None, 600.0), ("plain", True, 300.0), ("cached", None, 300.0), ("cached", False, 600.0),
    ):  # fmt: skip
        assert all_four(tmp_path / folder, Unit.tokens, shared=shared) == pytest.approx(tokens)
    for folder in ("plain", "cached"):
        assert all_four(tmp_path / folder, Unit.seconds, model=LARGE) == pytest.approx(4 * 3.0)


def test_what_is_not_known_of_times_is_said(tmp_path: Path) -> None:
    """Clocks that differ are named; without a time to the first token all of a sample's seconds count as writing."""
    _study(tmp_path / "study")
    for place in (tmp_path / "study").glob(f"{LARGE} *"):
        text = (place / "samples.jsonl").read_text().replace('"clock":"engine"', '"clock":"client"')
        (place / "samples.jsonl").write_text(text.replace('"ttft_seconds":1.5', '"ttft_seconds":null'))
    result = _analysed(tmp_path / "study")
    assert _each(result, LARGE, Unit.seconds) == pytest.approx((0.0, 3.0))
    assert f"engine ({SMALL}); client ({LARGE})" in " ".join(result.caveats)
    assert any(
        caveat.startswith(f"{PROBLEMS * 8} samples of {LARGE} do not say when their first") for caveat in result.caveats
    )


def test_a_clock_that_was_set_does_not_tell_who_was_in_flight(tmp_path: Path) -> None:
    """Where a window says so, its seconds are shared by the samples' own lengths, whenever they seem to have begun."""
    told = {
        model: _window(model, absent={"mean_in_flight": "the wall clock was set while it lasted"}) for model in SLOWER
    }
    _study(tmp_path / "study", windows=told)
    for place in (tmp_path / "study").iterdir():
        rows = [json.loads(line) for line in (place / "samples.jsonl").read_text().splitlines()]
        for number, row in enumerate(rows):
            row["timing"]["started"] += 1e5 * number
        (place / "samples.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert _each(_analysed(tmp_path / "study"), LARGE, Unit.seconds) == pytest.approx((0.25 * 3.0, 0.75 * 3.0))


def test_other_devices_are_said(tmp_path: Path) -> None:
    """Models that ran on different devices, or whose clocks differ, are named with them."""
    other = msgspec.structs.replace(_window(LARGE).conditions, device="cpu")
    result = _analysed(
        _study(tmp_path / "study", windows={SMALL: _window(SMALL), LARGE: _window(LARGE, conditions=other)})
    )
    (said,) = [caveat for caveat in result.caveats if "different devices" in caveat]
    assert f"{CARD} ({SMALL}); cpu ({LARGE})" in said
