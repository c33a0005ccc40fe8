r"""The attack corpus: hostile and honest programs for one trivial task, each with its right outcomes.

A file is a guard, a header and the program. The guard is a first line that names an encoding which does not exist:
Python refuses to run, import or collect such a file, so a slip of the hand runs no attack; the judge gets the text
below the header. The header's first line says what the program tries; then come

    outcome: a | b              outcomes that are right
    needs: strong               at `contained` the attack may work, and is left out
    limits: default             judged with four seconds of CPU, like everybody's programs, and not with one
    newlines: "\r\n"            the line ends of the program
    where: @NAME@ = "(" * 5000  what to put for a name in the program: text that no file should hold

Names of the form `@NAME@` that no header explains are `Canaries`: targets outside that the test watches.
Programs of the group `host` return right sums only if their attack worked: `passed` is an escape.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from isocost.judge import wire
from isocost.records import CodeTests, Outcome

PROGRAMS = Path(__file__).parent / "programs"
GUARD = "# coding: only-inside-the-sandbox\n"
SENTINEL = "honest/no_leftovers"
"""The program that looks for what another one left; it is judged after each."""

TASK = wire.Suite(
    key="add",
    tests=CodeTests(
        source="assert add(1, 2) == 3\nassert add(-5, 5) == 0\nassert add(2, 40) == 42\n", prelude="", calls=("add",)
    ),
    reference="def add(a, b):\n    return a + b\n",
)

_HEADER = re.compile(r'"""(.*?)"""\n', re.DOTALL)
_FIELD = re.compile(r"^(outcome|needs|limits|newlines|where): (.*)$", re.MULTILINE)
_WHERE = re.compile(r"""(@[A-Z_]+@) = ("(?:[^"\\]|\\.)*")(?: \* (\d+))?""")
_NAME = re.compile(r"@[A-Z_]+@")


class Attack(msgspec.Struct, frozen=True, kw_only=True):
    """One program of the corpus."""

    name: str
    """Group and file, as in `forgery/exit_at_load`."""
    tries: str
    """What it tries, in a line."""
    outcomes: frozenset[Outcome]
    """Outcomes that are right."""
    needs_strong: bool
    """Whether it is refused at `strong` only."""
    default_limits: bool
    """Whether it is judged with the limits that everybody's programs get."""
    source: str
    """The program, with names of canaries in it."""

    @property
    def group(self) -> str:
        """The folder it lies in."""
        return self.name.partition("/")[0]

    def aimed_at(self, canaries: Mapping[str, str]) -> str:
        """The program with the canaries for its targets. Raises KeyError for a target that is not there."""
        return _NAME.sub(lambda found: canaries[found.group()], self.source)


def load() -> dict[str, Attack]:
    """Read the corpus, by name. Raises ValueError for a file that is not of the form described above."""
    return {attack.name: attack for attack in map(_read, _files())}


def _files() -> Iterator[Path]:
    return iter(sorted(PROGRAMS.rglob("*.py")))


def _read(path: Path) -> Attack:
    name = path.relative_to(PROGRAMS).with_suffix("").as_posix()
    text = path.read_text(encoding="utf-8")
    if not text.startswith(GUARD):
        raise ValueError(f"{name}: its first line is not the guard {GUARD!r}")
    header = _HEADER.match(text, len(GUARD))
    if header is None:
        raise ValueError(f"{name}: no docstring below the guard")
    fields: dict[str, list[str]] = {}
    for key, value in _FIELD.findall(header.group(1)):
        fields.setdefault(key, []).append(value)
    source = text[header.end() :].lstrip("\n")
    for line in fields.get("newlines", []):
        source = source.replace("\n", ast.literal_eval(line))
    for line in fields.get("where", []):
        found = _WHERE.fullmatch(line)
        if found is None or found.group(1) not in source:
            raise ValueError(f"{name}: cannot be read, or names nothing in the program: where: {line}")
        source = source.replace(found.group(1), ast.literal_eval(found.group(2)) * int(found.group(3) or 1))
    if len(fields.get("outcome", [])) != 1:
        raise ValueError(f"{name}: exactly one line `outcome: …` was expected in its docstring")
    return Attack(
        name=name,
        tries=header.group(1).partition("\n")[0],
        outcomes=frozenset(Outcome(word.strip()) for word in fields["outcome"][0].split("|")),
        needs_strong=fields.get("needs") == ["strong"],
        default_limits=fields.get("limits") == ["default"],
        source=source,
    )
