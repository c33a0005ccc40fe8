"""Short names of models for charts: what all names share stands once in the title of the legend."""

from __future__ import annotations

import re
from collections.abc import Sequence

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


def _alike(rows: list[list[str]]) -> int:
    """How many pieces all rows begin with."""
    least = min(len(row) for row in rows)
    return next((place for place in range(least) if len({row[place] for row in rows}) > 1), least)
