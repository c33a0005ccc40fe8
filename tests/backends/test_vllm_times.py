"""vLLM's statistics become times without a clock being mixed with another; the engine itself needs a GPU and is not run."""

from __future__ import annotations

import importlib.util
from types import SimpleNamespace

import pytest
from tests.backends.tiny_models import request

from isocost.backends.address import parse_address
from isocost.backends.options import BackendOptions
from isocost.backends.registry import open_backend
from isocost.backends.vllm import reply_of, timing_of
from isocost.errors import BackendError
from isocost.records import Clock


def test_times_are_differences_within_one_clock() -> None:
    """A monotonic clock that began at boot and a wall clock of 1.7 billion seconds give milliseconds, not decades."""
    timing = timing_of(first_latency=0.022, first=81.5, last=82.0, tokens=101, started=1.7e9)
    assert timing.clock is Clock.engine
    assert timing.ttft_seconds == pytest.approx(0.022)
    assert timing.tpot_seconds == pytest.approx(0.005)
    assert timing.total_seconds == pytest.approx(0.522)


def test_one_token_has_no_time_between_tokens() -> None:
    """It is None, not 0 and not a division by 0."""
    assert timing_of(first_latency=0.02, first=81.5, last=81.5, tokens=1, started=0.0).tpot_seconds is None


def _output(**changed: object) -> SimpleNamespace:
    made = SimpleNamespace(text="ok", token_ids=[5, 6, 7], cumulative_logprob=-3.0, finish_reason="stop")
    stats = SimpleNamespace(
        arrival_time=1.7e9, queued_ts=10.0, scheduled_ts=10.1, first_token_ts=10.2, last_token_ts=10.4,
        first_token_latency=0.25,
    )  # fmt: skip
    return SimpleNamespace(
        outputs=[made], prompt_token_ids=[1, 2, 3, 4], num_cached_tokens=2, **({"metrics": stats} | changed)
    )


def test_an_output_becomes_a_reply() -> None:
    """Tokens are counted, cached ones too, and the log-probability is the mean for each token."""
    reply = reply_of(_output(), request("a", "text", logprobs=True), 5.0)
    assert (reply.usage.prompt_tokens, reply.usage.cached_tokens, reply.usage.completion_tokens) == (4, 2, 3)
    assert reply.timing.tpot_seconds == pytest.approx(0.1)
    assert reply.timing.started == 5.0
    assert reply.logprob == pytest.approx(-1.0)
    assert set(reply.absent) == {"usage.computed_tokens"}


def test_statistics_that_were_not_kept_are_absent() -> None:
    """Without `metrics` every time is None, with its reason."""
    reply = reply_of(_output(metrics=None), request("a", "text", logprobs=True), 5.0)
    assert reply.timing.ttft_seconds is None
    assert {"timing.ttft_seconds", "timing.tpot_seconds", "timing.total_seconds"} <= set(reply.absent)


@pytest.mark.skipif(importlib.util.find_spec("vllm") is not None, reason="vLLM is installed here")
def test_without_the_extra_it_says_what_to_type() -> None:
    """Where vLLM is not installed, the line names the extra."""
    backend = open_backend(parse_address("vllm:OWNER/MODEL"), BackendOptions())
    with pytest.raises(BackendError, match=r"pip install 'isocost\[vllm\]'"), backend:
        pass
