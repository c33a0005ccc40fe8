"""Oracles: the rules by which a value that a program returned is held against the expected one.

Where a benchmark judges by more than `==`, its data names an oracle; the executor knows none of this. A name is one
of `ORACLES`, or several joined by `|`, of which one has to hold. Values are plain builtins (`isocost.values`), except
that `Uncarried` stands for a returned value that could not cross. An oracle never raises on odd values: it says no.

Tolerances are those of EvalPlus: relative 1e-7 of the expected value plus the absolute `atol` of the task, which
becomes 1e-6 from the first expected value on that is a float or a list of floats (`tolerances`).
Source of every rule: EvalPlus 0.2.0 and 0.3.1, `evalplus/eval/__init__.py` and `_special_oracle.py`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from isocost.errors import UsageError

Oracle = Callable[[object, object, Sequence[Any], float], bool]
"""`oracle(expected, got, inputs, atol)`: the expected value, the one returned, the call's arguments, the tolerance."""

RTOL = 1e-7
"""Relative tolerance of every comparison of floats."""
FLOAT_ATOL = 1e-6
"""Absolute tolerance where floats are expected and the task gives none."""


class Uncarried(NamedTuple):
    """A returned value that could not cross from the program: equal to nothing that is expected, and not None."""

    type_name: str
    """Its type, as the program's side named it; untrusted text."""


def oracle(name: str) -> Oracle:
    """Return the oracle of this name; parts joined by `|` are alternatives.

    Raises
    ------
    UsageError
        If a part of the name is not one of `ORACLES`.

    Examples
    --------
    >>> oracle("zero|close")(15.0, 0, [8], 0.0)
    True
    >>> oracle("equal")([1], (1,), [], 0.0)
    False

    """
    parts = [part.strip() for part in name.split("|")]
    unknown = [part for part in parts if part not in ORACLES]
    if unknown:
        raise UsageError(f"unknown oracle {unknown[0]!r}; expected one of {', '.join(ORACLES)}, joined by `|`")
    rules = [ORACLES[part] for part in parts]
    if len(rules) == 1:
        return rules[0]
    return lambda expected, got, inputs, atol: any(rule(expected, got, inputs, atol) for rule in rules)


def tolerances(name: str, expected: Iterable[object], atol: float) -> list[float]:
    """Return the absolute tolerance of each case, in order.

    A task without a tolerance gets 1e-6 at the first case whose expected value is made of floats, and keeps it for all
    later cases; under `close_loose` an empty list or tuple counts as made of floats. Under the other oracles the
    tolerance is `atol` throughout.
    """
    parts = {part.strip() for part in name.split("|")}
    if not parts & {"close", "close_loose"}:
        return [atol for _ in expected]
    loose = "close_loose" in parts
    found = []
    for value in expected:
        if atol == 0 and _is_floats(value, empty=loose):
            atol = FLOAT_ATOL
        found.append(atol)
    return found


# --- the rules -------------------------------------------------------------------------------------------------------


def equal(expected: object, got: object, _inputs: Sequence[Any], _atol: float) -> bool:
    """`got == expected`."""
    try:
        return bool(expected == got)
    except RecursionError:  # values as deep as the codec allows, compared on a stack that is already deep
        return False


def close(expected: object, got: object, inputs: Sequence[Any], atol: float) -> bool:
    """Equal, or within the tolerance with the same type and length (EvalPlus 0.3.1); NaN is not close to NaN."""
    if equal(expected, got, inputs, atol):
        return True
    if atol == 0 and _is_floats(expected, empty=False):
        atol = FLOAT_ATOL
    if atol == 0 or type(got) is not type(expected):
        return False
    return _allclose(expected, got, atol, scalars_spread=False, nan_equal=False)


def close_loose(expected: object, got: object, inputs: Sequence[Any], atol: float) -> bool:
    """Equal, or within the tolerance as `numpy.testing.assert_allclose` sees it (EvalPlus 0.2.0).

    A list may stand for a tuple, one number for a whole list of the same, and NaN is close to NaN.
    """
    if equal(expected, got, inputs, atol):
        return True
    if atol == 0 and _is_floats(expected, empty=True):
        atol = FLOAT_ATOL
    return atol != 0 and _allclose(expected, got, atol, scalars_spread=True, nan_equal=True)


def as_set(expected: object, got: object, _inputs: Sequence[Any], _atol: float) -> bool:
    """Both are collections of the same items, whatever their order and number."""
    try:
        return set(expected) == set(got)  # type: ignore[call-overload, no-any-return]
    except TypeError:
        return False


