"""What can go wrong with one attempt, whether it is worth another, and the one line for what is not.

    BusyError           the server has no room, or still loads: fewer at once, and again after a while
    ServerFailedError   no answer, a 5xx, a broken connection, silence: again after a while, elsewhere if there is another server
    BrokenReplyError    an answer that breaks the protocol: again, but not for ever
    BackendError        never to be answered: one line with what to type next

A server's own words are kept short, on one line, and without the key, which some servers repeat.
"""

from __future__ import annotations

import math
import re
import time
from email.utils import parsedate_to_datetime
from typing import Final

import msgspec

from isocost.errors import BackendError

_TOO_LONG: Final = re.compile(
    r"context.{0,20}(length|size|window)|maximum context|exceed_context|longer than the model|context_length|"
    r"exceeds? the (available )?context|(inputs?|prompt).{0,30}too (long|large)|inputs.{0,4} tokens \+|"
    r"max_(model_len|seq_len|total_tokens)|context the overflows",
    re.IGNORECASE | re.DOTALL,
)
_NO_QUOTA: Final = re.compile(r"insufficient_quota|billing|credit balance|payment required", re.IGNORECASE)
_NO_MODEL: Final = re.compile(r"model", re.IGNORECASE)
_BUSY: Final = frozenset({429, 503, 529})
_MOST_WORDS: Final = 300


class TroubleError(Exception):
    """One attempt that failed and may be repeated; its text is one line."""


class BusyError(TroubleError):
    """The server has no room now."""

    def __init__(self, text: str, retry_after: float | None = None) -> None:
        super().__init__(text)
        self.retry_after = retry_after
        """Seconds that it asks to wait; None where it does not say."""


class ServerFailedError(TroubleError):
    """The server gave no answer, or broke in the middle of one."""

    def __init__(self, text: str, *, unreachable: bool = False) -> None:
        super().__init__(text)
        self.unreachable = unreachable
        """True where there was not even a connection."""


class BrokenReplyError(TroubleError):
    """The answer breaks the protocol."""


class RefusedError(Exception):
    """A request that the server will not answer as it stands: a 4xx. The probe reads it; otherwise it becomes a BackendError."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(f"{status}: {words}")
        self.status = status
        self.words = words

    @property
    def too_long(self) -> bool:
        """Whether it is this prompt that does not fit the context: a shorter one may be answered."""
        return self.status not in {401, 403} and _TOO_LONG.search(self.words) is not None


def trouble(status: int, retry_after: str | None, body: bytes, key: str | None) -> TroubleError | RefusedError:
    """What a response other than 200 means."""
    said = words(body, key)
    text = f"HTTP {status}" + (f": {said}" if said else "")
    if status == 429 and _NO_QUOTA.search(said):
        return RefusedError(status, said)
    if status in _BUSY:
        return BusyError(text, seconds_to_wait(retry_after))
    if (status >= 500 and status != 501 and not _TOO_LONG.search(said)) or status in {408, 425}:
        return ServerFailedError(text)
    return RefusedError(status, said)


def words(body: bytes, key: str | None) -> str:
    r"""What a server said, on one short line, without the key.

    >>> words(b'{"error": {"message": "no  such\\nmodel", "code": 404}}', None)
    'no such model'
    """
    text = body[:20_000].decode("utf-8", "replace")
    try:
        text = _message(msgspec.json.decode(text)) or text
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        text = re.sub(r"<[^>]*>", " ", text)
    return cleaned(text, key)


def cleaned(text: str, key: str | None) -> str:
    """Somebody's text on one short line, without the key."""
    if key:
        text = text.replace(key, "(the key)")
    text = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(text.split())[:_MOST_WORDS]


def _message(read: object) -> str | None:
    """The message in the shapes that servers give errors."""
    if isinstance(read, str):
        return read
    if isinstance(read, dict):
        for name in ("error", "message", "detail", "msg"):
            if name in read and (found := _message(read[name])):
                return found
    if isinstance(read, list) and read:
        return _message(read[0])
    return None


def error_in_stream(error: object, key: str | None) -> TroubleError | RefusedError:
    """What an error object in the middle of a stream means."""
    code = error.get("code", error.get("status")) if isinstance(error, dict) else None
    said = cleaned(_message(error) or str(error), key)
    if _TOO_LONG.search(said):
        return RefusedError(400, said)
    if isinstance(code, int) and 400 <= code < 500:
        return trouble(code, None, said.encode(), key)
    return ServerFailedError(f"an error in the middle of the stream: {said}")


def seconds_to_wait(header: str | None, now: float | None = None) -> float | None:
    """Seconds that a Retry-After header asks for, as a number or as a date; None where it cannot be read.

    >>> seconds_to_wait("2.5")
    2.5
    >>> seconds_to_wait("Wed, 21 Oct 2026 07:28:00 GMT", now=1792567678.0)
    2.0
    """
    if header is None:
        return None
    try:
        seconds = float(header)
        return max(0.0, seconds) if math.isfinite(seconds) else None
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(header).timestamp() - (time.time() if now is None else now))
    except (ValueError, TypeError):
        return None


def refusal(refused: RefusedError, *, url: str, model: str, api_key_env: str, has_key: bool, path: str) -> BackendError:
    """The line for a request that a server will not answer."""
    status, said = refused.status, refused.words or "no reason given"
    if status in {401, 403}:
        state = "the key in it was refused" if has_key else "it is not set"
        return BackendError(
            f"{url} refused us with HTTP {status} ({said}); put a valid key into the environment variable {api_key_env} "
            f"({state}), or name another one with --api-key-env"
        )
    if refused.too_long:
        return BackendError(
            f"a prompt with its completion does not fit the context of {model} at {url} ({said}); start the server with a "
            "longer one (llama.cpp: --ctx-size, vLLM: --max-model-len, Ollama: num_ctx), or lower --max-tokens"
        )
    if status in {402, 429}:
        return BackendError(f"{url} has no quota left for this key ({said}); pay or wait, then repeat the command")
    if status == 404 and _NO_MODEL.search(said):
        return BackendError(f"{url} does not have {model} ({said}); `curl {url}/models` lists those that it has")
    if status in {404, 405, 501}:
        other = "--prompt completion" if path.startswith("/chat") else "--prompt chat"
        return BackendError(
            f"{url}{path} is not there (HTTP {status}: {said}); type {other} if the server has only that, or check the "
            "address, which usually ends with /v1"
        )
    if 300 <= status < 400:
        return BackendError(f"{url} redirects elsewhere (HTTP {status}); type the address that it leads to")
    return BackendError(
        f"{url} does not take our request for {model} (HTTP {status}: {said}); change what it names, or ask another server"
    )
