"""Reads one row of a samples file: which problem it answers, and with which texts.

    task_id + completion | solution       human-eval, EvalPlus; the id a string or a whole number
    task_id + samples: [...]              EvalPlus
    task_id | id + completion: [...]      CodeEval-Pro's results.jsonl, one text or several
    prompt + samples: [...]               CodeT, without an id
    problem_id + completion               isocost's own samples.jsonl

Keys not named here are left alone. Texts are taken as they come, lone surrogates included.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import msgspec

from isocost.errors import SamplesError

TEXT_KEYS = ("solution", "completion", "samples")
"""Where texts stand; of several in one row the first counts, as EvalPlus does it."""
ID_KEYS = ("task_id", "problem_id", "id")
"""Where the problem's id stands; of several, the first counts."""
IDENTIFIER_KEYS = ("_identifier", "sample_id")
"""Where a row may name itself."""

_EXPECTED = "`task_id` with `completion`, `solution` or `samples`, or `prompt` with one of these"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row, not yet joined to a problem."""

    raw_id: str | int | None
    """The problem's id as written; None where the row has only a prompt."""
    identifier: str | int | None
    """The row's own name, if it has one."""
    prompt: str | None
    """The prompt, if the row carries it."""
    model: str | None
    """The model's name, if the row carries it."""
    text_key: str
    """The key that the texts stood under."""
    texts: list[str]
    """The model's texts, in order."""

    @property
    def shape(self) -> str:
        """Which keys were read, as `task_id + completion`."""
        return f"{'prompt' if self.raw_id is None else 'task_id'} + {self.text_key}"


def parse_row(data: bytes) -> Row:
    """Read one row from its JSON.

    Raises SamplesError with the reason alone; whoever knows the file and the place puts them in front.
    """
    members = _members(data)
    key, texts = _texts(members)
    raw_id = _id(members, ID_KEYS)
    prompt = members.get("prompt")
    if not isinstance(prompt, str):
        prompt = None  # chats and token ids; the id says which problem this is
    if raw_id is None and prompt is None:
        raise SamplesError(f"names no problem: its keys are {_keys(members)}; expected {_EXPECTED}")
    model = members.get("model")
    return Row(
        raw_id=raw_id,
        identifier=_id(members, IDENTIFIER_KEYS),
        prompt=prompt,
        model=model if isinstance(model, str) and model.strip() else None,
        text_key=key,
        texts=texts,
    )


def shown(value: object) -> str:
    """Untrusted text for a message: escaped, in quotes, cut to about 80 characters."""
    text = repr(value[:80] if isinstance(value, str) else value)
    return text if len(text) <= 80 else f"{text[:77]}…"


def _members(data: bytes) -> dict[str, object]:
    if b"\0" in data:
        position = data.index(b"\0")
        before = shown(data[max(0, position - 20) : position].decode("utf-8", "replace"))
        raise SamplesError(f"holds NUL bytes (the first is byte {position}, after {before}); expected JSON text")
    try:
        value = msgspec.json.decode(data)
    except RecursionError as error:
        raise SamplesError("is nested too deeply; expected a flat JSON object") from error
    except ValueError:
        value = _lenient(data)
    if not isinstance(value, dict):
        raise SamplesError(f"is no JSON object but {shown(value)}; expected {_EXPECTED}")
    return value


def _lenient(data: bytes) -> object:
    """Read once more by Python's own reader, which knows lone surrogates and NaN, and says best what is wrong."""
    try:
        return json.loads(data.decode())
    except UnicodeDecodeError as error:
        byte = data[error.start]
        raise SamplesError(f"is not UTF-8 (byte {error.start} is 0x{byte:02x}); expected JSON in UTF-8") from error
    except json.JSONDecodeError as error:
        reason = f"is not JSON ({error.msg}, column {error.colno}): {shown(data[:80].decode('utf-8', 'replace'))}"
        raise SamplesError(f"{reason}; expected one JSON object a line") from error
    except (ValueError, RecursionError) as error:
        raise SamplesError(f"cannot be read as JSON ({error}); expected a flat JSON object") from error


def _texts(members: dict[str, object]) -> tuple[str, list[str]]:
    key = next((key for key in TEXT_KEYS if members.get(key) is not None), None)
    if key is None:
        empty = next((key for key in TEXT_KEYS if key in members), None)
        seen = f"its keys are {_keys(members)}" if empty is None else f"its {empty} is null"
        raise SamplesError(f"holds no text of a model: {seen}; expected {_EXPECTED}")
    value = members[key]
    if isinstance(value, str):
        return key, [value]
    if not isinstance(value, list):
        raise SamplesError(f"its {key} is {shown(value)}; expected a string or a list of strings")
    for position, text in enumerate(value):
        if not isinstance(text, str):
            raise SamplesError(f"its {key}[{position}] is {shown(text)}; expected a string")
    return key, value


def _id(members: dict[str, object], keys: tuple[str, ...]) -> str | int | None:
    for key in keys:
        value = members.get(key)
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise SamplesError(f"its {key} is {shown(value)}; expected a string or a whole number")
        return value
    return None


def _keys(members: dict[str, object]) -> str:
    names = [shown(name) for name in list(members)[:6]]
    return ", ".join(names) + (", …" if len(members) > 6 else "") if names else "none"
