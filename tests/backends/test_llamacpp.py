"""A real llama.cpp server, started and stopped by isocost, on models of random weights."""

from __future__ import annotations

import json
import math
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from tests.backends.tiny_models import request

from isocost.backends.address import parse_address
from isocost.backends.backend import Reply
from isocost.backends.llamacpp import LlamaCppBackend
from isocost.backends.options import BackendOptions
from isocost.backends.registry import open_backend
from isocost.errors import BackendError
from isocost.records import Clock, PromptForm

OPTIONS = BackendOptions(context_tokens=512, concurrency=2)


def _backend(path: Path, options: BackendOptions = OPTIONS) -> LlamaCppBackend:
    made = open_backend(parse_address(str(path)), options)
    assert isinstance(made, LlamaCppBackend)
    return made


@pytest.fixture(scope="module")
def tiny(tiny_gguf: Path) -> Iterator[LlamaCppBackend]:
    """The tiny model, served."""
    with _backend(tiny_gguf) as backend:
        yield backend


@pytest.fixture(scope="module")
def small(small_gguf: Path) -> Iterator[LlamaCppBackend]:
    """The small model, served."""
    with _backend(small_gguf, BackendOptions(context_tokens=3072, concurrency=1)) as backend:
        yield backend


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def _gone(pid: int) -> bool:
    for _ in range(200):
        if not _alive(pid):
            return True
        time.sleep(0.05)
    return False


def test_both_forms_of_prompt_are_answered(tiny: LlamaCppBackend) -> None:
    """Conversations and completions come back with all tokens asked for and times of the client's clock."""
    asked = [request(form, "def add(a, b):", form=form) for form in PromptForm]
    replies = {reply.id: reply for reply in tiny.replies(asked)}
    assert set(replies) == set(PromptForm)
    for reply in replies.values():
        assert reply.completion
        assert reply.finish_reason == "length"
        assert reply.usage.completion_tokens == 16
        assert reply.timing.clock is Clock.client
        assert reply.timing.ttft_seconds is not None
        assert reply.timing.total_seconds is not None


def test_it_does_not_write_one_token_for_ever(small: LlamaCppBackend) -> None:
    """A model of random weights, tied head and all, writes text of many different words."""
    (reply,) = small.replies([request("a", "def add(a, b):", max_tokens=32)])
    words = reply.completion.split()
    assert len(set(words)) > max(8, len(words) / 2)


def test_conditions_say_what_computes_and_how(tiny: LlamaCppBackend) -> None:
    """Engine, version, type of weights from the header, threads and context are known; nothing is invented."""
    told = tiny.conditions()
    assert (told.backend, told.engine, told.dtype, told.device) == ("llamacpp", "llama.cpp", "f16", "cpu")
    assert told.engine_version is not None
    assert told.threads == max(1, len(os.sched_getaffinity(0)) - 1)
    assert (told.context_tokens, told.prompt_cache) == (512, False)


def test_the_process_is_the_models_own(tiny: LlamaCppBackend, small: LlamaCppBackend) -> None:
    """Each model has a process of its own, whose command is not ours, and which listens on the loopback only."""
    (one,), (other,) = tiny.pids(), small.pids()
    assert len({one, other, os.getpid()}) == 3
    assert b"serving.py" in Path(f"/proc/{one}/cmdline").read_bytes()


@pytest.mark.parametrize("cache", [False, True])
def test_prompts_come_from_a_cache_only_when_asked(cache: bool, tiny_gguf: Path) -> None:
    """The same prompt twice is read twice, unless `prompt_cache` is on: the server's own count of cached tokens says so."""
    options = msgspec.structs.replace(OPTIONS, prompt_cache=cache, concurrency=1)
    with _backend(tiny_gguf, options) as backend:
        replies = [next(backend.replies([request(str(i), "def add(a, b): " * 8)])) for i in range(2)]
        assert backend.conditions().prompt_cache is cache
    assert replies[0].completion == replies[1].completion
    assert replies[1].usage.cached_tokens is not None
    assert (replies[1].usage.cached_tokens > 0) is cache


