"""The scripted HTTP server: a real one, on the loopback, that speaks the OpenAI protocol, with a pace and faults on demand.

    python -m isocost.backends.scripted.http_server --port 0 --ttft-ms 20 --tpot-ms 5 --tokens 100 --at-once 64

prints its address on one line (`http://127.0.0.1:PORT/v1`) and serves until it is ended, or until its stdin closes where
`--with-parent` is given. It answers /v1/models, /v1/chat/completions and /v1/completions, whole or as a stream, and
/scripted/facts with its counters. Not covered: TLS, HTTP/2, requests with a chunked body.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import signal
import sys
import threading
from concurrent.futures import Future
from pathlib import Path
from types import TracebackType
from typing import Self

from isocost.backends.scripted.http_protocol import Connection, Serving
from isocost.backends.scripted.http_settings import FAULTS, ServerSettings, parse_fault, read_script
from isocost.errors import UsageError


class ScriptedServer:
    """The server in a thread of this process; a context manager that gives it running, and stops it."""

    def __init__(self, settings: ServerSettings, *, port: int = 0) -> None:
        self._serving = Serving(settings)
        self._port = port
        self._thread: threading.Thread | None = None
        self._ready: Future[str] = Future()
        self._stop: asyncio.Event
        self._loop: asyncio.AbstractEventLoop

    @property
    def url(self) -> str:
        """Its base address, as a client wants it."""
        return self._ready.result()

    def facts(self) -> dict[str, int]:
        """Its counters, as /scripted/facts has them."""
        return self._serving.facts()

    def __enter__(self) -> Self:
        """Start it; it listens when this returns."""
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="scripted-server", daemon=True)
        self._thread.start()
        self._ready.result()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop it; connections are cut."""
        self._loop.call_soon_threadsafe(self._stop.set)
        if self._thread is not None:
            self._thread.join()

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        try:
            url, server = await listen(self._serving, self._port)
        except OSError as error:
            self._ready.set_exception(error)
            return
        self._ready.set_result(url)
        await self._stop.wait()
        for listening in server.sockets:
            self._loop.remove_reader(listening.fileno())
        quiet = 0
        # Those just accepted become connections while the server is still open (a closed one loses them in the making,
        # their sockets left open), and all hear of their end before the loop ends.
        while quiet < 5:
            quiet = 0 if self._serving.connections else quiet + 1
            for connection in list(self._serving.connections):
                connection.close()
            await asyncio.sleep(0)
        server.close()


async def listen(serving: Serving, port: int) -> tuple[str, asyncio.Server]:
    """Listen on the loopback; port 0 lets the kernel choose."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(serving), "127.0.0.1", port, backlog=1024)
    return f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1", server


def main(arguments: list[str] | None = None) -> int:
    """Serve until a signal, or the end of stdin with `--with-parent`."""
    parser = argparse.ArgumentParser(prog="python -m isocost.backends.scripted.http_server", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--port", type=int, default=0, help="0 lets the kernel choose")
    parser.add_argument("--model", default="scripted")
    parser.add_argument("--ttft-ms", type=float, default=0.0, help="milliseconds to the first token")
    parser.add_argument("--tpot-ms", type=float, default=0.0, help="milliseconds for each further token")
    parser.add_argument("--tokens", type=int, default=16, help="tokens of a made-up answer")
    parser.add_argument("--at-once", type=int, help="most completions at once; more are answered by 429")
    parser.add_argument("--retry-after", help="value of Retry-After of such a 429")
    parser.add_argument("--loading-seconds", type=float, default=0.0, help="seconds of 503 after the start")
    parser.add_argument("--context-tokens", type=int, help="longest prompt and completion together")
    parser.add_argument("--script", type=Path, help='rows {"contains": "...", "completion": "..."}, one a line')
    parser.add_argument(
        "--fault", action="append", default=[], help=f"KIND[:FIRST-LAST][:SHARE]; KIND is one of {', '.join(FAULTS)}"
    )
    parser.add_argument("--no-chat", action="store_true", help="as a base model: only /v1/completions")
    parser.add_argument("--with-parent", action="store_true", help="stop when stdin closes")
    given = parser.parse_args(arguments)
    try:
        settings = ServerSettings(
            model=given.model,
            ttft_seconds=given.ttft_ms / 1000,
            tpot_seconds=given.tpot_ms / 1000,
            tokens=given.tokens,
            at_once=given.at_once,
            retry_after=given.retry_after,
            loading_seconds=given.loading_seconds,
            context_tokens=given.context_tokens,
            script=read_script(given.script.read_bytes()) if given.script else (),
            faults=tuple(parse_fault(text) for text in given.fault),
            chat=not given.no_chat,
        )
    except (UsageError, OSError) as error:
        parser.error(str(error))
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve_alone(settings, given.port, with_parent=given.with_parent))
    return 0


async def _serve_alone(settings: ServerSettings, port: int, *, with_parent: bool) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    url, _server = await listen(Serving(settings), port)
    sys.stdout.write(f"{url}\n")
    sys.stdout.flush()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if with_parent:
        loop.add_reader(0, lambda: None if os.read(0, 4096) else stop.set())
    await stop.wait()


if __name__ == "__main__":
    sys.exit(main())
