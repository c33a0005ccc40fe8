"""Which models a profile is of: shapes by name, a family, or a ladder of small made-up ones."""

from __future__ import annotations

from typing import Final

from isocost.cost.architectures import known_models, model, neutral
from isocost.cost.parameters import parameters
from isocost.errors import UsageError
from isocost.records import Architecture, ModelSpec
from isocost.study.planning.model_survey import found_model

SMALL: Final = "small"
"""The ladder from 8M to 0.5B, for a CPU; what `--sweep` alone means."""
TINY: Final = "tiny"
"""Four sizes below 10M: a check that all parts work, in seconds; too small to say much of a machine."""

_QWEN2: Final = ((8, 256, 4, 768), (10, 384, 6, 1152), (12, 512, 8, 1792), (18, 768, 12, 2816), (24, 1024, 16, 3840))
_TINY: Final = ((2, 128, 2, 384), (4, 128, 2, 384), (4, 256, 4, 512), (8, 256, 4, 768))
"""Layers, width, heads and inner width, in the manner of Qwen2: about 4 to 5 times as wide inside as outside is deep."""


def sweep_models(name: str) -> tuple[ModelSpec, ...]:
    """Models of a family by rising size; `small` and `tiny` are ladders of made-up shapes in the manner of Qwen2.

    Raises:
        UsageError: there is no such family; the text gives those there are.

    >>> [f"{spec.name}" for spec in sweep_models("small")]
    ['random-8M', 'random-20M', 'random-45M', 'random-148M', 'random-348M', 'Qwen2.5-Coder-0.5B']
    >>> [spec.name for spec in sweep_models("qwen2.5-coder")][:2]
    ['Qwen2.5-Coder-0.5B', 'Qwen2.5-Coder-1.5B']
    """
    if name == SMALL:
        return (*(_made_up(*sizes, vocab=8192) for sizes in _QWEN2), model("Qwen2.5-Coder-0.5B"))
    if name == TINY:
        return tuple(_made_up(*sizes, vocab=1024) for sizes in _TINY)
    key = neutral(name)[0]
    rows = [row for row in known_models() if neutral(row.family)[0] == key]
    if not rows:
        known = ", ".join(dict.fromkeys(row.family for row in known_models()))
        raise UsageError(f"no family to sweep is called {name[:80]!r}, expected one of {SMALL}, {TINY}, {known}")
    return tuple(sorted((model(row.name) for row in rows), key=lambda spec: spec.parameters))


def shape_model(name: str) -> ModelSpec:
    """Model of a `--shape`: a known name, a rung of the small ladder, or the path of a config.json or .gguf file.

    Raises:
        UsageError: the name is not known; the text gives the nearest.
        InputError: the file cannot be read.

    >>> shape_model("random-8m").parameters
    8397056
    """
    for spec in (*sweep_models(SMALL), *sweep_models(TINY)):
        if spec.name.lower() == name.lower():
            return spec
    return found_model(name)


def _made_up(layers: int, hidden: int, heads: int, ffn: int, *, vocab: int) -> ModelSpec:
    shape = Architecture(
        layers=layers, hidden=hidden, heads=heads, kv_heads=min(2, heads), head_dim=64, ffn=ffn, vocab=vocab, tied=True,
        attention_bias=True,
    )  # fmt: skip
    count = parameters(shape)
    name = f"random-{count / 1e6:.0f}M" if count >= 1e6 else f"random-{count / 1e6:.1f}M"
    return ModelSpec(
        name=name, family="random", kind="base", parameters=count, architecture=shape, source="made up for a sweep"
    )
