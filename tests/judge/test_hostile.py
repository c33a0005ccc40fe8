"""Programs that try to pass without solving, on every problem of three benchmarks: none of them ever does."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.judge.judge_parts import judged, suite_of, works

from isocost.benchmarks import load
from isocost.judge.pool import Pool
from isocost.records import CodeTests, Isolation, LimitPolicy, Outcome

ALWAYS_EQUAL = """
class Anything:
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __lt__(self, other): return True
    def __le__(self, other): return True
    def __gt__(self, other): return True
    def __ge__(self, other): return True
    def __bool__(self): return True
    def __hash__(self): return 0
    def __len__(self): return 1
    def __iter__(self): return iter((self,))
    def __sub__(self, other): return self
    def __rsub__(self, other): return self
    def __abs__(self): return self
    def __float__(self): return 0.0
    def __getattr__(self, name): return self
    def __call__(self, *_, **__): return self
    def __getitem__(self, key): return self

def _trick():
    return Anything()
"""
EXITS = "import sys\ndef _trick():\n    sys.exit(0)\n"
EXITS_AT_ONCE = "import os\ndef _trick():\n    os._exit(0)\n"
WALKS = """
import functools, gc, sys

@functools.cache
def _trick():
    frame, seen = sys._getframe(), []
    while frame is not None:
        seen += [*frame.f_locals.values(), *frame.f_globals.values(), frame.f_code.co_consts]
        frame = frame.f_back
    for thing in gc.get_objects():
        if type(thing) is dict:
            seen += list(thing.values())
    seen += [module for module in list(sys.modules.values()) if hasattr(module, "check")]
    for thing in seen:
        try:
            if type(thing) is str and "assert " in thing and "==" in thing:
                return eval(thing.partition("==")[2].partition("\\n")[0])
            if callable(thing) and "check" in getattr(thing, "__name__", ""):
                return thing(lambda *_: True)
        except Exception:
            pass
    return seen[-1] if seen else None
"""
TRICKS = {"always equal": ALWAYS_EQUAL, "sys.exit": EXITS, "os._exit": EXITS_AT_ONCE, "walks": WALKS}


@pytest.mark.slow
@pytest.mark.parametrize("name, size", [("humaneval", 164), ("humaneval-pro", 164), ("mbpp-pro", 378)])
def test_no_trick_passes_any_problem(name: str, size: int, level: Isolation, data_dir: Path) -> None:
    """An object equal to everything, two early exits and a hunt for the tests: 0 passes over all problems."""
    programs, tried = [], []
    for problem in load(name, data_dir=data_dir).problems.values():
        for tests in problem.tests.values():
            assert isinstance(tests, CodeTests)
            suite = suite_of(tests, problem.reference)
            for trick, source in TRICKS.items():
                defined = "".join(f"def {call}(*_, **__): return _trick()\n" for call in tests.calls)
                programs.append((suite, source + defined))
                tried.append((problem.id, trick))
    assert len(tried) == size * len(TRICKS)
    with Pool(level, LimitPolicy(), 2) as pool:
        answers = judged(pool, works(programs))
    outcomes = {answer.outcome for answer in answers.values()}
    passed = [tried[token] for token, answer in answers.items() if answer.outcome is Outcome.passed]
    assert not passed
    assert outcomes <= {Outcome.wrong_answer, Outcome.runtime_error}, outcomes
