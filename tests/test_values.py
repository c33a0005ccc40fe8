"""Plain values as text: what is written is read back the same, and nothing else is ever read."""

from __future__ import annotations

import array
import collections
import decimal
import enum
import fractions
import json
import math
import types
from _blake2 import blake2b
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isocost import values
from isocost.values import MAX_DEPTH, Digest, UncarriableError, dumps, dumps_or_digest, loads

# A high and a low surrogate side by side are left out: JSON reads such a pair as the one character that it encodes.
HIGH = st.text(st.characters(min_codepoint=0xD800, max_codepoint=0xDBFF), max_size=3)
LOW = st.text(st.characters(min_codepoint=0xDC00, max_codepoint=0xDFFF), max_size=3)
TEXTS = st.one_of(st.text(), HIGH, LOW)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(min_value=-(1 << 300), max_value=1 << 300),
    st.floats(),
    st.complex_numbers(allow_nan=True),
    TEXTS,
    st.binary(),
)
HASHABLE = st.recursive(SCALARS, lambda inner: st.tuples(inner, inner) | st.frozensets(inner, max_size=4), max_leaves=6)
VALUES = st.recursive(
    SCALARS | st.builds(bytearray, st.binary()) | st.builds(range, st.integers(), st.integers(), st.integers(1)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=5),
        st.lists(inner, max_size=5).map(tuple),
        st.sets(HASHABLE, max_size=5),
        st.frozensets(HASHABLE, max_size=5),
        st.dictionaries(HASHABLE, inner, max_size=5),
    ),
    max_leaves=20,
)
EXACT = (type(None), bool, int, float, complex, str, bytes, bytearray, list, tuple, set, frozenset, dict, range)
READABLE: tuple[type, ...] = (*EXACT, Digest, type(iter([])), type({}.keys()), type({}.values()), type({}.items()))


class _Pair(NamedTuple):
    x: int
    y: int


def _same(one: object, other: object) -> bool:
    """Same types all through, same values, same order of dicts; NaN is NaN and -0.0 is not 0.0."""
    if type(one) is not type(other):
        return False
    if isinstance(one, float) and isinstance(other, float):
        return math.copysign(1, one) == math.copysign(1, other) and (
            one == other or (math.isnan(one) and math.isnan(other))
        )
    if isinstance(one, complex) and isinstance(other, complex):
        return _same(one.real, other.real) and _same(one.imag, other.imag)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(_same(a, b) for a, b in zip(one, other, strict=True))
    if isinstance(one, dict) and isinstance(other, dict):
        return _same([*one.items()], [*other.items()])
    if isinstance(one, set | frozenset) and isinstance(other, set | frozenset):
        return sorted(map(_unsigned, one)) == sorted(map(_unsigned, other))
    return one == other


def _unsigned(value: object) -> str:
    """The text of a member of a set, where the sign of a NaN does not show and inner sets have an order."""
    if isinstance(value, frozenset):
        return f"z{sorted(map(_unsigned, value))}"
    if isinstance(value, tuple):
        return f"t{[_unsigned(item) for item in value]}"
    return f"{type(value).__name__} {value!r}"


def _classes(value: object) -> set[type]:
    found = {type(value)}
    if isinstance(value, dict):
        value = [*value.keys(), *value.values()]
    if isinstance(value, list | tuple | set | frozenset) and not isinstance(value, Digest):
        for item in value:
            found |= _classes(item)
    return found


@given(VALUES)
@settings(deadline=None)
def test_round_trip(value: object) -> None:
    """Any nest of plain values comes back with exact types; NaN, -0.0, big ints, surrogates and order survive."""
    text = dumps(value)
    assert text.isascii()
    back = loads(text)
    assert dumps(back) == text or {set, frozenset} & _classes(value)
    assert _same(_without_sign_of_nan(value), _without_sign_of_nan(back))
    assert _same(_without_sign_of_nan(loads(text.encode())), _without_sign_of_nan(back))


