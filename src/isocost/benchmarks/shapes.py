"""The shapes that benchmark rows come in, and the problem that a row of each shape makes.

All code of a benchmark is joined plainly, as its authors run it: the published texts carry their own line ends.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from isocost.benchmarks.rows import Row
from isocost.benchmarks.tested_names import TestedNames, read_tests
from isocost.errors import BenchmarkError
from isocost.records import Problem


class Shape(StrEnum):
    """How rows are laid out."""

    evalplus = "evalplus"
    humaneval = "humaneval"
    pro = "pro"
    mbpp = "mbpp"
    steps = "steps"
    steps_pro = "steps-pro"


KEYS = {
    Shape.evalplus: {"task_id", "prompt", "entry_point", "canonical_solution", "base_input", "plus_input", "atol"},
    Shape.humaneval: {"task_id", "prompt", "entry_point", "canonical_solution", "test"},
    Shape.pro: {"id", "raw_problem", "raw_solution", "new_problem", "new_solution", "test_code"},
    Shape.mbpp: {"task_id", "code", "test_list"},
    Shape.steps_pro: {"id", "base_id", "problem", "entry_point", "reference", "tests"},
    Shape.steps: {"id", "prompt", "entry_point", "reference", "tests"},
}
"""The keys that a row of each shape has to have; the first shape that fits a file's first row is the file's shape."""

RUNGS = {Shape.humaneval: 0, Shape.mbpp: 0, Shape.steps: 0, Shape.evalplus: 1, Shape.pro: 2, Shape.steps_pro: 2}
"""The rung of a local file of each shape."""


@dataclass(frozen=True)
class Identity:
    """What a problem is called, which its row alone does not say."""

    benchmark: str
    """Name of the benchmark."""
    rung: int
    """Its rung."""
    id: str
    """Canonical id of the problem."""
    base_id: str
    """Canonical id of its rung-0 problem."""


Maker = Callable[[Row, Identity], Problem]
"""Makes the problem of a row."""


def shape_of(row: Row) -> Shape:
    """Return the shape of a row.

    Raises
    ------
    BenchmarkError
        If it has none of them.

    """
    for shape, keys in KEYS.items():
        if keys <= row.fields.keys():
            return shape
    seen = ", ".join(sorted(row.fields)[:12]) or "none"
    known = "; ".join(f"{shape}: {', '.join(sorted(keys))}" for shape, keys in KEYS.items())
    raise BenchmarkError(f"{row.where}: keys {seen[:200]} are of no benchmark; expected one of {known}")


def check_row(row: Row, shape: Shape) -> None:
    """Check that a row has the keys and types of its shape, as far as that is cheap.

    Raises
    ------
    BenchmarkError
        If it has not, with the row's place.

    """
    for key in sorted(KEYS[shape]):
        if key in {"base_input", "plus_input"}:
            row.calls(key)
        elif key == "test_list":
            row.texts(key)
        elif key == "atol":
            row.number(key)
        elif key in {"id", "task_id"}:
            row.id(key)
        else:
            row.text(key)


def raw_id(row: Row) -> str | int:
    """Return the id of a row, as its file writes it."""
    return row.id("task_id" if "task_id" in row.fields else "id")


# --- one maker for each shape ----------------------------------------------------------------------------------------


def humaneval(row: Row, identity: Identity) -> Problem:
    """Make a problem of a HumanEval row: a completion continues the prompt, `check` takes the entry point."""
    prompt, entry_point = row.text("prompt"), row.text("entry_point")
    reference = prompt + row.text("canonical_solution")
    source = f"{row.text('test')}\ncheck({entry_point})\n"
    read = read_tests(source, reference, stem=prompt, entry_point=entry_point, where=row.where)
    return _problem(identity, read, prompt=prompt, stem=prompt, entry_point=entry_point, reference=reference)


def mbpp(row: Row, identity: Identity) -> Problem:
    """Make a problem of an MBPP row, original (`text`, `test_setup_code`) or sanitized (`prompt`, `test_imports`).

    The tests are `test_list`, which a prompt shows, as the usual one does; `challenge_test_list` (11 problems) is no
    part of the usual score and is left out.
    """
    statement = row.text("text" if "text" in row.fields else "prompt")
    tests = row.texts("test_list")
    imports = row.texts("test_imports") if "test_imports" in row.fields else []
    setup = row.text("test_setup_code") if "test_setup_code" in row.fields else ""
    source = "\n".join([*imports, *([setup] if setup else []), *tests, ""])
    reference = row.text("code").replace("\r\n", "\n")
    read = read_tests(source, reference, stem="", entry_point=None, where=row.where)
    prompt = f"{statement}\nYour code should pass these tests:\n\n" + "\n".join(tests) + "\n"
    entry_point = _entry_point(read, read.functions, row)
    return _problem(identity, read, prompt=prompt, stem="", entry_point=entry_point, reference=reference)


def pro(row: Row, identity: Identity) -> Problem:
    """Make a problem of a CodeEval-Pro row: the base problem is continued, then the new one is to be solved with it."""
    base, base_solution = row.text("raw_problem"), row.text("raw_solution")
    new = row.text("new_problem")
    reference = f"{base}{base_solution}\n{new}{row.text('new_solution')}"
    source = row.text("test_code")
    read = read_tests(source, reference, stem=base, entry_point=None, where=row.where)
    old = read_functions(base + base_solution, row)
    added = [name for name in read.functions if name not in old] or list(read.functions)
    entry_point = _entry_point(read, added, row)
    prompt = base if base.endswith("\n") else base + "\n"
    return _problem(identity, read, prompt=prompt + "\n" + new, stem=base, entry_point=entry_point, reference=reference)


def steps(row: Row, identity: Identity) -> Problem:
    """Make a problem of a row of isocost's own base problems: the reference continues the prompt."""
    prompt = row.text("prompt")
    return _step(row, identity, prompt=prompt, stem=prompt, reference=prompt + row.text("reference"))


