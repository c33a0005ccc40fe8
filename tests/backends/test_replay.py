"""The replay backend: recorded samples, given out again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from isocost.backends.address import parse_address
from isocost.backends.backend import Reply, Request
from isocost.backends.options import BackendOptions
from isocost.backends.registry import open_backend
from isocost.errors import BackendError, SamplesError
from isocost.records import Prompt, Sample, SamplingParams, Timing, Usage
from isocost.store.lines import LineCodec


def _request(problem: str, draw: int = 0) -> Request:
    prompt = Prompt(id=problem, problem_id=problem, template="t", text="x")
    return Request(id=f"{problem}#{draw}", prompt=prompt, params=SamplingParams(), draw=draw)


def _ask(path: Path, *requests: Request) -> list[Reply]:
    with open_backend(parse_address(f"m=replay:{path}"), BackendOptions()) as backend:
        assert backend.pids() == ()
        assert backend.conditions().backend == "replay"
        return list(backend.replies(requests))


@pytest.mark.parametrize(
    "rows",
    [
        [{"task_id": "Mbpp/11", "completion": "a"}, {"task_id": "Mbpp/11", "completion": "b"}],
        [{"task_id": "MBPP/11", "solution": "a"}, {"task_id": "MBPP/11", "solution": "b"}],
        [{"task_id": 11, "samples": ["a", "b"]}],
        [{"id": "11", "completion": ["a", "b"]}],
    ],
)
def test_draws_are_rows_of_the_same_problem(tmp_path: Path, rows: list[dict[str, object]]) -> None:
    """In each of the usual shapes, in file order, whatever the order of asking; what was not recorded says so."""
    path = tmp_path / "samples.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    second, first = _ask(path, _request("MBPP/11", 1), _request("MBPP/11", 0))
    assert (first.completion, second.completion) == ("a", "b")
    assert (first.id, second.id) == ("MBPP/11#0", "MBPP/11#1")
    assert first.usage == Usage()
    assert first.timing == Timing()
    for name in ("usage.prompt_tokens", "timing.ttft_seconds", "logprob", "finish_reason"):
        assert first.absent[name] == "recorded without"


def test_samples_of_a_run_keep_what_was_measured(tmp_path: Path) -> None:
    """A run's own samples.jsonl is given out with its tokens, seconds and reasons, by its own draws."""
    sample = Sample(
        id="i", problem_id="P/1", prompt_id="p", model="m", params=None, draw=3, completion="odd \ud800 text",
        finish_reason="length", usage=Usage(prompt_tokens=5, completion_tokens=7), timing=Timing(total_seconds=1.5),
        logprob=-0.5, absent={"timing.ttft_seconds": "the server does not stream"},
    )  # fmt: skip
    path = tmp_path / "samples.jsonl"
    path.write_bytes(LineCodec(Sample).encode(sample))
    (reply,) = _ask(path, _request("P/1", 3))
    assert (reply.completion, reply.finish_reason, reply.logprob) == ("odd \ud800 text", "length", -0.5)
    assert reply.usage == sample.usage
    assert reply.timing == sample.timing
    assert reply.absent["timing.ttft_seconds"] == "the server does not stream"


def test_what_the_file_does_not_have(tmp_path: Path) -> None:
    """A problem or a draw that was not recorded ends it, saying what there is; what came before stays good."""
    path = tmp_path / "samples.jsonl"
    path.write_text('{"task_id": "P/1", "completion": "a"}\n')
    with open_backend(parse_address(f"replay:{path}"), BackendOptions()) as backend:
        replies = backend.replies([_request("P/1"), _request("P/1", 1)])
        assert next(replies).completion == "a"
        with pytest.raises(BackendError, match=r"1 samples for P/1, and draw 1 was asked for .*; type --samples 1"):
            next(replies)
    with pytest.raises(BackendError, match=r"no sample for P/2"):
        _ask(path, _request("P/2"))


def test_a_file_that_cannot_be_replayed(tmp_path: Path) -> None:
    """It is told in one line with file and place."""
    path = tmp_path / "samples.jsonl"
    with pytest.raises(SamplesError, match="no such file"):
        _ask(path)
    path.write_text("")
    with pytest.raises(SamplesError, match="is empty"):
        _ask(path)
    path.write_text('{"prompt": "p", "samples": ["a"]}\n')
    with pytest.raises(SamplesError, match=r"line 1: names its problem by the prompt alone"):
        _ask(path)
    path.write_text('{"task_id": "P/1", "completion": "a"}\nnonsense\n')
    with pytest.raises(SamplesError, match=r"line 2: is not JSON"):
        _ask(path)
