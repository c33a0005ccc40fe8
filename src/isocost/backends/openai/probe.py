"""What a server really honours, found by a few requests of a few tokens: that a field was accepted proves nothing.

The probe's prompt is its own and shares no beginning with a real one, so that no cache is warmed for what is measured.
"""

from __future__ import annotations

import asyncio
import difflib
import random
from collections.abc import Awaitable, Callable
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec

from isocost.backends.backend import Request
from isocost.backends.openai.asking import MOST_BROKEN
from isocost.backends.openai.attempt import Attempt, Patience, read_body
from isocost.backends.openai.body import OPTIONAL, Dialect, body_of, path_of
from isocost.backends.openai.collecting import Collecting, decoded
from isocost.backends.openai.troubles import (
    BusyError,
    RefusedError,
    ServerFailedError,
    TroubleError,
    cleaned,
    refusal,
    trouble,
)
from isocost.errors import BackendError
from isocost.records import Prompt, PromptForm, Record, SamplingParams

if TYPE_CHECKING:
    import aiohttp

    from isocost.backends.options import BackendOptions

T = TypeVar("T")
_TEXT: Final = "Zebra, quartz, and five other odd words:"
_TOKENS: Final = 8
_MOST_BYTES: Final = 16 << 20
_GET_SECONDS: Final = 10.0
_ENGINES: Final = {"llamacpp": "llama.cpp", "vllm": "vLLM", "library": "Ollama", "organization_owner": "LM Studio"}
"""Engines by the owner that they name in /models."""


class Found(Record, frozen=True):
    """What was found out about one server."""

    model: str
    """What it calls the model."""
    dialect: Dialect = Dialect()
    """How it wants to be asked."""
    capabilities: dict[str, bool] = msgspec.field(default_factory=dict)
    """What it honours."""
    unknown: dict[str, str] = msgspec.field(default_factory=dict)
    """Why something could not be found out, by the name of the capability."""
    engine: str | None = None
    """What it is."""
    engine_version: str | None = None
    """Its version."""
    context_tokens: int | None = None
    """Longest prompt and completion together."""
    slots: int | None = None
    """How many requests it works on at once, where it says so."""


class UnreachableError(Exception):
    """There is no server; its text says why."""


