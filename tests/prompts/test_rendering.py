"""Prompts of real problems: what they state, and what they never show."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from isocost.benchmarks import load
from isocost.errors import UsageError
from isocost.prompts.rendering import render
from isocost.prompts.template import load_template, template_names
from isocost.records import CodeTests, Problem, PromptForm

SHIPPED = ("steps", "steps-pro", "steps-deep")
PUBLISHED = ("humaneval", "mbpp", "mbpp-plus", "humaneval-pro", "mbpp-pro", "bigcodebench-lite-pro")
SELF_INVOKING = ("steps-pro", "steps-deep", "humaneval-pro", "mbpp-pro", "bigcodebench-lite-pro")


@functools.cache
def _problems(name: str, data_dir: Path | None = None) -> list[Problem]:
    return list(load(name, data_dir=data_dir).problems.values())


def _prompts(problem: Problem) -> Iterator[tuple[str, str]]:
    """Each template's prompt for a problem, the system's turn with it."""
    for name in template_names():
        template = load_template(name)
        try:
            prompt = render(template, problem).prompt
        except UsageError:
            assert name == "paper"
            continue
        yield name, f"{prompt.system}\n{prompt.text}"


def _shows_no_test(problem: Problem) -> None:
    own = {line.strip() for line in problem.prompt.splitlines()}
    tests = [
        line.strip()
        for part in problem.tests.values()
        if isinstance(part, CodeTests)
        for line in part.source.splitlines()
        if "assert" in line
    ]
    for name, text in _prompts(problem):
        lines = {line.strip() for line in text.splitlines()}
        assert not [line for line in tests if line in lines - own], f"{name} shows a test of {problem.id}"


@pytest.mark.parametrize("name", SHIPPED)
def test_no_test_is_shown(name: str) -> None:
    """No line of a test stands in a prompt, but where the benchmark's own statement shows it."""
    for problem in _problems(name):
        _shows_no_test(problem)


@pytest.mark.parametrize("name", PUBLISHED)
def test_no_test_of_a_published_benchmark_is_shown(name: str, data_dir: Path) -> None:
    """The same for every published benchmark, the one-shot example among them."""
    for problem in _problems(name, data_dir):
        _shows_no_test(problem)


def test_templates_hold_no_test_of_any_benchmark(data_dir: Path) -> None:
    """No line of a template, its example above all, is a line of a test, of any benchmark, or calls a tested function."""
    lines = {
        line.strip()
        for name in template_names()
        for part in load_template(name).parts.values()
        for line in part.text.splitlines()
    }
    for name in (*SHIPPED, *PUBLISHED):
        for problem in _problems(name, data_dir if name in PUBLISHED else None):
            assert problem.entry_point not in {"count_rests", "quietest_bar"}
            for part in problem.tests.values():
                if isinstance(part, CodeTests):
                    tests = {line.strip() for line in part.source.splitlines() if "assert" in line}
                    assert not tests & lines


def test_what_is_secret_cannot_reach_a_prompt() -> None:
    """A prompt stays the same whatever the tests and the reference solution are."""
    (problem, *_) = _problems("steps-pro")
    other = msgspec.structs.replace(
        problem, reference="SECRET", tests={"base": CodeTests(source="SECRET", prelude="", calls=())}
    )
    for name in template_names():
        assert render(load_template(name), problem) == render(load_template(name), other)


def _states_both(problem: Problem) -> None:
    base, new = problem.stem.strip("\n"), problem.prompt.removeprefix(problem.stem).strip("\n")
    assert base
    assert new
    for _name, text in _prompts(problem):
        assert base in text
        assert new in text.replace(base, "", 1)


@pytest.mark.parametrize("name", ["steps-pro", "steps-deep"])
def test_self_invoking_prompts_state_both_problems(name: str) -> None:
    """From rung 2 on, every template states the base problem and what is built upon it."""
    for problem in _problems(name):
        _states_both(problem)


