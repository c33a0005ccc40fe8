"""Whether tests can run in another process than the program: do only plain values pass between the two?

A reading of the tests, without running them. It knows these reasons against: a module whose objects or state both
sides would share (files, clocks, random seeds), functions or objects of classes as arguments, a question for the class
of a result, a call of a result, an attribute that no plain value has, of a result or of a function. Not seen: a
program that returns an object where the reference returns a plain value; of that the tests only know that it is there.
"""

from __future__ import annotations

import ast
import builtins
import collections
from collections.abc import Collection, Iterator

from isocost.library_values import CLASSES

PLAIN_MODULES = frozenset({
    "math", "cmath", "copy", "itertools", "functools", "operator", "string", "re", "random", "collections", "typing",
    "json", "sys", "statistics", "__future__",
})  # fmt: skip
"""Modules whose use in tests needs nothing of the program's process."""

VALUE_MODULES = frozenset({"math", "cmath", "copy", "random", "string", "json", "sys", "statistics"})
"""Modules whose functions give plain values, so that they may build arguments."""

_BUILTINS = (bool, int, float, complex, str, bytes, list, tuple, dict, set, frozenset)
_LIBRARY = (collections.Counter, collections.OrderedDict, collections.deque)
PLAIN_ATTRIBUTES = frozenset(name for kind in _BUILTINS + _LIBRARY for name in dir(kind))
"""Attributes that some value which can cross has."""


def can_cross(tests: ast.Module, prelude: ast.Module, callees: Collection[str]) -> bool:
    """Return whether the tests can run apart from the program.

    `prelude` is the trusted code that stands before them, `callees` the names by which they call the program.
    """
    imported = dict(_imported(prelude)) | dict(_imported(tests))
    if not set(imported.values()) <= PLAIN_MODULES:
        return False
    own = {node.name for node in ast.walk(tests) if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    functions = own | set(callees)
    results = _names_of_results(tests, callees)
    for node in ast.walk(tests):
        if isinstance(node, ast.Attribute) and _is_odd(node, callees, results):
            return False
        if isinstance(node, ast.Call) and (_is_call_of(node.func, callees) or _is_one_of(node.func, results)):
            return False
        if isinstance(node, ast.ClassDef) or _sets_seed(node, imported) or _asks_for_class(node, imported):
            return False
        if _is_call_of(node, callees):
            parts = [*node.args, *(keyword.value for keyword in node.keywords)]  # type: ignore[attr-defined]
            if not all(_is_plain(part, imported, functions) for part in parts):
                return False
    return True


def _imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield each name that an import binds, with the module that it comes from."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.asname or alias.name.partition(".")[0], alias.name.partition(".")[0]
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield alias.asname or alias.name, (node.module or ".").partition(".")[0]


def _is_call_of(node: ast.AST, callees: Collection[str]) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in callees


def _is_one_of(node: ast.AST, names: Collection[str]) -> bool:
    return isinstance(node, ast.Name) and node.id in names


def _names_of_results(tests: ast.Module, callees: Collection[str]) -> set[str]:
    """Names that are bound to just what a call of the program gives."""
    found: set[str] = set()
    for node in ast.walk(tests):
        if isinstance(node, ast.Assign) and _is_call_of(node.value, callees):
            found.update(target.id for target in node.targets if isinstance(target, ast.Name))
        elif isinstance(node, ast.NamedExpr) and _is_call_of(node.value, callees):
            found.add(node.target.id)
    return found


def _is_odd(node: ast.Attribute, callees: Collection[str], results: Collection[str]) -> bool:
    """Whether an attribute is one that no plain value has, of a result, or any attribute of a function."""
    if _is_one_of(node.value, callees):
        return True
    of_result = _is_call_of(node.value, callees) or _is_one_of(node.value, results)
    return of_result and node.attr not in PLAIN_ATTRIBUTES


def _sets_seed(node: ast.AST, imported: dict[str, str]) -> bool:
    """Whether the node seeds the random numbers: the program would draw from the same stream."""
    if not isinstance(node, ast.Call):
        return False
    func = node.func
    if isinstance(func, ast.Attribute):
        return func.attr in {"seed", "setstate"}
    return isinstance(func, ast.Name) and func.id in {"seed", "setstate"} and imported.get(func.id) == "random"


def _asks_for_class(node: ast.AST, imported: dict[str, str]) -> bool:
    """Whether the node asks if a value is of a class that is imported: it would arrive as its builtin base."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "isinstance"):
        return False
    return any(isinstance(name, ast.Name) and name.id in imported for arg in node.args[1:] for name in ast.walk(arg))


def _is_plain(argument: ast.expr, imported: dict[str, str], functions: Collection[str]) -> bool:
    """Whether an argument is seen to be no function and no object of an imported class."""
    called = {id(node.func) for node in ast.walk(argument) if isinstance(node, ast.Call)}
    for node in ast.walk(argument):
        if isinstance(node, ast.Lambda) and id(node) not in called and _is_handed_over(argument, node):
            return False
        if isinstance(node, ast.Name):
            if node.id in imported and imported[node.id] not in VALUE_MODULES:
                return False
            is_function = node.id in functions or (hasattr(builtins, node.id) and node.id not in CLASSES)
            if is_function and id(node) not in called:
                return False
    return True


def _is_handed_over(argument: ast.expr, function: ast.Lambda) -> bool:
    """Whether a function is itself handed to the program, and not to a call that makes the argument (`sorted(…)`)."""
    inner = [node for node in ast.walk(argument) if isinstance(node, ast.Call)]
    return not any(part is function for call in inner for part in ast.walk(call))
