"""The `openai` backend: any server that speaks the OpenAI protocol, by one base address or several."""

from __future__ import annotations

import asyncio
import os
import weakref
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Final, Self, TypeVar

import msgspec

from isocost.backends.address import ModelAddress
from isocost.backends.backend import Reply, Request
from isocost.backends.openai.asking import Asking
from isocost.backends.openai.background import Background
from isocost.backends.openai.endpoints import Endpoint, Endpoints
from isocost.backends.openai.probe import Found, Probe, UnreachableError
from isocost.backends.openai.troubles import RefusedError, refusal
from isocost.backends.options import BackendOptions
from isocost.errors import BackendError, UsageError
from isocost.records import Conditions

T = TypeVar("T")
_NOT_TOLD: Final = "a server of the OpenAI protocol does not tell"


class OpenAIBackend:
    """A model behind one or several servers. The key is read from the environment on entering, and kept nowhere else."""

    def __init__(self, address: ModelAddress, options: BackendOptions) -> None:
        self._address, self._options = address, options
        self._background = Background()
        self._endpoints = Endpoints([Endpoint(url, options.concurrency) for url in address.base_urls])
        self._found: dict[str, Found] = {}
        self._askings: weakref.WeakSet[Asking] = weakref.WeakSet()

    def __enter__(self) -> Self:
        """Reach the servers and find out what they honour; one that is loading is waited for."""
        key = self._key()
        self._background.start(key, self._address.base_urls)
        try:
            self._found = self._background.run(self._probe_all(key))
        except BaseException:
            self._background.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give up what is in flight; nothing is left behind."""
        self._background.stop()

    def conditions(self) -> Conditions:
        """What the servers tell of themselves; of several, what all agree on."""
        found = list(self._found.values())
        names = {name for one in found for name in one.capabilities}
        known = {name for name in names if all(name in one.capabilities for one in found)}
        capabilities = {name: all(one.capabilities[name] for one in found) for name in sorted(known)}
        absent = {"device": _NOT_TOLD, "dtype": _NOT_TOLD, "threads": _NOT_TOLD}
        for one in found:
            absent |= {f"capabilities.{name}": why for name, why in one.unknown.items()}
        told = Conditions(
            host={},
            backend="openai",
            engine=_agreed([one.engine for one in found]),
            engine_version=_agreed([one.engine_version for one in found]),
            devices=len(self._endpoints.all),
            context_tokens=min((one.context_tokens for one in found if one.context_tokens), default=None),
            prompt_cache=_agreed([one.dialect.cache_prompt for one in found]),
            capabilities=capabilities,
        )
        names = {"engine", "engine_version", "context_tokens", "prompt_cache"}
        absent |= {name: _NOT_TOLD for name in sorted(names) if getattr(told, name) is None}
        return msgspec.structs.replace(told, absent=absent)

    def pids(self) -> tuple[int, ...]:
        """None: who started the servers knows them."""
        return ()

    def replies(self, requests: Iterable[Request]) -> Iterator[Reply]:
        """Yield one reply for each request, as they come; see `Backend.replies`."""
        asking = Asking(self._background, self._endpoints, self._options, self._key())
        self._askings.add(asking)
        return asking.replies(iter(requests))

    def abandon(self, error: BackendError) -> None:
        """End all asking by `error`: for who knows that the server will not come back. May be called in any thread."""
        for asking in list(self._askings):
            asking.abandon(error)

    def _key(self) -> str | None:
        """The key. Raises UsageError for one that no header may hold."""
        name = self._options.api_key_env
        key = os.environ.get(name, "").strip()
        if not key.isprintable():
            raise UsageError(
                f"the key in the environment variable {name[:60]} holds a line break or another control character; "
                "put the key alone into it, or name another variable with --api-key-env"
            )
        return key or None

    async def _probe_all(self, key: str | None) -> dict[str, Found]:
        """Probe all servers at once; those that are not there are left out, and tried again later.

        Raises BackendError where none is there, or one of them refuses.
        """
        results = await asyncio.gather(*(self._probe(one, key) for one in self._endpoints.all), return_exceptions=True)
        found: dict[str, Found] = {}
        gone: dict[str, str] = {}
        for endpoint, result in zip(self._endpoints.all, results, strict=True):
            if isinstance(result, UnreachableError):
                gone[endpoint.url] = str(result)
            elif isinstance(result, BaseException):
                raise result
            else:
                found[endpoint.url] = result
        if not found:
            url, why = next(iter(gone.items()))
            raise BackendError(
                f"no server answers at {url} ({why}); start one, for example `llama-server -m MODEL.gguf --port 8080`, "
                "or correct the address in http://HOST:PORT/v1#MODEL"
            )
        now = asyncio.get_running_loop().time()
        for endpoint in self._endpoints.all:
            if endpoint.url in gone:
                endpoint.failed(gone[endpoint.url], now, unreachable=True)
            known = found.get(endpoint.url) or next(iter(found.values()))
            endpoint.model, endpoint.dialect = known.model, known.dialect
            if known.slots is not None and self._options.concurrency is None:
                endpoint.governor.lower_ceiling(known.slots)
        return found

    async def _probe(self, endpoint: Endpoint, key: str | None) -> Found:
        try:
            return await Probe(self._background.session, endpoint.url, self._address.target, self._options, key).run()
        except RefusedError as refused:
            raise refusal(
                refused,
                url=endpoint.url,
                model=self._address.target,
                api_key_env=self._options.api_key_env,
                has_key=key is not None,
                path="/models",
            ) from None


def _agreed(values: list[T | None]) -> T | None:
    """The value that all have; None where they differ."""
    return values[0] if values and all(value == values[0] for value in values) else None
