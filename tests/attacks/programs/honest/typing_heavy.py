# coding: only-inside-the-sandbox
"""Is typed to the last word.

outcome: passed
"""

from __future__ import annotations

import collections.abc
from typing import Any, Callable, Dict, Generic, List, NamedTuple, Optional, Protocol, Tuple, TypedDict, TypeVar, Union, overload

T = TypeVar("T", bound=Union[int, float])


class Adds(Protocol[T]):
    def __call__(self, a: T, b: T) -> T: ...


class Pair(NamedTuple):
    a: int
    b: Optional[int] = None


class Named(TypedDict, total=False):
    pair: Pair


class Box(Generic[T]):
    def __init__(self, value: T) -> None:
        self.value: T = value


@overload
def add(a: int, b: int) -> int: ...
@overload
def add(a: float, b: float) -> float: ...
def add(a: Any, b: Any) -> Any:
    boxes: List[Box[int]] = [Box(a), Box(b)]
    named: Named = {"pair": Pair(*(box.value for box in boxes))}
    table: Dict[str, Callable[[Tuple[int, ...]], int]] = {"sum": sum}
    return table["sum"](tuple(named["pair"]))
