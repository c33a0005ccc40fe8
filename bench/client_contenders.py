"""The clients that bench/client_speed.py races: each asks the scripted server and tells its CPU and its rate."""

from __future__ import annotations

import asyncio
import http.client
import importlib
import json
import selectors
import socket
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import msgspec

from isocost.backends.address import parse_address
from isocost.backends.backend import Reply, Request
from isocost.backends.openai.server import OpenAIBackend
from isocost.backends.options import BackendOptions
from isocost.records import Prompt, PromptForm, SamplingParams

AT_ONCE, WARM_UP, TOKENS = 64, 64, 100
_TEXT = "Write a function that returns the sum of a list. " * 10
_BODY = {
    "model": "scripted",
    "messages": [{"role": "user", "content": _TEXT}],
    "n": 1,
    "stream": True,
    "stream_options": {"include_usage": True},
    "max_tokens": TOKENS,
    "temperature": 0.8,
    "seed": 1,
}
_ENCODED = json.dumps(_BODY).encode()


class _Delta(msgspec.Struct):
    content: str | None = None


class _Choice(msgspec.Struct):
    delta: _Delta


class _Event(msgspec.Struct):
    choices: list[_Choice]


class _Reader:
    """Splits events and decodes each: what any client has to do."""

    decoder = msgspec.json.Decoder(_Event)

    def __init__(self) -> None:
        self.rest, self.parts = b"", list[str]()

    def feed(self, data: bytes) -> None:
        *events, self.rest = (self.rest + data).split(b"\n\n")
        for event in events:
            if event.startswith(b"data: ") and event != b"data: [DONE]":
                for choice in self.decoder.decode(event[6:]).choices:
                    if choice.delta.content:
                        self.parts.append(choice.delta.content)


class _Chunks:
    """Undoes the chunked coding of one response."""

    def __init__(self) -> None:
        self.rest, self.in_head, self.reader = b"", True, _Reader()

    def feed(self, data: bytes) -> bool:
        """Take bytes; True at the end."""
        self.rest += data
        if self.in_head:
            head, end, rest = self.rest.partition(b"\r\n\r\n")
            if not end:
                return False
            assert head.startswith(b"HTTP/1.1 200"), head
            self.in_head, self.rest = False, rest
        while True:
            size, end, rest = self.rest.partition(b"\r\n")
            if not end or len(rest) < int(size, 16) + 2:
                return False
            length = int(size, 16)
            if length == 0:
                assert len(self.reader.parts) == TOKENS
                return True
            self.reader.feed(rest[:length])
            self.rest = rest[length + 2 :]


def _request(url: str) -> bytes:
    parts = urlsplit(url)
    head = f"POST {parts.path}/chat/completions HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(_ENCODED)}\r\n\r\n".encode() + _ENCODED


def _bare_round(url: str, connections: list[socket.socket], requests: int) -> None:
    selector, sent, done = selectors.DefaultSelector(), 0, 0
    message = _request(url)
    for connection in connections[:requests]:
        selector.register(connection, selectors.EVENT_READ, _Chunks())
        connection.sendall(message)
        sent += 1
    while done < requests:
        for key, _ in selector.select():
            readable = key.fileobj
            assert isinstance(readable, socket.socket)
            if not key.data.feed(readable.recv(65536)):
                continue
            done += 1
            if sent < requests:
                selector.modify(readable, selectors.EVENT_READ, _Chunks())
                readable.sendall(message)
                sent += 1
    selector.close()


def _measured(work: Callable[[int], object], requests: int, warm_up: int = WARM_UP) -> dict[str, float]:
    work(warm_up)
    cpu, wall = time.process_time(), time.perf_counter()
    work(requests)
    return {"cpu": (time.process_time() - cpu) / requests, "rate": requests / (time.perf_counter() - wall)}


def _bare(url: str, requests: int) -> dict[str, float]:
    parts = urlsplit(url)
    connections = [socket.create_connection((parts.hostname or "", parts.port or 0)) for _ in range(AT_ONCE)]
    return _measured(lambda count: _bare_round(url, connections, count), requests)


def questions(count: int) -> Iterator[Request]:
    """Requests, all different."""
    for number in range(count):
        prompt = Prompt(
            id=f"p{number}", problem_id="bench", template="bench", text=f"{number} {_TEXT}", form=PromptForm.chat
        )
        params = SamplingParams(temperature=0.8, max_tokens=TOKENS, seed=number)
        yield Request(id=f"r{number}", prompt=prompt, params=params)