@pytest.mark.parametrize("name", ["humaneval-pro", "mbpp-pro", "bigcodebench-lite-pro"])
def test_published_self_invoking_prompts_state_both_problems(name: str, data_dir: Path) -> None:
    """The same for the published ones."""
    for problem in _problems(name, data_dir):
        _states_both(problem)


def _goes_on(problem: Problem) -> None:
    """The text of a completion prompt ends where the judge puts the completion."""
    for name in ("completion", "one-shot-completion"):
        rendered = render(load_template(name), problem)
        assert rendered.prompt.form is PromptForm.completion
        if problem.stem:
            assert rendered.prompt.text.endswith(problem.stem.strip("\n") + "\n")
            continuation = problem.reference.removeprefix(problem.stem)
            assert not any(stop in continuation.split("\n\n\n")[0].rstrip() for stop in rendered.stop if "`" in stop)
        else:
            assert rendered.prompt.text.endswith("```python\n")


def test_a_completion_goes_on_from_the_stem() -> None:
    """What a base model writes continues the text that the judge puts before it, on every rung."""
    for name in SHIPPED:
        for problem in _problems(name):
            _goes_on(problem)


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_completion_goes_on_from_a_published_stem(name: str, data_dir: Path) -> None:
    """The same for published benchmarks; where there is no stem, a code block was opened."""
    for problem in _problems(name, data_dir):
        _goes_on(problem)


def test_humaneval_stands_as_it_was_published(data_dir: Path) -> None:
    """The completion prompt of HumanEval is its prompt, but for empty lines at its ends."""
    for problem in _problems("humaneval", data_dir):
        assert render(load_template("completion"), problem).prompt.text == problem.prompt.strip("\n") + "\n"


@pytest.mark.parametrize(("name", "file"), [("humaneval-pro", "humaneval_pro.json"), ("mbpp-pro", "mbpp_pro.json")])
def test_paper_is_the_published_protocol(name: str, file: str, data_dir: Path) -> None:
    """`paper` is, for each problem, what arXiv 2412.21199's own program asks: both statements, then the opened answer."""
    rows = {str(row["id"]): row for row in json.loads((data_dir / file).read_text(encoding="utf-8"))}
    for problem in _problems(name, data_dir):
        row = rows[problem.id.rpartition("/")[2]]
        base, new = row["raw_problem"].strip(), row["new_problem"].strip()
        rendered = render(load_template("paper"), problem)
        text = rendered.prompt.text
        assert (
            f"calls to the first solution.\n```python\n{base}\n{new}\n```\n\n@@ Response\n```python\n{base}\n" in text
        )
        assert text.endswith(f"```python\n{base}\n")
        assert rendered.stop == ("```",)


def test_paper_is_for_self_invoking_problems() -> None:
    """For others it has no text, and says what to do."""
    (problem, *_) = _problems("steps")
    with pytest.raises(
        UsageError, match=r"'paper' has no text for problems that are the start of a program, as Steps/0"
    ):
        render(load_template("paper"), problem)


def test_a_prompt_is_named_by_all_that_it_is() -> None:
    """Its id follows from problem, template, text, form and system: another of these is another prompt."""
    (problem, *_) = _problems("steps")
    prompt = render(load_template("chat"), problem).prompt
    assert prompt.id == render(load_template("chat"), problem).prompt.id
    ids = {render(load_template(name), problem).prompt.id for name in template_names() if name != "paper"}
    assert len(ids) == len(template_names()) - 1


def test_dollars_and_braces_of_a_problem_stay(tmp_path: Path) -> None:
    """What stands in a problem is no placeholder, whatever it looks like."""
    (problem, *_) = _problems("steps")
    odd = msgspec.structs.replace(problem, prompt="def f(x):\n    '''$prompt ${stem} {x} $$'''\n", stem="")
    path = tmp_path / "mine.toml"
    path.write_text('name = "mine"\nform = "chat"\ntext = "$$5: $prompt, $entry_point"\n')
    text = render(load_template(str(path)), odd).prompt.text
    assert text == f"$5: def f(x):\n    '''$prompt ${{stem}} {{x}} $$''', {problem.entry_point}"
