"""Servers that keep to HTTP and to little else: answers in pieces, odd numbers, words that are not theirs to say."""

from __future__ import annotations

import contextlib
import itertools
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.backends.openai_parts import backend_on, requests

from isocost.backends.backend import Reply
from isocost.backends.openai.collecting import Collecting, decoded
from isocost.backends.openai.events import MOST_BYTES, EventReader
from isocost.errors import BackendError, UsageError

KEY = "sk-not-for-anybody-0123456789"
STREAM = "text/event-stream"
PAUSE_SECONDS = 0.05

Answer = tuple[int, str, list[bytes]]
"""Status, content type, and the pieces that the body comes in."""


@contextlib.contextmanager
def odd_server(answer: Callable[[str, dict[str, Any]], Answer]) -> Iterator[str]:
    """A server that answers each path and body so; gives its base address."""

    def serve(connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection, connection.makefile("rb") as file:
            if not (first := file.readline()):  # given up before it asked
                return
            path = first.split()[1].decode()
            length = 0
            while (line := file.readline().strip()) != b"":
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            status, kind, pieces = answer(path, json.loads(file.read(length) or b"{}"))
            size = sum(map(len, pieces))
            head = f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {size}\r\nConnection: close\r\n\r\n"
            connection.sendall(head.encode())
            for piece in pieces:
                connection.sendall(piece)
                time.sleep(PAUSE_SECONDS if len(pieces) > 1 else 0)

    with socket.create_server(("127.0.0.1", 0)) as listening:

        def accept() -> None:
            with contextlib.suppress(OSError):  # closed by the test
                while True:
                    threading.Thread(target=serve, args=(listening.accept()[0],), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/v1"
        listening.shutdown(socket.SHUT_RDWR)


def _json(document: object, *, status: int = 200, pieces: int = 1) -> Answer:
    text = json.dumps(document).encode()
    step = -(-len(text) // pieces)
    return status, "application/json", [text[at : at + step] for at in range(0, len(text), step)]


def _stream(*, usage: object = None) -> Answer:
    events = [{"choices": [{"index": 0, "delta": {"content": "an answer"}, "finish_reason": "stop"}]}]
    text = b"".join(
        b"data: %s\n\n" % json.dumps(event).encode() for event in [*events, {"choices": [], "usage": usage}]
    )
    return 200, STREAM, [text + b"data: [DONE]\n\n"]


def _sound(path: str, body: dict[str, Any], *, owner: str = "somebody") -> Answer:
    if path.endswith("/models"):
        return _json({"data": [{"id": "m", "owned_by": owner}]})
    if body["n"] == 2:
        return _json({"choices": [{"index": 0, "text": "a"}, {"index": 1, "text": "b"}]}, pieces=2)
    return _stream(usage={"prompt_tokens": 4, "completion_tokens": 2})


def _is_probe(body: dict[str, Any]) -> bool:
    return "Zebra" in json.dumps(body)


def _replies(answer: Callable[[str, dict[str, Any]], Answer]) -> list[Reply]:
    """Replies of a server that is sound to the probe and answers all else so."""

    def both(path: str, body: dict[str, Any]) -> Answer:
        return _sound(path, body) if not body or _is_probe(body) else answer(path, body)

    with odd_server(both) as url, backend_on(url, model="m") as backend:
        return list(backend.replies(requests(2)))


def test_an_answer_in_pieces_is_read_whole() -> None:
    """Two choices whose JSON comes in two packets are two choices."""
    with odd_server(_sound) as url, backend_on(url, model="m") as backend:
        assert backend.conditions().capabilities["n"] is True


def test_a_refusal_in_pieces_is_understood() -> None:
    """An error whose JSON comes in three packets means what it says."""
    said = {"error": {"message": "This model's maximum context length is 100 tokens"}}
    with pytest.raises(BackendError, match="does not fit the context"):
        _replies(lambda _path, _body: _json(said, status=400, pieces=3))


def test_a_document_without_end_is_not_taken_into_memory() -> None:
    """More than 16 MiB in one document is a broken reply."""
    with pytest.raises(BackendError, match="an answer of more than 16 MiB"):
        _replies(lambda _path, _body: (200, "application/json", [b" " * (MOST_BYTES + 1)]))


def test_words_of_a_server_are_stored_short_and_without_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who owns a model, as the server says it, is neither the place for our key nor for what a terminal obeys."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with (
        odd_server(lambda path, body: _sound(path, body, owner=f"\x1b[31m{KEY}{'x' * 1000}")) as url,
        backend_on(url, model="m") as backend,
    ):
        engine = backend.conditions().engine
    assert engine is not None
    assert engine.startswith("[31m(the key)xxx")
    assert len(engine) <= 80


def test_a_list_of_models_that_leads_elsewhere_is_not_followed() -> None:
    """What another address says of its models says nothing of this server."""

    def answer(path: str, body: dict[str, Any]) -> Answer:
        if path.endswith("/elsewhere"):
            return _json({"data": [{"id": "m", "owned_by": "another"}]})
        return (302, "text/html\r\nLocation: /elsewhere", [b""]) if not body else _sound(path, body)

    with odd_server(answer) as url, backend_on(url, model="m") as backend:
        assert backend.conditions().engine is None


def test_one_refused_field_does_not_take_others_with_it() -> None:
    """A server that names all that it knows, beside the one field that it refuses, is still asked with those."""
    known = "model, messages, stream, max_tokens, temperature, top_p, seed, stop, n"
    asked: list[dict[str, Any]] = []

    def answer(path: str, body: dict[str, Any]) -> Answer:
        if "logprobs" in body:
            said = {"error": {"message": f"unknown field logprobs; expected {known}"}}
            return _json(said, status=400)
        asked.append(body)
        return _sound(path, body)

    with odd_server(answer) as url, backend_on(url, model="m") as backend:
        list(backend.replies(requests(1)))
        assert "temperature" not in backend.conditions().capabilities
    assert (asked[-1]["temperature"], asked[-1]["seed"]) == (0.8, 0)


def test_a_refused_temperature_is_not_left_out() -> None:
    """Answers at another temperature than their samples say would be a lie: the run ends with the server's words."""

    def answer(path: str, body: dict[str, Any]) -> Answer:
        if "temperature" in body:
            return _json({"error": {"message": "temperature is not supported by this model"}}, status=400)
        return _sound(path, body)

    with pytest.raises(BackendError, match=r"temperature is not supported by this model.*; change what it names"):
        _replies(answer)


# --- what is in an event


@pytest.mark.parametrize("count", [-5, 2.5, 10**30, 2**64 - 1])
def test_what_is_no_number_of_tokens_is_absent(count: float) -> None:
    """A count below 0, half a token and more than any machine writes are None, with the reason; the text still counts."""
    (reply, _) = _replies(lambda _path, _body: _stream(usage={"prompt_tokens": count, "completion_tokens": count}))
    assert reply.completion == "an answer"
    assert (reply.usage.prompt_tokens, reply.usage.completion_tokens) == (None, None)
    assert "no number of tokens" in reply.absent["usage.prompt_tokens"]
    assert "usage.completion_tokens" in reply.absent


def test_no_more_of_a_prompt_is_cached_than_there_is() -> None:
    """50 cached tokens of a prompt of 10 are no count; whole numbers written as fractions are."""
    usage = {"prompt_tokens": 10.0, "completion_tokens": 3.0, "prompt_tokens_details": {"cached_tokens": 50}}
    (reply, _) = _replies(lambda _path, _body: _stream(usage=usage))
    assert (reply.usage.prompt_tokens, reply.usage.cached_tokens, reply.usage.completion_tokens) == (10, None, 3)
    assert "usage.cached_tokens" in reply.absent


def test_a_log_probability_that_is_no_number_is_left_out() -> None:
    """NaN, which some servers write, is not averaged."""
    collecting = Collecting()
    collecting.take(decoded(b'{"choices": [{"logprobs": {"token_logprobs": [NaN, -0.5, -Infinity]}}]}'), 1.0)
    assert collecting.logprob == -0.5


def test_an_event_too_deep_is_broken() -> None:
    """A hundred thousand brackets are a broken reply, and no fault of ours."""
    deep = b'{"choices": [{"index": 0, "delta": {"x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}}]}"
    with pytest.raises(BackendError, match="broke the protocol"):
        _replies(lambda _path, _body: (200, STREAM, [b"data: " + deep + b"\n\n"]))


@pytest.mark.parametrize("end", [b"\n\n", b"\r\n\r\n"])
def test_a_long_event_in_many_pieces_is_whole(end: bytes) -> None:
    """An event of 2 MB that comes in pieces of 1 KiB, its end cut in two, is one event."""
    stream = b"data: " + b"x" * 2_000_000 + end
    reader, found = EventReader(), []
    cuts = [*range(0, len(stream) - 1, 1024), len(stream) - 1, len(stream)]
    for start, stop in itertools.pairwise(cuts):
        found += reader.feed(stream[start:stop])
    found += reader.feed(b"data: next")
    assert [len(event) for event in found] == [2_000_000]


@pytest.mark.parametrize("key", ["sk-first\nsk-second", "sk-\x01"])
def test_a_key_that_no_header_may_hold_is_refused_and_not_repeated(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two lines in the variable are a mistake of the user's, told in one line that names the variable alone."""
    monkeypatch.setenv("OPENAI_API_KEY", key)
    with (
        pytest.raises(
            UsageError, match="the key in the environment variable OPENAI_API_KEY holds a line break"
        ) as caught,
        backend_on("http://127.0.0.1:9/v1"),
    ):
        pass
    assert "sk-" not in str(caught.value)


def test_a_server_that_does_not_stream_tells_no_time_to_the_first_token() -> None:
    """A whole document came when it was whole: that is the time to the last token."""
    document = {
        "choices": [{"index": 0, "message": {"content": "an answer"}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 4, "completion_tokens": 2},
    }
    (reply, _) = _replies(lambda _path, _body: _json(document))
    assert (reply.completion, reply.usage.completion_tokens) == ("an answer", 2)
    assert (reply.timing.ttft_seconds, reply.timing.tpot_seconds) == (None, None)
    assert reply.absent["timing.ttft_seconds"] == "the server does not stream"
    assert reply.timing.total_seconds is not None


def test_a_prompt_that_is_too_long_keeps_no_other_from_being_answered() -> None:
    """The others are answered, whatever their order; then the line comes, with how many prompts it is about."""
    said = {"error": {"message": "This model's maximum context length is 100 tokens"}}

    def answer(path: str, body: dict[str, Any]) -> Answer:
        text = json.dumps(body.get("messages", ""))
        return _json(said, status=400) if "question 0" in text or "question 7" in text else _sound(path, body)

    replies: list[Reply] = []
    with (
        odd_server(answer) as url,
        backend_on(url, model="m") as backend,
        pytest.raises(BackendError, match=r"does not fit the context.*\(2 of the requests are so\)"),
    ):
        replies.extend(backend.replies(requests(20)))
    assert {reply.id for reply in replies} == {f"r{number}" for number in range(20)} - {"r0", "r7"}


def test_a_context_too_short_for_all_is_told_soon() -> None:
    """Where hardly a prompt fits, the benchmark is not asked to its end."""
    said = {"error": {"message": "This model's maximum context length is 100 tokens"}}
    asked: list[str] = []

    def answer(path: str, body: dict[str, Any]) -> Answer:
        if body and not _is_probe(body):
            asked.append(path)
            return _json(said, status=400)
        return _sound(path, body)

    with (
        odd_server(answer) as url,
        backend_on(url, model="m") as backend,
        pytest.raises(BackendError, match=r"\(8 of the requests are so\)"),
    ):
        list(backend.replies(requests(200)))
    assert len(asked) < 20
