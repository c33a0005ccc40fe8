"""Plain values as text: the only form in which a value leaves a program, and the form of inputs and expected values.

The text is JSON. What JSON has no word for is an object with exactly one key, its tag:

    {"t": […]} tuple     {"s": […]} set        {"z": […]} frozenset   {"d": [k, v, k, v, …]} dict, in order
    {"b": "hex"} bytes   {"y": "hex"} bytearray   {"c": [re, im]} complex   {"i": "hex"} int beyond 64 bits
    {"r": [start, stop, step]} range
    {"I": […]} iterator  {"K": […]} dict keys   {"V": […]} dict values   {"E": [k, v, …]} dict items
    {"P": [name, part, …]} an object of the standard library that compares by value (`isocost.library_values`)
    {"h": "hex"} the `Digest` of a value too large to be carried; only `dumps_or_digest` writes it

`loads` builds exact types of these and nothing else, whatever the text holds: no code of the writer runs in the reader.
`dumps` reads subclasses by their base's own methods, so an overridden `__eq__` or `__iter__` stays behind; an
iterator is spent up to the bound and becomes an iterator again on the other side.
Not covered: objects of any other class, functions, cyclic values (their depth is over the bound).

This file imports only what the interpreter has built in, because it is also loaded inside the sandbox.
"""

from __future__ import annotations

import json
from _blake2 import blake2b
from _json import encode_basestring_ascii as _quote

from isocost.library_values import apart, is_of_library, rebuilt

TYPE_CHECKING = False  # typing is heavy inside the sandbox, and type checkers know this name
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    Writer = Callable[[Any, int], str]

MAX_DEPTH = 100
"""Containers inside containers."""
MAX_ITEMS = 2_000_000
"""Items of an iterator that are read before it counts as endless."""

_INT_BOUND = 1 << 63
_CHUNK = 4096


class Digest(tuple[str]):
    """What stands for a value too large to be carried: equal for values of equal text, and equal to nothing else."""

    __slots__ = ()


class UncarriableError(ValueError):
    """A value that has no plain form; the text names its type."""


def dumps(value: object) -> str:
    """Write a value as text (ASCII only).

    Raises
    ------
    UncarriableError
        If the value holds anything but plain builtin values, or is nested deeper than `MAX_DEPTH`.

    Examples
    --------
    >>> dumps([1, (2.5, None), {"a": {3}}])
    '[1,{"t":[2.5,null]},{"d":["a",{"s":[3]}]}]'

    """
    return _write(value, 0)


def dumps_or_digest(value: object, bound: int) -> str:
    """Write a value as text, or, where that is longer than `bound` characters, its digest (BLAKE2b of the text)."""
    digest, kept, size = blake2b(digest_size=32), [], 0
    for part in _list_parts(value, 1) if type(value) is list else [dumps(value)]:
        digest.update(part.encode())
        size += len(part)
        if size <= bound:
            kept.append(part)
        else:
            kept.clear()
    return "".join(kept) if size <= bound else f'{{"h":"{digest.hexdigest()}"}}'


def loads(text: str | bytes) -> object:
    """Read a value from text, with exact builtin types only.

    Raises
    ------
    ValueError
        If the text is not of the form described above, or is nested too deeply.

    Examples
    --------
    >>> loads('{"t":[1,{"z":["a"]}]}')
    (1, frozenset({'a'}))

    """
    try:
        tree = json.loads(text)
    except RecursionError:
        msg = f"value nested deeper than {MAX_DEPTH}"
        raise ValueError(msg) from None
    try:
        return _read(tree, 0)
    except (TypeError, OverflowError) as error:  # an unhashable key, a part of the wrong type
        msg = f"malformed value: {error}"
        raise ValueError(msg) from None


# --- writing ---------------------------------------------------------------------------------------------------------


def _write(value: Any, depth: int) -> str:
    kind = type(value)
    write = _WRITERS.get(kind)
    if write is None:
        write = _write_library if is_of_library(kind) else None
        for base in () if write else kind.__mro__[1:]:
            write = _WRITERS.get(base)
            if write is not None:
                break
    if write is None:
        return _write_other(value, depth)
    if depth > MAX_DEPTH:
        msg = f"a value nested deeper than {MAX_DEPTH}"
        raise UncarriableError(msg)
    return write(value, depth)


