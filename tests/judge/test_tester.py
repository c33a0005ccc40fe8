"""The tester and its verdicts: one small program for each thing that can happen, judged in the real sandbox."""

from __future__ import annotations

import msgspec
import pytest
from tests.judge.judge_parts import POLICY, cases, code

from isocost.errors import SandboxError
from isocost.judge import suite as suites
from isocost.judge import tester, verdict
from isocost.judge.limits import limits_for
from isocost.judge.tester import Finding
from isocost.records import LimitHit, Limits, Outcome, Tests
from isocost.sandbox.fork_server import Facts, ForkServer

ADDS = code("assert add(1, 2) == 3\nassert add(2, 40) == 42", calls=("add",))
HONEST = "def add(a, b):\n    return a + b\n"
LIMITS = limits_for(POLICY)
QUICK_TO_STOP = msgspec.structs.replace(LIMITS, wall_seconds=0.2)


def _run(server: ForkServer, tests: Tests, source: str, limits: Limits = LIMITS) -> tuple[Finding, Facts]:
    finding, conversation = tester.run(server, suites.prepare(tests), source, limits)
    return finding, conversation.facts()


def _outcome(server: ForkServer, tests: Tests, source: str, limits: Limits = LIMITS) -> Outcome:
    return verdict.decide(*_run(server, tests, source, limits))[0]


@pytest.mark.parametrize(
    "source, outcome",
    [
        (HONEST, Outcome.passed),
        ("def add(a, b):\n    return a - b\n", Outcome.wrong_answer),
        ("def add(a, b):\n    return 3\n", Outcome.wrong_answer),
        ("def add(a, b):\n    raise KeyError(a)\n", Outcome.runtime_error),
        ("def add(a):\n    return a\n", Outcome.runtime_error),
        ("def sub(a, b):\n    return a\n", Outcome.runtime_error),
        ("raise ValueError('at load')\n" + HONEST, Outcome.runtime_error),
        ("import no_such_module\n" + HONEST, Outcome.runtime_error),
        ("import sys\ndef add(a, b):\n    sys.exit(0)\n", Outcome.runtime_error),
        ("import os\ndef add(a, b):\n    os._exit(0)\n", Outcome.runtime_error),
        ("import os, signal\ndef add(a, b):\n    os.kill(os.getpid(), signal.SIGSEGV)\n", Outcome.runtime_error),
        ("def add(a, b):\n    return object()\n", Outcome.wrong_answer),
        ("def add(a, b) return", Outcome.syntax_error),
        ("def add(a, b):\n    while True: pass\n", Outcome.time_limit),
        ("import time\ndef add(a, b):\n    time.sleep(60)\n", Outcome.time_limit),
        ("while True: pass\n", Outcome.time_limit),
        ("def add(a, b):\n    return len(bytearray(1 << 40)) and a + b\n", Outcome.memory_limit),
        ("def add(a, b):\n    return 'x' * (17 << 20)\n", Outcome.output_limit),
        ("def add(a, b):\n    while True: print('x' * 10_000)\n", Outcome.output_limit),
    ],
)
def test_each_outcome_by_a_small_program(server: ForkServer, source: str, outcome: Outcome) -> None:
    """What happened decides the outcome: wrong value, exception, early end, limits."""
    assert _outcome(server, ADDS, source) is outcome


def test_an_object_that_equals_everything_is_not_a_right_answer(server: ForkServer) -> None:
    """Only plain values cross: an overridden `__eq__` stays behind, of a plain object and of a subclass alike."""
    equal = "    def __eq__(self, other): return True\n    __hash__ = None\n"
    assert _outcome(server, ADDS, f"class E:\n{equal}def add(a, b): return E()\n") is Outcome.wrong_answer
    assert _outcome(server, ADDS, f"class E(int):\n{equal}def add(a, b): return E(7)\n") is Outcome.wrong_answer


def test_a_subclass_counts_as_its_builtin_base(server: ForkServer) -> None:
    """A member of an IntEnum, a Counter or a named tuple passes where its base would."""
    source = (
        "import enum\nfrom collections import Counter, namedtuple\nE = enum.IntEnum('E', {'three': 3})\n"
        "P = namedtuple('P', 'x y')\ndef f(k): return {0: E.three, 1: Counter('aab'), 2: P(1, 2)}[k]\n"
    )
    tests = code("assert f(0) == 3\nassert f(1) == {'a': 2, 'b': 1}\nassert f(2) == (1, 2)")
    assert _outcome(server, tests, source) is Outcome.passed


