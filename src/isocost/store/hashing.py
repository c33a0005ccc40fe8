"""Names by content: the same thing gets the same id on every machine, at every time.

Ids are the first 32 hex digits (128 bits) of a SHA-256: short enough to read in a table, and among a thousand million
ids the odds that two agree by chance are below 1 in 10^20. Whole texts keep all 64 digits, since their authors are not
trusted and verdicts are looked up by them.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

import msgspec

from isocost.records import SamplingParams

ID_DIGITS = 32


def canonical_json(value: object) -> bytes:
    r"""One JSON text for one value: sorted keys, no spaces, no escapes beyond those that JSON demands.

    Takes records and what JSON knows (dict with str keys, list, tuple, str, int, float, bool, None), nested. Equal
    values give equal bytes, except that 1 and 1.0 differ, as their JSON does. Lone surrogates are written as their
    three generalised UTF-8 bytes: `\u` escapes would give a pair of lone surrogates and the character they encode the
    same bytes, and then two texts would share an id.

    Raises TypeError for any other type (sets and bytes have no one JSON form), ValueError for NaN and infinities.
    """
    plain = _plain(value)
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8", "surrogatepass")


def content_id(value: object) -> str:
    """Id of a value: the first 32 hex digits of the SHA-256 of its canonical JSON."""
    return hashlib.sha256(canonical_json(value)).hexdigest()[:ID_DIGITS]


def text_sha256(text: str) -> str:
    """SHA-256 of a text's UTF-8 bytes, 64 hex digits; lone surrogates count as their three generalised UTF-8 bytes."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def prompt_id(problem_id: str, template: str, text: str, form: str | None = None, system: str = "") -> str:
    """Id of a prompt: the hash of the problem, the template's name, the whole text, and its form where that is known."""
    how = [] if form is None else [form, system]
    return content_id(["prompt", problem_id, template, text, *how])


def sample_id(problem_id: str, prompt_id: str | None, model: str, params: SamplingParams | None, draw: int) -> str:
    """Id of a sample: the hash of what it was drawn from, never of what came out.

    Parameters that are not known do not enter, so that a parameter which a later version adds leaves old ids alone;
    whole numbers count as the floats that they stand for (temperature 0 is 0.0).
    """
    known: dict[str, Any] | None = None
    if params is not None:
        as_declared = msgspec.convert(msgspec.to_builtins(params), SamplingParams)
        fields = msgspec.structs.asdict(as_declared).items()
        known = {name: value for name, value in fields if value is not None and value != ()}
    return content_id(["sample", problem_id, prompt_id, model, known, draw])


def _plain(value: object) -> object:
    """Copy `value` into plain JSON types; refuse what JSON would have to bend."""
    if isinstance(value, msgspec.Struct):
        return _plain(msgspec.to_builtins(value))
    if value is None or isinstance(value, (str, int, float)):
        return value
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        for key in value:
            if not isinstance(key, str):
                message = f"a key of type {type(key).__name__} has no canonical JSON; expected str: convert keys first"
                raise TypeError(message)
        return {key: _plain(item) for key, item in value.items()}
    message = (
        f"a {type(value).__name__} has no canonical JSON; expected a record, dict, list, str, number, bool or None"
    )
    raise TypeError(message)
