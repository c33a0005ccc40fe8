"""Parts of the tests of the openai backend: requests, and a backend on a scripted server."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from isocost.backends.address import parse_address
from isocost.backends.backend import Request
from isocost.backends.openai.server import OpenAIBackend
from isocost.backends.options import BackendOptions
from isocost.backends.scripted.http_server import ScriptedServer
from isocost.backends.scripted.http_settings import ServerSettings, parse_fault
from isocost.records import Prompt, PromptForm, SamplingParams

PROBES = 4
"""Completions that the probe asks a server for; faults of tests begin behind them."""
QUICK = BackendOptions(deadline_seconds=30.0, stall_seconds=0.3)


def requests(count: int, *, form: PromptForm = PromptForm.chat, logprobs: bool = False) -> Iterator[Request]:
    """Requests, all different."""
    for number in range(count):
        prompt = Prompt(id=f"p{number}", problem_id="P/0", template="t", text=f"question {number}", form=form)
        params = SamplingParams(temperature=0.8, max_tokens=50, seed=number)
        yield Request(id=f"r{number}", prompt=prompt, params=params, logprobs=logprobs)


@contextmanager
def asked(
    *faults: str, options: BackendOptions = QUICK, settings: ServerSettings | None = None
) -> Iterator[tuple[OpenAIBackend, ScriptedServer]]:
    """A backend on a server with faults."""
    settings = settings or ServerSettings(ttft_seconds=0.001, tpot_seconds=0.0005)
    settings = msgspec.structs.replace(settings, faults=tuple(parse_fault(text) for text in faults))
    with ScriptedServer(settings) as server, backend_on(server.url, options=options) as backend:
        yield backend, server


def backend_on(*urls: str, model: str = "scripted", options: BackendOptions = QUICK) -> OpenAIBackend:
    """A backend on servers."""
    return OpenAIBackend(parse_address(f"{','.join(urls)}#{model}"), options)


def comes_to_rest(server: ScriptedServer) -> bool:
    """Whether nothing is on its way at the server any more, once it heard of connections that were closed."""
    until = time.monotonic() + 10
    while server.facts()["running"] and time.monotonic() < until:
        time.sleep(0.01)
    return server.facts()["running"] == 0
