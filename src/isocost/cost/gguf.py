"""The header of a GGUF file: its key-value pairs and the names, shapes and types of its tensors, read with bounds.

Format: github.com/ggml-org/ggml, docs/gguf.md. A header is data from anywhere: every length is held against what is
left of the file and against a fixed bound before anything is read, and lists (a vocabulary) are skipped, not kept.
"""

from __future__ import annotations

import math
import os
import struct
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from isocost.errors import InputError
from isocost.records import Record

if TYPE_CHECKING:
    from collections.abc import Mapping

MAGIC: Final = b"GGUF"
VERSIONS: Final = (2, 3)
MOST_PAIRS: Final = 1 << 16
MOST_TENSORS: Final = 1 << 17
MOST_ITEMS: Final = 1 << 23
"""Items of one list: 8 million, some 30 times the largest vocabulary."""
MOST_KEY: Final = 1 << 16
MOST_TEXT: Final = 1 << 24
MOST_DIMENSIONS: Final = 4

_STRING, _ARRAY = 8, 9
_SCALARS: Final = {
    0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?", 10: "<Q", 11: "<q", 12: "<d",
}  # fmt: skip
"""Types of values with a fixed size, as struct writes them."""

BLOCKS: Final[Mapping[int, tuple[int, int]]] = {
    0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34),
    10: (256, 84), 11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210), 15: (256, 292),
    16: (256, 66), 17: (256, 74), 18: (256, 98), 19: (256, 50), 20: (32, 18), 21: (256, 110), 22: (256, 82),
    23: (256, 136), 24: (1, 1), 25: (1, 2), 26: (1, 4), 27: (1, 8), 28: (1, 8), 29: (256, 56), 30: (1, 2),
    34: (256, 54), 35: (256, 66), 39: (32, 17), 40: (64, 36), 41: (128, 18),
}  # fmt: skip
"""Weights and bytes of a block for each type of tensor, as in ggml.h; 1 is f16, 8 q8_0, 12 q4_K, 30 bf16."""

Value = int | float | bool | str
"""What is kept of a pair: no lists."""


class Tensor(Record, frozen=True):
    """A tensor of the file, without its data."""

    name: str
    """As in `blk.0.attn_q.weight`."""
    dimensions: tuple[int, ...]
    """Fastest first, the other way round than in PyTorch."""
    type: int
    """Number of its type in ggml."""

    @property
    def size(self) -> int:
        """Weights in it."""
        return math.prod(self.dimensions)


class GgufHeader(Record, frozen=True):
    """What stands before the weights."""

    where: str
    """The file, for messages."""
    version: int
    """Version of the format."""
    values: dict[str, Value]
    """Key-value pairs, without lists."""
    lists: dict[str, int]
    """How many items each list has."""
    tensors: dict[str, Tensor]
    """Tensors by name."""

    def weight_bits(self) -> float | None:
        """Mean bits for each weight, or None where a tensor is of a type that is not known."""
        if not self.tensors or any(tensor.type not in BLOCKS for tensor in self.tensors.values()):
            return None
        bits = 0.0
        for tensor in self.tensors.values():
            weights, size = BLOCKS[tensor.type]
            bits += 8.0 * size * tensor.size / weights
        return bits / sum(tensor.size for tensor in self.tensors.values())


def read_gguf(path: Path) -> GgufHeader:
    """Read the header of a GGUF file of version 2 or 3, little-endian.

    Raises:
        InputError: there is no such file, it is no GGUF, or its header is cut short or out of bounds.
    """
    try:
        with path.open("rb") as file:
            return _Reader(file, str(path)).header()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(f"{path}: cannot be read ({reason}); expected a .gguf file") from None


