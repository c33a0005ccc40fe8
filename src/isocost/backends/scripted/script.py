"""The answers of a script: for each problem those that are right and those that are not."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path
from typing import NamedTuple

import msgspec

from isocost.backends.problem_ids import find, spelt
from isocost.backends.scripted.knobs import STEPS
from isocost.errors import SamplesError
from isocost.records import PromptForm
from isocost.store.recorded_file import fault, opened

_PREFACES = (
    "",
    "Here is the program.\n\n",
    "The idea is to go through the input once and to keep what is needed on the way.\n\n",
    (
        "Let us look at the cases first: an empty input, one item, several items. Then the rest follows, and no case is "
        "left over that would need more than what is there.\n\n"
    ),
)
_REFUSAL = "I am sorry, but I do not know how to solve this."


class Answer(NamedTuple):
    """What can be said to one problem, each list in a fixed order."""

    right: list[str]
    """Answers that solve it."""
    wrong: list[str]
    """Answers that do not."""


class Script:
    """Answers by problem."""

    def __init__(self, answers: dict[str, Answer], *, steps: dict[str, _Step]) -> None:
        self._answers = answers
        self._steps = steps

    def answer(self, problem_id: str, form: PromptForm | None, *, right: bool, pick: int) -> str | None:
        """The answer to a problem; None where the script has none. `pick` is any whole number, and chooses among several.

        Where a file has only right ones, or only wrong ones, it is one of those.
        """
        if problem_id in self._steps:
            return self._steps[problem_id].answer(form, right=right, pick=pick)
        found = find(self._answers, problem_id)
        if found is None:
            return None
        texts = (found.right if right else found.wrong) or found.right or found.wrong
        return texts[pick % len(texts)]


class _Step(msgspec.Struct, frozen=True):
    """A problem of isocost's own ladder."""

    stem: str
    """The base problem's statement, which a completion goes on from."""
    program: str
    """A whole program that solves it."""
    entry_point: str
    """The function that is tested."""

    def answer(self, form: PromptForm | None, *, right: bool, pick: int) -> str:
        stub = f"def {self.entry_point}(*_):\n    return None\n"
        if form is PromptForm.completion:
            below = "    return None\n" if self.entry_point in self.stem else f"    return None\n\n\n{stub}"
            return self.program.removeprefix(self.stem) if right else below
        kind = pick % 40
        if not right and kind == 0:
            return _REFUSAL
        if not right and kind == 1:
            return f"```python\ndef {self.entry_point}(:\n    return\n```\n"
        program = self.program if right else stub
        return f"{_PREFACES[pick // 40 % len(_PREFACES)]}```python\n{program}```\n"


class _Line(msgspec.Struct):
    """A row of a script; other members are left alone."""

    task_id: str | int | None = None
    problem_id: str | int | None = None
    completion: str | None = None
    right: bool = True


def read_script(name_or_path: str) -> Script:
    """Read a script. Raises SamplesError, with file and line, for a file that cannot be used."""
    if name_or_path == STEPS:
        return Script({}, steps=_ladder())
    path = Path(name_or_path).expanduser()
    found: dict[str, Answer] = {}
    with opened(path) as file:
        for number, data in file.rows():
            try:
                row = msgspec.json.decode(data, type=_Line)
            except msgspec.DecodeError as error:
                reason = f"is no row of a script ({error}); expected `task_id`, `completion` and `right`"
                raise fault(path, reason, f"{file.noun} {number}") from error
            problem = row.task_id if row.task_id is not None else row.problem_id
            if problem is None or row.completion is None:
                raise fault(path, "lacks `task_id` or `completion`; expected both", f"{file.noun} {number}")
            answer = found.setdefault(spelt(problem), Answer([], []))
            (answer.right if row.right else answer.wrong).append(row.completion)
    if not found:
        raise SamplesError(f"{path}: is empty; expected rows of `task_id`, `completion` and `right`")
    return Script(found, steps={})


def _ladder() -> dict[str, _Step]:
    """Isocost's own problems, each rung upon the one below, as their files say it."""
    folder = resources.files("isocost").joinpath("data", "steps")
    found: dict[str, _Step] = {}
    for file, link in (("steps.jsonl", None), ("steps-pro.jsonl", "base_id"), ("steps-deep.jsonl", "pro_id")):
        for line in folder.joinpath(file).read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if link is None:
                found[row["id"]] = _Step(row["prompt"], row["prompt"] + row["reference"], row["entry_point"])
            else:
                below = found[row[link]]
                program = f"{below.program}\n{row['problem']}{row['reference']}"
                found[row["id"]] = _Step(below.stem, program, row["entry_point"])
    return found