def _without_sign_of_nan(value: object) -> object:
    """The value with each NaN a positive one: text has no word for a NaN's sign."""
    if isinstance(value, float):
        return math.nan if math.isnan(value) else value
    if isinstance(value, complex):
        return complex(*(math.nan if math.isnan(part) else part for part in (value.real, value.imag)))
    if isinstance(value, dict):
        return {_without_sign_of_nan(key): _without_sign_of_nan(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return type(value)(_without_sign_of_nan(item) for item in value)
    return value


@pytest.mark.parametrize(
    "value, base",
    [
        (enum.IntEnum("E", {"one": 1}).one, 1),  # type: ignore[attr-defined]
        (enum.Enum("S", {"a": "x"}, type=str).a, "x"),  # type: ignore[attr-defined]
        (_Pair(1, 2), (1, 2)),
    ],
)
def test_subclasses_are_read_as_their_builtin_base(value: object, base: object) -> None:
    """What a subclass adds stays behind."""
    back = loads(dumps(value))
    assert back == base
    assert type(back) is type(base)


class _Words(collections.Counter[str]):
    pass


_MOVED = collections.OrderedDict(a=1, b=[2])
_MOVED.move_to_end("a")


@pytest.mark.parametrize(
    "value",
    [
        collections.Counter("aab"),
        _MOVED,
        collections.defaultdict(list, a=[1]),
        collections.deque([1, (2, None)], maxlen=5),
        fractions.Fraction(-1, 3),
        decimal.Decimal("1.50"),
        decimal.Decimal("-Infinity"),
        array.array("d", [1.5]),
        array.array("u", "ab"),
        int,
        type(None),
        ...,
    ],
)
def test_objects_of_the_library_are_carried(value: object) -> None:
    """Classes of the standard library that tests can tell from plain ones come back as what they were."""
    back = loads(dumps([value]))
    assert isinstance(back, list)
    assert type(back[0]) is type(value)
    assert repr(back[0]) == repr(value)


@pytest.mark.parametrize(
    "value, plain",
    [
        (_Words("aa"), collections.Counter("aa")),
        (collections.UserList([1]), [1]),
        (collections.UserDict(a=1), {"a": 1}),
        (collections.UserString("a"), "a"),
        (collections.ChainMap({1: 2}), {1: 2}),
        (types.MappingProxyType({1: 2}), {1: 2}),
        (memoryview(b"ab"), b"ab"),
        (collections.defaultdict(lambda: [3], a=[1]), {"a": [1]}),
    ],
)
def test_what_is_equal_to_a_plain_value_is_carried_as_one(value: object, plain: object) -> None:
    """Wrappers of plain values come back as the value; a subclass as the class of the library."""
    back = loads(dumps(value))
    assert back == plain
    assert type(back) is type(plain)


@pytest.mark.parametrize(
    "value",
    [fractions.Fraction(1, 1 << 70_000), decimal.Decimal("1e20000"), decimal.Decimal("1" * 20_000), object, _Pair],
)
def test_endless_numbers_and_classes_are_not_carried(value: object) -> None:
    """Numbers whose arithmetic would not end, and classes that are not builtin, stay where they are."""
    with pytest.raises(UncarriableError):
        dumps([value])


@pytest.mark.parametrize(
    "parts",
    [
        '"Fraction",1,0', '"Fraction",1,-2', '"Fraction",1', '"Fraction","1",2', '"Fraction",true,2', '"Decimal","x"',
        '"Decimal","1e99999999"', '"Decimal",1', '"deque",-1,2', '"deque","a"', '"deque"', '"Counter",1', '"array","d"',
        '"array","q",["a"]', '"array","zz",[]', '"array",{"b":"00"},[]', '"array","b",[1000]', '"class","object"',
        '"class",[]', '"defaultdict"', '"defaultdict","eval",1,2', '"OrderedDict",[],1', '"Ellipsis",1', "1", "", '"eval","1"',
        '{"h":"00"},1', '"Fraction",1,{"i":"1' + "0" * 20_000 + '"}',
    ],
)  # fmt: skip
def test_parts_that_do_not_fit_are_refused(parts: str) -> None:
    """An object of the library whose parts are not those of one is a malformed value, and nothing else happens."""
    with pytest.raises(ValueError, match=r"\w"):
        loads(f'{{"P":[{parts}]}}')


@pytest.mark.parametrize("base", [int, float, complex, str, bytes, bytearray, list, tuple, set, frozenset, dict])
def test_overridden_methods_are_not_asked(base: type) -> None:
    """A subclass cannot say something else than what its builtin base holds."""

    def refuse(*_: object) -> object:
        raise AssertionError("asked")

    names = ["eq", "iter", "len", "repr", "str", "getitem", "int", "float", "index", "hash", "reduce", "format", "bool"]
    overridden = {f"__{name}__": refuse for name in names}
    overridden |= {
        name: refuse for name in ("items", "keys", "values", "hex", "encode", "real", "imag") if hasattr(base, name)
    }
    odd = type("Odd", (base,), overridden)(*([] if base in (list, tuple, set, frozenset, dict) else ()))
    assert loads(dumps(odd)) == base()


@pytest.mark.parametrize(
    "value, kind, content",
    [
        (iter([1, 2]), type(iter([])), [1, 2]),
        ((x * x for x in range(3)), type(iter([])), [0, 1, 4]),
        (map(str, [1]), type(iter([])), ["1"]),
        (zip([1], [2], strict=True), type(iter([])), [(1, 2)]),
        ({1: 2}.keys(), type({}.keys()), [1]),
        ({1: 2}.values(), type({}.values()), [2]),
        ({1: 2}.items(), type({}.items()), [(1, 2)]),
        (range(3, 9, 2), range, [3, 5, 7]),
    ],
)
def test_iterators_and_views(value: object, kind: type, content: list[object]) -> None:
    """An iterator is an iterator again, and a view a view."""
    back: Any = loads(dumps(value))
    assert list(back) == content
    assert isinstance(back, kind)


def test_numpy_scalars_are_plain_and_arrays_are_not() -> None:
    """A scalar of numpy counts as the Python number; an array has no plain form."""
    import numpy as np

    assert loads(dumps([np.int64(3), np.float64(0.5), np.bool_(True)])) == [3, 0.5, True]
    with pytest.raises(UncarriableError, match=r"numpy\.ndarray"):
        dumps(np.zeros(2))


def test_endless_iterators_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """An iterator is read up to a bound."""
    monkeypatch.setattr(values, "MAX_ITEMS", 1000)
    with pytest.raises(UncarriableError, match="an iterator of more than 1000 items"):
        dumps(iter(int, 1))


@pytest.mark.parametrize("value", [object(), len, dumps, json, [object()], {1: lambda: 0}, NotImplemented])
def test_what_has_no_plain_form_is_refused(value: object) -> None:
    """Objects of other classes, functions and modules do not cross; the error names the type."""
    with pytest.raises(UncarriableError, match="a value of type "):
        dumps(value)


WRAPS: list[Callable[[object], object]] = [lambda x: [x], lambda x: (x,), lambda x: {1: x}, lambda x: iter([x])]


@pytest.mark.parametrize("wrap", WRAPS)
def test_depth_is_bounded_both_ways(wrap: Callable[[object], object]) -> None:
    """Values up to the bound cross; deeper ones are refused by the writer, and their text by the reader."""
    value: object = 1
    for _ in range(MAX_DEPTH):
        value = wrap(value)
    text = dumps(value)
    assert type(loads(text)) is type(wrap(1))
    deep: object = 1
    for _ in range(MAX_DEPTH + 2):
        deep = wrap(deep)
    with pytest.raises(UncarriableError, match="nested deeper"):
        dumps(deep)
    opening, closing = dumps(wrap(1)).split("1]" if wrap is not WRAPS[2] else "1,1]")
    with pytest.raises(ValueError, match="nested"):
        loads(opening * 500 + "1" + ("]" + closing) * 500) if wrap is not WRAPS[2] else loads("[" * 500 + "]" * 500)


def test_cycles_and_deep_text_are_refused() -> None:
    """A cyclic value is too deep, and no text takes the reader's stack."""
    cyclic: list[object] = []
    cyclic.append(cyclic)
    with pytest.raises(UncarriableError, match="nested deeper"):
        dumps(cyclic)
    for text in ("[" * 100_000, "[" * 100_000 + "]" * 100_000, '{"t":' * 50_000 + "1" + "}" * 50_000):
        with pytest.raises(ValueError):  # noqa: PT011 (any reason will do)
            loads(text)


@given(VALUES | st.integers(4090, 8200).map(lambda size: list(range(size))), st.integers(0, 400))
@settings(deadline=None)
def test_digest_is_of_the_text(value: object, bound: int) -> None:
    """Up to the bound the text itself, beyond it the digest of the whole text, however it was cut into parts."""
    text, found = dumps(value), dumps_or_digest(value, bound)
    if len(text) <= bound:
        assert found == text
    else:
        digest = blake2b(text.encode(), digest_size=32).hexdigest()
        assert found == f'{{"h":"{digest}"}}'
        assert loads(found) == Digest((digest,))
        assert dumps(loads(found)) == found


@given(st.lists(st.lists(st.integers(0, 3), max_size=3), max_size=40), st.integers(1, 9))
@settings(deadline=None)
def test_chunks_leave_no_trace(value: object, chunk: int) -> None:
    """Long lists are written in parts; the text is the same for every size of part."""
    whole = dumps(value)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(values, "_CHUNK", chunk)
        assert dumps(value) == whole
        assert dumps_or_digest(value, 10) == (whole if len(whole) <= 10 else dumps_or_digest(value, 10))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from([*values._READERS, "", "x"]), inner, max_size=2)
    ),
    max_leaves=15,
)


