"""Writes small GGUF files for the tests: pairs, lists and tensor descriptions, without weights."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence


def text(value: str) -> bytes:
    """A text as GGUF writes it: its length in bytes, then the bytes."""
    data = value.encode()
    return struct.pack("<Q", len(data)) + data


def pair(key: str, value: object) -> bytes:
    """A key with its value: whole numbers as uint32, lists of texts or of int32."""
    if isinstance(value, bool):
        return text(key) + struct.pack("<I?", 7, value)
    if isinstance(value, int):
        return text(key) + struct.pack("<II", 4, value)
    if isinstance(value, float):
        return text(key) + struct.pack("<If", 6, value)
    if isinstance(value, str):
        return text(key) + struct.pack("<I", 8) + text(value)
    assert isinstance(value, list)
    if value and isinstance(value[0], str):
        return text(key) + struct.pack("<IIQ", 9, 8, len(value)) + b"".join(map(text, value))
    return text(key) + struct.pack("<IIQ", 9, 5, len(value)) + struct.pack(f"<{len(value)}i", *value)


def gguf(
    values: Mapping[str, object], tensors: Mapping[str, Sequence[int]], *, kind: int = 1, version: int = 3
) -> bytes:
    """A header; dimensions of tensors are given as in GGUF, fastest first, all of one type."""
    head = b"GGUF" + struct.pack("<IQQ", version, len(tensors), len(values))
    pairs = b"".join(pair(key, value) for key, value in values.items())
    infos = b"".join(
        text(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, kind, 0) for name, shape in tensors.items()
    )
    return head + pairs + infos


def qwen2(layers: int = 2, *, tied: bool = True) -> tuple[dict[str, object], dict[str, tuple[int, ...]]]:
    """Pairs and tensors of a small Qwen2: width 64, 4 heads of 16, 2 of them for keys, ffn 96, 300 words."""
    values: dict[str, object] = {
        "general.architecture": "qwen2",
        "general.name": "tiny",
        "qwen2.block_count": layers,
        "qwen2.embedding_length": 64,
        "qwen2.feed_forward_length": 96,
        "qwen2.attention.head_count": 4,
        "qwen2.attention.head_count_kv": 2,
        "qwen2.rope.freq_base": 1e6,
        "tokenizer.ggml.tokens": [f"word{i}" for i in range(300)],
        "tokenizer.ggml.token_type": [1] * 300,
        "tokenizer.ggml.add_bos_token": False,
    }
    tensors: dict[str, tuple[int, ...]] = {"token_embd.weight": (64, 300), "output_norm.weight": (64,)}
    if not tied:
        tensors["output.weight"] = (64, 300)
    for i in range(layers):
        tensors |= {
            f"blk.{i}.attn_norm.weight": (64,), f"blk.{i}.ffn_norm.weight": (64,),
            f"blk.{i}.attn_q.weight": (64, 64), f"blk.{i}.attn_q.bias": (64,),
            f"blk.{i}.attn_k.weight": (64, 32), f"blk.{i}.attn_k.bias": (32,),
            f"blk.{i}.attn_v.weight": (64, 32), f"blk.{i}.attn_v.bias": (32,),
            f"blk.{i}.attn_output.weight": (64, 64), f"blk.{i}.ffn_gate.weight": (64, 96),
            f"blk.{i}.ffn_up.weight": (64, 96), f"blk.{i}.ffn_down.weight": (96, 64),
        }  # fmt: skip
    return values, tensors