def _write_int(value: Any, _depth: int) -> str:
    value = int.__int__(value)
    if -_INT_BOUND <= value < _INT_BOUND:
        return int.__repr__(value)
    return f'{{"i":"{value:x}"}}'


def _write_float(value: Any, _depth: int) -> str:
    text = float.__repr__(value)
    return _ODD_FLOATS.get(text, text)


_ODD_FLOATS = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}


def _write_complex(value: Any, _depth: int) -> str:
    real = complex.real.__get__(value)
    imag = complex.imag.__get__(value)
    return f'{{"c":[{_write_float(real, 0)},{_write_float(imag, 0)}]}}'


def _write_list(value: Any, depth: int) -> str:
    depth += 1
    if list.__len__(value) > _CHUNK:
        return "".join(_list_parts(value, depth))
    return "[" + ",".join([_write(item, depth) for item in list.__iter__(value)]) + "]"


def _list_parts(value: Any, depth: int) -> Iterator[str]:
    """The text of a list in a few long parts: a million short strings would take ten times their room."""
    yield "["
    for start in range(0, list.__len__(value), _CHUNK):
        chunk = list.__getitem__(value, slice(start, start + _CHUNK))
        yield ("," if start else "") + ",".join([_write(item, depth) for item in chunk])
    yield "]"


def _write_range(value: Any, _depth: int) -> str:
    return f'{{"r":[{_write_int(value.start, 0)},{_write_int(value.stop, 0)},{_write_int(value.step, 0)}]}}'


def _sequence_writer(tag: str, iterate: Callable[[Any], Iterable[Any]]) -> Writer:
    def write(value: Any, depth: int) -> str:
        depth += 1
        return f'{{"{tag}":[' + ",".join([_write(item, depth) for item in iterate(value)]) + "]}"

    return write


def _pairs_writer(tag: str, iterate: Callable[[Any], Iterable[Any]]) -> Writer:
    def write(value: Any, depth: int) -> str:
        depth += 1
        parts = []
        for key, item in iterate(value):
            parts.append(_write(key, depth))
            parts.append(_write(item, depth))
        return f'{{"{tag}":[' + ",".join(parts) + "]}"

    return write


_WRITERS: dict[type, Writer] = {
    type(None): lambda _value, _depth: "null",
    bool: lambda value, _depth: "true" if value else "false",
    int: _write_int,
    float: _write_float,
    complex: _write_complex,
    str: lambda value, _depth: _quote(str.__str__(value)),
    bytes: lambda value, _depth: f'{{"b":"{bytes.hex(value)}"}}',
    bytearray: lambda value, _depth: f'{{"y":"{bytearray.hex(value)}"}}',
    list: _write_list,
    tuple: _sequence_writer("t", tuple.__iter__),
    set: _sequence_writer("s", set.__iter__),
    frozenset: _sequence_writer("z", frozenset.__iter__),
    dict: _pairs_writer("d", dict.items),
    range: _write_range,
    Digest: lambda value, _depth: f'{{"h":"{value[0]}"}}',
    type({}.keys()): _sequence_writer("K", iter),
    type({}.values()): _sequence_writer("V", iter),
    type({}.items()): _pairs_writer("E", iter),
}


def _write_library(value: Any, depth: int) -> str:
    try:
        name, parts = apart(value)
    except ValueError as error:
        raise UncarriableError(str(error)) from None
    if not name:
        return _write(parts[0], depth)
    return '{"P":[' + ",".join([f'"{name}"', *(_write(part, depth + 1) for part in parts)]) + "]}"


