# coding: only-inside-the-sandbox
"""Uses protocols, generics, typed dicts, literals and casts.

outcome: passed
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Generic, Literal, NamedTuple, Protocol, TypedDict, TypeVar, cast, get_type_hints, overload

T = TypeVar("T", int, float)


class Adds(Protocol[T]):
    def add(self, other: T) -> T: ...


class Options(TypedDict, total=False):
    sign: Literal[1, -1]


class Pair(NamedTuple):
    a: int
    b: int = 0


@dataclass(frozen=True, order=True, slots=True)
class Sum(Generic[T]):
    parts: list[T] = field(default_factory=list)


@overload
def add(a: int, b: int) -> int: ...
@overload
def add(a: float, b: float) -> float: ...
def add(a, b):
    get_type_hints(Options)
    return cast(int, sum(Sum([*Pair(a, b)]).parts))