@pytest.mark.parametrize(
    "kind, change, seen",
    [
        ("[3, 1, 2]", "x.sort()", "[1, 2, 3]"),
        ("[[3], 1]", "x[0].append(4)", "[[3, 4], 1]"),
        ("{'a': 1}", "x['b'] = 2", "{'a': 1, 'b': 2}"),
        ("{1, 2}", "x.discard(1)", "{2}"),
        ("([1], 2)", "x[0].clear()", "([], 2)"),
        ("[1]", "x[:] = []", "[]"),
    ],
)
def test_changes_of_arguments_are_seen_by_tests_that_look(
    server: ForkServer, kind: str, change: str, seen: str
) -> None:
    """A container that the program changes in place is changed for the tests too, under its own identity."""
    tests = code(f"x = {kind}\nsame = x\nassert f(x) is None\nassert x == {seen}\nassert same is x")
    assert _outcome(server, tests, f"def f(x):\n    {change}\n") is Outcome.passed
    assert _outcome(server, tests, "def f(x):\n    pass\n") is Outcome.wrong_answer


def test_iterators_arrive_as_iterators(server: ForkServer) -> None:
    """A generator is spent in the program's process and is an iterator, not a list, for the tests."""
    tests = code("assert list(f(3)) == [0, 1, 2]\nassert f(2) != [0, 1]\nassert next(f(1)) == 0")
    assert _outcome(server, tests, "def f(n):\n    yield from range(n)\n") is Outcome.passed


def test_an_exception_that_tests_expect_is_raised_in_them(server: ForkServer) -> None:
    """Builtin exceptions cross by name, and a class of the program's own by its builtin base."""
    tests = code(
        "try:\n    f(-1)\nexcept ValueError as error:\n    assert 'too small' in str(error)\nelse:\n    assert False\n"
        "assert f(1) == 1"
    )
    source = "class TooSmall(ValueError): pass\ndef f(x):\n    if x < 0: raise {}('too small')\n    return x\n"
    assert _outcome(server, tests, source.format("ValueError")) is Outcome.passed
    assert _outcome(server, tests, source.format("TooSmall")) is Outcome.passed
    assert _outcome(server, tests, source.format("KeyError")) is Outcome.runtime_error


def test_calls_that_were_not_foreseen_are_made_exactly(server: ForkServer) -> None:
    """Where the tests make other calls than foreseen, the program starts anew and sees just the calls that are made."""
    stateful = "seen = []\ndef f(x):\n    seen.append(x)\n    return list(seen)\n"
    skipped = code("assert f(1) == [1] or f(2)\nassert f(3) == [1, 3]")
    assert suites.CodeSuite(skipped).foreseen, "the skipped call is foreseen, or this test shows nothing"
    finding, _facts = _run(server, skipped, stateful)
    assert finding.passed, finding
    assert finding.calls == 2
    depends = code("a = f(1)\nassert f(len(a) + 1) == [1, 2]\nassert f(a[0]) == [1, 2, 1]")
    assert _run(server, depends, stateful)[0].passed


BARE = "try:\n    assert f({}) == 1\nexcept:\n    pass\n"


@pytest.mark.parametrize(
    "source, outcome",
    [
        ("def f(x): return 1\n", Outcome.passed),
        ("def f(x): return\n)", Outcome.syntax_error),
        ("raise ValueError\ndef f(x): return 1\n", Outcome.runtime_error),
        ("import os\ndef f(x): os._exit(0)\n", Outcome.runtime_error),
        ("def f(x):\n    while True: pass\n", Outcome.time_limit),
        ("def f(x): return object()\n", Outcome.passed),  # an answer: as in one process, the test lets it through
    ],
)
def test_a_bare_except_in_a_test_hides_nothing_that_matters(server: ForkServer, source: str, outcome: Outcome) -> None:
    """A test that swallows every exception does not turn a program that never answered into one that passes."""
    assert _outcome(server, code(BARE.format(1)), source) is outcome


def test_a_bare_except_does_not_hide_a_call_that_was_not_foreseen(server: ForkServer) -> None:
    """The news that a call was not foreseen reaches the tester, whatever a test makes of it."""
    stateful = "seen = []\ndef f(x):\n    seen.append(x)\n    return len(seen)\n"
    tests = code("assert f(1) == 1 or f(2) == 9\n" + BARE.format("len([1])") + "assert f(5) == 3")
    finding, _facts = _run(server, tests, stateful)
    assert finding.passed, finding


