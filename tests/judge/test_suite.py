"""Test sets made ready: what is foreseen of their calls, and that foreseeing never invents one."""

from __future__ import annotations

import marshal

import pytest
from tests.judge.judge_parts import cases, code

from isocost.judge.suite import CaseSuite, CodeSuite, SharedSuite, key_of, prepare


def _foreseen(source: str, *calls: str) -> list[object]:
    suite = prepare(code(source, calls=calls or ("f", "g")))
    assert isinstance(suite, CodeSuite)
    ahead = marshal.loads(suite.ahead)
    assert isinstance(ahead, list)
    assert [key_of(call) for call in ahead] == suite.foreseen
    return [(name, *arguments, keywords) if keywords else (name, *arguments) for name, arguments, keywords in ahead]


@pytest.mark.parametrize(
    "source, expected",
    [
        ("assert f(1) == 1\nassert f(2) == 2", [("f", 1), ("f", 2)]),
        ("assert f(1) == 1, f(2)", [("f", 1)]),
        ("assert f(1) == g(2)", [("f", 1), ("g", 2)]),
        ("assert f(x=[1, (2, {3})]) is None", [("f", {"x": [1, (2, {3})]})]),
        ("assert f(-1.5, 2j, b'b', None, True)", [("f", -1.5, 2j, b"b", None, True)]),
        ("assert abs(f(1) - 2) < 1e-6", [("f", 1)]),
        ("import math\nassert math.isclose(f(1), 2)", [("f", 1)]),
        ("x = 5\nassert f(1)\nassert f(x)\nassert f(2)", [("f", 1)]),
        ("assert f(1)\nassert f(g(2))", [("f", 1), ("g", 2)]),
        ("assert f(1)\nfor i in range(3): assert f(i)", [("f", 1)]),
        ("assert f(1)\nx = f(2)\nassert f(3)", [("f", 1)]),
        ("assert all(f(i) for i in (1, 2))", []),
        ("assert f(*[1])", []),
        ("assert f(**{'a': 1})", []),
        (
            "def check(candidate):\n    assert candidate(1) == 1\n    assert candidate(2)\ncheck(f)",
            [("f", 1), ("f", 2)],
        ),
        ("M = {}\ndef check(c):\n    assert True, 'x'\n    assert c([]) == 0\ncheck(f)", [("f", [])]),
        ("def check(c):\n    assert c(1)\nif 1: check(f)", []),
        ("", []),
    ],
)
def test_foreseen_calls(source: str, expected: list[object]) -> None:
    """Calls with literal arguments are foreseen in the order of evaluation, up to the first that is not plain."""
    assert _foreseen(source) == expected


def test_equal_calls_have_equal_keys() -> None:
    """What is compared is the value, not which objects it is made of; 1, 1.0 and True are three things."""
    shared = [1]
    assert key_of(("f", (shared, shared), {})) == key_of(("f", ([1], [1]), {}))
    assert len({key_of(("f", (value,), {})) for value in (1, 1.0, True, "1", b"1", (1,), [1], {1})}) == 8
    with pytest.raises(ValueError, match="unmarshallable"):
        key_of(("f", (object(),), {}))


@pytest.mark.parametrize(
    "source, watch",
    [
        ("x = [1]\nf(x)\nassert x == []", True),
        ("assert f([1]) == 1", False),
        ("assert f(1 + 1) == 2", False),
        ("def check(candidate):\n    x = {}\n    candidate(x)\n    assert x\ncheck(f)", True),
        ("assert f([x for x in (1, 2)])", True),
    ],
)
def test_arguments_are_watched_where_a_test_can_look(source: str, watch: bool) -> None:
    """Only a test that still has a name for an argument can see what became of it."""
    suite = prepare(code(source))
    assert isinstance(suite, CodeSuite)
    assert suite.watch is watch


def test_each_kind_of_tests_has_its_suite() -> None:
    """Statements, statements in the program's process, inputs."""
    assert isinstance(prepare(code("f(1)")), CodeSuite)
    assert isinstance(prepare(code("f(1)", shared=True)), SharedSuite)
    suite = prepare(cases([[1], [2]], [1, 2]))
    assert isinstance(suite, CaseSuite)
    assert marshal.loads(suite.ahead) == [("f", (1,), {}), ("f", (2,), {})]