def _write_other(value: Any, depth: int) -> str:
    """Write what is no builtin container: an iterator, or a scalar of numpy; refuse the rest."""
    kind = type(value)
    if kind.__module__ == "numpy" and hasattr(kind, "item") and getattr(value, "ndim", None) == 0:
        return _write(value.item(), depth + 1)
    if hasattr(kind, "__next__") and hasattr(kind, "__iter__"):
        items = []
        for item in value:
            items.append(_write(item, depth + 1))
            if len(items) > MAX_ITEMS:
                msg = f"an iterator of more than {MAX_ITEMS} items"
                raise UncarriableError(msg)
        return '{"I":[' + ",".join(items) + "]}"
    msg = f"a value of type {kind.__module__}.{kind.__qualname__}"
    raise UncarriableError(msg)


# --- reading ---------------------------------------------------------------------------------------------------------


def _read(node: Any, depth: int) -> object:
    kind = type(node)
    if kind is list:
        if depth >= MAX_DEPTH:
            msg = f"value nested deeper than {MAX_DEPTH}"
            raise ValueError(msg)
        return [_read(item, depth + 1) for item in node]
    if kind is not dict:
        return node  # None, bool, int, float, str: JSON's own scalars are exact builtins
    if len(node) != 1:
        msg = f"an object with {len(node)} keys, where one tag was expected"
        raise ValueError(msg)
    if depth > MAX_DEPTH:
        msg = f"value nested deeper than {MAX_DEPTH}"
        raise ValueError(msg)
    ((tag, body),) = node.items()
    read = _READERS.get(tag)
    if read is None:
        msg = f"unknown tag {tag[:20]!r}"
        raise ValueError(msg)
    return read(body, depth)


def _items(body: object, depth: int) -> list[object]:
    if type(body) is not list:
        msg = f"a {type(body).__name__} where a list was expected"
        raise ValueError(msg)
    return [_read(item, depth + 1) for item in body]


def _read_dict(body: object, depth: int) -> dict[object, object]:
    flat = _items(body, depth)
    if len(flat) % 2:
        msg = "a dict with a key and no value"
        raise ValueError(msg)
    pairs = iter(flat)
    # A comprehension and not dict(zip(…)): a timer may interrupt it between two keys made to collide.
    return {key: next(pairs) for key in pairs}


def _read_hex(body: object) -> bytes:
    if type(body) is not str:
        msg = f"a {type(body).__name__} where hex digits were expected"
        raise ValueError(msg)
    return bytes.fromhex(body)


def _read_int(body: object, _depth: int) -> int:
    if type(body) is not str:
        msg = f"a {type(body).__name__} where hex digits were expected"
        raise ValueError(msg)
    return int(body, 16)


def _read_complex(body: object, depth: int) -> complex:
    real, imag = _items(body, depth)
    if type(real) is not float or type(imag) is not float:
        msg = "a complex number whose parts are no floats"
        raise ValueError(msg)
    return complex(real, imag)


def _read_range(body: object, depth: int) -> range:
    parts = [part for part in _items(body, depth) if type(part) is int]
    start, stop, step = parts
    return range(start, stop, step)


def _read_library(body: object, depth: int) -> object:
    name, *parts = _items(body, depth) or [None]
    if type(name) is not str:
        msg = "an object of the library without a name"
        raise ValueError(msg)
    return rebuilt(name, parts)


def _read_keys(body: object, depth: int) -> object:
    return dict.fromkeys(_items(body, depth)).keys()


def _read_values(body: object, depth: int) -> object:
    return dict(enumerate(_items(body, depth))).values()


_READERS: dict[str, Callable[[object, int], object]] = {
    "t": lambda body, depth: tuple(_items(body, depth)),
    "s": lambda body, depth: {item for item in _items(body, depth)},  # noqa: C416 (see _read_dict)
    "z": lambda body, depth: frozenset({item for item in _items(body, depth)}),  # noqa: C416
    "d": _read_dict,
    "b": lambda body, _depth: _read_hex(body),
    "y": lambda body, _depth: bytearray(_read_hex(body)),
    "c": _read_complex,
    "i": _read_int,
    "r": _read_range,
    "I": lambda body, depth: iter(_items(body, depth)),
    "K": _read_keys,
    "V": _read_values,
    "E": lambda body, depth: _read_dict(body, depth).items(),
    "P": _read_library,
    "h": lambda body, _depth: Digest((_read_hex(body).hex(),)),
}
