"""Writes `docs/cli.md` from the command line itself: `make docs`. A test fails where the page and the code disagree."""

from __future__ import annotations

import inspect
import types
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

from cyclopts.argument import Argument

from isocost.cli.app import VERBS, app

PAGE = Path(__file__).resolve().parents[2] / "docs" / "cli.md"

HEAD = """# The command line

This page is made from the code by `make docs`, and a test fails where it is stale. The pages named in the table say
what the options are for, with examples that are run.

| verb | what it does | page |
|---|---|---|
{verbs}

`isocost --help` lists the verbs, `isocost VERB --help` the options of one, `isocost --version` says the version.

Nothing is ever asked and stdin is not read. An option comes before what an environment variable or a study's file says. Results
go to stdout; progress, notes and warnings to stderr: bars on a terminal, else plain lines. With `--json` stdout holds
[one JSON document](formats.md#--json) and nothing else.

| exit code | meaning |
|---|---|
| 0 | fine; what a reader should know beside it is a warning on stderr |
| 1 | the honest answer is no: `check` found something serious, an outcome of `demo --steps` is not the expected one |
| 2 | something given cannot be used; one line says what, where, and what to type instead |
| 3 | our own fault, or the machine's: no isolation holds, the disk is full, nothing could be scored |
| 130 | interrupted; the same command goes on |

[Environment variables](judging.md#interrupting-resuming-caching) name the folders of benchmarks and of the cache. Keys of servers
are read from the variable that `--api-key-env` names, and are no option.
"""

PAGES = {
    "demo": "tutorial.md",
    "run": "running.md",
    "generate": "generating.md",
    "judge": "judging.md",
    "analyse": "analysis.md",
    "report": "reading-a-report.md",
    "show": "judging.md#looking-at-a-run",
    "check": "checking.md",
    "compare": "planning.md",
    "profile": "profiling.md",
    "plan": "planning.md#a-study-planned",
    "export": "formats.md#exports",
    "benchmarks": "guides/own-benchmark.md",
    "models": "planning.md#models",
    "doctor": "judging.md#channel-and-isolation",
}
"""Where each verb is told of."""


def reference() -> str:
    """Return the whole page, as the code of this moment makes it."""
    verbs = "\n".join(
        f"| [`{verb}`](#isocost-{verb}) | {line} | [{_title(PAGES[verb])}]({PAGES[verb]}) |"
        for verb, line in VERBS.items()
    )
    return HEAD.format(verbs=verbs) + "".join(_of_verb(verb, line) for verb, line in VERBS.items())


def _title(link: str) -> str:
    """First heading of the page that a link leads to; this page may not be there yet."""
    page = PAGE.parent / link.partition("#")[0]
    return page.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ").partition(":")[0]


def _of_verb(verb: str, line: str) -> str:
    command = app[verb]
    shown = [
        one
        for one in command.assemble_argument_collection(default_parameter=app.default_parameter, parse_docstring=True)
        if one.show
    ]
    places = [one for one in shown if one.index is not None]
    words = " ".join(_place(one) for one in places)
    said = "\n\n".join([f"{line}", *_more(command.default_command)])
    rows = "".join(
        f"| {_names(one)} | {_values(one)} | {_default(one)} | {_told(one)} |\n"
        for one in [*places, *(one for one in shown if one.index is None)]
    )
    usage = " ".join(part for part in (f"isocost {verb}", words, "[OPTIONS]") if part)
    head = "| argument or option | values | default | meaning |\n|---|---|---|---|\n"
    return f"\n## isocost {verb}\n\n    {usage}\n\n{said}\n\n{head}{rows}"


def _place(one: Argument) -> str:
    name = one.names[0] + ("..." if _type(one)[1] else "")
    return name if one.required else f"[{name}]"


def _more(command: object) -> Iterator[str]:
    """Paragraphs of a verb's docstring behind its first sentence, before its parameters."""
    text = (inspect.getdoc(command) or "").partition("\nParameters\n")[0]
    for paragraph in text.strip().split("\n\n")[1:]:
        yield " ".join(paragraph.split())


def _names(one: Argument) -> str:
    return ", ".join(f"`{name}`" for name in one.names)


def _type(one: Argument) -> tuple[Any, bool]:
    """Type of one value, and whether several may be given."""
    hint = one.hint
    if get_origin(hint) in {Union, types.UnionType}:
        hint = next(part for part in get_args(hint) if part is not type(None))
    if get_origin(hint) in {list, tuple}:
        return get_args(hint)[0], True
    return hint, False


def _values(one: Argument) -> str:
    kind, several = _type(one)
    if get_origin(kind) is Literal:
        told = ", ".join(f"`{choice}`" for choice in get_args(kind))
    elif isinstance(kind, type) and issubclass(kind, StrEnum):
        told = ", ".join(f"`{choice.value}`" for choice in kind)
    else:
        words: dict[Any, str] = {bool: "", int: "whole number", float: "number", str: "text", Path: "path"}
        told = words[kind]
    return f"{told}, several" if several else told


def _default(one: Argument) -> str:
    value = one.field_info.default
    if one.required:
        return "must be given"
    if value is None or value is False or value is inspect.Parameter.empty or value == ():
        return ""
    if value is True:
        return "on"
    values = value if isinstance(value, list | tuple) else [value]
    return " ".join(f"`{item:g}`" if isinstance(item, float) else f"`{item}`" for item in values)


def _told(one: Argument) -> str:
    text = " ".join((one.parameter.help or "").split())
    return text.replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(reference(), encoding="utf-8")
