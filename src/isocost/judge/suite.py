"""Test sets made ready to run: compiled once for each problem, whatever the number of programs they judge.

Calls that the tests make with literal arguments are foreseen, so that they can be sent along with a program and
answered without a round trip. Foreseeing is a matter of speed alone: `tester` checks every call against what was
foreseen, and asks again from the start where the two differ.
"""

from __future__ import annotations

import ast
import marshal
from collections.abc import Iterator
from types import CodeType

from isocost import values
from isocost.judge import oracles
from isocost.records import CaseTests, CodeTests, Tests

Call = tuple[str, tuple[object, ...], dict[str, object]]
"""A function's name, positional arguments and keywords."""

TESTS_NAME = "<tests>"
_LEAVES = (ast.Constant, ast.Load, ast.Store, ast.Del, type(None), str)
_MARSHAL_WITHOUT_REFERENCES = 2  # equal calls then have equal bytes


def key_of(call: Call) -> bytes:
    """Bytes that are equal for equal calls. Raises ValueError for arguments that cannot cross."""
    return marshal.dumps(call, _MARSHAL_WITHOUT_REFERENCES)  # type: ignore[arg-type]  # it raises for what is not


class CodeSuite:
    """Tests that are Python statements."""

    def __init__(self, tests: CodeTests) -> None:
        tree = ast.parse(tests.source)
        foreseen = list(_foresee(tree, frozenset(tests.calls)))
        self.calls = tests.calls
        self.lines = tests.source.splitlines()
        self.prelude: CodeType | None = compile(tests.prelude, "<prelude>", "exec") if tests.prelude.strip() else None
        self.code: CodeType = compile(tree, TESTS_NAME, "exec")
        self.ahead = marshal.dumps(foreseen, _MARSHAL_WITHOUT_REFERENCES)
        self.foreseen = [key_of(call) for call in foreseen]
        self.watch = _looks_at_arguments(tree, frozenset(tests.calls))


class CaseSuite:
    """Tests that are inputs, with the values expected for them."""

    def __init__(self, tests: CaseTests) -> None:
        inputs = values.loads(tests.inputs)
        assert isinstance(inputs, list)  # noqa: S101 (a benchmark's data, checked when it was loaded)
        self.entry_point = tests.entry_point
        self.inputs: list[list[object]] = inputs
        self.expected = None if tests.expected is None else _list(values.loads(tests.expected))
        self.asks_for_none_only = tests.oracle == "not_none"
        self.oracle = oracles.oracle(tests.oracle)
        self.atols = oracles.tolerances(tests.oracle, self.expected or [], tests.atol)
        self.ahead = marshal.dumps([(tests.entry_point, tuple(arguments), {}) for arguments in inputs])


class SharedSuite:
    """Tests that run inside the program's process."""

    def __init__(self, tests: CodeTests) -> None:
        self.source = f"{tests.prelude}\n{tests.source}"


Suite = CodeSuite | CaseSuite | SharedSuite


def prepare(tests: Tests) -> Suite:
    """Compile a test set."""
    if isinstance(tests, CaseTests):
        return CaseSuite(tests)
    return SharedSuite(tests) if tests.channel == "shared" else CodeSuite(tests)


def _list(value: object) -> list[object]:
    assert isinstance(value, list)  # noqa: S101 (written by this package)
    return value


# --- foreseeing ------------------------------------------------------------------------------------------------------


def _foresee(tree: ast.Module, names: frozenset[str]) -> Iterator[Call]:
    """Calls that the tests make, in order, up to the first statement that is not plain to read."""
    body = tree.body
    names_of_calls = {name: name for name in names}
    check = _check_call(tree, names)
    if check is not None:
        function, target = check
        body = function.body
        names_of_calls[function.args.args[0].arg] = target
    for statement in body:
        if isinstance(statement, ast.Import | ast.ImportFrom | ast.FunctionDef | ast.Assign):
            if any(isinstance(node, ast.Call) for node in ast.walk(statement)):
                return
            continue
        if not isinstance(statement, ast.Assert | ast.Expr):
            return
        # An assertion's message is only made when it fails.
        for node in _calls_in_order(statement.test if isinstance(statement, ast.Assert) else statement.value):
            if not (isinstance(node.func, ast.Name) and node.func.id in names_of_calls):
                continue
            call = _literal_call(names_of_calls[node.func.id], node)
            if call is None:
                return
            yield call


def _check_call(tree: ast.Module, names: frozenset[str]) -> tuple[ast.FunctionDef, str] | None:
    """The shape of HumanEval: `def check(candidate): …` and, as the last statement, `check(name)`."""
    last = tree.body[-1] if tree.body else None
    if not (isinstance(last, ast.Expr) and isinstance(last.value, ast.Call) and isinstance(last.value.func, ast.Name)):
        return None
    arguments = last.value.args
    if len(arguments) != 1 or not isinstance(arguments[0], ast.Name) or arguments[0].id not in names:
        return None
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef) and statement.name == last.value.func.id and statement.args.args:
            return statement, arguments[0].id
    return None


def _calls_in_order(node: ast.AST) -> Iterator[ast.Call]:
    """Calls in the order in which Python evaluates them: arguments before the call, left before right."""
    if isinstance(node, ast.Lambda | ast.GeneratorExp | ast.ListComp | ast.SetComp | ast.DictComp):
        return
    for child in _children(node):
        yield from _calls_in_order(child)
    if isinstance(node, ast.Call):
        yield node


def _children(node: ast.AST) -> list[ast.AST]:
    """Child nodes in their order, less those that hold nothing: constants and contexts, most of a test's tree."""
    found: list[ast.AST] = []
    for name in node._fields:
        value = getattr(node, name, None)
        if type(value) is list:
            found += [item for item in value if type(item) not in _LEAVES and isinstance(item, ast.AST)]
        elif type(value) not in _LEAVES and isinstance(value, ast.AST):
            found.append(value)
    return found


def _walk(tree: ast.AST) -> Iterator[ast.AST]:
    """Every node that `_children` gives, in no order."""
    rest = [tree]
    while rest:
        node = rest.pop()
        yield node
        rest += _children(node)


def _literal_call(name: str, node: ast.Call) -> Call | None:
    try:
        arguments = tuple(ast.literal_eval(item) for item in node.args)
        keywords: dict[str, object] = {item.arg: ast.literal_eval(item.value) for item in node.keywords if item.arg}
        call = (name, arguments, keywords)
        key_of(call)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None  # not a literal: it will be asked for when it comes
    return call if len(keywords) == len(node.keywords) else None


def _looks_at_arguments(tree: ast.Module, names: frozenset[str]) -> bool:
    """Whether the tests could see an argument after a call: they can when it is anything but a literal."""
    candidates = set(names)
    calls: list[ast.Call] = []
    for node in _walk(tree):
        if isinstance(node, ast.FunctionDef):
            candidates.update(argument.arg for argument in node.args.args)
        elif isinstance(node, ast.Call):
            calls.append(node)
    # A call that names no variable among its arguments cannot show what became of one.
    return any(
        isinstance(node.func, ast.Name)
        and node.func.id in candidates
        and any(isinstance(item, ast.Name) for argument in _given(node) for item in _walk(argument))
        and _literal_call(node.func.id, node) is None
        for node in calls
    )


def _given(node: ast.Call) -> list[ast.expr]:
    return [*node.args, *(keyword.value for keyword in node.keywords)]
