"""Finding what a file says of a problem, though it may write the problem's id in another way than benchmarks do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

V = TypeVar("V")


def spelt(raw_id: str | int) -> str:
    """A problem's id without regard to case, and a number as its digits: the key that `find` looks for."""
    return str(raw_id).casefold()


def find(values: Mapping[str, V], problem_id: str) -> V | None:
    """Return the value of a problem, by `spelt` ids; a bare number stands for any problem whose id ends with /number.

    >>> texts = {spelt("Mbpp/11"): "a", spelt(12): "b"}
    >>> find(texts, "MBPP/11"), find(texts, "MBPP/12"), find(texts, "MBPP/13")
    ('a', 'b', None)
    """
    key = spelt(problem_id)
    return values.get(key, values.get(key.rpartition("/")[2]))
