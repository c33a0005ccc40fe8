"""The GGUF file of a model: where it is, what it says of itself, and whether this machine has room for it."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Final

from isocost.backends.hub import hub_file, split_file
from isocost.backends.local_memory import GIB
from isocost.cost.gguf import GgufHeader, read_gguf
from isocost.cost.headers import architecture_of_gguf
from isocost.cost.memory import kv_bytes_per_token
from isocost.errors import BackendError, InputError
from isocost.records import Architecture, Record

NAMES: Final = {
    0: "f32", 1: "f16", 2: "q4_0", 3: "q4_1", 6: "q5_0", 7: "q5_1", 8: "q8_0", 10: "q2_K", 11: "q3_K", 12: "q4_K",
    13: "q5_K", 14: "q6_K", 15: "q8_K", 16: "iq2_xxs", 17: "iq2_xs", 18: "iq3_xxs", 19: "iq1_s", 20: "iq4_nl",
    21: "iq3_s", 22: "iq2_s", 23: "iq4_xs", 29: "iq1_m", 30: "bf16", 34: "tq1_0", 35: "tq2_0", 39: "mxfp4",
}  # fmt: skip
"""Types of tensors by their number in ggml.h."""

_READ_AT_ONCE: Final = 512
"""Tokens of a prompt that llama.cpp reads in one piece: its activations and logits are held for that many."""
_KEPT_FREE: Final = 0.1
"""Share of the free memory that is left to others when we choose the context ourselves."""
_STEP: Final = 256
_PIECE: Final = re.compile(r"(?P<stem>.+)-\d{5}-of-(?P<of>\d{5})\.gguf")
"""How llama.cpp names the pieces of a large file; it is given the first and finds the others."""
_LONGEST: Final = 1 << 20


class Weights(Record, frozen=True):
    """A file of weights."""

    path: Path
    """The file."""
    size: int
    """Bytes of it."""
    dtype: str | None
    """Type of most weights."""
    trained_context: int | None
    """Longest text that the model was made for."""
    shape: Architecture | None
    """Its shape; None where the cost model does not know it."""

    def bytes_for(self, context: int, slots: int) -> float:
        """Weights, keys and values of all slots, and what reading a prompt takes; the runtime itself is left out."""
        if self.shape is None:
            return float(self.size)
        inner = self.shape.ffn * (self.shape.experts_active or 1) + self.shape.shared_ffn
        reading = min(_READ_AT_ONCE, context * slots) * 4.0 * (self.shape.vocab + 4 * self.shape.hidden + 3 * inner)
        return self.size + reading + context * slots * kv_bytes_per_token(self.shape)


def find_weights(target: str) -> Weights:
    """Find the file that was named, on this machine or on the Hub (`OWNER/REPO/FILE.gguf`), and read its header.

    Raises:
        BackendError: there is no such file, here or there.
        InputError: it is no GGUF file.
    """
    path = Path(target).expanduser()
    if not path.exists():
        named = split_file(target.removeprefix("hf.co/"))
        if named is None:
            raise BackendError(
                f"{target[:200]}: no such file; give the path of a .gguf file, or llamacpp:OWNER/REPO/FILE.gguf of the Hub"
            )
        path, *_ = [hub_file(named[0], piece, extra="llamacpp") for piece in _pieces(named[1])]
    elif not path.is_file():
        raise BackendError(f"{target[:200]}: no file but a folder, pipe or device; give the path of a .gguf file")
    pieces = [path.with_name(name) for name in _pieces(path.name)]
    if lacking := [piece.name for piece in pieces if not piece.is_file()]:
        raise BackendError(
            f"{path.name} is one of {len(pieces)} pieces, but {lacking[0]} is not beside it; download them all"
        )
    path = pieces[0]
    header = read_gguf(path)
    try:
        shape = architecture_of_gguf(header)
    except InputError:
        shape = None  # llama.cpp knows more architectures than the cost model; it will say so if it doesn't
    trained = header.values.get(f"{header.values.get('general.architecture')}.context_length")
    return Weights(
        path=path, size=sum(piece.stat().st_size for piece in pieces), dtype=_dtype(header), shape=shape,
        trained_context=trained if isinstance(trained, int) and not isinstance(trained, bool) and trained > 0 else None,
    )  # fmt: skip


def fitting_context(weights: Weights, slots: int, *, asked: int | None, free: int | None, where: str) -> int:
    """Return the longest text of one request: what was asked for, else what the model was made for, if there is room.

    `free` is the memory at hand, in bytes, and `where` says of what, for the message; None where that is not known.

    Raises:
        BackendError: weights, keys and values do not fit; the text says how much is wanted and what is there.
    """
    wanted = asked or min(weights.trained_context or 4096, _LONGEST)
    if free is None:
        return wanted
    if asked is None and weights.shape is not None:
        room = free * (1 - _KEPT_FREE) - weights.bytes_for(_READ_AT_ONCE, slots)
        most = _READ_AT_ONCE + int(max(0.0, room) / (slots * kv_bytes_per_token(weights.shape)))
        wanted = min(wanted, max(most // _STEP * _STEP, _READ_AT_ONCE))
    need = weights.bytes_for(wanted, slots)
    if need > free:
        raise BackendError(
            f"{weights.path.name} needs about {need / GIB:.1f} GiB ({weights.size / GIB:.1f} of weights, the rest for "
            f"{slots} × {wanted} tokens), but {where} has {free / GIB:.1f} GiB free; "
            "type a smaller --context-tokens or --concurrency, or give a smaller file"
        )
    return wanted


def _pieces(name: str) -> list[str]:
    """Names of all pieces of a file that is one of several, the first one first; of another file its own name.

    >>> _pieces("q4/coder-00002-of-00002.gguf")
    ['q4/coder-00001-of-00002.gguf', 'q4/coder-00002-of-00002.gguf']
    """
    found = _PIECE.fullmatch(name)
    if found is None:
        return [name]
    return [f"{found['stem']}-{i:05}-of-{found['of']}.gguf" for i in range(1, int(found["of"]) + 1)]


def _dtype(header: GgufHeader) -> str | None:
    """Type of most weights."""
    weights: Counter[int] = Counter()
    for tensor in header.tensors.values():
        weights[tensor.type] += tensor.size
    return NAMES.get(weights.most_common(1)[0][0]) if weights else None
