"""Trimming: drops top-level statements that an answer carries and its program does not need.

Two things must hold: nothing that a kept definition could need is dropped, and what is dropped is dropped whole. When
in doubt a statement stays. The stem is never trimmed.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from isocost.judge.names import (
    BUILTINS,
    DEFINITIONS,
    Definition,
    bound_here,
    changed,
    head,
    is_stub,
    missing,
    needs,
    passed,
    reached,
    top_level,
    used,
)
from isocost.judge.syntax import Code

__all__ = ["trim"]

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_IMPORTS = (ast.Import, ast.ImportFrom)
# A program that looks names up by their text can need any statement.
_REFLECTION = frozenset({"globals", "locals", "vars", "eval", "exec", "__import__", "setattr", "delattr"})
# Calls into other modules stay, as in sys.setrecursionlimit(10**6); calls into these are tests or talk.
_HARNESSES = frozenset({"doctest", "pprint", "pytest", "timeit", "unittest"})
_EXITS = frozenset({"exit", "quit", "sys.exit"})
_SETTINGS = frozenset({"seed", "set_int_max_str_digits", "setrecursionlimit"})
_MAX_ROUNDS = 20


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A top-level statement that may be dropped, with what it does."""

    statement: ast.stmt
    binds: frozenset[str]
    """Names it binds, or changes the objects of."""
    reads: frozenset[str]
    passes: frozenset[str]
    calls: frozenset[str]
    """Names of the functions and modules that it calls."""
    test: bool
    """Whether it does something at once; a mere assignment of values at hand does not."""


def trim(code: Code, first_line: int, entry_point: str, stem_names: frozenset[str]) -> tuple[str, tuple[str, ...]]:
    """Drop repeated definitions, tests and broken unused definitions from an answer that compiles.

    Args:
        code: the program.
        first_line: number of the first line that is the answer's; statements that start above it are the stem's.
        entry_point: the function that the tests call.
        stem_names: names that the stem defines; tests and answers may lean on them.

    Returns:
        The source that remains, and the rules that changed it.
    """
    body = code.tree.body
    own = [statement for statement in body if statement.lineno >= first_line]
    rules: list[str] = []
    dropped: set[ast.stmt] = set()
    needed = stem_names | {entry_point}
    stem_last = body[-len(own) - 1] if len(own) < len(body) else None
    # A stem's function counts as continued when the answer wrote a body for it.
    continued = stem_last.name if isinstance(stem_last, DEFINITIONS) and not is_stub(stem_last, first_line) else None
    finders: dict[str, Callable[[list[ast.stmt], list[ast.stmt]], list[ast.stmt]]] = {
        "redefinition_dropped": lambda _, mine: _redefinitions(mine, entry_point, continued),
        "tests_dropped": lambda all_, mine: _tests(all_, mine, needed),
        "unused_dropped": lambda all_, mine: _unused(all_, mine, needed, continued),
    }
    for rule, find in finders.items():
        found = find(_without(body, dropped), _without(own, dropped))
        if found:
            dropped.update(found)
            rules.append(rule)
    return (_without_lines(code.source, dropped) if dropped else code.source), tuple(rules)


def _without(statements: Sequence[ast.stmt], dropped: set[ast.stmt]) -> list[ast.stmt]:
    return [statement for statement in statements if statement not in dropped]


def _redefinitions(own: list[ast.stmt], entry_point: str, continued: str | None) -> list[ast.stmt]:
    """Second definitions that would replace what the answer had already given.

    A body that continues the stem is the answer: models that are not stopped go on and write the prompt again, with
    another body or half of one. In a whole program the last definition counts, as in Python, unless it is a stub.
    """
    own_definitions = [item for item in own if isinstance(item, DEFINITIONS)]
    repeated: list[ast.stmt] = []
    real = False
    for item in own_definitions:
        if item.name == continued or (item.name == entry_point and real and is_stub(item)):
            repeated.append(item)
        real = real or (item.name == entry_point and not is_stub(item))
    return repeated


def _tests(body: list[ast.stmt], own: list[ast.stmt], names: frozenset[str]) -> list[ast.stmt]:
    """Top-level statements that only try the program out."""
    mains = {item for item in own if _is_main(item)}
    candidates = [_candidate(item) for item in own if item not in mains and _may_go(item)]
    if not mains and not any(candidate.test for candidate in candidates):
        return []
    going = {candidate.statement for candidate in candidates} | mains
    fixed = [item for item in body if item not in going]
    if used(*fixed) & _REFLECTION:
        return _apart(body, mains)
    imported = top_level(item for item in body if isinstance(item, _IMPORTS))
    imported |= {name for item in body if not isinstance(item, DEFINITIONS) for name in _inner_imports(item)}
    variables = top_level(item for item in body if not isinstance(item, (*DEFINITIONS, *_IMPORTS)))
    functions = {item.name: item for item in fixed if isinstance(item, DEFINITIONS)}
    needed = names | needs(*fixed)
    effects = _effects(functions, variables, needed)
    for _ in range(_MAX_ROUNDS):
        kept: list[_Candidate] = []
        rest: list[_Candidate] = []
        for each in candidates:
            stays = (
                each.binds & needed
                or each.passes & needed & variables
                or each.calls & (imported - _HARNESSES)
                or (each.calls - names) & effects
            )
            (kept if stays else rest).append(each)
        candidates = rest
        if not kept:
            break
        needed = needed.union(*(each.reads for each in kept))
    else:
        return _apart(body, mains)
    if not mains and not any(candidate.test for candidate in candidates):
        return []
    return _apart(body, {candidate.statement for candidate in candidates} | mains)


def _is_main(item: ast.stmt) -> bool:
    """`if __name__ == ...:`; a judge imports the program, so this never runs."""
    return isinstance(item, ast.If) and isinstance(item.test, ast.Compare) and "__name__" in used(item.test)


