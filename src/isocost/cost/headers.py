"""A model's shape from its own files: a Hugging Face `config.json`, a folder that holds one, or a GGUF file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from isocost.cost.gguf import GgufHeader, read_gguf
from isocost.cost.hub_config import MOST, architecture_of_config
from isocost.cost.parameters import parameters
from isocost.errors import InputError
from isocost.records import Architecture, ModelSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_CONFIG_BYTES: Final = 1 << 22
"""A config.json is some kilobytes; this is far above any."""

GGUF_ARCHITECTURES: Final = (
    "llama", "qwen2", "qwen2moe", "qwen3", "qwen3moe", "starcoder", "starcoder2", "gemma",
)  # fmt: skip
"""What `general.architecture` may be; Mistral and Mixtral are called llama there."""

_SLACK: Final = 1e-3
"""Share by which the tensors of a file may differ from its shape: tables of rotations are kept as tensors by some."""


def read_model(path: Path, *, name: str | None = None, family: str = "", kind: str = "base") -> ModelSpec:
    """Read what a `config.json`, a folder with one, or a `.gguf` file says of its model.

    A GGUF file says how its weights are stored and how many there are; a `config.json` does not, so that parameters are
    counted from the shape and weights are taken to have 16 bits.

    Args:
        path: the file, or a folder that holds a `config.json`.
        name: name of the model; where it is None, that of the folder (`config.json`) or of the file (GGUF).
        family: models of one family share a recipe; the files don't say.
        kind: `base` or `instruct`; the files don't say.

    Raises:
        InputError: neither file can be read as what it should be; one line says why.
    """
    if path.is_dir():
        path /= "config.json"
    if path.exists() and not path.is_file():
        raise InputError(f"{path}: a pipe or device, expected a config.json, its folder, or a .gguf file")
    if path.suffix == ".json":
        shape = _read_config(path)
        return ModelSpec(
            name=name or path.resolve().parent.name, family=family, kind=kind, parameters=parameters(shape),
            architecture=shape, source=path.name,
        )  # fmt: skip
    header = read_gguf(path)
    shape = architecture_of_gguf(header)
    return ModelSpec(
        name=name or path.stem, family=family, kind=kind, parameters=_parameters_of_gguf(header, shape),
        architecture=shape, weight_bits=header.weight_bits() or 16.0, source=path.name,
    )  # fmt: skip


def read_architecture(path: Path) -> Architecture:
    """Read the shape alone; see `read_model`.

    Raises:
        InputError: as for `read_model`.
    """
    shape = read_model(path).architecture
    assert shape is not None  # noqa: S101 (read_model always has one)
    return shape


def architecture_of_gguf(header: GgufHeader) -> Architecture:
    """Return the shape of a GGUF file: sizes from its pairs; biases, gate, head and norms from the tensors it has.

    Raises:
        InputError: the architecture is none of `GGUF_ARCHITECTURES`, a pair is missing, or the file is one of several.
    """
    kind = header.values.get("general.architecture")
    if kind not in GGUF_ARCHITECTURES:
        raise InputError(
            f"{header.where}: 'general.architecture' is {str(kind)[:40]!r}, expected one of "
            f"{', '.join(GGUF_ARCHITECTURES)}; a model of another one needs its shape given by hand"
        )
    pieces = header.values.get("split.count", 1)
    if isinstance(pieces, int) and pieces > 1:
        raise InputError(
            f"{header.where}: one of {pieces} pieces, expected a whole file; merge them with `gguf-split --merge` first"
        )
    hidden, heads = _whole(header, "embedding_length"), _whole(header, "attention.head_count")
    experts = _whole(header, "expert_count", 0)
    active = _whole(header, "expert_used_count") if experts else 0
    if active > experts:
        raise InputError(f"{header.where}: {active} experts used of {experts}, expected at most those there are")
    plain = _whole(header, "feed_forward_length", 0 if experts else None)
    shared = _has(header, "ffn_gate_shexp.weight", "ffn_up_shexp.weight")
    return Architecture(
        layers=_whole(header, "block_count"),
        hidden=hidden,
        heads=heads,
        kv_heads=_whole(header, "attention.head_count_kv", heads),
        head_dim=_whole(header, "attention.key_length", max(1, hidden // heads)),
        ffn=_whole(header, "expert_feed_forward_length", plain) if experts else plain,
        vocab=_vocab(header, hidden),
        tied="output.weight" not in header.tensors,
        gated=_has(header, "ffn_gate.weight", "ffn_gate_exps.weight", "ffn_gate.0.weight"),
        attention_bias=_has(header, "attn_q.bias", "attn_qkv.bias"),
        output_bias=_has(header, "attn_output.bias"),
        ffn_bias=_has(header, "ffn_down.bias"),
        norm_bias=_has(header, "attn_norm.bias"),
        qk_norm=_has(header, "attn_q_norm.weight"),
        positions=_rows(header, "position_embd.weight"),
        experts=experts,
        experts_active=active,
        shared_ffn=_shared_ffn(header) if shared else 0,
        shared_gate=_has(header, "ffn_gate_inp_shexp.weight"),
    )


def _read_config(path: Path) -> Architecture:
    try:
        with path.open("rb") as file:
            data = file.read(MOST_CONFIG_BYTES + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(f"{path}: cannot be read ({reason}); expected a config.json, its folder, or a .gguf") from None
    if len(data) > MOST_CONFIG_BYTES:
        raise InputError(f"{path}: more than {MOST_CONFIG_BYTES} bytes, expected a config.json of some kilobytes")
    try:
        config: Mapping[str, object] = msgspec.json.decode(data, type=dict[str, object])
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise InputError(
            f"{path}: no JSON object ({' '.join(str(error).split())[:120]}); expected a config.json"
        ) from None
    return architecture_of_config(config, str(path))


def _whole(header: GgufHeader, key: str, default: int | None = None) -> int:
    full = f"{header.values['general.architecture']}.{key}"
    value = None if full in header.lists else header.values.get(full, default)
    if isinstance(value, int) and not isinstance(value, bool) and (0 < value < MOST or value == default):
        return value
    seen = "a list" if full in header.lists else "missing" if value is None else repr(str(value)[:40])
    raise InputError(f"{header.where}: {full!r} is {seen}, expected one whole number above 0, the same for all layers")


def _has(header: GgufHeader, *names: str) -> bool:
    return any(f"blk.0.{name}" in header.tensors for name in names)


def _rows(header: GgufHeader, name: str) -> int:
    tensor = header.tensors.get(name)
    return tensor.dimensions[1] if tensor and len(tensor.dimensions) == 2 else 0


def _vocab(header: GgufHeader, hidden: int) -> int:
    table = header.tensors.get("token_embd.weight")
    if table is None or len(table.dimensions) != 2 or table.dimensions[0] != hidden:
        seen = "missing" if table is None else f"of dimensions {table.dimensions}"
        raise InputError(
            f"{header.where}: 'token_embd.weight' is {seen}, expected {hidden} by the size of the vocabulary; "
            "give a file that holds the weights, not the vocabulary alone"
        )
    return table.dimensions[1]


def _shared_ffn(header: GgufHeader) -> int:
    names = ("blk.0.ffn_up_shexp.weight", "blk.0.ffn_gate_shexp.weight")
    return next(header.tensors[name].dimensions[-1] for name in names if name in header.tensors)


def _parameters_of_gguf(header: GgufHeader, shape: Architecture) -> int:
    """Count the tensors' weights; they have to be those that the shape explains."""
    held = sum(tensor.size for tensor in header.tensors.values() if not tensor.name.startswith("rope_"))
    wanted = parameters(shape)
    if abs(held - wanted) > _SLACK * wanted:
        raise InputError(
            f"{header.where}: tensors of {held} weights, expected {wanted} by the sizes in the header; "
            "the layers differ from each other or the file is incomplete, and its cost cannot be modelled"
        )
    return held
