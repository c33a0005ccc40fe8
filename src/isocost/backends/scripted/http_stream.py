"""One answer on its way: events of a stream, each at its time, or one JSON document at the end."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections.abc import Callable
from typing import Any, Final

from isocost.backends.scripted.http_answers import Answer, Asked
from isocost.backends.scripted.http_settings import ServerSettings

STREAM_HEAD: Final = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nCache-Control: no-cache\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n"
)
LAST_CHUNK: Final = b"0\r\n\r\n"
_numbers = itertools.count(1)


def chunk(data: bytes) -> bytes:
    """Data as one chunk of HTTP's chunked coding."""
    return b"%x\r\n%b\r\n" % (len(data), data)


class Writing:
    """Writes the events of one stream, each at `begun + ttft + i × tpot`, late ones at once; the schedule does not drift."""

    def __init__(
        self,
        *,
        asked: Asked,
        answers: list[Answer],
        settings: ServerSettings,
        fault: str | None,
        transport: asyncio.Transport,
        done: Callable[[bool], None],
    ) -> None:
        self._settings, self._fault, self._transport, self._done = settings, fault, transport, done
        self._asked, self._answers = asked, answers
        self._loop = asyncio.get_running_loop()
        self._next = 0
        kind = ("chat.completion.chunk" if asked.stream else "chat.completion") if asked.chat else "text_completion"
        self._head = {
            "id": f"cmpl-{next(_numbers)}",
            "object": kind,
            "created": int(time.time()),
            "model": settings.model,
        }
        self._events = _events(self._head, asked, answers, settings, fault)
        self._middle = len(self._events) // 2
        self._due = self._loop.time() + settings.ttft_seconds
        self._timer: asyncio.TimerHandle | None = None

    def begin(self) -> None:
        """Write the head, and the first events when they are due."""
        if self._asked.stream:
            self._transport.write(STREAM_HEAD + chunk(_opening(self._head, self._asked, self._fault)))
            self._timer = self._loop.call_at(self._due, self._write_due)
        else:
            longest = max((len(answer.tokens) for answer in self._answers), default=1)
            self._due += self._settings.tpot_seconds * max(0, longest - 1)
            self._timer = self._loop.call_at(self._due, self._write_document)

    def give_up(self) -> None:
        """Write nothing more: the client is gone."""
        if self._timer is not None:
            self._timer.cancel()

    def _write_due(self) -> None:
        events, settings, now = self._events, self._settings, self._loop.time()
        written: list[bytes] = []
        while self._next < len(events) and self._due <= now:
            if self._next == self._middle and self._fault is not None and self._strike(written):
                return
            written.append(events[self._next])
            self._next += 1
            self._due += settings.tpot_seconds
        if self._next == len(events):
            written.append(_closing(self._head, self._asked, self._answers, settings, self._fault))
            self._transport.write(b"".join(written))
            self._done(True)
            return
        self._transport.write(b"".join(written))
        self._timer = self._loop.call_at(self._due, self._write_due)

    def _strike(self, written: list[bytes]) -> bool:
        """Do what the fault says, in the middle of the stream; True if that was the end of it."""
        if self._fault in {"reset", "cut", "stall"}:
            self._transport.write(b"".join(written))
            if self._fault == "reset":
                self._transport.abort()
            elif self._fault == "cut":
                self._transport.write(LAST_CHUNK)
            if self._fault != "stall":
                self._done(self._fault == "cut")
            return True
        if self._fault == "bad-json":
            written.append(chunk(b'data: {"choices": [{"delta": {"content": "br\n\n'))
        elif self._fault == "bad-sse":
            written.append(chunk(b"<html><body>upstream went away</body></html>\r\n\r\n"))
        elif self._fault == "error-event":
            written.append(chunk(b'data: {"error": {"message": "the engine ran out of memory", "code": 500}}\n\n'))
        return False

    def _write_document(self) -> None:
        answers = {"two-choices": self._answers * 2, "no-choices": []}.get(self._fault or "", self._answers)
        choices = [_choice(self._asked, answer, index, self._settings) for index, answer in enumerate(answers)]
        document: dict[str, Any] = {**self._head, "choices": choices}
        if self._fault != "no-usage":
            document["usage"] = _usage(self._asked, self._answers, self._settings)
        self._done(reply_with(self._transport, 200, document))