@pytest.mark.parametrize(
    "tests",
    [
        "x = f(0)\nwhile x: pass",
        "x = f(0)\nwhile x:\n    try:\n        while x: pass\n    except:\n        if f(1): raise",
        "for _ in range(f(0)): pass",
    ],
)
def test_tests_that_a_value_keeps_busy_are_ended(server: ForkServer, tests: str) -> None:
    """A program whose value makes a test loop runs out of time; the judge goes on."""
    finding, facts = _run(server, code(tests), "def f(x): return 1 << 60\n", QUICK_TO_STOP)
    assert finding.out_of_time, finding
    assert verdict.decide(finding, facts)[0] is Outcome.time_limit
    assert _outcome(server, ADDS, HONEST) is Outcome.passed


def test_tests_that_a_value_makes_hungry_are_ended(server: ForkServer) -> None:
    """A short answer that tests blow up, as a range made into a list, is a wrong answer and does not fill the machine."""
    tests = code("assert sorted(f(0)) == [1, 2]")
    assert _outcome(server, tests, "def f(x): return range(10 ** 12)\n") is Outcome.wrong_answer


@pytest.mark.parametrize("value", ["10 ** 5000", "[10 ** 5000]", "{'a': (10 ** 5000,)}", "'\\ud800'", "['\\udc80']"])
def test_values_that_are_hard_to_show_are_wrong_answers(server: ForkServer, value: str) -> None:
    """An int of more digits than Python prints and a lone surrogate are judged, and the detail can be written down."""
    for tests in ("assert f(1) == 2", "assert {}[f(1)] == 2", "assert int(f(1)) < 0"):
        finding, facts = _run(server, code(tests), f"def f(x): return {value}\n")
        outcome, detail = verdict.decide(finding, facts)
        assert outcome is Outcome.wrong_answer
        assert detail is not None
        assert len(detail.encode()) <= 1000
        assert "\n" not in detail


@pytest.mark.parametrize(
    "value",
    [
        "iter('ab')",
        "{'a': 1, 'b': 2}.keys()",
        "(i for i in 'ab')",
        "collections.deque('ab')",
        "collections.Counter('ab')",
    ],
)
def test_answers_can_be_handed_back(server: ForkServer, value: str) -> None:
    """What a program answers crosses again, as what it was, when a test gives it to the next call."""
    tests = code("assert g(f(1)) == ['a', 'b']", calls=("f", "g"))
    source = f"import collections\ndef f(x): return {value}\ndef g(x): return list(x)\n"
    assert _outcome(server, tests, source) is Outcome.passed
    other = "import collections\ndef f(x): return collections.Counter(x)\ndef g(x): return x.most_common(1)\n"
    tests = code("assert g(f('aab')) == [('a', 2)]", calls=("f", "g"))
    assert _outcome(server, tests, other) is Outcome.passed


@pytest.mark.parametrize("value", ["object()", "g", "[[object()]]", "re.match('a', 'a')"])
def test_handing_back_an_answer_that_cannot_cross_is_the_programs_fault(server: ForkServer, value: str) -> None:
    """A program cannot leave the count by answering with an object that a test gives to the next call."""
    tests = code("assert g(f(1)) == 1", calls=("f", "g"))
    source = f"import re\ndef f(x): return {value}\ndef g(x): return 1\n"
    assert _outcome(server, tests, source) is Outcome.runtime_error


def test_an_argument_of_the_tests_own_that_cannot_cross_is_our_fault(server: ForkServer) -> None:
    """A test that hands over what cannot cross is not held against the program."""
    with pytest.raises(SandboxError, match="a test hands f what cannot cross"):
        _run(server, code("f(lambda: 1)"), "def f(x): return 1\n")


@pytest.mark.parametrize(
    "tests, source",
    [
        ("assert f() == 0.5 and f() != 1", "from fractions import Fraction\ndef f(): return Fraction(1, 2)"),
        ("assert f() == 0.5 and round(f()) == 0", "from decimal import Decimal\ndef f(): return Decimal('0.50')"),
        ("assert list(f()) == [1, 2] != f()", "from collections import deque\ndef f(): return deque([1, 2])"),
        ("assert f() == [1]", "from collections import UserList\ndef f(): return UserList([1])"),
        ("assert f()['z'] == 0", "from collections import Counter\ndef f(): return Counter('a')"),
        ("assert f()['z'] == []", "from collections import defaultdict\ndef f(): return defaultdict(list)"),
        ("assert f() == b'a'", "def f(): return memoryview(b'a')"),
        ("assert f() is int", "def f(): return int"),
        ("assert f()", "import re\ndef f(): return re.match('a', 'a')"),
        (
            "assert f() is not None and not f()",
            "class Empty:\n    def __len__(self): return 0\ndef f(): return Empty()",
        ),
        (
            "from collections import OrderedDict\nassert list(f()) == ['b', 'a'] and f() != OrderedDict(a=1, b=2)",
            "from collections import OrderedDict\nd = OrderedDict(a=1, b=2)\nd.move_to_end('a')\ndef f(): return d",
        ),
    ],
)
def test_objects_of_the_library_behave_as_in_one_process(server: ForkServer, tests: str, source: str) -> None:
    """Library classes that compare with plain values cross as themselves; of others a test sees that they are there."""
    for shared in (False, True):
        assert _outcome(server, code(tests, shared=shared), source) is Outcome.passed


