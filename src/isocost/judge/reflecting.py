"""In-place changes: what a program made of the tests' own objects is done to these objects again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def reflect(before: object, after: object) -> object:
    """Change a value in place to what the program made of it, and return what now stands in its place.

    Containers keep their identity, and so does all in them that did not change. Kinds count and not only equality: 1
    that became True or 1.0 is a change, and so is another order of a dict. Not covered: whether a container in a list
    was moved or changed; it is taken to have stayed where it was.
    """
    kind = type(before)
    if kind is not type(after):
        return after
    reflect_into = _INTO.get(kind)
    if reflect_into is not None:
        reflect_into(before, after)
        return before
    return before if before == after and repr(before) == repr(after) else after


def _list(before: Any, after: Any) -> None:
    shared = min(len(before), len(after))
    before[:] = [
        *(reflect(old, new) for old, new in zip(before[:shared], after[:shared], strict=True)),
        *after[shared:],
    ]


def _tuple(before: Any, after: Any) -> None:
    if len(before) == len(after):
        for old, new in zip(before, after, strict=True):
            reflect(old, new)


def _dict(before: Any, after: Any) -> None:
    kept = {key: reflect(before[key], item) if key in before else item for key, item in after.items()}
    before.clear()
    for key, item in kept.items():
        before[key] = item


def _set(before: Any, after: Any) -> None:
    if before != after:
        before.clear()
        before.update(after)


def _bytearray(before: Any, after: Any) -> None:
    before[:] = after


_INTO: dict[type, Callable[[Any, Any], None]] = {
    list: _list,
    tuple: _tuple,
    dict: _dict,
    set: _set,
    bytearray: _bytearray,
}