class Probe:
    """Finds out about one server; `run` once."""

    def __init__(
        self, session: aiohttp.ClientSession, url: str, target: str, options: BackendOptions, key: str | None
    ) -> None:
        self._session, self._url, self._target, self._options, self._key = session, url, target, options, key
        self._rng = random.Random(f"{options.seed} {url}")
        self._form = PromptForm.chat
        self._dialect = Dialect()

    async def run(self) -> Found:
        """Ask it.

        Raises UnreachableError where nobody listens, BackendError where the key or the model is refused, or it never
        comes to answer.
        """
        listed = await self._patiently(lambda: self._get("/models"))
        found = await self._identity(listed)
        if found.engine == "llama.cpp":
            self._dialect = Dialect(cache_prompt=self._options.prompt_cache)
        first = await self._first(found.model)
        again, other = await self._ask(found.model, seed=1), await self._ask(found.model, seed=2)
        capabilities = {
            "chat": self._form is PromptForm.chat,
            "usage_in_stream": first.usage is not None,
            "logprobs": first.logprob is not None,
            "cached_tokens": again.cached_tokens is not None,
            "n": await self._gives_several(found.model),
        }
        unknown = {}
        if self._form is PromptForm.chat:
            capabilities["max_completion_tokens"] = self._dialect.limit_field == "max_completion_tokens"
        if "seed" in self._dialect.refused or first.text != again.text:
            capabilities["seed"] = False
        elif first.text != other.text:
            capabilities["seed"] = True
        else:
            unknown["seed"] = "two seeds gave the same text as one seed twice"
        return msgspec.structs.replace(found, dialect=self._dialect, capabilities=capabilities, unknown=unknown)

    # --- what it says of itself

    async def _identity(self, listed: tuple[int, Any]) -> Found:
        status, document = listed
        rows = document.get("data") if isinstance(document, dict) else None
        rows = [row for row in rows or () if isinstance(row, dict) and isinstance(row.get("id"), str)]
        if status != 200 or not rows:
            return Found(model=self._target)  # without a list, the first request tells
        row = self._listed_row(rows)
        owner = row.get("owned_by")
        engine = _ENGINES.get(owner) or self._text(owner) if isinstance(owner, str) else None
        found = Found(model=row["id"], engine=engine, context_tokens=_whole(row.get("max_model_len")))
        if engine == "llama.cpp":
            _, props = await self._get("/props", below_v1=False)
            settings = props.get("default_generation_settings") if isinstance(props, dict) else None
            if isinstance(props, dict) and isinstance(settings, dict):
                found = msgspec.structs.replace(
                    found,
                    engine_version=self._text(props.get("build_info")),
                    context_tokens=_whole(settings.get("n_ctx")),
                    slots=_whole(props.get("total_slots")),
                )
        elif engine in {"vLLM", "Ollama"}:
            _, told = await self._get("/version" if engine == "vLLM" else "/api/version", below_v1=False)
            version = told.get("version") if isinstance(told, dict) else None
            found = msgspec.structs.replace(found, engine_version=self._text(version))
        return found

    def _listed_row(self, rows: list[dict[str, Any]]) -> dict[str, Any]:
        """The model among those listed: by its name, its file's name, or its name without `:latest`."""
        for row in rows:
            file = PurePath(row["id"]).name
            called = {row["id"], file, file.removesuffix(".gguf"), row["id"].removesuffix(":latest")}
            if self._target in called | {name for name in row.get("aliases") or () if isinstance(name, str)}:
                return row
        names = [cleaned(row["id"], self._key)[:80] for row in rows]
        near = difflib.get_close_matches(self._target, names, n=3, cutoff=0.4) or names[:3]
        more = f" and {len(names) - len(near)} more" if len(names) > len(near) else ""
        raise BackendError(
            f"{self._url} does not have {self._target[:80]!r}; it has {', '.join(near)}{more}: type {self._url}#{near[0]}"
        )

    async def _get(self, path: str, *, below_v1: bool = True) -> tuple[int, Any]:
        """Status and JSON of a GET; None for what is no JSON. Raises as `run`, TroubleError for a server not yet there."""
        import aiohttp

        url = (self._url if below_v1 else self._url.removesuffix("/v1")) + path
        try:
            async with asyncio.timeout(_GET_SECONDS), self._session.get(url, allow_redirects=False) as response:
                body = await read_body(response.content, _MOST_BYTES)
                status, retry_after = response.status, response.headers.get("Retry-After")
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise UnreachableError(cleaned(str(getattr(error, "os_error", error)), self._key)) from None
        except TimeoutError:
            raise ServerFailedError(f"silence for {_GET_SECONDS:g} s") from None
        except (aiohttp.ClientError, OSError) as error:
            raise ServerFailedError(f"the connection broke ({cleaned(str(error), self._key)})") from None
        if status in {401, 403} or status >= 500 or status == 429:
            raise trouble(status, retry_after, body, self._key)
        try:
            return status, msgspec.json.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return status, None

    # --- what it does

    async def _first(self, model: str) -> Collecting:
        """The first completion; what the server refuses on the way is changed or left out from then on."""
        while True:
            try:
                return await self._ask(model, seed=1)
            except RefusedError as refused:
                self._adapt(refused, model)

    def _adapt(self, refused: RefusedError, model: str) -> None:
        said, old = refused.words, self._dialect
        # One at a time, what changes no answer first: a server may name all that it knows beside what it refuses.
        named = next((name for name in OPTIONAL if name in said and name not in old.refused), None)
        chat = self._form is PromptForm.chat
        if chat and "max_completion_tokens" in said and old.limit_field == "max_tokens":
            self._dialect = msgspec.structs.replace(old, limit_field="max_completion_tokens")
        elif refused.status in {400, 422} and named:
            self._dialect = msgspec.structs.replace(old, refused=old.refused | {named})
        elif chat and (refused.status in {404, 405, 501} or "chat template" in said) and "does not exist" not in said:
            self._form = PromptForm.completion
        else:
            raise self._refusal(refused, model)

    async def _ask(self, model: str, *, seed: int) -> Collecting:
        request = Request(
            id="probe",
            prompt=Prompt(id="probe", problem_id="", template="probe", text=_TEXT, form=self._form),
            params=SamplingParams(max_tokens=_TOKENS, seed=seed),
            logprobs=True,
        )
        body = body_of(request, model, self._dialect)
        patience = Patience(first=self._options.deadline_seconds, stall=self._options.stall_seconds)

        async def once() -> Collecting:
            attempt = Attempt(self._session, self._key, patience)
            return await attempt.run(self._url + path_of(self._form), body, lambda: None)

        return await self._patiently(once)

    async def _gives_several(self, model: str) -> bool:
        """Whether two choices come when two are asked for."""
        body: dict[str, Any] = {"model": model, "n": 2, "max_tokens": 2}
        if self._form is PromptForm.chat:
            body[self._dialect.limit_field] = body.pop("max_tokens")
            body["messages"] = [{"role": "user", "content": _TEXT}]
        else:
            body["prompt"] = _TEXT

        async def once() -> bool:
            url = self._url + path_of(self._form)
            async with self._session.post(url, json=body, allow_redirects=False) as response:
                told = await read_body(response.content, _MOST_BYTES)
                if response.status != 200:
                    raise trouble(response.status, response.headers.get("Retry-After"), told, self._key)
            return len(decoded(told).choices or ()) == 2

        try:
            return await self._patiently(once)
        except RefusedError:
            return False

    async def _patiently(self, work: Callable[[], Awaitable[T]]) -> T:
        """Do it again until it works: a server may still be loading. Other troubles are given a few tries.

        Raises BackendError when the time is up, RefusedError and UnreachableError as they come.
        """
        import aiohttp

        loop, pause, broken = asyncio.get_running_loop(), 0.1, 0
        begun = loop.time()
        while True:
            trouble_seen: TroubleError
            try:
                async with asyncio.timeout(max(0.01, self._options.deadline_seconds - (loop.time() - begun))):
                    return await work()
            except TroubleError as error:
                trouble_seen = error
            except TimeoutError:
                trouble_seen = ServerFailedError("it was still on its way")
            except aiohttp.ClientError as error:
                trouble_seen = ServerFailedError(f"the connection broke ({cleaned(str(error), self._key)})")
            broken += not isinstance(trouble_seen, BusyError)  # what loads says so; what is no such server stays broken
            asked = trouble_seen.retry_after if isinstance(trouble_seen, BusyError) else None
            wait = asked if asked is not None else pause * self._rng.uniform(0.5, 1.0)
            if broken >= MOST_BROKEN or loop.time() - begun + wait > self._options.deadline_seconds:
                raise BackendError(
                    f"{self._url} does not come to answer: {trouble_seen}; see the server's log, or check the address, "
                    "which usually ends with /v1"
                )
            await asyncio.sleep(wait)
            pause = min(2.0, 2 * pause)

    def _text(self, value: object) -> str | None:
        """A word of the server's, as it may stand in a file."""
        return cleaned(value, self._key)[:80] or None if isinstance(value, str) else None

    def _refusal(self, refused: RefusedError, model: str) -> BackendError:
        return refusal(
            refused,
            url=self._url,
            model=model,
            api_key_env=self._options.api_key_env,
            has_key=self._key is not None,
            path=path_of(self._form),
        )


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None
