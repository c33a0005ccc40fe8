"""Names: which names a piece of code binds, uses, and changes; read from its tree, with no scopes.

Approximate by design, and on the safe side: a name bound anywhere counts as bound, a name used anywhere counts as used.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Iterator, Sequence

__all__ = [
    "BUILTINS",
    "DEFINITIONS",
    "Definition",
    "bound",
    "bound_here",
    "changed",
    "head",
    "is_stub",
    "missing",
    "needs",
    "passed",
    "reached",
    "top_level",
    "used",
]

BUILTINS = frozenset(dir(builtins)) | {"__file__", "__name__"}
"""Names that need no definition."""

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
"""A statement that defines one name with a body of its own."""

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
"""The same for `isinstance`."""


_EXPRESSION_SCOPES = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_SCOPES = (*DEFINITIONS, *_EXPRESSION_SCOPES)


def bound(node: ast.AST) -> set[str]:
    """Names that `node` binds, at any depth."""
    return set().union(*(_binds(part) for part in ast.walk(node)))


def bound_here(node: ast.AST) -> set[str]:
    """Names that `node` binds in its own scope: comprehensions and lambdas keep their variables, save those of `:=`."""
    names: set[str] = set()
    rest = [node]
    while rest:
        part = rest.pop()
        if isinstance(part, _EXPRESSION_SCOPES):
            names.update(inner.target.id for inner in ast.walk(part) if isinstance(inner, ast.NamedExpr))
        else:
            names |= _binds(part)
            rest.extend(ast.iter_child_nodes(part))
    return names


def top_level(statements: Iterable[ast.stmt]) -> set[str]:
    """Names that `statements` bind in the module; what functions and classes bind inside stays inside."""
    names: set[str] = set()
    for statement in statements:
        names |= {statement.name} if isinstance(statement, DEFINITIONS) else bound(statement)
    return names


def used(*nodes: ast.AST) -> set[str]:
    """Names that `nodes` read, and those they declare global."""
    names: set[str] = set()
    for node in nodes:
        for part in ast.walk(node):
            if isinstance(part, ast.Name):
                if isinstance(part.ctx, ast.Load):
                    names.add(part.id)
            elif isinstance(part, ast.Global):
                names.update(part.names)
    return names


def needs(*statements: ast.stmt) -> set[str]:
    """Names of the module that `statements` read: what functions read, less their own parameters and variables."""
    names: set[str] = set()
    for statement in statements:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            names |= head(statement) | (used(*statement.body) - _own_variables(statement))
        else:
            names |= used(statement)
    return names


def head(item: Definition) -> set[str]:
    """Names that are read when a definition is loaded: decorators, defaults, annotations, bases."""
    if isinstance(item, ast.ClassDef):
        return used(*item.decorator_list, *item.bases, *(keyword.value for keyword in item.keywords))
    return used(*item.decorator_list, item.args, *([item.returns] if item.returns else []))


def changed(node: ast.AST) -> set[str]:
    """Names whose objects `node` may change by itself: `x[0] = 1`, `x.a = 1`, `x.append(1)`, `global x`."""
    names: set[str] = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Attribute | ast.Subscript) and not isinstance(part.ctx, ast.Load):
            names |= _root(part)
        elif isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute):
            names |= _root(part.func)
        elif isinstance(part, ast.Global):
            names.update(part.names)
    return names


def passed(node: ast.AST) -> set[str]:
    """Names whose objects `node` gives to a call, which may change them."""
    names: set[str] = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Call):
            for argument in (*part.args, *(keyword.value for keyword in part.keywords)):
                names |= _root(argument.value if isinstance(argument, ast.Starred) else argument)
    return names


def missing(tree: ast.Module) -> set[str]:
    """Names that a program reads and nothing in it binds."""
    return used(tree) - bound(tree) - BUILTINS


def reached(statements: Sequence[ast.stmt], names: Iterable[str]) -> set[ast.stmt]:
    """Statements that `names` lean on, directly or through others: what binds or changes a name that is read."""
    gives: dict[str, list[ast.stmt]] = {}
    for statement in statements:
        given = top_level([statement]) | (set() if isinstance(statement, DEFINITIONS) else changed(statement))
        for name in given:
            gives.setdefault(name, []).append(statement)
    found: set[ast.stmt] = set()
    seen: set[str] = set()
    front = set(names)
    while front:
        seen |= front
        fresh = {statement for name in front for statement in gives.get(name, ())} - found
        found |= fresh
        front = needs(*fresh) - seen
    return found


def is_stub(definition: ast.stmt, first_line: int = 0) -> bool:
    """Whether a function has no body to speak of: a docstring, imports, `pass`, `...`, a bare word.

    Statements above `first_line` don't count: in a stem they are the problem's.
    """
    if not isinstance(definition, ast.FunctionDef | ast.AsyncFunctionDef):
        return False
    return all(
        part.lineno < first_line
        or isinstance(part, ast.Pass | ast.Import | ast.ImportFrom)
        or (isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant | ast.Name | ast.Attribute))
        for part in definition.body
    )


def _binds(part: ast.AST) -> set[str]:
    """Names that one node binds by itself, without its children."""
    if isinstance(part, ast.Name):
        return set() if isinstance(part.ctx, ast.Load) else {part.id}
    if isinstance(part, DEFINITIONS):
        return {part.name}
    if isinstance(part, ast.arg):
        return {part.arg}
    if isinstance(part, ast.alias):
        return {part.asname or part.name.partition(".")[0]}
    if isinstance(part, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and part.name:
        return {part.name}
    if isinstance(part, ast.MatchMapping) and part.rest:
        return {part.rest}
    return set()


def _own_variables(function: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    """Parameters and variables of a function; those of scopes inside it are left out, which errs on the safe side."""
    own = {part.arg for part in ast.walk(function.args) if isinstance(part, ast.arg)}
    shared: set[str] = set()
    rest: list[ast.AST] = list(function.body)
    while rest:
        part = rest.pop()
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
            own.add(part.id)
        elif isinstance(part, ast.Global):
            shared.update(part.names)
        if not isinstance(part, _SCOPES):
            rest.extend(ast.iter_child_nodes(part))
    return own - shared


def _root(node: ast.expr) -> set[str]:
    for part in _chain(node):
        if isinstance(part, ast.Name):
            return {part.id}
    return set()


def _chain(node: ast.expr) -> Iterator[ast.expr]:
    """`a.b[c].d` from the outside in, down to `a`."""
    yield node
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
        yield node
