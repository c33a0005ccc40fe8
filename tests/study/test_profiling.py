"""Profiles made by a real llama.cpp on this machine, of models of random weights."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from isocost.backends.options import BackendOptions
from isocost.backends.random_gguf import write_random_gguf
from isocost.cost.devices import device
from isocost.cost.memory import weight_bytes
from isocost.cost.parameters import architecture_of
from isocost.errors import InputError, UsageError
from isocost.records import Clock
from isocost.study.profiling.backend_engine import BackendEngine
from isocost.study.profiling.engine import Subject, Work
from isocost.study.profiling.figures import size_scaling
from isocost.study.profiling.profile_file import read_profile, write_profile
from isocost.study.profiling.profile_record import Profile
from isocost.study.profiling.profiling import Plan, profile_models
from isocost.study.profiling.request import ProfileRequest, profile
from isocost.study.profiling.shapes import TINY, shape_model, sweep_models

TINY_SIZES = [spec.name for spec in sweep_models(TINY)]


@pytest.fixture(scope="module")
def swept() -> Profile:
    """A sweep over four tiny sizes, alone and two at once, in 4 rounds."""
    return profile(
        ProfileRequest(sweep=TINY, rounds=4, warmups=1, prompt_tokens=64, new_tokens=16, batches=(2, 1), threads=1)
    )


def test_a_sweep_measures_every_size_at_every_batch(swept: Profile) -> None:
    """Each model has both times in each round, at each batch, with spreads over the rounds and the tokens asked for."""
    assert [model.name for model in swept.models] == TINY_SIZES
    assert (swept.rounds, swept.clock, swept.skipped) == (4, Clock.engine, ())
    for model in swept.models:
        assert (model.prompt_tokens, model.completion_tokens, model.random_weights) == (64, 16.0, True)
        assert [figures.batch for figures in model.batches] == [1, 2]
        for figures in model.batches:
            assert figures.ttft_seconds is not None
            assert figures.tpot_seconds is not None
            assert figures.tpot_seconds.n == figures.calm
            assert len(figures.tpot_rounds) == len(figures.waited_rounds) == 4
            assert figures.tpot_seconds.p10 <= figures.tpot_seconds.median <= figures.tpot_seconds.p90
            assert figures.tokens_per_second.median > 0.0


def test_the_roofline_is_of_rates_measured_in_the_same_pass(swept: Profile) -> None:
    """The device was measured once a round, and each ratio is the measured time over the time at those rates."""
    assert swept.device is not None
    assert re.search(r"median of [34] bests of 5 on", swept.device.bytes_per_second.source)
    for model in swept.models:
        single = model.batches[0]
        assert single.tpot_ratio is not None
        assert single.tpot_seconds is not None
        assert single.roofline_tpot_seconds is not None
        assert single.tpot_ratio == pytest.approx(single.tpot_seconds.median / single.roofline_tpot_seconds)
        assert model.step_bytes is not None
        assert single.roofline_tpot_seconds >= model.step_bytes / swept.device.bytes_per_second.value


def test_memory_is_of_a_process_for_each_model(swept: Profile) -> None:
    """Peak memory grows with the model, holds at least its weights, and says what it is of."""
    peaks = [model.memory_bytes or 0 for model in swept.models]
    assert peaks == sorted(peaks)
    for model, peak in zip(swept.models, peaks, strict=True):
        assert model.architecture is not None
        assert model.memory_scope is not None
        assert model.memory_scope.startswith("resident, 1 process")
        assert peak > weight_bytes(model.architecture, 16.0)


def test_what_is_not_measured_has_its_reason(swept: Profile) -> None:
    """Joules without a counter, and clock rates without cpufreq, are absent with the reason; never 0."""
    for model in swept.models:
        assert (model.joules_per_token is None) == ("joules_per_token" in model.absent)
    assert ("clocks_mhz" in swept.absent) == (not swept.clocks_mhz)


def test_time_against_size_has_an_interval_and_errors(swept: Profile) -> None:
    """The exponent of both times has an interval from the rounds, and is judged by the sizes left out."""
    assert swept.scaling is not None
    for law in (swept.scaling.tpot, swept.scaling.ttft):
        assert law.low <= law.exponent <= law.high
        assert (law.sizes, law.rounds) == (4, 4)
        assert law.left_out_most >= law.left_out_mean >= 0.0
    assert swept.scaling.tpot_terms.layer_seconds >= 0.0


def test_a_profile_is_read_as_it_was_written_and_is_a_device(swept: Profile, tmp_path: Path) -> None:
    """The file round-trips, and its path is the name of a device: what the engine got, else what was measured alone."""
    path = tmp_path / "profile.json"
    write_profile(path, swept)
    assert read_profile(path) == swept
    assert device(str(path)) == (swept.effective or swept.device)
    write_profile(path, msgspec.structs.replace(swept, effective=None))
    assert device(str(path)) == swept.device


def test_files_that_are_no_profile_are_refused(swept: Profile, tmp_path: Path) -> None:
    """No file, no JSON, a newer version, a profile without a device: each in one line that says what to give."""
    path = tmp_path / "p.json"
    for read in (read_profile, lambda file: device(str(file))):
        with pytest.raises(InputError, match="cannot be read"):
            read(path)
    path.write_text("{}", encoding="utf-8")
    for read in (read_profile, lambda file: device(str(file))):
        with pytest.raises(InputError, match="no profile"):
            read(path)
    write_profile(path, msgspec.structs.replace(swept, schema_version=99))
    for read in (read_profile, lambda file: device(str(file))):
        with pytest.raises(InputError, match=r"profile of version 99, .*newer isocost"):
            read(path)
    write_profile(path, msgspec.structs.replace(swept, device=None, effective=None))
    with pytest.raises(InputError, match="has no device"):
        device(str(path))


def test_a_given_file_is_measured_with_its_own_bits(tmp_path: Path) -> None:
    """A .gguf file is measured as it is: its name, its shape, its bits; with one size there is no law, and it says why."""
    spec = sweep_models(TINY)[0]
    path = write_random_gguf(tmp_path / "mine.gguf", architecture_of(spec), stored="q8_0")
    made = profile(ProfileRequest(models=(str(path),), rounds=2, warmups=0, prompt_tokens=16, new_tokens=8, threads=1))
    (model,) = made.models
    assert (model.name, model.random_weights, model.parameters) == ("mine", False, spec.parameters)
    assert model.weight_bits is not None
    assert 8.5 <= model.weight_bits < 9.0
    assert made.scaling is None
    assert made.absent["scaling"].startswith("sizes with both times: 1, expected at least 4")


def test_a_law_needs_sizes_that_differ_and_rounds(swept: Profile) -> None:
    """Two models of one size, or two rounds, have no law, with the reason; never an interval of no width."""
    twice, why = size_scaling((*swept.models, swept.models[0]), seed=0)
    assert (twice, why) == (
        None, "several models have one size, expected one of each; profile those of one family and type",
    )  # fmt: skip
    short = [
        msgspec.structs.replace(model, batches=(msgspec.structs.replace(
            model.batches[0], tpot_rounds=model.batches[0].tpot_rounds[:2], ttft_rounds=model.batches[0].ttft_rounds[:2],
            seconds_rounds=model.batches[0].seconds_rounds[:2], waited_rounds=model.batches[0].waited_rounds[:2],
        ),))
        for model in swept.models
    ]  # fmt: skip
    assert size_scaling(short, seed=0) == (None, "2 rounds, expected at least 3 for an interval; type --rounds 12")


def test_any_backend_can_be_measured(tmp_path: Path) -> None:
    """Through a backend: prompts of random words come near the length asked for, and times are of the caller's clock."""
    spec = sweep_models(TINY)[0]
    path = write_random_gguf(tmp_path / "served.gguf", architecture_of(spec))
    subject = Subject(name="served", spec=spec, where=str(path))
    engine = BackendEngine(BackendOptions(threads=1, context_tokens=1024))
    plan = Plan(work=Work(prompt_tokens=100, new_tokens=8, batches=(1, 2)), rounds=2, warmups=1)
    made = profile_models([subject], engine, plan, device=None)
    (model,) = made.models
    assert 70 <= model.prompt_tokens <= 130
    assert [figures.batch for figures in model.batches] == [1, 2]
    assert (made.device, made.clock, made.conditions.backend) == (None, Clock.client, "llamacpp")
    assert made.absent["device"] == "the models are not computed by a device that we can measure"


