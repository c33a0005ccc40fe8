"""The thread in which requests are on their way: an event loop, and the session of the HTTP library.

`aiohttp` is imported here and in `attempt`, when a backend is entered. It was chosen by measuring: see design/generating.md.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import ipaddress
import threading
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

if TYPE_CHECKING:
    import aiohttp

    from isocost.backends.openai.attempt import Attempt

T = TypeVar("T")
_CONNECT_SECONDS = 10.0


class Background:
    """The thread; it is there between `start` and `stop`, and its loop and sockets with it."""

    def __init__(self) -> None:
        self._thread: threading.Thread | None = None
        self._stop: asyncio.Event
        self.loop: asyncio.AbstractEventLoop
        self.session: aiohttp.ClientSession

    def start(self, key: str | None, urls: tuple[str, ...]) -> None:
        """Start it; raises what keeps the session from being made."""
        ready: concurrent.futures.Future[None] = concurrent.futures.Future()
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._main(ready, key, urls)), name="isocost-openai", daemon=True
        )
        self._thread.start()
        ready.result()

    def stop(self) -> None:
        """Cancel what is left and wait until the thread, its loop and its sockets are gone; again does nothing."""
        if self._thread is not None:
            self.loop.call_soon_threadsafe(self._stop.set)
            self._thread.join()
            self._thread = None

    @property
    def running(self) -> bool:
        """Whether it was started and not stopped."""
        return self._thread is not None

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something in the loop and wait for it; interrupted here, it is cancelled there."""
        future = asyncio.run_coroutine_threadsafe(work, self.loop)
        try:
            return future.result()
        finally:
            future.cancel()

    async def _main(self, ready: concurrent.futures.Future[None], key: str | None, urls: tuple[str, ...]) -> None:
        try:
            self.loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
            self.session = _session(key, proxies=not all(_is_loopback(url) for url in urls))
        except BaseException as error:  # noqa: BLE001 (whoever started the thread gets it)
            ready.set_exception(error)
            return
        async with self.session:
            ready.set_result(None)
            await self._stop.wait()
            others = asyncio.all_tasks() - {asyncio.current_task()}
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)
        for _ in range(5):  # closed transports hear of it before the loop ends
            await asyncio.sleep(0)


def _session(key: str | None, *, proxies: bool) -> aiohttp.ClientSession:
    import aiohttp

    headers = {"Content-Type": "application/json", "Accept-Encoding": "identity", "User-Agent": "isocost"}
    if key:
        headers["Authorization"] = f"Bearer {key}"
    trace = aiohttp.TraceConfig()

    async def written(_session: object, context: Any, _chunk: object) -> None:  # noqa: ANN401 (of the library)
        attempt: Attempt | None = getattr(context.trace_request_ctx, "attempt", None)
        if attempt is not None:
            attempt.note_written()

    trace.on_request_chunk_sent.append(written)
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, ttl_dns_cache=300),
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_SECONDS),
        headers=headers,
        cookie_jar=aiohttp.DummyCookieJar(),
        trace_configs=[trace],
        trust_env=proxies,
        read_bufsize=1 << 20,
    )


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