def backend_replies(url: str, requests: int, *, concurrency: int | None) -> list[Reply]:
    """Replies by isocost's own client."""
    with OpenAIBackend(parse_address(f"{url}#scripted"), BackendOptions(concurrency=concurrency)) as backend:
        return list(backend.replies(questions(requests)))


def _isocost(url: str, requests: int) -> dict[str, float]:
    with OpenAIBackend(parse_address(f"{url}#scripted"), BackendOptions(concurrency=AT_ONCE)) as backend:
        return _measured(lambda count: list(backend.replies(questions(count))), requests, 10 * WARM_UP)


def _many(one: Callable[[], Awaitable[int]], requests: int) -> Awaitable[object]:
    numbers = iter(range(requests))

    async def worker() -> None:
        for _ in numbers:
            assert await one() == TOKENS

    return asyncio.gather(*(worker() for _ in range(AT_ONCE)))


async def _measured_async(one: Callable[[], Awaitable[int]], requests: int) -> dict[str, float]:
    await _many(one, WARM_UP)
    cpu, wall = time.process_time(), time.perf_counter()
    await _many(one, requests)
    return {"cpu": (time.process_time() - cpu) / requests, "rate": requests / (time.perf_counter() - wall)}


def _aiohttp(url: str, requests: int) -> dict[str, float]:
    aiohttp: Any = importlib.import_module("aiohttp")

    async def run() -> dict[str, float]:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

            async def one() -> int:
                reader = _Reader()
                async with session.post(f"{url}/chat/completions", data=_ENCODED) as response:
                    async for data in response.content.iter_any():
                        reader.feed(data)
                return len(reader.parts)

            return await _measured_async(one, requests)

    return asyncio.run(run())


def _httpx(url: str, requests: int) -> dict[str, float]:
    httpx: Any = importlib.import_module("httpx")

    async def run() -> dict[str, float]:
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=AT_ONCE)
        async with httpx.AsyncClient(limits=limits, timeout=60) as client:

            async def one() -> int:
                reader = _Reader()
                async with client.stream("POST", f"{url}/chat/completions", content=_ENCODED) as response:
                    async for data in response.aiter_raw():
                        reader.feed(data)
                return len(reader.parts)

            return await _measured_async(one, requests)

    return asyncio.run(run())


def _openai(url: str, requests: int) -> dict[str, float]:
    openai: Any = importlib.import_module("openai")

    async def run() -> dict[str, float]:
        async with openai.AsyncOpenAI(base_url=url, api_key="none", max_retries=0) as client:

            async def one() -> int:
                stream = await client.chat.completions.create(**_BODY)
                return sum([bool(event.choices and event.choices[0].delta.content) async for event in stream])

            return await _measured_async(one, requests)

    return asyncio.run(run())


def _one_at_a_time(url: str, requests: int) -> dict[str, float]:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port)

    def ask(count: int) -> None:
        for _ in range(count):
            connection.request("POST", f"{parts.path}/chat/completions", _ENCODED)
            response, reader = connection.getresponse(), _Reader()
            while data := response.read1(65536):
                reader.feed(data)
            assert len(reader.parts) == TOKENS

    return _measured(ask, requests, 2)


def _openai_one_at_a_time(url: str, requests: int) -> dict[str, float]:
    openai: Any = importlib.import_module("openai")
    client = openai.OpenAI(base_url=url, api_key="none", max_retries=0)

    def ask(count: int) -> None:
        for _ in range(count):
            events = client.chat.completions.create(**_BODY)
            assert sum(bool(event.choices and event.choices[0].delta.content) for event in events) == TOKENS

    return _measured(ask, requests, 2)


CONTENDERS: dict[str, Callable[[str, int], dict[str, float]]] = {
    "bare": _bare,
    "isocost": _isocost,
    "aiohttp": _aiohttp,
    "httpx": _httpx,
    "openai": _openai,
    "http.client, in turn": _one_at_a_time,
    "openai, in turn": _openai_one_at_a_time,
}
NEEDS = {"aiohttp": "aiohttp", "httpx": "httpx", "openai": "openai", "openai, in turn": "openai"}
ONE_AT_A_TIME = {"http.client, in turn", "openai, in turn"}