def test_a_size_without_room_is_skipped_with_the_reason() -> None:
    """What does not fit beside the smaller ones is named with what it needs and what is left; the rest is measured."""
    made = profile(
        ProfileRequest(
            shapes=(TINY_SIZES[0], "CodeLlama-70B"), random_weights=True, rounds=1, warmups=0, prompt_tokens=8,
            new_tokens=4, threads=1,
        )
    )  # fmt: skip
    assert [model.name for model in made.models] == [TINY_SIZES[0]]
    (skipped,) = made.skipped
    assert skipped.name == "CodeLlama-70B"
    assert skipped.reason.startswith("needs about 1")
    assert skipped.reason.endswith("GiB are left beside the others")
    with pytest.raises(InputError, match=r"CodeLlama-70B needs about .* GiB of memory, .*name a smaller shape"):
        profile(ProfileRequest(shapes=("CodeLlama-70B",), random_weights=True))


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (ProfileRequest(), "no model; type its address, or --sweep"),
        (ProfileRequest(random_weights=True), "random weights of no shape; type --shape"),
        (ProfileRequest(sweep="qwen9"), "no family to sweep is called 'qwen9', expected one of small, tiny, Qwen2.5-Coder"),
        (ProfileRequest(sweep="", shapes=("x",)), "both a sweep and models"),
        (ProfileRequest(shapes=("qwen2.5-coder-8b",), random_weights=True), "did you mean Qwen2.5-Coder-7B"),
        (ProfileRequest(sweep="", new_tokens=1), "--new-tokens is 1, expected a whole number of at least 2"),
        (ProfileRequest(sweep="", batches=(0, 1)), "--batch is 0, expected"),
        (ProfileRequest(sweep="", seconds=0.0), "--seconds is 0, expected a number above 0"),
        (ProfileRequest(sweep="", dtype="int3"), "--dtype is 'int3', expected one of f32, f16"),
        (ProfileRequest(sweep="", engine="sglang"), "--engine is 'sglang', expected one of llamacpp, transformers"),
        (ProfileRequest(models=("qwen",)), "'qwen' is no model; expected"),
        (ProfileRequest(models=("a.gguf", "hf:b")), "models of llamacpp and transformers, expected those of one engine"),
        (ProfileRequest(models=("hf:a/b",), engine="llamacpp"), "but the address is of transformers"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_in_a_line(asked: ProfileRequest, words: str) -> None:
    """Names that are not known, numbers out of range and choices that exclude each other: one line, what to type."""
    with pytest.raises(UsageError) as refused:
        profile(asked)
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_file_that_is_not_there_is_refused() -> None:
    """The path of a .gguf file that is not there, in one line."""
    with pytest.raises(InputError, match=r"nowhere\.gguf: no such file"):
        profile(ProfileRequest(models=("nowhere.gguf",)))


def test_shapes_are_found_by_name() -> None:
    """Rungs of the ladders and known models, in any case."""
    assert shape_model("RANDOM-8m").parameters == 8_397_056
    assert shape_model("qwen2.5-coder-1.5b").name == "Qwen2.5-Coder-1.5B"
    assert len({spec.parameters for spec in sweep_models("small")}) == 6
