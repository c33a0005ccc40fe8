"""One connection to the scripted HTTP server: HTTP/1.1 requests in, one response after the other out."""

from __future__ import annotations

import asyncio
import json
import time
from email.utils import formatdate
from typing import Any, Final

from isocost.backends.scripted.http_answers import Answering, Asked, read_request
from isocost.backends.scripted.http_settings import ServerSettings
from isocost.backends.scripted.http_stream import Writing, reply_with

_MOST_BYTES: Final = 64 << 20


class Serving:
    """What all connections of one server share."""

    def __init__(self, settings: ServerSettings) -> None:
        self.settings = settings
        self.answering = Answering(settings)
        self.begun = time.monotonic()
        self.requests = 0
        """Completions asked for, refused ones too."""
        self.answered = 0
        """Completions answered whole."""
        self.running = 0
        """Completions being written now."""
        self.most_running = 0
        """Most of them at once."""
        self.connections: set[Connection] = set()

    def facts(self) -> dict[str, int]:
        """Counters, for who wants to know whether anything was asked twice."""
        return {
            "requests": self.requests,
            "answered": self.answered,
            "running": self.running,
            "most_running": self.most_running,
            "connections": len(self.connections),
        }


class Connection(asyncio.Protocol):
    """One connection."""

    def __init__(self, serving: Serving) -> None:
        self._serving = serving
        self._inbox = b""
        self._writing: Writing | None = None
        self._stuck = False
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 (asyncio says so)
        self._transport = transport
        self._serving.connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop writing: nobody reads."""
        del exc
        self._serving.connections.discard(self)
        if self._writing is not None:
            self._writing.give_up()
            self._over(good=False)

    def close(self) -> None:
        """End it, whatever is on its way."""
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        """Take what came; answer as soon as a request is whole and the one before is answered."""
        self._inbox += data
        self._serve()

    def _serve(self) -> None:
        while self._writing is None and not self._stuck:
            head, end, rest = self._inbox.partition(b"\r\n\r\n")
            if not end:
                if head and not head[:1].isalpha():  # TLS, for instance: who speaks that waits for an answer
                    self._transport.close()
                return
            first, *lines = head.decode("latin-1").split("\r\n")
            headers = {
                name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)
            }
            length = headers.get("content-length", "0")
            if not length.isdecimal() or int(length) > _MOST_BYTES or len(first.split(" ")) != 3:
                self._transport.close()
                return
            if len(rest) < int(length):
                return
            body, self._inbox = rest[: int(length)], rest[int(length) :]
            method, path, _version = first.split(" ")
            self._route(method, path.partition("?")[0], headers, body)

    def _route(self, method: str, path: str, headers: dict[str, str], body: bytes) -> None:
        serving, settings = self._serving, self._serving.settings
        if path == "/scripted/facts":
            reply_with(self._transport, 200, serving.facts())
            return
        left = settings.loading_seconds - (time.monotonic() - serving.begun)
        if left > 0:
            self._error(503, "Loading model")
        elif settings.api_key is not None and headers.get("authorization") != f"Bearer {settings.api_key}":
            given = headers.get("authorization", "").removeprefix("Bearer ")
            self._error(401, f"Incorrect API key provided: {given}")  # some servers do repeat it
        elif method == "GET" and path == "/v1/models":
            model: dict[str, Any] = {"id": settings.model, "object": "model", "owned_by": "isocost-scripted"}
            if settings.context_tokens is not None:
                model["max_model_len"] = settings.context_tokens
            reply_with(self._transport, 200, {"object": "list", "data": [model]})
        elif method == "POST" and path == "/v1/completions":
            self._complete(body, chat=False)
        elif method == "POST" and path == "/v1/chat/completions" and settings.chat:
            self._complete(body, chat=True)
        else:
            self._error(404, "Not Found")

    def _complete(self, body: bytes, *, chat: bool) -> None:
        serving, settings = self._serving, self._serving.settings
        number = serving.requests
        serving.requests += 1
        fault = next((fault.kind for fault in settings.faults if fault.strikes(number)), None)
        if fault is not None and self._refuse(fault):
            return
        try:
            read = json.loads(body)
            asked = read_request(read, chat=chat)
        except (ValueError, KeyError, TypeError, AttributeError, IndexError):
            self._error(400, "the body is no completion request")
            return
        if why := self._unfit(asked, read):
            self._error(*why)
            return
        if settings.at_once is not None and serving.running >= settings.at_once:
            headers = [] if settings.retry_after is None else [f"Retry-After: {settings.retry_after}"]
            self._error(429, "Too many requests at once", *headers)
            return
        serving.running += 1
        serving.most_running = max(serving.most_running, serving.running)
        choices = asked.n if settings.honours_n else 1
        answers = [serving.answering.answer(asked, choice) for choice in range(choices)]
        self._writing = Writing(
            asked=asked, answers=answers, settings=settings, fault=fault, transport=self._transport, done=self._done
        )
        self._writing.begin()

    def _unfit(self, asked: Asked, read: dict[str, Any]) -> tuple[int, str] | None:
        """Why a request cannot be answered: a status and a message."""
        settings = self._serving.settings
        if asked.model != settings.model:
            return 404, f"The model `{asked.model}` does not exist"
        if settings.limit_field != "both":
            for field in {"max_tokens", "max_completion_tokens"} & read.keys():
                if field != settings.limit_field and asked.chat:
                    wanted = settings.limit_field
                    return 400, f"Unsupported parameter: '{field}' is not supported; use '{wanted}' instead."
        room = settings.context_tokens
        if room is not None and asked.prompt_tokens + (asked.limit or 0) > room:
            wanted_tokens = asked.prompt_tokens + (asked.limit or 0)
            return 400, (
                f"This model's maximum context length is {room} tokens. However, you requested {wanted_tokens} tokens "
                f"({asked.prompt_tokens} in the messages, {asked.limit or 0} in the completion)."
            )
        return None

    def _refuse(self, fault: str) -> bool:
        """Answer with a fault that needs no answer of the model; False if the fault is one inside an answer."""
        if fault == "429":
            self._error(429, "Rate limit reached")
        elif fault == "429-retry-after":
            self._error(429, "Rate limit reached", "Retry-After: 1")
        elif fault == "429-date":
            self._error(429, "Rate limit reached", f"Retry-After: {formatdate(time.time() + 1, usegmt=True)}")
        elif fault == "503":
            self._error(503, "Service Unavailable")
        elif fault == "500":
            page = b"<html><body><h1>500 Internal Server Error</h1></body></html>"
            head = (
                f"HTTP/1.1 500 Internal Server Error\r\nContent-Type: text/html\r\nContent-Length: {len(page)}\r\n\r\n"
            )
            self._transport.write(head.encode() + page)
        elif fault == "expired":
            self._error(401, "The API key has expired")
        elif fault == "refuse":
            self._transport.abort()
        elif fault == "silent":
            self._stuck = True
        else:
            return False
        return True

    def _error(self, status: int, message: str, *headers: str) -> None:
        error = {
            "message": message,
            "type": "invalid_request_error" if status < 429 else "server_error",
            "code": status,
        }
        reply_with(self._transport, status, {"error": error}, *headers)

    def _done(self, good: bool) -> None:
        self._over(good=good)
        self._serve()

    def _over(self, *, good: bool) -> None:
        self._writing = None
        self._serving.running -= 1
        self._serving.answered += good