@pytest.mark.parametrize(
    "tests, source, outcome",
    [
        ("x = [2, 1]\nassert f(x) is x", "def f(x):\n    x.sort()\n    return x", Outcome.passed),
        ("x = [2, 1]\nassert f(x) is not x", "def f(x): return x", Outcome.wrong_answer),
        ("x = [2, 1]\nassert f(x) is not x", "def f(x): return list(x)", Outcome.passed),
        ("x = float('nan')\nassert f(x) in [x]", "def f(x): return x", Outcome.passed),
        ("x = [2, 1]\nf(x=x)\nassert x == [2, 1]", "def f(x): x.sort()", Outcome.wrong_answer),
        ("x = {'x': [2, 1]}\nf(**x)\nassert x == {'x': [1, 2]}", "def f(x): x.sort()", Outcome.passed),
        ("x = [1, 0]\nf(x)\nassert x[0] is True", "def f(x): x[0] = True", Outcome.passed),
        ("x = {'b': 1, 'a': 2}\nf(x)\nassert [*x] == ['a', 'b']", "def f(x): x['b'] = x.pop('b')", Outcome.passed),
        ("x = [[1], [2]]\ny = x[0]\nf(x)\nassert y is x[0] == [3]", "def f(x): x[0][0] = 3", Outcome.passed),
    ],
)
def test_what_a_program_does_to_its_arguments_is_exact(
    server: ForkServer, tests: str, source: str, outcome: Outcome
) -> None:
    """Tests see which argument came back, changes by keyword, and changes that `==` does not see."""
    for shared in (False, True):
        assert _outcome(server, code(tests, shared=shared), source) is outcome


@pytest.mark.parametrize(
    "raised, held",
    [
        ("{}['a']", "type(e) is KeyError and str(e) == \"'a'\" and e.args == ('a',)"),
        ("raise Mine('bad', 3)", "isinstance(e, ValueError) and type(e).__name__ == 'Mine' and e.args == ('bad', 3)"),
        ("raise Mine('bad')", "str(e) == 'bad'"),
        ("raise Told('bad')", "str(e) == 'told' and type(e).__name__ == 'Told'"),
        ("raise ValueError", "str(e) == '' and e.args == ()"),
        ("open('nowhere')", "type(e) is FileNotFoundError and e.errno == 2"),
        ("'\\udc80'.encode()", "isinstance(e, UnicodeError)"),
        ("exec('1 +')", "isinstance(e, SyntaxError)"),
        ("raise ExceptionGroup('two', [ValueError(1), KeyError(2)])", "isinstance(e, ExceptionGroup) or True"),
        ("raise OSError(object())", "type(e) is OSError"),
    ],
)
def test_exceptions_are_what_they_were(server: ForkServer, raised: str, held: str) -> None:
    """Tests see class, name, arguments and text of an exception as in one process."""
    source = (
        "class Mine(ValueError): pass\nclass Told(KeyError):\n    def __str__(self): return 'told'\n"
        f"def f():\n    {raised}\n"
    )
    tests = f"try:\n    f()\nexcept Exception as e:\n    assert {held}, (e, e.args)\nelse:\n    assert 0\n"
    for shared in (False, True):
        finding, _facts = _run(server, code(tests, shared=shared), source)
        assert finding.passed, finding


def test_cases_are_held_against_expected_values(server: ForkServer) -> None:
    """Tests that are inputs: right values pass, a wrong one is named with its case."""
    tests = cases([[1], [2], [3]], [1, 4, 9])
    assert _outcome(server, tests, "def f(x): return x * x\n") is Outcome.passed
    finding, _facts = _run(server, tests, "def f(x): return x * x if x < 3 else 0\n")
    assert finding.failed_test
    assert finding.detail == "f(3,), case 2; f gave 0"


