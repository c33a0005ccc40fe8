"""The openai backend on real servers: what is asked and told, times, several servers, keys, and the way out."""

from __future__ import annotations

import contextlib
import logging
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from tests.backends.conformance import Conformance
from tests.backends.openai_parts import PROBES, QUICK, asked, backend_on, comes_to_rest, requests

from isocost.backends.backend import Backend, Request
from isocost.backends.options import BackendOptions
from isocost.backends.scripted.http_server import ScriptedServer
from isocost.backends.scripted.http_settings import ScriptRow, ServerSettings
from isocost.errors import BackendError
from isocost.records import Clock, PromptForm

PACED = ServerSettings(ttft_seconds=0.05, tpot_seconds=0.01, tokens=20)


class TestOpenAIBackend(Conformance):
    """The openai backend does what every backend does."""

    @pytest.fixture(scope="class")
    @classmethod
    def backend(cls) -> Iterator[Backend]:
        """On one scripted server."""
        with asked() as (backend, _):
            yield backend


# --- what is measured


def test_times_are_those_of_the_server() -> None:
    """First token, time per token and total are near what the server was told to take, by definition and not by events."""
    with asked(settings=PACED) as (backend, _):
        replies = list(backend.replies(requests(12)))
    for reply in replies:
        assert reply.timing.clock is Clock.client
        assert reply.usage.completion_tokens == 20
        # A lower limit is no race: no token comes before its time.
        assert (reply.timing.ttft_seconds or 0) >= 0.05
        assert (reply.timing.total_seconds or 0) >= 0.05 + 19 * 0.01
    tpot = statistics.median(reply.timing.tpot_seconds or 0 for reply in replies)
    parts = [(r.timing.total_seconds or 0) - (r.timing.ttft_seconds or 0) for r in replies]
    assert tpot == pytest.approx(statistics.median(parts) / 19)
    assert abs(min(reply.timing.started or 0 for reply in replies) - time.time()) < 60


def test_log_probabilities_are_means_over_tokens() -> None:
    """Asked for, they come in both forms; otherwise the reason says that they were not asked for."""
    with asked() as (backend, _):
        for form in PromptForm:
            [reply] = backend.replies(requests(1, form=form, logprobs=True))
            assert reply.logprob is not None
            assert -1 < reply.logprob < 0
        [reply] = backend.replies(requests(1))
        assert reply.absent["logprob"] == "it was not asked for"


def test_a_scripted_answer_comes_as_it_stands() -> None:
    """Text with newlines, quotes and characters outside ASCII comes whole."""
    text = 'def f():\n\treturn "é→𝄞 \\u00e9"\n\n\n'
    settings = ServerSettings(script=(ScriptRow(completion=text, contains="question 1"),))
    with asked(settings=settings) as (backend, _):
        by_id = {reply.id: reply for reply in backend.replies(requests(3))}
    assert by_id["r1"].completion == text
    assert by_id["r2"].completion != text


# --- what the probe finds out


@pytest.mark.parametrize(
    "settings, wanted",
    [
        (ServerSettings(), {"n": True, "seed": True, "usage_in_stream": True, "logprobs": True, "chat": True}),
        (ServerSettings(honours_n=False, honours_logprobs=False), {"n": False, "logprobs": False}),
        (ServerSettings(honours_seed=False), {"seed": False}),
        (
            ServerSettings(usage_in_stream=False, cached_tokens=False),
            {"usage_in_stream": False, "cached_tokens": False},
        ),
        (ServerSettings(limit_field="max_completion_tokens"), {"max_completion_tokens": True}),
        (ServerSettings(limit_field="max_tokens"), {"max_completion_tokens": False}),
        (ServerSettings(chat=False), {"chat": False, "n": True, "seed": True, "logprobs": True}),
    ],
)
def test_the_probe_finds_what_is_really_honoured(settings: ServerSettings, wanted: dict[str, bool]) -> None:
    """What a server takes in silence and does not honour is False; its dialect is found, and its replies still come."""
    form = PromptForm.chat if settings.chat else PromptForm.completion
    with asked(settings=settings) as (backend, server):
        found = backend.conditions().capabilities
        assert {name: found[name] for name in wanted} == wanted
        replies = list(backend.replies(requests(3, form=form, logprobs=True)))
        assert server.facts()["requests"] >= PROBES + 3
    assert len(replies) == 3
    assert all((reply.logprob is None) == (not settings.honours_logprobs) for reply in replies)
    assert all((reply.usage.completion_tokens is None) == (not settings.usage_in_stream) for reply in replies)