class _Reader:
    """Reads a header front to back, never past the end of the file."""

    def __init__(self, file: BinaryIO, where: str) -> None:
        self.file = file
        self.where = where
        self.left = os.fstat(file.fileno()).st_size

    def header(self) -> GgufHeader:
        magic = self.file.read(4)
        self.left -= len(magic)
        if magic != MAGIC:
            raise InputError(
                f"{self.where}: no GGUF file: it begins with {magic!r}, expected {MAGIC!r}; "
                "give a .gguf file, or the config.json of a Hugging Face model"
            )
        version = self.number("<I")
        if version not in VERSIONS:
            raise self.fault(f"version {version}, expected {' or '.join(map(str, VERSIONS))}")
        tensors = self.count("tensors", MOST_TENSORS, 24)
        pairs = self.count("pairs", MOST_PAIRS, 13)
        values: dict[str, Value] = {}
        lists: dict[str, int] = {}
        for _ in range(pairs):
            key = self.text(MOST_KEY)
            if key in values or key in lists:
                raise self.fault(f"the key {key[:60]!r} twice, expected it once")
            kind = self.number("<I")
            if kind == _ARRAY:
                lists[key] = self.skip_list(key)
            elif kind == _STRING:
                values[key] = self.text(MOST_TEXT)
            else:
                values[key] = self.scalar(kind, key)
        found: dict[str, Tensor] = {}
        for _ in range(tensors):
            tensor = self.tensor()
            if tensor.name in found:
                raise self.fault(f"the tensor {tensor.name[:60]!r} twice, expected it once")
            found[tensor.name] = tensor
        return GgufHeader(where=self.where, version=version, values=values, lists=lists, tensors=found)

    def tensor(self) -> Tensor:
        name = self.text(MOST_KEY)
        axes = self.number("<I")
        if not 1 <= axes <= MOST_DIMENSIONS:
            raise self.fault(f"{axes} dimensions for {name[:60]!r}, expected 1 to {MOST_DIMENSIONS}")
        dimensions = tuple(self.number("<Q") for _ in range(axes))
        if not 0 < math.prod(dimensions) < 1 << 50:
            raise self.fault(f"the dimensions {dimensions} for {name[:60]!r}, expected those of a tensor")
        kind = self.number("<I")
        self.number("<Q")  # where its data begins
        return Tensor(name=name, dimensions=dimensions, type=kind)

    def skip_list(self, key: str) -> int:
        kind = self.number("<I")
        if kind not in _SCALARS and kind != _STRING:
            raise self.fault(f"a list of type {kind} for {key[:60]!r}, expected a list of numbers or texts")
        width = 8 if kind == _STRING else struct.calcsize(_SCALARS[kind])
        items = self.count(f"items of {key[:60]!r}", MOST_ITEMS, width)
        if kind != _STRING:
            self.skip(items * width)
            return items
        for _ in range(items):
            self.skip(self.count(f"bytes of an item of {key[:60]!r}", MOST_TEXT, 1))
        return items

    def scalar(self, kind: int, key: str) -> Value:
        if kind not in _SCALARS:
            raise self.fault(f"a value of type {kind} for {key[:60]!r}, expected a type from 0 to 12")
        value: Value = struct.unpack(_SCALARS[kind], self.take(struct.calcsize(_SCALARS[kind])))[0]
        return value

    def text(self, most: int) -> str:
        return self.take(self.count("bytes of a text", most, 1)).decode("utf-8", errors="replace")

    def number(self, form: str) -> int:
        value: int = struct.unpack(form, self.take(struct.calcsize(form)))[0]
        return value

    def count(self, what: str, most: int, width: int) -> int:
        """Read a count of things that take at least `width` bytes each."""
        value = self.number("<Q")
        if value > most or value * width > self.left:
            raise self.fault(f"{value} {what}, expected at most {min(most, self.left // width)}")
        return value

    def take(self, size: int) -> bytes:
        data = self.file.read(size)
        self.left -= len(data)
        if len(data) < size:
            raise self.fault(f"an end {size - len(data)} bytes too early, expected a whole header")
        return data

    def skip(self, size: int) -> None:
        if size > self.left:
            raise self.fault(f"an end {size - self.left} bytes too early, expected a whole header")
        self.file.seek(size, os.SEEK_CUR)
        self.left -= size

    def fault(self, seen: str) -> InputError:
        return InputError(f"{self.where}: a damaged GGUF header: it has {seen}; download or convert the file again")
