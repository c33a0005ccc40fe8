"""Runs the references of `steps` and spoilt versions of them, and tells which of them their tests let pass.

Started by `test_steps.py` as a process of its own (`python steps_gates.py GATE`), because it executes code. It reads a
JSON list of tasks from stdin and writes one JSON list of complaints to stdout. It uses the standard library alone.
"""

from __future__ import annotations

import ast
import copy
import doctest
import functools
import itertools
import json
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from types import CodeType
from typing import Any, TypedDict

CPU_SECONDS = 0.3  # for one spoilt program; the tests of a reference need a few milliseconds


class Task(TypedDict):
    """One problem with all the code that it takes to run it."""

    id: str
    before: str
    """The whole program of the problem below; "" at rung 0."""
    called: str | None
    """Name of the function that must be called."""
    statement: str
    reference: str
    entry_point: str
    tests: str


class OutOfTimeError(BaseException):
    """A spoilt program does not end; not an Exception, so that no program can catch it by accident."""


def complain_of_references(task: Task) -> Iterator[str]:
    """Gate: the reference passes its tests, its examples hold, and the function below is really called."""
    program = task["before"] + task["statement"] + task["reference"]
    names: dict[str, Any] = {"__name__": "program"}
    exec(compile(program, task["id"], "exec"), names)
    examples = doctest.DocTestFinder().find(names[task["entry_point"]], task["entry_point"], globs=dict(names))
    runner = doctest.DocTestRunner(verbose=False)
    results = [runner.run(example, out=lambda _text: None) for example in examples]
    tried, failed = sum(result.attempted for result in results), sum(result.failed for result in results)
    if tried == 0 or failed > 0:
        yield f"{task['id']}: {failed} of {tried} examples do not hold"
    calls = 0
    if task["called"] is not None:
        function = names[task["called"]]

        def counted(*args: object, **kwargs: object) -> object:
            nonlocal calls
            calls += 1
            return function(*args, **kwargs)

        names[task["called"]] = counted
    try:
        exec(compile(task["tests"], task["id"], "exec"), names)
    except Exception as error:  # noqa: BLE001 (whatever a reference raises is what we want to know)
        yield f"{task['id']}: the reference fails: {error!r}"
    if task["called"] is not None and calls == 0:
        yield f"{task['id']}: {task['called']} is never called"


def complain_of_fakes(task: Task) -> Iterator[str]:
    """Gate: a constant, an echoed argument and a one-line wrapper over the function below all fail."""
    below = compile(task["before"], "below", "exec")
    tests = compile(task["tests"], "tests", "exec")
    signature = parameters(task["statement"] + task["reference"], task["entry_point"])

    def error_of(expression: str) -> BaseException | None:
        source = f"import functools\ndef {task['entry_point']}({', '.join(signature)}):\n    return {expression}\n"
        return first_error([below, compile(source, "fake", "exec"), tests])

    fakes = [*constants(task["tests"]), *echoes(signature)]
    if task["called"] is not None:
        arity = len(parameters(task["before"], task["called"]))
        for kernel, shapes in wrappers(signature, task["called"], arity):
            error = error_of(kernel)
            # A kernel that itself raises in the first test (wrong types) is no better in another shape.
            if error is None or filename_of(error) == "tests":
                fakes += [kernel, *shapes]
    for fake in dict.fromkeys(fakes):
        if error_of(fake) is None:
            yield f"{task['id']}: `return {fake}` passes"


def complain_of_mutants(task: Task) -> Iterator[str]:
    """Gate: first-order mutants of the reference fail. The first line tells how many mutants there were."""
    below = compile(task["before"], task["id"], "exec")
    tests = compile(task["tests"], task["id"], "exec")
    made = 0
    survivors = []
    for tree, change in mutants(ast.parse(task["statement"] + task["reference"])):
        made += 1
        if first_error([below, compile(tree, "mutant", "exec"), tests]) is None:
            survivors.append(f"{task['id']}: {change}")
    yield str(made)
    yield from survivors


def first_error(codes: list[CodeType]) -> BaseException | None:
    """Run pieces of code one after another in one namespace; return what they raise, None if nothing."""
    names: dict[str, Any] = {"__name__": "program"}
    signal.setitimer(signal.ITIMER_VIRTUAL, CPU_SECONDS)
    try:
        for code in codes:
            exec(code, names)
    except (Exception, OutOfTimeError) as error:  # noqa: BLE001 (a spoilt program may raise anything)
        return error
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return None


def filename_of(error: BaseException) -> str:
    """Tell in which piece of code an error was raised."""
    return traceback.extract_tb(error.__traceback__)[-1].filename


def parameters(program: str, name: str) -> list[str]:
    """List the parameter names of a function of the program."""
    for node in ast.parse(program).body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return [argument.arg for argument in node.args.args]
    message = f"no function {name}"
    raise LookupError(message)


def constants(tests: str) -> Iterator[str]:
    """Give every literal that stands in the tests, and the usual empty values."""
    yield from ["None", "0", "1", "-1", "0.0", "''", "b''", "[]", "{}", "()", "set()", "True", "False", "(0, 0)"]
    for node in ast.walk(ast.parse(tests)):
        if isinstance(node, ast.expr):
            try:
                yield repr(ast.literal_eval(node))
            except ValueError:  # not a literal
                continue


def echoes(signature: list[str]) -> Iterator[str]:
    """Give every argument, and its simplest changes."""
    for argument in signature:
        yield argument
        for template in ("{}[::-1]", "sorted({})", "list({})", "set({})", "dict({})", "str({})", "len({})", "sum({})"):
            yield template.format(argument)
    yield f"({', '.join(signature)},)"


