"""Devices: how many FLOPs and bytes a second they do, each figure with where it comes from."""

from __future__ import annotations

import functools
import re
import tomllib
from enum import StrEnum
from importlib import resources

import msgspec

from isocost.cost.architectures import nearest
from isocost.errors import UsageError
from isocost.records import Record


class Origin(StrEnum):
    """How a figure of a device became known."""

    measured = "measured"
    """On the device itself."""
    datasheet = "datasheet"
    """From its maker: a limit that real programs stay below."""


class Figure(Record, frozen=True):
    """A number of a device with what it takes to believe it."""

    value: float
    """The number, in the unit of its field."""
    origin: Origin
    """Measured, or of a datasheet."""
    source: str
    """With what it was measured, or in which datasheet it stands."""


class Device(Record, frozen=True):
    """What a forward pass runs on, for one dtype."""

    name: str
    """As in `H100-SXM`."""
    dtype: str
    """Type of the numbers that the rates hold for, as `bf16`."""
    flops_per_second: Figure
    """Rate of matrix products."""
    bytes_per_second: Figure
    """Rate at which weights come from memory."""
    step_seconds: Figure | None = None
    """Fixed cost of a forward pass; None where it is not known."""
    layer_seconds: Figure | None = None
    """Fixed cost of each layer of a forward pass; None where it is not known."""
    overlap: bool = True
    """Whether arithmetic and memory run beside each other, so that the longer counts; else they add up."""
    memory_bytes: float | None = None
    """Its memory; None where that is the machine's."""
    most_watts: Figure | None = None
    """The most that the board may draw; None where it is not known. No energy is ever measured by it."""


@functools.cache
def devices() -> dict[str, Device]:
    """Return the known devices by name."""
    text = resources.files("isocost").joinpath("data", "devices.toml").read_text(encoding="utf-8")
    return {row.name: row for row in msgspec.convert(tomllib.loads(text)["device"], type=tuple[Device, ...])}


def device(name: str) -> Device:
    """Return the known device of this name; case, blanks, hyphens and underscores may differ.

    Raises:
        UsageError: there is none; the text gives the nearest name.

    >>> device("h100 sxm").bytes_per_second.origin.value
    'datasheet'
    >>> device("H100-SMX")
    Traceback (most recent call last):
        ...
    isocost.errors.UsageError: no known device is called 'H100-SMX'; did you mean H100-SXM? Expected one of ...
    """
    keys = {plain(known): known for known in devices()}
    if plain(name) in keys:
        return devices()[keys[plain(name)]]
    near = nearest(plain(name), keys)
    meant = f"; did you mean {near}?" if near else ";"
    raise UsageError(f"no known device is called {name[:80]!r}{meant} Expected one of {', '.join(keys.values())}")


def plain(name: str) -> str:
    """Return a name for comparison: small letters, without blanks, hyphens and underscores."""
    return re.sub(r"[-_\s]+", "", name.lower())