def reply_with(transport: asyncio.Transport, status: int, document: dict[str, Any], *headers: str) -> bool:
    """Write one JSON document as a whole response; True, for the connection stays good."""
    body = json.dumps(document).encode()
    lines = [f"HTTP/1.1 {status} {_REASONS.get(status, 'Error')}", "Content-Type: application/json", *headers]
    transport.write("\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode() + body)
    return True


_REASONS: Final = {200: "OK", 400: "Bad Request", 401: "Unauthorized", 404: "Not Found", 429: "Too Many Requests"}


def _usage(asked: Asked, answers: list[Answer], settings: ServerSettings) -> dict[str, Any]:
    written = sum(len(answer.tokens) for answer in answers)
    usage: dict[str, Any] = {
        "prompt_tokens": asked.prompt_tokens,
        "completion_tokens": written,
        "total_tokens": asked.prompt_tokens + written,
    }
    if settings.cached_tokens:
        usage["prompt_tokens_details"] = {"cached_tokens": 0}
    return usage


def _logprobs(asked: Asked, tokens: tuple[str, ...], logprobs: tuple[float, ...]) -> dict[str, Any]:
    if asked.chat:
        rows = [{"token": t, "logprob": p, "top_logprobs": []} for t, p in zip(tokens, logprobs, strict=True)]
        return {"content": rows}
    return {"tokens": list(tokens), "token_logprobs": list(logprobs), "top_logprobs": None}


def _choice(asked: Asked, answer: Answer, index: int, settings: ServerSettings) -> dict[str, Any]:
    text = "".join(answer.tokens)
    choice: dict[str, Any] = {"index": index, "finish_reason": answer.finish_reason, "logprobs": None}
    if asked.logprobs and settings.honours_logprobs:
        choice["logprobs"] = _logprobs(asked, answer.tokens, answer.logprobs)
    return choice | ({"message": {"role": "assistant", "content": text}} if asked.chat else {"text": text})


def _opening(head: dict[str, Any], asked: Asked, fault: str | None) -> bytes:
    """What comes before any token: a comment, and in a conversation an event with the role and an empty text."""
    if not asked.chat or fault == "no-choices":
        return b": ready\n\n"
    choice = {"index": 0, "delta": {"role": "assistant", "content": ""}, "finish_reason": None}
    return b"data: " + json.dumps(head | {"choices": [choice]}).encode() + b"\n\n"


def _events(
    head: dict[str, Any], asked: Asked, answers: list[Answer], settings: ServerSettings, fault: str | None
) -> list[bytes]:
    """One event a token, as it goes over the wire; made before the first is due."""
    if not asked.stream or not answers:
        return []
    start = json.dumps(head)[:-1]
    events = []
    doubled = answers * 2 if fault == "two-choices" else answers
    for index, answer in enumerate(doubled if fault != "no-choices" else []):
        before = f'data: {start}, "choices": [{{"index": {index}, '
        for number, (token, logprob) in enumerate(zip(answer.tokens, answer.logprobs, strict=True)):
            told = json.dumps(token)
            body = f'"delta": {{"content": {told}}}' if asked.chat else f'"text": {told}'
            more = ""
            if asked.logprobs and settings.honours_logprobs:
                more = f', "logprobs": {json.dumps(_logprobs(asked, (token,), (logprob,)))}'
            event = f'{before}{body}{more}, "finish_reason": null}}]}}\n\n'.encode()
            events.append(_cut_in_two(event) if fault == "bad-utf8" and number == 1 else chunk(event))
    return events


def _cut_in_two(event: bytes) -> bytes:
    """The event with an é cut in two by the chunks, and with two bytes that are no UTF-8, at the start of its text."""
    for mark in (b'"content": "', b'"text": "'):
        before, found, after = event.partition(mark)
        if found:
            return chunk(before + found + b"\xc3") + chunk(b"\xa9\xff\xfe" + after)
    return chunk(event)


def _closing(
    head: dict[str, Any], asked: Asked, answers: list[Answer], settings: ServerSettings, fault: str | None
) -> bytes:
    """The finish_reason, the usage if it was asked for, [DONE], and the end of the response."""
    parts: list[dict[str, Any]] = []
    if fault != "no-choices":
        for index, answer in enumerate(answers):
            choice: dict[str, Any] = {"index": index, "finish_reason": answer.finish_reason}
            choice["delta" if asked.chat else "text"] = {} if asked.chat else ""
            parts.append({**head, "choices": [choice]})
    if asked.usage and settings.usage_in_stream and fault != "no-usage":
        parts.append({**head, "choices": [], "usage": _usage(asked, answers, settings)})
    events = [b"data: " + json.dumps(part).encode() + b"\n\n" for part in parts]
    return chunk(b"".join(events) + b"data: [DONE]\n\n") + LAST_CHUNK
