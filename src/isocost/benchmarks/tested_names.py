"""What tests name: which names stand for the program's functions, what trusted code they need, and where they can run.

All of it is decided by reading, when a benchmark is loaded; nothing is run here. Tests may run apart from the program
(`Channel.separate`) when only plain values pass between the two. What is not seen to be so is judged in one process.
"""

from __future__ import annotations

import ast
import builtins
import symtable
import sys
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field

from isocost.benchmarks.crossing import can_cross
from isocost.errors import BenchmarkError
from isocost.records import Channel, CodeTests

CANDIDATE = "candidate"
"""Parameter by which HumanEval's tests know the entry point."""


@dataclass(frozen=True)
class TestedNames:
    """What is read out of tests and reference."""

    tests: CodeTests
    """The tests, ready to be judged."""
    modules: tuple[str, ...]
    """Third-party modules that tests or reference import, sorted."""
    functions: tuple[str, ...]
    """Top-level functions of the reference, in order."""


@dataclass
class _Definitions:
    """What the top level of a program binds."""

    functions: list[str] = field(default_factory=list)
    helpers: dict[str, str] = field(default_factory=dict)
    """Functions that stand whole in the stem, with their text."""
    imports: dict[str, str] = field(default_factory=dict)
    """Names bound by imports, with a statement that binds them."""
    others: set[str] = field(default_factory=set)
    """Classes and values."""


def read_tests(source: str, reference: str, *, stem: str, entry_point: str | None, where: str) -> TestedNames:
    """Read tests (statements) against the reference program that passes them.

    A name that the tests use and do not bind is, in this order: code of the benchmark (a function that stands whole in
    the stem, an import of the reference), a function of the program, a builtin. `entry_point` is never taken for the
    benchmark's own code.

    Raises
    ------
    BenchmarkError
        If tests or reference are not Python.

    """
    tests_tree = _parse(source, "tests", where)
    reference_tree = _parse(reference, "reference", where)
    defined = _definitions(reference_tree, reference, stem, entry_point)
    wanted = _free_names(source)
    prelude, rest = _prelude(wanted, defined)
    functions = {name for name in rest if name in defined.functions}
    unknown = {name for name in rest - functions if name in defined.others or not hasattr(builtins, name)}
    calls = tuple(sorted(functions, key=_first_uses(tests_tree).__getitem__))
    modules = tuple(sorted(_third_party(tests_tree) | _third_party(reference_tree)))
    prelude_tree = ast.parse(prelude)
    alone = not unknown and not modules and can_cross(tests_tree, prelude_tree, {*calls, CANDIDATE})
    channel = Channel.separate if alone else Channel.shared
    tests = CodeTests(source=source, prelude=prelude, calls=calls, channel=channel)
    return TestedNames(tests, modules, tuple(defined.functions))


def _parse(source: str, what: str, where: str) -> ast.Module:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # odd escapes in the benchmarks' own texts
            return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError) as error:
        raise BenchmarkError(f"{where}: the {what} is not Python: {error}") from None


# --- names -----------------------------------------------------------------------------------------------------------


def _free_names(source: str) -> set[str]:
    """Return the names that a module uses and does not bind at its top level."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        top = symtable.symtable(source, "<tests>", "exec")
    used: set[str] = set()
    bound: set[str] = set()
    for symbol in top.get_symbols():
        if symbol.is_referenced():
            used.add(symbol.get_name())
        if symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace():
            bound.add(symbol.get_name())
    for table in _inner_tables(top):
        used |= {s.get_name() for s in table.get_symbols() if s.is_global() and s.is_referenced()}
    return used - bound


def _inner_tables(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    for child in table.get_children():
        yield child
        yield from _inner_tables(child)


def _definitions(tree: ast.Module, source: str, stem: str, entry_point: str | None) -> _Definitions:
    found = _Definitions()
    stem_lines = stem.count("\n")
    for node in _top_level(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            found.functions.append(node.name)
            if (node.end_lineno or 0) <= stem_lines and node.name != entry_point:
                found.helpers[node.name] = ast.get_source_segment(source, node) or ""
        elif isinstance(node, ast.ClassDef):
            found.others.add(node.name)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            _note_imports(node, found.imports)
        else:
            for name in _stored(node):
                if isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda):
                    found.functions.append(name)
                else:
                    found.others.add(name)
    return found


def _top_level(tree: ast.Module) -> Iterator[ast.stmt]:
    """Yield the statements that run in the module's own scope, those of `if`, `try` and the like included."""
    waiting: list[ast.AST] = list(reversed(tree.body))
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.stmt):
            yield node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.expr)):
            waiting += reversed(list(ast.iter_child_nodes(node)))


def _note_imports(node: ast.Import | ast.ImportFrom, imports: dict[str, str]) -> None:
    for alias in node.names:
        name = alias.asname or alias.name.partition(".")[0]
        bare = (
            ast.ImportFrom(node.module, [alias], node.level)
            if isinstance(node, ast.ImportFrom)
            else ast.Import([alias])
        )
        imports[name] = ast.unparse(bare)


def _stored(node: ast.stmt) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt):
            continue
        yield from (n.id for n in ast.walk(child) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store))


def _prelude(wanted: set[str], defined: _Definitions) -> tuple[str, set[str]]:
    """Return the benchmark's own code that binds what it can of the wanted names, and the names left over."""
    helpers: list[str] = []
    imports: list[str] = []
    waiting = sorted(wanted, reverse=True)
    seen = set(wanted)
    while waiting:
        name = waiting.pop()
        if name in defined.helpers:
            helpers.append(name)
            more = _free_names(defined.helpers[name]) - seen
            waiting += more
            seen |= more
        elif name in defined.imports and name not in defined.functions:
            imports.append(name)
    lines = [defined.imports[name] for name in defined.imports if name in imports]
    texts = [defined.helpers[name] for name in defined.helpers if name in helpers]
    return "\n".join(lines + texts), wanted - set(helpers) - set(imports)


def _first_uses(tree: ast.Module) -> dict[str, tuple[int, int]]:
    """Return line and column of the first use of every name."""
    first: dict[str, tuple[int, int]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            here = (node.lineno, node.col_offset)
            first[node.id] = min(here, first.get(node.id, here))
    return first


def _third_party(tree: ast.Module) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module.partition(".")[0])
    return found - sys.stdlib_module_names
