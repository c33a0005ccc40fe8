"""A real model of `transformers` in this process: a tiny Qwen2 of random weights, made here."""

from __future__ import annotations

import json
import math
import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.backends.conformance import Conformance
from tests.backends.tiny_models import request

from isocost.backends.address import ModelAddress
from isocost.backends.backend import Backend, Reply, Request
from isocost.backends.options import BackendOptions
from isocost.backends.transformers import TransformersBackend
from isocost.errors import BackendError
from isocost.records import Clock, PromptForm

pytestmark = [pytest.mark.hf, pytest.mark.filterwarnings("default")]
TEXTS = ["def f(x): return x " * n for n in (1, 7, 2, 5)]


def _backend(folder: Path, options: BackendOptions | None = None) -> TransformersBackend:
    address = ModelAddress(name="tiny", backend="transformers", target=str(folder))
    return TransformersBackend(address, options or BackendOptions())


def _replies(folder: Path, requests: Sequence[Request], rows: int) -> dict[str, Reply]:
    with _backend(folder, BackendOptions(concurrency=rows)) as backend:
        return {reply.id: reply for reply in backend.replies(requests)}


def _next_logits(folder: Path, text: str) -> Any:  # noqa: ANN401 (a tensor)
    """What the model itself says of the next token, without any of our code."""
    import torch
    import transformers

    model = transformers.AutoModelForCausalLM.from_pretrained(folder)
    ids = transformers.AutoTokenizer.from_pretrained(folder)(text, return_tensors="pt")["input_ids"]
    with torch.inference_mode():
        return model(ids).logits[0, -1].double()


class TestTransformers(Conformance):
    """What every backend has to do."""

    @pytest.fixture(scope="class")
    @classmethod
    def backend(cls, qwen: Path) -> Iterator[Backend]:
        """The tiny model."""
        with _backend(qwen) as backend:
            yield backend


def test_rows_of_a_batch_are_as_they_are_alone(qwen: Path) -> None:
    """Greedy answers to prompts of different lengths are the same in one batch as one by one, limits of their own kept."""
    asked = [request(str(i), text, max_tokens=5 + 3 * i, logprobs=True) for i, text in enumerate(TEXTS)]
    together, alone = _replies(qwen, asked, 4), _replies(qwen, asked, 1)
    for name, reply in together.items():
        assert reply.completion == alone[name].completion
        assert reply.usage.completion_tokens == 5 + 3 * int(name)
        assert reply.usage.prompt_tokens == alone[name].usage.prompt_tokens
        assert reply.logprob == pytest.approx(alone[name].logprob, abs=1e-3)


def test_seeds_are_each_rows_own(qwen: Path) -> None:
    """A drawn answer depends on its seed, not on what stands beside it; another seed gives another."""
    asked = [request(str(i), TEXTS[0], temperature=1.0, seed=i, max_tokens=20) for i in range(6)]
    together, alone = _replies(qwen, asked, 6), _replies(qwen, asked[::-1], 1)
    assert {name: reply.completion for name, reply in together.items()} == {
        name: reply.completion for name, reply in alone.items()
    }
    assert len({reply.completion for reply in together.values()}) > 1


def test_drawing_follows_the_models_probabilities(qwen: Path) -> None:
    """Of many first tokens, the shares and the mean log-probability are those of the model's softmax."""
    number = 1000
    asked = [
        msgspec.structs.replace(one, params=msgspec.structs.replace(one.params, top_p=None))
        for one in (
            request(str(i), TEXTS[0], temperature=1.0, seed=i, max_tokens=1, logprobs=True) for i in range(number)
        )
    ]
    got = [reply.logprob for reply in _replies(qwen, asked, 250).values()]
    logs = _next_logits(qwen, TEXTS[0]).log_softmax(-1)
    mean = float((logs.exp() * logs).sum())
    spread = math.sqrt(float((logs.exp() * logs**2).sum()) - mean**2)
    drawn = sum(one for one in got if one is not None) / number
    assert abs(drawn - mean) < 4 * spread / math.sqrt(number)


def test_useful_and_computed_tokens_are_told_apart(qwen: Path) -> None:
    """A short prompt beside a long one is computed at the long one's length, a short answer until the longest ends."""
    asked = [request("short", TEXTS[0], max_tokens=4), request("long", TEXTS[1], max_tokens=9)]
    replies = _replies(qwen, asked, 2)
    longest = replies["long"].usage.prompt_tokens
    assert longest is not None
    for reply in replies.values():
        assert reply.usage.computed_tokens == longest + 9
    assert (replies["short"].usage.completion_tokens, replies["long"].usage.completion_tokens) == (4, 9)


