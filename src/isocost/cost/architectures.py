"""Known models: the shapes shipped in `data/architectures.toml`, found by the names that people write."""

from __future__ import annotations

import difflib
import functools
import re
import tomllib
from importlib import resources
from typing import TYPE_CHECKING, Final

import msgspec

from isocost.cost.parameters import parameters
from isocost.errors import UsageError
from isocost.records import Architecture, ModelSpec, Record

if TYPE_CHECKING:
    from collections.abc import Mapping

_INSTRUCT: Final = frozenset({"instruct", "instruction", "chat", "it"})
"""Words of a name that say that a model was tuned to follow instructions."""
_SILENT: Final = frozenset({"base", "hf"})
"""Words of a name that change nothing of its shape."""
_VERSION: Final = re.compile(r"v\d+(\.\d+)*")
"""A version after a word of the kind, as in `starcoder2-15b-instruct-v0.1`."""


class KnownModel(Record, frozen=True):
    """One row of the data file."""

    name: str
    """Without a word for its kind, as in `Qwen2.5-Coder-1.5B`."""
    family: str
    """Models of one family share a recipe."""
    parameters: int
    """All parameters, counted."""
    published: float
    """Published size, in billions, to the last digit that was published."""
    source: str
    """Where the shape was read."""
    architecture: Architecture
    """The shape, which base and instruct have in common."""
    plain: str = "base"
    """Kind of the model that is called by the name alone."""


@functools.cache
def known_models() -> tuple[KnownModel, ...]:
    """Return the rows of the data file, in its order."""
    text = resources.files("isocost").joinpath("data", "architectures.toml").read_text(encoding="utf-8")
    return tuple(msgspec.convert(tomllib.loads(text)["model"], type=tuple[KnownModel, ...]))


def models(kind: str | None = None) -> dict[str, ModelSpec]:
    """Known models by their name without a kind, smallest first within a family, weights at 16 bits.

    `kind` is `base` or `instruct`, which share a shape; None takes for each the kind that the bare name means.

    >>> list(models())[:3]
    ['Qwen2.5-Coder-0.5B', 'Qwen2.5-Coder-1.5B', 'Qwen2.5-Coder-3B']
    """
    return {row.name: _spec(row, kind or row.plain) for row in known_models()}


def model(name: str) -> ModelSpec:
    """Return the known model that a name means; `name` of the result is without its kind, `kind` says it apart.

    Case, an organisation before a slash, and words for the kind (`Instruct`, `Chat`, `it`, `Base`, `hf`) may be there
    or not. A word for a quantised format is not overlooked, because the weights then have other bits.

    Raises:
        UsageError: no known model has this name; the text gives the nearest one that has.

    >>> spec = model("qwen/qwen2.5-coder-7b-instruct")
    >>> spec.name, spec.kind, spec.parameters
    ('Qwen2.5-Coder-7B', 'instruct', 7615616512)
    >>> model("Qwen2.5-Coder-8B")
    Traceback (most recent call last):
        ...
    isocost.errors.UsageError: no known model is called 'Qwen2.5-Coder-8B'; did you mean Qwen2.5-Coder-7B? For ...
    """
    key, kind = neutral(name)
    rows = {neutral(row.name)[0]: row for row in known_models()}
    if key in rows:
        return _spec(rows[key], kind or rows[key].plain)
    near = nearest(key, {key: row.name for key, row in rows.items()})
    meant = f"; did you mean {near}?" if near else f"; expected one of {', '.join(row.name for row in rows.values())}."
    raise UsageError(
        f"no known model is called {name[:80]!r}{meant} For another model give the path of its config.json or .gguf file"
    )


def neutral(name: str) -> tuple[str, str | None]:
    """Split a name into what it says of the model, for comparison, and what it says of the kind, if anything.

    >>> neutral("codellama/CodeLlama-7b-Instruct-hf"), neutral("Code Llama 7B")
    (('codellama7b', 'instruct'), ('codellama7b', None))
    """
    kind, kept = None, []
    told = False
    for word in re.split(r"[-_\s]+", name.strip().rstrip("/").rsplit("/", maxsplit=1)[-1].lower()):
        if word in _INSTRUCT:
            kind, told = "instruct", True
        elif word in _SILENT:
            kind, told = ("base" if word == "base" else kind), True
        elif not (told and _VERSION.fullmatch(word)):
            kept.append(word)
    return "".join(kept), kind


def nearest(key: str, names: Mapping[str, str]) -> str | None:
    """Return the name whose key is nearest to `key`, if one is near at all."""
    near = difflib.get_close_matches(key, names, n=1)
    return names[near[0]] if near else None


def _spec(row: KnownModel, kind: str) -> ModelSpec:
    return ModelSpec(
        name=row.name, family=row.family, kind=kind, parameters=parameters(row.architecture),
        architecture=row.architecture, source=row.source,
    )  # fmt: skip