def _may_go(item: ast.stmt) -> bool:
    """Whether a statement could be a test: it defines and imports nothing, and is no literal and no docstring."""
    if isinstance(item, (*DEFINITIONS, *_IMPORTS)):
        return False
    if isinstance(item, ast.Expr) and isinstance(item.value, ast.Constant):
        return False
    if isinstance(item, ast.Assign | ast.AnnAssign) and not used(item):
        return False
    return not any(isinstance(part, (*DEFINITIONS, *_IMPORTS)) for part in ast.walk(item))


def _candidate(item: ast.stmt) -> _Candidate:
    talk = isinstance(item, ast.Assert) or (
        isinstance(item, ast.Expr) and isinstance(item.value, ast.Call) and used(item.value.func) == {"print"}
    )
    calls = [part for part in ast.walk(item) if isinstance(part, ast.Call)]
    return _Candidate(
        statement=item,
        binds=frozenset(bound_here(item) | (set() if talk or _is_exit(item) else changed(item) - _HARNESSES)),
        reads=frozenset(used(item)),
        # What a test passes and calls is of no further use once the test is gone.
        passes=frozenset() if talk else frozenset(passed(item)),
        calls=frozenset() if talk or _is_exit(item) else frozenset(used(*(call.func for call in calls))),
        test=bool(calls) or not isinstance(item, ast.Assign),
    )


def _is_exit(item: ast.stmt) -> bool:
    """`sys.exit(main())`: it runs a demonstration, and then nothing is left to be judged."""
    return isinstance(item, ast.Expr) and isinstance(item.value, ast.Call) and ast.unparse(item.value.func) in _EXITS


def _inner_imports(item: ast.stmt) -> set[str]:
    """Names imported inside `try:` and `if:` at the top level."""
    return {
        alias.asname or alias.name.partition(".")[0]
        for part in ast.walk(item)
        if isinstance(part, _IMPORTS)
        for alias in part.names
    }


def _effects(functions: dict[str, Definition], variables: set[str], needed: frozenset[str] | set[str]) -> set[str]:
    """Functions whose call leaves a trace in a needed module variable, themselves or through others."""
    state = variables & needed
    acting = {name for name, item in functions.items() if (changed(item) | passed(item)) & state or _has_global(item)}
    callers = {name: used(item) & functions.keys() for name, item in functions.items()} if acting else {}
    for _ in range(_MAX_ROUNDS):
        more = {name for name, callees in callers.items() if callees & acting} - acting
        if not more:
            return acting
        acting |= more
    return set(functions)


def _has_global(item: ast.AST) -> bool:
    return any(isinstance(part, ast.Global) for part in ast.walk(item))


def _unused(body: list[ast.stmt], own: list[ast.stmt], names: frozenset[str], continued: str | None) -> list[ast.stmt]:
    """What nothing leans on and what could fail where it stands.

    After the body of the stem's function that is everything: models that are not stopped go on with other files, and
    their imports and scripts are no part of the answer. In a whole program, which its author ended, it is only a
    definition whose head names what nothing binds.
    """
    going = [item for item in own if _may_fail(item)]
    if not continued:
        known = BUILTINS | top_level(body)
        going = [item for item in going if isinstance(item, DEFINITIONS) and head(item) - known]
    if not going:
        return []
    settings = {name for item in own if _is_setting(item) for name in used(item)}
    if not continued:
        settings |= needs(*(item for item in body if not isinstance(item, DEFINITIONS)))
    kept = reached(body, names | settings)
    if used(*kept) & _REFLECTION or (_has_star(body) and _lacking(kept)):
        return []
    return _apart(body, {item for item in going if item not in kept})


def _may_fail(item: ast.stmt) -> bool:
    if isinstance(item, ast.ImportFrom) and item.module == "__future__":
        return False
    return not (
        (isinstance(item, ast.Expr) and isinstance(item.value, ast.Constant))
        or (isinstance(item, ast.Assign | ast.AnnAssign) and not used(item))
        or _is_setting(item)
    )


def _is_setting(item: ast.stmt) -> bool:
    """`sys.setrecursionlimit(10**6)` and its like: nothing reads them and they matter."""
    return (
        isinstance(item, ast.Expr)
        and isinstance(item.value, ast.Call)
        and isinstance(item.value.func, ast.Attribute)
        and item.value.func.attr in _SETTINGS
        and isinstance(item.value.func.value, ast.Name)
        and item.value.func.value.id in {"random", "sys"}
    )


def _lacking(kept: set[ast.stmt]) -> set[str]:
    """Names that only `from ... import *` could give."""
    return missing(ast.Module(body=list(kept), type_ignores=[]))


def _has_star(body: list[ast.stmt]) -> bool:
    return any(isinstance(item, ast.ImportFrom) and any(alias.name == "*" for alias in item.names) for item in body)


def _apart(body: list[ast.stmt], items: Iterable[ast.stmt]) -> list[ast.stmt]:
    """Those of `items` that share no line with a statement that stays."""
    going = set(items)
    shared: set[ast.stmt] = set()
    for before, after in pairwise(body):
        if (before.end_lineno or 0) >= after.lineno:
            shared |= {before, after}
    return [item for item in body if item in going and item not in shared]


def _without_lines(source: str, dropped: Iterable[ast.stmt]) -> str:
    """Remove the lines of whole statements, decorators included."""
    lines = _LINE.findall(source)
    for item in dropped:
        decorators = item.decorator_list if isinstance(item, DEFINITIONS) else []
        start = min([item.lineno, *(decorator.lineno for decorator in decorators)])
        for number in range(start - 1, item.end_lineno or item.lineno):
            lines[number] = ""
    return "".join(lines)
