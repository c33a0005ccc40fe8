"""One stream of requests: pulled as there is room, asked again after faults, given out as they come, given up on closing."""

from __future__ import annotations

import asyncio
import queue
import random
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from isocost.backends.backend import Reply, Request
from isocost.backends.openai.attempt import Attempt, Patience
from isocost.backends.openai.body import body_of, path_of
from isocost.backends.openai.troubles import (
    BrokenReplyError,
    BusyError,
    RefusedError,
    ServerFailedError,
    TroubleError,
    refusal,
)
from isocost.errors import BackendError

if TYPE_CHECKING:
    from isocost.backends.openai.background import Background
    from isocost.backends.openai.endpoints import Endpoint, Endpoints
    from isocost.backends.options import BackendOptions

MOST_BROKEN: Final = 6
"""So many replies to one request that break the protocol end the asking."""
_FIRST_PAUSE: Final = 0.2
_LONGEST_PAUSE: Final = 15.0
_MOST_TOO_LONG: Final = 8
"""So many prompts that do not fit, and no fewer than were answered, end the asking at once."""
_LONGEST_REFUSED: Final = 4.0
"""A server that refuses is asked by one request at a time, which may be more often than one that breaks."""


class _TooLong(NamedTuple):
    """What came of a prompt that does not fit the context."""

    line: str
    """What to tell of it."""


class Asking:
    """Answers the requests of one `replies` call. Requests are pulled in the caller's thread, and sent in the background."""

    def __init__(self, background: Background, endpoints: Endpoints, options: BackendOptions, key: str | None) -> None:
        self._background, self._endpoints = background, endpoints
        self._options, self._key = options, key
        self._outbox: queue.SimpleQueue[Reply | _TooLong | BaseException] = queue.SimpleQueue()
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    def replies(self, requests: Iterator[Request]) -> Iterator[Reply]:
        """Yield one reply for each request; see `Backend.replies`.

        Prompts that do not fit the context do not keep the others from being answered: their error comes after those.
        """
        outstanding, answered, more = 0, 0, True
        too_long: list[_TooLong] = []
        try:
            while True:
                while more and outstanding < self._endpoints.capacity():
                    request = next(requests, None)
                    if request is None:
                        more = False
                        break
                    self._background.loop.call_soon_threadsafe(self._start, request)
                    outstanding += 1
                if too_long and (outstanding == 0 or len(too_long) >= max(_MOST_TOO_LONG, answered)):
                    others = f" ({len(too_long)} of the requests are so)" if len(too_long) > 1 else ""
                    raise BackendError(too_long[0].line + others)
                if outstanding == 0:
                    return
                came = self._outbox.get()
                if isinstance(came, BaseException):
                    raise came
                outstanding -= 1
                if isinstance(came, _TooLong):
                    too_long.append(came)
                else:
                    answered += 1
                    yield came
        finally:
            if self._background.running:
                self._background.run(self._give_up())

    def abandon(self, error: BackendError) -> None:
        """Have the caller's thread raise `error` now, instead of waiting for replies; may be called in any thread."""
        self._outbox.put(error)

    # --- in the background

    def _start(self, request: Request) -> None:
        if not self._closed:
            task = asyncio.get_running_loop().create_task(self._answer(request))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _give_up(self) -> None:
        self._closed = True
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _answer(self, request: Request) -> None:
        try:
            self._outbox.put(await _Answering(self, request).run())
        except asyncio.CancelledError:
            self._outbox.put(BackendError("the backend was left while requests were on their way"))
            raise
        except Exception as error:  # noqa: BLE001 (the caller's thread raises it)
            self._outbox.put(error)