def wrappers(signature: list[str], called: str, arity: int) -> Iterator[tuple[str, list[str]]]:
    """Give one-line expressions over the function below: a kernel, and the shapes that can be made of it."""
    direct = [f"{called}({', '.join(chosen)})" for chosen in itertools.permutations(signature, arity)]
    direct += [f"{called}(*{argument})" for argument in signature]
    for call in direct:
        yield call, [f"{called}({call})", *(shape.format(call) for shape in CHANGES)]
    for over in signature:
        others = [argument for argument in signature if argument != over]
        for call in item_calls(others, called, arity):
            for source in (over, f"{over}.values()", f"{over}.items()"):
                shapes = [shape.format(c=call, o=source) for shape in MAPPINGS]
                yield f"[{call} for x in {source}]", shapes
            yield f"{{k: {call} for k, x in {over}.items()}}", []
        yield f"functools.reduce({called}, {over})", []
        yield from ((f"functools.reduce({called}, {over}, {other})", []) for other in others)
    for first, second in itertools.permutations(signature, 2):
        yield f"[{called}(x, y) for x, y in zip({first}, {second})]", []


CHANGES = (
    *("not {0}", "-{0}", "{0} + 1", "[{0}]", "{0}[0]", "{0}[-1]", "{0}[::-1]", "{0} or None"),
    *("len({0})", "sum({0})", "max({0})", "min({0})", "sorted({0})", "list({0})", "set({0})", "tuple({0})", "str({0})"),
    *("list({0}.values())", "sorted({0}.items())"),
)
MAPPINGS = (
    *(
        "{{x: {c} for x in {o}}}",
        "[x for x in {o} if {c}]",
        "[x for x in {o} if not {c}]",
        "[y for x in {o} for y in {c}]",
    ),
    *("max({o}, key=lambda x: {c})", "min({o}, key=lambda x: {c})", "sorted({o}, key=lambda x: {c})"),
    *("next((x for x in {o} if {c}), None)", "sorted(x for x in {o} if {c})"),
    *(
        fold + "([{c} for x in {o}])"
        for fold in (
            *("sum", "max", "min", "any", "all", "sorted", "tuple", "set", "len"),
            *("''.join", "'|'.join", "'\\n'.join"),
        )
    ),
)


def item_calls(others: list[str], called: str, arity: int) -> Iterator[str]:
    """Give the calls in which one item `x` takes the place of one argument, or of all."""
    yield f"{called}(*x)"
    for chosen in itertools.permutations(others, arity - 1):
        for place in range(arity):
            yield f"{called}({', '.join([*chosen[:place], 'x', *chosen[place:]])})"


def mutants(tree: ast.Module) -> Iterator[tuple[ast.Module, str]]:
    """Give copies of a tree with one small change each, and the changes in words."""
    for number, node in enumerate(ast.walk(tree)):
        for spoil in spoilings(node):
            changed = copy.deepcopy(tree)
            target = next(itertools.islice(ast.walk(changed), number, None))
            before = ast.unparse(target)
            spoil(target)
            line = getattr(target, "lineno", 0)
            yield ast.fix_missing_locations(changed), f"line {line}: `{before}` -> `{ast.unparse(target)}`"


COMPARISONS: dict[type[ast.cmpop], list[type[ast.cmpop]]] = {
    ast.Lt: [ast.LtE, ast.GtE],
    ast.LtE: [ast.Lt, ast.Gt],
    ast.Gt: [ast.GtE, ast.LtE],
    ast.GtE: [ast.Gt, ast.Lt],
    ast.Eq: [ast.NotEq],
    ast.NotEq: [ast.Eq],
    ast.In: [ast.NotIn],
    ast.NotIn: [ast.In],
    ast.Is: [ast.IsNot],
    ast.IsNot: [ast.Is],
}
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
}


def spoilings(node: ast.AST) -> Iterator[Callable[[Any], None]]:
    """Give the changes that fit a node: comparisons, and/or, not, True/False, whole numbers by 1, arithmetic."""
    match node:
        case ast.Compare(ops=operators):
            for place, operator in enumerate(operators):
                for other in COMPARISONS[type(operator)]:
                    yield functools.partial(replace_comparison, place, other)
        case ast.BoolOp(op=ast.And()):
            yield lambda target: setattr(target, "op", ast.Or())
        case ast.BoolOp():
            yield lambda target: setattr(target, "op", ast.And())
        case ast.UnaryOp(op=ast.USub()):
            yield lambda target: setattr(target, "op", ast.UAdd())
        case ast.UnaryOp(op=ast.Not()):
            yield lambda target: setattr(target, "operand", ast.UnaryOp(op=ast.Not(), operand=target.operand))
        case ast.Constant(value=bool()):
            yield lambda target: setattr(target, "value", not target.value)
        case ast.Constant(value=int()):
            yield lambda target: setattr(target, "value", target.value - 1)
            yield lambda target: setattr(target, "value", target.value + 1)
        case ast.BinOp(op=operation) | ast.AugAssign(op=operation) if type(operation) in ARITHMETIC:
            yield lambda target: setattr(target, "op", ARITHMETIC[type(target.op)]())


def replace_comparison(place: int, other: type[ast.cmpop], target: ast.Compare) -> None:
    """Put another operator in one place of a comparison."""
    target.ops[place] = other()


GATES = {"references": complain_of_references, "fakes": complain_of_fakes, "mutants": complain_of_mutants}


def main(gate: str) -> None:
    """Hold every task from stdin against one gate, and write the complaints to stdout."""

    def out_of_time(_signal: int, _frame: object) -> None:
        raise OutOfTimeError

    signal.signal(signal.SIGVTALRM, out_of_time)
    complaints = [complaint for task in json.load(sys.stdin) for complaint in GATES[gate](task)]
    json.dump(complaints, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])