def test_what_cannot_be_found_out_is_said() -> None:
    """Where every seed gives the same text, nothing is known about seeds, and the reason says so."""
    settings = ServerSettings(script=(ScriptRow(completion="always this"),), context_tokens=4096)
    with asked(settings=settings) as (backend, _):
        conditions = backend.conditions()
    assert "seed" not in conditions.capabilities
    assert conditions.absent["capabilities.seed"] == "two seeds gave the same text as one seed twice"
    assert conditions.context_tokens == 4096
    assert conditions.engine == "isocost-scripted"


def test_a_server_that_loads_is_waited_for() -> None:
    """503 `Loading model` is waited for."""
    with asked(settings=ServerSettings(loading_seconds=0.5)) as (backend, _):
        assert len(list(backend.replies(requests(3)))) == 3


# --- what cannot work, in one line


def _line(
    *urls: str, model: str = "scripted", options: BackendOptions = QUICK, form: PromptForm = PromptForm.chat
) -> str:
    with pytest.raises(BackendError) as caught, backend_on(*urls, model=model, options=options) as backend:
        list(backend.replies(requests(1, form=form)))
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_no_server() -> None:
    """Nobody listens: one line with the address and what to start."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # not listening
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
        line = _line(url)
    assert f"no server answers at {url}" in line
    assert "llama-server" in line


def test_a_model_that_is_not_there() -> None:
    """The line has the nearest name, as one types it."""
    with ScriptedServer(ServerSettings(model="qwen2.5-coder-7b-instruct")) as server:
        line = _line(server.url, model="qwen2.5-coder-7b")
    assert "does not have 'qwen2.5-coder-7b'" in line
    assert f"type {server.url}#qwen2.5-coder-7b-instruct" in line


def test_a_context_that_is_too_short() -> None:
    """The line has the server's own figures and the options that make it longer."""
    with ScriptedServer(ServerSettings(context_tokens=24)) as server:
        line = _line(server.url)
    assert "maximum context length is 24 tokens" in line
    assert "--ctx-size" in line


def test_a_form_that_is_not_there() -> None:
    """A conversation for a base model's server: the line says what to type."""
    with ScriptedServer(ServerSettings(chat=False)) as server:
        assert "--prompt completion" in _line(server.url)


def test_an_address_without_its_path() -> None:
    """The address of the host alone: the line says how addresses end."""
    with ScriptedServer(ServerSettings()) as server:
        assert "/v1" in _line(server.url.removesuffix("/v1"))


def test_an_address_of_something_else() -> None:
    """TLS where there is none, a name that nobody has, and a server that speaks something else: one line each."""
    with ScriptedServer(ServerSettings()) as server:
        assert "no server answers at https://" in _line(server.url.replace("http:", "https:"))
    assert "no server answers at http://no-such-host.invalid/v1" in _line("http://no-such-host.invalid/v1")
    with socket.create_server(("127.0.0.1", 0)) as other:

        def speak() -> None:
            with contextlib.suppress(OSError):  # closed by the test
                while True:
                    connection, _ = other.accept()
                    connection.sendall(b"SSH-2.0-something\r\n")
                    connection.close()

        threading.Thread(target=speak, daemon=True).start()
        line = _line(f"http://127.0.0.1:{other.getsockname()[1]}/v1", options=BackendOptions(deadline_seconds=1.0))
        other.shutdown(socket.SHUT_RDWR)
    assert "does not come to answer" in line
    assert "usually ends with /v1" in line