def not_none(expected: object, got: object, _inputs: Sequence[Any], _atol: float) -> bool:
    """Something was found where something was expected: a bool as it is, any other value by being not None."""
    return _found(expected) == _found(got)


def anything(_expected: object, _got: object, _inputs: Sequence[Any], _atol: float) -> bool:
    """Any value passes, so long as the call returned (MBPP/164, whose statement and tests disagree)."""
    return True


def zero(_expected: object, got: object, _inputs: Sequence[Any], _atol: float) -> bool:
    """The value is 0 (MBPP/295)."""
    return bool(got == 0)


def find_zero(_expected: object, got: Any, inputs: Sequence[Any], atol: float) -> bool:
    """The polynomial whose coefficients are the first argument, lowest power first, is 0 at the value, within `atol`.

    HumanEval/32: any root is right, so it is not the expected root that counts.
    """
    try:
        value = sum(factor * math.pow(got, power) for power, factor in enumerate(inputs[0]))
        return bool(abs(value) <= atol)
    except (TypeError, ValueError, OverflowError, IndexError):
        return False


def true_pyramid(_expected: object, got: Any, inputs: Sequence[Any], atol: float) -> bool:
    """The rounded surface of a square pyramid whose second argument is its height, not its slant height (MBPP/581)."""
    try:
        edge, height = inputs
        slant = math.hypot(edge / 2, height)
        return bool(abs(got - round(edge * edge + 2 * edge * slant)) <= atol)
    except (TypeError, ValueError, OverflowError):
        return False


def padded_digits(_expected: object, got: object, inputs: Sequence[Any], _atol: float) -> bool:
    """The sum of digit differences of two numbers written equally long with leading zeros (MBPP/558)."""
    try:
        first, second = (str(number) for number in inputs)
        width = max(len(first), len(second))
        pairs = zip(first.zfill(width), second.zfill(width), strict=True)
        return bool(got == sum(abs(int(one) - int(other)) for one, other in pairs))
    except (TypeError, ValueError):
        return False


ORACLES: dict[str, Oracle] = {
    "equal": equal,
    "close": close,
    "close_loose": close_loose,
    "as_set": as_set,
    "not_none": not_none,
    "anything": anything,
    "zero": zero,
    "find_zero": find_zero,
    "true_pyramid": true_pyramid,
    "padded_digits": padded_digits,
}
"""Every rule by its name."""


# --- numbers ---------------------------------------------------------------------------------------------------------


def _found(value: object) -> bool:
    return value if isinstance(value, bool) else value is not None


def _is_floats(value: object, *, empty: bool) -> bool:
    if isinstance(value, (list, tuple)):
        return all(isinstance(item, float) for item in value) if value else empty
    return isinstance(value, float)


def _allclose(expected: object, got: object, atol: float, *, scalars_spread: bool, nan_equal: bool) -> bool:
    wanted = _array(expected)
    given = _array(got)
    if wanted is None or given is None:
        return False
    wanted_shape, wanted_flat = wanted
    given_shape, given_flat = given
    if wanted_shape != given_shape:
        if not scalars_spread or () not in {wanted_shape, given_shape}:
            return False
        size = max(len(wanted_flat), len(given_flat)) if wanted_flat and given_flat else 0
        wanted_flat = wanted_flat if wanted_shape else wanted_flat * size
        given_flat = given_flat if given_shape else given_flat * size
    pairs = zip(wanted_flat, given_flat, strict=True)
    return all(_number_close(one, other, atol, nan_equal=nan_equal) for one, other in pairs)


def _number_close(expected: Any, got: Any, atol: float, *, nan_equal: bool) -> bool:
    if expected == got:
        return True
    if expected != expected or got != got:  # noqa: PLR0124 (NaN)
        return bool(nan_equal and expected != expected and got != got)  # noqa: PLR0124
    try:
        size = abs(expected)
        return size != math.inf and bool(abs(expected - got) <= atol + RTOL * size)
    except OverflowError:  # an int beyond every float
        return False


def _array(value: object) -> tuple[tuple[int, ...], list[Any]] | None:
    """Return shape and items of nested lists of numbers; None if they are ragged or hold anything else."""
    if isinstance(value, (int, float, complex)):
        return (), [value]
    if not isinstance(value, (list, tuple)):
        return None
    shape: tuple[int, ...] | None = None
    flat: list[Any] = []
    for item in value:
        part = _array(item)
        if part is None or (shape is not None and part[0] != shape):
            return None
        shape = part[0]
        flat += part[1]
    return (len(value), *(shape or ())), flat
