"""Which tests can run in another process than the program, seen by reading them."""

from __future__ import annotations

import pytest

from isocost.benchmarks.tested_names import read_tests
from isocost.records import Channel

REFERENCE = "import datetime\nfrom collections import Counter\n\nLIMIT = 3\n\nclass Node:\n    pass\n\ndef f(*xs):\n    return xs\n"


def _channel(tests: str) -> Channel:
    return read_tests(tests, REFERENCE, stem="", entry_point="f", where="here").tests.channel


@pytest.mark.parametrize(
    "tests",
    [
        "assert f([1, {2: (3,)}]) == 4",
        "import math\nassert math.isclose(f(math.pi), 1.0)",
        "import random\nx = random.random()\nassert f(x, key=str(x))",
        "assert f(1) == Counter([1])",
        "assert f(sorted([3, 1], key=lambda v: -v)) == [3, 1]",
        "assert f('a').upper() == 'A'",
        "assert [f(i) for i in range(3)] == [0, 1, 2]",
        "assert isinstance(f(1), tuple)",
        "assert f((1, 'a'), int) == ['a']",
        "x = f(1)\nassert x.upper() == 'A' and x is not None",
        "def check(candidate):\n    assert candidate(f(1)) == 1\ncheck(f)",
    ],
)
def test_plain_values_cross(tests: str) -> None:
    """Tests that pass and compare plain values run apart."""
    assert _channel(tests) is Channel.separate


@pytest.mark.parametrize(
    "tests",
    [
        "assert f(Node()) == 1",
        "assert f(1) < LIMIT",
        "assert f(lambda x: x) == 1",
        "assert f(f) == 1",
        "def g(x): return x\nassert f(g) == 1",
        "class A: pass\nassert f(A()) == 1",
        "assert f(Counter([1])) == 1",
        "assert f(datetime.date(2020, 1, 1)) == 1",
        "assert isinstance(f(1), Counter)",
        "assert f(1).left is None",
        "x = f(1)\nassert x.left is None",
        "assert (x := f(1)) and x.left is None",
        "assert f(1)(2) == 3",
        "x = f(1)\nassert x(2) == 3",
        "f.cache_clear()\nassert f(1) == 2",
        "assert f(1, print) == 3",
        "import random\nrandom.seed(1)\nassert f(1) == 2",
        "import os\nassert os.path.exists(f('x'))",
        "import numpy as np\nassert f(np.ones(3)) == 1",
        "assert f(nobody) == 1",
    ],
)
def test_what_is_not_seen_to_cross_is_judged_in_one_process(tests: str) -> None:
    """Objects of classes, functions, shared state, other modules and names that nothing binds are not risked."""
    assert _channel(tests) is Channel.shared


def test_a_name_is_the_benchmarks_own_before_it_is_the_programs() -> None:
    """A function that stands whole in the stem is trusted code, with what it needs; the entry point never is."""
    stem = "import math\ndef area(r):\n    return math.pi * square(r)\ndef square(r):\n    return r * r\ndef f(x):\n"
    read = read_tests("assert f(2) == area(2)", stem + "    return area(x)\n", stem=stem, entry_point="f", where="here")
    assert read.tests.calls == ("f",)
    assert read.tests.prelude.splitlines()[0] == "import math"
    assert "def square" in read.tests.prelude
    assert read.functions == ("area", "square", "f")
