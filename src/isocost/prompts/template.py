r"""Prompt templates: TOML files, those that ship with isocost and those that users write.

name = "mine"                 # what runs call it
form = "chat"                 # or "completion"
text = "Solve $prompt"        # with placeholders; $$ is a dollar sign
system = ""                   # the system's turn of a chat; may be left out
stop = ["\ndef "]              # strings that end a completion, four at most; may be left out
max_tokens = 1024             # how long an answer may be, unless a command says it; may be left out
source = "who wrote it"       # may be left out

[stated]                      # instead of `text` and `stop`, for problems told in words (MBPP)
text = "…"

[self_invoking]               # instead of them, for problems that stand upon another one (rung 2 and above)
text = "…"
"""

from __future__ import annotations

import difflib
import string
import tomllib
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Final

from isocost.errors import UsageError
from isocost.records import PromptForm, Record
from isocost.store.toml_file import Place, TomlFile, read_toml

PLACEHOLDERS: Final = {
    "prompt": "the statement, whole, as the benchmark gives it",
    "stem": "the code that a completion continues; of a self-invoking problem, the base problem's statement",
    "new": "what the statement says beyond the stem; of a self-invoking problem, the new problem's statement",
    "entry_point": "name of the function that is tested",
}
"""What stands for parts of a problem, each without the empty lines around it."""

PARTS: Final = ("stated", "self_invoking")
"""Tables that a template may have for kinds of problems."""

FOR_KIND: Final = {"instruct": "chat", "base": "completion"}
"""The template that a model's kind takes where none is asked for."""

MOST_STOPS: Final = 4
"""Stop strings of a request: OpenAI's API takes no more."""

_FIELDS: Final = ("name", "form", "text", "system", "stop", "max_tokens", "source", *PARTS)


class Part(Record, frozen=True):
    """The text for one kind of problem."""

    text: str
    """With placeholders, as `string.Template` takes them."""
    stop: tuple[str, ...] = ()
    """Strings that end a completion."""


class Template(Record, frozen=True):
    """A template, checked."""

    name: str
    """What runs call it."""
    form: PromptForm
    """How its prompts are put before a model."""
    parts: dict[str, Part]
    """By kind of problem: `text` for all that have no part of their own, `stated`, `self_invoking`."""
    sha256: str
    """Hash of the file."""
    system: str = ""
    """The system's turn of a chat, with placeholders too."""
    max_tokens: int | None = None
    """How long an answer may be, where a command does not say it."""
    source: str = ""
    """Who wrote it, or where it was published."""


def template_names() -> tuple[str, ...]:
    """Names of the templates that ship with isocost."""
    folder = resources.files("isocost").joinpath("data", "prompts")
    return tuple(sorted(place.name.removesuffix(".toml") for place in folder.iterdir() if place.name.endswith(".toml")))


def load_template(name_or_path: str) -> Template:
    """Load a template by its name, or from a file: what ends with .toml, or holds a slash.

    Raises InputError where there is none, or it has a mistake: file, line, field, value, and what was expected.

    >>> load_template("chat").form.value
    'chat'
    """
    if name_or_path.endswith(".toml") or "/" in name_or_path:
        path = Path(name_or_path).expanduser()
        file = read_toml(path, "a prompt template")
        return _template(file)
    known = template_names()
    if name_or_path not in known:
        near = difflib.get_close_matches(name_or_path, known, n=1)
        meant = f"; did you mean {near[0]}?" if near else ";"
        raise UsageError(
            f"no prompt template is called {name_or_path[:60]!r}{meant} expected a .toml file or one of {', '.join(known)}"
        )
    place = resources.files("isocost").joinpath("data", "prompts", f"{name_or_path}.toml")
    text = place.read_bytes().decode("utf-8")
    return _template(TomlFile(place.name, text, tomllib.loads(text)))


def _template(file: TomlFile) -> Template:
    table = file.table
    file.known(table, _FIELDS)
    form = table.get("form")
    if form not in [kind.value for kind in PromptForm]:  # not a set: it may be a list or a table
        raise file.fault(("form",), form, '"chat" or "completion"')
    most = table.get("max_tokens")
    if most is not None and (not isinstance(most, int) or isinstance(most, bool) or most < 1):
        raise file.fault(("max_tokens",), most, "a whole number of tokens, at least 1")
    system = _text(file, table, ("system",)) if "system" in table else ""
    if system and form == PromptForm.completion.value:
        raise file.fault(("system",), system, 'nothing, for only a "chat" has a system\'s turn')
    source = table.get("source", "")
    if not isinstance(source, str):
        raise file.fault(("source",), source, "a text")
    return Template(
        name=_name(file), form=PromptForm(form), parts=_parts(file), sha256=file.sha256, system=system, max_tokens=most,
        source=source,
    )  # fmt: skip


def _name(file: TomlFile) -> str:
    name = file.table.get("name")
    if not isinstance(name, str) or not name.strip() or not name.isprintable() or len(name) > 80:
        raise file.fault(("name",), name, "a short text, what runs are to call the template")
    return name


def _parts(file: TomlFile) -> dict[str, Part]:
    table = file.table
    parts = {"text": _part(file, table, ())} if "text" in table else {}
    for name in PARTS:
        if name in table:
            inner = table[name]
            if not isinstance(inner, Mapping):
                raise file.fault((name,), inner, f"a table [{name}] with a text")
            file.known(inner, ("text", "stop"), (name,))
            parts[name] = _part(file, inner, (name,))
    if not parts:
        raise file.fault(("text",), None, "a text with $prompt in it")
    return parts


def _part(file: TomlFile, table: Mapping[str, object], place: Place) -> Part:
    text = _text(file, table, (*place, "text"))
    if not {"prompt", "new"} & set(string.Template(text).get_identifiers()):
        told = "a text with $prompt in it, or $new, where the problem is to stand"
        raise file.fault((*place, "text"), text, told)
    stop = table.get("stop", [])
    if not isinstance(stop, list) or not all(isinstance(item, str) and item for item in stop):
        raise file.fault((*place, "stop"), stop, "a list of texts")
    if len(stop) > MOST_STOPS:
        told = f"{MOST_STOPS} texts at most, since OpenAI's API takes no more"
        raise file.fault((*place, "stop"), stop, told)
    return Part(text=text, stop=tuple(stop))


def _text(file: TomlFile, table: Mapping[str, object], place: Place) -> str:
    value = table.get(str(place[-1]))
    if not isinstance(value, str):
        raise file.fault(place, value, "a text")
    template = string.Template(value)
    if not template.is_valid():
        raise file.fault(place, value, "placeholders such as $prompt; a dollar sign is written $$")
    for name in template.get_identifiers():
        if name not in PLACEHOLDERS:
            known = ", ".join(f"${word}" for word in PLACEHOLDERS)
            raise file.fault(place, f"${name}", f"{known}; a dollar sign is written $$")
    return value
