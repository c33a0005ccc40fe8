"""From a problem and a template to the prompt that is put before a model.

A template sees a problem's statement and nothing else of it: neither its tests nor its reference solution.
"""

from __future__ import annotations

import string
from typing import NamedTuple

from isocost.errors import UsageError
from isocost.prompts.template import Part, Template
from isocost.records import Problem, Prompt
from isocost.store.hashing import prompt_id

SELF_INVOKING_RUNG = 2
"""From this rung on a statement holds the problem that it stands upon."""


class Rendered(NamedTuple):
    """A prompt, and what ends its completion."""

    prompt: Prompt
    """The prompt."""
    stop: tuple[str, ...]
    """Strings that end a completion."""


def render(template: Template, problem: Problem) -> Rendered:
    """Make the prompt of a problem.

    Raises UsageError where the template has no text for problems of this kind.
    """
    part = _part(template, problem)
    new = problem.prompt.removeprefix(problem.stem)
    values = {
        "prompt": problem.prompt.strip("\n"),
        "stem": problem.stem.strip("\n"),
        "new": new.strip("\n"),
        "entry_point": problem.entry_point,
    }
    text = string.Template(part.text).substitute(values)
    system = string.Template(template.system).substitute(values)
    prompt = Prompt(
        id=prompt_id(problem.id, template.name, text, template.form.value, system),
        problem_id=problem.id,
        template=template.name,
        text=text,
        form=template.form,
        system=system,
    )
    return Rendered(prompt, part.stop)


def _part(template: Template, problem: Problem) -> Part:
    if problem.rung >= SELF_INVOKING_RUNG and problem.stem and problem.prompt != problem.stem:
        kind, told = "self_invoking", "that stand upon another one"
    elif not problem.stem:
        kind, told = "stated", "told in words"
    else:
        kind, told = "text", "that are the start of a program"
    part = template.parts.get(kind) or template.parts.get("text")
    if part is None:
        raise UsageError(
            f"prompt template {template.name!r} has no text for problems {told}, as {problem.id} of {problem.benchmark}; "
            "give another --prompt, or other benchmarks"
        )
    return part
