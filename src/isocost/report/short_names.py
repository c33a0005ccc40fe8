"""Short names of models for charts and tables: what all names share is left out; one table has both."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from isocost.study.answering.result import Result

_FIELDS = ("model", "other", "runner_up", "a", "b")
_PIECES = re.compile(r"[-_/ ]|[^-_/ ]+")


def short_names(names: Sequence[str]) -> dict[str, str]:
    """Names without the pieces that all of them begin and end with; as they are where that leaves nothing.

    >>> short_names(["Qwen2.5-Coder-1.5B-Instruct", "Qwen2.5-Coder-7B-Instruct"])
    {'Qwen2.5-Coder-1.5B-Instruct': '1.5B', 'Qwen2.5-Coder-7B-Instruct': '7B'}
    >>> short_names(["StarCoder", "Code Llama"])
    {'StarCoder': 'StarCoder', 'Code Llama': 'Code Llama'}
    """
    pieces = [_PIECES.findall(name) for name in names]
    if len(pieces) < 2:
        return {name: name for name in names}
    front = _alike(pieces)
    back = _alike([row[front:][::-1] for row in pieces])
    found = {name: "".join(row[front : len(row) - back]).strip("-_/ ") for name, row in zip(names, pieces, strict=True)}
    return found if all(found.values()) else {name: name for name in names}


def shortened(result: Result) -> Result:
    """The same result with models by their short names, its list of models excepted."""
    names = short_names([model.name for model in result.models])
    changed = {}
    for field in result.__struct_fields__:
        value = getattr(result, field)
        if field != "models" and isinstance(value, tuple):
            changed[field] = tuple(_renamed(part, names) for part in value)
    return msgspec.structs.replace(result, **changed)


def _renamed(part: object, names: dict[str, str]) -> object:
    if not isinstance(part, msgspec.Struct):
        return part
    there = {field: getattr(part, field) for field in _FIELDS if field in part.__struct_fields__}
    return msgspec.structs.replace(part, **{field: names.get(value, value) for field, value in there.items()})


def _alike(rows: list[list[str]]) -> int:
    """How many pieces all rows begin with."""
    least = min(len(row) for row in rows)
    return next((place for place in range(least) if len({row[place] for row in rows}) > 1), least)