@given(JSON)
@settings(max_examples=500, deadline=None)
def test_any_json_is_a_value_or_a_value_error(tree: object) -> None:
    """Whatever a program sends, the reader gives exact builtin values or raises ValueError, and nothing else."""
    _read(json.dumps(tree))


@given(st.text() | st.binary() | st.text('[]{}",:0123456789abctszdiryIKVEh \\u').map(lambda text: text))
@settings(max_examples=500, deadline=None)
def test_any_text_is_a_value_or_a_value_error(text: str | bytes) -> None:
    """The same for text that is no JSON."""
    _read(text)


def _read(text: str | bytes) -> None:
    try:
        value = loads(text)
    except ValueError:
        return
    assert _classes(value) <= set(READABLE)


@pytest.mark.parametrize(
    "text",
    [
        '{"t":1}',
        '{"t":[1],"s":[1]}',
        "{}",
        '{"q":[]}',
        '{"s":[[]]}',
        '{"d":[1]}',
        '{"d":[[],1]}',
        '{"b":"0"}',
        '{"b":7}',
        '{"i":"zz"}',
        '{"i":12}',
        '{"c":[1.0]}',
        '{"c":[1,2]}',
        '{"r":[1,2]}',
        '{"r":[1,2,0]}',
        '{"r":[1,2,"3"]}',
        '{"K":[[]]}',
        '{"E":[[],1]}',
        '{"h":"x"}',
        '{"h":[]}',
        '"',
        "",
        "1 2",
        "9" * 5000,
        b"\xff\xfe\x00",
    ],
)
def test_malformed_text_is_a_value_error(text: str | bytes) -> None:
    """Each way to break the form is refused."""
    with pytest.raises(ValueError):  # noqa: PT011 (the reasons are many)
        loads(text)
