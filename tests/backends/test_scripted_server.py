"""The scripted HTTP server, asked by plain HTTP."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from isocost.backends.scripted.http_server import ScriptedServer
from isocost.backends.scripted.http_settings import FAULTS, ServerSettings, parse_fault, read_script
from isocost.errors import UsageError


def _ask(url: str, path: str, **body: object) -> tuple[int, bytes]:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)
    try:
        connection.request("POST" if body else "GET", parts.path + path, json.dumps(body) if body else None)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def _answer(url: str, path: str = "/completions", **body: object) -> dict[str, Any]:
    status, told = _ask(url, path, **({"model": "scripted", "prompt": "a b c"} | body))
    assert status == 200
    read: dict[str, Any] = json.loads(told)
    return read


def test_the_same_prompt_and_seed_have_the_same_answer() -> None:
    """On any server, in either form; another seed, or none, has another."""
    with ScriptedServer(ServerSettings()) as one, ScriptedServer(ServerSettings()) as two:
        first = _answer(one.url, seed=1)["choices"][0]["text"]
        assert _answer(two.url, seed=1)["choices"][0]["text"] == first
        assert _answer(one.url, seed=2)["choices"][0]["text"] != first
        assert _answer(one.url)["choices"][0]["text"] != _answer(one.url)["choices"][0]["text"]
        assert _answer(one.url, temperature=0, seed=5) | {"id": 0} == _answer(two.url, temperature=0, seed=6) | {
            "id": 0
        }
        chat = _answer(one.url, "/chat/completions", messages=[{"role": "user", "content": "a b c"}], seed=1)
        assert chat["choices"][0]["message"]["content"] == first


def test_a_stream_says_the_same_as_a_document() -> None:
    """Joined, the events are the text; the usage comes at the end where it was asked for."""
    with ScriptedServer(ServerSettings()) as server:
        document = _answer(server.url, seed=1, logprobs=1)
        ask = {"model": "scripted", "prompt": "a b c", "seed": 1, "stream": True, "logprobs": 1}
        _, told = _ask(server.url, "/completions", **ask, stream_options={"include_usage": True})
        events = [json.loads(line[6:]) for line in told.decode().split("\n\n") if line.startswith("data: {")]
        assert told.endswith(b"data: [DONE]\n\n")
        choices = [event["choices"][0] for event in events if event["choices"]]
        assert "".join(choice["text"] for choice in choices) == document["choices"][0]["text"]
        tokens = [p for choice in choices for p in (choice.get("logprobs") or {"token_logprobs": []})["token_logprobs"]]
        assert tokens == document["choices"][0]["logprobs"]["token_logprobs"]
        assert events[-1]["usage"] == document["usage"]
        assert document["usage"]["prompt_tokens"] == 3
        assert len({event["id"] for event in events}) == 1
        assert b'"usage"' not in _ask(server.url, "/completions", **ask)[1]


def test_limits_stops_and_choices() -> None:
    """`max_tokens` cuts with `length`, `stop` cuts with `stop`, `n` gives so many choices."""
    with ScriptedServer(ServerSettings(script=read_script(b'{"completion": "one two three four"}'))) as server:
        cut = _answer(server.url, max_tokens=2)["choices"][0]
        assert (cut["text"], cut["finish_reason"]) == ("one two", "length")
        stopped = _answer(server.url, stop=[" three"])["choices"][0]
        assert (stopped["text"], stopped["finish_reason"]) == ("one two", "stop")
        assert len(_answer(server.url, n=3)["choices"]) == 3


def test_too_many_at_once_are_refused() -> None:
    """Above the limit there is a 429, with Retry-After where one was set."""
    settings = ServerSettings(at_once=0, retry_after="7")
    with ScriptedServer(settings) as server:
        parts = urlsplit(server.url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port)
        connection.request("POST", "/v1/completions", json.dumps({"model": "scripted", "prompt": "a"}))
        response = connection.getresponse()
        assert (response.status, response.headers["Retry-After"]) == (429, "7")
        connection.close()


def test_bad_requests_are_answered() -> None:
    """What is no request, another model or another path gets its status, and the server goes on."""
    with ScriptedServer(ServerSettings()) as server:
        assert _ask(server.url, "/completions", nothing=1)[0] == 400
        assert _ask(server.url, "/completions", model="scripted", prompt=[])[0] == 400
        assert _ask(server.url, "/chat/completions", model="scripted", messages=[])[0] == 400
        assert _ask(server.url, "/completions", model="other", prompt="a")[0] == 404
        assert _ask(server.url, "/nowhere")[0] == 404
        assert _ask(server.url, "/models")[0] == 200


def test_it_runs_alone_and_ends_with_its_parent(tmp_path: Path) -> None:
    """As a program it prints its address, reads a script, and ends when its stdin closes."""
    script = tmp_path / "script.jsonl"
    script.write_text('{"contains": "b", "completion": "scripted answer"}\n', encoding="utf-8")
    command = [sys.executable, "-m", "isocost.backends.scripted.http_server", "--script", str(script), "--with-parent"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert _answer(url)["choices"][0]["text"] == "scripted answer"
        process.stdin.close()
        assert process.wait(timeout=20) == 0


@pytest.mark.parametrize("text", ["", "nothing", "reset:x", "reset:1-x", "429:0.5:"])
def test_faults_that_are_none(text: str) -> None:
    """What names no fault is answered by a line that names them all."""
    if text == "429:0.5:":
        with pytest.raises(UsageError):
            parse_fault(text)
        return
    with pytest.raises(UsageError, match="two-choices"):
        parse_fault(text)


def test_shares_of_faults_are_the_same_each_time() -> None:
    """A share strikes about so many, and always the same ones."""
    fault = parse_fault("reset:10-1009:0.25")
    struck = [number for number in range(2000) if fault.strikes(number)]
    assert struck == [number for number in range(2000) if fault.strikes(number)]
    assert 200 < len(struck) < 300
    assert min(struck) >= 10
    assert max(struck) <= 1009
    assert all(parse_fault(kind).kind == kind for kind in FAULTS)


def test_a_script_with_a_bad_line_is_refused() -> None:
    """The line is named."""
    with pytest.raises(UsageError, match="line 2"):
        read_script(b'{"completion": "a"}\n{"answer": "b"}\n')
