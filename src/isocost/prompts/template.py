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
import hashlib
import string
import tomllib
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Final

from isocost.errors import UsageError
from isocost.records import PromptForm, Record

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
MOST_BYTES: Final = 1 << 20
"""A template is some kilobytes; this is far above any."""

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

    Raises UsageError where there is none, or it has a mistake: file, field, value, and what was expected.

    >>> load_template("chat").form.value
    'chat'
    """
    if not name_or_path.endswith(".toml") and "/" not in name_or_path:
        known = template_names()
        if name_or_path not in known:
            near = difflib.get_close_matches(name_or_path, known, n=1)
            meant = f"; did you mean {near[0]}?" if near else ""
            raise UsageError(
                f"no prompt template is called {name_or_path[:60]!r}{meant} Expected a .toml file or one of {', '.join(known)}"
            )
        place = resources.files("isocost").joinpath("data", "prompts", f"{name_or_path}.toml")
        return _File(f"{name_or_path}.toml").template(place.read_bytes())
    path = Path(name_or_path).expanduser()
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UsageError(
            f"{name_or_path}: cannot be read ({reason}); expected a prompt template in TOML, or one of {', '.join(template_names())}"
        ) from None
    return _File(name_or_path).template(data)


class _File:
    """A file being checked; each fault is told with its name."""

    def __init__(self, where: str) -> None:
        self.where = where

    def template(self, data: bytes) -> Template:
        table = self._table(data)
        self._known(table, _FIELDS, "")
        form = table.get("form")
        if form not in {kind.value for kind in PromptForm}:
            raise self._fault("form", form, '"chat" or "completion"')
        max_tokens = table.get("max_tokens")
        if max_tokens is not None and (
            not isinstance(max_tokens, int) or isinstance(max_tokens, bool) or max_tokens < 1
        ):
            raise self._fault("max_tokens", max_tokens, "a whole number of tokens, at least 1")
        system = self._text(table, "system", "") if "system" in table else ""
        if system and form == PromptForm.completion.value:
            raise self._fault("system", system, 'nothing, for only a "chat" has a system\'s turn')
        return Template(
            name=self._name(table),
            form=PromptForm(form),
            parts=self._parts(table),
            sha256=hashlib.sha256(data).hexdigest(),
            system=system,
            max_tokens=max_tokens,
            source=self._text(table, "source", "", plain=True) if "source" in table else "",
        )

    def _table(self, data: bytes) -> dict[str, object]:
        if len(data) > MOST_BYTES:
            raise UsageError(
                f"{self.where}: more than {MOST_BYTES} bytes, expected a prompt template of some kilobytes"
            )
        try:
            return tomllib.loads(data.decode("utf-8"))
        except UnicodeDecodeError as error:
            raise UsageError(
                f"{self.where}: byte {error.start} is no UTF-8; expected a prompt template in TOML"
            ) from None
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            reason = " ".join(str(error).split())[:160]
            raise UsageError(f"{self.where}: no TOML: {reason}; expected a prompt template") from None

    def _name(self, table: Mapping[str, object]) -> str:
        name = table.get("name")
        if not isinstance(name, str) or not name.strip() or not name.isprintable() or len(name) > 80:
            raise self._fault("name", name, "a short text, what runs are to call the template")
        return name

    def _parts(self, table: Mapping[str, object]) -> dict[str, Part]:
        parts = {"text": self._part(table, "")} if "text" in table else {}
        for name in PARTS:
            if name in table:
                inner = table[name]
                if not isinstance(inner, Mapping):
                    raise self._fault(name, inner, f"a table [{name}] with a text")
                self._known(inner, ("text", "stop"), f"{name}.")
                parts[name] = self._part(inner, f"{name}.")
        if not parts:
            raise self._fault("text", None, "a text with $prompt in it")
        return parts

    def _part(self, table: Mapping[str, object], prefix: str) -> Part:
        text = self._text(table, "text", prefix)
        if not {"prompt", "new"} & set(string.Template(text).get_identifiers()):
            raise self._fault(
                f"{prefix}text", text, "a text with $prompt in it, or $new, where the problem is to stand"
            )
        stop = table.get("stop", [])
        if not isinstance(stop, list) or not all(isinstance(item, str) and item for item in stop):
            raise self._fault(f"{prefix}stop", stop, "a list of texts")
        if len(stop) > MOST_STOPS:
            raise self._fault(f"{prefix}stop", stop, f"{MOST_STOPS} texts at most, since OpenAI's API takes no more")
        return Part(text=text, stop=tuple(stop))

    def _text(self, table: Mapping[str, object], field: str, prefix: str, *, plain: bool = False) -> str:
        value = table.get(field)
        if not isinstance(value, str) or (not value.strip() and field == "text"):
            raise self._fault(prefix + field, value, "a text")
        template = string.Template(value)
        if not plain and not template.is_valid():
            raise self._fault(prefix + field, value, "placeholders such as $prompt; a dollar sign is written $$")
        unknown = [] if plain else [name for name in template.get_identifiers() if name not in PLACEHOLDERS]
        if unknown:
            known = ", ".join(f"${name}" for name in PLACEHOLDERS)
            raise self._fault(prefix + field, f"${unknown[0]}", f"{known}; a dollar sign is written $$")
        return value

    def _known(self, table: Mapping[str, object], fields: tuple[str, ...], prefix: str) -> None:
        for key in table:
            if key not in fields:
                raise UsageError(
                    f"{self.where}: unknown field {(prefix + key)[:80]!r}, expected one of {', '.join(fields)}"
                )

    def _fault(self, field: str, value: object, expected: str) -> UsageError:
        seen = "missing" if value is None else repr(value)[:80]
        return UsageError(f"{self.where}: {field!r} is {seen}, expected {expected}")
