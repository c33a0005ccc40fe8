"""Objects of the standard library that tests hold against plain values, taken apart into plain values and rebuilt.

`collections.deque([1]) == [1]` is False and `fractions.Fraction(1, 2) == 0.5` is True: tests can tell these classes from
the builtin ones, so they cross as what they are. Every class here compares by value, and none runs code of a program.
An object of a subclass is one of its base. Not covered: the default of a `defaultdict` that is no builtin class, which
then is a plain dict; a fraction or decimal of more digits than anybody compares, whose arithmetic would not end.

Parts come from a program and are not trusted: `rebuilt` raises ValueError or TypeError for what cannot be right.
This file imports only what the interpreter has built in, because it is also loaded inside the sandbox.
"""

from __future__ import annotations

TYPE_CHECKING = False  # typing is heavy inside the sandbox, and type checkers know this name
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

MAX_BITS = 1 << 16
"""Bits of a fraction's numerator and denominator."""
MAX_DIGITS = 10_000
"""Digits of a decimal, and the largest power of ten in it."""

CLASSES: dict[str, type] = {
    kind.__name__: kind
    for kind in (bool, bytearray, bytes, complex, dict, float, frozenset, int, list, range, set, str, tuple, type(None))
}
"""Builtin classes that are values themselves, as in `f() is int`, by name."""


def is_of_library(kind: type) -> bool:
    """Whether objects of a class cross as one of these."""
    return _base(kind) is not None


def apart(value: Any) -> tuple[str, list[Any]]:
    """Name the class that an object crosses as, with its parts; the name is empty where the only part stands for it.

    Raises ValueError for a number that is too long and a class that is not builtin, LookupError for other objects.
    """
    base = _base(type(value))
    if base is None:
        raise LookupError(type(value).__qualname__)
    return _APART[base.__module__, base.__qualname__](base, value)


def _base(kind: type) -> Any:
    for base in kind.__mro__:
        if (base.__module__, base.__qualname__) in _APART:
            return base
    return None


def rebuilt(name: str, parts: list[Any]) -> object:
    """Build the object again. Raises ValueError or TypeError where name and parts do not fit."""
    build = _BUILD.get(name)
    if build is None:
        msg = f"unknown library class {name[:20]!r}"
        raise ValueError(msg)
    return build(parts)


# --- taken apart: in the program's process ---------------------------------------------------------------------------


def _pairs(items: Any) -> list[Any]:
    return [part for pair in items for part in pair]


def _default(base: Any, value: Any) -> tuple[str, list[Any]]:
    factory = base.default_factory.__get__(value)
    name = next((name for name, kind in CLASSES.items() if kind is factory), None)
    return ("defaultdict", [name, *_pairs(dict.items(value))]) if name else ("", [dict(dict.items(value))])


def _class(_base: Any, value: Any) -> tuple[str, list[Any]]:
    for name, kind in CLASSES.items():
        if kind is value:
            return "class", [name]
    raise ValueError("a class")


def _fraction(_base: Any, value: Any) -> tuple[str, list[Any]]:
    parts = [int(value.numerator), int(value.denominator)]
    if max(part.bit_length() for part in parts) > MAX_BITS:
        raise ValueError("a fraction of too many digits")
    return "Fraction", parts


def _decimal(base: Any, value: Any) -> tuple[str, list[Any]]:
    text = base.__str__(value)
    if len(text) > MAX_DIGITS or (base.is_finite(value) and abs(base.adjusted(value)) > MAX_DIGITS):
        raise ValueError("a decimal of too many digits")
    return "Decimal", [text]


_APART: dict[tuple[str, str], Callable[[Any, Any], tuple[str, list[Any]]]] = {
    # An ordered dict's own order: `dict.items` does not know of `move_to_end`.
    ("collections", "OrderedDict"): lambda base, value: ("OrderedDict", _pairs(base.items(value))),
    ("collections", "Counter"): lambda _base, value: ("Counter", _pairs(dict.items(value))),
    ("collections", "defaultdict"): _default,
    ("collections", "deque"): lambda base, value: ("deque", [base.maxlen.__get__(value), *base.__iter__(value)]),
    ("collections", "UserList"): lambda _base, value: ("", [list(value.data)]),
    ("collections", "UserDict"): lambda _base, value: ("", [dict(value.data)]),
    ("collections", "UserString"): lambda _base, value: ("", [str(value.data)]),
    ("collections", "ChainMap"): lambda _base, value: ("", [dict(value)]),
    ("builtins", "mappingproxy"): lambda _base, value: ("", [dict(value)]),
    ("builtins", "memoryview"): lambda _base, value: ("", [value.tobytes()]),
    ("builtins", "ellipsis"): lambda _base, _value: ("Ellipsis", []),
    ("builtins", "type"): _class,
    ("array", "array"): lambda base, value: ("array", [base.typecode.__get__(value), base.tolist(value)]),
    ("fractions", "Fraction"): _fraction,
    ("decimal", "Decimal"): _decimal,
}


# --- built: in the judge, or in the program's process for what tests hand back ----------------------------------------


def _fill(target: Any, parts: list[Any]) -> Any:
    if len(parts) % 2:
        raise ValueError("a dict with a key and no value")
    pairs = iter(parts)
    for key in pairs:  # a loop and not update(): a timer may interrupt it between two keys made to collide
        target[key] = next(pairs)
    return target


def _build_ordered(parts: list[Any]) -> object:
    from collections import OrderedDict

    return _fill(OrderedDict(), parts)


def _build_counter(parts: list[Any]) -> object:
    from collections import Counter

    return _fill(Counter(), parts)


def _build_default(parts: list[Any]) -> object:
    from collections import defaultdict

    name, *items = parts
    return _fill(defaultdict(_build_class([name])), items)


def _build_class(parts: list[Any]) -> type:
    (name,) = parts
    if type(name) is not str or name not in CLASSES:
        raise ValueError("no builtin class")
    return CLASSES[name]


def _build_ellipsis(parts: list[Any]) -> object:
    () = parts
    return ...


def _build_deque(parts: list[Any]) -> object:
    from collections import deque

    most, *items = parts
    if most is not None and type(most) is not int:
        raise ValueError("a length that is no int")
    return deque(items, most)


def _build_array(parts: list[Any]) -> object:
    from array import array

    code, items = parts
    if type(code) is not str or type(items) not in (list, str):
        raise ValueError("parts of no array")
    return array(code, items)


def _build_fraction(parts: list[Any]) -> object:
    from fractions import Fraction

    above, below = parts
    if type(above) is not int or type(below) is not int or below < 1:
        raise ValueError("parts of no fraction")
    if max(above.bit_length(), below.bit_length()) > MAX_BITS:
        raise ValueError("a fraction of too many digits")
    return Fraction(above, below)


def _build_decimal(parts: list[Any]) -> object:
    from decimal import Decimal, InvalidOperation

    (text,) = parts
    if type(text) is not str or len(text) > MAX_DIGITS:
        raise ValueError("the text of no decimal")
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError("the text of no decimal") from None
    if number.is_finite() and abs(number.adjusted()) > MAX_DIGITS:
        raise ValueError("a decimal of too many digits")
    return number


_BUILD: dict[str, Callable[[list[Any]], object]] = {
    "OrderedDict": _build_ordered,
    "Counter": _build_counter,
    "defaultdict": _build_default,
    "deque": _build_deque,
    "Ellipsis": _build_ellipsis,
    "class": _build_class,
    "array": _build_array,
    "Fraction": _build_fraction,
    "Decimal": _build_decimal,
}
