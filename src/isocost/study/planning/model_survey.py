"""Models whose shape is known, or can be read from a file, with what follows from it: bytes and FLOPs of a token."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

from isocost.cost.architectures import known_models, model, neutral
from isocost.cost.flops import forward_flops
from isocost.cost.headers import read_model
from isocost.cost.memory import kv_bytes_per_token, weight_bytes
from isocost.cost.parameters import architecture_of, matmul_parameters
from isocost.errors import UsageError
from isocost.records import Architecture, ModelSpec, Record

CONTEXT = 512
"""Tokens before the one whose FLOPs are given."""

_ENDINGS = frozenset({".json", ".gguf"})
_SIZE = re.compile(r"(?<![\d.])(\d+(?:\.\d+)?)B\b")


class ModelSeen(Record, frozen=True):
    """One model, and what follows from its shape."""

    name: str
    """Its name; that of the folder or the file, where it was read from one."""
    family: str | None
    """Models of one family share a recipe; None where a file does not say."""
    parameters: int
    """All its parameters."""
    matmul_parameters: int
    """Weights that one token is multiplied with."""
    kv_bytes_per_token: float
    """Keys and values of one token in all layers, at 16 bits."""
    weight_bytes: float
    """All weights at 16 bits."""
    flops_per_token: float
    """FLOPs of one more token after 512 others."""
    stored_bits: float
    """Mean bits of a weight as it is stored: of the file, where one was read; else 16."""
    source: str
    """Where the shape was read."""
    architecture: Architecture
    """The shape."""


def model_survey() -> tuple[ModelSeen, ...]:
    """List the known models, in the order of the data file: by family, the smallest first.

    >>> [seen.name for seen in model_survey()][:2]
    ['Qwen2.5-Coder-0.5B', 'Qwen2.5-Coder-1.5B']
    """
    return tuple(model_seen(model(row.name)) for row in known_models())


def model_seen(spec: ModelSpec) -> ModelSeen:
    """Say what follows from a model's shape.

    Raises DomainError for a model without one.

    >>> seen = model_seen(model("Qwen2.5-Coder-7B"))
    >>> f"{seen.weight_bytes / 1e9:.2f} GB, {seen.flops_per_token / 1e9:.2f} GFLOP, {seen.kv_bytes_per_token:.0f} B"
    '15.23 GB, 14.35 GFLOP, 57344 B'
    """
    shape = architecture_of(spec)
    return ModelSeen(
        name=spec.name,
        family=spec.family or None,
        parameters=spec.parameters,
        matmul_parameters=matmul_parameters(shape),
        kv_bytes_per_token=kv_bytes_per_token(shape),
        weight_bytes=weight_bytes(shape),
        flops_per_token=float(forward_flops(shape, 1, CONTEXT)),
        stored_bits=spec.weight_bits,
        source=spec.source,
        architecture=shape,
    )


def found_model(name_or_path: str) -> ModelSpec:
    """Return a known model, or one read from a `config.json`, a folder that holds one, or a GGUF file.

    What ends in .json or .gguf is a path, and so is what stands on the disk, unless it is the plain name of a model.

    Raises UsageError for a name that is not known, InputError for a file that cannot be read.

    >>> found_model("qwen2.5-coder-7b").name
    'Qwen2.5-Coder-7B'
    """
    path = Path(name_or_path)
    if path.suffix.lower() in _ENDINGS:
        return read_model(path)
    known = {neutral(row.name)[0] for row in known_models()}
    plain = os.sep not in name_or_path and neutral(name_or_path)[0] in known
    if path.exists() and not plain:
        return read_model(path)
    return model(name_or_path)


def family_models(family: str, sizes: Sequence[float]) -> tuple[ModelSpec, ...]:
    """Known models of one family by the billions of parameters in their names, the smallest first.

    Raises UsageError for a family that is not known, or a size that it does not have; the text gives those there are.

    >>> [spec.name for spec in family_models("qwen2.5-coder", [7, 1.5])]
    ['Qwen2.5-Coder-1.5B', 'Qwen2.5-Coder-7B']
    >>> family_models("CodeLlama", [8])
    Traceback (most recent call last):
        ...
    isocost.errors.UsageError: CodeLlama has no model of 8B, expected sizes of 7, 13, 34, 70; for another model type ...
    """
    key = neutral(family)[0]
    rows = [row for row in known_models() if neutral(row.family)[0] == key]
    if not rows:
        known = ", ".join(dict.fromkeys(row.family for row in known_models()))
        raise UsageError(f"no known family is called {family[:80]!r}, expected one of {known}")
    by_size = {float(named[1]): row for row in rows if (named := _SIZE.search(row.name))}
    for size in sizes:
        if size not in by_size:
            there = ", ".join(f"{known:g}" for known in sorted(by_size))
            raise UsageError(
                f"{rows[0].family} has no model of {size:g}B, expected sizes of {there}; "
                "for another model type --model with its name, or the path of its config.json"
            )
    return tuple(model(by_size[size].name) for size in sorted(set(sizes)))