def test_keys_are_never_told(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """A key that the server refuses, and repeats, is in no error, chain, representation, log or process list."""
    key = "sk-not-for-anybody-0123456789"
    monkeypatch.setenv("SOME_KEY", key)
    options = BackendOptions(api_key_env="SOME_KEY", deadline_seconds=5.0)
    caplog.set_level(logging.DEBUG)
    with ScriptedServer(ServerSettings(api_key="another")) as server:
        backend = backend_on(server.url, options=options)
        with pytest.raises(BackendError) as caught, backend:
            pass
    told = "".join(traceback.format_exception(caught.value)) + repr(backend) + repr(caught.value) + caplog.text
    told += Path("/proc/self/cmdline").read_text(encoding="utf-8")
    assert "SOME_KEY" in str(caught.value)
    assert "Incorrect API key provided: (the key)" in str(caught.value)
    assert key not in told
    chain: BaseException | None = caught.value
    while chain is not None:
        assert key not in str(chain)
        assert key not in repr(vars(chain))
        chain = chain.__cause__ or chain.__context__


def test_a_key_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """The right key opens the server, and conditions do not have it."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-right")
    with asked(settings=ServerSettings(api_key="sk-right")) as (backend, _):
        assert len(list(backend.replies(requests(2)))) == 2
        assert "sk-right" not in repr(backend.conditions())


def test_a_wait_that_is_too_long_is_not_begun() -> None:
    """A server that asks to wait for an hour ends the asking at once, with how long it wants."""
    settings = ServerSettings(at_once=1, retry_after="3600", tpot_seconds=0.01)
    with asked(settings=settings) as (backend, _), pytest.raises(BackendError, match="asks to wait 3,600 s"):
        list(backend.replies(requests(10)))


# --- several servers


def test_several_servers_are_used_evenly() -> None:
    """Two servers of the same pace get about the same share of the requests."""
    settings = ServerSettings(ttft_seconds=0.02, tpot_seconds=0.002)
    with ScriptedServer(settings) as one, ScriptedServer(settings) as two:
        with backend_on(one.url, two.url, options=BackendOptions(concurrency=5)) as backend:
            assert len(list(backend.replies(requests(100)))) == 100
        shares = [server.facts()["requests"] - PROBES for server in (one, two)]
    assert sum(shares) == 100
    assert min(shares) >= 35


def test_a_dead_server_is_left_out_and_tried_again() -> None:
    """A server that goes away costs nothing but attempts; when it is back, it is used again."""
    settings = ServerSettings(ttft_seconds=0.01, tpot_seconds=0.001)
    pulled, enough = [], False

    def until_enough() -> Iterator[Request]:
        for request in requests(20_000):
            if enough:
                return
            pulled.append(request.id)
            yield request

    with ScriptedServer(settings) as one:
        two = ScriptedServer(settings)
        two.__enter__()
        port = urlsplit(two.url).port or 0
        with backend_on(one.url, two.url) as backend:
            replies = backend.replies(until_enough())
            ids = [next(replies).id for _ in range(30)]
            two.__exit__(None, None, None)
            ids += [next(replies).id for _ in range(100)]
            with ScriptedServer(settings, port=port) as again:
                for reply in replies:
                    ids.append(reply.id)
                    enough = again.facts()["answered"] > 0
                assert enough
    assert sorted(ids) == sorted(pulled)


def test_a_server_that_is_not_there_at_the_start_is_left_out() -> None:
    """Of two addresses one is dead: the other answers all."""
    with socket.socket() as taken, ScriptedServer(ServerSettings()) as one:
        taken.bind(("127.0.0.1", 0))
        with backend_on(f"http://127.0.0.1:{taken.getsockname()[1]}/v1", one.url) as backend:
            assert len(list(backend.replies(requests(30)))) == 30


# --- how many at once, and the way out


def test_the_number_at_once_is_found() -> None:
    """A server that takes 12 at once is used by 12, and few requests are refused."""
    settings = ServerSettings(ttft_seconds=0.01, tpot_seconds=0.001, at_once=12)
    with asked(settings=settings) as (backend, server):
        replies = list(backend.replies(requests(300)))
        assert server.facts()["most_running"] == 12
    assert sum(reply.attempts - 1 for reply in replies) < 60


def test_the_number_at_once_is_never_above_the_one_given() -> None:
    """`concurrency` is a ceiling."""
    with asked(options=BackendOptions(concurrency=3)) as (backend, server):
        list(backend.replies(requests(60)))
        assert server.facts()["most_running"] == 3


def test_closing_tells_the_server() -> None:
    """Closing the iterator ends the connections of what was in flight, at once."""
    with asked(settings=ServerSettings(tpot_seconds=0.02)) as (backend, server):
        replies = backend.replies(requests(50))
        next(replies)
        replies.close()  # type: ignore[attr-defined]
        assert comes_to_rest(server)


def _open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def test_nothing_is_left_behind() -> None:
    """After leaving, with requests in flight, there is no thread and no socket of the backend's."""
    with ScriptedServer(ServerSettings(tpot_seconds=0.01)) as server:
        before = (_open_files(), threading.active_count())
        for _ in range(3):
            with backend_on(server.url) as backend:
                replies = backend.replies(requests(20))
                next(replies)
            replies.close()  # type: ignore[attr-defined]
        until = time.monotonic() + 5
        while server.facts()["connections"] and time.monotonic() < until:  # the server's side is ours too
            time.sleep(0.01)
        assert (_open_files(), threading.active_count()) == before


def test_ctrl_c_ends_it() -> None:
    """SIGINT in the middle is a KeyboardInterrupt in the caller, and the process ends with nothing on its way."""
    code = (
        "import sys\nfrom tests.backends.openai_parts import *\n"
        "with backend_on(sys.argv[1]) as backend:\n    for reply in backend.replies(requests(1000)):\n"
        "        print(reply.id, flush=True)\n"
    )
    with ScriptedServer(ServerSettings(tpot_seconds=0.02)) as server:
        with subprocess.Popen(
            [sys.executable, "-c", code, server.url], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            process.stdout.readline()
            process.send_signal(signal.SIGINT)
            _, told = process.communicate(timeout=20)
        assert told.strip().endswith("KeyboardInterrupt")
        assert comes_to_rest(server)
