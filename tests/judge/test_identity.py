"""Names of verdicts: each thing that a verdict depends on changes its name, and nothing else does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from tests.judge.judge_parts import cases, code

from isocost.judge import identity
from isocost.judge.identity import judge_name, module_version, verdict_key
from isocost.records import Isolation, LimitPolicy

TESTS = code("assert f(1) == 1")
KEY = identity.tests_key(TESTS, "def f(x): return x")
POLICY = LimitPolicy()


def _verdict(source: str = "def f(x): return x", tests: str = KEY, **changes: object) -> str:
    isolation = changes.pop("isolation", Isolation.strong)
    assert isinstance(isolation, Isolation)
    return verdict_key(source, tests, msgspec.structs.replace(POLICY, **changes), isolation)


def test_the_same_question_has_the_same_name() -> None:
    """Equal parts make equal names, in any process."""
    assert _verdict() == _verdict()
    script = (
        "from isocost.judge.identity import *; from isocost.records import *;"
        "from tests.judge.judge_parts import code;"
        "k = tests_key(code('assert f(1) == 1'), 'def f(x): return x');"
        "print(verdict_key('def f(x): return x', k, LimitPolicy(), Isolation.strong))"
    )
    here = Path(__file__).resolve().parents[2]
    found = subprocess.run([sys.executable, "-c", script], cwd=here, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == _verdict()


@pytest.mark.parametrize("field", LimitPolicy.__struct_fields__)
def test_every_part_of_the_policy_counts(field: str) -> None:
    """Another limit is another question."""
    assert _verdict(**{field: getattr(POLICY, field) * 2}) != _verdict()


def test_program_isolation_and_tests_count() -> None:
    """Another program, isolation, test set or reference is another question."""
    other_tests = identity.tests_key(code("assert f(1) == 2"), "def f(x): return x")
    shared = identity.tests_key(code("assert f(1) == 1", shared=True), "def f(x): return x")
    prelude = identity.tests_key(code("assert f(1) == 1", prelude="import math"), "def f(x): return x")
    other_reference = identity.tests_key(TESTS, "def f(x): return x + 0")
    names = [
        _verdict(),
        _verdict("def f(x): return x\n"),
        _verdict(isolation=Isolation.contained),
        *(_verdict(tests=key) for key in (other_tests, shared, prelude, other_reference)),
    ]
    assert len(set(names)) == len(names)


def test_cases_have_names_by_all_that_they_say() -> None:
    """Inputs, expected values and the oracle count."""
    parts = [cases([[1]]), cases([[2]]), cases([[1]], [1]), cases([[1]], [2]), cases([[1]], [1], oracle="close")]
    assert len({identity.tests_key(part, "") for part in parts}) == len(parts)


def test_python_and_the_judge_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another Python or another version of the judge is another question."""
    assert sys.version.split()[0] in judge_name()
    monkeypatch.setattr(identity, "JUDGE_VERSION", identity.JUDGE_VERSION + 1)
    assert identity.tests_key(TESTS, "def f(x): return x") != KEY


@pytest.mark.parametrize(
    "source",
    [
        "import numpy",
        "import numpy as np",
        "import os, numpy",
        "from numpy.linalg import norm",
        "def f(x):\n    import numpy\n    return x",
    ],
)
def test_versions_of_modules_that_a_program_names_count(source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An upgrade of a module that the program imports is another question; of one it doesn't, it is not."""
    before, without = _verdict(source), _verdict("import os")
    monkeypatch.setattr(identity, "module_version", lambda name: f"{name} 0.0")
    assert _verdict(source) != before
    assert _verdict("import os") == without


def test_module_versions() -> None:
    """Installed modules have their distribution's version, others None, and odd names never fail."""
    import numpy as np

    assert module_version("numpy") == f"numpy {np.__version__}"
    assert module_version("no_such_module_at_all") is None
    assert module_version("__main__") is None or isinstance(module_version("__main__"), str)


def test_lone_surrogates_have_a_name() -> None:
    """A program whose text is not valid Unicode has a name too."""
    assert _verdict("x = '\ud800'") != _verdict("x = '\ud801'")