class _Answering:
    """One request until its reply is whole."""

    def __init__(self, asking: Asking, request: Request) -> None:
        self._background, self._endpoints = asking._background, asking._endpoints  # noqa: SLF001 (two halves of one thing)
        self._options, self._key = asking._options, asking._key  # noqa: SLF001
        self._request = request
        self._path = path_of(request.prompt.form)
        self._rng = random.Random(f"{self._options.seed} {request.id}")
        self._loop = asyncio.get_running_loop()
        self._spent = 0.0
        self._attempts = 0
        self._broken = 0
        self._last: TroubleError | None = None

    async def run(self) -> Reply | _TooLong:
        """Ask until a reply is whole, the prompt is found too long, or the time is up.

        Raises BackendError where it can never be answered, or was not in time.
        """
        while True:
            endpoint = await self._room()
            begun = self._loop.time()
            last: TroubleError
            try:
                return await self._attempt(endpoint)
            except RefusedError as refused:
                error = self._refusal(refused, endpoint)
                if refused.too_long:
                    return _TooLong(str(error))
                raise error from None
            except BrokenReplyError as broken:
                self._broken += 1
                if self._broken >= MOST_BROKEN:
                    raise BackendError(
                        f"{endpoint.url} broke the protocol {self._broken} times for one request, at last by: {broken}; "
                        "see the server's log, or take another server"
                    ) from None
                pause, last = self._pause(), broken
            except BusyError as busy:
                self._spent += self._loop.time() - begun
                begun = self._loop.time()
                pause, last = self._after_refusal(endpoint, busy), busy
            except ServerFailedError as failed:
                endpoint.failed(str(failed), self._loop.time(), unreachable=failed.unreachable)
                elsewhere = not self._endpoints.out_of_order() and endpoint.on_trial
                pause, last = 0.0 if elsewhere else self._pause(), failed
            except TimeoutError:
                pause, last = 0.0, self._last or ServerFailedError("it was still on its way")
                self._spent = self._options.deadline_seconds
            self._last = last
            self._spent += self._loop.time() - begun
            await self._wait(pause, endpoint, last)

    async def _room(self) -> Endpoint:
        """A server with room. Waiting for others to be answered costs no time of ours; waiting for a dead server does."""
        while True:
            begun, dead = self._loop.time(), self._endpoints.out_of_order()
            try:
                async with asyncio.timeout(max(0.01, self._options.deadline_seconds - self._spent)):
                    return await self._endpoints.take()
            except TimeoutError:
                if self._endpoints.out_of_order():
                    endpoint = self._endpoints.all[0]
                    raise self._too_late(endpoint, endpoint.failure or "no answer") from None
            finally:
                if dead:
                    self._spent += self._loop.time() - begun

    async def _attempt(self, endpoint: Endpoint) -> Reply:
        self._attempts += 1
        sent_in, writing = endpoint.governor.round, False

        def begun() -> None:
            nonlocal writing
            writing = True
            endpoint.writing += 1
            endpoint.answered()

        try:
            left = max(0.01, self._options.deadline_seconds - self._spent)
            first = max(self._options.stall_seconds, self._options.deadline_seconds / 2)
            attempt = Attempt(
                self._background.session, self._key, Patience(first=first, stall=self._options.stall_seconds)
            )
            body = body_of(self._request, endpoint.model, endpoint.dialect)
            async with asyncio.timeout(left):
                collected = await attempt.run(endpoint.url + self._path, body, begun)
            reply = collected.reply(
                self._request, written=attempt.written, started=attempt.started, attempts=self._attempts
            )
        except BusyError:
            endpoint.governor.refused(sent_in, endpoint.writing)
            raise
        else:
            timing = reply.timing
            endpoint.governor.finished(endpoint.in_flight, timing.ttft_seconds, timing.total_seconds)
            return reply
        finally:
            endpoint.writing -= writing
            self._endpoints.release(endpoint)

    def _pause(self, most: float = _LONGEST_PAUSE) -> float:
        """Seconds before the next attempt: doubled each time, up to `most`, and spread by chance."""
        longest = min(most, _FIRST_PAUSE * 2.0 ** min(self._attempts - 1, 16))
        return longest * self._rng.uniform(0.5, 1.0)

    def _after_refusal(self, endpoint: Endpoint, busy: BusyError) -> float:
        """Seconds before a refused request is sent again: as many as the server asks for, where it does."""
        asked, left = busy.retry_after, self._options.deadline_seconds - self._spent
        if asked is not None and asked > left:
            raise BackendError(
                f"{endpoint.url} asks to wait {asked:,.0f} s ({busy}), and one reply may take "
                f"{self._options.deadline_seconds:g} s; repeat the command then, or allow more with --deadline"
            )
        pause = self._pause(_LONGEST_REFUSED) if asked is None else asked + self._rng.uniform(0.0, 0.1)
        if endpoint.writing == 0:  # it takes nothing of ours now: the others wait too
            endpoint.pause(self._loop.time() + pause)
        return pause

    async def _wait(self, pause: float, endpoint: Endpoint, last: TroubleError) -> None:
        if self._spent + pause >= self._options.deadline_seconds:
            raise self._too_late(endpoint, str(last))
        self._spent += pause
        if pause:
            await asyncio.sleep(pause)

    def _too_late(self, endpoint: Endpoint, last: str) -> BackendError:
        return BackendError(
            f"{endpoint.url} gave no whole reply within {self._options.deadline_seconds:g} s and {self._attempts} attempts "
            f"(the last: {last}); see that it runs, then repeat the command, which goes on where it stopped, or allow more with --deadline"
        )

    def _refusal(self, refused: RefusedError, endpoint: Endpoint) -> BackendError:
        return refusal(
            refused,
            url=endpoint.url,
            model=endpoint.model,
            api_key_env=self._options.api_key_env,
            has_key=self._key is not None,
            path=self._path,
        )