def test_times_are_of_the_engines_clock(qwen: Path) -> None:
    """Rows of a batch share the first token's time; a row that ends earlier has a shorter total."""
    asked = [request("short", TEXTS[0], max_tokens=4), request("long", TEXTS[1], max_tokens=12)]
    replies = _replies(qwen, asked, 2)
    short, long = replies["short"].timing, replies["long"].timing
    assert short.clock is long.clock is Clock.engine
    assert short.ttft_seconds == long.ttft_seconds
    assert short.total_seconds is not None
    assert long.total_seconds is not None
    assert short.total_seconds < long.total_seconds


def test_a_stop_string_ends_a_row_alone(qwen: Path) -> None:
    """The text ends before it, the reason is `stop`, tokens are counted up to it; a row that lacks it goes on."""
    (whole,) = _replies(qwen, [request("a", TEXTS[1], max_tokens=16)], 1).values()
    found = re.search(r"[a-z]{3}", whole.completion[5:])  # letters alone: half a character is no stop string
    assert found is not None
    mark = found[0]
    asked = [request("a", TEXTS[1], max_tokens=16, stop=(mark,)), request("b", TEXTS[2], max_tokens=16, stop=(mark,))]
    replies = _replies(qwen, asked, 2)
    assert replies["a"].completion == whole.completion[: whole.completion.index(mark)]
    assert replies["a"].finish_reason == "stop"
    assert (replies["a"].usage.completion_tokens or 99) < 16
    assert (replies["b"].finish_reason == "stop") is (replies["b"].usage.completion_tokens != 16)


def test_conditions_and_memory(qwen: Path) -> None:
    """Versions, type and threads are told; on a CPU torch counts no memory, and none is invented."""
    with _backend(qwen, BackendOptions(dtype="bf16", threads=1, device="cpu")) as backend:
        told = backend.conditions()
        assert (told.device, told.dtype, told.threads, told.prompt_cache) == ("cpu", "bf16", 1, False)
        assert backend.memory_bytes() is None
        assert backend.pids() == ()


def test_an_end_mark_ends_a_row(qwen: Path, tmp_path: Path) -> None:
    """A model whose first token is an end mark gives an empty text of one token, and stops."""
    folder = shutil.copytree(qwen, tmp_path / "model")
    first = int(_next_logits(qwen, TEXTS[1]).argmax())
    (folder / "generation_config.json").write_text(json.dumps({"eos_token_id": [first, 2]}))
    (reply,) = _replies(folder, [request("a", TEXTS[1], max_tokens=8)], 1).values()
    assert (reply.finish_reason, reply.usage.completion_tokens) == ("stop", 1)
    assert reply.timing.tpot_seconds is None
    assert "timing.tpot_seconds" in reply.absent


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (BackendOptions(device="cuda:3"), "torch has no device 'cuda:3' here"),
        (BackendOptions(dtype="q4_0"), "expected one of fp32, fp16 and bf16"),
    ],
)
def test_options_that_cannot_be_are_refused(options: BackendOptions, says: str, qwen: Path) -> None:
    """A device that is not there, a type that torch has not: one line each."""
    with pytest.raises(BackendError, match=says) as raised, _backend(qwen, options):
        pass
    assert "\n" not in str(raised.value)


def test_prompts_that_cannot_be_answered_are_refused(qwen: Path, tmp_path: Path) -> None:
    """A prompt longer than the context, and a conversation for a base model, each end the asking in one line."""
    with _backend(qwen) as backend, pytest.raises(BackendError, match="context holds 256"):
        list(backend.replies([request("a", TEXTS[1] * 10)]))
    base = shutil.copytree(qwen, tmp_path / "base")
    for file in base.glob("chat_template*"):
        file.unlink()
    with _backend(base) as backend, pytest.raises(BackendError, match="no chat template"):
        list(backend.replies([request("a", TEXTS[0], form=PromptForm.chat)]))


def test_models_that_cannot_be_loaded_are_refused(qwen: Path, tmp_path: Path) -> None:
    """No weights, and a type of model that nobody knows: one line each."""
    (bare := tmp_path / "bare").mkdir()
    shutil.copy(qwen / "config.json", bare)
    odd = shutil.copytree(qwen, tmp_path / "odd")
    (odd / "config.json").write_text(json.dumps({"model_type": "nobody\x1b"}))
    for folder in (bare, odd):
        with pytest.raises(BackendError, match="cannot load it") as raised, _backend(folder):
            pass
        assert str(raised.value).isprintable()
