"""What a user types for a model: `[NAME=]WHERE`, and which backend that means.

http://127.0.0.1:8080/v1#qwen2.5-coder-7b       a model of an OpenAI-compatible server (`openai`)
http://a:8000/v1,http://b:8000/v1#MODEL         the same model on several, used evenly
models/coder-0.5b.q4_0.gguf                     a GGUF file, served by llama.cpp (`llamacpp`)
llamacpp:OWNER/REPO/FILE.gguf                   a GGUF file of the Hugging Face Hub
hf:Qwen/Qwen2.5-Coder-0.5B-Instruct             a Hub model or a folder, in this process (`transformers`)
vllm:Qwen/Qwen2.5-Coder-7B-Instruct             the same by vLLM
replay:samples.jsonl                            recorded samples, given out again
scripted:right                                  made-up answers, always the same ones
"""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Final
from urllib.parse import urlsplit

from isocost.errors import UsageError
from isocost.records import Record

PREFIXES: Final = {
    "hf": "transformers",
    "transformers": "transformers",
    "vllm": "vllm",
    "llamacpp": "llamacpp",
    "replay": "replay",
    "scripted": "scripted",
}
"""Prefixes of an address, each with its backend; a URL and a .gguf file need none."""

_ANSWERS_NOTHING: Final = frozenset({"wait", "gone"})
"""Knobs of a scripted model that change no answer and no stated time."""
_NAME = re.compile(r"(?P<name>[^=/:#]+)=(?P<where>.+)", re.DOTALL)


class ModelAddress(Record, frozen=True):
    """A model and where it is."""

    name: str
    """What the model is called in runs and reports."""
    backend: str
    """Name of the backend."""
    target: str
    """What the backend calls it: a server's model name, a path, a Hub id."""
    base_urls: tuple[str, ...] = ()
    """Servers that have it, for `openai`; without credentials."""


def served_as(address: ModelAddress) -> str:
    """Backend, and what it calls the model: what may not change within a run. Where a server or a file is may change.

    >>> served_as(parse_address("small=http://127.0.0.1:8080/v1#qwen")), served_as(parse_address("a=models/a.gguf"))
    ('openai:qwen', 'llamacpp:a.gguf')
    >>> served_as(parse_address("a=scripted:steps?right=0.6&wait=0.1"))
    'scripted:steps?right=0.6'
    """
    target = address.target
    if address.backend == "scripted":
        script, _, knobs = target.partition("?")
        kept = [knob for knob in knobs.split("&") if knob and knob.partition("=")[0] not in _ANSWERS_NOTHING]
        target = PurePath(script).name + (f"?{'&'.join(kept)}" if kept else "")
    elif address.backend in {"llamacpp", "replay"} or target.startswith(("/", ".")):
        target = PurePath(target).name
    return f"{address.backend}:{target}"


def parse_address(text: str) -> ModelAddress:
    """Read what was typed.

    Raises UsageError for what is no address; the text says what one looks like.

    >>> parse_address("small=http://127.0.0.1:8080/v1#qwen").base_urls
    ('http://127.0.0.1:8080/v1',)
    >>> parse_address("models/coder-0.5b.gguf")
    ModelAddress(name='coder-0.5b', backend='llamacpp', target='models/coder-0.5b.gguf', base_urls=())
    >>> parse_address("hf:Qwen/Qwen2.5-Coder-0.5B").name
    'Qwen2.5-Coder-0.5B'
    """
    named = _NAME.fullmatch(text.strip())
    name, where = (named["name"].strip(), named["where"].strip()) if named else ("", text.strip())
    if where.startswith(("http://", "https://")):
        return _server(name, where)
    prefix, colon, target = where.partition(":")
    if not (colon and prefix in PREFIXES):
        prefix, target = "llamacpp" if where.endswith(".gguf") else "", where
    if not prefix or not target:
        raise UsageError(
            f"{text[:120]!r} is no model; expected http://HOST/v1#MODEL, a .gguf file, or one of "
            f"{', '.join(f'{known}:…' for known in PREFIXES)}, with NAME= before it if you like"
        )
    plain = PurePath(target).name.removesuffix(".gguf").removesuffix(".gz").removesuffix(".jsonl")
    return ModelAddress(name=name or plain or target, backend=PREFIXES[prefix], target=target)


def _server(name: str, where: str) -> ModelAddress:
    urls, _, model = where.partition("#")
    base_urls = tuple(dict.fromkeys(url.strip().rstrip("/") for url in urls.split(",") if url.strip()))
    for url in base_urls:
        _require_server(url)
    if not model:
        raise UsageError(
            f"{where[:120]!r} names no model; type it behind a #, as in {base_urls[0][:80]}#MODEL "
            "(`curl …/models` lists those that a server has)"
        )
    return ModelAddress(name=name or PurePath(model).name or model, backend="openai", target=model, base_urls=base_urls)


def _require_server(url: str) -> None:
    """Refuse what is no address, and what may hold a secret, which is not repeated. Raises UsageError."""
    try:
        parts = urlsplit(url)
        found = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        secret = bool(parts.username or parts.password or parts.query)
    except ValueError:  # brackets that do not close, a port that is none
        found, secret = False, "@" in url or "?" in url
    if secret:
        raise UsageError(
            "a server's address must hold no user, no password and nothing behind a ?; put the key into OPENAI_API_KEY, or "
            "into the variable that --api-key-env names"
        )
    if not found:
        raise UsageError(f"{url[:120]!r} is no address of a server; expected one such as http://127.0.0.1:8080/v1")