def test_token_counts_are_the_servers_own(tiny: LlamaCppBackend) -> None:
    """Tokens of the prompt equal what the server's tokenizer counts for the same text."""
    text = "def fib(n):\n    return n if n < 2 else fib(n - 1) + fib(n - 2)\n"
    (reply,) = tiny.replies([request("a", text)])
    asked = urllib.request.Request(
        f"{tiny.url}/tokenize",
        json.dumps({"content": text, "add_special": True}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(asked) as answer:
        assert reply.usage.prompt_tokens == len(json.load(answer)["tokens"])


def _server_times(server: LlamaCppBackend, earlier: int) -> tuple[int, float, int, float]:
    """Prompt tokens and seconds, written tokens and seconds of the request after `earlier` others, by the server's log."""
    wrote: list[tuple[str, str]] = []
    for _ in range(250):  # the answer may be here before the line is in the log
        wrote = re.findall(r"(?<!prompt) eval time =\s*([\d.]+) ms /\s*(\d+) tokens", server.log())
        if len(wrote) > earlier:
            break
        time.sleep(0.02)
    read = re.findall(r"prompt eval time =\s*([\d.]+) ms /\s*(\d+) tokens", server.log())
    return int(read[-1][1]), float(read[-1][0]) / 1000, int(wrote[-1][1]), float(wrote[-1][0]) / 1000


def test_times_agree_with_the_servers_own(small: LlamaCppBackend) -> None:
    """Client and server mean the same by time to first token and time per token: within 10% or 5 ms of each other.

    Two clocks on the same request, whose prompt takes 100 ms to read or more; the first is discarded. A machine that is busy
    elsewhere stops one of the two now and then, so two of thirty have to agree: with another meaning none would.
    """
    words, agreed = 200, 0
    for number in range(30):
        prompt = f"# {number}\n" + "def add(a, b): return a + b\n" * (words // 8)
        earlier = small.log().count("prompt eval time")
        (reply,) = small.replies([request("a", prompt, max_tokens=100)])
        prompt_tokens, reading, tokens, writing = _server_times(small, earlier)
        assert (reply.usage.prompt_tokens, reply.usage.completion_tokens) == (prompt_tokens, tokens)
        if reading < 0.1 and words < 1000:
            words *= 2
            continue
        agreed += number > 0 and _apart(reply, reading, writing / tokens) <= 1.0
        if agreed == 2:
            return
    pytest.fail(f"only {agreed} of 30 requests agree")


def _apart(reply: Reply, reading: float, per_token: float) -> float:
    """How far our times are from the server's, the worse of the two, in units of what is allowed."""
    first, later = reply.timing.ttft_seconds, reply.timing.tpot_seconds
    if first is None or later is None:  # we were not let run until all had come
        return math.inf
    return max(
        abs(first - reading) / max(0.1 * reading, 0.005), abs(later - per_token) / max(0.1 * per_token, 0.005)
    )  # fmt: skip


def test_the_server_is_gone_when_the_backend_is_left(tiny_gguf: Path) -> None:
    """Leaving ends the process, also in the middle of an answer."""
    with _backend(tiny_gguf) as backend:
        (pid,) = backend.pids()
        replies = backend.replies(request(str(i), "def f(x):", max_tokens=400) for i in range(8))
        next(replies)
    assert _gone(pid)


_HOLDS_A_SERVER = """
import sys, time
from isocost.backends.address import parse_address
from isocost.backends.options import BackendOptions
from isocost.backends.registry import open_backend

with open_backend(parse_address(sys.argv[1]), BackendOptions(context_tokens=512)) as backend:
    print(*backend.pids(), flush=True)
    time.sleep(600)
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_the_server_is_gone_when_we_are_killed(how: signal.Signals, tiny_gguf: Path) -> None:
    """However our own process ends, the server does not outlive it."""
    with subprocess.Popen(
        [sys.executable, "-c", _HOLDS_A_SERVER, str(tiny_gguf)],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    ) as ours:  # fmt: skip
        assert ours.stdout is not None
        pid = int(ours.stdout.readline())
        assert _alive(pid)
        ours.send_signal(how)
        ours.wait()
        assert _gone(pid)


def test_a_server_that_dies_is_told_in_one_line(tiny_gguf: Path) -> None:
    """Killed in the middle of answers, it costs one line that names the signal; replies that came before stay good."""
    with _backend(tiny_gguf) as backend:
        replies = backend.replies(request(str(i), "def f(x):", max_tokens=300) for i in range(400))
        assert next(replies).completion
        os.kill(backend.pids()[0], signal.SIGKILL)
        with pytest.raises(BackendError, match="signal 9") as raised:
            list(replies)
    assert "\n" not in str(raised.value)
