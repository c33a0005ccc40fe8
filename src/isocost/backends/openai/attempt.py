"""One request over the wire, from the moment it is written to the last of its text.

Silence is watched by one timer for each attempt, which is set anew only when it rings: a timer for each event would cost
as much as reading the event.
"""

from __future__ import annotations

import asyncio
import time
from types import SimpleNamespace
from typing import TYPE_CHECKING, Final

from isocost.backends.openai.collecting import Collecting, decoded
from isocost.backends.openai.events import MOST_BYTES
from isocost.backends.openai.troubles import BrokenReplyError, ServerFailedError, cleaned, trouble
from isocost.records import Record

if TYPE_CHECKING:
    from collections.abc import Callable

    import aiohttp

_READ_BYTES: Final = 1 << 15
_MOST_ERROR_BYTES: Final = 1 << 16
_END_SECONDS: Final = 0.05


class Patience(Record, frozen=True):
    """How long to wait for what, in seconds."""

    first: float
    """For the first text."""
    stall: float
    """Between two pieces of it."""


class Attempt:
    """One attempt; `run` once."""

    def __init__(self, session: aiohttp.ClientSession, key: str | None, patience: Patience) -> None:
        self._session, self._key, self._patience = session, key, patience
        self.collected = Collecting(key)
        self.written = 0.0
        """When the request was written, by `time.perf_counter`."""
        self.started = 0.0
        """The same moment in seconds since 1970."""
        self._heard = 0.0
        self._silent: str | None = None

    async def run(self, url: str, body: bytes, begun: Callable[[], None]) -> Collecting:
        """Send it and read all; `begun` is called when a good response begins.

        Raises TroubleError for what may be repeated, RefusedError for what the server will not answer.
        """
        import aiohttp

        task = asyncio.current_task()
        self.note_written()  # and again by the library, once there is a connection
        watch = _Watch(self, task)
        try:
            context = SimpleNamespace(attempt=self)
            async with self._session.post(url, data=body, trace_request_ctx=context, allow_redirects=False) as response:
                if response.status != 200:
                    told = await read_body(response.content, _MOST_ERROR_BYTES)
                    raise trouble(response.status, response.headers.get("Retry-After"), told, self._key) from None
                begun()
                await self._read(response)
        except asyncio.CancelledError:
            if self._silent is None:
                raise
            if task is not None:
                task.uncancel()
            raise ServerFailedError(self._silent) from None
        except aiohttp.ClientConnectorError as error:
            raise ServerFailedError(cleaned(_reason(error), self._key), unreachable=True) from None
        except (aiohttp.ClientError, OSError) as error:
            raise ServerFailedError(f"the connection broke ({cleaned(_reason(error), self._key)})") from None
        finally:
            watch.stop()
        return self.collected

    async def _read(self, response: aiohttp.ClientResponse) -> None:
        collected, content, clock = self.collected, response.content, time.perf_counter
        _read_in_small_pieces(response)
        if response.content_type == "application/json":  # a server that does not stream
            whole = await read_body(content, MOST_BYTES)
            if len(whole) >= MOST_BYTES:
                raise BrokenReplyError(f"an answer of more than {MOST_BYTES >> 20} MiB")
            collected.take(decoded(whole), clock())
            collected.streamed, collected.done = False, True
        while not collected.done:
            data = await content.readany()
            now = clock()
            if not data:
                break
            self._heard = now
            collected.feed(data, now)
        collected.check_whole()
        if not content.at_eof():  # read to the end, so that the connection can be used again
            try:
                async with asyncio.timeout(_END_SECONDS):
                    await content.readany()
            except TimeoutError:
                response.close()

    def note_written(self) -> None:
        """The request goes out now."""
        self.written, self.started = time.perf_counter(), time.time()
        self._heard = self.written

    @property
    def stall_seconds(self) -> float:
        """Longest silence in the middle of a reply."""
        return self._patience.stall

    def silence(self) -> float:
        """Seconds left before its silence is too long; at most 0 when it is, and then it is noted."""
        some = self.collected.first is not None
        allowed = self._patience.stall if some else self._patience.first
        left = allowed - (time.perf_counter() - self._heard)
        if left <= 0:
            where = "in the middle of a reply" if some else "before a reply"
            self._silent = f"silence for {allowed:.3g} s {where}"
        return left


class _Watch:
    """Ends an attempt that has been silent for too long."""

    def __init__(self, attempt: Attempt, task: asyncio.Task[object] | None) -> None:
        self._attempt, self._task = attempt, task
        self._loop = asyncio.get_running_loop()
        self._timer = self._later(attempt.silence())

    def _look(self) -> None:
        left = self._attempt.silence()
        if left <= 0:
            if self._task is not None:
                self._task.cancel()
            return
        self._timer = self._later(left)

    def _later(self, left: float) -> asyncio.TimerHandle:
        """Look again when it could be too long, and once a second: the first text changes what is allowed."""
        return self._loop.call_later(min(1.0, self._attempt.stall_seconds, max(0.01, left)), self._look)

    def stop(self) -> None:
        self._timer.cancel()


async def read_body(content: aiohttp.StreamReader, most: int) -> bytes:
    """What a server says, in however many pieces it comes; no more is read once there are `most` bytes."""
    pieces: list[bytes] = []
    size = 0
    while size < most and (piece := await content.readany()):
        pieces.append(piece)
        size += len(piece)
    return b"".join(pieces)


def _read_in_small_pieces(response: aiohttp.ClientResponse) -> None:
    """Read 32 KiB at a time.

    asyncio asks for 256 KiB of fresh memory for each read, however little comes: four fifths of the time that reading a
    stream of tokens takes, measured (bench/client_speed.py). Where the transport has no such number, nothing is done.
    """
    connection = response.connection
    transport = None if connection is None else connection.transport
    if transport is not None and getattr(transport, "max_size", 0) > _READ_BYTES:
        transport.max_size = _READ_BYTES  # type: ignore[attr-defined]


def _reason(error: Exception) -> str:
    """What the operating system says, without the library's frame around it."""
    inner = getattr(error, "os_error", None) or error
    if isinstance(inner, OSError) and inner.strerror:
        return inner.strerror
    return str(inner) or type(inner).__name__