def steps_upon(lower: Mapping[str, Problem], link: str) -> Maker:
    """Return the maker of isocost's own problems that stand upon `lower` ones, by the id under the key `link`."""

    def make(row: Row, identity: Identity) -> Problem:
        below = lower.get(row.text(link))
        if below is None:
            raise BenchmarkError(f"{row.where}: {link!r} is {row.text(link)!r}, expected the id of a lower rung")
        problem = row.text("problem")
        reference = f"{below.reference}\n{problem}{row.text('reference')}"
        return _step(row, identity, prompt=f"{below.prompt}\n{problem}", stem=below.stem, reference=reference)

    return make


def _step(row: Row, identity: Identity, *, prompt: str, stem: str, reference: str) -> Problem:
    entry_point = row.text("entry_point")
    read = read_tests(row.text("tests"), reference, stem=stem, entry_point=entry_point, where=row.where)
    return _problem(identity, read, prompt=prompt, stem=stem, entry_point=entry_point, reference=reference)


def read_functions(source: str, row: Row) -> tuple[str, ...]:
    """Return the functions that the top level of a program defines."""
    return read_tests("", source, stem="", entry_point=None, where=row.where).functions


def _entry_point(read: TestedNames, candidates: Collection[str], row: Row) -> str:
    """Return the candidate that the tests use first; the last one where they use none of them."""
    used = [name for name in read.tests.calls if name in candidates]
    if used:
        return used[0]
    if not candidates:
        raise BenchmarkError(f"{row.where}: the reference defines no function that the tests could call")
    return list(candidates)[-1]


def _problem(
    identity: Identity, read: TestedNames, *, prompt: str, stem: str, entry_point: str, reference: str
) -> Problem:
    return Problem(
        id=identity.id,
        benchmark=identity.benchmark,
        rung=identity.rung,
        base_id=identity.base_id,
        prompt=prompt,
        stem=stem,
        entry_point=entry_point,
        reference=reference,
        tests={"base": read.tests},
        modules=read.modules,
    )


MAKERS: dict[Shape, Maker] = {Shape.humaneval: humaneval, Shape.mbpp: mbpp, Shape.pro: pro, Shape.steps: steps}
"""The shapes whose rows make problems without more knowledge; EvalPlus's are in `evalplus`."""
