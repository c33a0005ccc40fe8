"""What is known of a model by its address: from a file of its shape, its own file, or its name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from isocost.cost.architectures import model as known_model
from isocost.cost.architectures import neutral
from isocost.cost.headers import read_model
from isocost.errors import UsageError

if TYPE_CHECKING:
    from isocost.backends.address import ModelAddress
    from isocost.records import ModelSpec


def spec_of(address: ModelAddress, shape_file: Path | None = None) -> ModelSpec | None:
    """Return the model's shape and bits: of `shape_file`, else of the file or folder at its address, else by its name.

    None where none of these tells; costs in FLOPs and seconds are then absent.

    Raises InputError for a file that is there and cannot be read as what it should be.

    >>> from isocost.backends.address import parse_address
    >>> spec = spec_of(parse_address("mine=hf:Qwen/Qwen2.5-Coder-0.5B-Instruct"))
    >>> spec.name, spec.kind, spec.parameters
    ('Qwen2.5-Coder-0.5B', 'instruct', 494032768)
    """
    if shape_file is not None:
        return read_model(shape_file, name=address.name)
    place = Path(address.target)
    if address.backend in {"llamacpp", "transformers", "vllm"} and place.exists():
        read = read_model(place, name=address.name)
        return msgspec.structs.replace(read, kind=neutral(address.name)[1] or read.kind)
    for name in (address.target, address.name):
        try:
            return known_model(name)
        except UsageError:
            continue
    return None


def kind_of(address: ModelAddress) -> Literal["base", "instruct"]:
    """Whether a model goes on with a text or answers: by a word for it in its names, else what a known model's name means.

    >>> from isocost.backends.address import parse_address
    >>> (
    ...     kind_of(parse_address("hf:bigcode/starcoder2-3b")),
    ...     kind_of(parse_address("http://h/v1#qwen2.5-coder-7b-instruct")),
    ... )
    ('base', 'instruct')
    """
    for name in (address.target, address.name):
        kind = neutral(name)[1]
        if kind is not None:
            return "instruct" if kind == "instruct" else "base"
    spec = None
    for name in (address.target, address.name):
        try:
            spec = known_model(name)
        except UsageError:
            continue
        break
    return "instruct" if spec is not None and spec.kind == "instruct" else "base"