def test_reference_values_are_collected(server: ForkServer) -> None:
    """The reference's answers come back as values, and a reference that fails is our fault."""
    suite = suites.prepare(cases([[2], [3]]))
    assert isinstance(suite, suites.CaseSuite)
    found, facts = tester.answers(server, suite, "def f(x): return (x, {x})\n", LIMITS)
    assert found == [(2, {2}), (3, {3})]
    assert facts.memory_bytes > 0
    with pytest.raises(SandboxError, match="fails on its own inputs"):
        tester.answers(server, suite, "def f(x): return 1 / (x - 3)\n", LIMITS)


def test_cases_without_expected_values_are_our_fault(server: ForkServer) -> None:
    """Nobody passes or fails against values that were never computed."""
    with pytest.raises(SandboxError, match="expected values"):
        _run(server, cases([[1]]), "def f(x): return x\n")


@pytest.mark.parametrize(
    "source, outcome",
    [
        (HONEST, Outcome.passed),
        ("def add(a, b):\n    return 0\n", Outcome.wrong_answer),
        ("def add(a, b):\n    assert False\n", Outcome.runtime_error),
        ("def add(a, b):\n    raise KeyError\n", Outcome.runtime_error),
        ("def add(a, b) return", Outcome.syntax_error),
        ("import os\ndef add(a, b):\n    os._exit(0)\n", Outcome.runtime_error),
        ("import sys\ndef add(a, b):\n    sys.exit(0)\n", Outcome.runtime_error),
        ("def add(a, b):\n    while True: pass\n", Outcome.time_limit),
    ],
)
def test_shared_tests_tell_the_same_outcomes(server: ForkServer, source: str, outcome: Outcome) -> None:
    """Tests inside the program's process: a test's own assertion is a wrong answer, the program's is not."""
    assert _outcome(server, code(ADDS.source, calls=("add",), shared=True), source) is outcome


@pytest.mark.parametrize(
    "tests, source",
    [
        ("assert len(f(1)) == 1", "def f(x): return None\n"),
        ("assert abs(f(1) - 2) < 1", "def f(x): return None\n"),
        ("assert f(1)[0] == 1", "def f(x): return {}\n"),
        ("assert f(1) == 1", "def g(x): return 1\n"),
        ("assert f(1) == 1", "def f(): return 1\n"),
        ("assert f(1) == 1", "def f(x, y): return 1\n"),
        ("assert f(x=1) == 1", "def f(y): return 1\n"),
        ("assert f(1) == 1", "f = None\n"),
    ],
)
def test_both_channels_tell_the_same_outcome(server: ForkServer, tests: str, source: str) -> None:
    """What a test's own line raises on a value is a wrong answer; that nothing could be called is the program's error."""
    outcomes = {_outcome(server, code(tests, shared=shared), source) for shared in (False, True)}
    assert outcomes == {Outcome.wrong_answer if "f(x): return" in source else Outcome.runtime_error}


def test_output_is_kept_and_cut(server: ForkServer) -> None:
    """What a program prints is in the facts, up to the bound."""
    _finding, facts = _run(server, ADDS, "print('hello')\n" + HONEST)
    assert facts.output == "hello\n"
    finding, facts = _run(server, ADDS, "print('x' * 100_000)\n" + HONEST)
    assert finding.passed
    assert len(facts.output) < POLICY.output_bytes + 100
    assert "more bytes were dropped" in facts.output
    assert facts.limit is None or facts.limit is LimitHit.output


def test_a_program_sees_each_tests_state_of_its_own(server: ForkServer) -> None:
    """Globals live through the calls of one program and end with it."""
    tests = code("assert f(0) == 1\nassert f(0) == 2")
    source = "n = 0\ndef f(x):\n    global n\n    n += 1\n    return n\n"
    assert _outcome(server, tests, source) is Outcome.passed
    assert _outcome(server, tests, source) is Outcome.passed


@pytest.mark.parametrize(
    "program",
    [
        "def add(a, b):\n    pile = [a]\n    while True:\n        pile.append(pile[-1] + b)\n",
        "kept = []\ndef add(a, b):\n    while True:\n        kept.append(bytes(64))\n",
        "kept = []\nwhile True:\n    kept.append(object())\n",
    ],
)
def test_a_program_without_memory_left_can_still_say_so(server: ForkServer, program: str) -> None:
    """Whatever fills its memory, in its frames or for good, it is MemoryError each time, and no sudden end."""
    limits = msgspec.structs.replace(LIMITS, cpu_seconds=20, wall_seconds=60.0, memory_bytes=256 << 20)
    assert [_outcome(server, ADDS, program, limits) for _ in range(3)] == [Outcome.memory_limit] * 3
